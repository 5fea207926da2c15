"""A form's own table as a layout: its labels in reading order, and the fields each leads to; found again in a raw table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from gongkai.exchange.binding import bound_cells
from gongkai.exchange.blank import blank_view
from gongkai.exchange.labels import Labels, label_key, load_wordings
from gongkai.exchange.tables import RawCell, RawTable
from gongkai.problems import Problem
from gongkai.reading.forms import Form
from gongkai.tables.grid import Cell, Grid, GridError
from gongkai.tables.templates import TemplateProblem, Templates

LIKE = 0.6
"""The share of labels that a form and a table must have in common, in their order, for it to be read by the form."""
_IN_LIST = re.compile(r"(indicators|period_indicators|tasks|own\.\w+)\.\d+\.(.+)")
_LONGEST = 60


@dataclass(frozen=True)
class Slot:
    """One label: the paths of the values beside it, below it or behind its colon, or the column of a list it heads.

    ``cells`` are the places of the values, where these are known.
    """

    key: str
    side: Literal["", "right", "below", "head", "inside"] = ""
    paths: tuple[str, ...] = ()
    group: str = ""
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Layout:
    """What a form's table looks like; plain data."""

    form: str
    kind: Literal["project", "department"]
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Known:
    """What tables are read by: the forms, their layouts, and what labels mean; plain data."""

    forms: Mapping[str, Form]
    layouts: tuple[Layout, ...]
    labels: Labels
    problems: tuple[Problem, ...] = ()
    """What is wrong with the wordings that a site adds."""

    @classmethod
    def of(cls, forms: Mapping[str, Form], folders: tuple[Path, ...]) -> Known:
        """What there is in layout folders, with their ``forms``."""
        wordings, problems = load_wordings(folders)
        return cls(forms, layouts_of(forms, folders), Labels(forms, wordings), tuple(problems))


@dataclass
class Match:
    """A raw table read by a form: which label each cell is, by its place, and how much of the form was found."""

    layout: Layout
    likeness: float
    slots: dict[tuple[int, int], Slot] = field(default_factory=dict)


def layouts_of(forms: Mapping[str, Form], folders: tuple[Path, ...]) -> tuple[Layout, ...]:
    """The layouts of all forms that are one table; ``folders`` are those of the templates."""
    templates = Templates(folders)
    found = (_layout(form, templates) for form in forms.values() if form.subject != "document")
    return tuple(layout for layout in found if layout is not None)


def _layout(form: Form, templates: Templates) -> Layout | None:
    view = blank_view(form)
    try:
        grid = templates.form_table(view).grids[0]
        bound = [(one.cell, one.targets[0][1]) for one in bound_cells(grid, view)]
    except (TemplateProblem, GridError, IndexError):
        return None  # the form's own fault, which ``forms`` tells
    slots = _Slots(grid, bound, in_rows=form.subject == "summary").slots()
    return Layout(form.id, "department" if form.subject == "department" else "project", slots)


class _Slots:
    """Pairs the labels of a grid with its bound cells."""

    def __init__(self, grid: Grid, bound: Sequence[tuple[Cell, str]], *, in_rows: bool) -> None:
        self.paths = {(cell.row, cell.column): path for cell, path in bound}
        self.in_rows = in_rows
        rows = {cell.row for cell, path in bound if in_rows or _IN_LIST.match(path)}
        self.labels = [
            cell for cell in grid.cells
            if cell.text and (cell.row, cell.column) not in self.paths and cell.row not in rows
            and not (in_rows and rows and cell.row >= min(rows))
        ]  # fmt: skip
        self.grid = grid
        self.cells = {(cell.row, cell.column): cell for cell, _ in bound}

    def slots(self) -> tuple[Slot, ...]:
        owned: dict[int, list[Slot]] = {}
        for place, path in self.paths.items():
            found = _IN_LIST.match(path)
            cell = self.cells[place]
            group, name = (found[1], found[2]) if found else ("", path)
            if self.in_rows:
                group, name = "projects", path if not found else f"{group}.{name}"
            above = self._above(cell)
            label, side = (above, "head") if group else self._owner(cell, above)
            entry = Slot("", side, (name,), group)  # type: ignore[arg-type]
            if label is not None and entry not in owned.setdefault(id(label), []):
                owned[id(label)].append(entry)
        result: list[Slot] = []
        for cell in reversed(self.labels):
            slot = _slot(label_key(cell.text), owned.get(id(cell), []))
            if slot.paths[:1] in (("level1",), ("level2",)) and result and result[-1].side == "head":
                slot = replace(slot, group=result[-1].group)  # levels of both sides may have the same names
            result.append(slot)
        return tuple(reversed(result))

    def _owner(self, cell: Cell, above: Cell | None) -> tuple[Cell | None, str]:
        left, column = None, cell.column - 1
        while column >= 0:
            other = self.grid.at(cell.row, column)
            if other in self.labels:
                left = other
                break
            column = other.column - 1
        if left is not None and left.row == cell.row:
            return left, "right"
        return (above, "below") if above is not None else (left, "right")

    def _above(self, cell: Cell) -> Cell | None:
        for row in range(cell.row - 1, -1, -1):
            other = self.grid.at(row, cell.column)
            if other in self.labels:
                return other
        return None


def _slot(key: str, owned: list[Slot]) -> Slot:
    """All that a label leads to on the side of the first; a column leads to one field."""
    if not owned:
        return Slot(key)
    first = owned[0]
    mine = [one.paths[0] for one in owned if one.side == first.side and not first.group]
    return replace(first, key=key, paths=tuple(mine) or first.paths)


# -- a raw table against the layouts --------------------------------------------------------------


def best_match(table: RawTable, known: Known, preferred: Sequence[str]) -> Match | None:
    """The form whose labels the table has, in their order, and few others; None where no form knows it.

    ``preferred``: forms in force.
    """
    cells = sorted(
        (cell for cell in table.cells if 0 < len(cell.text) <= _LONGEST), key=lambda cell: cell.place
    )
    printed = {cell.place for cell in cells if known.labels.meanings(cell.text)}
    found = (_match(cells, printed, layout, known.labels) for layout in known.layouts if layout.slots)
    return max(
        (match for match in found if match.likeness >= LIKE),
        key=lambda match: (round(match.likeness, 2), len(match.slots), match.layout.form in preferred),
        default=None,
    )


def _match(cells: Sequence[RawCell], printed: Set[tuple[int, int]], layout: Layout, labels: Labels) -> Match:
    """A form is like a table when the one has the labels of the other: those of the form that are missing count, and those
    of the table that the form has not. ``printed`` are the places of labels, by what they mean.
    """
    score, pairs = _aligned(layout.slots, cells, labels)
    if not pairs or pairs[0][1] != layout.slots[0]:
        return Match(layout, 0.0)  # a form begins with its first label
    found = {cell.place for cell, _ in pairs}
    below = {place for place in printed if place >= min(found)}  # what is above is no part of the form
    likeness = 2 * score / (len(layout.slots) + len(found | below))
    return Match(layout, likeness, {cell.place: slot for cell, slot in _of_one_total(pairs)})


def _of_one_total(pairs: list[tuple[RawCell, Slot]]) -> Iterator[tuple[RawCell, Slot]]:
    """Of a form with the money of the year and of the period beside each other: a table with one total has one of them."""
    paths = {path for _, slot in pairs for path in slot.paths}
    missing, there = ("period_funds.", "funds.") if "funds.total" in paths else ("funds.", "period_funds.")
    for cell, slot in pairs:
        if f"{missing}total" not in paths and f"{there}total" in paths:
            slot = replace(
                slot, paths=tuple(re.sub(f"^{re.escape(missing)}", there, one) for one in slot.paths)
            )
        yield cell, slot


def _aligned(
    slots: Sequence[Slot], cells: Sequence[RawCell], labels: Labels
) -> tuple[float, list[tuple[RawCell, Slot]]]:
    """The best pairing of labels with cells that keeps the order of both."""
    keys = [label_key(cell.text) for cell in cells]
    best = [[0.0] * (len(cells) + 1) for _ in range(len(slots) + 1)]
    for i in range(len(slots) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(cells) - 1, -1, -1):
            row[j] = max(row[j + 1], below[j])
            alike = labels.alike(slots[i].key, keys[j])
            if alike:
                row[j] = max(row[j], alike + below[j + 1])
    pairs, i, j = [], 0, 0
    while i < len(slots) and j < len(cells):
        alike = labels.alike(slots[i].key, keys[j])
        if alike and best[i][j] == alike + best[i + 1][j + 1]:
            pairs.append((cells[j], slots[i]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return best[0][0], pairs
