"""Rules of what is not published, shown nowhere and found out from nothing; of corrections, and of what was signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from gongkai.checks.examined import DepartmentCase, DisclosureCase
from gongkai.checks.money import envelope
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding, WholeFile
from gongkai.privacy.markup import as_written, plain
from gongkai.program import COMMAND
from gongkai.reading.loaded import LoadedDepartment

_LEAST_NAME = 6
_ASIDE = frozenset({"签发", "已认可"})
"""What may change after the signature: itself, and reasons for findings."""
SIGNED = "signoff.changed"


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
    folder = PurePosixPath(loaded.document(year).file).parent
    said = {
        PurePosixPath(file).name: {key: value for key, value in document.data.items() if key not in _ASIDE}
        for file, document in loaded.documents.items()
        if PurePosixPath(file).parent == folder and isinstance(document.data, dict)
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@rule(SIGNED, DepartmentCase.disclosures)
def changed(case: DisclosureCase) -> Iterator[Finding]:
    """What was signed is what is published."""
    signed = case.disclosure.signed
    if signed and case.complete and signed.value.lower() != fingerprint(case.loaded, case.disclosure.slug):
        message = f"签发（{signed.who}，{signed.day}）以后内容改了，校验值不一致"
        hint = (
            f"不是有意的，请改回去；要公开现在的内容，请签发人看过以后重新签发：{COMMAND} sign {case.address}"
        )
        yield case.at(("签发", "校验值"), message, hint)
