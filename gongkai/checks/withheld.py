"""Rules of what must not be published: personal data, what is withheld, what was changed after a signature or correction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath

from gongkai import COMMAND
from gongkai.checks.examined import DepartmentCase, DisclosureCase
from gongkai.checks.money import envelope
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Finding, WholeFile
from gongkai.privacy import NAMES, Kind, find_personal, starred
from gongkai.privacy.markup import as_written, plain
from gongkai.problems import Place, Problem
from gongkai.reading.kinds import Record
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.source import Document

_LEAST_NAME = 6
_ASIDE = frozenset({"签发", "已认可"})
"""What may change after the signature: itself, and reasons for findings."""
SIGNED = "signoff.changed"
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


BY_KIND: dict[Kind, Rule[DepartmentCase]] = {
    kind: rule(f"personal.{kind}", _files)(partial(_findings, kind)) for kind in NAMES
}


def check_settings(documents: Iterable[Document]) -> list[Problem]:
    """The same rules over files of no department: the site's and the localities'."""
    files = [WholeFile(document, Record()) for document in documents]
    return [one.problem(found) for kind, one in BY_KIND.items() for found in _findings(kind, files)]


def check_text(file: str, text: str) -> list[Problem]:
    """The same rules over a file that is no record: a Markdown page, a template, a style; once a line for the same."""
    problems = []
    for found in find_personal(text):
        one, start = BY_KIND[found.kind].written, text.rfind("\n", 0, found.start) + 1
        place = Place(file, text.count("\n", 0, found.start) + 1, found.start - start + 1)
        shown = starred(text[found.start : found.end], found.kind)
        message = f"这里有{NAMES[found.kind]}“{shown}”"
        problems.append(Problem(place, one.id, one.severity, message, _HINT))
    return list({(one.place.line, one.message): one for one in reversed(problems)}.values())[::-1]


# -- withheld, corrected, signed ---------------------------------------------------------------------


@rule("withheld.named", DepartmentCase.whole)
def named(department: DepartmentCase) -> Iterator[Finding]:
    """No published text of the department names a project that is withheld."""
    for case, project in department.withheld():
        for shown in department.files:
            if found := mention(shown, project.name):
                message = f"不公开的项目“{project.name}”出现在公开的文字里"
                hint = "请去掉，或改用可以公开的说法。"
                yield shown.in_text(shown.hit(*found), message, hint, case.place(("公开",)))


def mention(shown: WholeFile, name: str) -> tuple[int, int] | None:
    """Where in a file's texts a name stands, in any width; a short one only where it is the whole text."""
    for found in as_written(name).finditer(shown.blob):
        _, text, start = shown.field_at(found.start())
        value = text.partition("：")[2]
        if len(plain(name)) >= _LEAST_NAME or plain(value) == plain(name):
            return max(found.start(), start), found.end()
    return None


@rule("withheld.subtraction", DepartmentCase.disclosures)
def subtraction(case: DisclosureCase) -> Iterator[Finding]:
    """项目支出 less what is published is not just what is withheld."""
    target, held = case.disclosure.department_target, case.withheld
    whole = target.expenditure.project if target else None
    amounts = [one for _, project in case.all_projects if (one := project.funds.total) is not None]
    total = sum(one.yuan for one in amounts)
    if not held or whole is None or not case.complete or len(amounts) < len(case.all_projects) or not total:
        return
    if abs(whole.yuan - total) <= envelope([whole, *amounts]):
        count = "这个项目" if len(held) == 1 else f"这 {len(held)} 个项目"
        message = f"项目支出减去公开的项目，正好是不公开的资金：{count}的金额能算出来"
        hint = "请核对能不能公开；按规定必须公开项目支出的，请认可这一条，写明原因。"
        path = ("部门整体绩效目标", "部门预算支出", "项目支出")
        yield case.at(path, message, hint, *(one.place(("公开",)) for one, _ in held))


@rule("correction.original", DepartmentCase.disclosures)
def original(case: DisclosureCase) -> Iterator[Finding]:
    """What was published before a correction stays within reach."""
    for number, one in enumerate(case.disclosure.corrections):
        if not one.files:
            message = f"{one.day} 的更正没有写原文件：再发布一次，更正前公开的文件就没有了"
            hint = f"请先运行 {COMMAND} keep {case.address}，再照它说的写上“原文件”。"
            yield case.at(("更正说明", number), message, hint)


def fingerprint(loaded: LoadedDepartment, year: str) -> str:
    """16 hexadecimal digits of all that the records and texts of a year say; comments and layout are none of it."""
    said = {
        PurePosixPath(document.file).name: {
            key: value for key, value in document.fields.items() if key not in _ASIDE
        }
        for (of, _), document in loaded.documents.items()
        if of == year
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@rule(SIGNED, DepartmentCase.disclosures)
def changed(case: DisclosureCase) -> Iterator[Finding]:
    """What was signed is what is published."""
    signed = case.disclosure.signed
    if signed and case.complete and signed.value.lower() != fingerprint(case.loaded, case.disclosure.slug):
        message = f"签发（{signed.who}，{signed.day}）以后内容改了，校验值不一致"
        again = f"请签发人看过以后重新签发：{COMMAND} sign {case.address}"
        hint = f"不是有意的，请改回去；要公开现在的内容，{again}"
        yield case.at(("签发", "校验值"), message, hint)
