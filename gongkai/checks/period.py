"""Rules of the period against the year: units, sizes, ratios, rates, and goals that only repeat each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import NamedTuple

from gongkai.amounts import FACTORS
from gongkai.checks.cost import is_whole_cost
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import is_slip, quantity, target_amount, written
from gongkai.checks.narrative import bare
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding
from gongkai.reading.records import Project

_PERCENT = ("%", "%以上", "‰")
_MOST_APART = Decimal("1.5")
_EACH_YEAR = re.compile(
    r"年均|每|/年|/月|/次|/人|人口|保有|存量|在职|编外|供养|床位|指数|系数|倍|总数$|总量$|标准"
)
_COUNTED = ("次", "场", "场次", "期", "个", "份", "篇", "件", "项", "班次", "个班次", "人次")
_STOCK = re.compile(r"人员|编外|在职|供养|补贴人数|保有|维护|管理|现有|每|年均|/|标准")
_ONE_TIME = ("分钟", "小时", "秒", "工作日", "度", "级", "名次", "分")


class Pair(NamedTuple):
    """The period's and the year's number of one indicator, in one unit (money in 元)."""

    row: Row
    period: Decimal
    annual: Decimal
    unit: str

    @property
    def ratio(self) -> Decimal:
        """How many times the year's number the period's is."""
        return self.period / self.annual

    @property
    def described(self) -> str:
        """Both values and how many times one is the other, for a message."""
        one, times = self.row.indicator, self.ratio.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
        return f"“{self.row.short}”{one.period_target} 对 {one.annual_target}（{times:f} 倍）"


def pairs(case: RecordCase) -> Iterator[Pair]:
    """Indicators whose period and annual targets are both numbers of one kind; the same text twice is none."""
    for row in case.rows:
        period, annual = row.indicator.period_target, row.indicator.annual_target
        if period is None or annual is None or period.text == annual.text:
            continue
        one, other = quantity(period), quantity(annual)
        # 人次 and 人, 班次 and 班 are compared by size: the unit's own rule tells that they differ.
        units = {of[1].removesuffix("次") or of[1] for of in (one, other) if of}
        if one and other and len(units) == 1:
            yield Pair(row, one[0], *other)


@rule("period.unit", DepartmentCase.rows)
def unit(case: RecordCase, row: Row) -> Iterator[Finding]:
    """Both values of an indicator have one unit; 元 and 万元 may stand beside each other."""
    period, annual = row.indicator.period_target, row.indicator.annual_target
    if period and annual and period.number is not None and annual.number is not None:
        one, other = period.unit or "", annual.unit or ""
        if one != other and not (one in FACTORS and other in FACTORS):
            message = f"“{row.short}”的实施周期指标值是“{period}”，年度指标值是“{annual}”，单位不同"
            yield case.at(row.period, message, "请统一单位。", row.annual)


def _all_pairs(department: DepartmentCase) -> Iterator[tuple[RecordCase, Pair]]:
    return ((case, pair) for (case,) in department.records() for pair in pairs(case))


@rule("period.less", _all_pairs)
def less(case: RecordCase, pair: Pair) -> Iterator[Finding]:
    """A year's number of what adds up is not more than the period's; a limit may be."""
    one = pair.row.indicator
    limited = one.annual_target and one.annual_target.comparator in ("≤", "<") and pair.unit != "元"
    if pair.annual > pair.period and not limited and not _not_cumulative(pair):
        values = f"年度指标值“{one.annual_target}”大于实施周期指标值“{one.period_target}”"
        message = f"“{pair.row.short}”的{values}"
        yield case.at(pair.row.annual, message, "请核对两个值是否写反。", pair.row.period)


def _not_cumulative(pair: Pair) -> bool:
    said = f"{pair.row.name}{pair.row.indicator.annual_target}"
    of_kind = pair.unit in _PERCENT or "/" in pair.unit or pair.unit.endswith(_ONE_TIME)
    return of_kind or bool(_EACH_YEAR.search(said))


@rule("period.rate", _all_pairs)
def rate(case: RecordCase, pair: Pair) -> Iterator[Finding]:
    """Rates do not add up: they are the same for the period."""
    if pair.unit in _PERCENT and pair.annual != pair.period:
        one = pair.row.indicator
        message = f"“{pair.row.short}”是比率，实施周期是“{one.period_target}”，年度是“{one.annual_target}”"
        yield case.at(pair.row.period, message, "请核对；比率不按年数累计。", pair.row.annual)


@rule("period.ratio", DepartmentCase.projects)
def ratio(case: RecordCase, _: Project) -> Iterator[Finding]:
    """The period's numbers are the same multiple of the year's, money's roughly so."""
    grown = (pair for pair in pairs(case) if 0 < pair.annual < pair.period)
    cumulative = [pair for pair in grown if not _not_cumulative(pair)]
    for first, pair in product([one for one in cumulative if one.unit != "元"][:1], cumulative):
        apart = max(pair.ratio, first.ratio) / min(pair.ratio, first.ratio)
        if apart > (_MOST_APART if pair.unit == "元" else 1):
            message = f"实施周期与年度的倍数不一致：{pair.described}，{first.described}"
            places = (pair.row.annual, first.row.period, first.row.annual)
            yield case.at(pair.row.period, message, "请核对实施周期的值。", *places)


@rule("period.same-goal", DepartmentCase.projects)
def same_goal(case: RecordCase, project: Project) -> Iterator[Finding]:
    """The year's goal says what is done this year."""
    goal = project.objective
    one_year = project.period.start is not None and project.period.start == project.period.end
    if goal.annual and goal.period and bare(goal.annual) == bare(goal.period) and not one_year:
        same = "一字不差" if goal.annual == goal.period else "只有年份、标点不同"
        message = f"年度目标与实施周期总目标{same}（{len(goal.annual)} 个字）"
        path = ("总体绩效目标", "实施周期总目标")
        yield case.at(("总体绩效目标", "年度目标"), message, "请写明当年的目标。", path)


@rule("period.funds", DepartmentCase.projects)
def funds(case: RecordCase, project: Project) -> Iterator[Finding]:
    """The whole cost of the period is 实施周期资金."""
    whole = project.period_funds.total
    for row in case.rows if whole else ():
        amount = target_amount(row.indicator.period_target) if is_whole_cost(row) else None
        if not amount or not whole or is_slip(amount, whole):
            continue
        if abs(amount.yuan - whole.yuan) > amount.half_unit + whole.half_unit:
            message = f"“{row.short}”的实施周期指标值是 {amount.text}，实施周期资金总额是 {written(whole)}"
            yield case.at(row.period, message, "请核对两个金额和单位。", ("实施周期资金", "总额"))


@rule("names.same-value", DepartmentCase.projects)
def same_value(case: RecordCase, project: Project) -> Iterator[Finding]:
    """What adds up over several years is more than one year's."""
    start, end = project.period.start, project.period.end
    rows = [row for row in case.rows if _equal_count(row)] if start and end and start < end else []
    if rows:
        names = "、".join(f"“{row.short}”{row.indicator.annual_target}" for row in rows)
        message = f"实施周期是 {start} 到 {end} 年，而 {names} 的实施周期值与年度值相同"
        hint = "请核对；实施周期的值一般是各年之和。"
        yield case.at(rows[0].period, message, hint, *(row.annual for row in rows))


def _equal_count(row: Row) -> bool:
    one, annual = row.indicator, row.indicator.annual_target
    if annual is None or one.period_target is None or annual.text != one.period_target.text:
        return False
    counted = (annual.unit or "").removesuffix("以上") in _COUNTED and (one.level2 or "").startswith("数量")
    return counted and bool(annual.number) and not _STOCK.search(f"{row.name}{annual.text}")
