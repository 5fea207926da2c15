"""What an import would write: each record file as new text, and how it differs from the file that is there."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from pypinyin import lazy_pinyin

from gongkai.amounts import AmountError, parse_amount
from gongkai.exchange.binding import value_at
from gongkai.exchange.drafts import Draft, Notebook
from gongkai.exchange.tables import Spot
from gongkai.problems import Problem
from gongkai.reading.forms import Form
from gongkai.reading.own import read_record
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import Document, leaves, parse_yaml, path_text
from gongkai.reading.write_yaml import write_data

Status = Literal["new", "changed", "same"]
_LONGEST_SLUG = 40


@dataclass(frozen=True)
class Difference:
    """One field that an import would change; None: absent."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Proposal:
    """One record file an import would write: its place below content/, the text, and what would change."""

    file: str
    name: str
    text: str
    status: Status
    differences: tuple[Difference, ...] = ()


def same_text(first: str | None, second: str | None) -> bool:
    """Whether two texts say the same: white space aside, amounts by value."""
    if first is None or second is None:
        return first is second
    one, other = re.sub(r"\s+", "", first), re.sub(r"\s+", "", second)
    if one == other:
        return True
    try:
        return parse_amount(one).yuan == parse_amount(other).yuan
    except AmountError:
        return False


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """What changes from one record's data to another's, in the order of the new one."""
    old, new = dict(leaves(before)), dict(leaves(after))
    found = [
        Difference(path_text(path), old.get(path), text)
        for path, text in new.items()
        if not same_text(old.get(path), text)
    ]
    found += [Difference(path_text(path), text, None) for path, text in old.items() if path not in new]
    return tuple(found)


def overlay(before: Any, after: Any) -> Any:
    """The existing data with what was read put over it: what was not read stays, what says the same stays as written."""
    if isinstance(before, dict) and isinstance(after, dict):
        merged = {key: overlay(value, after[key]) if key in after else value for key, value in before.items()}
        return {**merged, **{key: value for key, value in after.items() if key not in before}}
    if isinstance(before, list) and isinstance(after, list):
        return [overlay(_row_like(row, number, before), row) for number, row in enumerate(after)]
    return (
        before if isinstance(before, str) and isinstance(after, str) and same_text(before, after) else after
    )


def _row_like(row: Any, number: int, before: list[Any]) -> Any:
    """The existing row that a new row goes over: the one of the same name, else none."""
    if not isinstance(row, dict):
        return before[number] if number < len(before) else None
    here = [before[number]] if number < len(before) else []
    name = row.get("三级指标") or row.get("名称")
    for old in (*here, *before):
        if isinstance(old, dict) and name and same_text(old.get("三级指标") or old.get("名称"), name):
            return old
    return None


def settle(draft: Draft, form: Form | None, book: Notebook) -> list[Problem]:
    """Take out of a draft what no record can hold; it goes to the report. Returns what then still is wrong."""
    while True:
        document, problems = _faults(draft, form)
        named = {path_text(path): path for path in (*document.keys, *document.values)} if document else {}
        known = ((named.get(one.path, ()), one) for one in problems)
        wrong = {path: one for path, one in known if path and value_at(draft.data, path) is not None}
        if not wrong:
            return problems
        spots = {read.path: read.spot for read in reversed(book.read) if read.record == draft.number}
        # The last first, so that rows above keep their numbers.
        for path in sorted(
            wrong, key=lambda path: document.place(path).line if document else 0, reverse=True
        ):
            for inner, text in leaves(value_at(draft.data, path), path):
                reason = f"{path_text(inner)}：{wrong[path].message}"
                book.leave(spots.get(inner, Spot(draft.where)), text, reason)
            del value_at(draft.data, path[:-1])[path[-1]]


def _faults(draft: Draft, form: Form | None) -> tuple[Document | None, list[Problem]]:
    document, problems = parse_yaml(write_data(draft.data, {}).encode(), draft.file)
    if document is None:
        return None, problems
    found: list[Problem] = []
    read_record(document, Project if draft.kind == "project" else DepartmentTarget, form, found)
    return document, found


def slug_of(name: str, taken: Collection[str]) -> str:
    """A file name from a project's name: its 拼音, cut at a syllable, different from those taken."""
    syllables = [
        re.sub(r"[^a-z0-9]", "", part.lower())
        for part in lazy_pinyin(re.sub(r"[（(].*?[）)]", "", name) or name)
    ]
    slug = ""
    for syllable in filter(None, syllables):
        if len(slug) + len(syllable) + 1 > _LONGEST_SLUG:
            break
        slug = f"{slug}-{syllable}" if slug else syllable[:_LONGEST_SLUG]
    slug = slug or "xiangmu"
    number, wanted = 2, slug
    while wanted in taken or wanted == "disclosure":
        wanted, number = f"{slug}-{number}", number + 1
    return wanted
