"""Indicators and a form's own lists → table rows with spans, for templates: grouped as the form prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from gongkai.reading.declaration import IndicatorSystem
from gongkai.reading.records import Indicator


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One printed row of a form's own list; equal names in its first column, one below the other, share a cell."""

    path: str
    """Leads to the item: ``own.tasks.2``."""
    span: int
    """How many rows the cell of the first column covers, 0 where a row above covers it."""
    is_last: bool
    """Whether it is the last one that the cell covers: its 小计 stands below."""
    group: tuple[Mapping[str, Any], ...]
    """All items that the cell covers."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One printed row. ``index`` is the indicator's place in the record (None: an empty row of the system).

    ``span1``/``span2`` are how many rows the first-/second-level label covers, 0 where a row above covers it.
    """

    index: int | None
    indicator: Indicator | None
    level1: str
    level2: str
    span1: int
    span2: int
    number: int = 1
    """Counted from 1 within its second level (指标1, 指标2 …)."""

    goal: str = ""
    goal_span: int = 0
    """The goal that the indicator belongs to (长期目标1 …), and how many rows its label covers, like ``span1``."""

    span: int = 1
    item: ItemRow | None = None
    """In tables with a row for each item of the indicator's own list: how many rows its other cells cover, and the item."""


@dataclass(frozen=True, slots=True)
class SideRow:
    """One printed row of a side-by-side table: a left and a right indicator under the same labels.

    ``left_span``/``right_span`` are the rows the side's cells cover (0: covered from above); ``index`` None
    with a span > 0 is a blank cell.
    """

    level1: str
    level2: str
    span1: int
    span2: int
    left: int | None
    left_span: int
    left_number: int
    right: int | None
    right_span: int
    right_number: int


def item_rows(path: str, items: Sequence[Mapping[str, Any]], first: str, below: int = 0) -> list[ItemRow]:
    """The items at ``path`` as rows; ``first`` is their first column, whose cells cover ``below`` rows more (小计)."""
    rows: list[ItemRow] = []
    named = groupby(
        enumerate(items), key=lambda one: (one[1].get(first), one[0] if one[1].get(first) is None else -1)
    )
    for group in ([*members] for _, members in named):
        together = tuple(item for _, item in group)
        for at, _ in group:
            span = len(group) + below if at == group[0][0] else 0
            rows.append(ItemRow(f"{path}.{at}", span, at == group[-1][0], together))
    return rows


def with_items(rows: Sequence[IndicatorRow], lists: Sequence[list[ItemRow]]) -> list[IndicatorRow]:
    """A row for each item of an indicator's own list (``lists``, in the order of ``rows``), one where it has none."""
    heights = [max(len(items), 1) for items in lists]
    found = []
    for at, row in enumerate(rows):
        span1, span2, goal = (sum(heights[at : at + span]) for span in (row.span1, row.span2, row.goal_span))
        item = lists[at][0] if lists[at] else None
        found.append(replace(row, span1=span1, span2=span2, goal_span=goal, span=heights[at], item=item))
        covered = replace(found[-1], span1=0, span2=0, goal_span=0, span=0)
        found += (replace(covered, item=item) for item in lists[at][1:])
    return found


def indicator_rows(indicators: Sequence[Indicator], system: IndicatorSystem) -> list[IndicatorRow]:
    """The rows in printed order; equal neighbouring labels share a spanning cell, unnamed levels a blank one.

    Indicators of one goal stand together, each goal with levels of its own.

    With ``system.print_empty`` rows follow the system's order and every second-level name has at least one
    row; an indicator outside the system keeps its own labels after those of its first level, never lost.
    """
    of_goals = groupby(enumerate(indicators), key=lambda item: item[1].goal or "")
    rows: list[IndicatorRow] = []
    for goal, placed in [(goal, list(members)) for goal, members in of_goals] or [("", [])]:
        found = _of_goal(placed, system)
        rows += (replace(row, goal=goal, goal_span=0 if at else len(found)) for at, row in enumerate(found))
    return rows


def _of_goal(placed: list[tuple[int, Indicator]], system: IndicatorSystem) -> list[IndicatorRow]:
    written = groupby(placed, key=lambda item: (item[1].level1 or "", item[1].level2 or ""))
    groups = [(*names, list(members)) for names, members in written]
    if system.print_empty:
        groups = _by_system(placed, system)
    rows: list[IndicatorRow] = []
    for level1, subgroups in groupby(groups, key=lambda group: group[0]):
        inner = list(subgroups)
        span1 = sum(max(len(members), 1) for _, _, members in inner)
        for _, level2, members in inner:
            span2 = max(len(members), 1)
            for number, (index, indicator) in enumerate(members or [(None, None)], 1):
                rows.append(IndicatorRow(index, indicator, level1, level2, span1, span2, number))
                span1 = span2 = 0
    return rows


_Group = tuple[str, str, list[tuple[int, Indicator]]]


def _by_system(placed: list[tuple[int, Indicator]], system: IndicatorSystem) -> list[_Group]:
    known: dict[tuple[str, str], list[tuple[int, Indicator]]] = {
        (level1.name, level2.name): [] for level1 in system.levels for level2 in level1.level2
    }
    strays: dict[str, list[tuple[int, Indicator]]] = {level1.name: [] for level1 in system.levels}
    rest: list[tuple[int, Indicator]] = []
    for item in placed:
        level1, level2 = item[1].level1 or "", item[1].level2 or ""
        known.get((level1, level2), strays.get(level1, rest)).append(item)
    groups: list[_Group] = []
    for first in system.levels:
        groups += [(first.name, second.name, known[first.name, second.name]) for second in first.level2]
        groups += _gathered(strays[first.name])
        if not first.level2 and not strays[first.name]:
            groups.append((first.name, "", []))
    return groups + _gathered(rest)


def _gathered(placed: list[tuple[int, Indicator]]) -> list[_Group]:
    """Groups of indicators outside the system: each label once, in order of first appearance."""
    groups: dict[tuple[str, str], list[tuple[int, Indicator]]] = {}
    for item in placed:
        groups.setdefault((item[1].level1 or "", item[1].level2 or ""), []).append(item)
    return [(*key, groups[key]) for key in _together(groups)]


def _together(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Levels with those of one first level beside each other, in order of first appearance."""
    keys = list(keys)
    firsts = [first for first, _ in keys]
    return sorted(keys, key=lambda key: firsts.index(key[0]))


def side_by_side(
    period: Sequence[Indicator], annual: Sequence[Indicator], system: IndicatorSystem
) -> list[SideRow]:
    """Rows of a table with period indicators on the left and annual ones on the right, level by level."""
    sides = [
        {(first, second): members for first, second, members in _by_system(list(enumerate(side)), system)}
        for side in (period, annual)
    ]
    left_groups, right_groups = sides
    rows: list[SideRow] = []
    for _, names in groupby(_together({**right_groups, **left_groups}), key=lambda key: key[0]):
        inner = [(key, left_groups.get(key, []), right_groups.get(key, [])) for key in names]
        heights = [max(len(ours), len(theirs), 1) for _, ours, theirs in inner]
        span1 = sum(heights)
        for (key, ours, theirs), height in zip(inner, heights, strict=True):
            for n in range(height):
                spans = (span1, height if n == 0 else 0)
                left, left_span, left_number = _side_cell(ours, n, height)
                right, right_span, right_number = _side_cell(theirs, n, height)
                rows.append(
                    SideRow(*key, *spans, left, left_span, left_number, right, right_span, right_number)
                )
                span1 = 0
    return rows


def _side_cell(members: list[tuple[int, Indicator]], n: int, height: int) -> tuple[int | None, int, int]:
    """The member in row n of a side; the last one covers what is left of the height, so no cell stays open."""
    last = max(len(members), 1) - 1
    if n > last:
        return None, 0, 0
    index = members[n][0] if members else None
    return index, height - last if n == last else 1, n + 1
