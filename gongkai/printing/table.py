"""A form's grid, ready to be put on pages: caption and cells set to their widths; and the parts of cells on a page"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from gongkai.printing.setting import NOTHING, SetLine, Setter, SetText
from gongkai.printing.style import BORDER, CAPTION, CAPTION_AFTER, CellStyle, FormStyle
from gongkai.tables.grid import Cell, Grid, inner_html, read_fragment

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
    source: Cell

    @property
    def around(self) -> float:
        """What the cell takes above and below its text, borders included."""
        return 2 * self.style.down + BORDER

    @property
    def is_label(self) -> bool:
        """Whether it names others."""
        return "scope" in self.source.attributes


class Table:
    """One official table of a width: cells by rows, edges of columns from the left, which rows are heads."""

    def __init__(self, setter: Setter, grid: Grid, style: FormStyle, width: float) -> None:
        whole = min(sum(grid.widths), 100)  # per cent; less is spread
        shares = (one * ((width - BORDER) / whole) for one in grid.widths)
        self.edges = tuple(accumulate(shares, initial=BORDER / 2))
        """The middle of the lines between columns, from the left of the text area; the outer lines stand in it."""
        self.height, self.head_rows = grid.height, grid.head_rows
        # Rows with at most two cells of which one is a column head: it names a text below it, not a column.
        alone = frozenset(row for row in range(grid.head_rows, grid.height) if len(grid.row(row)) <= 2)
        self.cells = tuple(
            self._cell(setter, number, cell, style, alone) for number, cell in enumerate(grid.cells)
        )
        self.caption, self.caption_height = _caption(setter, grid.caption_content, width)
        """The lines above it, each at its height."""

    def _cell(
        self, setter: Setter, number: int, cell: Cell, style: FormStyle, alone: frozenset[int]
    ) -> TableCell:
        own, scope = style.cell(cell.attributes.get("class", "")), cell.attributes.get("scope")
        width = self.edges[cell.column + cell.columns] - self.edges[cell.column] - 2 * own.across - BORDER
        text = setter.cell(cell.content, own, width) if cell.content else NOTHING
        # A head that stands over columns is repeated as it is; one that names what is below it continues.
        mark = "" if scope in _HEAD_SCOPES and cell.row not in alone else style.continued
        shown = cell.content and scope and mark is not None
        again = setter.cell(cell.content, own, width, mark or "") if shown else NOTHING
        return TableCell(number, cell.row, cell.column, cell.rows, cell.columns, own, text, again, cell)

    @cached_property
    def rows(self) -> tuple[tuple[TableCell, ...], ...]:
        """The cells that begin in each row."""
        rows: list[list[TableCell]] = [[] for _ in range(self.height)]
        for cell in self.cells:
            rows[cell.row].append(cell)
        return tuple(map(tuple, rows))

    def spanning(self, row: int) -> list[TableCell]:
        """The cells that begin above a row and reach into it."""
        return [cell for cell in self.cells if cell.row < row < cell.row + cell.rows]

    @cached_property
    def heads(self) -> tuple[bool, ...]:
        """Which rows hold column heads and no values: they are not left alone at the end of a page."""
        scopes = ([cell.source.attributes.get("scope") for cell in row] for row in self.rows)
        return tuple(all(row) and any(scope in _HEAD_SCOPES for scope in row) for row in scopes)


def _caption(setter: Setter, content: str, width: float) -> tuple[list[tuple[float, SetText]], float]:
    """The lines above a table, each at its height, and the height of all; the note at the left shares its line with the unit."""
    placed: list[tuple[float, SetText]] = []
    y, before = 0.0, ""
    for element in read_fragment(content) if content else ():
        name = next((one for one in element.get("class", "").split() if one in CAPTION), "form-subtitle")
        text = setter.cell(inner_html(element), CellStyle(CAPTION[name], 0.0, 0.0, 0.0), width)
        top = y - placed[-1][1].height if (before, name) == ("form-note", "form-unit") else y
        placed.append((top, text))
        y, before = max(y, top + text.height), name
    return placed, y + CAPTION_AFTER if placed else 0.0


LEAST = 2
"""Lines of a text that stay together at each side of a page's end."""
ROUNDING = 1e-4
"""Points by which something may be higher than its room: what adding heights up may lose."""


def fitting(lines: Sequence[SetLine], room: float, least: int) -> int:
    """How many lines fit into a room, so that ``least`` stand at each side of the page's end; 0 where they would not."""
    count, height = 0, 0.0
    for line in lines:
        height += line.gap + line.height
        if height > room + ROUNDING:
            break
        count += 1
    if count == len(lines):
        return count
    count = min(count, len(lines) - least)
    return count if count >= least else 0


@dataclass(slots=True)
class PageCell:
    """A cell, or the part of one that stands on a page: lines ``first`` to ``last`` of a text, between two heights.

    It reaches from one strip of the page to another (exclusive). ``repeated``: it stands on a page before already.
    """

    cell: TableCell
    start: int
    end: int
    text: SetText
    first: int
    last: int
    repeated: bool
    top: float = 0.0
    bottom: float = 0.0

    @property
    def lines(self) -> Sequence[SetLine]:
        """What it shows."""
        return self.text.lines[self.first : self.last]

    @property
    def gap(self) -> float:
        """The room above its first line that vanishes at the top of a page."""
        return self.text.lines[self.first].gap if 0 < self.first < self.last else 0.0

    @property
    def need(self) -> float:
        """How high it is with all its lines."""
        if self.first == 0 and self.last == len(self.text.lines):
            return self.text.height + self.cell.around
        return self.cell.around + sum(line.height + line.gap for line in self.lines) - self.gap

    @property
    def text_top(self) -> float:
        """Where its text begins: in the middle of the room it has."""
        return self.top + (self.bottom - self.top - self.need + self.cell.around) / 2 - self.gap

    def fitting(self, room: float, least: int) -> int:
        """How many of its lines fit into a room."""
        return fitting(self.lines, room - self.cell.around + self.gap, least)
