"""What the screen adds to a form's tables: the headings of each cell, as spans defeat ``scope``; regions that scroll."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from lxml.html import HtmlElement
from markupsafe import Markup, escape

from gongkai.tables.grid import Cell, Grid, GridError, inner_html, read_fragment, read_table

_TABLE = re.compile(r"<table\b|</table>")
_ABOVE = ("col", "colgroup")


def headed(fragment: Markup, prefix: str = "t") -> Markup:
    """A form's HTML with ids on its headings and ``headers`` on its cells (HTML 4.9.12.3); ``prefix`` begins the ids.

    A table that is no proper grid stays as it is: whoever makes its sheet reports it.
    """
    root = read_fragment(fragment)
    tables = [one for one in root.iter("table") if "form" in (one.get("class") or "").split()]
    for number, table in enumerate(tables, 1):
        try:
            grid = read_table(table)
        except GridError:
            return fragment
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        elements = [one for row in rows for one in row if one.tag in ("td", "th")]
        _write(grid, elements, f"{prefix}{number}")
    return Markup(inner_html(root))


def _write(grid: Grid, elements: list[HtmlElement], prefix: str) -> None:
    named = {}
    for cell, element in zip(grid.cells, elements, strict=True):
        ids = []
        for heading in headings(grid, cell):
            ids.append(f"{prefix}-{heading.row + 1}-{heading.column + 1}")
            named[heading.row, heading.column] = ids[-1]
        if ids and element.tag == "td":
            element.set("headers", " ".join(ids))
    for cell, element in zip(grid.cells, elements, strict=True):
        if (cell.row, cell.column) in named:
            element.set("id", named[cell.row, cell.column])


def headings(grid: Grid, cell: Cell) -> list[Cell]:
    """The headings of a cell: those beside it from left to right, then those above it from top to bottom."""
    # In forms of two sides both have the same levels: the nearer one is told.
    beside = {one.text: one for one in reversed([*_beside(grid, cell)])}
    return [*beside.values(), *reversed([*_above(grid, cell)])]


def _beside(grid: Grid, cell: Cell) -> Iterator[Cell]:
    """From the cell to the left: labels up to the next value; beyond that only what stands over several cells."""
    column, crossed, label_before = cell.column - 1, False, False
    while column >= 0:
        one = grid.at(cell.row, column)
        label = _is_heading(one) and one.attributes.get("scope") not in _ABOVE and one.role != "head"
        group = one.attributes.get("scope") == "rowgroup" and one.rows >= cell.rows
        if label and (not crossed or label_before or group):
            yield one
        crossed, label_before = crossed or not label, label
        column = one.column - 1


def _above(grid: Grid, cell: Cell) -> Iterator[Cell]:
    """From the cell upwards: the nearest headings of its columns and those right over them, of the same section."""
    row, found = cell.row - 1, False
    while row >= 0:
        one = grid.at(row, cell.column)
        over = _is_heading(one) and (one.role == "head" or one.attributes.get("scope") in _ABOVE)
        if over:
            whole = one.column <= cell.column and one.column + one.columns >= cell.column + cell.columns
            if not whole or not _same_section(grid, one, cell):
                return
            found = True
            yield one
        elif found:
            return
        row = one.row - 1


def _same_section(grid: Grid, over: Cell, cell: Cell) -> bool:
    """Whether no label at the left edge stands beside one of them alone."""
    if over.role == "head":
        return True
    first, own = grid.at(over.row, 0), grid.at(cell.row, 0)
    if first.attributes.get("scope") == "rowgroup" and first is not over:
        return first.row + first.rows > cell.row
    return own.attributes.get("scope") != "rowgroup" or own.row <= over.row or over.column == 0


def _is_heading(cell: Cell) -> bool:
    return "scope" in cell.attributes and bool(cell.text)


def scrolling(fragment: Markup, name: str) -> Markup:
    """Every outermost table of a form inside a region named ``name`` (numbered from the second on).

    Tables inside a cell, which come from a record's long text, stay as they are.
    """
    depth, numbers, label = 0, count(1), escape(name)

    def wrap(match: re.Match[str]) -> str:
        nonlocal depth
        if match[0] == "</table>":
            depth -= 1
            return match[0] if depth else "</table></section>"
        depth += 1
        if depth > 1:
            return match[0]
        number = next(numbers)
        suffix = f"（{number}）" if number > 1 else ""
        return f'<section class="scroll" tabindex="0" aria-label="{label}{suffix}"><table'

    return Markup(_TABLE.sub(wrap, fragment))
