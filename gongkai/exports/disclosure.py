"""The data files of one department: JSON, CSV and the official tables as XLSX, per disclosure and per project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from gongkai.exchange.worksheet import GridWriter, sheet_name, workbook
from gongkai.exports.tables import BY_NAME
from gongkai.exports.text import csv_body, csv_head, json_text
from gongkai.exports.values import Rows, department_row, disclosure_rows, locality_row
from gongkai.planning.plan import file_address
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.tables.grid import Grid, GridError
from gongkai.tables.sheets import Sheet, disclosure_sheets, evaluation_sheet, notice_sheets, project_sheet
from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.tables.view import View

SCHEMA = "data/schema.json"
EVALUATION = "-evaluation.xlsx"
PER_DISCLOSURE = ("projects", "indicators", "department_targets", "tasks", "own_values")
"""The tables a disclosure gives as CSV of its own, where it has rows for them."""
JSON_FOOT = b"\n]}\n"
DataFile = tuple[bytes, int]
"""A data file's content, and how many rows (tables for XLSX, disclosures for JSON) it has."""


@dataclass(frozen=True, slots=True)
class Target:
    """A data file to be: its address, the disclosure or the one project it is made from, and how to make it.

    ``make`` may raise TemplateProblem.
    """

    address: str
    disclosure: Disclosure
    project: Project | None
    make: Callable[[], DataFile]


def targets(templates: Callable[[], Templates], loaded: LoadedDepartment) -> Iterator[Target]:
    """Every data file of a department; ``templates`` is asked for only when a table is rendered."""
    for disclosure in loaded.department.disclosures:
        rows = cache(partial(disclosure_rows, loaded, disclosure))
        keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
        yield _json_target(loaded, disclosure, rows)
        for name in PER_DISCLOSURE:
            if rows().get(name):
                address = file_address(*keys, ending=f"-{name}.csv")
                yield Target(address, disclosure, None, partial(_csv_file, name, rows))
        for project in disclosure.shown:
            # Its number among the others is in it: it depends on all of them.
            yield _json_target(loaded, disclosure, partial(_alone, rows, project), project.slug)
        for slug, ending, sheets, day, of in _workbooks(loaded, disclosure):
            if sheets:
                address = file_address(*keys, *slug, ending=ending)
                yield Target(address, disclosure, of, partial(_workbook, templates, day, sheets))


def data_files(loaded: LoadedDepartment) -> Iterator[Target]:
    """The JSON files of whole disclosures among these alone."""
    for disclosure in loaded.department.disclosures:
        yield _json_target(loaded, disclosure, partial(disclosure_rows, loaded, disclosure))


# -- CSV and JSON ---------------------------------------------------------------------------------


def _csv_file(name: str, rows: Callable[[], Rows]) -> DataFile:
    return csv_head(BY_NAME[name]) + csv_body(rows()[name]), len(rows()[name])


def _json_target(
    loaded: LoadedDepartment, disclosure: Disclosure, rows: Callable[[], Rows], *project: str
) -> Target:
    keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug, *project)
    address = file_address(*keys, ending=".json")

    def make() -> DataFile:
        text = disclosure_json(loaded, rows(), texts=not project)
        return json_head(address) + text.encode() + JSON_FOOT, 1

    return Target(address, disclosure, None, make)


def _alone(rows: Callable[[], Rows], project: Project) -> Rows:
    """The disclosure's rows with this project alone."""
    whole = rows()
    key = f"{whole['disclosures'][0][0]}/{project.slug}"
    return {
        "disclosures": whole["disclosures"],
        "projects": [row for row in whole["projects"] if row[0] == key],
        "indicators": [row for row in whole.get("indicators", ()) if row[1] == key],
        "own_values": [row for row in whole.get("own_values", ()) if f"{row[0]}/".startswith(f"{key}/")],
    }


def json_head(address: str) -> bytes:
    """What stands before the disclosures in a JSON file."""
    return f'{{"$schema":"{"../" * address.count("/")}{SCHEMA}","disclosures":[\n'.encode()


def disclosure_json(loaded: LoadedDepartment, rows: Rows, *, texts: bool = True) -> str:
    """One disclosure with its department, projects and indicators as a JSON object; what is blank is left out."""

    def objects(table: str) -> list[dict[str, Any]]:
        return [with_own(BY_NAME[table].nested(row)) for row in rows.get(table, ())]

    def with_own(found: dict[str, Any]) -> dict[str, Any]:
        values = own.get(found.get("id"))
        return {**found, "own": values} if values else found

    own: dict[Any, list[dict[str, Any]]] = {}
    for row in rows.get("own_values", ()):
        own.setdefault(row[0], []).append(BY_NAME["own_values"].nested(row))
    (found,) = objects("disclosures")
    found["department"] = BY_NAME["departments"].nested(department_row(loaded))
    found["locality"] = BY_NAME["localities"].nested(locality_row(loaded.locality))
    found |= {
        name: objects(name) for name in ("facts", "corrections", "withdrawals", "notices") if rows.get(name)
    }
    slug = found["id"].rpartition("/")[2]
    articles = next(one.articles for one in loaded.department.disclosures if one.slug == slug)
    if articles and texts:
        found["articles"] = [{"key": one.slug, "title": one.title, "text": one.text} for one in articles]
    indicators: dict[Any, list[dict[str, Any]]] = {}
    for row, one in zip(rows.get("indicators", ()), objects("indicators"), strict=True):
        indicators.setdefault(row[1] or row[2], []).append(one)
    for target in objects("department_targets"):
        found["department_target"] = {
            **target,
            "tasks": objects("tasks"),
            "indicators": indicators.get(target["id"], []),
        }
    found["projects"] = [{**one, "indicators": indicators.get(one["id"], [])} for one in objects("projects")]
    return json_text(found)


# -- official tables as XLSX ----------------------------------------------------------------------


def _workbooks(
    loaded: LoadedDepartment, disclosure: Disclosure
) -> Iterator[tuple[tuple[str, ...], str, list[Sheet], date | None, Project | None]]:
    """The official tables of the disclosure, of each project, of what it reached, and of each notice: last slug and ending
    of the address, tables, date, and whose they are alone.
    """
    day = disclosure.published
    yield (), ".xlsx", disclosure_sheets(loaded, disclosure), day, None
    for project in disclosure.shown:
        for make, ending in ((project_sheet, ".xlsx"), (evaluation_sheet, EVALUATION)):
            sheet = make(loaded, disclosure, project)
            yield (project.slug,), ending, [sheet] if sheet else [], day, project
    for notice in disclosure.notices:
        yield (notice.slug,), ".xlsx", notice_sheets(loaded, disclosure, notice), notice.published, None


def _workbook(templates: Callable[[], Templates], published: date | None, sheets: list[Sheet]) -> DataFile:
    """Each table on a sheet of its own. Raises TemplateProblem."""
    tables = [found for sheet in sheets for found in _tables(templates(), sheet)]
    taken: set[str] = set()
    with workbook(sheets[0].title, published) as (book, buffer):
        writer = GridWriter(book)
        for title, grid, view in tables:
            worksheet = book.add_worksheet(sheet_name(title, taken))
            writer.page(worksheet, view.form.declared.page)
            writer.write(worksheet, grid, view)
    return buffer.getvalue(), len(tables)


def _tables(templates: Templates, sheet: Sheet) -> Iterator[tuple[str, Grid, View]]:
    """A form's tables; in a document with running text, one of each project."""
    try:
        grids = templates.form_table(sheet.view).grids
    except GridError as error:
        place = Place(f"layouts/{sheet.view.form.template}")
        hint = "每一行盖住的列数要和 <colgroup> 一致；单元格不能重叠。见手册“新增表式”。"
        raise TemplateProblem(Problem(place, "form.grid", Severity.ERROR, str(error), hint)) from error
    projects = sheet.view.projects
    if sheet.view.form.subject == "document" and len(grids) == len(projects):
        for grid, view in zip(grids, projects, strict=True):
            yield str(view.value("name")), grid, view
        return
    for grid in grids:
        yield sheet.title, grid, sheet.view
