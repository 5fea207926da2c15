"""What home, locality and department pages count: totals by year, by kind and over the years of a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from gongkai.amounts import total_of
from gongkai.planning.entries import Entry, Happened
from gongkai.planning.summaries import (
    DepartmentSummary,
    DisclosureSummary,
    LocalitySummary,
    OfYear,
    ProjectSummary,
)
from gongkai.reading.records import Indicator

NOT_STATED = "未注明"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over disclosures. ``funds`` in 元 (None: no project states any).

    Coverage counts only disclosures that state 项目总数: ``covered`` published of ``all_projects``.
    """

    departments: int
    projects: int
    funds: Decimal | None
    unstated: int
    """How many projects state no amount."""

    covered: int
    all_projects: int


@dataclass(frozen=True)
class YearTotals(OfYear):
    """All disclosures of one year in the order they were given."""

    totals: Totals
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Projects, or indicators, of one name: how many, and their funds in 元."""

    name: str
    count: int
    funds: Decimal | None = None


class Branch(NamedTuple):
    """A locality in the tree of localities; depth 0 has no superior on this site."""

    locality: LocalitySummary
    depth: int


def revisions(items: Iterable[Entry]) -> list[tuple[Entry, Happened]]:
    """All corrections and withdrawals, newest first."""
    found = [(one, it) for one in items for it in one.happened if it.kind in ("更正", "改错字", "撤回")]
    return sorted(found, key=lambda pair: pair[1].day, reverse=True)


def totals(items: Sequence[Entry]) -> Totals:
    """The sums over some disclosures."""
    stated = [one.disclosure for one in items if one.disclosure.all_projects]
    return Totals(
        len({(one.locality.slug, one.department.slug) for one in items}),
        sum(len(one.disclosure.projects) for one in items),
        total_of(one.disclosure.funds for one in items),
        sum(one.disclosure.unstated for one in items),
        sum(len(one.projects) for one in stated),
        sum(one.all_projects or 0 for one in stated),
    )


def by_year(items: Iterable[Entry]) -> list[YearTotals]:
    """Newest year first, 未注明 last."""
    years: dict[int | None, list[Entry]] = {}
    for one in items:
        years.setdefault(one.disclosure.year, []).append(one)
    ordered = sorted(years, key=lambda year: -(year or 0))
    return [YearTotals(year, totals(years[year]), tuple(years[year])) for year in ordered]


def tree(localities: Sequence[LocalitySummary]) -> list[Branch]:
    """Each locality followed by those below it; a circle of superiors is shown flat."""
    children: dict[str | None, list[LocalitySummary]] = {}
    known = {one.slug for one in localities}
    for one in localities:
        superior = one.locality.parent
        children.setdefault(superior if superior in known else None, []).append(one)

    def below(superior: str | None, depth: int) -> Iterator[Branch]:
        for one in children.get(superior, ()):
            yield Branch(one, depth)
            yield from below(one.slug, depth + 1)

    found = list(below(None, 0))
    reached = {branch.locality.slug for branch in found}
    return found + [Branch(one, 0) for one in localities if one.slug not in reached]


def by_kind(projects: Iterable[ProjectSummary]) -> list[Group]:
    """Projects by 项目类型, largest funds first; those without a type last, as 未注明."""
    kinds: dict[str, list[ProjectSummary]] = {}
    for project in projects:
        kinds.setdefault(project.type or NOT_STATED, []).append(project)
    groups = [Group(name, len(those), total_of(one.funds for one in those)) for name, those in kinds.items()]
    return sorted(groups, key=lambda group: (group.name == NOT_STATED, -(group.funds or Decimal(0))))


def by_level(indicators: Iterable[Indicator]) -> list[Group]:
    """Indicators by 一级指标, in order of first appearance."""
    counts = Counter(indicator.level1 or NOT_STATED for indicator in indicators)
    return [Group(name, count) for name, count in counts.items()]


def over_years(
    department: DepartmentSummary,
) -> tuple[list[DisclosureSummary], list[tuple[ProjectSummary, list[ProjectSummary | None]]]]:
    """The years that list projects, oldest first, and each project (named as last published) in all of them."""
    years = [one for one in reversed(department.disclosures) if one.projects]
    found = [{year.slug: project for year, project in those} for those in department.projects.values()]
    return years, [(next(iter(those.values())), [those.get(one.slug) for one in years]) for those in found]
