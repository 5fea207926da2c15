"""Parts of tables with one row per item, below a row of column labels → drafts: indicators, tasks, own lists, projects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gongkai.exchange.drafts import Draft, Notebook, term_of
from gongkai.exchange.labels import is_level1, is_level2, level_name, unit_in
from gongkai.exchange.layout import Slot
from gongkai.exchange.tables import RawCell, RawTable
from gongkai.exchange.values import NUMBERED, SUM, split_composite
from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form
from gongkai.reading.vocabulary import without_rows

_LEVELS = {"level1": "一级指标", "level2": "二级指标"}
_BARE = {"unit", "direction", "nature"}
"""Columns that a form prints in rows nobody filled in."""
_PARENTS = {"数量": "产出完成", "质量": "产出完成", "时效": "产出完成", "经济效益": "效益", "社会效益": "效益", "生态效益": "效益",
            "可持续影响": "效益", "经济成本": "成本", "社会成本": "成本", "生态环境成本": "成本"}  # fmt: skip
_UNIT_NAME = re.compile(
    r"(局|委员会|委|办公室|办|中心|政府|部门|厅|院|校|学|会|队|站|馆|所|处|公司|机关|单位)$"
)
Cells = dict[str, list[RawCell]]
"""The cells of a row by the columns they stand in."""


@dataclass(frozen=True)
class Column:
    """One column: its range, the field path inside a row, the list it belongs to, the unit in its head."""

    start: int
    end: int
    name: str
    group: str
    unit: str | None
    head: str = ""
    """Of a column that a form repeats for each of several names: the name."""


class ListReader:
    """Reads rows below the columns that are open; ``slots`` are the labels of the table."""

    def __init__(
        self, book: Notebook, table: RawTable, slots: dict[tuple[int, int], Slot], form: Form | None, *, by_form: bool
    ) -> None:  # fmt: skip
        self.book, self.table, self.slots, self.form, self.by_form = book, table, slots, form, by_form
        self.columns: list[Column] = []
        self.last: dict[tuple[str, str], str] = {}
        self.unit_name = ""

    @property
    def group(self) -> str:
        """The list that is read; "" where none is open."""
        return self.columns[-1].group if self.columns else ""

    def open(self, heads: Sequence[tuple[RawCell, Slot]], row: Sequence[RawCell]) -> bool:
        """Begin with a row of column labels; whether the list goes on, because its labels are printed again.

        A column reaches to the next head, known or not, so that values in unmerged neighbours are found.
        """
        starts = sorted({cell.column for cell in (*row, *(cell for cell, _ in heads))})
        width, before = self.table.size[1], self.columns
        self.columns = [
            Column(cell.column, max(cell.end, next((one for one in starts if one >= cell.end), width)), slot.paths[0], slot.group, self._unit(cell))
            for cell, slot in sorted(heads, key=lambda head: head[0].column)
        ]  # fmt: skip
        if own := self._repeats():
            last = self.columns[-1].start
            named = [cell for cell in row if cell.column > last and cell.place not in self.slots]
            self.columns[-1:] = [
                replace(self.columns[-1], end=min([self.columns[-1].end, *(cell.column for cell in named)]))
            ]
            self.columns += [
                Column(cell.column, cell.end, f"own.{own.id}.{number}.{own.columns[1].id}", self.group, None, re.sub(r"\s+|[:：]$", "", cell.text))
                for number, cell in enumerate(named)
            ]  # fmt: skip
        goes_on = bool(before) and before[-1].group == self.group
        if not goes_on:
            self.last, self.unit_name = {}, ""
        return goes_on

    def _repeats(self) -> OwnField | None:
        """The own list of the indicators that the form shows as columns: a name over each, one value below."""
        lists = self.form.named_lists.values() if self.form and self.group == "indicators" else ()
        return next((own for own in lists if own.on == "indicators" and len(own.columns) == 2), None)

    def _unit(self, head: RawCell) -> str | None:
        """The unit of money that a column's label states, or the label over it."""
        above = self.table.at.get((head.row - 1, head.column))
        return unit_in(head.text) or (unit_in(above.text) if above and above.place in self.slots else None)

    def row(self, row: int, draft: Draft | None) -> Draft | None:
        """One row; the draft that the next one belongs to."""
        own = self.table.rows[row]
        if SUM.fullmatch(own[0].text) and self.group != "projects":
            self._leave(own, "是合计，由程序计算")
            return draft
        slip = self._slip(own)
        found = {column: self._under(column, row, slip) for column in self.columns}
        if self.group == "projects":
            draft = self._project(row, draft, found, slip)
        elif draft:
            groups = list(dict.fromkeys(column.group for column in self.columns))
            for group in groups:
                levels = {column.name: cells for column, cells in found.items() if column.name in _LEVELS}
                mine = levels | {
                    column.name: cells for column, cells in found.items() if column.group == group
                }
                if groups == ["indicators"] and self._of_period(row) and draft.kind == "project":
                    group = "period_indicators"
                    mine = {name.replace("annual_", "period_"): cells for name, cells in mine.items()}
                self._item(draft, group, row, mine, slip)
        used = {cell.place for cells in found.values() for cell in cells}
        for cell in own:
            if cell.place not in used and (cell.place in self.slots or is_level1(cell.text) or re.fullmatch(r".{0,6}[（(]续[）)]", cell.text)):  # fmt: skip
                self.book.label(self.table.spot(cell), cell.text)
            elif cell.place not in used:
                self._leave([cell], "不在任何一列的下面")
        return draft

    def _under(self, column: Column, row: int, slip: int) -> list[RawCell]:
        """The cells of a row in a column, but for the labels over it, which may be taller than others."""
        cells = self.table.covering(row, max(column.start - slip, 0), max(column.end - slip, 0))
        return [cell for cell in cells if (slot := self.slots.get(cell.place)) is None or slot.side != "head"]

    def _of_period(self, row: int) -> bool:
        """Whether the label at the side of a row says that its values are those of the whole period."""
        side = self.table.at.get((row, self.columns[0].start - 1))
        found = bool(side and not self.by_form and re.match("长期|中长期|中期|实施周期|实施期", side.text))
        if side and found:
            self.book.label(self.table.spot(side), side.text)
        return found

    def _slip(self, own: Sequence[RawCell]) -> int:
        """How many columns a row stands to the left of its labels: merged cells that were left out push it there."""
        starts = {column.name.removeprefix("indicators."): column.start for column in reversed(self.columns)}
        first, second = starts.get("level1", -1), starts.get("level2", -1)
        for cell, after in zip(own, [*own[1:], None], strict=True):
            due = [first] * is_level1(cell.text) + [second] * is_level2(cell.text)
            if due and cell.column not in due:
                is_first = len(due) == 1 or (after is not None and is_level2(after.text))
                return max((due[0] if is_first else due[-1]) - cell.column, 0)
            if due:
                return 0
        amount = next((cell for cell in own if cell.column == starts.get("name")), None)
        is_money = amount is not None and re.fullmatch(r"[\d,]+\.\d\d", amount.text)
        return starts["name"] - own[0].column if is_money else 0

    def _item(self, draft: Draft, group: str, row: int, found: Cells, slip: int) -> None:
        """One row of a list: a new item with what its columns say, levels filled down."""
        levels, doubt = self._levels(group, found, row)
        values: Cells = {}
        for name, cells in found.items():
            mine = [cell for cell in cells if cell.row == row or cell.rows > 1]
            if name not in _LEVELS and re.sub(r"[…\.\s]", "", self._text(name, mine)):
                values[name] = mine
        for name, cells in found.items():
            for cell in (cell for cell in cells if cell.row == row):
                if name in _LEVELS or NUMBERED.fullmatch(cell.text):
                    self.book.label(self.table.spot(cell), cell.text)
                elif not set(values) - _BARE:
                    self._leave([cell], "是表式里没有填写的提示文字")
        paths = (without_rows(f"{group}.{name}") for name in values)
        term = next(filter(None, (term_of(draft.kind, path, self.form) for path in paths)), None)
        if term is None or not set(values) - _BARE:
            return
        rows = draft.data.setdefault(term.keys[0], [])
        rows.append(dict(levels))
        number = len(rows) - 1
        for name, cells in values.items():
            spots = [self.table.spot(cell) for cell in cells]
            unit = next((column.unit for column in self.columns if column.name.endswith(name)), None)
            path = f"{group}.{number}.{name}"
            if own := self._repeats():
                place = len(rows[number].get(own.label, ()))
                head = next(
                    (column.head for column in self.columns if column.name == name and column.head), ""
                )
                if head:
                    rows[number].setdefault(own.label, []).append({own.columns[0].label: head})
                    path = re.sub(r"\.\d+\.(\w+)$", rf".{place}.\1", path)
            slipped = "这一行的格子错了位" if slip else ""
            text = self._text(name, cells)
            self.book.field(draft, path, text, spots, [unit], form=self.form, label=name, doubt=slipped)
        if rows[number] == levels:
            rows.pop()
            if not rows:
                del draft.data[term.keys[0]]
        elif doubt:
            self.book.doubt(
                draft, (term.keys[0], number), self.table.spot(next(iter(values.values()))[0]), doubt
            )

    def _text(self, name: str, cells: Sequence[RawCell]) -> str:
        text = "\n".join(dict.fromkeys(cell.text for cell in cells))
        return NUMBERED.sub("", text) if name in ("level3", "name") else text

    def _levels(self, group: str, found: Cells, row: int) -> tuple[dict[str, str], str]:
        """The row's level names, a blank one that of the row above; and a doubt about them."""
        stated = {name: level_name("".join(cell.text for cell in found.get(name, ()))) for name in _LEVELS}
        if stated["level1"] and stated["level1"] != self.last.get((group, "level1")):
            self.last.pop((group, "level2"), None)
        for name, text in stated.items():
            if text:
                self.last[group, name] = text
        levels = {key: text for name, key in _LEVELS.items() if (text := self.last.get((group, name), ""))}
        parent = _PARENTS.get(levels.get("二级指标", "").removesuffix("指标"), "")
        known = levels.get("一级指标", "")[:2]
        related = any(part in levels.get("一级指标", "") for part in re.findall("..", parent))
        unsure = parent and known and not stated["level1"] and not related
        return levels, "这一行没有写一级指标，按上一行的填写" if unsure else ""

    def _leave(self, cells: Sequence[RawCell], reason: str) -> None:
        for cell in cells:
            self.book.leave(self.table.spot(cell), cell.text, reason)

    # -- flat lists of projects -----------------------------------------------------------------------

    def _project(
        self, row: int, draft: Draft | None, by_column: dict[Column, list[RawCell]], slip: int
    ) -> Draft | None:
        """A total, a new project, or one more indicator of the last project."""
        found = {column.name: cells for column, cells in by_column.items() if cells}
        started = {name: cells for name, cells in found.items() if any(cell.row == row for cell in cells)}
        own = [cell for cells in started.values() for cell in cells]
        if self._is_total(started):
            name = re.sub(r"\s+", "", started["name"][0].text) if "name" in started else ""
            self.unit_name = name if _UNIT_NAME.search(name) else self.unit_name
            self._leave(own, "是合计或小计，由程序计算")
            return draft
        if "name" in started:
            draft = self._new_project(found)
        if draft is None:
            self._leave(own, "前面没有项目名称")
            return None
        units = {column.name: column.unit for column in self.columns}
        for name, cells in found.items():
            if name == "indicators" and name in started:
                self._composite(draft, cells)
            elif not name.startswith("indicators") and (
                name in started or (name == "spending_unit" and "name" in started)
            ):
                self._field(draft, name, cells, units[name])
        inner = {
            name.removeprefix("indicators."): cells
            for name, cells in found.items()
            if name.startswith("indicators.")
        }
        if any(f"indicators.{name}" in started for name in inner):
            self._item(draft, "indicators", row, inner, slip)
        return draft

    def _is_total(self, started: Cells) -> bool:
        """A row without objective and indicators is that of a unit, or the whole."""
        if any(SUM.fullmatch(cell.text) for cells in started.values() for cell in cells):
            return True
        content = [
            column.name for column in self.columns if column.name.startswith(("objective", "indicators"))
        ]
        if not content or set(content) & set(started):
            return False
        return "name" not in started or bool(_UNIT_NAME.search(started["name"][0].text))

    def _new_project(self, found: Cells) -> Draft:
        """A blank unit in a list is the one named above the project, else that of the project before."""
        above = next((draft for draft in reversed(self.book.drafts) if draft.where == self.table.where), None)
        draft = self.book.start("project", self.table.where)
        has_units = any(column.name == "spending_unit" for column in self.columns)
        if self.unit_name and not has_units:
            draft.data["用款单位"] = self.unit_name
        elif "spending_unit" not in found and above and "用款单位" in above.data:
            draft.data |= {key: above.data[key] for key in ("用款单位", "用款单位代码") if key in above.data}
            spot = self.table.spot(found["name"][0])
            self.book.doubt(draft, ("用款单位",), spot, "这一行没有写单位，按上一个项目填写")
        return draft

    def _field(self, draft: Draft, name: str, cells: Sequence[RawCell], unit: str | None) -> None:
        text, spots = "\n".join(cell.text for cell in cells), [self.table.spot(cell) for cell in cells]
        coded = re.match(r"^(\d{3,})\s*[-－—]\s*(.+)$", text) if name == "spending_unit" else None
        own = self.form.own_on("record") if self.form and coded else ()
        if coded and any(field.label == "用款单位代码" for field in own):
            self.book.put(draft, ("用款单位代码",), coded[1], spots[0])
            text = coded[2]
        self.book.field(draft, name, text, spots, [unit], form=self.form)

    def _composite(self, draft: Draft, cells: Sequence[RawCell]) -> None:
        rows, rest = split_composite("\n".join(cell.text for cell in cells))
        number, spot = len(draft.data.get("绩效指标", [])), self.table.spot(cells[0])
        for offset, values in enumerate(rows):
            for key, value in values.items():
                self.book.put(draft, ("绩效指标", number + offset, key), value, spot)
        for part in rest:
            self.book.leave(spot, part, "这一段指标的写法不认识")
