"""A page of a table while it is filled: where it begins, and the parts of cells that stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongkai.printing.setting import SetText
from gongkai.printing.table import TableCell

LEAST = 2
"""Lines of a text that stay together at each side of a page's end."""
ROUNDING = 1e-4
"""Points by which something may be higher than its room: what adding heights up may lose."""


@dataclass(frozen=True)
class Position:
    """Where a page begins: its first row, and of the cells whose text goes on the lines printed before.

    ``split``: the row itself goes on.
    """

    row: int
    split: bool = False
    printed: Mapping[int, int] = field(default_factory=dict)

    def after(self, other: Position) -> bool:
        """Whether something stands between the two."""
        return self.row > other.row or any(
            lines > other.printed.get(n, 0) for n, lines in self.printed.items()
        )


@dataclass(slots=True)
class Part:
    """A cell while a page is made: from which strip of the page to which (exclusive), and what it shows."""

    cell: TableCell
    start: int
    end: int
    text: SetText
    first: int
    repeated: bool
    last: int = -1

    def __post_init__(self) -> None:
        self.last = len(self.text.lines)

    @property
    def need(self) -> float:
        """How high it is with all its lines."""
        return self.height(self.last)

    def height(self, last: int) -> float:
        """How high it is with its lines up to ``last``."""
        lines = self.text.lines
        if self.first == 0 and last == len(lines):
            return self.text.height + self.cell.around
        return self.cell.around + sum(
            line.height + (line.gap if number else 0.0)
            for number, line in enumerate(lines[self.first : last])
        )

    def fitting(self, room: float) -> int:
        """The last of its lines that fits (exclusive), so that at least two stand at each side; ``first`` for none."""
        last, height = self.first, self.cell.around
        for number in range(self.first, self.last):
            line = self.text.lines[number]
            height += line.height + (line.gap if number > self.first else 0.0)
            if height > room + ROUNDING:
                break
            last = number + 1
        if last < self.last:
            last = min(last, self.last - LEAST)
            if last - self.first < LEAST:
                return self.first
        return last
