"""The data files of one department: JSON, CSV and the official tables as XLSX, per disclosure and per project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from gongkai.exchange.worksheet import GridWriter, sheet_name, workbook
from gongkai.exports.tables import TABLES, Table
from gongkai.exports.text import csv_body, csv_head, json_text
from gongkai.exports.values import Row, Rows, department_row, disclosure_rows, locality_row, nested
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Project
from gongkai.tables.grid import Grid, GridError, read_grids
from gongkai.tables.sheets import (
    Sheet,
    disclosure_sheets,
    evaluation_sheet,
    has_sheets,
    notice_sheets,
    project_sheet,
)
from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.tables.view import View

SCHEMA = "data/schema.json"
EVALUATION = "-evaluation.xlsx"
BY_NAME = {table.name: table for table in TABLES}
PER_DISCLOSURE = ("projects", "indicators", "department_targets", "tasks", "own_values")
"""The tables a disclosure gives as CSV of its own, where it has rows for them."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file's content, and how many rows (tables for XLSX, disclosures for JSON) it has."""

    data: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Target:
    """A data file to be: its address, the disclosure or the one project it is made from, and how to make it.

    ``make`` may raise TemplateProblem.
    """

    address: str
    disclosure: Disclosure
    project: Project | None
    make: Callable[[], DataFile]
    copied: Path | None = None
    """The file it is a copy of, where it is not made of records."""


def data_address(*slugs: str, ending: str) -> str:
    """``…/dongguan-gongwei-2026.json``, ``…/dongguan-gongwei-2026-projects.csv``: tells itself apart on a disk.

    ``ending`` is ``.json``, ``.xlsx`` or ``-<table>.csv``.
    """
    return "/".join((*slugs, f"{'-'.join(slugs)}{ending}"))


def targets(templates: Callable[[], Templates], loaded: LoadedDepartment) -> Iterator[Target]:
    """Every data file of a department; ``templates`` is asked for only when a table is rendered."""
    for disclosure in loaded.department.disclosures:
        keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
        rows = cache(partial(disclosure_rows, loaded, disclosure))
        yield _json_target(loaded, disclosure, rows)
        for name in _filled(disclosure):
            address = data_address(*keys, ending=f"-{name}.csv")
            yield Target(address, disclosure, None, partial(_csv_file, BY_NAME[name], rows, address))
        if has_sheets(loaded, disclosure):
            make = partial(_disclosure_sheets, templates, loaded, disclosure)
            yield Target(data_address(*keys, ending=".xlsx"), disclosure, None, make)
        forms = loaded.forms[disclosure.slug]
        for project in disclosure.projects:
            if not project.disclosed:
                continue
            if forms.for_project(project.slug).target:
                make = partial(_project_sheet, templates, loaded, disclosure, project)
                yield Target(data_address(*keys, project.slug, ending=".xlsx"), disclosure, project, make)
            address = data_address(*keys, project.slug, ending=".json")
            # Its number among the others is in it: it depends on all of them.
            yield Target(address, disclosure, None, partial(_project_json, loaded, rows, project, address))
            if evaluation := evaluation_sheet(loaded, disclosure, project):
                address = data_address(*keys, project.slug, ending=EVALUATION)
                make = partial(_workbook_of, templates, disclosure.published, [evaluation])
                yield Target(address, disclosure, project, make)
        for notice in disclosure.notices:
            if sheets := notice_sheets(loaded, disclosure, notice):
                make = partial(_workbook_of, templates, notice.published, sheets)
                yield Target(data_address(*keys, notice.slug, ending=".xlsx"), disclosure, None, make)


def data_files(loaded: LoadedDepartment) -> Iterator[Target]:
    """The JSON files among these alone."""
    for disclosure in loaded.department.disclosures:
        yield _json_target(loaded, disclosure, partial(disclosure_rows, loaded, disclosure))


def _json_target(loaded: LoadedDepartment, disclosure: Disclosure, rows: Callable[[], Rows]) -> Target:
    keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
    address = data_address(*keys, ending=".json")
    return Target(address, disclosure, None, partial(_json_file, loaded, rows, address))


def _filled(disclosure: Disclosure) -> Iterator[str]:
    """The tables of PER_DISCLOSURE that have rows."""
    shown = disclosure.shown
    target = disclosure.department_target
    holders: list[Project | DepartmentTarget] = [*shown, *([target] if target else [])]
    indicators = [each for one in holders for each in one.indicators]
    later = [each for one in shown for each in one.period_indicators]
    own = disclosure.own or any(one.own for one in (*holders, *indicators))
    present = (shown, indicators or later, target, target and target.tasks, own)
    yield from (name for name, some in zip(PER_DISCLOSURE, present, strict=True) if some)


# -- CSV and JSON ---------------------------------------------------------------------------------


def _csv_file(table: Table, rows: Callable[[], Rows], address: str) -> DataFile:
    found = rows()[table.name]
    return DataFile(csv_head(table) + csv_body(found), len(found))


def _json_file(loaded: LoadedDepartment, rows: Callable[[], Rows], address: str) -> DataFile:
    text = disclosure_json(loaded, rows())
    return DataFile(json_head(address) + text.encode() + JSON_FOOT, 1)


def _project_json(
    loaded: LoadedDepartment, rows: Callable[[], Rows], project: Project, address: str
) -> DataFile:
    """The disclosure's JSON with this project alone."""
    whole = rows()
    disclosure = str(whole["disclosures"][0][0])
    key = f"{disclosure}/{project.slug}"
    own = [row for row in whole.get("own_values", ()) if f"{row[0]}/".startswith(f"{key}/")]
    alone: Rows = {
        "disclosures": whole["disclosures"],
        "projects": [row for row in whole["projects"] if row[0] == key],
        "indicators": [row for row in whole.get("indicators", ()) if row[1] == key],
        "own_values": own,
    }
    return DataFile(json_head(address) + disclosure_json(loaded, alone, texts=False).encode() + JSON_FOOT, 1)


def json_head(address: str) -> bytes:
    """What stands before the disclosures in a JSON file."""
    return f'{{"$schema":"{"../" * address.count("/")}{SCHEMA}","disclosures":[\n'.encode()


JSON_FOOT = b"\n]}\n"


def disclosure_json(loaded: LoadedDepartment, rows: Rows, *, texts: bool = True) -> str:
    """One disclosure with its department, projects and indicators as a JSON object; what is blank is left out."""
    own: dict[str, list[dict[str, Any]]] = {}
    for row in rows.get("own_values", ()):
        own.setdefault(str(row[0]), []).append(_object("own_values", row, "holder_id"))
    (head,) = rows["disclosures"]
    found = _with_own(_object("disclosures", head), own)
    found["department"] = _object("departments", department_row(loaded))
    found["locality"] = _object("localities", locality_row(loaded.locality))
    for name in ("facts", "corrections", "withdrawals", "notices"):
        if rows.get(name):
            found[name] = [_object(name, row, "disclosure_id") for row in rows[name]]
    slug = str(head[0]).rpartition("/")[2]
    articles = next(one.articles for one in loaded.department.disclosures if one.slug == slug)
    if articles and texts:
        found["articles"] = [{"key": one.slug, "title": one.title, "text": one.text} for one in articles]
    indicators = _indicators(rows, own)
    for row in rows.get("department_targets", ()):
        target = _with_own(_object("department_targets", row, "disclosure_id"), own)
        target["tasks"] = [_object("tasks", task, "department_target_id") for task in rows.get("tasks", ())]
        target["indicators"] = indicators.get(target["id"], [])
        found["department_target"] = target
    found["projects"] = [
        {**_with_own(project, own), "indicators": indicators.get(project["id"], [])}
        for project in (_object("projects", row, "disclosure_id") for row in rows.get("projects", ()))
    ]
    return json_text(found)


def _object(table: str, row: Row, *without: str) -> dict[str, Any]:
    found = nested(BY_NAME[table].columns, row)
    for key in without:
        del found[key]
    return found


def _with_own(found: dict[str, Any], own: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    values = own.get(found["id"])
    return {**found, "own": values} if values else found


def _indicators(rows: Rows, own: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The indicators by the id of what they belong to."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.get("indicators", ()):
        indicator = _with_own(_object("indicators", row), own)
        holder = indicator.pop("project_id", None) or indicator.pop("department_target_id")
        found.setdefault(holder, []).append(indicator)
    return found


# -- official tables as XLSX ----------------------------------------------------------------------


def _disclosure_sheets(
    templates: Callable[[], Templates], loaded: LoadedDepartment, disclosure: Disclosure
) -> DataFile:
    return _workbook(templates(), disclosure.published, disclosure_sheets(loaded, disclosure))


def _workbook_of(templates: Callable[[], Templates], published: date | None, sheets: list[Sheet]) -> DataFile:
    return _workbook(templates(), published, sheets)


def _project_sheet(
    templates: Callable[[], Templates], loaded: LoadedDepartment, disclosure: Disclosure, project: Project
) -> DataFile:
    sheet = project_sheet(loaded, disclosure, project)
    assert sheet is not None, "the disclosure has a form for projects"
    return _workbook(templates(), disclosure.published, [sheet])


def _workbook(templates: Templates, published: date | None, sheets: list[Sheet]) -> DataFile:
    """Each table on a sheet of its own. Raises TemplateProblem."""
    tables = [found for sheet in sheets for found in _tables(templates, sheet)]
    taken: set[str] = set()
    with workbook(sheets[0].title, published) as (book, buffer):
        writer = GridWriter(book)
        for title, grid, view in tables:
            worksheet = book.add_worksheet(sheet_name(title, taken))
            writer.page(worksheet, view.form.declared.page)
            writer.write(worksheet, grid, view)
    return DataFile(buffer.getvalue(), len(tables))


def _tables(templates: Templates, sheet: Sheet) -> Iterator[tuple[str, Grid, View]]:
    """A form's tables; in a document with running text, one of each project."""
    try:
        grids = read_grids(templates.form_table(sheet.view))
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
