"""One measurement: every tool in turn, several times over, so that a busy moment hits all alike."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from threading import Barrier

TWO = 2
"""Processes of every tool."""
Work = Callable[[], int]
"""Does the work once and gives the number of pieces."""
Ready = Callable[[], AbstractContextManager[Work]]
"""Entered before and left after the time that counts, gives the work."""


@dataclass(frozen=True)
class Tool:
    """One way to do a piece of work."""

    name: str
    ready: Ready
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """What was measured: one value of each run, and of how many pieces."""

    name: str
    values: tuple[float, ...]
    unit: str = "秒"
    pieces: int = 1
    note: str = ""
    processor: tuple[float, ...] = ()
    """Seconds of processor time of each run, where they were asked for: other programs move them less."""

    @property
    def median(self) -> float:
        """The value to be told."""
        return statistics.median(self.values)

    @property
    def rate(self) -> float:
        """Pieces a second."""
        return self.pieces / self.median

    def times(self, other: Figure) -> float:
        """How many times as fast as another, run by run: the median of the ratios."""
        pairs = zip(self.values, other.values, strict=True)
        return statistics.median(self.pieces / own * theirs / other.pieces for own, theirs in pairs)


@dataclass(frozen=True)
class Table:
    """Figures that belong together; where they are ``compared``, the first is gongkai's and the others are its peers'."""

    title: str
    figures: tuple[Figure, ...]
    compared: bool = False


def at_once(work: Work) -> Ready:
    """Of work that needs nothing before it."""
    return lambda: nullcontext(work)


def timed(tools: Sequence[Tool], runs: int, processor: bool = False) -> tuple[Figure, ...]:
    """Seconds of every tool; with ``processor`` those of its processes too, all of which must end in its work."""
    seconds: dict[str, list[float]] = {tool.name: [] for tool in tools}
    used: dict[str, list[float]] = {tool.name: [] for tool in tools}
    pieces: dict[str, int] = {}
    for _ in range(runs):
        for tool in tools:
            with tool.ready() as work:
                begun, before = time.perf_counter(), sum(os.times()[:4])
                pieces[tool.name] = work()
                seconds[tool.name].append(time.perf_counter() - begun)
                used[tool.name].append(sum(os.times()[:4]) - before)
            print(f"  {tool.name}: {pieces[tool.name]}, {seconds[tool.name][-1]:.2f} s", flush=True)
    return tuple(
        Figure(
            one.name,
            tuple(seconds[one.name]),
            pieces=pieces[one.name],
            note=one.note,
            processor=tuple(used[one.name]) if processor else (),
        )
        for one in tools
    )


@contextmanager
def warm_pool(
    processes: int, start: Callable[..., None], *arguments: object
) -> Iterator[ProcessPoolExecutor]:
    """So many new processes, each of which has done ``start``."""
    context = get_context("spawn")
    together = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, _start, (together, start, arguments)) as pool:
        for ready in [pool.submit(abs, 0) for _ in range(processes)]:
            ready.result()
        yield pool


def _start(together: Barrier, start: Callable[..., None], arguments: tuple[object, ...]) -> None:
    start(*arguments)
    together.wait()
