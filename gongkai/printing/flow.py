"""Tables and running text one after another over pages of one size: what a sheet of a document is laid out as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.printing.composed import Element
from gongkai.printing.paging import Fragment, NoRoom, paginate
from gongkai.printing.placing import Draft, TableStructure
from gongkai.printing.setting import SetLine, SetText
from gongkai.printing.strips import LEAST, ROUNDING
from gongkai.printing.style import BORDER
from gongkai.printing.table import Table


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a flow: page from 0, y in the text area."""

    page: int
    y: float


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or heading: its lines, its role, how far the next is below it, whether it stays with what follows."""

    text: SetText
    role: str = "P"
    before: float = 0.0
    after: float = 0.0
    keeps_next: bool = False
    mark: int = 0
    """The level of its bookmark; 0: it has none."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A table with the lines above it: each text at its height, and how high they are in all."""

    table: Table
    caption: tuple[tuple[float, SetText], ...]
    caption_height: float
    before: float = 0.0
    after: float = 0.0


class Flow:
    """Pages of ``width`` × ``height`` points, filled from top to bottom."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.pages = [Draft()]
        self.elements: list[Element] = []
        self.records: list[tuple[str, Spot]] = []
        """Where each record of a table of several begins: its name and the place."""
        self.headings: list[tuple[int, str, Spot]] = []
        """Headings of running text: level of the bookmark, title, place."""
        self.overflows: list[tuple[int, str]] = []
        """What does not fit: the page, and how what it is about begins."""
        self._y, self._room_after = 0.0, 0.0
        self._waiting: list[Text] = []

    def add_text(self, one: Text) -> None:
        """A paragraph below what is there; one that stays with the next waits for it."""
        if one.keeps_next:
            self._waiting.append(one)
            return
        lines = one.text.lines
        least = sum(line.height for line in lines[: LEAST if len(lines) > LEAST + 1 else len(lines)])
        self._release(least + one.before)
        self._put(one)

    def add_table(self, titled: Titled) -> None:
        """A table with its caption, which stays with the table's first row."""
        waiting = sum(text.text.height for text in self._waiting)
        gap = max(self._room_after, titled.before) if self._y or waiting else 0.0
        fresh = not self._y
        try:
            room = self.height - self._y - waiting - gap - titled.caption_height - BORDER / 2
            fragments = paginate(titled.table, room, self.height - BORDER / 2, fresh=fresh)
        except NoRoom:
            self._next_page()
            gap = titled.before if waiting else 0.0
            room = self.height - waiting - gap - titled.caption_height - BORDER / 2
            fragments = paginate(titled.table, room, self.height - BORDER / 2, fresh=True)
        self._release(0.0)
        self._y += gap
        self._place_table(titled, fragments)
        self._room_after = titled.after

    def finish(self) -> None:
        """Print what still waits for something to follow."""
        self._release(0.0)

    # -- placing ------------------------------------------------------------------------------

    def _release(self, least: float) -> None:
        """Put what waited; on a new page where it would not have at least so much of the next below it."""
        if not self._waiting and not least:
            return
        height = sum(one.text.height + one.before for one in self._waiting) + least
        if self._y and self._y + max(self._room_after, 0.0) + height > self.height + ROUNDING:
            self._next_page()
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            self._put(one)

    def _put(self, one: Text) -> None:
        element = self._new(one.role, one.text)
        if self._y:
            self._y += max(self._room_after, one.before)
        if one.mark:
            title = "".join(run.text for line in one.text.lines for _, runs in line.parts for run in runs)
            self.headings.append((one.mark, title, Spot(len(self.pages) - 1, self._y)))
        lines: Sequence[SetLine] = one.text.lines
        while lines:
            count = self._fitting(lines)
            if count:
                self.pages[-1].put_lines(lines[:count], element, 0.0, self._y)
                self._y += sum(line.height + line.gap for line in lines[:count])
                lines = lines[count:]
            if lines:
                self._next_page()
        self._room_after = one.after

    def _fitting(self, lines: Sequence[SetLine]) -> int:
        """How many lines fit here, so that none is left alone; at least one on an empty page."""
        y, count = self._y, 0
        for line in lines:
            y += line.height + line.gap
            if y > self.height + ROUNDING:
                break
            count += 1
        if count < len(lines):
            count = min(count, len(lines) - LEAST) if len(lines) > LEAST else 0
            if count < LEAST:
                return 0 if self._y else max(1, count)
        return count

    def _place_table(self, titled: Titled, fragments: Sequence[Fragment]) -> None:
        structure = TableStructure(titled.table, len(self.elements), caption=bool(titled.caption))
        self.elements += structure.elements
        for y, text in titled.caption:
            self.pages[-1].put_lines(text.lines, structure.caption, 0.0, self._y + y)
        self._y += titled.caption_height
        for number, fragment in enumerate(fragments):
            if number:
                self._next_page()
            top = self._y + BORDER / 2
            self._note_records(fragment, top)
            self.pages[-1].put_fragment(fragment, titled.table, structure.cells, top)
            self._y = top + fragment.height + BORDER / 2
            if fragment.overflows:
                self.overflows.append((len(self.pages) - 1, _first_text(fragment)))

    def _note_records(self, fragment: Fragment, top: float) -> None:
        known = {name for name, _ in self.records}
        for one in fragment.cells:
            source = one.cell.source
            begins = source.record and source.path == "name" and one.first == 0 and not one.repeated
            if begins and source.text not in known:
                self.records.append((source.text, Spot(len(self.pages) - 1, top + one.top)))

    def _next_page(self) -> None:
        self.pages.append(Draft())
        self._y, self._room_after = 0.0, 0.0

    def _new(self, role: str, text: SetText) -> int:
        own = len(self.elements)
        self.elements.append(Element(role, -1))
        for element in text.elements:
            inner = own if element.parent < 0 else own + 1 + element.parent
            self.elements.append(Element(element.role, inner, element.attributes))
        return own


def _first_text(fragment: Fragment) -> str:
    return next(
        (one.cell.source.text for one in fragment.cells if one.cell.source.text and not one.repeated), ""
    )
