"""Notices of a year: what each publishes, and what is left of a year without those of a later day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from gongkai.reading.evaluation import is_evaluated
from gongkai.reading.records import DepartmentTarget, Disclosure, Notice, Project

Evaluated = TypeVar("Evaluated", Project, DepartmentTarget)
EVALUATED = "自评"
EVALUATION_SLUG = "evaluation"
"""The address of what was evaluated where no notice says it."""


def with_evaluation_notice(disclosure: Disclosure) -> Disclosure:
    """With a notice of 自评 where records are evaluated and no notice says when: it is published with the year."""
    target = disclosure.department_target
    evaluated = any(is_evaluated(one) for one in disclosure.projects if one.disclosed)
    evaluated = evaluated or (target is not None and is_evaluated(target))
    if not evaluated or any(one.kind == EVALUATED for one in disclosure.notices):
        return disclosure
    notice = Notice.model_validate({"文件名": EVALUATION_SLUG, "类别": EVALUATED})
    return disclosure.model_copy(update={"notices": (*disclosure.notices, notice)})


def in_notice(disclosure: Disclosure, notice: Notice) -> list[Project]:
    """The published projects whose tables a notice publishes, in its order."""
    shown = [one for one in disclosure.projects if one.disclosed]
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
    return frozenset(
        slug for notice in disclosure.notices if notice.kind != EVALUATED for slug in notice.projects
    )


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
