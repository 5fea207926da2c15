"""Official tables over pages, in one pass: which rows stand on which page, and where merged cells end and begin again.

A page takes as many rows as fit. What spans from above into the next page ends at the last row, which grows where the
rest of the text needs it, and begins again on the next page: a label with its mark (续), a value blank. The nearest
column heads are repeated above the first row. A row is split by lines only where it is higher than a page, or where
keeping a long narrative whole would leave more than a third of the page empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gongkai.printing.setting import NOTHING, SetText
from gongkai.printing.table import LEAST, ROUNDING, PageCell, Table, TableCell

_EMPTY = 1 / 3
"""More of a page than this is not left empty for the sake of a long narrative."""
_REPEATED = 1 / 2
"""More of a page than this is not taken for what stands on the page before already."""


@dataclass(frozen=True)
class Position:
    """Where a page begins: its first row, and of the cells whose text goes on the lines printed before.

    ``split``: the row itself goes on.
    """

    row: int
    split: bool = False
    printed: Mapping[int, int] = field(default_factory=dict)


class Fragment(NamedTuple):
    """The part of a table that stands on one page: its cells, and its height from the first line to the last."""

    cells: Sequence[PageCell]
    height: float
    overflows: bool = False
    """It is higher than its page: a single line is."""


class NoRoom(Exception):
    """Not even the first rows of the table fit below what stands on the page already."""


def paginate(table: Table, first_room: float, room: float, *, fresh: bool) -> list[Fragment]:
    """The table on as many pages as it takes: ``first_room`` points high the first, ``room`` the others.

    Raises NoRoom where it should better begin on another page; not where the first is ``fresh``.
    """
    fragments: list[Fragment] = []
    position: Position | None = Position(0)
    while position is not None:
        page = _Page(table, position, room if fragments else first_room, room)
        fragment, position = page.take(force=fresh or bool(fragments))
        fragments.append(fragment)
    return fragments


class _Page:
    """One page while it is filled: strips (repeated heads, then rows) and the heights at which they begin."""

    def __init__(self, table: Table, position: Position, room: float, full_room: float) -> None:
        self.table, self.position, self.room, self.full_room = table, position, room, full_room
        self.most_repeated = _REPEATED * full_room
        self.fixed = self._begin(heads=True)
        if self.tops[-1] > self.most_repeated:
            self.fixed = self._begin(heads=False)

    # -- what is repeated ---------------------------------------------------------------------

    def _begin(self, *, heads: bool) -> int:
        """Put what goes on from the page before on top, below the heads; the number of strips that are repeated."""
        self.parts: list[PageCell] = []
        self.tops = [0.0]
        self.ends: dict[int, list[PageCell]] = {}
        table, row = self.table, self.position.row
        if row == 0 and not self.position.split:
            return 0
        fixed = table.head_rows if heads and row >= table.head_rows else 0
        for cell in (cell for number in range(fixed) for cell in table.rows[number]):
            self._add(cell, cell.row, cell.row + cell.rows, cell.text, repeated=True)
        open_cells = [*table.spanning(row), *(table.rows[row] if self.position.split else ())]
        inner = self._heads(open_cells) if heads else []
        covered: set[int] = set()
        for number, head in enumerate(inner, fixed):
            beside = table.spanning(head) if number == fixed else []
            for cell in (*beside, *table.rows[head]):
                if cell not in open_cells:
                    end = min(number + cell.row + cell.rows - head, fixed + len(inner))
                    self._add(cell, number, end, cell.again, repeated=True)
                    covered.update(range(cell.column, cell.column + cell.columns))
        first = fixed + len(inner)
        for cell in open_cells:
            start = fixed if inner and cell.column not in covered else first
            end = first + cell.row + cell.rows - row
            if cell.number in self.position.printed:
                self._add(cell, start, end, cell.text, self.position.printed[cell.number], repeated=False)
            else:
                again = cell.again if cell.again.height <= self.most_repeated else NOTHING
                self._add(cell, start, end, again, repeated=True)
        for strip in range(first):
            self._close(strip)
        return first

    def _heads(self, open_cells: list[TableCell]) -> list[int]:
        """The rows of column heads inside the body that hold here: the nearest ones under a label both share."""
        table, row = self.table, self.position.row
        labels = [cell.row for cell in open_cells if cell.column == 0 and cell.row < row]
        if not labels or table.heads[row]:
            return []
        heads: list[int] = []
        for number in range(row - 1, min(labels) - 1, -1):
            if table.heads[number]:
                heads.insert(0, number)
            elif heads:
                break
        return heads

    # -- filling ------------------------------------------------------------------------------

    def _add(
        self, cell: TableCell, start: int, end: int, text: SetText, first: int = 0, *, repeated: bool
    ) -> None:
        part = PageCell(cell, start, end, text, first, len(text.lines), repeated)
        self.parts.append(part)
        self.ends.setdefault(part.end, []).append(part)

    def _close(self, strip: int) -> float:
        """Settle where a strip ends: a cell over several rows raises only the last of them."""
        ending = self.ends.get(strip + 1, ())
        bottom = max((self.tops[part.start] + part.need for part in ending), default=self.tops[strip])
        self.tops.append(max(bottom, self.tops[strip]))
        return self.tops[-1]

    def take(self, *, force: bool) -> tuple[Fragment, Position | None]:
        """As many rows as fit, and where the next page begins. With ``force`` something is taken in any case."""
        table, strip = self.table, self.fixed
        for row in range(self.position.row, table.height):
            if not (self.position.split and row == self.position.row):
                for cell in table.rows[row]:
                    self._add(cell, strip, strip + cell.rows, cell.text, repeated=False)
            if self._close(strip) > self.room + ROUNDING:
                return self._end(strip, row, force=force)
            strip += 1
        return self._fragment(strip), None

    def _end(self, strip: int, row: int, *, force: bool) -> tuple[Fragment, Position | None]:
        """The page's end, where the row at ``strip`` does not fit."""
        kept = self._last_fitting(strip)
        wasted = self.room - self.tops[kept or 0]
        is_long = any(cell.style.long and cell.rows == 1 for cell in self.table.rows[row])
        may_split = self._too_high(strip, row) or (is_long and wasted > _EMPTY * self.full_room)
        if (may_split or (kept is None and force)) and (split := self._split(strip, row, forced=False)):
            return split
        if kept is not None:
            return self._fragment(kept), Position(self.position.row + kept - self.fixed)
        if not force:
            raise NoRoom
        if strip > self.fixed:
            return self._cut_spans(strip)
        below = Position(row + 1) if row + 1 < self.table.height else None
        return self._split(strip, row, forced=True) or (self._fragment(strip + 1), below)

    def _last_fitting(self, strip: int) -> int | None:
        """How many strips stay, so that no head ends the page and what spans on has room; None where none can."""
        for count in range(strip, self.fixed, -1):
            if self.table.heads[self.position.row + count - 1 - self.fixed]:
                continue
            if self.tops[count] + self._growth(count) <= self.room + ROUNDING:
                return count
        return None

    def _spanning(self, count: int) -> list[PageCell]:
        """What stands on both sides of the end of ``count`` strips."""
        return [part for part in self.parts if part.start < count < part.end]

    def _growth(self, count: int, *, blank: bool = False) -> float:
        """By how much the last of ``count`` strips must grow for the cells that end with it unfinished, or for their margins."""
        needs = (
            self.tops[part.start] + (part.cell.around if blank else part.need)
            for part in self._spanning(count)
        )
        return max(needs, default=self.tops[count]) - self.tops[count]

    def _too_high(self, strip: int, row: int) -> bool:
        """Whether a row is higher than a page that begins with it."""
        height = self.tops[strip + 1] - self.tops[strip]
        if height <= self.full_room / 2:
            return False
        alone = _Page(self.table, Position(row), self.full_room, self.full_room) if row else self
        return alone.tops[alone.fixed] + height > self.full_room + ROUNDING

    # -- rows that are split ------------------------------------------------------------------

    def _split(self, strip: int, row: int, *, forced: bool) -> tuple[Fragment, Position] | None:
        """The row split by lines where the page ends; None where too few would stay or go.

        ``forced``: it fits no page; as many lines as fit stay, but one at least.
        """
        cut: dict[int, int] = {}
        reaching = [part for part in self.parts if part.start <= strip < part.end]
        for part in (part for part in reaching if not part.repeated):
            room = self.room - self.tops[part.start]
            if part.need <= room + ROUNDING:
                continue
            count = max(part.fitting(room, 1), 1) if forced else part.fitting(room, LEAST)
            some = 0 < count < len(part.lines)  # a blank cell has a height too
            if not forced and (not some or (part.cell.is_label and part.start == strip)):
                return None
            if some:
                cut[part.cell.number] = part.first + count
        if not cut:
            return None
        for part in reaching:
            part.last = cut.get(part.cell.number, part.last) if not part.repeated else part.last
        bottom = max(self.tops[part.start] + part.need for part in reaching)
        self.tops[strip + 1] = max(bottom, self.tops[strip])
        return self._fragment(strip + 1), Position(row, True, cut)

    def _cut_spans(self, strip: int) -> tuple[Fragment, Position]:
        """The page as far as its rows fit, with what spans on cut by lines: it is longer than all of its rows here."""
        first = self.position.row - self.fixed
        ends = (n for n in range(strip, self.fixed, -1) if not self.table.heads[first + n - 1])
        count = next(
            (n for n in ends if self._growth(n, blank=True) <= self.room - self.tops[n] + ROUNDING), strip
        )
        cut: dict[int, int] = {}
        for part in self._spanning(count):
            room = self.room - self.tops[part.start]
            if not part.repeated and part.need > room + ROUNDING:
                part.last = part.first + part.fitting(room, 0)
                cut[part.cell.number] = part.last
        return self._fragment(count), Position(first + count, False, cut)

    # -- what came of it ----------------------------------------------------------------------

    def _fragment(self, count: int) -> Fragment:
        """The first ``count`` strips as they are printed."""
        tops = self.tops[: count + 1]
        tops[count] += max(self._growth(count), 0.0)
        cells = [part for part in self.parts if part.start < count]
        for part in cells:
            part.top, part.bottom = tops[part.start], tops[min(part.end, count)]
        return Fragment(cells, tops[count], tops[count] > self.room + 1)
