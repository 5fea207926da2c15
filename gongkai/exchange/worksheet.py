"""A table's grid → a worksheet: the same merged cells, widths and number formats, as text that no sheet runs."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gongkai.amounts import FACTORS, Amount, AmountStyle, format_yuan
from gongkai.reading.declaration import PageSetup
from gongkai.reading.vocabulary import without_rows
from gongkai.tables.grid import Cell, Grid, read_fragment
from gongkai.tables.view import View

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_FONT = "宋体"
_UNITS_PER_MM = 0.5  # one unit of column width is about two millimetres in 10 pt
_TEXT_WIDTH = {
    ("A4", "portrait"): 180,
    ("A4", "landscape"): 267,
    ("A3", "portrait"): 267,
    ("A3", "landscape"): 390,
}
_PAPER = {"A4": 9, "A3": 8}
_LINE = 14.5
_TALLEST = 409  # points; no sheet has taller rows
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.7, "bottom": 0.7}
_BAD_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
_TITLE = {"font_name": _FONT, "valign": "vcenter", "text_wrap": True, "quote_prefix": True}
_CELL = {"font_name": _FONT, "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
_CAPTION = {"form-title": (16, True, "center"), "form-subtitle": (10, False, "center"), "form-note": (10, False, "left"),
            "form-unit": (10, False, "right")}  # fmt: skip


@contextmanager
def workbook(
    title: str, made: date | None = None, *, streamed: bool = False
) -> Iterator[tuple[Workbook, io.BytesIO]]:
    """A workbook in memory: the same content gives the same bytes. ``made`` is the date it bears, if one is stated.

    ``streamed``: rows are written in order, each but once, and only the last is held.
    """
    from xlsxwriter.workbook import Workbook  # not at the top: pages are rendered without it

    buffer = io.BytesIO()
    options = {
        "in_memory": not streamed,
        "constant_memory": streamed,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(buffer, options)
    created = datetime(made.year, made.month, made.day) if made else datetime(1980, 1, 1)
    book.set_properties({"title": title, "created": created})
    yield book, buffer
    book.close()


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that every spreadsheet takes: at most 31 characters, none that is forbidden, no other's; noted in ``taken``."""
    plain = _BAD_NAME.sub("_", title).strip() or "表"
    name, number = _cut(plain, 31), 2
    while name.lower() in taken or name.lower() == "history":
        tail = f"（{number}）"
        name, number = _cut(plain, 31 - len(tail)) + tail, number + 1
    taken.add(name.lower())
    return name


def _cut(text: str, most: int) -> str:
    """The start of a text, at most ``most`` UTF-16 units (rare characters count twice), without ``'`` at its end."""
    while len(text.encode("utf-16-le")) > 2 * most:
        text = text[:-1]
    return text.rstrip("'") or "表"


class GridWriter:
    """Writes grids into one workbook and keeps its formats."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._formats: dict[tuple[Any, ...], Format] = {}

    def page(self, sheet: Worksheet, setup: PageSetup) -> None:
        """Paper, orientation and margins as the form prints; as many pages long as needed, one wide."""
        sheet.set_paper(_PAPER[setup.size])
        if setup.orientation == "landscape":
            sheet.set_landscape()
        sheet.set_margins(**_MARGINS)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)

    def write(self, sheet: Worksheet, grid: Grid, view: View, first: int = 0, *, columns: bool = True) -> int:
        """The grid from row ``first``; returns the row after it.

        ``view`` is what the grid was rendered from: amounts and numbers are taken from its records, exact.
        ``columns``: set the sheet's column widths from this grid.
        """
        widths = _widths(grid, view.form.declared.page)
        if columns:
            for number, width in enumerate(widths):
                sheet.set_column(number, number, width)
        top = self._caption(sheet, grid, first)
        for row, height in enumerate(_heights(grid, widths)):
            sheet.set_row(top + row, height)
        views = {one.key: one for one in view.projects}
        for cell in grid.cells:
            self._cell(sheet, cell, views.get(cell.record, view), top)
        if grid.head_rows and first == 0:
            sheet.repeat_rows(top, top + grid.head_rows - 1)
        return top + grid.height

    def _caption(self, sheet: Worksheet, grid: Grid, row: int) -> int:
        for text, (size, bold, align) in caption_lines(grid):
            style = self._format({**_TITLE, "font_size": size, "bold": bold, "align": align})
            if grid.width > 1:
                sheet.merge_range(row, 0, row, grid.width - 1, "", style)
            sheet.write_string(row, 0, text, style)
            sheet.set_row(row, 28 if bold else 16)
            row += 1
        return row

    def _cell(self, sheet: Worksheet, cell: Cell, view: View, top: int) -> None:
        number, number_format = number_of(cell, view)
        properties: dict[str, Any] = {**_CELL, "align": _align(cell, number is not None)}
        if number is not None:
            properties["num_format"] = number_format
        elif cell.text:
            properties["quote_prefix"] = True
        style = self._format(properties)
        row, column = top + cell.row, cell.column
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_range(row, column, row + cell.rows - 1, column + cell.columns - 1, "", style)
        if number is not None:
            sheet.write_number(row, column, number, style)
        elif cell.text:
            sheet.write_string(row, column, cell.text, style)
        else:
            sheet.write_blank(row, column, None, style)

    def _format(self, properties: Mapping[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(dict(properties))
        return self._formats[key]


def number_of(cell: Cell, view: View) -> tuple[float | None, str]:
    """The number a cell is written as, in the unit the form prints, with its number format; None: as text.

    Only what is printed as a plain number is one: a prefix, a dash for zero and the like stay text.
    """
    if not cell.path or not cell.text:
        return None, ""
    try:
        value = view.value(cell.path)
    except (KeyError, AttributeError, IndexError, ValueError):
        return None, ""
    if isinstance(value, Amount):
        style = view.form.amount_style(without_rows(cell.path))
        if cell.text != format_yuan(value.yuan, style):
            return None, ""
        number = value.yuan / FACTORS[style.unit]
        return float(number), _amount_format(number, style)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and cell.text == f"{value:f}":
        return float(value), _amount_format(Decimal(value), AmountStyle(decimals=None, grouping=False))
    return None, ""


def _amount_format(number: Decimal, style: AmountStyle) -> str:
    places = style.decimals
    if places is None:
        places = max(-int(number.normalize().as_tuple().exponent), 0)
    whole = "#,##0" if style.grouping else "0"
    unit = f'"{style.unit}"' if style.show_unit else ""
    return whole + ("." + "0" * places if places else "") + unit


def _align(cell: Cell, is_number: bool) -> str:
    classes = cell.attributes.get("class", "").split()
    if is_number:
        return "right" if "amount" in classes else "center"
    return "left" if {"long", "text"} & set(classes) else "center"


def caption_lines(grid: Grid) -> Iterator[tuple[str, tuple[int, bool, str]]]:
    """Each line of a caption with its font size, whether it is bold, and how it is aligned."""
    if not grid.caption_content:
        return
    root = read_fragment(grid.caption_content)
    known = [part for part in root if part.get("class") in _CAPTION]
    if not known and grid.caption:
        yield grid.caption, _CAPTION["form-title"]
    for part in known:
        yield " ".join("".join(part.itertext()).split()), _CAPTION[part.get("class", "")]


def _widths(grid: Grid, setup: PageSetup) -> list[float]:
    whole = _TEXT_WIDTH[setup.size, setup.orientation] * _UNITS_PER_MM
    given = sum(grid.widths) or 1
    shares = [width / given for width in grid.widths] if sum(grid.widths) else [1 / grid.width] * grid.width
    return [round(max(share * whole, 3), 2) for share in shares]


def _heights(grid: Grid, widths: list[float]) -> list[float]:
    """Rows tall enough for their text: no spreadsheet fits a merged cell's row by itself."""
    heights = [_LINE + 4] * grid.height
    for cell in sorted(grid.cells, key=lambda one: one.rows):
        width = sum(widths[cell.column : cell.column + cell.columns])
        needed = _lines(cell.text, width) * _LINE + 4
        rows = range(cell.row, cell.row + cell.rows)
        missing = needed - sum(heights[row] for row in rows)
        if missing > 0:
            for row in rows:
                heights[row] += missing / cell.rows
    return [min(round(height, 1), _TALLEST) for height in heights]


def _lines(text: str, width: float) -> int:
    room = max(width - 1.5, 2)
    return sum(max(1, math.ceil(_display(line) / room)) for line in text.split("\n"))


@lru_cache(maxsize=8192)
def _display(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line)
