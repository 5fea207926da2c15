"""A disclosure's data as published and as planned → what changes of what is published: figures, wording, what is gone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from gongkai.diffs.pairs import OFFICES, PROJECT, TARGET, TEXT, WHOLE, Data, Keys, Pair, compared

_WORDS = frozenset(("text", "rich"))
_MEASURES = frozenset(("unit", "nature", "direction", "standard"))
"""Texts that say how a target is measured: ``≥``, ``万元`` …"""
_FIGURE = re.compile(r"\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万亿]+|[<>=≤≥≈%‰元]|不|无")
"""What of a text makes another statement of it when it changes: numbers, units of money, comparators, negations."""


class Change(NamedTuple):
    """One thing that is published and would be another, or gone (``new`` is blank then).

    ``project`` is the file name of its project or text, "" for the disclosure; ``keys`` where it stands in that file now.
    """

    project: str
    label: str
    keys: Keys
    old: str
    new: str
    figure: bool
    """An amount, target or date, or a number in a text; otherwise only wording."""


def changes(old: Data, new: Data, renamed: Mapping[str, str]) -> list[Change]:
    """What changes of what is published; what is new, and the order of things, is none of it.

    Projects and texts that are gone are left out; ``renamed`` leads from former file names of projects to their present
    ones.
    """
    return list(_changes(compared(old, new, renamed), "", ""))


def same_statement(old: str, new: str) -> bool:
    """Whether two texts state the same figures, whatever their wording."""
    return Counter(_stated(old)) == Counter(_stated(new))


def _stated(text: str) -> list[str]:
    return _FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text)))


def _changes(pair: Pair, project: str, label: str) -> Iterator[Change]:
    """``label`` is what is put before those of its fields."""
    if not pair.old or pair.kind in OFFICES or (pair.kind in (PROJECT, TEXT) and not pair.new):
        return
    if pair.kind == TEXT:
        yield from _of_text(pair.old, pair.new)
        return
    if pair.kind == PROJECT:
        project, label = pair.new["key"], f"{pair.old['name']} › "
    elif pair.kind != WHOLE:
        label += pair.kind if pair.kind == TARGET else f"{pair.kind}“{_name(pair.old)}”"
        if not pair.new:
            yield Change(project, label, pair.keys[:1], _told(pair), "", True)
            return
        label += " › "
    for one in pair.fields():
        if one.old is not None and _typed(one.old) != _typed(one.new):
            old, new = _shown(one.old, one.kind), _shown(one.new, one.kind)
            figure = one.kind not in _WORDS or one.path in _MEASURES or not same_statement(old, new)
            named = " › ".join(map(str, one.keys)) or one.label
            yield Change(project, label + named, (*pair.keys, *one.keys), old, new, figure)
    for part in pair.parts:
        yield from _changes(part, project, label)


def _name(row: Data) -> Any:
    return next(row[name] for name in ("name", "level3", "level2", "number") if row.get(name))


def _told(pair: Pair) -> str:
    """What is told of a row that is gone."""
    names = () if pair.kind == TARGET else ("annual_target", "period_target", "funds")
    value = next((pair.old[name] for name in names if name in pair.old), "有")
    return value["text"] if isinstance(value, dict) else _shown(value, "amount")


def _of_text(old: Data, new: Data) -> Iterator[Change]:
    if _typed(old["text"]) != _typed(new["text"]):
        sides = (old["text"].splitlines(), new["text"].splitlines())
        was, now = ([line for line in side if line not in other] for side, other in (sides, sides[::-1]))
        figure = not same_statement(old["text"], new["text"])
        yield Change(old["key"], f"{TEXT}《{old['title']}》", (), "\n".join(was), "\n".join(now), figure)


def _typed(value: Any) -> str:
    """The same for ``≥90％`` and ``≥ 90%``: another way to type it is no change."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", _shown(value)))


def _shown(value: Any, kind: str = "") -> str:
    """``83,370.5`` for an amount; blank for what is."""
    if isinstance(value, Decimal) or (kind == "amount" and isinstance(value, int)):
        return f"{Decimal(value).normalize():{',' if kind == 'amount' else ''}f}"
    return "" if value is None else str(value)
