"""Pages for finding and comparing: which there are, and what their templates show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from gongkai.planning.alphabet import IndexPage
from gongkai.planning.compare import (
    compare_years,
    project_history,
    repeated_projects,
    year_pairs,
)
from gongkai.planning.summaries import (
    LEVELS,
    DepartmentSummary,
    DisclosureSummary,
    LocalitySummary,
    OfYear,
    ProjectSummary,
)
from gongkai.reading.evaluation import Reached, Results
from gongkai.reading.loaded import LoadedDepartment

FindingKind = (
    Literal["search", "index-az", "projects", "projects-locality", "charts-locality", "corrections"]
    | Literal["compare", "compare-locality", "compare-years", "compare-project"]
)
Slugs = tuple[str, ...]
PAGES_PER_FILE = 8
"""Pages in one file of texts: a query's first results load a file each. The same number stands in search-index.js."""
LEADING = 5
"""How many projects of each department stand beside those of others."""


@dataclass(frozen=True, slots=True)
class Column:
    """One department or locality in a comparison: its figures for one year. ``funds`` in 元 (None: none stated)."""

    name: str
    slugs: Slugs
    departments: int
    projects: int
    all_projects: int | None
    funds: Decimal | None
    levels: dict[str, int]
    largest: tuple[tuple[ProjectSummary, Slugs], ...]
    """The largest project, and all as large, with their addresses."""

    leading: tuple[tuple[ProjectSummary, Slugs], ...]
    """The LEADING largest, and all as large as the last of them."""

    unstated: int
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


def shared_slugs(index: Iterable[IndexPage]) -> Iterator[tuple[FindingKind, Slugs, str]]:
    """Kind, address and title of the pages made from summaries, those of the index among them."""
    yield "search", ("search",), "检索"
    for page in index:
        yield "index-az", page.slugs, page.title
    yield "projects", ("projects",), "项目"
    yield "compare", ("compare",), "比较"
    yield "corrections", ("corrections",), "更正和撤回"


def locality_slugs(locality: LocalitySummary) -> Iterator[tuple[FindingKind, str, str]]:
    """Kind, last part of the address and title of a locality's pages of projects, charts and comparison."""
    if any(year.projects for year in locality.disclosures):
        yield "projects-locality", "projects", f"{locality.name}：各年度最大的项目"
    if any(year.funds for year in locality.disclosures):
        yield "charts-locality", "charts", f"{locality.name}：图表"
    if len(locality.departments) > 1:
        yield "compare-locality", "compare", f"{locality.name}：各部门比较"


def department_slugs(department: DepartmentSummary) -> Iterator[tuple[FindingKind, Slugs, str]]:
    """Kind, address below the department and title of its comparisons over years."""
    for older, newer in year_pairs(department):
        title = f"{department.name}：{older.year_text}与{newer.year_text}比较"
        yield "compare-years", (f"{older.slug}-{newer.slug}",), title
    for slug, name in repeated_projects(department).items():
        yield "compare-project", ("history", slug), f"{name}：历年比较"


def text_paths(locality: str, department: DepartmentSummary) -> Iterator[tuple[str, str]]:
    """The text files of a department as (year folder, address): pages of the disclosure, its projects and its texts."""
    for year in department.disclosures:
        pages = 1 + len(year.projects) + len(year.articles)
        for number in range(-(-pages // PAGES_PER_FILE)):
            yield year.slug, text_path(locality, department.slug, year.slug, number)


def text_path(locality: str, department: str, year: str, number: int) -> str:
    """The address of one file of texts."""
    return f"search/t/{locality}/{department}/{year}-{number}.js"


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


def by_year(found: Iterable[tuple[DisclosureSummary, Column]]) -> list[YearColumns]:
    """Columns gathered by year, newest first, 未注明 last."""
    years: dict[int, list[Column]] = {}
    for disclosure, column in found:
        years.setdefault(disclosure.year or 0, []).append(column)
    return [YearColumns(year, tuple(years[year])) for year in sorted(years, reverse=True)]


def of_departments(locality: LocalitySummary) -> Iterator[tuple[DisclosureSummary, Column]]:
    """The departments of a locality, a column for each of their years."""
    for one in locality.departments:
        for disclosure in one.disclosures:
            slugs = (locality.slug, one.slug, disclosure.slug)
            yield disclosure, _column(one.name, slugs, [(slugs, disclosure)])


def of_localities(localities: Iterable[LocalitySummary]) -> Iterator[tuple[DisclosureSummary, Column]]:
    """Localities, a column for each of their years."""
    for locality in localities:
        years: dict[int | None, list[tuple[Slugs, DisclosureSummary]]] = {}
        for one in locality.departments:
            for disclosure in one.disclosures:
                slugs = (locality.slug, one.slug, disclosure.slug)
                years.setdefault(disclosure.year, []).append((slugs, disclosure))
        for those in years.values():
            yield those[0][1], _column(locality.name, (locality.slug,), those)


def _column(name: str, slugs: Slugs, those: Sequence[tuple[Slugs, DisclosureSummary]]) -> Column:
    disclosures = [disclosure for _, disclosure in those]
    stated = [one.funds for one in disclosures if one.funds is not None]
    stating = [
        (one, (*where, one.slug)) for where, year in those for one in year.projects if one.funds is not None
    ]
    stating.sort(key=lambda pair: -(pair[0].funds or Decimal(0)))
    most, last = (stating[min(at, len(stating)) - 1][0].funds if stating else None for at in (1, LEADING))
    alls = [one.all_projects for one in disclosures]
    return Column(
        name,
        slugs,
        len(disclosures),
        sum(len(one.projects) for one in disclosures),
        None if None in alls else sum(filter(None, alls)),
        sum(stated, Decimal(0)) if stated else None,
        dict(sum((Counter(dict(one.levels)) for one in disclosures), Counter())),
        tuple(one for one in stating if one[0].funds == most),
        tuple(
            one for one in stating if one[0].funds is not None and last is not None and one[0].funds >= last
        ),
        sum(one.unstated for one in disclosures),
        Results.of(each.reached for one in disclosures for each in one.projects if each.reached),
        disclosures[0].reached if len(slugs) > 1 else None,
    )
