"""Rules of history: this year against last year's record of the same project and department."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gongkai.amounts import Amount
from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.money import envelope, shown, written
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.records import Project

_JUMP, _SLIP = 2, 1000


def _years(department: DepartmentCase) -> Iterator[tuple[DisclosureCase, DisclosureCase]]:
    """Each disclosure with that of the year before."""
    by_year = {case.disclosure.year: case for case in department.disclosures if case.disclosure.year}
    for year, case in by_year.items():
        before = by_year.get((year or 0) - 1)
        if before is not None:
            yield case, before


def _both(department: DepartmentCase) -> Iterator[tuple[RecordCase, Amount, RecordCase, Amount]]:
    """The annual totals of projects that both years have, by file name."""
    for case, before in _years(department):
        earlier = {one.project: one for one in before.all_projects}
        for now in case.projects:
            last = earlier.get(now.project)
            amount, old = _total(now), _total(last) if last else None
            if last is not None and amount is not None and old is not None and amount.yuan and old.yuan:
                yield now, amount, last, old


def _total(case: RecordCase) -> Amount | None:
    return case.record.funds.total if isinstance(case.record, Project) else None


def _times(one: Decimal, other: Decimal) -> Decimal:
    return max(one, other) / min(one, other)


@rule("history.jump", Severity.NOTICE, "与上年相差一倍以上")
def jump(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """同一个项目（文件名相同）的年度资金比上年多一倍以上，或少一半以上；写了增减原因的不提示。

    错：2025 年 `总额: 3万元`，2026 年 `总额: 9万元`
    对：在 `disclosure.yaml` 里写 `增减原因: 新增系统升级`
    """
    for now, amount, last, old in _both(department):
        if now.of.disclosure.change_reason or not _JUMP < _times(amount.yuan, old.yuan) < _SLIP:
            continue
        change = (amount.yuan - old.yuan) * 100 / old.yuan
        message = f"年度资金是 {written(amount)}，上年是 {written(old)}，{'增加' if change > 0 else '减少'} {abs(change):.1f}%"
        related = (last.place(("年度资金", "总额")),)
        yield self.at(now, ("年度资金", "总额"), message, "请核对；确实如此的，请写明“增减原因”。", related)


@rule("history.slip", Severity.WARNING, "与上年相差千倍以上，像是单位写错")
def slip(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """同一个项目的年度资金与上年相差一千倍以上，多半是元和万元弄混了。

    错：2025 年 `总额: 2.77万元`，2026 年 `总额: 27,700万元`
    对：2026 年 `总额: 27,700元`
    """
    for now, amount, last, old in _both(department):
        times = _times(amount.yuan, old.yuan)
        if times >= _SLIP:
            message = f"年度资金是 {written(amount)}，上年是 {written(old)}，相差 {times:,.0f} 倍"
            related = (last.place(("年度资金", "总额")),)
            yield self.at(now, ("年度资金", "总额"), message, "请核对单位是元还是万元。", related)


@rule("history.last-year", Severity.WARNING, "上年项目支出要与上年的记录相符")
def last_year(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写了“上年项目支出”，而上年的项目也有记录的，合计应当相等。

    错：`上年项目支出: 20万元`，上年记录里各项目合计 12.67万元
    对：`上年项目支出: 12.67万元`，或不写
    """
    for case, before in _years(department):
        stated = case.disclosure.last_year_project_funds
        totals = [total for one in before.all_projects if (total := _total(one)) is not None]
        if stated is None or not totals or not before.complete:
            continue
        added = sum((total.yuan for total in totals), Decimal(0))
        if abs(stated.yuan - added) > envelope([stated, *totals]):
            message = (
                f"上年项目支出写的是 {written(stated)}，上年记录里 {len(totals)} 个项目合计 {shown(added)}"
            )
            related = (before.place(("年度",)),)
            yield self.at(case, ("上年项目支出",), message, "请核对；上年有记录的，可以不写。", related)


@rule("history.renamed", Severity.NOTICE, "同一个文件名，项目名称完全不同")
def renamed(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """文件名是项目的身份，逐年比较按文件名对应；两年的名称没有一个字相同，多半不是同一个项目。

    错：2025 年的 `peixun.yaml` 是“机关党员培训”，2026 年的 `peixun.yaml` 是“网站维护项目”
    对：不同的项目用不同的文件名
    """
    for now, _, last, _ in _both(department):
        name, old = (case.record.name for case in (now, last) if isinstance(case.record, Project))
        if not set(name) & set(old) - set("项目经费工作专的"):
            message = f"项目名称是“{name}”，上年同一个文件名的项目是“{old}”"
            related = (last.place(("项目名称",)),)
            yield self.at(now, ("项目名称",), message, "不是同一个项目的，请换一个文件名。", related)


RULES = (jump, slip, last_year, renamed)
