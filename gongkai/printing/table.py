"""A form's grid, ready to be put on pages: each cell's text set to its width; and parts of cells while a page is filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gongkai.printing.setting import NOTHING, Setter, SetText
from gongkai.printing.style import BORDER, CellStyle, FormStyle
from gongkai.tables.grid import Cell, Grid

_HEAD_SCOPES = ("col", "colgroup")


class TableCell(NamedTuple):
    """A cell of the official table: its place and span, its set text, and the room around it.

    ``again`` is what stands in it where it is continued on another page: the label with its mark, or nothing.
    """

    number: int
    row: int
    column: int
    rows: int
    columns: int
    style: CellStyle
    text: SetText
    again: SetText
    is_label: bool
    is_column_head: bool
    source: Cell

    @property
    def around(self) -> float:
        """What the cell takes above and below its text, borders included."""
        return 2 * self.style.down + BORDER


class Table:
    """One official table of a width: cells by rows, edges of columns from the left, which rows are heads."""

    def __init__(self, setter: Setter, grid: Grid, style: FormStyle, width: float) -> None:
        self.grid = grid
        self.width = width
        self.edges = _edges(grid.widths, width)
        self.height = grid.height
        self.head_rows = grid.head_rows
        # Rows with at most two cells of which one is a column head: it names a text below it, not a column.
        alone = frozenset(row for row in range(grid.head_rows, grid.height) if len(grid.row(row)) <= 2)
        self.cells = tuple(
            self._cell(setter, number, cell, style, alone) for number, cell in enumerate(grid.cells)
        )

    def _cell(
        self, setter: Setter, number: int, cell: Cell, style: FormStyle, alone: frozenset[int]
    ) -> TableCell:
        own = style.cell(cell.attributes.get("class", ""))
        width = self.edges[cell.column + cell.columns] - self.edges[cell.column] - 2 * own.across - BORDER
        is_label = "scope" in cell.attributes
        heads = cell.attributes.get("scope") in _HEAD_SCOPES
        text = setter.cell(cell.content, own, width) if cell.content else NOTHING
        again = NOTHING
        if is_label and cell.content:
            continued = style.continued
            # A head that stands over columns is repeated as it is; one that names what is below it continues.
            plain = heads and cell.row not in alone
            mark = "" if plain or continued is None else continued
            again = setter.cell(cell.content, own, width, mark) if plain or continued is not None else NOTHING
        return TableCell(
            number, cell.row, cell.column, cell.rows, cell.columns, own, text, again, is_label, heads, cell
        )

    @cached_property
    def rows(self) -> tuple[tuple[TableCell, ...], ...]:
        """The cells that begin in each row."""
        rows: list[list[TableCell]] = [[] for _ in range(self.height)]
        for cell in self.cells:
            rows[cell.row].append(cell)
        return tuple(map(tuple, rows))

    def spanning(self, row: int) -> list[TableCell]:
        """The cells that begin above a row and reach into it."""
        return [cell for cell in self._merged if cell.row < row < cell.row + cell.rows]

    @cached_property
    def _merged(self) -> tuple[TableCell, ...]:
        return tuple(cell for cell in self.cells if cell.rows > 1)

    @cached_property
    def heads(self) -> tuple[bool, ...]:
        """Which rows hold column heads and no values: they are not left alone at the end of a page."""
        return tuple(
            any(cell.is_column_head for cell in row) and all(cell.is_label for cell in row)
            for row in self.rows
        )


def _edges(widths: tuple[float, ...], width: float) -> tuple[float, ...]:
    """The middle of the lines between columns, from the left of the text area; the outer lines stand in it."""
    inner, edges = width - BORDER, [BORDER / 2]
    share = inner / sum(widths) if sum(widths) < 100 else inner / 100
    for one in widths:
        edges.append(edges[-1] + one * share)
    return tuple(edges)


LEAST = 2
"""Lines of a text that stay together at each side of a page's end."""
ROUNDING = 1e-4
"""Points by which something may be higher than its room: what adding heights up may lose."""


@dataclass(frozen=True)
class Position:
    """Where a page begins: its first row, and of the cells whose text goes on the lines printed before.

    ``split``: the row itself goes on.
    """

    row: int
    split: bool = False
    printed: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Part:
    """A cell while a page is made: from which strip of the page to which (exclusive), and what it shows."""

    cell: TableCell
    start: int
    end: int
    text: SetText
    first: int
    repeated: bool
    last: int

    @property
    def need(self) -> float:
        """How high it is with all its lines."""
        return self.height(self.last)

    def height(self, last: int) -> float:
        """How high it is with its lines up to ``last``."""
        lines = self.text.lines
        if self.first == 0 and last == len(lines):
            return self.text.height + self.cell.around
        return self.cell.around + sum(
            line.height + (line.gap if number else 0.0)
            for number, line in enumerate(lines[self.first : last])
        )

    def fitting(self, room: float) -> int:
        """The last of its lines that fits (exclusive), so that at least two stand at each side; ``first`` for none."""
        last, height = self.first, self.cell.around
        for number in range(self.first, self.last):
            line = self.text.lines[number]
            height += line.height + (line.gap if number > self.first else 0.0)
            if height > room + ROUNDING:
                break
            last = number + 1
        if last < self.last:
            last = min(last, self.last - LEAST)
            if last - self.first < LEAST:
                return self.first
        return last
