"""Official tables as spreadsheets to fill in: the form's grid, input cells with checks, a hidden map to the fields."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from gongkai.exchange.binding import MAP_SHEET, NAME_PREFIX, SPARE, Bound, bound_cells
from gongkai.exchange.blank import SPARE_ROWS, with_room
from gongkai.exchange.worksheet import GridWriter, caption_lines, sheet_name, workbook
from gongkai.reading.forms import Form
from gongkai.reading.records import Department, DepartmentTarget, Disclosure, Locality, Project
from gongkai.reading.vocabulary import without_rows
from gongkai.reading.write_yaml import record_data
from gongkai.tables.grid import Cell, Grid
from gongkai.tables.templates import Templates
from gongkai.tables.view import View

LONGEST = 32_767
"""Characters one cell of a spreadsheet can hold."""
_CHUNK = 8_000
_CHECKS = {
    "amount": ('=ISNUMBER(VALUE(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({0},",",""),"亿",""),"万",""),"元","")))', "请填数字，例如 27,700.00。单位是{}。"),
    "year": ("=AND(LEN({0})=4,ISNUMBER(VALUE({0})))", "请填四位数的年份，例如 2026。"),
    "count": ("=ISNUMBER(VALUE({0}))", "请只填数字。"),
    "number": ("=ISNUMBER(VALUE({0}))", "请只填数字。"),
}  # fmt: skip
"""Kind of field → the formula that a cell of it must fulfil, and what is said otherwise."""
_PROTECT = {"format_rows": True, "format_columns": True, "insert_rows": True, "select_locked_cells": True}
_CELL = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}


def write_sheet(
    form: Form,
    records: Sequence[Project] | DepartmentTarget | None,
    templates: Templates,
    *,
    locality: Locality | None = None,
    department: Department | None = None,
    disclosure: Disclosure | None = None,
    project_form: Form | None = None,
) -> bytes:
    """The form's table as XLSX, filled with ``records`` (None or none: blank), with empty rows for more.

    A project form takes one project a sheet; ``project_form`` is the form of the tables in a document. The same
    arguments give the same bytes. Raises TemplateProblem for a mistake in the form's template.
    """
    locality = locality or Locality.model_validate({"地区名称": ""})
    department = department or Department.model_validate({"部门名称": ""})
    disclosure = disclosure or Disclosure.model_validate({})
    base = View(form, locality, department, disclosure)
    with workbook(form.declared.title_of()) as (book, buffer):
        writer = _Writer(book, form, templates)
        if form.subject == "department":
            assert records is None or isinstance(records, DepartmentTarget)
            writer.one(base, records)
        else:
            assert not isinstance(records, DepartmentTarget)
            writer.projects(base, tuple(records or ()), project_form or form)
        writer.finish()
    return buffer.getvalue()


class _Writer(GridWriter):
    """Writes the sheets of one workbook and collects the map."""

    def __init__(self, book: Workbook, form: Form, templates: Templates) -> None:
        super().__init__(book)
        self.form, self.templates = form, templates
        self.names: set[str] = set()
        self.cells: list[tuple[str, Bound]] = []
        self.labels: dict[str, None] = {}
        self.records: list[tuple[str, str, dict[str, Any], dict[str, int]]] = []
        self.bound: dict[tuple[int, int], Bound] = {}

    # -- what is shown ------------------------------------------------------------------------

    def one(self, base: View, record: DepartmentTarget | None) -> None:
        """A whole department's table."""
        self._keep("", "department", record, base.form)
        view = replace(base, record=with_room(record or DepartmentTarget.model_construct(name=""), self.form))
        self._sheet(base.form.declared.name, [view], view, self.form.declared.in_title)

    def projects(self, base: View, projects: tuple[Project, ...], inner: Form) -> None:
        """Projects: one sheet each, or all in one for a summary."""
        if self.form.subject == "summary":
            spares = tuple(Project.model_construct(name="", slug=f"{SPARE}{n}") for n in range(SPARE_ROWS))
            for one in projects:
                self._keep(one.slug, "project", one, self.form)
            shown = tuple(with_room(project, self.form, 2) for project in (*projects, *spares))
            views = tuple(replace(base, record=project) for project in shown)
            self._sheet(self.form.declared.name, [replace(base, projects=views, excerpt=True)], base, ())
            return
        loose: Sequence[str] = self.form.declared.in_title
        if self.form.subject == "document":
            skip = {"name", "funds.total"}
            loose = [path for path in self.form.declared.fields if path not in skip and "." not in path]
        for project in projects or (None,):
            self._keep(project.slug if project else "", "project", project, inner)
            shown_project = with_room(project or Project.model_construct(name=""), inner)
            view = replace(base, form=inner, record=shown_project)
            self._sheet(shown_project.name or self.form.declared.title_of(), [view], view, loose)

    def _keep(self, slug: str, kind: str, record: Project | DepartmentTarget | None, form: Form) -> None:
        data = record_data(record, form) if record else {}
        counts = {key: len(value) for key, value in data.items() if isinstance(value, list)}
        self.records.append((slug, kind, data, counts))

    def _sheet(self, title: str, views: list[View], base: View, loose: Sequence[str]) -> None:
        sheet = self.book.add_worksheet(sheet_name(title.replace("'", "’"), self.names))
        self.page(sheet, base.form.declared.page)
        row = 0
        for view in views:
            for grid in self.templates.form_table(view).grids:
                bound = list(bound_cells(grid, view))
                held = {path for one in bound for _, path in one.targets}
                if paths := [path for path in loose if path not in held]:
                    row = self._loose(sheet, grid, view, row, paths)
                self.bound = {(one.cell.row, one.cell.column): one for one in bound}
                row = self.write(sheet, grid, view, row) + 1
                self.bound = {}
        sheet.protect("", _PROTECT)

    def _loose(self, sheet: Worksheet, grid: Grid, view: View, row: int, paths: Sequence[str]) -> int:
        """Fields of running text and of the title, one row each, above the table."""
        cells: list[Cell] = []
        first = max(grid.width // 4, 1)
        for number, path in enumerate(paths):
            label = self.form.label(path, view.year)
            cells.append(Cell(number, 0, 1, first, "label", "", label))
            text = str(view.value(path) or "")
            rest, long = grid.width - first, {"class": "long"}
            cells.append(Cell(number, first, 1, rest, "value", "", text, path, attributes=long))
        block = Grid("", grid.widths, tuple(cells), len(paths), 0)
        self.bound = {(bound.cell.row, bound.cell.column): bound for bound in bound_cells(block, view)}
        return self.write(sheet, block, view, row) + 1

    # -- cells --------------------------------------------------------------------------------

    def _caption(self, sheet: Worksheet, grid: Grid, row: int) -> int:
        for text, _ in caption_lines(grid):
            self.labels.setdefault(text)
        return super()._caption(sheet, grid, row)

    def _cell(self, sheet: Worksheet, cell: Cell, view: View, top: int) -> None:
        bound = self.bound.get((cell.row, cell.column))
        row, column = top + cell.row, cell.column
        text = bound.shown if bound else "" if cell.text.startswith(SPARE) else cell.text
        too_long = len(text) > LONGEST - 100
        if too_long:
            text = text[: LONGEST - 200] + "……（内容太长，请在记录文件里修改）"
        style = self._style(cell, bound is not None and not too_long)
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_range(row, column, row + cell.rows - 1, column + cell.columns - 1, "", style)
        if text:
            sheet.write_string(row, column, text, style)
        else:
            sheet.write_blank(row, column, None, style)
        if bound is None:
            self.labels.setdefault(text)
        elif not too_long:
            self._bind(sheet, bound, row, column)

    def _style(self, cell: Cell, is_input: bool) -> Format:
        classes = set(cell.attributes.get("class", "").split())
        align = "left" if {"long", "text"} & classes else "center"
        look: dict[str, Any] = {**_CELL, "align": align, "num_format": "@", "locked": not is_input}
        if not is_input:
            look["bold"] = cell.role != "value"
            look["bg_color"] = "#F2F2F2"
        return self._format(look)

    def _bind(self, sheet: Worksheet, bound: Bound, row: int, column: int) -> None:
        name = f"{NAME_PREFIX}{len(self.cells) + 1}"
        address = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        quoted = sheet.get_name().replace("'", "''")
        self.book.define_name(name, f"='{quoted}'!{address}")
        self.cells.append((name, bound))
        rule = self._rule(bound, address.replace("$", ""))
        if rule:
            sheet.data_validation(row, column, row, column, rule)

    def _rule(self, bound: Bound, address: str) -> dict[str, Any] | None:
        path = without_rows(bound.targets[0][1])
        label = self._label(path)
        title = label[:32]
        if path.endswith(("level1", "level2")):
            column, count = "GH"[path.endswith("2")], len(self._level_names(path[-6:]))
            return {"validate": "list", "source": f"='{MAP_SHEET}'!${column}$1:${column}${count}",
                    "error_type": "warning", "error_title": title,
                    "error_message": "表式里没有这个指标名称。确实要用，请选“是”。"} if count else None  # fmt: skip
        own = self.form.own_field(path.removeprefix("own.").removeprefix("indicators.own."))
        if own and own.choices and len(",".join(own.choices)) < 250:
            return {"validate": "list", "source": list(own.choices), "error_title": title,
                    "error_message": "请从列表里选一个。"}  # fmt: skip
        if bound.kind not in _CHECKS:
            return None
        formula, message = _CHECKS[bound.kind]
        rule = {"validate": "custom", "value": formula.format(address), "error_title": title}
        if bound.kind == "amount":
            unit = self.form.amount_style(path).unit
            message = message.format(unit)
            rule |= {"input_title": title, "input_message": f"单位：{unit}。只填数字；没有的留空，零填 0。"}
        return {**rule, "error_message": message}

    def _label(self, path: str) -> str:
        try:
            return self.form.label(path) or self.form.term(path).label
        except (KeyError, StopIteration):
            return "填写"

    def _level_names(self, level: str) -> list[str]:
        levels = self.form.declared.indicators.levels
        names = (
            [one.name for one in levels]
            if level == "level1"
            else [two.name for one in levels for two in one.level2]
        )
        return list(dict.fromkeys(names))

    # -- the hidden map -----------------------------------------------------------------------

    def finish(self) -> None:
        """The hidden sheet: which cell holds which fields, and the records as they were."""
        sheet = self.book.add_worksheet(MAP_SHEET)
        sheet.very_hidden()
        sheet.protect("")
        sheet.write_string(0, 0, self.form.id)
        for column, level in ((6, "level1"), (7, "level2")):
            for row, name in enumerate(self._level_names(level)):
                sheet.write_string(row, column, name)
        held = {
            "cells": [
                [name, bound.targets, bound.kind, bound.prefix, bound.shown] for name, bound in self.cells
            ],
            "records": self.records,
            "labels": [text for text in self.labels if text],
        }
        text = json.dumps(held, ensure_ascii=False)
        for number, start in enumerate(range(0, len(text), _CHUNK), 1):
            # With a mark at each end, since spreadsheets take white space off the ends of what they hold.
            sheet.write_string(number, 0, f"[{text[start : start + _CHUNK]}]")
