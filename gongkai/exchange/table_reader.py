"""A raw table with its labels → drafts, row by row: single values, and lists with one row per item."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from gongkai.exchange.drafts import Draft, Notebook
from gongkai.exchange.labels import UNIT_IN_LABEL, UNIT_NOTE, is_level1, unit_in
from gongkai.exchange.layout import Slot
from gongkai.exchange.list_reader import ListReader
from gongkai.exchange.narrative import TITLE, YEAR_NOTE, Narrative, note_text
from gongkai.exchange.tables import RawCell, RawTable
from gongkai.exchange.values import SUM, is_blank_mark
from gongkai.reading.forms import Form

_PERIOD = re.compile(r"\D{0,3}((?:19|20)\d\d)\s*年?度?\s*[-—–~～至到]+\s*((?:19|20)\d\d)\s*年?度?")
_FAR = 12
"""Rows above a value in which the unit of its group is looked for."""


class TableReader:
    """Goes through one table; ``slots`` are its labels, ``form`` that of the record's own fields.

    ``ends`` are rows that no list reaches to.
    """

    def __init__(
        self, book: Notebook, table: RawTable, slots: dict[tuple[int, int], Slot], kind: str,
        form: Form | None, narrative: Narrative, *, by_form: bool, ends: Collection[int],
    ) -> None:  # fmt: skip
        self.ends = ends
        self.book, self.table, self.slots, self.kind = book, table, slots, kind
        self.form, self.narrative = form, narrative
        self.lists = ListReader(book, table, slots, form, by_form=by_form)
        self.draft = book.drafts[-1] if book.drafts and book.drafts[-1].kind == kind else None
        self.done: set[tuple[int, int]] = set()

    def read(self) -> None:
        """Every row, top to bottom; no text goes missing."""
        book = self.book
        before = len(book.read), len(book.labels), len(book.leftovers)
        for row, cells in self.table.rows.items():
            rest = [cell for cell in cells if cell.place not in self.done]
            if rest:
                self._row(row, rest)
        taken = {read.spot for read in book.read[before[0] :]} | {spot for spot, _ in book.labels[before[1] :]}
        left = {leftover.where for leftover in book.leftovers[before[2] :]}
        for cell in self.table.cells:
            spot = self.table.spot(cell)
            if cell.text and spot not in taken and str(spot) not in left:
                book.leave(spot, cell.text, "不知道属于哪一项")

    def _row(self, row: int, cells: Sequence[RawCell]) -> None:
        heads = self._heads(row)
        if heads:
            self._open([*heads], cells)
        elif (
            self.lists.group
            and (row not in self.ends or SUM.fullmatch(cells[0].text))
            and not self._ends(cells)
        ):
            if self.lists.group != "projects":
                self.draft = self.draft or self._start()
            self.draft = self.lists.row(row, self.draft)
        else:
            self.lists.columns = []
            for cell in cells:
                if cell.place not in self.done:
                    self._single(cell)

    def _heads(self, row: int) -> list[tuple[RawCell, Slot]]:
        """The labels of a list's columns, of two rows where they stand in two."""
        own = self._heads_in(row)
        tall = max((cell.bottom for cell, _ in own), default=row)
        under = [head for below in range(row + 1, tall) for head in self._heads_in(below)]
        names = {slot.paths for _, slot in own}
        beneath = self._heads_in(tall) if own else []
        inner = bool(names) and not any(
            slot.paths in names or slot.group != own[0][1].group for _, slot in beneath
        )
        return own + under + (beneath if inner else [])

    def _heads_in(self, row: int) -> list[tuple[RawCell, Slot]]:
        slots = ((cell, self.slots.get(cell.place)) for cell in self.table.rows.get(row, ()))
        return [(cell, slot) for cell, slot in slots if slot and slot.side == "head"]

    def _open(self, heads: list[tuple[RawCell, Slot]], cells: Sequence[RawCell]) -> None:
        goes_on = self.lists.open(heads, cells)
        if self.lists.group == "projects" and not goes_on:
            next_page = self.draft and self.draft.name and self.draft.where != self.table.where
            self.draft = self.draft if next_page else None
        for cell in (*cells, *(cell for cell, _ in heads)):
            self._label(cell)

    def _ends(self, cells: Sequence[RawCell]) -> bool:
        mine = (self.slots.get(cell.place) for cell in cells)
        return any(slot and slot.paths for slot in mine) or _is_title(
            self.table, cells, of_tasks=self.lists.group == "tasks"
        )

    def _label(self, cell: RawCell) -> None:
        self.book.label(self.table.spot(cell), cell.text)
        self.done.add(cell.place)

    # -- single values ------------------------------------------------------------------------------

    def _single(self, cell: RawCell) -> None:
        slot = self.slots.get(cell.place)
        if slot is None:
            self.done.add(cell.place)
            note_text(self.book, cell.text, self.table.spot(cell), None)
        elif slot.side == "inside":
            self.done.add(cell.place)
            self._put(slot.paths[0], slot, cell, cell, self.narrative.labels.divided(cell.text)[1])
        else:
            self._label(cell)
            values = self._beside(cell, slot)
            for path, value in zip(
                slot.paths, values if len(values) == len(slot.paths) else (), strict=False
            ):
                self.done.add(value.place)
                self._put(path, slot, cell, value, value.text)

    def _beside(self, cell: RawCell, slot: Slot) -> list[RawCell]:
        """The cells with text that are the label's, or are due right of it or below it, up to the next label."""
        if slot.cells:
            return [self.table.at[place] for place in slot.cells]
        height, width = self.table.size
        places = [(cell.row, column) for column in range(cell.end, width)] if slot.side == "right" else [(row, cell.column) for row in range(cell.bottom, height)]  # fmt: skip
        found: dict[tuple[int, int], RawCell] = {}
        for place in places:
            other = self.table.at.get(place)
            if other is None or not other.text or other.place in self.done:
                continue
            if other.place in self.slots or len(found) == len(slot.paths):
                break
            found[other.place] = other
        return list(found.values())

    def _put(self, path: str, slot: Slot, label: RawCell, cell: RawCell, text: str) -> None:
        spot, draft = self.table.spot(cell), self._draft_for(path, text)
        years = _PERIOD.fullmatch(text.strip()) if path == "period" else None
        if years:
            for name, year in zip(("period.start", "period.end"), years.groups(), strict=True):
                self.book.field(draft, name, year, [spot])
        elif is_blank_mark(text) and text.strip() != "无":
            self.book.leave(spot, text, "是空白的记号")
        else:
            doubt = "原文的栏目是“实施周期”" if path == "period" else ""
            path = "schedule" if path == "period" else path
            self.book.field(
                draft,
                path,
                text,
                [spot],
                self._units(label, cell),
                form=self.form,
                label=slot.key,
                doubt=doubt,
            )

    def _draft_for(self, path: str, text: str) -> Draft:
        """The draft that a field goes to; a name starts a new one, or finds the project told about before."""
        if path == "name":
            told = self.narrative.draft_for(text) if self.kind == "project" else None
            self.draft = told or (self._start() if self.draft is None or self.draft.name else self.draft)
        self.draft = self.draft or self._start()
        return self.draft

    def _start(self) -> Draft:
        return self.book.start(self.kind, self.table.where)

    def _units(self, label: RawCell, value: RawCell) -> list[str | None]:
        """The units of money stated by the label, then by labels left of the value, then by labels above it."""
        left = [cell for cell in self.table.covering(value.row, 0, value.column) if cell.place in self.slots or UNIT_IN_LABEL.search(cell.text)]  # fmt: skip
        above = [
            cell
            for row in range(value.row - 1, max(value.row - _FAR, -1), -1)
            for cell in reversed(self.table.rows.get(row, ()))
            if cell.place in self.slots and cell.column <= value.column
        ]
        return [unit_in(cell.text) for cell in (label, *reversed(left), *above)]


def _is_title(table: RawTable, cells: Sequence[RawCell], *, of_tasks: bool) -> bool:
    """Whether a row ends a list: one text over the whole width, a year, a unit, a title."""
    first = cells[0]
    if len(cells) > 1:
        return False
    if first.columns >= table.size[1] - table.first_column > 1 and not of_tasks:
        return not is_level1(first.text)
    plain = re.sub(r"\s+", "", first.text)
    named = first.column <= table.first_column and TITLE.search(first.text) and first.text.endswith("表")
    return bool(YEAR_NOTE.fullmatch(first.text) or UNIT_NOTE.fullmatch(plain) or named)
