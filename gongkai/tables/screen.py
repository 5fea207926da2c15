"""What the screen adds to a form's tables: the headings of each cell, as spans defeat ``scope``; regions that scroll."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from markupsafe import Markup, escape

from gongkai.tables.grid import Cell, Grid, GridError, Rendered

_TABLE = re.compile(r"<table\b|</table>")
_TAG = re.compile(r"<(?:/?table|td|th)\b[^>]*")
_FORM = re.compile(r'\bclass="(?:[^"]*\s)?form[\s"]')
_ABOVE = ("col", "colgroup")


def headed(form: Rendered, prefix: str = "t") -> Markup:
    """A form's HTML with ids on its headings and ``headers`` on its cells (HTML 4.9.12.3); ``prefix`` begins the ids.

    A table that is no proper grid stays as it is: whoever makes its sheet reports it.
    """
    try:
        grids = form.grids
    except GridError:
        return form
    more = (one for number, grid in enumerate(grids, 1) for one in _attributes(grid, f"{prefix}{number}"))
    depth, is_form = 0, False

    def put(tag: re.Match[str]) -> str:
        nonlocal depth, is_form
        if tag[0] == "</table":
            depth -= 1
        elif tag[0].startswith("<table"):
            depth += 1
            is_form = is_form if depth > 1 else bool(_FORM.search(tag[0]))
        elif depth == 1 and is_form:  # tables inside a cell come from a record's long text
            headers, own = next(more, ("", ""))
            return f"{tag[0]}{headers if tag[0].startswith('<td') else ''}{own}"
        return tag[0]

    return Markup(_TAG.sub(put, form))


def _attributes(grid: Grid, prefix: str) -> Iterator[tuple[str, str]]:
    """For each cell ``headers``, if it is a data cell, and the ``id`` of one that heads others."""
    headings, named, headers = _Headings(grid), dict[tuple[int, int], str](), list[str]()
    for cell in grid.cells:
        its = headings.of(cell)
        ids = [one.attributes.get("id") or f"{prefix}-{one.row + 1}-{one.column + 1}" for one in its]
        named |= zip(((one.row, one.column) for one in its), ids, strict=True)
        headers.append(" ".join(ids))
    for cell, names in zip(grid.cells, headers, strict=True):
        own = "" if "id" in cell.attributes else named.get((cell.row, cell.column), "")
        yield f' headers="{names}"' if names else "", f' id="{own}"' if own else ""


def _names(cell: Cell, *, below: bool) -> bool:
    """Whether it heads what is below it, or what is beside it."""
    scope = cell.attributes.get("scope")
    over = cell.role == "head" or scope in _ABOVE
    return scope is not None and bool(cell.text) and over is below


def _groups(cell: Cell) -> bool:
    return cell.attributes.get("scope") == "rowgroup"


class _Headings:
    """Which cells of a table are the headings of which."""

    def __init__(self, grid: Grid) -> None:
        self._at = grid.at
        self._beside_of = {(one.row, one.column) for one in grid.cells if _names(one, below=False)}
        self._over: dict[int, list[Cell]] = {}  # those that head what is below them, by each of their columns
        for cell in reversed(grid.cells):
            if _names(cell, below=True):
                for column in range(cell.column, cell.column + cell.columns):
                    self._over.setdefault(column, []).append(cell)

    def of(self, cell: Cell) -> list[Cell]:
        """The headings of a cell: those beside it from left to right, then those above it from top to bottom."""
        # In forms of two sides both have the same levels: the nearer one is told.
        beside = {one.text: one for one in reversed([*self._beside(cell)])}
        return [*beside.values(), *reversed([*self._above(cell)])]

    def _beside(self, cell: Cell) -> Iterator[Cell]:
        """From the cell to the left: labels up to the next value; beyond that only what stands over several cells."""
        column, crossed, label_before = cell.column - 1, False, False
        while column >= 0:
            one = self._at(cell.row, column)
            label = (one.row, one.column) in self._beside_of
            if label and (not crossed or label_before or (_groups(one) and one.rows >= cell.rows)):
                yield one
            crossed, label_before = crossed or not label, label
            column = one.column - 1

    def _above(self, cell: Cell) -> Iterator[Cell]:
        """From the cell upwards: the nearest headings of its columns and those right over them, of the same section."""
        last = None
        for one in self._over.get(cell.column, ()):
            if one.row >= cell.row:
                continue
            whole = one.column <= cell.column and one.column + one.columns >= cell.column + cell.columns
            is_next = last is None or one.row + one.rows == last.row
            if not (whole and is_next and self._same_section(one, cell)):
                return
            yield (last := one)

    def _same_section(self, over: Cell, cell: Cell) -> bool:
        """Whether no label at the left edge stands beside one of them alone."""
        if over.role == "head":
            return True
        first, own = self._at(over.row, 0), self._at(cell.row, 0)
        if _groups(first) and first is not over:
            return first.row + first.rows > cell.row
        return not _groups(own) or own.row <= over.row or over.column == 0


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
