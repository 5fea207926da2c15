"""Rules of cost: cost indicators against the budget, and quantity × price where both are stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gongkai.amounts import FACTORS, Amount, AmountStyle, format_yuan
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
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding
from gongkai.reading.records import Project
from gongkai.reading.source import Path_

_WHOLE = re.compile(
    r"(?:费用|成本|经费|资金|支出|预算|项目)(?:总额|总成本|总数|控制数|控制总额)|总(?:费用|成本|投入)|预算控制"
)
_UNIT_PRICE = re.compile(
    r"(?P<factor>万?元)/(?:(?P<turned>月|年)[/·.]?(?=[人名户]))?(?P<per>人|名|户|个|场|次|期|件|份|套|台|亩|公里)(?:/(?P<time>月|年))?"
)
_NARRATIVE = re.compile(
    r"(?P<count>\d{1,7})(?P<per>名|人|户|个|场|次)[^\d。；;\n]{0,12}?"
    r"(?:每(?:人|名|户|个|场|次)?每?(?P<time>年|月)|每(?:人|名|户|个|场|次))"
    r"[^\d。；，;\n天日次]{0,8}?(?P<price>\d{1,9}(?:\.\d{1,4})?)(?P<factor>万?元)"
)
_SAME = {"名": "人"}
_MONTHS = 12
_EXACT_BUDGET = Decimal(50)
_TOTAL: Path_ = ("年度资金", "总额")


def is_whole_cost(row: Row) -> bool:
    """Whether a cost indicator is the project's whole cost (费用总额, 项目总成本, 预算控制数 …)."""
    return _is_cost(row) and bool(_WHOLE.search(row.name))


def _is_cost(row: Row) -> bool:
    return "成本" in f"{row.indicator.level1}{row.indicator.level2}"


def _annual_costs(case: RecordCase) -> list[tuple[Row, Amount]]:
    found = ((row, target_amount(row.indicator.annual_target)) for row in case.annual_rows if _is_cost(row))
    return [(row, amount) for row, amount in found if amount is not None]


def _near(one: Amount, other: Amount) -> bool:
    """Whether an amount is the budget but for its own last digit; a budget in whole 万元 is not a rounded one."""
    return abs(one.yuan - other.yuan) <= one.half_unit + min(other.half_unit, _EXACT_BUDGET)


def _budgets(department: DepartmentCase) -> Iterator[tuple[RecordCase, Amount, list[tuple[Row, Amount]]]]:
    """The projects that state a budget and costs of the year, with both."""
    for case, project in department.projects():
        whole, costs = project.funds.total, _annual_costs(case)
        if whole and costs and not case.unclear(whole):
            yield case, whole, costs


@rule("cost.budget", _budgets)
def budget(case: RecordCase, whole: Amount, costs: list[tuple[Row, Amount]]) -> Iterator[Finding]:
    """The whole cost is the year's budget; other costs together are no more."""
    totals = [(row, amount) for row, amount in costs if is_whole_cost(row)]
    for row, amount in totals:
        if not _near(amount, whole) and not is_slip(amount, whole):
            message = f"“{row.short}”的年度指标值是 {amount.text}，年度预算是 {written(whole)}"
            if amount.unit == "万元" and (whole.unit or "元") == "元":
                message += f"（{format_yuan(whole.yuan, EXACT_WAN)}万元）"
            yield case.at(row.annual, message, "请核对两个金额和单位。", _TOTAL)
    added = sum((amount.yuan for _, amount in costs), Decimal(0))
    if not totals and added - whole.yuan > envelope([whole, *(amount for _, amount in costs)]):
        names = " + ".join(f"{row.short} {amount.text}" for row, amount in costs)
        total = f" = {shown(added)}" if len(costs) > 1 else ""
        message = f"成本指标 {names}{total}，超过了年度预算 {written(whole)}"
        (first, _), *others = costs
        places = (row.annual for row, _ in others)
        yield case.at(first.annual, message, "请核对成本指标和年度预算的金额、单位。", _TOTAL, *places)


@rule("cost.rounding", _budgets)
def rounding(case: RecordCase, whole: Amount, costs: list[tuple[Row, Amount]]) -> Iterator[Finding]:
    """Where the whole cost differs from the budget by its last digit, it is rounded, not cut off."""
    for row, amount in costs:
        if _near(amount, whole) and is_whole_cost(row) and not agree(whole, amount):
            unit = amount.unit or "元"
            exact = format_yuan(whole.yuan, AmountStyle(unit, None, grouping=False)) + unit
            message = f"“{row.short}”的年度指标值是 {amount.text}，年度预算是 {written(whole)}，即 {exact}"
            yield case.at(row.annual, message, f"尾数像是被舍去了；请写 {exact}。", _TOTAL)


Product = tuple[Decimal, Decimal, str | None, str, tuple[Path_, ...]]
"""A quantity, its price in 元, per 月 or 年 (None: once), both in words, where the price stands and the quantity."""


@rule("cost.price", DepartmentCase.projects)
def price(case: RecordCase, project: Project) -> Iterator[Finding]:
    """Quantity × price is the budget; a text that goes on may speak of a part of it."""
    whole, product = project.funds.total, _by_indicators(case) or _by_narrative(case)
    if whole is None or product is None:
        return
    number, each, time, steps, (path, *also) = product
    yuan = number * each * (_MONTHS if time == "月" else 1)
    part = "，" in steps and yuan < whole.yuan and path[-1] == "年度目标"
    if not part and not rounds_to(Amount(yuan, f"{yuan:f}"), whole):
        times = f" × {_MONTHS}" if time == "月" else ""
        terms = f"{number:f} × {format_yuan(each, EXACT)}{times} = {shown(yuan)}"
        message = f"{steps}：{terms}，而年度预算是 {written(whole)}"
        hint = "请核对数量、单价和预算；预算里还有别的支出的，可以认可这一条。"
        yield case.at(path, message, hint, _TOTAL, *also)


def _by_indicators(case: RecordCase) -> Product | None:
    """One price and one quantity of what it is per; anything more cannot be paired without guessing."""
    stated = [
        (row, target, target.number)
        for row in case.rows
        if (target := row.indicator.annual_target)
        and target.number is not None
        and target.comparator in (None, "=", "≈")
    ]
    prices = [
        (row, target, number * FACTORS[match["factor"]], match)
        for row, target, number in stated
        if (match := _UNIT_PRICE.fullmatch(target.unit or "")) and target.comparator != "≈"
    ]
    if len(prices) != 1:
        return None
    ((priced, each, yuan, match),) = prices
    per = _SAME.get(match["per"], match["per"])
    counts = [one for one in stated if one[0].of_year and _SAME.get(one[1].unit or "", one[1].unit) == per]
    if len(counts) != 1 or any(row is not priced for row, _ in _annual_costs(case)):
        return None
    ((counted, count, number),) = counts
    steps = f"“{counted.short}”{count}，“{priced.short}”{each}"
    time = match["time"] or match["turned"]
    return number, yuan, time, steps, (priced.annual, counted.annual)


def _by_narrative(case: RecordCase) -> Product | None:
    """``对749名党员每年400元``: a text that states one quantity with its price."""
    path, text = case.annual_objective
    found = list(_NARRATIVE.finditer(text)) if "每" in text else []
    if len(found) != 1:
        return None
    (match,) = found
    yuan = Decimal(match["price"]) * FACTORS[match["factor"]]
    return Decimal(match["count"]), yuan, match["time"], f"“{match.group()}”", (path,)
