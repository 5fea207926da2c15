"""Cells of a form's table ↔ fields of records: which cell holds what, and how a field is put into YAML data."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongkai.amounts import Amount
from gongkai.reading.forms import Form
from gongkai.reading.nodes import MAX_NODES
from gongkai.reading.source import Path_
from gongkai.reading.vocabulary import without_rows
from gongkai.tables.grid import Cell, Grid
from gongkai.tables.view import View

MAP_PREFIX = "_gongkai"
MAP_SHEET = f"{MAP_PREFIX}-2"
"""The hidden sheet of a prepared workbook. Its number grows with every change of what it holds: a workbook that another
version prepared is read as any table is, without its map."""
NAME_PREFIX = "gk_"
_LISTS = ("indicators", "period_indicators")
_INDICATOR = re.compile(r"(indicators|period_indicators)\.(\d+)\.(?!level[12]$)(.+)")
_LEVEL = re.compile(r"(indicators|period_indicators)\.(\d+)\.(level[12]|goal)")
_ITEM = re.compile(r"((?:\w+\.\d+\.)?own\.\w+)\.(\d+)\.(\w+)")
"""A field of an item of an own list; of its first column, and of levels, one cell may hold those of several."""
SPARE = "\ue000"
"""Starts the level names of spare rows, each different, so that the template gives each its own cells."""


@dataclass(frozen=True)
class Bound:
    """One input cell: the fields it holds (several records or rows where it spans them), kind, prefix, shown text."""

    cell: Cell
    targets: tuple[tuple[str, str], ...]
    kind: str
    prefix: str
    shown: str


def bound_cells(grid: Grid, view: View) -> Iterator[Bound]:
    """The input cells of a rendered form. ``view`` is what the grid was rendered from."""
    views = {one.key: one for one in view.projects} or {view.key: view}
    cells = [cell._replace(record=cell.record or view.key) for cell in grid.cells]
    rows = {row: list(_row_items(cells, row)) for row in range(grid.height)}
    for cell in cells:
        targets = tuple(dict.fromkeys(_targets(cell, rows, views)))
        if not targets:
            continue
        record, path = targets[0]
        owner = views[record]
        prefix = cell.attributes.get("data-prefix", "")
        kind = kind_of(owner.form, path)
        yield Bound(cell, targets, kind, prefix, prefix + _shown(owner, path, kind, cell, prefix))


def _row_items(cells: Sequence[Cell], row: int) -> Iterator[tuple[str, str, int]]:
    """The (record, list, index) of indicators and of items of own lists that have a bound cell over this row."""
    for cell in cells:
        if cell.row <= row < cell.row + cell.rows:
            for pattern in (_INDICATOR, _ITEM):
                if found := pattern.fullmatch(cell.path):
                    yield cell.record, found[1], int(found[2])


def _targets(
    cell: Cell, rows: Mapping[int, list[tuple[str, str, int]]], views: Mapping[str, View]
) -> Iterator[tuple[str, str]]:
    covered = [item for row in range(cell.row, cell.row + cell.rows) for item in rows[row]]
    several = _LEVEL.fullmatch(cell.path) or (_ITEM.fullmatch(cell.path) if cell.rows > 1 else None)
    if several:
        found = (f"{name}.{index}.{several[3]}" for _, name, index in covered if name == several[1])
        yield from ((cell.record, path) for path in found)
        if not covered:
            yield cell.record, cell.path
    elif cell.path:
        yield cell.record, cell.path
        if cell.rows > 1:
            yield from ((record, cell.path) for record, _, _ in covered if "." not in cell.path)
    elif covered:
        yield from _levels(cell, covered, views)


def _levels(
    cell: Cell, covered: list[tuple[str, str, int]], views: Mapping[str, View]
) -> Iterator[tuple[str, str]]:
    """A level's label that the template does not bind (side by side tables): known by its text."""
    for record, name, index in covered:
        if record not in views or not cell.text or ".own." in f".{name}":
            continue
        for level in ("level1", "level2"):
            path = f"{name}.{index}.{level}"
            value = views[record].value(path)
            if value and cell.text.replace("\n", "") == value:
                yield record, path
                break


def _shown(view: View, path: str, kind: str, cell: Cell, prefix: str) -> str:
    """The text an input cell holds: texts as the record has them, the rest as the form prints it."""
    try:
        value = view.value(path)
    except (KeyError, IndexError):
        return ""
    if value is None or (isinstance(value, str) and value.startswith(SPARE)):
        return ""
    if kind == "list":
        return cell.text
    if isinstance(value, str):
        return value
    if isinstance(value, Amount):
        return str(view.show(path)).strip()
    return cell.text.removeprefix(prefix).strip()


def kind_of(form: Form, path: str) -> str:
    """The kind of a field by its path in a form; level names and what the form does not know are text."""
    if re.fullmatch(r"(?:indicators|period_indicators)", path):
        return "list"
    try:
        return form.term(without_rows(path)).kind
    except (KeyError, StopIteration):
        return "text"


def keys_for(form: Form, path: str) -> Path_:
    """``indicators.3.level1`` → (绩效指标, 3, 一级指标): where a field stands in a record's YAML.

    A row of a row alike: ``indicators.3.own.counties.0.target`` → (绩效指标, 3, 各区县, 0, 指标值).
    """
    return with_rows(form.term(without_rows(path)).keys, path)


def with_rows(keys: tuple[str, ...], path: str) -> Path_:
    """The keys of a field with the numbers of the rows that ``path`` names put between them."""
    placed: list[str | int] = []
    numbers = [int(part) for part in path.split(".") if part.isdigit()]
    for key, number in zip(keys, numbers, strict=False):
        placed += (key, number)
    return (*placed, *keys[len(numbers) :])


def put_at(data: dict[str, Any], keys: Path_, value: Any) -> None:
    """Set a value in YAML data, making the rows and parts on the way; None takes it away.

    Raises ValueError for a row so far down that no record has it.
    """
    holder: Any = data
    for part, following in itertools.pairwise(keys):
        if isinstance(part, int):
            if part > MAX_NODES:
                raise ValueError(f"row {part}")
            while len(holder) <= part:
                holder.append({})
            holder = holder[part]
        else:
            if holder.get(part) is None:
                holder[part] = [] if isinstance(following, int) else {}
            holder = holder[part]
    if value is None:
        holder.pop(keys[-1], None)
    else:
        holder[keys[-1]] = value


def value_at(data: Any, keys: Path_) -> Any:
    """What YAML data say at these keys; None where there is nothing."""
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data
