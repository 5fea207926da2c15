"""What readers ask of a site: the largest, the most changed, what was corrected; charts. From summaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gongkai.pages import overview
from gongkai.pages.charts import chart_folder, locality_charts
from gongkai.pages.explorer import listing
from gongkai.planning import finding
from gongkai.planning.explore import most_changed, of_year, project_rows, years_of
from gongkai.planning.plan import Plan

FEW = 5
"""How many of the largest and of the most changed the home page lists."""


def home(plan: Plan, entries: Sequence[overview.Entry]) -> dict[str, Any]:
    """The answers of the home page, of the newest year that lists projects."""
    rows = list(project_rows(plan.localities))
    year = next(iter(years_of(rows)), 0)
    return {
        "largest": of_year(rows, year, FEW) if rows else None,
        "changed": most_changed(rows, year, FEW),
        "revisions": overview.revisions(entries),
    }


def _projects(plan: Plan, _: str) -> dict[str, Any]:
    """The explorer: the largest projects of the newest year, and what its script starts with."""
    rows = list(project_rows(plan.localities))
    years = years_of(rows)
    listed = listing(plan.localities, rows)
    return {"newest": of_year(rows, years[0]) if years else None, "listing": listed}


def _largest(plan: Plan, locality: str) -> dict[str, Any]:
    place = plan.locality(locality)
    rows = list(project_rows([place]))
    return {"locality": place, "years": [of_year(rows, year) for year in years_of(rows)]}


def _charts(plan: Plan, locality: str) -> dict[str, Any]:
    place = plan.locality(locality)
    return {"locality": place, "charts": locality_charts(place), "folder": chart_folder(locality)}


def _departments(plan: Plan, locality: str) -> dict[str, Any]:
    return finding.locality_context(plan.locality(locality))


def _corrections(plan: Plan, _: str) -> dict[str, Any]:
    return {"revisions": overview.revisions(overview.entries(plan.localities))}


PAGES: Mapping[str, Callable[[Plan, str], dict[str, Any]]] = {
    "projects": _projects,
    "projects-locality": _largest,
    "charts-locality": _charts,
    "compare-locality": _departments,
    "corrections": _corrections,
}
"""What a kind of page shows, of the locality of this name (\"\": of all)."""
