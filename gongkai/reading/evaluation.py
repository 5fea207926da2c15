"""Sums of a 自评: whether there is one, its score, and how much of the budget was spent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from gongkai.reading.records import DepartmentTarget, Evaluation, Project


def is_evaluated(record: Project | DepartmentTarget) -> bool:
    """Whether anything is stated of what was reached."""
    reached = ((one.actual, one.score, one.reason) for one in record.indicators)
    return record.evaluation is not None or any(any(v is not None for v in values) for values in reached)


def parts_score(record: Project | DepartmentTarget) -> Decimal | None:
    """The sum of 得分 of execution and indicators; None where none is stated."""
    execution = record.evaluation.execution_score if record.evaluation else None
    scores = [one for one in (execution, *(each.score for each in record.indicators)) if one is not None]
    return sum(scores, Decimal(0)) if scores else None


def total_score(record: Project | DepartmentTarget) -> Decimal | None:
    """总分 as stated, else the sum of its parts."""
    stated = record.evaluation.score if record.evaluation else None
    return parts_score(record) if stated is None else stated


def execution_rate(evaluation: Evaluation, source: str = "total") -> Decimal | None:
    """执行数 of 全年预算数 in per cent, of the year's total or one source of ``Funds``; None where one is blank, or 0."""
    budget, spent = getattr(evaluation.adjusted, source), getattr(evaluation.spent, source)
    if budget is None or spent is None or not budget.yuan:
        return None
    return Decimal(spent.yuan * 100 / budget.yuan)


def percent(value: Decimal | None) -> str:
    """With two decimals at most, rounded half up: ``99.97%``, ``100%``; nothing for None."""
    if value is None:
        return ""
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") + "%"
