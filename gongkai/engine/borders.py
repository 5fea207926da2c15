"""Borders of tables drawn as few long lines; the engine draws each side of each cell by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from typing import Any, NamedTuple

from weasyprint import draw

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
