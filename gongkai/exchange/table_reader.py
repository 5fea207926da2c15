"""A raw table → drafts, row by row: labels with their values, and blocks with one row per item."""

from __future__ import annotations

import re

from gongkai.exchange.block_rows import BlockReader
from gongkai.exchange.blocks import Block, find_block, slot_block
from gongkai.exchange.drafts import Notebook
from gongkai.exchange.field_reader import FieldReader
from gongkai.exchange.labels import is_level1, label_key
from gongkai.exchange.layout import Match
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.narrative import TITLE, UNIT_NOTE, YEAR_NOTE, Narrative
from gongkai.exchange.tables import RawCell
from gongkai.reading.forms import Form


class TableReader(FieldReader):
    """Goes through one table row by row."""

    def __init__(
        self,
        book: Notebook,
        matrix: Matrix,
        forms: tuple[Form, ...],
        narrative: Narrative,
        match: Match | None,
    ) -> None:
        super().__init__(book, matrix, forms, narrative, match)
        self.reader = BlockReader(book, matrix, self.form)
        self.block: Block | None = None

    def read(self) -> None:
        """Every row, top to bottom."""
        for cell in self.matrix.table.cells:
            slot = self.matrix.slot(cell)
            if slot is not None and not slot.paths:
                self._label_all([cell])
        for row in range(self.matrix.height):
            cells = [cell for cell in self.matrix.starting(row) if (cell.row, cell.column) not in self.done]
            if cells:
                self._row(row, cells)
        self._account()

    def _account(self) -> None:
        """No text goes missing: what no step above took is left over."""
        taken = {read.spot for read in self.book.read} | {spot for spot, _ in self.book.labels}
        left = {leftover.where for leftover in self.book.leftovers}
        for cell in self.matrix.table.cells:
            spot = self.matrix.spot(cell)
            if cell.text and spot not in taken and str(spot) not in left:
                self.book.leave(spot, cell.text, "不知道属于哪一项")

    def _row(self, row: int, cells: list[RawCell]) -> None:
        if self.block and tuple(label_key(cell.text) for cell in cells) == self.block.head:
            self._label_all(cells)
            return
        found = slot_block(self.matrix, row, cells, self.form) or find_block(
            self.matrix, row, cells, self.forms
        )
        if found:
            self._start_block(found, cells)
        elif self.block and not self._ends_block(row, cells):
            self._block_row(row)
        else:
            self.block = None
            self._plain_row(row, cells)

    def _start_block(self, block: Block, cells: list[RawCell]) -> None:
        if self.block and self.block.kind == block.kind:
            block.last = self.block.last
        if self.block and block.kind == "projects":
            block.unit_name = self.block.unit_name
        self.block = block
        if block.kind == "projects":
            self.draft = (
                self.draft
                if self.draft and self.draft.data.get("项目名称") and self._is_next_page(block)
                else None
            )
        self._label_all(cells)
        for column in block.columns:
            for cell in self.matrix.covering(cells[0].row + 1, column.start, column.end):
                if block.kind == "tasks" and cell.row == cells[0].row + 1 and self.matrix.is_label(cell):
                    self.book.label(self.matrix.spot(cell), cell.text)
                    self.done.add((cell.row, cell.column))

    def _is_next_page(self, block: Block) -> bool:
        return len(self.book.drafts) > 0 and self.matrix.table.where != self.book.drafts[-1].where

    def _label_all(self, cells: list[RawCell]) -> None:
        for cell in cells:
            self.book.label(self.matrix.spot(cell), cell.text)
            self.done.add((cell.row, cell.column))

    def _block_row(self, row: int) -> None:
        assert self.block
        if self.block.kind == "projects":
            self.draft = self.reader.project_row(self.block, row, self.draft)
        elif self.block.kind == "indicators":
            self.reader.indicators(self.block, row, self._current(None))
        else:
            self.reader.listed(self.block, row, self._current(None))

    def _ends_block(self, row: int, cells: list[RawCell]) -> bool:
        """A row that starts with a label of the record itself, or a title over the whole width."""
        assert self.block
        if any(slot.paths for cell in cells if (slot := self.matrix.slot(cell))):
            return True
        first = cells[0]
        names = self.matrix.labels.meanings(first.text)
        whole = len(cells) == 1 and first.columns >= self.matrix.width - self.matrix.left > 1
        if whole and self.block.kind != "tasks":
            return not is_level1(first.text)
        if len(cells) == 1 and (YEAR_NOTE.fullmatch(first.text) or UNIT_NOTE.fullmatch(re.sub(r"\s+", "", first.text)) or (first.column <= self.matrix.left and TITLE.search(first.text) and first.text.endswith("表"))):  # fmt: skip
            return True
        if self.block.kind == "projects":
            return False
        at_edge = first.column <= max(self.matrix.left, self.block.left - 1)
        own = label_key(first.text) in self.matrix.labels.own
        side = {"indicators", "tasks", "sum"} if self.block.kind == "indicators" else {"tasks", "sum"}
        known = [
            name for name in names if not name.startswith(("indicators.", "tasks.")) and name not in side
        ]
        return at_edge and bool(known or (own and self.block.kind != "own"))
