"""Rules of cost: cost indicators against the budget, and quantity × price where both are stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongkai.amounts import FACTORS, Amount, format_yuan
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import (
    EXACT,
    EXACT_WAN,
    agree,
    envelope,
    is_slip,
    rounds_to,
    shown,
    target_amount,
    written,
)
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.source import Path_

_WHOLE = re.compile(
    r"(?:费用|成本|经费|资金|支出|预算|项目)(?:总额|总成本|总数|控制数|控制总额)|总(?:费用|成本|投入)|预算控制"
)
_UNIT_PRICE = re.compile(
    r"(?P<factor>万?元)/(?P<per>人|名|户|个|场|次|期|件|份|套|台|亩|公里)(?:/(?P<time>月|年))?"
)
_UNIT_PRICE_TURNED = re.compile(r"(?P<factor>万?元)/(?P<time>月|年)[/·.]?(?P<per>人|名|户)")
_NARRATIVE = re.compile(
    r"(?P<count>\d{1,7})(?P<per>名|人|户|个|场|次)[^\d。；;\n]{0,12}?"
    r"(?:每(?:人|名|户|个|场|次)?每?(?P<time>年|月)|每(?:人|名|户|个|场|次))"
    r"[^\d。；，;\n天日次]{0,8}?(?P<price>\d{1,9}(?:\.\d{1,4})?)(?P<factor>万?元)"
)
_SAME = {"名": "人"}
_MONTHS = 12
_EXACT_BUDGET = Decimal(50)
Priced = tuple[Row, Decimal, str, str | None]
"""A price: its row, 元 per piece, what it is per, and per 月 or 年 (None: once)."""


@dataclass(frozen=True, slots=True)
class Product:
    """A quantity with its price in 元, where the price stands and where else to look."""

    number: Decimal
    price: Decimal
    time: str | None
    steps: str
    path: Path_
    related: tuple[Place, ...]

    @property
    def yuan(self) -> Decimal:
        """Quantity × price, for the twelve months of a year where the price is per month."""
        return self.number * self.price * (_MONTHS if self.time == "月" else 1)


def _annual_costs(case: RecordCase) -> Iterator[tuple[Row, Amount]]:
    for row in case.rows:
        if row.of_year and _is_cost(row):
            amount = target_amount(row.indicator.annual_target)
            if amount is not None:
                yield row, amount


def is_whole_cost(row: Row) -> bool:
    """Whether a cost indicator is the project's whole cost (费用总额, 项目总成本, 预算控制数 …)."""
    return _is_cost(row) and bool(_WHOLE.search(row.name))


def _is_cost(row: Row) -> bool:
    one = row.indicator
    return "成本" in (one.level1 or "") or "成本" in (one.level2 or "")


@rule("cost.budget", Severity.WARNING, "成本指标的年度值要等于年度预算")
def budget(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """费用总额、项目总成本、预算控制数一类的成本指标，年度值就是年度预算（统一单位后比较，允许四舍五入）；
    不是总额的几个成本指标，合计不能超过年度预算。

    错：年度预算 27,700.00元，`三级指标: 费用总额`、`年度指标值: 27.7万元`
    对：`年度指标值: 2.77万元`
    """
    for case, project in department.projects():
        whole = project.funds.total
        if whole is None or case.unclear(whole):
            continue
        costs = list(_annual_costs(case))
        totals = [pair for pair in costs if _WHOLE.search(pair[0].name)]
        for row, amount in totals:
            if not _near(amount, whole) and not is_slip(amount, whole):
                yield _against_budget(self, case, row, amount, whole)
        if costs and not totals:
            added = sum((amount.yuan for _, amount in costs), Decimal(0))
            if added - whole.yuan > envelope([whole, *(amount for _, amount in costs)]):
                names = " + ".join(f"{row.short} {amount.text}" for row, amount in costs)
                total = f" = {shown(added)}" if len(costs) > 1 else ""
                message = f"成本指标 {names}{total}，超过了年度预算 {written(whole)}"
                places = (
                    case.place(("年度资金", "总额")),
                    *(case.place(_annual(row)) for row, _ in costs[1:]),
                )
                yield self.at(
                    case, _annual(costs[0][0]), message, "请核对成本指标和年度预算的金额、单位。", places
                )


def _near(one: Amount, other: Amount) -> bool:
    """Whether an amount is the budget but for its own last digit; a budget in whole 万元 is not a rounded one."""
    return abs(one.yuan - other.yuan) <= one.half_unit + min(other.half_unit, _EXACT_BUDGET)


def _annual(row: Row) -> Path_:
    return (*row.path, "年度指标值")


def _against_budget(self: Rule, case: RecordCase, row: Row, amount: Amount, whole: Amount) -> Problem:
    message = f"“{row.short}”的年度指标值是 {amount.text}，年度预算是 {written(whole)}"
    if amount.unit == "万元" and (whole.unit or "元") == "元":
        message += f"（{format_yuan(whole.yuan, EXACT_WAN)}万元）"
    related = (case.place(("年度资金", "总额")),)
    return self.at(case, _annual(row), message, "请核对两个金额和单位。", related)


@rule("cost.rounding", Severity.WARNING, "成本指标要按四舍五入取整")
def rounding(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """成本指标与年度预算只差尾数，但不是四舍五入的结果，像是把尾数舍去了。

    错：年度预算 12,500.00元，`年度指标值: 1.2万元`
    对：`年度指标值: 1.25万元` 或 `年度指标值: 1.3万元`
    """
    for case, project in department.projects():
        whole = project.funds.total
        if whole is None or case.unclear(whole):
            continue
        for row, amount in _annual_costs(case):
            if _near(amount, whole) and _WHOLE.search(row.name) and not agree(whole, amount):
                exact = f"{whole.yuan / FACTORS[amount.unit or '元']:f}".rstrip("0").rstrip(".")
                message = f"“{row.short}”的年度指标值是 {amount.text}，年度预算是 {written(whole)}，即 {exact}{amount.unit}"
                hint = f"尾数像是被舍去了；请写 {exact}{amount.unit}。"
                yield self.at(case, _annual(row), message, hint, (case.place(("年度资金", "总额")),))


@rule("cost.price", Severity.WARNING, "数量乘以单价要等于预算")
def price(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写明了数量和单价的（人数 × 每人每月的标准 × 12），乘积要等于年度预算；单价是上限（≤）的不查。

    错：补贴人数 36人，补贴标准 1000元/人/月，年度预算 504,000元（36 × 1000 × 12 = 432,000元）
    对：补贴人数 42人
    """
    for case, project in department.projects():
        if project.funds.total is None:
            continue
        product = _by_indicators(case) or _by_narrative(case)
        if product is not None:
            yield from _compare(self, case, project.funds.total, product)


def _prices(case: RecordCase) -> list[Priced]:
    found: list[Priced] = []
    for row in case.rows:
        target = row.indicator.annual_target
        if target is None or target.number is None or target.unit is None or "元/" not in target.unit:
            continue
        match = _UNIT_PRICE.fullmatch(target.unit) or _UNIT_PRICE_TURNED.fullmatch(target.unit)
        if match and target.comparator in (None, "="):
            per = _SAME.get(match["per"], match["per"])
            found.append((row, target.number * FACTORS[match["factor"]], per, match["time"]))
    return found


def _by_indicators(case: RecordCase) -> Product | None:
    """One price and one quantity of what it is per; anything more cannot be paired without guessing."""
    prices = _prices(case)
    if len(prices) != 1:
        return None
    row, yuan, per, time = prices[0]
    counts = [
        (one, target.number)
        for one in case.rows
        if one.path[-2] == "绩效指标"
        and (target := one.indicator.annual_target) is not None
        and target.number is not None
        and _SAME.get(target.unit or "", target.unit) == per
        and target.comparator in (None, "=", "≈")
    ]
    if len(counts) != 1 or any(one is not row for one, _ in _annual_costs(case)):
        return None
    counted, number = counts[0]
    steps = f"“{counted.short}”{counted.indicator.annual_target}，“{row.short}”{row.indicator.annual_target}"
    return Product(number, yuan, time, steps, _annual(row), (case.place(_annual(counted)),))


def _by_narrative(case: RecordCase) -> Product | None:
    """``对749名党员每年400元``: a text that states one quantity with its price."""
    path, text = case.annual_objective
    match = _NARRATIVE.search(text) if "每" in text else None
    if match is None or _NARRATIVE.search(text, match.end()):
        return None
    yuan = Decimal(match["price"]) * FACTORS[match["factor"]]
    return Product(Decimal(match["count"]), yuan, match["time"], f"“{match.group()}”", path, ())


def _compare(self: Rule, case: RecordCase, whole: Amount, product: Product) -> Iterator[Problem]:
    exact = Amount(product.yuan, f"{product.yuan:f}")
    part = (
        "，" in product.steps and product.yuan < whole.yuan
    )  # another clause: other costs may stand beside it
    if product.yuan == whole.yuan or rounds_to(exact, whole) or (part and product.path[-1] == "年度目标"):
        return
    times = f" × {_MONTHS}" if product.time == "月" else ""
    terms = f"{product.number:f} × {format_yuan(product.price, EXACT)}{times} = {shown(product.yuan)}"
    message = f"{product.steps}：{terms}，而年度预算是 {written(whole)}"
    hint = "请核对数量、单价和预算；预算里还有别的支出的，可以认可这一条。"
    related = (case.place(("年度资金", "总额")), *product.related)
    yield self.at(case, product.path, message, hint, related)


@rule("cost.execution", Severity.NOTICE, "预算执行率不是成本指标", folds=True)
def execution(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """成本指标写花多少钱或单位成本；预算执行率说的是花了多少比例，由系统另外计分，不放在成本指标下面。

    错：`二级指标: 成本指标`、`三级指标: 预算执行率`
    对：`二级指标: 成本指标`、`三级指标: 费用总额`、`年度指标值: 2.5万元`
    """
    for case, row in department.rows():
        if "执行率" in row.name and _is_cost(row):
            message = f"“{row.short}”放在成本指标下面，值是“{row.indicator.annual_target or ''}”"
            related = (case.place(_annual(row)),)
            yield self.at(case, (*row.path, "三级指标"), message, "请改为费用总额或单位成本。", related)


RULES = (budget, rounding, price, execution)
