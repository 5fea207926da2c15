"""Rules of 自评: scores, sums and rates, what was reached against what was promised, reasons, and what a template left."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from gongkai.amounts import FACTORS
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import written
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.evaluation import execution_rate, is_evaluated, parts_score, percent
from gongkai.reading.records import Evaluation, Indicator
from gongkai.reading.source import Path_
from gongkai.targets import Target

_KEY = "自评"
_FULL, _LEAST_RATE = Decimal(100), Decimal(90)
_SIGNED = re.compile(r"^\s*(?:[≥≤><＞＜=＝]|不低于|不少于|不高于|不超过|大于|小于)")
_SIGNS = {"大于等于": "≥", "小于等于": "≤", ">=": "≥", "<=": "≤", "＞": ">", "＜": "<", "＝": "="}
_TEMPLATE = re.compile(
    r"[（(]\d{2,4}字(?:以内|左右|以上)[）)]|结合自评情况|^(?:…+|\.{3,}|指标\s*\d+\s*[:：]?\s*)$"
)
_NAMELESS = re.compile(r"^\s*[（(]\s*\d+\s*分?\s*[）)]\s*$")
_PERCENTS = {"%", "％", "百分比", "百分点"}
_TEXTS = {
    "result": "完成情况",
    "reason": "执行偏差原因",
    "conclusion": "结论",
    "problems": "存在问题",
    "measures": "改进措施",
}


def _evaluated(department: DepartmentCase) -> Iterator[RecordCase]:
    return (case for case in department.records if is_evaluated(case.record))  # type: ignore[arg-type]


def _block(case: RecordCase) -> Evaluation | None:
    found: Evaluation | None = case.record.evaluation  # type: ignore[attr-defined]
    return found


def _annual(case: RecordCase) -> Iterator[Row]:
    """The indicators but for those of the period alone."""
    return (row for row in case.rows if "中期绩效指标" not in row.path)


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"


@rule("evaluation.score", Severity.ERROR, "得分不能超过分值")
def score(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """每个指标的得分不超过它的权重（分值），执行率的得分不超过执行率分值。

    错：`权重: 10`、`得分: 12`
    对：`权重: 10`、`得分: 10`
    """
    for case in _evaluated(department):
        found: list[tuple[str, Path_, Any, Any]] = [
            (row.short, (*row.path, "得分"), row.indicator.score, row.indicator.weight) for row in case.rows
        ]
        if block := _block(case):
            path = (*case.base, _KEY, "执行率得分")
            found.append(("预算执行率", path, block.execution_score, block.weight))
        for name, path, got, most in found:
            if got is not None and most is not None and got > most:
                message = f"“{name}”得分 {_text(got)}，超过了分值 {_text(most)}"
                yield self.at(case, path, message, "请核对得分和分值（权重）。")


@rule("evaluation.total", Severity.ERROR, "总分要等于各项得分之和，不超过 100")
def total(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """总分 = 执行率得分 + 各指标得分，最多 100 分。分值全部写明的，也不超过 100。

    错：`总分: 100`，而各项得分加起来是 110
    对：`总分: 98.5`，与各项得分之和相同
    """
    for case in _evaluated(department):
        block, path = _block(case), (*case.base, _KEY, "总分")
        parts = parts_score(case.record)  # type: ignore[arg-type]
        stated = block.score if block else None
        if stated is not None and stated > _FULL:
            yield self.at(case, path, f"总分是 {_text(stated)}，超过了 100", "请核对各项得分。")
        elif stated is not None and parts is not None and stated != parts and not _unscored(case):
            message = f"总分是 {_text(stated)}，而各项得分之和是 {_text(parts)}"
            yield self.at(case, path, message, "请核对总分和各项得分。")
        elif parts is not None and parts > _FULL:
            yield self.at(case, path, f"各项得分之和是 {_text(parts)}，超过了 100", "请核对各项得分。")


def _unscored(case: RecordCase) -> bool:
    """Whether some part of the total is not stated, as where the score stands in another column."""
    block = _block(case)
    return block is not None and block.weight is not None and block.execution_score is None


@rule("evaluation.rate", Severity.WARNING, "执行率要等于执行数除以全年预算数")
def rate(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """执行率 = 执行数 ÷ 全年预算数。常见的差错：把得分写在执行率一列；执行数比预算数还多。

    错：`全年预算数` 和 `执行数` 的 `总额` 都是 880万元，`执行率: 10`
    对：`执行率: 100%`，或者不写
    """
    for case in _evaluated(department):
        block = _block(case)
        if block is None:
            continue
        base = (*case.base, _KEY)
        budget, spent = block.adjusted.total, block.spent.total
        if budget and spent and spent.yuan > budget.yuan:
            message = f"执行数 {written(spent)}超过了全年预算数 {written(budget)}"
            yield self.at(
                case, (*base, "执行数", "总额"), message, "请核对两个金额；调整过预算的，写调整以后的数。"
            )
        exact, stated = execution_rate(block), _percent(block.rate)
        if (
            exact is None
            or block.rate is None
            or (stated is not None and abs(stated - exact) <= Decimal("0.5"))
        ):
            continue
        hint = "请改正，或删去这一行，由程序算出。"
        if stated is not None and stated in (block.weight, block.execution_score):
            hint = f"像是把得分写在了执行率一列；得分写成“执行率得分: {block.rate}”。"
        message = f"执行率写的是 {block.rate}，而执行数 ÷ 全年预算数是 {percent(exact)}"
        yield self.at(case, (*base, "执行率"), message, hint)


def _percent(text: str | None) -> Decimal | None:
    """``99.97%``, ``99.97`` or, of 1, ``0.9997``."""
    try:
        number = Decimal((text or "").strip().rstrip("%％"))
    except InvalidOperation:
        return None
    return number * 100 if number <= 1 and not (text or "").rstrip().endswith(("%", "％")) else number


@rule("evaluation.reached", Severity.WARNING, "没有达到目标的，不能得满分")
def reached(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """实际完成值没有达到年度指标值，或者没有写实际完成值，却得了满分。

    错：`年度指标值: ≥95%`、`实际完成值: 92%`、`权重: 10`、`得分: 10`
    对：`年度指标值: ≥95%`、`实际完成值: 92%`、`权重: 10`、`得分: 9`，并写明偏差原因
    """
    for case in _evaluated(department):
        for row in _annual(case):
            one = row.indicator
            full = one.score is not None and one.weight is not None and one.score >= one.weight > 0
            if not full:
                continue
            if one.actual is None or not one.actual.text.strip("-–—/无 "):
                message = f"“{row.short}”没有写实际完成值，却得了满分"
                yield self.at(case, (*row.path, "得分"), message, "请写明实际完成值，或核对得分。")
            elif one.annual_target and _misses(one, one.annual_target, one.actual):
                message = (
                    f"“{row.short}”的目标是 {one.annual_target.text}，实际完成 {one.actual.text}，却得了满分"
                )
                yield self.at(case, (*row.path, "得分"), message, "请核对实际完成值和得分。")


def _misses(one: Indicator, target: Target, actual: Target) -> bool:
    """Whether numbers in one unit say that the value was not reached; a cost without a sign is a limit."""
    sign = target.comparator or _SIGNS.get(one.nature or "", one.nature)
    wanted, got = _number(target, one), _number(actual, one)
    if wanted is None or got is None or sign == "≈" or wanted[1] != got[1]:
        return False
    cost = any("成本" in (level or "") for level in (one.level1, one.level2))
    if sign in ("≤", "<") or (sign not in ("≥", ">") and cost):
        return got[0] > wanted[0] or (sign == "<" and got[0] == wanted[0])
    return got[0] < wanted[0] or (sign == ">" and got[0] == wanted[0])


def _number(value: Target, one: Indicator) -> tuple[Decimal, str] | None:
    """The number and its unit, money in 元; a value alone has the indicator's unit, or none."""
    if value.number is None:
        return None
    unit = value.unit or one.unit or (one.annual_target.unit if one.annual_target else None) or ""
    if unit in FACTORS:
        return value.number * FACTORS[unit], "元"
    return value.number, "%" if unit in _PERCENTS else unit


@rule("evaluation.copied", Severity.WARNING, "实际完成值不能照抄目标")
def copied(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """实际完成值是年末实际的数，不会带着“≥”“不低于”。

    错：`年度指标值: ≥266米`、`实际完成值: ≥266米`
    对：`年度指标值: ≥266米`、`实际完成值: 268米`
    """
    for case in _evaluated(department):
        for row in _annual(case):
            actual, target = row.indicator.actual, row.indicator.annual_target
            if actual is not None and _SIGNED.match(actual.text):
                what = "照抄了目标" if target and actual.text == target.text else "是一个范围"
                message = f"“{row.short}”的实际完成值“{actual.text}”{what}"
                yield self.at(
                    case, (*row.path, "实际完成值"), message, "请写实际完成的数，不带≥、≤一类的符号。"
                )


@rule("evaluation.reason", Severity.WARNING, "扣了分的，要写明原因")
def reason(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """得分少于分值的指标写明偏差原因和改进措施；执行率不到 90% 的，写明执行偏差原因。

    错：`权重: 10`、`得分: 8`，没有“偏差原因”
    对：`权重: 10`、`得分: 8`、`偏差原因: 两期培训因疫情推迟到下年；已列入下年计划。`
    """
    for case in _evaluated(department):
        for row in _annual(case):
            one = row.indicator
            if one.score is not None and one.weight is not None and one.score < one.weight and not one.reason:
                message = (
                    f"“{row.short}”得 {_text(one.score)} 分，少于分值 {_text(one.weight)}，没有写偏差原因"
                )
                yield self.at(case, (*row.path, "得分"), message, "请补上“偏差原因: …”。")
        block = _block(case)
        done = execution_rate(block) if block else None
        if block and done is not None and done < _LEAST_RATE and not (block.reason or block.problems):
            message = f"预算执行率只有 {percent(done)}，没有写原因"
            yield self.at(case, (*case.base, _KEY, "执行数"), message, "请补上“执行偏差原因: …”。")


@rule("evaluation.weights", Severity.WARNING, "分值要合乎表式的规定")
def weights(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """表式规定了各一级指标和预算执行率的分值，例如产出 50、效益 30、满意度 10、执行率 10，各指标的权重加起来要相等。

    错：产出指标的权重合计 70，表式规定 50
    对：产出指标的权重合计 50
    """
    for case in _evaluated(department):
        form = case.evaluation_form
        if form is None:
            continue
        system, sums, first = form.declared.indicators, defaultdict[str, Decimal](Decimal), dict[str, Row]()
        for row in _annual(case):
            for level in system.levels:
                if (
                    level.name.removesuffix("指标") in (row.indicator.level1 or "")
                    and row.indicator.weight is not None
                ):
                    sums[level.name] += row.indicator.weight
                    first.setdefault(level.name, row)
        for level in system.levels:
            if level.weight is not None and level.name in sums and sums[level.name] != level.weight:
                message = f"{level.name}的分值合计 {_text(sums[level.name])}，《{form.declared.title}》规定 {_text(level.weight)}"
                yield self.at(case, (*first[level.name].path, "权重"), message, "请核对各指标的权重。")
        block, wanted = _block(case), system.execution_weight
        if block and block.weight is not None and wanted is not None and block.weight != wanted:
            message = f"执行率分值是 {_text(block.weight)}，《{form.declared.title}》规定 {_text(wanted)}"
            yield self.at(case, (*case.base, _KEY, "执行率分值"), message, "请核对。")


@rule("evaluation.template", Severity.WARNING, "自评表模板里的字样要换掉")
def template(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """“（100字以内）”“结合自评情况，说明……”“指标2：”“……”是模板里的说明；一级指标只有“(50分)”的，没有写名称。

    错：`存在问题: （100字以内）`
    对：`存在问题: 两期培训推迟到下年。`
    """
    for case in _evaluated(department):
        block = _block(case)
        for name, key in _TEXTS.items():
            if block and (found := _TEMPLATE.search(getattr(block, name) or "")):
                message = f"“{key}”里有模板的字样“{found[0]}”"
                yield self.at(case, (*case.base, _KEY, key), message, "请换成实际内容；没有的删去这一行。")
        for row in _annual(case):
            if _TEMPLATE.search(row.name):
                message = f"三级指标“{row.short}”是模板里的字样"
                yield self.at(case, (*row.path, "三级指标"), message, "请填写，或删去这个指标。")
            if _NAMELESS.match(row.indicator.level1 or ""):
                message = f"一级指标“{row.indicator.level1}”没有名称"
                yield self.at(case, (*row.path, "一级指标"), message, "请补上，例如“产出指标(50分)”。")


@rule("evaluation.actual", Severity.WARNING, "自评了的，每个指标要写实际完成值")
def actual(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写了自评的项目，有年度指标值的指标都要写实际完成值。

    错：两个指标写了“实际完成值”，第三个没有写
    对：每个指标都写了“实际完成值”
    """
    for case in _evaluated(department):
        for row in _annual(case):
            one = row.indicator
            if one.annual_target is not None and one.actual is None and (one.score is None or one.score == 0):
                message = f"“{row.short}”没有写实际完成值"
                yield self.at(case, row.path, message, "请补上“实际完成值: …”和“得分: …”。")


RULES = (score, total, rate, reached, copied, reason, weights, template, actual)
