"""Every project once, by its file name, with its amounts over the years: the largest of a year, and the most changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongkai.amounts import total_of
from gongkai.planning.compare import Change
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary, OfYear

MOST = 50
"""How many of the largest projects pages list that need no script."""
COLUMNS = 5
"""How many years tables show side by side, the newest."""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project, named as it was last; ``years``: year (0: 未注明) → 元, None where no amount is stated; oldest first."""

    locality: LocalitySummary
    department: DepartmentSummary
    slug: str
    name: str
    type: str | None
    years: Mapping[int, Decimal | None]

    def slugs(self, year: int) -> tuple[str, str, str, str]:
        """The address of its page of a year."""
        return self.locality.slug, self.department.slug, str(year or "undated"), self.slug

    def amounts(self, years: Iterable[int]) -> list[Decimal | None]:
        """Its amounts in these years."""
        return [self.years.get(year) for year in years]

    def change(self, year: int) -> Change | None:
        """Its amount of a year beside that of the year it was published before; None where there is none."""
        earlier = [one for one in self.years if 0 < one < year]
        return Change(self.years[earlier[-1]], self.years[year]) if earlier and year in self.years else None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A project's place among those of a year (equal amounts have the same), and the sum so far."""

    place: int
    row: ProjectRow
    running: Decimal


@dataclass(frozen=True)
class YearProjects(OfYear):
    """The projects of one year: how many, their sum in 元, how many state none; ``listed`` are the largest."""

    count: int
    funds: Decimal | None
    unstated: int
    listed: tuple[Ranked, ...]
    columns: tuple[int, ...]
    """The years to show, oldest first."""


def project_rows(localities: Iterable[LocalitySummary]) -> Iterator[ProjectRow]:
    """All projects, in the site's order."""
    for locality in localities:
        for department in locality.departments:
            found: dict[str, dict[int, Decimal | None]] = {}
            last = {}
            for disclosure in reversed(department.disclosures):
                for project in disclosure.projects:
                    found.setdefault(project.slug, {})[disclosure.year or 0] = project.funds
                    last[project.slug] = project
            for slug, years in found.items():
                yield ProjectRow(locality, department, slug, last[slug].name, last[slug].type, years)


def years_of(rows: Iterable[ProjectRow]) -> list[int]:
    """The years any of them was published for, newest first, 0 (未注明) last."""
    return sorted({year for row in rows for year in row.years}, reverse=True)


def of_year(rows: Sequence[ProjectRow], year: int, most: int | None = MOST) -> YearProjects:
    """The projects of a year by size; ``most`` of them and all that are as large as the last of these."""
    there = [row for row in rows if year in row.years]
    ordered = sorted(there, key=lambda row: -(row.years[year] or Decimal(0)))
    listed: list[Ranked] = []
    for row in ordered:
        amount, last = row.years[year], listed[-1] if listed else None
        same = last is not None and last.row.years[year] == amount
        if amount is None or (most is not None and len(listed) >= most and not same):
            break
        place = last.place if last and same else len(listed) + 1
        listed.append(Ranked(place, row, amount + (last.running if last else Decimal(0))))
    return YearProjects(
        year,
        len(there),
        total_of(row.years[year] for row in there),
        sum(row.years[year] is None for row in there),
        tuple(listed),
        tuple(reversed(years_of(there)[:COLUMNS])),
    )


def most_changed(rows: Iterable[ProjectRow], year: int, most: int) -> list[tuple[ProjectRow, Change]]:
    """The projects whose amounts changed most, in 元, up or down; all that changed as much as the last of them."""
    found = [
        (abs(change.difference or Decimal(0)), row, change) for row in rows if (change := row.change(year))
    ]
    found = sorted((one for one in found if one[0]), key=lambda one: -one[0])
    least = found[most - 1][0] if len(found) > most else Decimal(0)
    return [(row, change) for size, row, change in found if size >= least]
