"""What the pages show that are made from summaries: home, localities, departments, explorer, charts, data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gongkai.exports.described import dataset
from gongkai.exports.listing import data_listing
from gongkai.exports.tables import TABLES
from gongkai.pages import compared, overview
from gongkai.pages.charts import locality_charts
from gongkai.pages.scripts import listing
from gongkai.pages.texts import Text
from gongkai.parts import File
from gongkai.planning.compare import repeated_projects, year_pairs
from gongkai.planning.entries import entries
from gongkai.planning.explore import most_changed, of_year, project_rows, years_of
from gongkai.planning.plan import Page, Plan, address, yearbook_address
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary
from gongkai.reading.acts import SiteSettings

LATEST, FEW = 10, 5
"""How many of the newest disclosures, and of the largest and most changed projects, the home page lists."""


def shown(
    site: SiteSettings, plan: Plan, texts: Iterable[Text], page: Page, files: Mapping[str, File]
) -> dict[str, Any]:
    """What the page's template is filled with; ``files`` are those it may state facts of."""
    match page.kind:
        case "home" | "missing":
            return _home(site, plan)
        case "locality":
            return _locality(plan, plan.locality(page.locality), files)
        case "department":
            return _department(plan.locality(page.locality), plan.department(page.locality, page.department))
        case "projects" | "projects-locality":
            return _projects(plan, page.locality)
        case "charts-locality":
            place = plan.locality(page.locality)
            return {"locality": place, "charts": locality_charts(place)}
        case "compare-locality":
            place = plan.locality(page.locality)
            years = compared.of_departments(place)
            description = f"{place.name}各部门公开的预算绩效目标比较"
            return {"locality": place, "years": years, "description": description}
        case "corrections":
            return {"revisions": overview.revisions(entries(plan.localities))}
        case "compare":
            years = compared.of_localities(plan.localities)
            description = f"{site.title}：比较各地区、各部门公开的预算绩效目标"
            return {"localities": plan.localities, "years": years, "description": description}
        case "search":
            return {"description": f"在{site.title}里检索项目、目标、指标和金额"}
        case "index-az":
            return {"index": plan.index[tuple(page.path.split("/")[:-1])]}
        case "glossary":
            return {"description": f"{site.title}：绩效目标、指标、资金的名词解释"}
        case "dictionary":
            return {"tables": TABLES, "description": f"{site.title}：数据文件的表和列"}
        case "data":
            return _data(site, plan, page, files)
    return {"text": next(text for text in texts if address(text.slug) == page.path)}


def _home(site: SiteSettings, plan: Plan) -> dict[str, Any]:
    """The answers are of the newest year that lists projects."""
    listed = entries(plan.localities)
    rows = list(project_rows(plan.localities))
    year = next(iter(years_of(rows)), 0)
    newest = sorted(
        listed,
        key=lambda one: (one.disclosure.published or date.min, one.disclosure.year or 0),
        reverse=True,
    )
    return {
        "largest": of_year(rows, year, FEW) if rows else None,
        "changed": most_changed(rows, year, FEW),
        "revisions": overview.revisions(listed),
        "branches": overview.tree(plan.localities),
        "totals": overview.totals(listed),
        "years": overview.by_year(listed),
        "cells": {
            (place.slug, one.year): one
            for place in plan.localities
            for one in overview.by_year(entries([place]))
        },
        "latest": newest[:LATEST],
        "description": f"{site.title}：各地区、各部门、各年度公开的预算绩效目标",
    }


def _locality(plan: Plan, locality: LocalitySummary, files: Mapping[str, File]) -> dict[str, Any]:
    listed = entries([locality])
    parent = locality.locality.parent
    return {
        "locality": locality,
        "superior": next((one for one in plan.localities if one.slug == parent), None),
        "inferiors": [one for one in plan.localities if one.locality.parent == locality.slug],
        "totals": overview.totals(listed),
        "years": overview.by_year(listed),
        "yearbook": lambda year: files.get(yearbook_address(locality.slug, year)),
        "description": f"{locality.name}各部门公开的预算绩效目标",
    }


def _department(locality: LocalitySummary, department: DepartmentSummary) -> dict[str, Any]:
    one = LocalitySummary(locality.locality, (department,))
    columns, rows = overview.over_years(department)
    return {
        "locality": locality,
        "department": department,
        "years": overview.by_year(entries([one])),
        "columns": columns,
        "rows": rows,
        "reached": [row for row in rows if any(one and one.reached for one in row[1])],
        "comparisons": [
            (
                f"{older.year_text}与{newer.year_text}比较",
                address(locality.slug, department.slug, f"{older.slug}-{newer.slug}"),
            )
            for older, newer in year_pairs(department)
        ],
        "repeated": repeated_projects(department),
        "description": f"{department.name}历年公开的预算绩效目标",
    }


def _projects(plan: Plan, locality: str) -> dict[str, Any]:
    """The largest projects: of the newest year, and what the explorer's script starts with; or of each of a locality."""
    if locality:
        place = plan.locality(locality)
        rows = list(project_rows([place]))
        return {"locality": place, "years": [of_year(rows, year) for year in years_of(rows)]}
    rows = list(project_rows(plan.localities))
    newest = of_year(rows, years_of(rows)[0]) if rows else None
    return {"newest": newest, "listing": listing(plan, rows)}


def _data(site: SiteSettings, plan: Plan, page: Page, files: Mapping[str, File]) -> dict[str, Any]:
    found = data_listing(plan, files)
    description = f"{site.title}：全部公开数据下载"
    described = dataset(site, page, description, found["whole"], plan.updated)
    return {"listing": found, "description": description, "dataset": described}
