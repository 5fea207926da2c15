"""An official table with what each cell is (label, place of a value, blank), and its lists: parts with one row per item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gongkai.drafting.naming import Names
from gongkai.drafting.original import Original, one_line
from gongkai.exchange.labels import Labels, is_level1, is_level2, label_key
from gongkai.exchange.tables import RawCell

WEIGHT = re.compile(r"[（(]\s*\d+(?:\.\d+)?\s*(?:[-—~至]\s*\d+)?\s*[分%％]?\s*[）)]\s*分?$")
_PLACEHOLDER = re.compile(
    r"(?:(?:指标|任务|目标)?\s*\d*\s*[:：.、]?|…+|\.{2,}|[×xX*]+|\d{1,2}|[（(]?\d{1,2}[）)]?)\s*"
)
LAST = re.compile(r"^(?:总分|合计|小计|金额合计|总计|自评总分|总得分)")
_SIDE = re.compile(r"绩效指标|绩效目标|指标$|指标[（(]|任务")

Role = Literal["label", "head", "value", "blank", "total", "computed"]


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


@dataclass
class Placed:
    """A cell with what it is; ``path`` of a label is that of its field, of what is computed the template's expression;
    ``options`` are those of check boxes.
    """

    cell: RawCell
    role: Role
    path: str = ""
    options: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text as a label."""
        return one_line(self.cell.text)


@dataclass
class Layout:
    """The whole table understood."""

    table: Original
    lists: list[Listing]
    names: Names
    filled: bool
    cells: dict[tuple[int, int], Placed] = field(default_factory=dict)

    def listing(self, row: int) -> Listing | None:
        """The list whose items stand in a row."""
        return next((one for one in self.lists if one.covers(row)), None)

    def row(self, number: int) -> list[Placed]:
        """The cells that begin in a row, left to right."""
        return [self.cells[cell.row, cell.column] for cell in self.table.row(number)]


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


def find_lists(table: Original, labels: Labels) -> list[Listing]:
    """Every list of a table, top to bottom."""
    found: list[Listing] = []
    row = 0
    while row < table.height:
        listing = _indicators(table, labels, row) or _flat(table, labels, row) or _items(table, labels, row)
        if listing is None:
            row += 1
            continue
        found.append(listing)
        row = max(listing.end, row + 1)
    return found


def _indicators(table: Original, labels: Labels, row: int) -> Listing | None:
    own = [cell for cell in table.row(row) if cell.text]
    third = [cell for cell in own if labels.means(cell.text, "indicators.level3")]
    beside = [
        cell for cell in own if any(name.startswith("indicators.") for name in labels.meanings(cell.text))
    ]
    if not third or len(beside) < 2:
        return None
    start = min(cell.column for cell in beside)
    names = [cell for cell in own if labels.means(cell.text, "name")]
    first = max(cell.bottom for cell in third)
    side = _side_of(table, row, start)
    end = side.bottom if side is not None and side.bottom > first else _end(table, labels, first, start)
    while end - 1 > first and _is_last(table, end - 1, start):
        end -= 1
    if names and start > names[0].column:
        start = min(cell.column for cell in own)
        return Listing(
            "projects", row, first, max(table.height, first + 1), _heads(table, row, first, start), None
        )
    return Listing("indicators", row, first, max(end, first + 1), _heads(table, row, first, start), side)


def _flat(table: Original, labels: Labels, row: int) -> Listing | None:
    """One row for each project, its indicators in one cell: names of columns over blank rows."""
    own = table.row(row)
    known = [cell for cell in own if cell.text and labels.meanings(cell.text)]
    is_head = (
        len(known) > 3
        and all(cell.text for cell in own)
        and any(labels.means(cell.text, "name") for cell in known)
    )
    first = max(cell.bottom for cell in own) if own else 0
    named = any(
        labels.meanings(cell.text) and not LAST.match(cell.text)
        for cell in table.cells
        if cell.row >= first and cell.text
    )
    if not is_head or named:
        return None
    return Listing("projects", row, first, max(table.height, first + 1), _heads(table, row, first, 0), None)


def _heads(table: Original, top: int, first: int, start: int) -> list[RawCell]:
    """The lowest cell of the head over each column, left to right."""
    lowest = {}
    for cell in table.cells:
        if top <= cell.row < first and cell.column >= start and cell.bottom <= first:
            lowest.update(dict.fromkeys(range(cell.column, cell.end), cell))
    return list(dict.fromkeys(lowest[column] for column in sorted(lowest)))


def _side_of(table: Original, row: int, start: int) -> RawCell | None:
    """The cell left of a list that stands beside all of its rows."""
    beside = [cell for cell in table.cells if cell.end == start and cell.row <= row < cell.bottom and cell.bottom > row + 1]  # fmt: skip
    return beside[0] if beside and beside[0].text else None


def _end(table: Original, labels: Labels, first: int, start: int) -> int:
    """The first row below that belongs to something else."""
    for row in range(first, table.height):
        own = [cell for cell in table.row(row) if cell.text]
        if not own or own[0].column > start:
            continue
        lead = own[0]
        plain = one_line(lead.text)
        known = [name for name in labels.meanings(plain) if not name.startswith(("indicators.", "tasks."))]
        is_level = is_level1(WEIGHT.sub("", plain)) or is_level2(plain)
        if (
            lead.columns >= table.width - start
            or [cell.columns > 4 for cell in table.row(row)] == [False, True]  # a text, beside its label
            or LAST.match(plain)
            or (known and not is_level)
            or lead.column < start
        ):
            return row
    return table.height


def _is_last(table: Original, row: int, start: int) -> bool:
    own = [cell for cell in table.row(row) if cell.text and cell.column >= start]
    return bool(own) and LAST.match(one_line(own[0].text)) is not None


def is_total(table: Original, listing: Listing, row: int) -> bool:
    """Whether a row of a table of several projects has their sums."""
    return listing.of == "projects" and any(LAST.match(cell.text) for cell in table.row(row))


def _items(table: Original, labels: Labels, row: int) -> Listing | None:
    """A list with a side label: its first row names the columns, the rows below are cut like it and nearly blank."""
    for side in table.row(row):
        if not side.text or side.rows < 3 or side.end >= table.width:
            continue
        head = [cell for cell in table.row(row) if cell.column >= side.end]
        first = max((cell.bottom for cell in head if cell.bottom < side.bottom), default=0)
        heads = _heads(table, row, first, side.end) if first else []
        if len(heads) < 2 or not all(cell.text for cell in heads) or first >= side.bottom:
            continue
        end = side.bottom
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
        is_tasks = labels.means(side.text, "tasks") or "任务" in label_key(side.text)
        return Listing("tasks" if is_tasks else "own", row, first, end, heads, side)
    return None


def levels_of(table: Original, listing: Listing) -> Iterator[tuple[int, Level | None, Level | None]]:
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
