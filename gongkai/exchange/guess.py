"""Labels that no form explains → where their values stand: by what labels mean, and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gongkai.exchange.drafts import term_of
from gongkai.exchange.labels import SOURCES, Labels, is_level1, label_key
from gongkai.exchange.layout import Slot
from gongkai.exchange.narrative import TITLE, UNIT_NOTE, YEAR_NOTE
from gongkai.exchange.tables import RawCell, RawTable
from gongkai.reading.forms import Form

Slots = dict[tuple[int, int], Slot]
INLINE = re.compile(r"^((?:其中[:：])?[^:：\n]{2,20})[:：]\s*(?=\S)")
"""A cell with a label and its value."""
_ROLES = ("sum", "unit", "money", "tasks", "indicators", "group")
_IN_LISTS = ("indicators.", "period_indicators.", "tasks.")


def kind_of_table(table: RawTable, labels: Labels, titles: Sequence[str]) -> str:
    """Of a whole department, which has tasks or basic expenditure and no project of its own, or of a project."""
    texts = [cell.text for cell in table.cells if cell.text]
    has = {name for text in texts for name in labels.meanings(text)}
    whole = any("整体" in text and "目标" in text for text in (*texts[:6], *titles[-3:]))
    marks = {"tasks", "tasks.content", "tasks.goal", "expenditure.basic"} & has
    is_whole = whole or (marks and "department" in has)
    return "department" if is_whole and "name" not in has else "project"


def is_title_row(table: RawTable, cells: Sequence[RawCell], *, of_tasks: bool = False) -> bool:
    """Whether a row ends a list: one text over the whole width, a year, a unit, a title."""
    first = cells[0]
    if len(cells) > 1:
        return False
    if first.columns >= table.size[1] - table.left > 1 and not of_tasks:
        return not is_level1(first.text)
    plain = re.sub(r"\s+", "", first.text)
    named = first.column <= table.left and TITLE.search(first.text) and first.text.endswith("表")
    return bool(YEAR_NOTE.fullmatch(first.text) or UNIT_NOTE.fullmatch(plain) or named)


def completed(
    table: RawTable, labels: Labels, kind: str, forms: Sequence[Form], slots: Mapping[tuple[int, int], Slot]
) -> Slots:
    """``slots`` of a form, and for all other labels those that their meanings say.

    ``kind`` of record the table is about; the own fields of ``forms`` may be used.
    """
    return _Guess(table, labels, kind, forms, dict(slots)).run()


class _Guess:
    def __init__(
        self, table: RawTable, labels: Labels, kind: str, forms: Sequence[Form], slots: Slots
    ) -> None:
        self.table, self.labels, self.kind, self.forms, self.slots = table, labels, kind, forms, slots

    def run(self) -> Slots:
        group, edge = "", 0
        for row in range(self.table.size[0]):
            cells = self.table.rows.get(row, [])
            heads = self._heads(row, cells) if cells else {}
            if heads:
                self.slots |= {place: slot for place, slot in heads.items() if place not in self.slots}
                group = next(reversed(heads.values())).group
                edge = max(self.table.left, min(column for _, column in heads) - 1)
            elif cells and not (group and not self._ends(cells, group, edge)):
                group = ""
                self._singles(cells)
        return self.slots

    def _ends(self, cells: Sequence[RawCell], group: str, edge: int) -> bool:
        """Whether a row below a list is no row of it: it starts with a label of the record itself."""
        if is_title_row(self.table, cells, of_tasks=group == "tasks"):
            return True
        first = cells[0]
        if group == "projects" or first.column > edge:
            return False
        side = {"indicators", "tasks", "sum"} if group.endswith("indicators") else {"tasks", "sum"}
        names = [name for name in self.labels.meanings(first.text) if not name.startswith(_IN_LISTS)]
        own = label_key(first.text) in self.labels.own and not group.startswith("own.")
        return own or bool(set(names) - side)

    # -- lists --------------------------------------------------------------------------------------

    def _heads(self, row: int, cells: Sequence[RawCell]) -> Slots:
        """The columns of a list whose labels stand in this row."""
        meanings = {cell.place: self.labels.meanings(cell.text) for cell in cells}
        every = {name for found in meanings.values() for name in found}
        known = [cell for cell in cells if meanings[cell.place]]
        if "name" in every and len(known) >= 3 and len(known) > len(cells) / 2 and every & {"objective.annual", "objective", "indicators", "indicators.level3"}:  # fmt: skip
            return {cell.place: _head(cell, _flat(meanings[cell.place]), "projects") for cell in known}
        thirds = sum("indicators.level3" in found for found in meanings.values())
        if thirds and ("indicators.level2" in every or any(name.endswith("_target") for name in every)):
            return self._indicators(cells, thirds > 1)
        if own := next(self._own_rows(cells), None):
            return own
        if "tasks.name" in every and {"tasks.content", "tasks.goal", "tasks.funds"} & every:
            return dict(self._tasks(row, cells))
        return {}

    def _indicators(self, cells: Sequence[RawCell], two_sides: bool) -> Slots:
        group, found = "period_indicators" if two_sides else "indicators", Slots()
        for cell in cells:
            names = [name for name in self.labels.meanings(cell.text) if name.startswith("indicators.")]
            if not names:
                continue
            name = names[0].removeprefix("indicators.")
            earlier = next(
                (place for place, one in found.items() if (one.paths, one.group) == ((name,), group)), None
            )
            if earlier and two_sides:
                group = "indicators"
            elif earlier and name == "annual_target":
                found[earlier] = _head(cell, "period_target", group)
            if group == "period_indicators" and name == "annual_target":
                name = "period_target"
            found[cell.place] = _head(cell, name, group)
        return found

    def _tasks(self, row: int, cells: Sequence[RawCell]) -> Iterator[tuple[tuple[int, int], Slot]]:
        for cell in cells:
            names = self.labels.meanings(cell.text)
            columns = [name.removeprefix("tasks.") for name in names if name.startswith("tasks.")]
            if "name" in columns and "tasks" in names and cell.rows != 1:
                continue
            inner = [below for below in self.table.covering(row + 1, cell.column, cell.end) if below.row == row + 1 and self.labels.meanings(below.text)]  # fmt: skip
            if len(inner) > 1:
                yield cell.place, Slot(label_key(cell.text))
            for below in inner if len(inner) > 1 else ():
                source = next(
                    (name for name in ("appropriation", "other") if self.labels.means(below.text, name)),
                    "funds",
                )
                yield below.place, _head(below, source, "tasks")
            if len(inner) <= 1 and (columns or "funds.total" in names):
                yield cell.place, _head(cell, columns[0] if columns else "funds", "tasks")

    def _own_rows(self, cells: Sequence[RawCell]) -> Iterator[Slots]:
        """Lists of a form's own: the label at the side, the labels of the columns in this row."""
        for own in (own for form in self.forms for own in form.declared.own if own.type == "rows"):
            if any(label_key(cell.text) == label_key(own.label) for cell in cells):
                columns = {label_key(column.label): column.id for column in own.columns}
                found = [
                    (cell, columns[label_key(cell.text)]) for cell in cells if label_key(cell.text) in columns
                ]
                if len(found) > 1:
                    yield {cell.place: _head(cell, name, f"own.{own.id}") for cell, name in found}

    # -- single values ------------------------------------------------------------------------------

    def _singles(self, cells: Sequence[RawCell]) -> None:
        for cell in cells:
            if cell.place in self.slots:
                continue
            names, own = self.labels.meanings(cell.text), self._own(cell.text)
            states_unit = UNIT_NOTE.search(re.sub(r"\s+", "", cell.text))
            inline = None if states_unit else INLINE.match(cell.text)
            if names or own:
                side = self._side(cell, names)
                path = self._path(names, cell)
                path = own if own and (path is None or names[0] == "sum") else path
                paths = (path or label_key(cell.text),) if side else ()
                self.slots[cell.place] = Slot(label_key(cell.text), side, paths)  # type: ignore[arg-type]
            elif inline and (names := self.labels.meanings(inline[1])) and "unit" not in names:
                path = self._path(names, cell) or label_key(inline[1])
                self.slots[cell.place] = Slot(label_key(inline[1]), "inside", (path,))

    def _own(self, label: str) -> str | None:
        """The own field with this label, of a form in force."""
        ids = {form.id for form in self.forms}
        return next(
            (f"own.{own}" for form, own in self.labels.own.get(label_key(label), ()) if form in ids), None
        )

    def _is_label(self, cell: RawCell) -> bool:
        return (
            cell.place in self.slots
            or bool(self.labels.meanings(cell.text))
            or label_key(cell.text) in self.labels.own
        )

    def _side(self, cell: RawCell, names: Sequence[str]) -> str:
        """Where the value of a label stands."""
        at = self.table.at
        beside = self.table.covering(cell.row, cell.end, self.table.size[1])
        right = beside[0] if beside and not self._is_label(beside[0]) else None
        if {"money", "group"} & set(names) or (
            names and names[0] in ("tasks", "indicators", "period") and not right
        ):
            return ""
        below = at.get((cell.bottom, cell.column))
        if below is None or not below.text:
            under = self.table.covering(cell.bottom, cell.column, cell.end)
            below = under[0] if len(under) == 1 else None
        if below and (below.row != cell.bottom or self._is_label(below)):
            below = None
        stacked = below and any(name.startswith("objective") for name in names)
        if right and not (stacked and right.column != cell.end):
            return "right"
        if below is None or stacked:
            return "below" if below else ""
        after = at.get((cell.row, cell.end))
        alone = (after is None or (after.text and self._is_label(after))) and cell.rows == 1
        fits = below.columns == cell.columns and not any(map(self._is_label, self.table.rows[below.row]))
        return "below" if alone and fits else ""

    def _path(self, names: Sequence[str], cell: RawCell) -> str | None:
        """The field a label means here, by the kind of record and by what stands around it."""
        whole = self.kind == "department"
        if whole and names[:1] == ["sum"]:
            group = "".join(one.text for one in self.table.covering(cell.row, 0, cell.column))
            return "funds.total" if "收入" in group else "expenditure.total" if "支出" in group else None
        for name in names:
            if name in _ROLES or name.startswith(_IN_LISTS):
                continue
            if whole and name in ("department", "spending_unit"):
                name = "name"
            elif name.startswith("objective"):
                name = "objective" if whole else "objective.annual" if name == "objective" else name
            elif name in SOURCES or (name == "funds.total" and label_key(cell.text) == "金额"):
                name = f"{self._money_side(cell)}.{name.removeprefix('funds.')}"
            if name == "period" or term_of(self.kind, name):
                return name
        return None

    def _money_side(self, cell: RawCell) -> str:
        """Whether money below a total is the year's or the whole period's: by the nearest total above."""
        best: tuple[int, int, str] = (-1000, 0, "funds")
        for other in self.table.cells:
            name = next(iter(self.labels.meanings(other.text)), "")
            if name not in ("funds.total", "period_funds.total") or self.kind == "department":
                continue
            between = (one for row in range(other.row + 1, cell.row) for one in self.table.rows.get(row, ()))
            if other.row <= cell.row and other.column <= cell.column + 1 and not any(self.labels.means(one.text, "name") for one in between):  # fmt: skip
                best = max(best, (-abs(other.column - cell.column), other.row, name.removesuffix(".total")))
        return best[2]


def _head(cell: RawCell, name: str, group: str) -> Slot:
    return Slot(label_key(cell.text), "head", (name,), group)


def _flat(names: Sequence[str]) -> str:
    """The field of a project that a column of a flat list holds."""
    name = next((name for name in names if name.startswith("indicators.")), names[0])
    if name in SOURCES:
        return f"funds.{name}"
    return {"sum": "funds.total", "objective": "objective.annual", "unit": "indicators.unit"}.get(name, name)
