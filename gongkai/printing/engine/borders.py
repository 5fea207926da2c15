"""Borders of tables: settled between cells with one look at each style, and drawn as few long lines, not by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from typing import Any, NamedTuple

from weasyprint import draw
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import build
from weasyprint.layout import table as layout

_GAP = 0.001
"""Lines that are so near, in CSS pixels, are one."""

_engine_borders, _engine_line = draw.draw_collapsed_borders, draw.draw_line


class _Line(NamedTuple):
    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    style: str
    color: Any


class _Lines(list[_Line]):
    """In place of a stream: keeps the lines that would be drawn, in their order."""

    def artifact(self) -> AbstractContextManager[None]:
        """All borders are one artifact in the end."""
        return nullcontext()

    stacked = artifact


def install() -> None:
    """Let the engine draw borders this way."""
    draw.draw_collapsed_borders, draw.draw_line = _draw_borders, _draw_line
    build.collapse_table_borders = _collapse


def _draw_line(stream: Any, *line: Any) -> None:
    if type(stream) is _Lines:
        stream.append(_Line(*line))
    else:
        _engine_line(stream, *line)


def _draw_borders(stream: Any, table: Any) -> None:
    """In place of ``weasyprint.draw.draw_collapsed_borders``; what is painted is the same."""
    lines = _Lines()
    _engine_borders(lines, table)
    for (thickness, style, color), same in groupby(lines, lambda line: line[4:]):
        with stream.artifact(), stream.stacked():
            if style == "solid" and color.alpha == 1:
                stream.set_color(color, stroke=True)
                stream.set_line_width(thickness)
                for x1, y1, x2, y2 in _joined(same):
                    stream.move_to(x1, y1)
                    stream.line_to(x2, y2)
                stream.stroke()
            else:
                for line in same:
                    _engine_line(stream, *line)


def _joined(lines: Iterable[_Line]) -> Iterator[tuple[float, float, float, float]]:
    """Lines that go on where one ends, joined."""
    level, upright = [], []
    for line in lines:
        if line.y1 == line.y2:
            level.append((line.y1, line.x1, line.x2))
        else:
            upright.append((line.x1, line.y1, line.y2))
    for y, start, end in _runs(level):
        yield start, y, end, y
    for x, start, end in _runs(upright):
        yield x, start, x, end


def _runs(pieces: list[tuple[float, float, float]]) -> Iterator[tuple[float, float, float]]:
    pieces.sort()
    where, start, end = pieces[0] if pieces else (0.0, 0.0, 0.0)
    for place, first, last in pieces[1:]:
        if place == where and first <= end + _GAP:
            end = max(end, last)
        else:
            yield where, start, end
            where, start, end = place, first, last
    if pieces:
        yield where, start, end


# -- which border is drawn where cells meet -------------------------------------------------------

_STYLES = ("none", "inset", "groove", "outset", "ridge", "dotted", "dashed", "solid", "double", "hidden")
"""Styles of borders, the stronger later."""
_SHOWN = {"inset": "ridge", "outset": "groove"}
_NONE = ((0, 0, _STYLES.index("none")), ("none", 0, layout.TRANSPARENT))
_INSIDE = ((1, 0, _STYLES.index("hidden")), ("hidden", 0, layout.TRANSPARENT))
_Border = tuple[tuple[int, float, int], tuple[str, float, Any]]
_engine_collapse = build.collapse_table_borders


class _Grid:
    """The borders of a table while they are settled: upright ones by row and place, level ones by place and column."""

    def __init__(self, width: int, height: int) -> None:
        self.upright: list[list[_Border]] = [[_NONE] * (width + 1) for _ in range(height)]
        self.level: list[list[_Border]] = [[_NONE] * width for _ in range(height + 1)]

    def add(self, style: Any, x: int, y: int, w: int, h: int) -> None:
        """Put the borders of a box where they are stronger than those that are there."""
        own = style.__dict__.get("_borders")
        if own is None:
            style._borders = own = tuple(_border(style, side) for side in ("left", "right", "top", "bottom"))
        left, right, top, bottom = own
        if left[0] > _NONE[0] or right[0] > _NONE[0]:
            for row in self.upright[y : y + h]:
                if row[x][0] < left[0]:
                    row[x] = left
                if row[x + w][0] < right[0]:
                    row[x + w] = right
        for row, border in ((self.level[y], top), (self.level[y + h], bottom)):
            if border[0] > _NONE[0]:
                for at in range(x, x + w):
                    if row[at][0] < border[0]:
                        row[at] = border

    def hide(self, x: int, y: int, w: int, h: int) -> None:
        """There are no borders inside a cell."""
        for row in self.upright[y : y + h] if w > 1 else ():
            row[x + 1 : x + w] = [_INSIDE] * (w - 1)
        for row in self.level[y + 1 : y + h]:
            row[x : x + w] = [_INSIDE] * w

    def widths(self, x: int, y: int, w: int, h: int) -> tuple[float, float, float, float]:
        """Of a cell its halves of the widest borders at its left, right, top and bottom."""
        if w == h == 1:
            row = self.upright[y]
            return (
                row[x][1][1] / 2,
                row[x + 1][1][1] / 2,
                self.level[y][x][1][1] / 2,
                self.level[y + 1][x][1][1] / 2,
            )
        rows = self.upright[y : y + h]
        return (
            max(row[x][1][1] for row in rows) / 2,
            max(row[x + w][1][1] for row in rows) / 2,
            max(one[1][1] for one in self.level[y][x : x + w]) / 2,
            max(one[1][1] for one in self.level[y + h][x : x + w]) / 2,
        )


def _border(style: Any, side: str) -> _Border:
    kind, width = style[f"border_{side}_style"], style[f"border_{side}_width"]
    score = (int(kind == "hidden"), width, _STYLES.index(kind))
    return score, (_SHOWN.get(kind, kind), width, get_color(style, f"border_{side}_color"))


def _collapse(table: Any, width: int, height: int) -> Any:
    """In place of ``weasyprint.layout.table.collapse_table_borders``: the same conflicts (CSS 2.1, 17.6.2.1) settled alike."""
    if not (width and height) or table.style["direction"] != "ltr":
        return _engine_collapse(table, width, height)
    grid = _Grid(width, height)
    rows = [(y, row) for y, row in enumerate(row for group in table.children for row in group.children)]
    for y, row in rows:
        for cell in row.children:
            place = cell.grid_x, y, cell.colspan, cell.rowspan
            grid.hide(*place)
            grid.add(cell.style, *place)
    for y, row in rows:
        grid.add(row.style, 0, y, width, 1)
    y = 0
    for group in table.children:
        grid.add(group.style, 0, y, width, len(group.children))
        y += len(group.children)
    for columns in table.column_groups:
        for column in columns.children:
            grid.add(column.style, column.grid_x, 0, 1, height)
    for columns in table.column_groups:
        grid.add(columns.style, columns.grid_x, 0, columns.span, height)
    grid.add(table.style, 0, 0, width, height)
    for y, row in rows:
        for cell in row.children:
            _set(cell, *grid.widths(cell.grid_x, y, cell.colspan, cell.rowspan))
    inner = [
        *table.column_groups,
        *(column for columns in table.column_groups for column in columns.children),
    ]
    for box in (*table.children, *(row for _, row in rows), *inner):
        _set(box, 0, 0, 0, 0)
    left, right, _, _ = grid.widths(0, 0, width, 1)
    _, _, top, bottom = grid.widths(0, 0, width, height)
    _set(table, left, right, top, bottom)
    return grid.upright, grid.level


def _set(box: Any, left: float, right: float, top: float, bottom: float) -> None:
    box.border_left_width, box.border_right_width = left, right
    box.border_top_width, box.border_bottom_width = top, bottom
