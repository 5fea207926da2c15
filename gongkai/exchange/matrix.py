"""A raw table to look around in: the cell at a place, its neighbours, which cells are labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gongkai.exchange.drafts import Spot
from gongkai.exchange.labels import Labels, is_level1, is_level2, label_key
from gongkai.exchange.layout import Slot
from gongkai.exchange.tables import RawCell, RawTable


class Matrix:
    """One table by places; cells without text count as blank."""

    def __init__(
        self, table: RawTable, labels: Labels, slots: Mapping[tuple[int, int], Slot] | None = None
    ) -> None:
        self.table, self.labels, self._slots = table, labels, slots or {}
        self.at: dict[tuple[int, int], RawCell] = {}
        for cell in table.cells:
            for row in range(cell.row, cell.bottom):
                for column in range(cell.column, cell.end):
                    self.at.setdefault((row, column), cell)
        self.width = max((cell.end for cell in table.cells), default=0)
        self.height = max((cell.bottom for cell in table.cells), default=0)
        self.left = min((cell.column for cell in table.cells if cell.text), default=0)
        self._by_row = dict(table.rows())

    def starting(self, row: int) -> list[RawCell]:
        """The cells with text whose top is in a row, left to right."""
        return [cell for cell in self._by_row.get(row, []) if cell.text]

    def covering(self, row: int, start: int, end: int) -> list[RawCell]:
        """The cells with text that cover columns of a row, each once."""
        found: dict[tuple[int, int], RawCell] = {}
        for column in range(start, end):
            cell = self.at.get((row, column))
            if cell and cell.text:
                found[cell.row, cell.column] = cell
        return list(found.values())

    def is_label(self, cell: RawCell | None) -> bool:
        """Whether a cell's text is a label of a form (own fields of a form included)."""
        return bool(
            cell
            and cell.text
            and (
                self.slot(cell) or self.labels.meanings(cell.text) or label_key(cell.text) in self.labels.own
            )
        )

    def slot(self, cell: RawCell) -> Slot | None:
        """The label that a cell is in the form the table is read by."""
        return self._slots.get((cell.row, cell.column))

    def is_level(self, text: str) -> bool:
        """Whether a text is a first- or second-level name."""
        return is_level1(text) or is_level2(text)

    def right_of(self, cell: RawCell) -> Iterator[RawCell]:
        """The cells with text right of a cell, in its first row, up to the next label."""
        column = cell.end
        while column < self.width:
            other = self.at.get((cell.row, column))
            if other and other.text:
                if self.is_label(other):
                    return
                yield other
            column = other.end if other else column + 1

    def below(self, cell: RawCell) -> RawCell | None:
        """The cell with text right below a cell that is no label; None where there is none."""
        other = self.at.get((cell.bottom, cell.column))
        if other is None or not other.text:
            found = self.covering(cell.bottom, cell.column, cell.end)
            other = found[0] if len(found) == 1 else None
        if other is None or other.row != cell.bottom or self.is_label(other) or self.is_level(other.text):
            return None
        return other

    def spot(self, cell: RawCell) -> Spot:
        """The place of a cell as people say it."""
        return Spot(self.table.where, cell.ref)
