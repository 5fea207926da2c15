"""One measurement: medians of several runs, taken in turn so that a busy moment hits every tool alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What one tool did: how many pieces, in how many seconds (median, least, most)."""

    tool: str
    pieces: int
    seconds: float
    least: float
    most: float
    note: str = ""

    @property
    def rate(self) -> float:
        """Pieces a second."""
        return self.pieces / self.seconds


@dataclass(frozen=True)
class Table:
    """Figures of one piece of work; the first is gongkai's, which the others are compared with."""

    title: str
    unit: str
    figures: tuple[Figure, ...]


Work = Callable[[], int]
"""Does the work once and gives the number of pieces."""


def compare(title: str, unit: str, tools: Mapping[str, Work], runs: int, notes: Mapping[str, str]) -> Table:
    """Every tool in turn, ``runs`` times over."""
    times: dict[str, list[float]] = {tool: [] for tool in tools}
    pieces: dict[str, int] = {}
    for _ in range(runs):
        for tool, work in tools.items():
            begun = time.perf_counter()
            pieces[tool] = work()
            times[tool].append(time.perf_counter() - begun)
            print(f"  {tool}: {pieces[tool]} {unit}, {times[tool][-1]:.2f} s", flush=True)
    figures = (
        Figure(tool, pieces[tool], statistics.median(taken), min(taken), max(taken), notes.get(tool, ""))
        for tool, taken in times.items()
    )
    return Table(title, unit, tuple(figures))
