"""A table understood: what each cell is and which field it belongs to; its lists, and the field of each column of these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Literal, TypeVar

from gongkai.exchange.labels import one_line
from gongkai.exchange.lists import Listing
from gongkai.exchange.naming import Naming
from gongkai.exchange.tables import RawCell, RawTable

Role = Literal["label", "head", "value", "blank", "total", "computed"]
Place = tuple[int, int]
Table = TypeVar("Table", bound=RawTable, covariant=True)
Names = TypeVar("Names", bound=Naming, covariant=True)


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
class Understood(Generic[Table, Names]):
    """The whole table; ``filled``: it holds values, not only places for them."""

    table: Table
    lists: list[Listing]
    names: Names
    filled: bool

    @cached_property
    def cells(self) -> dict[Place, Placed]:
        """Every cell by its top left corner."""
        return {cell.place: Placed(cell, "head" if cell.text else "blank") for cell in self.table.cells}

    @cached_property
    def pairs(self) -> dict[Place, list[Placed]]:
        """The values of each label outside of lists."""
        return {}

    def listing(self, row: int) -> Listing | None:
        """The list whose items stand in a row."""
        return next((one for one in self.lists if one.covers(row)), None)

    def row(self, number: int) -> list[Placed]:
        """The cells that begin in a row, left to right."""
        return [self.cells[cell.place] for cell in self.table.row(number)]


def name_columns(layout: Understood[RawTable, Naming], listing: Listing) -> None:
    """Give every column of a list its field, and its head the role of a label."""
    names = layout.names
    if listing.of == "projects":
        _name_projects(layout, listing)
        return
    if listing.side is not None and listing.of != "indicators":
        shown = layout.cells[listing.side.place]
        if listing.of == "own":
            listing.of = names.listed(listing.side.text)
        else:
            names.named("tasks", listing.side.text)
        shown.role, shown.path = "label", listing.of
    third = [head for head in listing.heads if names.labels.means(one_line(head.text), "indicators.level3")]
    two_sided = len(third) > 1
    if listing.of == "indicators" and not two_sided and _is_period(layout, listing):
        listing.of = "period_indicators"
    of = "period_indicators" if two_sided else listing.of
    seen: set[str] = set()
    for head in listing.heads:
        meanings = names.labels.meanings(one_line(head.text))
        again = two_sided and bool(seen & set(meanings))
        if again and of == "period_indicators":
            of, seen = "indicators", set()
        seen |= set(meanings)
        shared = two_sided and "indicators.level1" in meanings
        path = names.column(head.text, "indicators" if shared else of)
        listing.paths[head.column] = path
        shown = layout.cells[head.place]
        shown.role, shown.path = ("label", path) if path else ("head" if shown.text else "blank", "")
    if listing.of.startswith("indicators") and not two_sided:
        levels = [path for name in ("level1", "level2") if (path := f"{listing.of}.{name}") not in listing.paths.values()]  # fmt: skip
        if levels and listing.side is None:
            names.doubts[levels[0]] = "表上没有这一级指标的列"


def _is_period(layout: Understood[RawTable, Naming], listing: Listing) -> bool:
    """Whether this is the period's list, the year's below it."""
    side = listing.side.text if listing.side else ""
    other = [one for one in layout.lists if one is not listing and one.of == "indicators"]
    return re.search(r"中期|长期|实施周期|实施期", one_line(side)) is not None and bool(other)


def _name_projects(layout: Understood[RawTable, Naming], listing: Listing) -> None:
    names = layout.names
    for head in listing.heads:
        meanings = names.labels.meanings(one_line(head.text))
        is_indicators = any(name.startswith("indicators") for name in (*meanings, *listing.paths.values()))
        if meanings == ["indicators"]:
            path = names.named("indicators", head.text)
            for name in ("level1", "level2", "level3", "annual_target"):
                names.named(f"indicators.{name}", None)
        elif is_indicators:
            path = names.column(head.text, "indicators")
        else:
            path = names.field(head.text, "", False)
        listing.paths[head.column] = path
        shown = layout.cells[head.place]
        shown.role, shown.path = ("label", path) if path else ("head" if shown.text else "blank", "")
