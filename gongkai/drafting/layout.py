"""An official table with what each of its cells is: a label of a field, another label, the place of a value, or blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from gongkai.drafting.lists import Listing
from gongkai.drafting.naming import Names
from gongkai.drafting.original import Original, one_line
from gongkai.exchange.tables import RawCell

Role = Literal["label", "head", "value", "blank", "total"]
BOX = re.compile("[□☐■☑√✓✔○]")
_OPTION = re.compile(r"[□☐■☑√✓✔○]\s*([^\s□☐■☑√✓✔○]+)|([^\s□☐■☑√✓✔○]+?)\s*[□☐■☑√✓✔○]")


@dataclass
class Placed:
    """A cell with what it is; ``path`` of a label is that of its field, ``options`` are those of check boxes."""

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


def options_in(text: str) -> tuple[str, ...]:
    """The choices of check boxes: ``新增项目□ 延续项目□`` → both names; none where there is no box."""
    if not BOX.search(text):
        return ()
    return tuple(first or second for first, second in _OPTION.findall(text))


def ticked(text: str) -> str:
    """The choice whose box is ticked; "" for none."""
    found = re.search(r"[■☑√✓✔]\s*([^\s□☐■☑√✓✔○]+)", text) if BOX.match(text.strip()) else re.search(r"([^\s□☐■☑√✓✔○]+?)\s*[■☑√✓✔]", text)  # fmt: skip
    return found[1] if found else ""


def columns_of(listing: Listing) -> Iterator[tuple[RawCell, str]]:
    """The columns of a list, left to right, each with its path ("" where none was found)."""
    for head in listing.heads:
        yield head, listing.paths.get(head.column, "")
