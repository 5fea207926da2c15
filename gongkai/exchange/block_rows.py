"""Rows of key tasks, of a form's own lists, and of flat lists of projects → drafts."""

from __future__ import annotations

import re

from gongkai.exchange.blocks import Block, Column
from gongkai.exchange.composite import split_composite
from gongkai.exchange.drafts import Draft, Spot, read_value, term_of
from gongkai.exchange.indicator_rows import NUMBERED, IndicatorReader
from gongkai.exchange.labels import is_level1
from gongkai.exchange.tables import RawCell
from gongkai.reading.source import Path_

_UNIT_NAME = re.compile(
    r"(局|委员会|委|办公室|办|中心|政府|部门|厅|院|校|学|会|队|站|馆|所|处|公司|机关|单位)$"
)


class BlockReader(IndicatorReader):
    """Reads the rows of every kind of block into drafts."""

    # -- lists of tasks and of a form's own ----------------------------------------------------

    def listed(self, block: Block, row: int, draft: Draft) -> None:
        """One row of key tasks, or of a form's own list."""
        first = self.matrix.starting(row)
        if first and self.matrix.labels.means(first[0].text, "sum"):
            for cell in first:
                self.book.leave(self.matrix.spot(cell), cell.text, "是合计，由程序计算")
            return
        own = self.form.own_field(block.own) if self.form and block.own else None
        key = own.label if own else "年度重点工作任务"
        number = len(draft.data.get(key, []))
        used: set[tuple[int, int]] = set()
        for column in block.columns:
            cells = [cell for cell in self.matrix.covering(row, column.start, column.end) if cell.row == row]
            used |= {(cell.row, cell.column) for cell in cells}
            if cells:
                self._put_listed(block, draft, (key, number), column, cells)
        for cell in first:
            if (cell.row, cell.column) not in used:
                if self.matrix.is_label(cell):
                    self.book.label(self.matrix.spot(cell), cell.text)
                else:
                    self.book.leave(self.matrix.spot(cell), cell.text, "不在任何一列的下面")

    def _put_listed(
        self, block: Block, draft: Draft, base: Path_, column: Column, cells: list[RawCell]
    ) -> None:
        prefix = f"own.{block.own}" if block.own else "tasks"
        if block.own:
            own = self.form.own_field(block.own) if self.form else None
            inner = next(inner for inner in own.columns if inner.id == column.name) if own else None
            label, kind = (inner.label, str(inner.type)) if inner else ("", "text")
        else:
            term = term_of(draft.kind, f"{prefix}.{column.name}")
            label, kind = (term.label, term.kind) if term else ("", "text")
        text = "\n".join(cell.text for cell in cells)
        spot = self.matrix.spot(cells[0])
        if column.name == "name":
            text = NUMBERED.sub("", text)
        value, doubt = read_value(text, kind, (column.unit, self.book.unit))
        if not label or value is None:
            self.book.leave(spot, text, f"“{label}”{doubt}" if label else "这里没有这一列")
        else:
            self.book.put(draft, (*base, label), value, spot, text, doubt)

    # -- flat lists of projects ----------------------------------------------------------------

    def project_row(self, block: Block, row: int, draft: Draft | None) -> Draft | None:
        """One row of a flat list: a total, a new project, or one more indicator of the last project."""
        slip = self._slip(block, row)
        found = {
            column.name: cells for column in block.columns if (cells := self._flat_cells(row, column, slip))
        }
        started = {name: cells for name, cells in found.items() if any(cell.row == row for cell in cells)}
        if not started:
            return draft
        if self._is_total(block, started):
            if self._unit_of(started):
                block.unit_name = self._unit_of(started)
            for name, cells in started.items():
                for cell in cells:
                    reason = (
                        "是资金使用单位的小计" if name in ("name", "spending_unit") else "是合计，由程序计算"
                    )
                    self.book.leave(self.matrix.spot(cell), cell.text, reason)
            return draft
        if "name" in started:
            draft = self.book.start("project", self.matrix.table.where)
            if "spending_unit" in found:
                pass
            elif block.unit_name and not any(column.name == "spending_unit" for column in block.columns):
                draft.data["用款单位"] = block.unit_name
            else:
                self._same_unit(draft, started["name"][0])
        if draft is None:
            for cell in self.matrix.starting(row):
                self.book.leave(self.matrix.spot(cell), cell.text, "前面没有项目名称")
            return None
        self._put_project(block, draft, slip > 0, found, started)
        return draft

    def _same_unit(self, draft: Draft, cell: RawCell) -> None:
        """A blank unit in a list of one is the unit of the project above."""
        above = self.book.drafts[-2] if len(self.book.drafts) > 1 else None
        if above is None or above.where != draft.where or "用款单位" not in above.data:
            return
        for key in ("用款单位", "用款单位代码"):
            if key in above.data:
                draft.data[key] = above.data[key]
        self.book.doubt(draft, ("用款单位",), self.matrix.spot(cell), "这一行没有写单位，按上一个项目填写")

    def _flat_cells(self, row: int, column: Column, slip: int) -> list[RawCell]:
        return self.matrix.covering(row, max(column.start - slip, 0), max(column.end - slip, 0))

    def _slip(self, block: Block, row: int) -> int:
        """How many columns a row stands to the left of its labels: merged cells that were left out push it there."""
        starts = {column.name: column.start for column in block.columns}
        first = next(iter(self.matrix.starting(row)), None)
        if first is None or "indicators.level1" not in starts:
            return 0
        if is_level1(first.text) and first.column < starts["indicators.level1"]:
            return starts["indicators.level1"] - first.column
        name, unit = starts.get("name", 0), starts.get("spending_unit", 0)
        amount = self.matrix.at.get((row, name))
        is_money = amount is not None and re.fullmatch(r"[\d,]+\.\d\d", amount.text) is not None
        return name - unit if is_money and first.column == unit < name else 0

    def _is_total(self, block: Block, started: dict[str, list[RawCell]]) -> bool:
        if any(self.matrix.labels.means(cell.text, "sum") or re.fullmatch(r"[总合小]\s*计.{0,4}", cell.text) for cells in started.values() for cell in cells):  # fmt: skip
            return True
        content = {name for name in started if name.startswith(("objective", "indicators"))}
        columns = {
            column.name for column in block.columns if column.name.startswith(("objective", "indicators"))
        }
        if not columns or content:
            return False
        return "name" not in started or bool(_UNIT_NAME.search(started["name"][0].text))

    def _unit_of(self, started: dict[str, list[RawCell]]) -> str:
        cells = started.get("name", [])
        text = re.sub(r"\s+", "", cells[0].text) if cells else ""
        return text if _UNIT_NAME.search(text) and not self.matrix.labels.means(text, "sum") else ""

    def _put_project(
        self,
        block: Block,
        draft: Draft,
        slipped: bool,
        found: dict[str, list[RawCell]],
        started: dict[str, list[RawCell]],
    ) -> None:
        indicator = {
            name.removeprefix("indicators."): cells
            for name, cells in started.items()
            if name.startswith("indicators.")
        }
        for name, cells in found.items():
            if name.startswith("indicators.") or (
                name not in started and not (name == "spending_unit" and "name" in started)
            ):
                continue
            column = next(column for column in block.columns if column.name == name)
            if name == "indicators":
                self._put_composite(draft, cells)
            else:
                self.put_field(
                    draft,
                    name,
                    "\n".join(cell.text for cell in cells),
                    self.matrix.spot(cells[0]),
                    column.unit,
                )
        if indicator:
            levels = self._levels(
                block,
                f"indicators{draft.number}",
                {name: found.get(f"indicators.{name}", []) for name in ("level1", "level2")},
                [],
            )
            values = {name: cells for name, cells in indicator.items() if name not in ("level1", "level2")}
            for name in ("level1", "level2"):
                for cell in indicator.get(name, []):
                    self.book.label(self.matrix.spot(cell), cell.text)
            if values:
                self._put_indicator(block, draft, "indicators", levels, values, slipped)

    def _put_composite(self, draft: Draft, cells: list[RawCell]) -> None:
        text = "\n".join(cell.text for cell in cells)
        rows, rest = split_composite(text)
        spot = self.matrix.spot(cells[0])
        number = len(draft.data.get("绩效指标", []))
        for offset, values in enumerate(rows):
            for key, value in values.items():
                self.book.put(draft, ("绩效指标", number + offset, key), value, spot)
        for part in rest:
            self.book.leave(spot, part, "这一段指标的写法不认识")

    def put_field(self, draft: Draft, name: str, text: str, spot: Spot, *units: str | None) -> None:
        """A field of a project by its path; what cannot be read as its kind is left over."""
        term = term_of(draft.kind, name, self.form)
        if term is None:
            self.book.leave(spot, text, "这种记录没有这一项")
            return
        coded = re.match(r"^(\d{3,})\s*[-－—]\s*(.+)$", text) if name == "spending_unit" else None
        own = self.form.own_on("record") if self.form and coded else ()
        code = next((field for field in own if field.label == "用款单位代码"), None)
        if coded and code:
            self.book.put(draft, (code.label,), coded[1], spot)
            text = coded[2]
        value, doubt = read_value(text, term.kind, (*units, self.book.unit))
        if value is None:
            self.book.leave(spot, text, f"“{term.label}”{doubt}")
        else:
            self.book.put(draft, term.keys, value, spot, text, doubt)
