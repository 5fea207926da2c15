"""Rules of the period against the year: units, sizes, ratios, rates, and goals that only repeat each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gongkai.amounts import FACTORS
from gongkai.checks.cost import is_whole_cost
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import is_slip, target_amount, written
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.records import Project

_PERCENT = ("%", "%以上", "‰")
_MOST_APART = Decimal("1.5")
_EACH_YEAR = re.compile(
    r"年均|每|/年|/月|/次|/人|人口|保有|存量|在职|编外|供养|床位|指数|系数|倍|总数$|总量$|标准"
)
_ONE_TIME = ("分钟", "小时", "秒", "工作日", "度", "级", "名次", "分")


@dataclass(frozen=True, slots=True)
class Pair:
    """The period's and the year's number of one indicator, in one unit (money in 元)."""

    row: Row
    period: Decimal
    annual: Decimal
    unit: str

    @property
    def is_rate(self) -> bool:
        """Given in per cent."""
        return self.unit in _PERCENT

    @property
    def is_money(self) -> bool:
        """An amount."""
        return self.unit in FACTORS

    @property
    def ratio(self) -> Decimal:
        """How many times the year's number the period's is."""
        return self.period / self.annual

    def text(self, key: str) -> str:
        """One of the two values as written."""
        one = self.row.indicator
        return str(one.period_target if key == "实施周期指标值" else one.annual_target)


def pairs(case: RecordCase) -> Iterator[Pair]:
    """Indicators whose period and annual targets are both numbers of one kind; the same text twice is none."""
    for row in case.rows:
        period, annual = row.indicator.period_target, row.indicator.annual_target
        if period is None or annual is None or period is annual or period.text == annual.text:
            continue
        if period.number is None or annual.number is None:
            continue
        units = period.unit or "", annual.unit or ""
        if units[0] in FACTORS and units[1] in FACTORS:
            yield Pair(row, period.number * FACTORS[units[0]], annual.number * FACTORS[units[1]], "元")
        elif _plain(units[0]) == _plain(units[1]):
            yield Pair(row, period.number, annual.number, units[1])


def _plain(unit: str) -> str:
    """人次 and 人, 班次 and 班: for comparing sizes only (the unit's own rule tells that they differ)."""
    return unit.removesuffix("次") or unit


def _both(case: RecordCase, row: Row) -> tuple[Place, ...]:
    return (case.place((*row.path, "年度指标值")),)


@rule("period.unit", Severity.WARNING, "实施周期和年度的指标值要用同一个单位")
def unit(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """同一个指标，实施周期指标值和年度指标值的单位要相同；金额的元和万元可以不同。

    错：`实施周期指标值: 约300人次`、`年度指标值: 约100人`
    对：`实施周期指标值: 约300人次`、`年度指标值: 约100人次`
    """
    for case, row in department.rows():
        period, annual = row.indicator.period_target, row.indicator.annual_target
        if period is None or annual is None or period.number is None or annual.number is None:
            continue
        one, other = period.unit or "", annual.unit or ""
        if one == other or (one in FACTORS and other in FACTORS):
            continue
        message = f"“{row.short}”的实施周期指标值是“{period}”，年度指标值是“{annual}”，单位不同"
        yield self.at(case, (*row.path, "实施周期指标值"), message, "请统一单位。", _both(case, row))


@rule("period.less", Severity.WARNING, "年度指标值不能大于实施周期指标值")
def less(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """数量、金额一类可以累计的指标，一年的不会比整个实施周期的多。百分数、单价、时限和上限（≤）不查。

    错：`实施周期指标值: 100人次`、`年度指标值: 300人次`
    对：`实施周期指标值: 300人次`、`年度指标值: 100人次`
    """
    for case in department.records:
        for pair in pairs(case):
            annual = pair.row.indicator.annual_target
            if pair.annual <= pair.period or pair.is_rate or _not_cumulative(pair):
                continue
            if annual is not None and annual.comparator in ("≤", "<") and not pair.is_money:
                continue
            message = (
                f"“{pair.row.short}”的年度指标值“{pair.text('年度指标值')}”"
                f"大于实施周期指标值“{pair.text('实施周期指标值')}”"
            )
            related = (case.place((*pair.row.path, "实施周期指标值")),)
            yield self.at(case, (*pair.row.path, "年度指标值"), message, "请核对两个值是否写反。", related)


def _not_cumulative(pair: Pair) -> bool:
    return (
        "/" in pair.unit
        or pair.unit.endswith(_ONE_TIME)
        or bool(_EACH_YEAR.search(pair.row.name + pair.text("年度指标值")))
    )


@rule("period.rate", Severity.NOTICE, "比率在实施周期和年度一般相同")
def rate(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """完成率、满意度一类的比率不累计，实施周期和年度一般是同一个值。

    错：`实施周期指标值: ≥90%`、`年度指标值: ≥30%`
    对：两处都写 `≥90%`；确实逐年提高的，可以认可这一条。
    """
    for case in department.records:
        for pair in pairs(case):
            if pair.is_rate and pair.annual != pair.period:
                message = (
                    f"“{pair.row.short}”是比率，实施周期是“{pair.text('实施周期指标值')}”，"
                    f"年度是“{pair.text('年度指标值')}”"
                )
                path = (*pair.row.path, "实施周期指标值")
                yield self.at(case, path, message, "请核对；比率不按年数累计。", _both(case, pair.row))


@rule("period.ratio", Severity.NOTICE, "各项累计指标的倍数要一致")
def ratio(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """实施周期是年度的几倍，一个项目里各项数量指标应当相同（三年的项目大致是三倍）；费用的倍数各年会有出入，
    与数量的倍数相差一半以上时提示。

    错：参赛作品 ≥600份 对 ≥200份（3 倍），费用总额 45万元 对 8万元（5.63 倍）
    对：费用总额 24万元 对 8万元
    """
    for case, _ in department.projects():
        cumulative = [
            pair for pair in pairs(case)
            if not pair.is_rate and pair.annual and pair.period > pair.annual and not _not_cumulative(pair)
        ]  # fmt: skip
        counts = [pair for pair in cumulative if not pair.is_money]
        if not counts:
            continue
        first = counts[0]
        for pair in counts[1:]:
            if pair.ratio != first.ratio:
                yield _ratio(self, case, first, pair)
        for pair in cumulative:
            apart = max(pair.ratio, first.ratio) / min(pair.ratio, first.ratio)
            if pair.is_money and apart > _MOST_APART:
                yield _ratio(self, case, first, pair)


def _ratio(self: Rule, case: RecordCase, first: Pair, other: Pair) -> Problem:
    def described(pair: Pair) -> str:
        times = f"{pair.ratio.quantize(Decimal('0.01'), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
        return f"“{pair.row.short}”{pair.text('实施周期指标值')} 对 {pair.text('年度指标值')}（{times} 倍）"

    message = f"实施周期与年度的倍数不一致：{described(other)}，{described(first)}"
    related = tuple(
        case.place((*row.path, key))
        for row, key in (
            (other.row, "年度指标值"),
            (first.row, "实施周期指标值"),
            (first.row, "年度指标值"),
        )
    )
    return self.at(case, (*other.row.path, "实施周期指标值"), message, "请核对实施周期的值。", related)


@rule("period.same-goal", Severity.NOTICE, "年度目标不要照抄实施周期总目标")
def same_goal(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度目标要写当年做到什么程度；与实施周期总目标一字不差的，看不出当年的任务。只有一年的项目不查。

    错：`实施周期总目标` 和 `年度目标` 是同一段文字。
    对：`年度目标: 2026年组织民兵训练1次，约100人参加。`
    """
    for case, project in department.projects():
        goal = project.objective
        one_year = project.period.start is not None and project.period.start == project.period.end
        if goal.annual and goal.period and _bare(goal.annual) == _bare(goal.period) and not one_year:
            related = (case.place(("总体绩效目标", "实施周期总目标")),)
            same = "一字不差" if goal.annual == goal.period else "只有年份、标点不同"
            message = f"年度目标与实施周期总目标{same}（{len(goal.annual)} 个字）"
            yield self.at(case, ("总体绩效目标", "年度目标"), message, "请写明当年的目标。", related)


def _bare(text: str) -> str:
    """A goal without what makes no difference: marks, blanks, markup and years."""
    return re.sub(r"<[^>]*>|[\W_]+|(?:20\d\d年?(?:[至到]20\d\d)?)?年?度?|本年|当年|全年", "", text)


@rule("period.funds", Severity.WARNING, "成本指标的实施周期值要与实施周期资金相符")
def funds(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写了实施周期资金的，费用总额一类的成本指标，实施周期指标值就是实施周期资金的总额。

    错：实施周期资金 `总额: 90,000元`，费用总额 `实施周期指标值: 90万元`
    对：`实施周期指标值: 9万元`
    """
    for case in department.records:
        record = case.record
        whole = record.period_funds.total if isinstance(record, Project) else None
        for row in case.rows if whole else ():
            amount = target_amount(row.indicator.period_target)
            if amount is None or whole is None or not is_whole_cost(row):
                continue
            if abs(amount.yuan - whole.yuan) > amount.half_unit + whole.half_unit and not is_slip(
                amount, whole
            ):
                message = (
                    f"“{row.short}”的实施周期指标值是 {amount.text}，实施周期资金总额是 {written(whole)}"
                )
                related = (case.place(("实施周期资金", "总额")),)
                path = (*row.path, "实施周期指标值")
                yield self.at(case, path, message, "请核对两个金额和单位。", related)


RULES = (unit, less, rate, ratio, same_goal, funds)
