"""Rules of 自评: scores, sums and rates, what was reached against what was promised, and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from gongkai.amounts import FACTORS
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import quantity, written
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding
from gongkai.reading.evaluation import execution_rate, parts_score, percent
from gongkai.reading.records import Evaluation, Indicator
from gongkai.reading.source import Path_
from gongkai.targets import Target, sign_of

_FULL, _LEAST_RATE, _NEAR = Decimal(100), Decimal(90), Decimal("0.5")
_LAST_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
_COUNTED = ("次场期批回轮届", "个项件份套处", ("人", "名", "位", "人次"))
"""Units that are counted alike."""
_PERCENTS = {"%", "％", "百分比", "百分点"}


def _blocks(department: DepartmentCase) -> Iterator[tuple[RecordCase, Evaluation, Path_]]:
    """Every 自评 of a record, and where it stands."""
    for (case,) in department.records():
        if case.record.evaluation is not None:
            yield case, case.record.evaluation, (*case.base, "自评")


def _rows(department: DepartmentCase) -> Iterator[tuple[RecordCase, Row, Indicator]]:
    """Every indicator of the year, of records that state what was reached."""
    return ((case, row, row.indicator) for (case,) in department.evaluated() for row in case.annual_rows)


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"


@rule("evaluation.total", DepartmentCase.evaluated)
def total(case: RecordCase) -> Iterator[Finding]:
    """The total is the sum of the scores where all are stated, and 100 at most."""
    block, parts = case.record.evaluation, parts_score(case.record)
    stated = block.score if block else None
    unscored = block is not None and block.weight is not None and block.execution_score is None
    message = ""
    if stated is not None and stated > _FULL:
        message = f"总分是 {_text(stated)}，超过了 100"
    elif stated is not None and parts is not None and stated != parts and not unscored:
        message = f"总分是 {_text(stated)}，而各项得分之和是 {_text(parts)}"
    elif parts is not None and parts > _FULL:
        message = f"各项得分之和是 {_text(parts)}，超过了 100"
    if message:
        yield case.at((*case.base, "自评", "总分"), message, "请核对总分和各项得分。")


@rule("evaluation.rate", _blocks)
def rate(case: RecordCase, block: Evaluation, path: Path_) -> Iterator[Finding]:
    """The rate is what was spent of the budget, and no more than that was spent."""
    budget, spent = block.adjusted.total, block.spent.total
    if budget and spent and spent.yuan > budget.yuan:
        message = f"执行数 {written(spent)}超过了全年预算数 {written(budget)}"
        hint = "请核对两个金额；调整过预算的，写调整以后的数。"
        yield case.at((*path, "执行数", "总额"), message, hint)
    exact, stated = execution_rate(block), _percent(block.rate or "")
    if exact is not None and block.rate and (stated is None or abs(stated - exact) > _NEAR):
        hint = "请改正，或删去这一行，由程序算出。"
        if stated is not None and stated in (block.weight, block.execution_score):
            hint = f"像是把得分写在了执行率一列；得分写成“执行率得分: {block.rate}”。"
        message = f"执行率写的是 {block.rate}，而执行数 ÷ 全年预算数是 {percent(exact)}"
        yield case.at((*path, "执行率"), message, hint)


def _percent(text: str) -> Decimal | None:
    """``99.97%``, ``99.97`` or, of 1, ``0.9997``."""
    bare = text.strip().rstrip("%％")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number * 100 if number <= 1 and bare == text.strip() else number


@rule("evaluation.reached", _rows)
def reached(case: RecordCase, row: Row, one: Indicator) -> Iterator[Finding]:
    """What was not reached, or not stated, does not get all points."""
    if one.score is None or one.weight is None or not one.score >= one.weight > 0:
        return
    if one.actual is None or not one.actual.text.strip("-–—/无 "):
        message = f"“{row.short}”没有写实际完成值，却得了满分"
        yield case.at((*row.path, "得分"), message, "请写明实际完成值，或核对得分。")
    elif one.annual_target and _misses(one, one.annual_target, one.actual):
        message = f"“{row.short}”的目标是 {one.annual_target.text}，实际完成 {one.actual.text}，却得了满分"
        yield case.at((*row.path, "得分"), message, "请核对实际完成值和得分。")


def _misses(one: Indicator, target: Target, actual: Target) -> bool:
    """Whether numbers in one unit say that the value was not reached; a cost without a sign is a limit."""
    sign = target.comparator or sign_of(one.nature)
    days = [_LAST_DAY.search(value.text) for value in (target, actual)]
    if days[0] and days[1]:
        due, done = ([int(part or 31) for part in day.groups()] for day in days if day)
        return done > due
    unit = one.unit or (one.annual_target.unit if one.annual_target else None)
    wanted, got = quantity(target, unit), quantity(actual, unit)
    if wanted is None or got is None or sign == "≈":
        return False
    if wanted[1] != got[1] and not {wanted[1], got[1]} <= _PERCENTS:
        return False
    cost = "成本" in f"{one.level1}{one.level2}"
    if sign in ("≤", "<") or (sign not in ("≥", ">") and cost):
        return got[0] > wanted[0] or (sign == "<" and got[0] == wanted[0])
    return got[0] < wanted[0] or (sign == ">" and got[0] == wanted[0])


@rule("evaluation.unit", _rows)
def unit(case: RecordCase, row: Row, one: Indicator) -> Iterator[Finding]:
    """What was reached is counted in the unit of the target."""
    if one.annual_target is None or one.actual is None or not (wanted := one.annual_target.unit or one.unit):
        return
    got = one.actual.unit or ""
    classes = [next((kind for kind in _COUNTED if each in kind), each) for each in (wanted, got)]
    if one.actual.number is None or not got or got in wanted or wanted in got or classes[0] == classes[1]:
        return
    if not ({wanted, got} <= _PERCENTS or {wanted, got} <= FACTORS.keys()):
        values = f"目标是 {one.annual_target.text}，实际完成值却是 {one.actual.text}"
        message = f"“{row.short}”的{values}，单位不同"
        yield case.at((*row.path, "实际完成值"), message, "请核对实际完成值，写成与目标相同的单位。")


@rule("evaluation.execution", _blocks)
def execution(case: RecordCase, block: Evaluation, path: Path_) -> Iterator[Finding]:
    """Where money is left, it is said why."""
    done = execution_rate(block)
    if done is not None and done < _LEAST_RATE and not (block.reason or block.problems):
        message = f"预算执行率只有 {percent(done)}，没有写原因"
        yield case.at((*path, "执行数"), message, "请补上“执行偏差原因: …”。")


@rule("evaluation.weights", DepartmentCase.evaluated)
def weights(case: RecordCase) -> Iterator[Finding]:
    """Each level, and 执行率, has the points that the form gives it."""
    if case.evaluation_form is None:
        return
    declared = case.evaluation_form.declared
    for level in declared.indicators.levels:
        name = level.name.removesuffix("指标")
        weighed = [
            (row, row.indicator.weight)
            for row in case.annual_rows
            if name in (row.indicator.level1 or "") and row.indicator.weight is not None
        ]
        points = sum((weight for _, weight in weighed), Decimal(0))
        if level.weight is not None and weighed and points != level.weight:
            message = f"{level.name}的分值合计 {_text(points)}，《{case.evaluation_form.declared.title_of()}》规定 {_text(level.weight)}"
            yield case.at((*weighed[0][0].path, "权重"), message, "请核对各指标的权重。")
    block, wanted = case.record.evaluation, declared.indicators.execution_weight
    if block and block.weight is not None and wanted is not None and block.weight != wanted:
        message = f"执行率分值是 {_text(block.weight)}，《{case.evaluation_form.declared.title_of()}》规定 {_text(wanted)}"
        yield case.at((*case.base, "自评", "执行率分值"), message, "请核对。")
