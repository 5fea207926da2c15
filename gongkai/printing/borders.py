"""Borders of a table on a page: the edges of its cells, joined to as few lines as draw them."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.printing.composed import Rule
from gongkai.printing.style import BORDER

_GAP = 0.01
"""Lines so near, in points, are one."""


def borders(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[Rule, ...]:
    """The lines around boxes (left, top, right, bottom)."""
    level: set[tuple[float, float, float]] = set()
    upright: set[tuple[float, float, float]] = set()
    for left, top, right, bottom in boxes:
        level.add((top, left, right))
        level.add((bottom, left, right))
        upright.add((left, top, bottom))
        upright.add((right, top, bottom))
    lines = [Rule(start, y, end, y, BORDER) for y, start, end in _joined(level)]
    lines += [Rule(x, start, x, end, BORDER) for x, start, end in _joined(upright)]
    return tuple(lines)


def _joined(pieces: set[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    joined: list[tuple[float, float, float]] = []
    for where, start, end in sorted(pieces):
        if joined and abs(joined[-1][0] - where) < _GAP and start <= joined[-1][2] + _GAP:
            last = joined[-1]
            joined[-1] = (last[0], last[1], max(last[2], end))
        else:
            joined.append((where, start, end))
    return joined
