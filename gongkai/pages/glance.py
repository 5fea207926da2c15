"""A record in a minute: its short facts, where the money comes from, its targets for reading, and what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gongkai.amounts import Amount
from gongkai.reading.evaluation import is_evaluated, stated_rate, total_score
from gongkai.reading.records import DepartmentTarget, Funds, Indicator, Period, Project

_SIGNS = ("≥", "≤", ">", "<", "=", "＞", "＜", "＝")
_FACTS = ("code", "type", "level", "nature", "category", "authority", "spending_unit", "implementing_unit",
          "schedule", "start_date", "finish_date")  # fmt: skip
_FACT_LABELS = [(name, Project.model_fields[name].alias or name) for name in _FACTS]
_SOURCE_LABELS = [(name, info.alias or name) for name, info in Funds.model_fields.items() if name != "total"]


@dataclass(frozen=True, slots=True)
class Goal:
    """One target for reading: what is measured, the value for the year, and for the whole period where it differs."""

    name: str
    value: str
    period_value: str


@dataclass(frozen=True, slots=True)
class GoalGroup:
    """The targets under one first-level name (``""``: none is stated)."""

    name: str
    goals: tuple[Goal, ...]


def facts(project: Project) -> list[tuple[str, str]]:
    """The project's short facts that are stated, under their official labels."""
    return [(label, value) for name, label in _FACT_LABELS if (value := getattr(project, name))]


def sources(funds: Funds) -> list[tuple[str, Amount]]:
    """The amounts by source that are more than nothing; the total is not among them."""
    stated = [(label, getattr(funds, name)) for name, label in _SOURCE_LABELS]
    return [(label, amount) for label, amount in stated if amount is not None and amount.yuan]


def period_text(period: Period) -> str:
    """``2026年—2028年``, one end where only one is stated, ``""`` for none."""
    if period.start and period.start == period.end:
        return f"{period.start}年"
    if period.start and period.end:
        return f"{period.start}年—{period.end}年"
    if period.start:
        return f"{period.start}年起"
    return f"至{period.end}年" if period.end else ""


def goal_groups(record: Project | DepartmentTarget) -> list[GoalGroup]:
    """The record's indicators by goal and first level in order of appearance; the period's where it has no annual ones."""
    indicators: Sequence[Indicator] = record.indicators
    if not indicators and isinstance(record, Project):
        indicators = record.period_indicators
    groups: dict[str, list[Goal]] = {}
    for indicator in indicators:
        name = "：".join(one for one in (indicator.goal, indicator.level1) if one)
        groups.setdefault(name, []).append(_goal(indicator))
    return [GoalGroup(name, tuple(goals)) for name, goals in groups.items()]


def _goal(indicator: Indicator) -> Goal:
    annual, period = _value(indicator, "annual_target"), _value(indicator, "period_target")
    name = indicator.level3 or indicator.level2 or ""
    return Goal(name, annual or period, period if annual and period != annual else "")


def _value(indicator: Indicator, name: str) -> str:
    """A value as written, with the sign and unit that some forms print in columns of their own."""
    target = getattr(indicator, name)
    if target is None:
        return ""
    sign = indicator.nature if indicator.nature in _SIGNS else ""
    unit = indicator.unit or ""
    if unit and (target.number is None or target.text.endswith(unit)):
        unit = ""
    if sign and target.text.startswith(sign):
        sign = ""
    return f"{sign}{target.text}{unit}"


# -- 自评 ------------------------------------------------------------------------------------------


def result_of(record: Project | DepartmentTarget) -> dict[str, Any] | None:
    """What a record says of what was reached: the 自评 with its totals and rate (``99.97%``, stated or computed), and
    ``rows``, each indicator with what was promised; None where it says nothing.
    """
    if not is_evaluated(record):
        return None
    one = record.evaluation
    return {
        "evaluation": one,
        "score": total_score(record),
        "budget": one.adjusted.total or one.initial.total if one else None,
        "spent": one.spent.total if one else None,
        "rate": stated_rate(one),
        "rows": [(each, _value(each, "annual_target")) for each in record.indicators],
    }
