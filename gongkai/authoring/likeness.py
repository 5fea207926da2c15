"""Whether a form prints its official table: every label in its place, every merged cell, nothing added, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from gongkai.authoring.official import ITEM, Official, fitted_view, normal, probe_view, read_official
from gongkai.exchange.tables import RawCell
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.loaded import LoadedDepartment
from gongkai.tables.grid import Cell, Grid, GridError
from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.tables.view import View
from gongkai.workspace import Workspace


@dataclass(frozen=True)
class Difference:
    """Where form and official table differ (from 0; None: as a whole), and how."""

    row: int | None
    column: int | None
    what: str
    is_size: bool = False
    """Whether it is only that a cell covers more or less: told after what is missing, added or moved."""

    def __str__(self) -> str:
        if self.row is None or self.column is None:
            return self.what
        return f"第 {self.row + 1} 行第 {self.column + 1} 列，{self.what}"


@dataclass(frozen=True)
class Likeness:
    """A form and its official table: the form's grid with as many rows, what it was made of, and what differs."""

    form: Form
    official: Official
    grid: Grid
    differences: tuple[Difference, ...]
    view: View


def likeness(loaded: LoadedDepartment, form: Form, templates: Templates) -> Likeness | None:
    """The form filled with nothing but as many rows as its official table has, against that; None where it has none.

    Raises TemplateProblem and GridError, as any rendering of the form.
    """
    official = None if form.subject == "document" else read_official(form)
    if official is None:
        return None

    def grid(view: View) -> Grid:
        grids = templates.form_table(view).grids
        return next(one for one in grids if form.id in one.classes.split())

    view = fitted_view(loaded, form, grid(probe_view(loaded, form)), official)
    filled = grid(view)
    found = sorted(_compare(form, filled, official), key=lambda one: one.is_size)
    return Likeness(form, official, filled, tuple(found), view)


def beside(workspace: Workspace, names: Collection[str] = ()) -> str:
    """A page with the official tables of forms (of all, or those named) and their own next to each other.

    What differs is marked. Forms that cannot be rendered are left to the self-test.
    """
    forms, _ = load_forms(workspace.layouts)
    templates = Templates(workspace.layouts)
    found: list[Likeness] = []
    for form in forms.values():
        loaded = load_example(form, forms)[0] if not names or form.id in names else None
        with suppress(TemplateProblem, GridError):
            if loaded is not None and (one := likeness(loaded, form, templates)) is not None:
                found.append(one)
    shown = [
        {
            "form": one.form,
            "differences": one.differences,
            "tables": [("原表", _rows(one.official.cells.values())), ("表式", _rows(one.grid.cells))],
            "marked": {(each.row, each.column) for each in one.differences},
        }
        for one in found
    ]
    return templates.render("report/likeness.html", {"forms": shown})


def _rows(cells: Iterable[RawCell | Cell]) -> list[list[RawCell | Cell]]:
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    return [list(row) for _, row in groupby(ordered, key=lambda cell: cell.row)]


# -- comparing ----------------------------------------------------------------------------------------


def _compare(form: Form, grid: Grid, official: Official) -> Iterator[Difference]:
    pattern = re.sub(r"\\\{.+?\\\}", ".*", re.escape(normal(form.declared.title)))
    if not re.fullmatch(pattern, normal(official.title)):
        yield Difference(None, None, f"原表的标题是“{official.title}”，表式是“{form.declared.title}”")
    width = official.table.size[1]
    if grid.width != width:
        yield Difference(None, None, f"原表有 {width} 列，表式有 {grid.width} 列")
    mine = {(cell.row, cell.column): cell for cell in grid.cells}
    where = {normal(cell.text): cell for cell in grid.cells}
    for place in sorted(official.cells.keys() | mine.keys()):
        theirs, ours = official.cells.get(place), mine.get(place)
        if theirs is None:
            assert ours is not None
            yield Difference(*place, f"表式多出一格{_quoted(ours.text)}")
        elif ours is None:
            yield Difference(*place, f"原表在这里有一格{_quoted(theirs.text)}{_moved(theirs.text, where)}")
        else:
            yield from _cell(theirs, ours, where)


def _cell(theirs: RawCell, ours: Cell, where: Mapping[str, Cell]) -> Iterator[Difference]:
    place = theirs.row, theirs.column
    if (theirs.rows, theirs.columns) != (ours.rows, ours.columns):
        sizes = f"原表占 {theirs.rows} 行 {theirs.columns} 列，表式占 {ours.rows} 行 {ours.columns} 列"
        yield Difference(*place, f"{_quoted(theirs.text) or '空格'}{sizes}", is_size=True)
    is_item = ITEM.match(ours.path) or ours.path == "indicators"
    if is_item and not normal(theirs.text) and "data-prefix" not in ours.attributes:
        return  # what an item itself says
    if normal(theirs.text) != normal(ours.text):
        yield Difference(*place, f"原表印{_quoted(theirs.text) or '空格'}，表式印{_quoted(ours.text) or '空格'}{_moved(theirs.text, where)}")  # fmt: skip


def _quoted(text: str) -> str:
    return f"“{''.join(text.split())}”" if normal(text) else ""


def _moved(text: str, where: Mapping[str, Cell]) -> str:
    other = where.get(normal(text)) if normal(text) else None
    return f"；它在表式的第 {other.row + 1} 行第 {other.column + 1} 列" if other else ""
