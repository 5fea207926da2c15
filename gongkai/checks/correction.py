"""Rules of corrections: what was published before a correction must stay reachable."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.program import COMMAND


@rule("correction.original", Severity.ERROR, "更正要保留更正前的文件")
def original(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """已经公开的内容更正以后，更正前公开的文件仍要能够下载：每条更正说明写明 `原文件`，文件放在年度文件夹的 `files/` 里。
    重新发布之前运行 `python build.py keep 地区/部门/年度`，它把现在公开的 PDF 留在那里。当时没有公开文件的，可以认可并写明原因。

    错：`日期: 2026-03-02`、`内容: 年度预算由 202,500 元更正为 202,600 元`，没有 `原文件`
    对：同上，并写 `原文件: [shi-jiguan-2026-20260302.pdf]`
    """
    for case in department.disclosures:
        disclosure = case.disclosure
        for number, one in enumerate(disclosure.corrections):
            if not one.files:
                address = "/".join((case.loaded.locality.slug, case.loaded.department.slug, disclosure.slug))
                message = f"{one.day} 的更正没有写原文件：再发布一次，更正前公开的文件就没有了"
                hint = f"请先运行 {COMMAND} keep {address}，再照它说的写上“原文件”。"
                yield self.at(case, ("更正说明", number), message, hint)


@rule("correction.date", Severity.WARNING, "更正日期不能早于发布日期")
def day(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """先公开，后更正。更正日期早于发布日期，多半有一个写错。

    错：`发布日期: 2026-02-13`，更正说明里 `日期: 2025-03-02`
    对：`日期: 2026-03-02`
    """
    for case in department.disclosures:
        published = case.disclosure.published
        for number, one in enumerate(case.disclosure.corrections):
            if published and one.day < published:
                related = (case.place(("发布日期",)),)
                message = f"更正日期 {one.day} 早于发布日期 {published}"
                yield self.at(case, ("更正说明", number, "日期"), message, "请核对两个日期。", related)


RULES = (original, day)
