"""自评: its sums, and the notices of a year that publish what was reached, each on its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

from gongkai.amounts import total
from gongkai.reading.acts import Notice
from gongkai.reading.records import DepartmentTarget, Disclosure, Evaluation, Project

Evaluated = TypeVar("Evaluated", Project, DepartmentTarget)
EVALUATED = "自评"
EVALUATION_SLUG = "evaluation"
"""The address of what was evaluated where no notice says it."""


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


class Reached(NamedTuple):
    """What a 自评 tells: 总分 as stated or added up, 全年预算数 and 执行数 in 元; None where blank."""

    score: Decimal | None
    adjusted: Decimal | None
    spent: Decimal | None


class Results(NamedTuple):
    """The 自评 of several projects: how many are evaluated; of those that state a score how many, and the sum of it; of
    those that state both what was spent, and of how much, in 元.
    """

    projects: int
    scored: int
    score: Decimal
    adjusted: Decimal
    spent: Decimal

    @property
    def mean(self) -> Decimal | None:
        """The mean score, one decimal, half up; None where none is stated."""
        return (self.score / self.scored).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.scored else None

    @classmethod
    def of(cls, all_: Iterable[Reached]) -> Results:
        """What single ones add up to."""
        found = list(all_)
        scores = [one.score for one in found if one.score is not None]
        both = [one[1:] for one in found if one.adjusted is not None and one.spent is not None]
        budget, used = (sum((pair[at] or Decimal(0) for pair in both), Decimal(0)) for at in (0, 1))
        return cls(len(found), len(scores), sum(scores, Decimal(0)), budget, used)


def reached(record: Project | DepartmentTarget) -> Reached | None:
    """What a record says of what was reached; None where it says nothing."""
    if not is_evaluated(record):
        return None
    one = record.evaluation or Evaluation.model_validate({})
    return Reached(total_score(record), total([one.adjusted.total]), total([one.spent.total]))


def execution_rate(evaluation: Evaluation, source: str = "total") -> Decimal | None:
    """执行数 of 全年预算数 in per cent, of the year's total or one source of ``Funds``; None where one is blank, or 0."""
    budget, spent = getattr(evaluation.adjusted, source), getattr(evaluation.spent, source)
    if budget is None or spent is None or not budget.yuan:
        return None
    return Decimal(spent.yuan * 100 / budget.yuan)


def stated_rate(evaluation: Evaluation | None) -> str:
    """执行率 as stated, else computed; "" where there is neither."""
    return (evaluation.rate or percent(execution_rate(evaluation))) if evaluation else ""


def percent(value: Decimal | None) -> str:
    """With two decimals at most, rounded half up: ``99.97%``, ``100%``; nothing for None."""
    if value is None:
        return ""
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") + "%"


def with_evaluation_notice(disclosure: Disclosure) -> Disclosure:
    """With a notice of 自评 where records are evaluated and no notice says when: it is published with the year."""
    target = disclosure.department_target
    evaluated = any(map(is_evaluated, disclosure.shown))
    evaluated = evaluated or (target is not None and is_evaluated(target))
    if not evaluated or any(one.kind == EVALUATED for one in disclosure.notices):
        return disclosure
    notice = Notice.model_validate({"文件名": EVALUATION_SLUG, "类别": EVALUATED})
    return disclosure.model_copy(update={"notices": (*disclosure.notices, notice)})


def in_notice(disclosure: Disclosure, notice: Notice) -> list[Project]:
    """The published projects whose tables a notice publishes, in its order."""
    shown = disclosure.shown
    if notice.projects:
        by_slug = {one.slug: one for one in shown}
        return [by_slug[slug] for slug in notice.projects if slug in by_slug]
    return [one for one in shown if is_evaluated(one)] if notice.kind == EVALUATED else []


def notice_of(disclosure: Disclosure, project: Project) -> Notice | None:
    """The notice that publishes what a project reached."""
    of = (one for one in disclosure.notices if one.kind == EVALUATED)
    return next((one for one in of if not one.projects or project.slug in one.projects), None)


def elsewhere(disclosure: Disclosure) -> frozenset[str]:
    """The projects whose targets a notice publishes, and not the year's own disclosure."""
    others = (notice for notice in disclosure.notices if notice.kind != EVALUATED)
    return frozenset(slug for notice in others for slug in notice.projects)


def waiting(today: date) -> Callable[[Notice], bool]:
    """Tells whether a notice is published on a later day than ``today``."""
    return lambda notice: notice.published is not None and notice.published > today


def without_later(disclosure: Disclosure, today: date) -> Disclosure:
    """Without the notices of a later day: their projects, their texts and, of 自评, what was reached."""
    later = [notice for notice in disclosure.notices if waiting(today)(notice)]
    if not later:
        return disclosure
    hidden = {slug for notice in later if notice.kind != EVALUATED for slug in notice.projects}
    texts = {slug for notice in later for slug in notice.texts}
    projects = tuple(one for one in disclosure.projects if one.slug not in hidden)
    target = disclosure.department_target
    for notice in later:
        if notice.kind == EVALUATED:
            of = set(notice.projects)
            projects = tuple(without_evaluation(one) if not of or one.slug in of else one for one in projects)
            target = without_evaluation(target) if target and not of else target
    return disclosure.model_copy(
        update={
            "notices": tuple(one for one in disclosure.notices if one not in later),
            "articles": tuple(one for one in disclosure.articles if one.slug not in texts),
            "projects": projects,
            "department_target": target,
        }
    )


def without_evaluation(record: Evaluated) -> Evaluated:
    """A record as it was at the beginning of the year."""
    blank = {"actual": None, "score": None, "reason": None}
    indicators = tuple(one.model_copy(update=blank) for one in record.indicators)
    return record.model_copy(update={"evaluation": None, "indicators": indicators})
