"""Amounts → rectangles of their size that fill one rectangle, as square as may be (Bruls, Huizing, van Wijk, 2000)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle: its corner and its sides."""

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], within: Box) -> Iterator[Box]:
    """A box for each size, in order; sizes are above nothing, the largest first."""
    scale = within.width * within.height / sum(sizes) if sizes else 0
    areas, place = [size * scale for size in sizes], within
    while areas:
        side, count = min(place.width, place.height), 1
        while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
            count += 1
        row, areas = areas[:count], areas[count:]
        yield from _row(row, place)
        thick = sum(row) / side if side else 0
        if place.width >= place.height:
            place = Box(place.x + thick, place.y, place.width - thick, place.height)
        else:
            place = Box(place.x, place.y + thick, place.width, place.height - thick)


def _worst(row: Sequence[float], side: float) -> float:
    """How far from a square the least square of a row is; 1 is a square."""
    whole = sum(row)
    return max(side**2 * max(row) / whole**2, whole**2 / (side**2 * min(row))) if side and min(row) else 0


def _row(row: Sequence[float], place: Box) -> Iterator[Box]:
    """A row along the shorter side."""
    x, y = place.x, place.y
    thick = sum(row) / (min(place.width, place.height) or 1)
    for area in row:
        length = area / thick if thick else 0
        if place.width >= place.height:
            yield Box(x, y, thick, length)
            y += length
        else:
            yield Box(x, y, length, thick)
            x += length
