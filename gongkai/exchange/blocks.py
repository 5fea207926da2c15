"""Parts of tables with one row per item: found by their row of column labels, with what each column holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gongkai.exchange.labels import SOURCES, label_key, unit_in
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.tables import RawCell
from gongkai.reading.forms import Form


@dataclass(frozen=True)
class Column:
    """One column of a block: its range, the field path inside a row, the list it belongs to, the unit in its head."""

    start: int
    end: int
    name: str
    group: str
    unit: str | None = None


@dataclass
class Block:
    """A part of a table below a row of column labels; ``kind`` is indicators, tasks, own or projects."""

    kind: str
    columns: list[Column]
    head: tuple[str, ...]
    last: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    unit_name: str = ""
    own: str = ""

    @property
    def left(self) -> int:
        """The first column."""
        return min(column.start for column in self.columns)


def slot_block(matrix: Matrix, row: int, cells: list[RawCell], form: Form | None) -> Block | None:
    """The block whose column labels the form has in this row; columns no form knows count for flat lists alone."""
    heads = [(cell, slot) for cell in cells if (slot := matrix.slot(cell)) and slot.side == "head"]
    if not heads:
        return None
    below = range(row + 1, max(cell.bottom for cell, _ in heads))
    inner = [cell for lower in below for cell in matrix.starting(lower)]
    heads += [(cell, slot) for cell in inner if (slot := matrix.slot(cell)) and slot.side == "head"]
    group = heads[-1][1].group
    kind = "own" if group.startswith("own.") else group.removeprefix("period_")
    if kind == "own" and not (form and form.own_field(group.removeprefix("own."))):
        return None
    columns = [
        Column(cell.column, cell.end, slot.paths[0], slot.group, unit_in(cell.text)) for cell, slot in heads
    ]
    if kind == "projects":
        known = {cell.column for cell, _ in heads}
        rest = [cell for cell in cells if cell.column not in known and matrix.labels.meanings(cell.text)]
        columns += _flat_columns(matrix, rest, cells)
    head = tuple(label_key(cell.text) for cell in cells)
    return Block(
        kind, _bounded(columns, matrix, cells), head, own=group.removeprefix("own.") if kind == "own" else ""
    )


def find_block(matrix: Matrix, row: int, cells: list[RawCell], forms: tuple[Form, ...]) -> Block | None:
    """The block whose column labels stand in this row; None when it is no row of column labels."""
    meanings = {cell.column: matrix.labels.meanings(cell.text) for cell in cells}
    names = [name for found in meanings.values() for name in found]
    head = tuple(label_key(cell.text) for cell in cells)
    known = [cell for cell in cells if meanings[cell.column]]
    is_flat = "name" in names and len(known) >= 3 and len(known) > len(cells) / 2
    if is_flat and ("objective.annual" in names or "objective" in names or "indicators" in names or "indicators.level3" in names):  # fmt: skip
        return Block("projects", _flat_columns(matrix, known, cells), head)
    level3 = sum("indicators.level3" in found for found in meanings.values())
    values = any(name.endswith("_target") for name in names)
    if level3 and (values or "indicators.level2" in names):
        return Block("indicators", _indicator_columns(matrix, cells, level3 > 1), head)
    own = _own_rows(matrix, cells, forms)
    if own:
        return own
    if "tasks.name" in names and {"tasks.content", "tasks.goal", "tasks.funds"} & set(names):
        return Block("tasks", _task_columns(matrix, row, cells), head)
    return None


def _indicator_columns(matrix: Matrix, cells: list[RawCell], two_sides: bool) -> list[Column]:
    columns: list[Column] = []
    side = "period_indicators" if two_sides else "indicators"
    for cell in cells:
        found = [name for name in matrix.labels.meanings(cell.text) if name.startswith("indicators.")]
        if not found:
            continue
        name = found[0].removeprefix("indicators.")
        if any(column.name == name and column.group == side for column in columns):
            if two_sides:
                side = "indicators"
            elif name == "annual_target":
                columns = [_as_period(column) if column.name == name else column for column in columns]
        if two_sides and side == "period_indicators" and name == "annual_target":
            name = "period_target"
        columns.append(Column(cell.column, cell.end, name, side, unit_in(cell.text)))
    return _bounded(columns, matrix, cells)


def _as_period(column: Column) -> Column:
    return replace(column, name="period_target")


def _bounded(columns: list[Column], matrix: Matrix, cells: list[RawCell]) -> list[Column]:
    """A column reaches to the next head, known or not, so that values in unmerged neighbours are found."""
    starts = sorted({cell.column for cell in cells} | {column.start for column in columns})
    return [
        replace(column, end=max(column.end, next((one for one in starts if one >= column.end), matrix.width)))
        for column in sorted(columns, key=lambda column: column.start)
    ]


def _flat_columns(matrix: Matrix, known: list[RawCell], cells: list[RawCell]) -> list[Column]:
    columns = []
    for cell in known:
        found = matrix.labels.meanings(cell.text)
        name = next((name for name in found if name.startswith("indicators.")), found[0])
        if name == "unit":
            name = "indicators.unit"
        columns.append(Column(cell.column, cell.end, _funds_path(name), "projects", unit_in(cell.text)))
    return _bounded(columns, matrix, cells)


def _funds_path(name: str) -> str:
    if name in SOURCES:
        return f"funds.{name}"
    return {"sum": "funds.total", "objective": "objective.annual"}.get(name, name)


def _task_columns(matrix: Matrix, row: int, cells: list[RawCell]) -> list[Column]:
    columns = []
    for cell in cells:
        found = [name for name in matrix.labels.meanings(cell.text) if name.startswith("tasks.")]
        if "tasks.name" in found and matrix.labels.means(cell.text, "tasks") and cell.rows != 1:
            continue
        inner = [
            below for below in matrix.covering(row + 1, cell.column, cell.end)
            if below.row == row + 1 and matrix.is_label(below)
        ]  # fmt: skip
        if len(inner) > 1:
            for below in inner:
                name = next(
                    (
                        name
                        for name in matrix.labels.meanings(below.text)
                        if name in ("appropriation", "other")
                    ),
                    "funds",
                )
                columns.append(Column(below.column, below.end, name, "tasks", unit_in(cell.text)))
        elif found:
            columns.append(
                Column(cell.column, cell.end, found[0].removeprefix("tasks."), "tasks", unit_in(cell.text))
            )
        elif matrix.labels.means(cell.text, "funds.total"):
            columns.append(Column(cell.column, cell.end, "funds", "tasks", unit_in(cell.text)))
    return _bounded(columns, matrix, cells)


def _own_rows(matrix: Matrix, cells: list[RawCell], forms: tuple[Form, ...]) -> Block | None:
    """A list of a form's own: its label at the side, its columns' labels in this row."""
    for form in forms:
        for own in form.declared.own:
            side = next((cell for cell in cells if label_key(cell.text) == label_key(own.label)), None)
            if own.type != "rows" or side is None:
                continue
            known = {label_key(column.label): column for column in own.columns}
            columns = [
                Column(cell.column, cell.end, known[label_key(cell.text)].id, own.label, unit_in(cell.text))
                for cell in cells
                if label_key(cell.text) in known
            ]
            if len(columns) > 1:
                return Block(
                    "own",
                    _bounded(columns, matrix, cells),
                    tuple(label_key(cell.text) for cell in cells),
                    own=own.id,
                )
    return None
