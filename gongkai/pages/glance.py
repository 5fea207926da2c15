"""A record in a minute: its short facts, where the money comes from, its targets for reading, and what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongkai.amounts import Amount
from gongkai.reading.evaluation import is_evaluated, stated_rate, total_score
from gongkai.reading.records import DepartmentTarget, Evaluation, Funds, Indicator, Period, Project

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


@dataclass(frozen=True, slots=True)
class Reached:
    """One indicator: what was promised, what was reached, its score of how many points, and why it lost some."""

    level1: str
    name: str
    promised: str
    actual: str
    score: Decimal | None
    weight: Decimal | None
    reason: str

    @property
    def lost(self) -> bool:
        """Whether it has less than its full score."""
        return self.score is not None and self.weight is not None and self.score < self.weight


@dataclass(frozen=True, slots=True)
class Result:
    """A 自评 for reading; ``spent``/``budget`` are the year's totals, ``rate`` as stated or computed (``99.97%``)."""

    evaluation: Evaluation | None
    score: Decimal | None
    budget: Amount | None
    spent: Amount | None
    rate: str
    rows: tuple[Reached, ...]


def result_of(record: Project | DepartmentTarget) -> Result | None:
    """What a record says of what was reached; None where it says nothing."""
    if not is_evaluated(record):
        return None
    one = record.evaluation
    return Result(
        one,
        total_score(record),
        one.adjusted.total or one.initial.total if one else None,
        one.spent.total if one else None,
        stated_rate(one),
        tuple(
            Reached(
                each.level1 or "",
                each.level3 or each.level2 or "",
                _value(each, "annual_target"),
                each.actual.text if each.actual else "",
                each.score,
                each.weight,
                each.reason or "",
            )
            for each in record.indicators
        ),
    )
