"""Rules of personal data: numbers and words that tell of a person must not be published, in whatever field they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Finding, WholeFile
from gongkai.privacy import NAMES, Kind, find_personal, starred
from gongkai.problems import Place, Problem
from gongkai.reading.kinds import Record
from gongkai.reading.source import Document

_HINT = "请删去或隐去；公开个人信息违反《个人信息保护法》，网站检查会一票否决。"


def _findings(kind: Kind, files: Iterable[WholeFile]) -> Iterator[Finding]:
    for file in files:
        for found in file.personal:
            if found.kind == kind:
                hit = file.hit(found.start, found.end)
                doubt = "" if found.checked else _doubt(kind, hit.found)
                yield file.in_text(hit, f"这里有{NAMES[kind]}“{starred(hit.found, kind)}”{doubt}", _HINT)


def _doubt(kind: Kind, number: str) -> str:
    if kind != "identity":
        return "（没有校验码可以核对，也不能公开）"
    whole = sum(character.isalnum() for character in number) == 18
    fault = "校验码不对，可能写错了" if whole else "不是十八位，没有校验码可以核对"
    return f"（{fault}，也不能公开）"


def _files(department: DepartmentCase) -> Iterator[tuple[tuple[WholeFile, ...]]]:
    yield (department.files,)


_KINDS: tuple[Kind, ...] = ("identity", "mobile", "landline", "bank", "address", "child")
BY_KIND: dict[Kind, Rule[DepartmentCase]] = {
    kind: rule(f"personal.{kind}", _files)(partial(_findings, kind)) for kind in _KINDS
}


def check_settings(documents: Iterable[Document]) -> list[Problem]:
    """The same rules over files of no department: the site's and the localities'."""
    files = [WholeFile(document, Record()) for document in documents]
    return [one.problem(found) for kind, one in BY_KIND.items() for found in _findings(kind, files)]


def check_text(file: str, text: str) -> list[Problem]:
    """The same rules over a file that is no record: a Markdown page, a template, a style; once a line for the same."""
    problems = []
    for found in find_personal(text):
        one, start = BY_KIND[found.kind], text.rfind("\n", 0, found.start) + 1
        place = Place(file, text.count("\n", 0, found.start) + 1, found.start - start + 1)
        shown = starred(text[found.start : found.end], found.kind)
        message = f"这里有{NAMES[found.kind]}“{shown}”"
        problems.append(Problem(place, one.id, one.severity, message, _HINT))
    return list({(one.place.line, one.message): one for one in reversed(problems)}.values())[::-1]
