"""The lists of a table, parts with one row per item: where each begins and ends, its columns, the levels of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gongkai.exchange.labels import Labels, is_level1, is_level2, label_key, one_line
from gongkai.exchange.tables import RawCell, RawTable

WEIGHT = re.compile(r"[（(]\s*\d+(?:\.\d+)?\s*(?:[-—~至]\s*\d+)?\s*[分%％]?\s*[）)]\s*分?$")
_PLACEHOLDER = re.compile(
    r"(?:(?:指标|任务|目标)?\s*\d*\s*[:：.、]?|…+|\.{2,}|[×xX*]+|\d{1,2}|[（(]?\d{1,2}[）)]?)\s*"
)
_SIDE = re.compile("长期|中长期|中期|实施周期|实施期")
"""Begins a label at the side that says that values are those of the whole period."""
LAST = re.compile(r"^(?:总分|合计|小计|金额合计|总计|自评总分|总得分)")


@dataclass
class Listing:
    """A list: its head from row ``top``, its items in rows ``first`` to before ``end``, a cell of the head for each column.

    ``of`` is ``indicators``, ``period_indicators``, ``tasks``, ``projects``, ``own`` (a list of the form's own).
    """

    of: str
    top: int
    first: int
    end: int
    heads: list[RawCell]
    side: RawCell | None
    paths: dict[int, str] = field(default_factory=dict)
    """Column → path, filled in when names are handed out."""

    def covers(self, row: int) -> bool:
        """Whether a row is one of the items'."""
        return self.first <= row < self.end

    def columns(self) -> list[tuple[RawCell, str]]:
        """The columns left to right, each with its path ("" where none was found)."""
        return [(head, self.paths.get(head.column, "")) for head in self.heads]


class Level(NamedTuple):
    """A level as the table prints it: its name, and what is printed behind it (``（50分）``)."""

    name: str
    mark: str


def level_of(text: str) -> Level | None:
    """A level's name without its weight; None for a blank or a placeholder."""
    plain = one_line(text)
    if not plain or is_placeholder(plain):
        return None
    found = WEIGHT.search(plain)
    return Level(plain[: found.start()], found[0]) if found and found.start() else Level(plain, "")


def is_placeholder(text: str) -> bool:
    """Whether a text only shows where something is to be written: 指标1：, ……, 1."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def find_lists(table: RawTable, labels: Labels) -> list[Listing]:
    """Every list of a table, top to bottom."""
    found: list[Listing] = []
    for row in table.rows:
        if not found or row >= found[-1].end:
            found += filter(None, [_indicators(table, labels, row) or _flat(table, labels, row) or _items(table, labels, row) or _tasks(table, labels, row)])  # fmt: skip
    return found


def _indicators(table: RawTable, labels: Labels, row: int) -> Listing | None:
    own = table.rows[row]
    beside = _heads_of(own, labels, "indicators")
    if not beside:
        return None
    third = [cell for cell in own if labels.means(cell.text, "indicators.level3")]
    start = min(cell.column for cell in beside)
    names = [cell for cell in own if labels.means(cell.text, "name")]
    first = max(cell.bottom for cell in third)
    if _heads_of(table.rows.get(first, ()), labels, "indicators"):
        return None  # the same labels once more: these are the nearest to the values
    side = _side_of(table, row, start)
    end = _end(table, labels, max(first, side.bottom if side else 0), row, start)
    while end - 1 > first and _is_last(table, end - 1, start):
        end -= 1
    if names and start > names[0].column:
        start = min(cell.column for cell in own)
        return Listing(
            "projects", row, first, max(table.size[0], first + 1), _heads(table, row, first, start), None
        )
    return Listing("indicators", row, first, max(end, first + 1), _heads(table, row, first, start), side)


def _flat(table: RawTable, labels: Labels, row: int) -> Listing | None:
    """One row for each project, its indicators in one cell: names of columns over blank rows."""
    own = table.row(row)
    known = [cell for cell in own if cell.text and labels.meanings(cell.text)]
    is_head = (
        len(known) > 3
        and all(cell.text for cell in own)
        and any(labels.means(cell.text, "name") for cell in known)
    )
    if not is_head:
        return None
    first = max(cell.bottom for cell in own)
    below = (one_line(cell.text) for cell in table.cells if cell.row >= first)
    is_sure = any(labels.means(cell.text, "objective", "objective.annual", "indicators") for cell in known)
    if not is_sure and any(labels.meanings(text) and not LAST.match(text) for text in below):
        return None
    return Listing("projects", row, first, max(table.size[0], first + 1), _heads(table, row, first, 0), None)


def _heads(table: RawTable, top: int, first: int, start: int) -> list[RawCell]:
    """The lowest cell of the head over each column, left to right."""
    lowest = {}
    for cell in table.cells:
        if top <= cell.row < first and cell.column >= start and cell.bottom <= first:
            lowest.update(dict.fromkeys(range(cell.column, cell.end), cell))
    return list(dict.fromkeys(lowest[column] for column in sorted(lowest)))


def _side_of(table: RawTable, row: int, start: int) -> RawCell | None:
    """The cell left of a list that stands beside all of its rows."""
    beside = [cell for cell in table.cells if cell.end == start and cell.row <= row < cell.bottom and cell.bottom > row + 1]  # fmt: skip
    return beside[0] if beside and beside[0].text else None


def _end(table: RawTable, labels: Labels, first: int, top: int, start: int, of: str = "indicators") -> int:
    """The first row from ``first`` on that is none of the list's whose head stands at ``top`` and ``start``.

    The label at its side may stand beside each row, and again on each page; rows without merged cells may slip there.
    """
    side = label_key(table.at[top, start - 1].text) if start else ""
    for row in range(first, table.size[0]):
        own = table.rows.get(row, [])
        if _heads_of(own, labels, of):
            return row
        if (
            own
            and own[0].column < start
            and (label_key(own[0].text) == side or labels.means(own[0].text, of) or _SIDE.match(own[0].text))
        ):
            own = own[1:]
        if not own or own[0].column > start:
            continue
        lead = own[0]
        plain = one_line(lead.text)
        known = [name for name in labels.meanings(plain) if not name.startswith(("indicators.", "tasks."))]
        is_level = is_level1(WEIGHT.sub("", plain)) or is_level2(plain)
        if (
            lead.columns >= table.size[1] - start
            or [cell.columns > 4 for cell in table.row(row)] == [False, True]  # a text, beside its label
            or LAST.match(plain)
            or ((known or lead.column < start) and not is_level)
        ):
            return row
    return table.size[0]


def _heads_of(cells: Sequence[RawCell], labels: Labels, of: str) -> list[RawCell]:
    """The cells of a row that are names of a list's columns; none where these are too few for a head."""
    found = {
        cell: [name for name in labels.meanings(cell.text) if name.startswith(f"{of}.")] for cell in cells
    }
    known = [
        cell for cell, names in found.items() if names and not (cell.rows > 1 and labels.means(cell.text, of))
    ]
    third = {"indicators": "indicators.level3", "tasks": "tasks.name"}[of]
    every = {name for names in found.values() for name in names}
    return known if third in every and len(every) > 1 and len(known) > 1 else []


def _is_last(table: RawTable, row: int, start: int) -> bool:
    own = [cell for cell in table.row(row) if cell.text and cell.column >= start]
    return bool(own) and LAST.match(one_line(own[0].text)) is not None


def is_total(table: RawTable, listing: Listing, row: int) -> bool:
    """Whether a row of a table of several projects has their sums."""
    return listing.of == "projects" and any(LAST.match(cell.text) for cell in table.row(row))


def _items(table: RawTable, labels: Labels, row: int) -> Listing | None:
    """A list with a side label: its first row names the columns, the rows below are cut like it and nearly blank."""
    for side in table.row(row):
        if not side.text or side.rows < 3 or side.end >= table.size[1]:
            continue
        head = [cell for cell in table.row(row) if cell.column >= side.end]
        first = max((cell.bottom for cell in head if cell.bottom < side.bottom), default=0)
        heads = _heads(table, row, first, side.end) if first else []
        if len(heads) < 2 or not all(cell.text for cell in heads) or first >= side.bottom:
            continue
        is_tasks = labels.means(side.text, "tasks") or "任务" in label_key(side.text)
        end = _end(table, labels, side.bottom, row, side.end, "tasks") if is_tasks else side.bottom
        while end - 1 > first and _is_last(table, end - 1, side.end):
            end -= 1
        body = [cell for line in range(first, end) for cell in table.row(line) if cell.column >= side.end]
        cut = {(cell.column, cell.end) for cell in heads}
        named = sum(bool(labels.meanings(cell.text)) for cell in body if cell.text)
        if (
            named
            or any((cell.column, cell.end) not in cut or cell.rows > 1 for cell in body)
            or end - first < 1
        ):
            continue
        if labels.means(side.text, "money") or all(is_placeholder(one_line(cell.text)) for cell in heads):
            continue
        return Listing("tasks" if is_tasks else "own", row, first, end, heads, side)
    return None


def _tasks(table: RawTable, labels: Labels, row: int) -> Listing | None:
    """Tasks whose label at the side does not stand beside all of them; money may be divided in a second row of the head."""
    known = _heads_of(table.rows[row], labels, "tasks")
    if not known:
        return None
    start = min(cell.column for cell in known)
    first = max(cell.bottom for cell in table.rows[row] if cell.column >= start)
    inner = table.rows.get(first, [])
    if len(inner) > 1 and inner[0].column > start and all(labels.meanings(cell.text) for cell in inner):
        first += 1
    end = _end(table, labels, first, row, start, "tasks")
    return Listing("tasks", row, first, end, _heads(table, row, first, start), None) if end > first else None


def levels_of(table: RawTable, listing: Listing) -> Iterator[tuple[int, Level | None, Level | None]]:
    """Each row of a list of indicators with the levels it stands under."""
    columns = {
        path.rpartition(".")[2]: column for column, path in sorted(listing.paths.items(), reverse=True)
    }
    before: dict[str, Level | None] = {}
    for row in range(listing.first, listing.end):
        now: dict[str, Level | None] = {}
        for name in ("level1", "level2"):
            cell = table.at[row, columns[name]] if name in columns else None
            now[name] = (level_of(cell.text) if cell else None) or before.get(name)
            if name == "level1" and now[name] != before.get(name):
                before.pop("level2", None)
        before = now
        yield row, now["level1"], now["level2"]
