"""Rules of agreement between files: units named alike, key tasks and projects of one name, exact slips of 10,000."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from gongkai.amounts import Amount
from gongkai.checks.cost import is_whole_cost
from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.money import agree, is_slip, target_amount, written
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.records import DepartmentTarget, KeyTask, Project
from gongkai.reading.source import Path_

_UNITS = (("authority", "主管部门"), ("spending_unit", "用款单位"), ("implementing_unit", "实施单位"))
_CODE = re.compile(r"^[\[【（(]?\d{2,9}[\]】）)]?\s*[-—－]?\s*")
_ALIKE = 0.7
_TAIL = re.compile(r"(?:专项)?(?:工作)?(?:经费|资金|项目|费用|补助)$|[（(][^（()）]*[)）]$")


def _plain(name: str) -> str:
    """A unit's name without its code and its two ways of beginning."""
    return _CODE.sub("", name).replace("中国共产党", "中共").replace(" ", "")


@rule("agreement.unit", Severity.WARNING, "同一个部门的项目，单位名称要一致")
def unit(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """别的项目写的都是同一个名称，只有一个不同：主管部门多半写错；用款单位、实施单位名称相近的，多半是错字。
    部门整体绩效目标表的部门名称，要与部门的名称一致。

    错：六个项目的主管部门是“市直机关工委”，一个是“市教育局”
    对：都写“市直机关工委”；确实由下属单位用款的，名称不相近，不报告
    """
    name = department.loaded.department.name
    for disclosure in department.disclosures:
        if disclosure.target is not None and isinstance(disclosure.target.record, DepartmentTarget):
            stated, case = disclosure.target.record.name, disclosure.target
            if _plain(stated) != _plain(name) and stated != department.loaded.department.short:
                message = f"部门名称写的是“{stated}”，这个部门叫“{name}”"
                yield self.at(case, (*case.base, "部门名称"), message, "请核对名称，或表是否放错了部门。")
        for field, key in _UNITS:
            yield from _odd_ones(self, disclosure, field, key, name)


def _odd_ones(self: Rule, disclosure: DisclosureCase, field: str, key: str, name: str) -> Iterator[Problem]:
    stated = [(case, value) for case in disclosure.projects if (value := getattr(case.record, field))]
    counts = Counter(_plain(value) for _, value in stated)
    common = counts.most_common(1)[0][0] if counts else ""
    if len(stated) == 2 and len(counts) == 2 and _plain(name) in counts:
        common = _plain(name)
    elif len(counts) < 2 or counts[common] < 2 or counts[common] * 2 <= len(stated):
        return
    for case, value in stated:
        other = _plain(value)
        if other == common or other == _plain(name) or value == getattr(case.record, "name", ""):
            continue
        near = SequenceMatcher(None, other, common).ratio() >= _ALIKE
        if near or (field == "authority" and counts[other] == 1):
            message = f"“{key}”写的是“{value}”，别的项目写的是“{common}”"
            yield self.at(case, (key,), message, "请核对名称；确实不同的，可以认可这一条。")


def _pairs(disclosure: DisclosureCase) -> Iterator[tuple[int, KeyTask, RecordCase | None]]:
    """Each key task with the project of the same name, where a department publishes both."""
    target = disclosure.target.record if disclosure.target else None
    if not isinstance(target, DepartmentTarget) or not disclosure.all_projects:
        return
    by_name = {_short(case.record.name): case for case in disclosure.all_projects}  # type: ignore[attr-defined]
    for number, task in enumerate(target.tasks):
        yield number, task, by_name.get(_short(task.name or ""))


def _short(name: str) -> str:
    return _TAIL.sub("", _TAIL.sub("", name)).replace(" ", "") or name


@rule("agreement.task", Severity.WARNING, "重点工作与同名项目的金额要一致")
def task(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度重点工作任务与项目名称相同的，拟投入的资金就是项目的年度资金。

    错：重点工作“民兵事业费”115,800元，项目“民兵事业费”151,800元
    对：两处都是 115,800元
    """
    for disclosure in department.disclosures:
        for number, one, case in _pairs(disclosure):
            whole = case.record.funds.total if case and isinstance(case.record, Project) else None
            if (
                one.funds
                and whole
                and case
                and disclosure.target
                and not agree(one.funds, whole)
                and not is_slip(one.funds, whole)
            ):
                path = (*disclosure.target.base, "年度重点工作任务", number, "拟投入的资金")
                message = (
                    f"重点工作“{one.name}”拟投入 {written(one.funds)}，同名项目的年度资金是 {written(whole)}"
                )
                related = (case.place(("年度资金", "总额")),)
                yield self.at(disclosure.target, path, message, "请核对两处的金额。", related)


@rule("agreement.missing", Severity.NOTICE, "重点工作要有对应的项目")
def missing(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """重点工作大多有同名的项目，只有一两项没有的，多半是漏了项目文件，或名称写得不一样。

    错：四项重点工作，三项有同名的项目，“网站维护”没有
    对：补上项目，或统一名称
    """
    for disclosure in department.disclosures:
        pairs = list(_pairs(disclosure))
        lacking = [(number, one) for number, one, case in pairs if case is None and one.name]
        if (
            not disclosure.complete
            or not lacking
            or len(lacking) * 3 > len(pairs)
            or disclosure.target is None
        ):
            continue
        for number, one in lacking:
            path = (*disclosure.target.base, "年度重点工作任务", number, "名称")
            message = f"重点工作“{one.name}”没有同名的项目，其余 {len(pairs) - len(lacking)} 项都有"
            yield self.at(disclosure.target, path, message, "请核对是否漏了项目，或名称不一致。")


def _twice(
    department: DepartmentCase,
) -> Iterator[tuple[RecordCase, Path_, str, Amount, RecordCase, Path_, str, Amount]]:
    """Amounts that should be the same: where and what one is, and the other."""
    for disclosure in department.disclosures:
        for number, one, other in _pairs(disclosure):
            whole = other.record.funds.total if other and isinstance(other.record, Project) else None
            if disclosure.target and other and one.funds and whole:
                path = (*disclosure.target.base, "年度重点工作任务", number, "拟投入的资金")
                yield (
                    disclosure.target,
                    path,
                    f"重点工作“{one.name}”",
                    one.funds,
                    other,
                    ("年度资金", "总额"),
                    "同名项目的年度资金",
                    whole,
                )
    for case, project in department.projects():
        sides = (
            ("年度资金", project.funds.total, "annual_target", "年度指标值"),
            ("实施周期资金", project.period_funds.total, "period_target", "实施周期指标值"),
        )
        for key, whole, field, column in sides:
            for row in case.rows:
                amount = target_amount(getattr(row.indicator, field))
                if amount and whole and not case.unclear(whole) and is_whole_cost(row):
                    yield (
                        case,
                        (*row.path, column),
                        f"“{row.short}”的{column}",
                        amount,
                        case,
                        (key, "总额"),
                        key,
                        whole,
                    )


@rule("agreement.slip", Severity.ERROR, "同一笔钱两处正好差一万倍")
def slip(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """费用总额与年度资金、重点工作与同名项目，应当是同一笔钱；正好差一万倍（或一千、十万倍）的，一定有一处把元和万元弄混了，公开出去就是大错。

    错：年度预算 27,700元，`三级指标: 费用总额`、`年度指标值: 27700万元`
    对：`年度指标值: 2.77万元`
    """
    for one, path, what, amount, other, other_path, other_what, whole in _twice(department):
        if is_slip(amount, whole):
            times = max(amount.yuan, whole.yuan) / min(amount.yuan, whole.yuan)
            message = f"{what}是 {written(amount)}，{other_what}是 {written(whole)}，正好差 {times:,.0f} 倍"
            yield self.at(one, path, message, "请核对单位是元还是万元。", (other.place(other_path),))


RULES = (slip, unit, task, missing)
