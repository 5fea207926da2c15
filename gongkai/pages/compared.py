"""What pages show that compare: departments and localities side by side, two years of a department, a project over years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongkai.amounts import total_of
from gongkai.planning.compare import compare_years, project_history
from gongkai.planning.entries import Entry, entries
from gongkai.planning.matching import LEVELS
from gongkai.planning.summaries import LocalitySummary, OfYear, ProjectSummary
from gongkai.reading.evaluation import Reached, Results
from gongkai.reading.loaded import LoadedDepartment

Slugs = tuple[str, ...]
LEADING = 5
"""How many projects of each department stand beside those of others."""


@dataclass(frozen=True, slots=True)
class Column:
    """One department or locality in a comparison: its figures for one year. ``funds`` in 元 (None: none stated)."""

    name: str
    slugs: Slugs
    departments: int
    projects: int
    funds: Decimal | None
    unstated: int
    levels: dict[str, int]
    largest: tuple[tuple[ProjectSummary, Slugs], ...]
    """The largest project, and all as large, with their addresses."""

    leading: tuple[tuple[ProjectSummary, Slugs], ...]
    """The LEADING largest, and all as large as the last of them."""

    results: Results
    """自评 of its projects."""

    whole: Reached | None
    """自评 of a whole department."""


@dataclass(frozen=True)
class YearColumns(OfYear):
    """All that published something for one year."""

    columns: tuple[Column, ...]

    @property
    def levels(self) -> list[str]:
        """The levels any of them has indicators of."""
        return [level for level in LEVELS if any(column.levels.get(level) for column in self.columns)]


def department_context(kind: str, last: str, loaded: LoadedDepartment) -> dict[str, Any]:
    """Two years of a department, or one project over its years; ``last`` is the last part of the address."""
    department = loaded.department
    if kind == "compare-project":
        history = project_history(department, last)
        name = history.years[-1][1].name
        return {"history": history, "description": f"{department.name}的项目“{name}”历年预算和绩效目标比较"}
    by_slug = {one.slug: one for one in department.disclosures}
    old, new = (by_slug[slug] for slug in last.split("-"))
    description = f"{department.name}{old.year}年与{new.year}年预算和绩效目标比较"
    return {"comparison": compare_years(old, new), "description": description}


def of_departments(locality: LocalitySummary) -> list[YearColumns]:
    """The departments of a locality, a column for each of their years."""
    return _by_year(_column(one.department.name, one.slugs, [one]) for one in entries([locality]))


def of_localities(localities: Iterable[LocalitySummary]) -> list[YearColumns]:
    """Localities, a column for each of their years."""
    found = []
    for locality in localities:
        years: dict[int, list[Entry]] = {}
        for one in entries([locality]):
            years.setdefault(one.disclosure.year or 0, []).append(one)
        found += [_column(locality.name, (locality.slug,), those) for those in years.values()]
    return _by_year(found)


def _by_year(columns: Iterable[tuple[int, Column]]) -> list[YearColumns]:
    """Columns gathered by year, newest first, 未注明 last."""
    years: dict[int, list[Column]] = {}
    for year, column in columns:
        years.setdefault(year, []).append(column)
    return [YearColumns(year, tuple(years[year])) for year in sorted(years, reverse=True)]


def _column(name: str, slugs: Slugs, those: Sequence[Entry]) -> tuple[int, Column]:
    """The year they are of, and their figures."""
    disclosures = [one.disclosure for one in those]
    stating = [
        (one.funds, one, (*each.slugs, one.slug))
        for each in those
        for one in each.disclosure.projects
        if one.funds is not None
    ]
    stating.sort(key=lambda found: -found[0])

    def top(count: int) -> tuple[tuple[ProjectSummary, Slugs], ...]:
        least = stating[min(count, len(stating)) - 1][0] if stating else Decimal(0)
        return tuple((one, where) for funds, one, where in stating if funds >= least)

    return disclosures[0].year or 0, Column(
        name,
        slugs,
        len(disclosures),
        sum(len(one.projects) for one in disclosures),
        total_of(one.funds for one in disclosures),
        sum(one.unstated for one in disclosures),
        dict(sum((Counter(dict(one.levels)) for one in disclosures), Counter())),
        top(1),
        top(LEADING),
        Results.of(each.reached for one in disclosures for each in one.projects if each.reached),
        disclosures[0].reached if len(slugs) > 1 else None,
    )
