"""Rules of agreement: units named alike, key tasks and projects of one name, slips of 10,000, and last year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher

from gongkai.amounts import Amount
from gongkai.checks.cost import is_whole_cost
from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.money import agree, envelope, is_slip, shown, target_amount, written
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding
from gongkai.reading.records import KeyTask, Project
from gongkai.reading.source import Path_

_UNITS = (("authority", "主管部门"), ("spending_unit", "用款单位"), ("implementing_unit", "实施单位"))
_CODE = re.compile(r"^[\[【（(]?\d{2,9}[\]】）)]?\s*[-—－]?\s*")
_ALIKE = 0.7
_TAIL = re.compile(r"(?:专项)?(?:工作)?(?:经费|资金|项目|费用|补助)$|[（(][^（()）]*[)）]$")


_TOTAL: Path_ = ("年度资金", "总额")
_JUMP, _SLIP = 2, 1000


def _plain(name: str) -> str:
    """A unit's name without its code and its two ways of beginning."""
    return _CODE.sub("", name).replace("中国共产党", "中共").replace(" ", "")


@rule("agreement.unit", DepartmentCase.disclosures)
def unit(disclosure: DisclosureCase) -> Iterator[Finding]:
    """The department is called by its name, and its projects' units alike."""
    department, case = disclosure.loaded.department, disclosure.target
    target = disclosure.disclosure.department_target
    if case and target and _plain(target.name) != _plain(department.name) and target.name != department.short:
        message = f"部门名称写的是“{target.name}”，这个部门叫“{department.name}”"
        yield case.at((*case.base, "部门名称"), message, "请核对名称，或表是否放错了部门。")
    for field, key in _UNITS:
        units = ((one, project, getattr(project, field)) for one, project in disclosure.projects)
        stated = [one for one in units if one[2]]
        yield from _odd_ones(stated, key, _plain(department.name))


def _odd_ones(stated: list[tuple[RecordCase, Project, str]], key: str, name: str) -> Iterator[Finding]:
    """The units that are named unlike the others: nearly so, or one 主管部门 alone."""
    counts = Counter(_plain(value) for _, _, value in stated)
    common = counts.most_common(1)[0][0] if counts else ""
    if len(stated) == 2 and len(counts) == 2 and name in counts:
        common = name
    elif len(counts) < 2 or counts[common] < 2 or counts[common] * 2 <= len(stated):
        return
    for case, project, value in stated:
        other = _plain(value)
        if other in (common, name) or value == project.name:
            continue
        near = SequenceMatcher(None, other, common).ratio() >= _ALIKE
        if near or (key == "主管部门" and counts[other] == 1):
            message = f"“{key}”写的是“{value}”，别的项目写的是“{common}”"
            yield case.at((key,), message, "请核对名称；确实不同的，可以认可这一条。")


def _pairs(disclosure: DisclosureCase) -> list[tuple[Path_, KeyTask, RecordCase | None, Amount | None]]:
    """Each key task with where it stands, and the project of the same name with its total."""
    target, case = disclosure.disclosure.department_target, disclosure.target
    by_name = {_short(project.name): (one, project.funds.total) for one, project in disclosure.all_projects}
    if target is None or case is None or not by_name:
        return []
    paths = ((*case.base, "年度重点工作任务", number) for number in range(len(target.tasks)))
    found = (by_name.get(_short(task.name or ""), (None, None)) for task in target.tasks)
    return [(path, task, *pair) for path, task, pair in zip(paths, target.tasks, found, strict=True)]


def _short(name: str) -> str:
    return _TAIL.sub("", _TAIL.sub("", name)).replace(" ", "") or name


@rule("agreement.task", DepartmentCase.disclosures)
def task(disclosure: DisclosureCase) -> Iterator[Finding]:
    """A key task takes what the project of its name costs."""
    for path, one, case, whole in _pairs(disclosure):
        if one.funds and whole and case and not agree(one.funds, whole) and not is_slip(one.funds, whole):
            other = f"同名项目的年度资金是 {written(whole)}"
            message = f"重点工作“{one.name}”拟投入 {written(one.funds)}，{other}"
            yield disclosure.at((*path, "拟投入的资金"), message, "请核对两处的金额。", case.place(_TOTAL))


@rule("agreement.missing", DepartmentCase.disclosures)
def missing(disclosure: DisclosureCase) -> Iterator[Finding]:
    """Where most key tasks have a project of their name, the others have one too."""
    pairs = _pairs(disclosure) if disclosure.complete else []
    lacking = [(path, one.name) for path, one, case, _ in pairs if case is None and one.name]
    for path, name in lacking if len(lacking) * 3 <= len(pairs) else ():
        message = f"重点工作“{name}”没有同名的项目，其余 {len(pairs) - len(lacking)} 项都有"
        yield disclosure.at((*path, "名称"), message, "请核对是否漏了项目，或名称不一致。")


@rule("agreement.slip", DepartmentCase.disclosures)
def slip(disclosure: DisclosureCase) -> Iterator[Finding]:
    """One sum of money is not stated twice with 元 and 万元 taken for each other."""
    for path, one, case, whole in _pairs(disclosure):
        if one.funds and whole and case and is_slip(one.funds, whole):
            what = f"重点工作“{one.name}”是 {written(one.funds)}，同名项目的年度资金"
            message = f"{what}是 {written(whole)}，正好差 {_times(one.funds, whole):,.0f} 倍"
            place = case.place(_TOTAL)
            yield disclosure.at((*path, "拟投入的资金"), message, "请核对单位是元还是万元。", place)
    for case, project in disclosure.projects:
        for key, whole, field, column in (
            ("年度资金", project.funds.total, "annual_target", "年度指标值"),
            ("实施周期资金", project.period_funds.total, "period_target", "实施周期指标值"),
        ):
            for row in case.rows if whole and not case.unclear(whole) else ():
                amount = target_amount(getattr(row.indicator, field)) if is_whole_cost(row) else None
                if amount and whole and is_slip(amount, whole):
                    what = f"“{row.short}”的{column}是 {written(amount)}，{key}"
                    message = f"{what}是 {written(whole)}，正好差 {_times(amount, whole):,.0f} 倍"
                    yield case.at((*row.path, column), message, "请核对单位是元还是万元。", (key, "总额"))


def _times(one: Amount, other: Amount) -> Decimal:
    return max(one.yuan, other.yuan) / min(one.yuan, other.yuan)


# -- this year against last year's record ---------------------------------------------------------


def _both(department: DepartmentCase) -> Iterator[tuple[RecordCase, Project, RecordCase, Project]]:
    """Projects that both years have, by file name."""
    for case, before in department.two_years():
        earlier = {one.project: (one, project) for one, project in before.all_projects}
        for one, now in case.projects:
            if one.project in earlier:
                yield one, now, *earlier[one.project]


def _costs(department: DepartmentCase) -> Iterator[tuple[RecordCase, RecordCase, Amount, Amount]]:
    """The same with what they cost, this year and last."""
    for case, now, last, old in _both(department):
        one, other = now.funds.total, old.funds.total
        if one and other and one.yuan and other.yuan:
            yield case, last, one, other


@rule("history.jump", _costs)
def jump(case: RecordCase, last: RecordCase, amount: Amount, old: Amount) -> Iterator[Finding]:
    """A project costs neither twice nor half of what it did last year, without a reason."""
    if not case.of.disclosure.change_reason and _JUMP < _times(amount, old) < _SLIP:
        change = (amount.yuan - old.yuan) * 100 / old.yuan
        more = f"{'增加' if change > 0 else '减少'} {abs(change):.1f}%"
        message = f"年度资金是 {written(amount)}，上年是 {written(old)}，{more}"
        yield case.at(_TOTAL, message, "请核对；确实如此的，请写明“增减原因”。", last.place(_TOTAL))


@rule("history.slip", _costs)
def year_slip(case: RecordCase, last: RecordCase, amount: Amount, old: Amount) -> Iterator[Finding]:
    """Nothing costs a thousand times what it did."""
    if (times := _times(amount, old)) >= _SLIP:
        message = f"年度资金是 {written(amount)}，上年是 {written(old)}，相差 {times:,.0f} 倍"
        yield case.at(_TOTAL, message, "请核对单位是元还是万元。", last.place(_TOTAL))


@rule("history.renamed", _both)
def renamed(case: RecordCase, now: Project, last: RecordCase, old: Project) -> Iterator[Finding]:
    """A file name stands for one project through the years: its names share a character that says something."""
    if not set(now.name) & set(old.name) - set("项目经费工作专的"):
        message = f"项目名称是“{now.name}”，上年同一个文件名的项目是“{old.name}”"
        hint = "不是同一个项目的，请换一个文件名。"
        yield case.at(("项目名称",), message, hint, last.place(("项目名称",)))


@rule("history.last-year", DepartmentCase.two_years)
def last_year(case: DisclosureCase, before: DisclosureCase) -> Iterator[Finding]:
    """上年项目支出 is the sum of last year's projects."""
    stated = case.disclosure.last_year_project_funds
    totals = [project.funds.total for _, project in before.all_projects if project.funds.total is not None]
    if stated is None or not totals or not before.complete:
        return
    added = sum((total.yuan for total in totals), Decimal(0))
    if abs(stated.yuan - added) > envelope([stated, *totals]):
        message = f"上年项目支出写的是 {written(stated)}，上年记录里 {len(totals)} 个项目合计 {shown(added)}"
        yield case.at(("上年项目支出",), message, "请核对；上年有记录的，可以不写。", before.place(("年度",)))
