"""Which cells of an official table are labels and which are to be written in, and which label each of these has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gongkai.drafting.columns import name_columns
from gongkai.drafting.layout import (
    LAST,
    Layout,
    Listing,
    Placed,
    Role,
    find_lists,
    is_placeholder,
    is_total,
)
from gongkai.drafting.naming import Names
from gongkai.drafting.original import Original, one_line
from gongkai.exchange.labels import Labels
from gongkai.exchange.tables import RawCell
from gongkai.exchange.values import BOX, options_in

_PROMPT = re.compile(
    r"(?:(?:目标|任务)\s*\d*\s*[:：]?[\s…]*)+|…+|[（(][^）)]*(?:字以内|填写|概述|说明)[^）)]*[）)]"
)
_FIXED = re.compile(r"\d+(?:\.\d+)?\s*[分%％]?|[-—/]+")
"""What a blank table prints where others have something to be written."""
_FIGURE = re.compile(r"[\d,.]+[%％]?|[-—–/]+")
_BUDGET = re.compile(
    r"^(?:全年|年初|当年|年度|本年|调整后?|批复)?(?:预算)?(?:数|金额|资金|安排)?(?:[（(].*[）)])?$"
)
_LAST_OF_EVALUATION: Mapping[str, tuple[Role, str]] = {
    "indicators.weight": ("computed", "v.weights()"), "indicators.score": ("value", "evaluation.score"),
}  # fmt: skip
"""What stands below the columns of points."""
_WIDE = 55
"""Per cent of the table's width: what is wider may hold a long text."""


def understand(table: Original, names: Names) -> Layout:
    """Roles for all cells, and a path for every field."""
    lists = find_lists(table, names.labels)
    if lists and (lists[-1].first >= table.height or is_total(table, lists[-1], table.height - 1)):
        table = table.with_blank_row()
        lists = find_lists(table, names.labels)
    filled = any(
        _says_something(cell, one, names.labels)
        for one in lists
        for cell in table.cells
        if one.covers(cell.row)
    )
    layout = Layout(table, lists, names, filled)
    if not table.title:
        names.doubts["title"] = "表上没有找到标题"
    if table.unit is None:
        names.doubts["amounts"] = "表上没有写金额的单位，按万元"
    for cell in table.cells:
        layout.cells[cell.row, cell.column] = Placed(cell, "head" if cell.text else "blank")
    reader = _Reader(layout)
    for row in range(table.height):
        listing = layout.listing(row)
        if listing is None:
            reader.row(row)
        elif row == listing.first:
            name_columns(layout, listing)
    for placed in layout.cells.values():
        if layout.listing(placed.cell.row) is not None:
            continue
        if filled and placed.role == "head" and not names.labels.meanings(placed.text):
            names.doubts[placed.cell.ref] = f"“{placed.text}”当作表上印的名称，不是填写的内容"
        above = reader.head_over(placed.cell) if placed.role == "blank" and not placed.cell.text else None
        if above is not None:
            names.doubts[above.ref] = f"“{one_line(above.text)}”下面的格子没有认出是哪一项，空着"
    return layout


def _says_something(cell: RawCell, listing: Listing, labels: Labels) -> bool:
    head = next((one for one in listing.heads if one.column == cell.column), None)
    if head is not None and labels.means(one_line(head.text), "indicators.actual"):
        return re.search(r"\w", cell.text) is not None
    last = listing.heads[-1]
    return bool(cell.text) and cell.column >= last.column and not is_placeholder(one_line(cell.text)) and not re.search(r"\d+分", cell.text)  # fmt: skip


class _Reader:
    """Goes through the rows outside of lists and binds values to labels."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.table, self.names = layout, layout.table, layout.names
        self.heads = {(one.row, one.column) for listing in layout.lists for one in listing.heads}
        self.at = self.table.at

    def row(self, row: int) -> None:
        """Every value cell that begins in a row."""
        for placed in self.layout.row(row):
            if self._is_fixed(placed.cell):
                placed.role = "blank"
            elif (placed.cell.row, placed.cell.column) not in self.heads and self._is_value(placed.cell):
                self._bind(placed)

    def _is_label(self, cell: RawCell | None) -> bool:
        return cell is not None and bool(cell.text) and not self._is_value(cell) and not self._is_fixed(cell)

    def _is_fixed(self, cell: RawCell) -> bool:
        return not self.layout.filled and _FIXED.fullmatch(one_line(cell.text)) is not None

    def _is_value(self, cell: RawCell) -> bool:
        """Whether something is to be written here: blank, check boxes, a prompt, or what a filled table has there."""
        if not cell.text:
            return True
        if BOX.search(cell.text) and cell.column:
            return True
        if self.layout.filled and _FIGURE.fullmatch(cell.text):
            return True
        before = self.at.get((cell.row, cell.column - 1))
        above = self.at.get((cell.row - 1, cell.column))
        if _PROMPT.fullmatch(cell.text.strip()):
            return True
        if not self.layout.filled or self._known(cell.text):
            return False
        if before is not None and before.text and self._known(before.text) and not self._is_group(before):
            return True
        if above is not None and above.columns == cell.columns and above.text and self._known(above.text) and cell.row > above.row and not self._known(cell.text):  # fmt: skip
            return self.at.get((above.row, above.end)) is None or bool(self.at[above.row, above.end].text)
        if before is None or not before.text:
            return False
        return self._is_label(before) and not self._is_group(before)

    def _known(self, text: str) -> bool:
        plain = one_line(text)
        return bool(self.names.labels.meanings(plain)) or plain.endswith(("：", ":"))

    def _is_group(self, cell: RawCell) -> bool:
        """Whether a label stands over other labels: a known one follows it on the right in its rows."""
        right = [self.at.get((row, cell.end)) for row in range(cell.row, cell.bottom)]
        beside = [one for one in right if one is not None and one.row >= cell.row]
        if self.names.labels.means(one_line(cell.text), "money", "group") and any(one.text for one in beside):
            return True
        return any(
            one.text and (self._known(one.text) if self.layout.filled else self._is_label(one))
            for one in beside
        )

    def _bind(self, placed: Placed) -> None:
        cell = placed.cell
        before = self.at.get((cell.row, cell.column - 1)) if cell.column else None
        above = self.at.get((cell.row - 1, cell.column)) if cell.row else None
        label, head = self._row_label(cell), self._column_head(cell)
        is_last = label is not None and LAST.match(one_line(label.text))
        if label is not None and is_last and not re.search("收入|支出", self._around(label)):
            self._last(placed, label)
        elif before is not None and self._is_label(before) and not self._is_group(before):
            crossed = self._crossed(cell, before)
            if crossed is not None and (before.row, before.column) not in self.heads:
                self._matrix(placed, before, crossed)
            else:
                self._pair(placed, before)
        elif label is not None and head is not None:
            self._matrix(placed, label, head)
        elif above and self._is_label(above) and (above.column, above.end) == (cell.column, cell.end):
            self._pair(placed, above)

    def _last(self, placed: Placed, label: RawCell) -> None:
        """A cell of the row of totals below a list: a sum the program makes, or a score that is stated."""
        listing = next((one for one in reversed(self.layout.lists) if one.end <= placed.cell.row), None)
        path = listing.paths.get(placed.cell.column, "") if listing else ""
        if self.names.evaluates and path in _LAST_OF_EVALUATION:
            placed.role, placed.path = _LAST_OF_EVALUATION[path]
            if placed.role == "value":
                self.names.named(placed.path, label.text)
        elif path.startswith("tasks.") and self.names.kind(path) == "amount":
            placed.role, placed.path = "total", path
        elif path and re.search("得分|分值|金额|数$", self.names.taken[path]):
            placed.role = "value"
            placed.path = self.names.crossed(one_line(label.text), self.names.taken[path])

    def _pair(self, placed: Placed, label: RawCell) -> None:
        shown = self.layout.cells[label.row, label.column]
        if shown.path:
            return
        placed.options = tuple(options_in(placed.cell.text))
        width = sum(self.table.widths[placed.cell.column : placed.cell.end])
        wide = width >= _WIDE or placed.cell.row > label.row
        shown.role, placed.role = "label", "value"
        shown.path = placed.path = self.names.field(label.text, self._around(label), wide, placed.options)

    def _matrix(self, placed: Placed, label: RawCell, head: RawCell) -> None:
        """A cell named by its row and its column: the budget's is the field itself, others are the form's own."""
        shown = self.layout.cells[label.row, label.column]
        placed.role = "value"
        if path := self.names.of_evaluation(one_line(label.text), one_line(head.text)):
            if path.startswith("evaluation.rate."):
                placed.role, placed.path = "computed", f'v.rate("{path.rpartition(".")[2]}")'
            elif path.count(".") == 1 or path.startswith(("evaluation.i", "evaluation.a", "evaluation.s")):
                placed.path = self.names.named(path, None if shown.path else label.text)
                shown.role, shown.path = "label", shown.path or path
            else:
                placed.role = "blank"
            return
        if not shown.path and _BUDGET.match(one_line(head.text)) and not self._better_budget(label, head):
            shown.role = "label"
            shown.path = placed.path = self.names.field(label.text, self._around(label), False)
            return
        row, column = (
            re.sub(r"^其中[:：]|[（(].*?[）)]|[:：]$", "", one_line(one.text)) for one in (label, head)
        )
        placed.path = self.names.crossed(row, column)

    def _better_budget(self, label: RawCell, head: RawCell) -> bool:
        """Whether a later column is more the budget than this one: 全年预算数 is what was to be spent in the end."""
        later = [one for one in self.table.row(head.row) if one.column > head.column and one.text]
        return "年初" in head.text and any(_BUDGET.match(one_line(one.text)) for one in later)

    def _crossed(self, cell: RawCell, label: RawCell) -> RawCell | None:
        """The column's head over a value right of its label, where more columns of values follow."""
        following = self.at.get((cell.row, cell.end))
        if following is None or following.row != cell.row or self._is_label(following):
            return None
        return self._column_head(cell)

    def head_over(self, cell: RawCell) -> RawCell | None:
        """The nearest label above a cell, right of its row's label and over labelled columns."""
        above = (self.at[row, cell.column] for row in range(cell.row - 1, -1, -1))
        head = next((one for one in above if one.text), None)
        return head if head and head.columns > cell.columns and self._row_label(cell) else None

    def _row_label(self, cell: RawCell) -> RawCell | None:
        for column in range(cell.column - 1, -1, -1):
            other = self.at[cell.row, column]
            if self._is_label(other):
                return None if self._is_group(other) else other
        return None

    def _column_head(self, cell: RawCell) -> RawCell | None:
        for row in range(cell.row - 1, -1, -1):
            other = self.at[row, cell.column]
            if self.layout.listing(row):
                return None
            if self._is_label(other):
                same = (other.column, other.end) == (cell.column, cell.end)
                return other if same and self.layout.cells[other.row, other.column].role == "head" else None
        return None

    def _around(self, label: RawCell) -> str:
        """The labels of the groups that a label stands in: those left of it over its row, and the total above it."""
        left = [self.at[label.row, column] for column in range(label.column)]
        totals = [self.at[row, label.column] for row in range(label.row) if self.at[row, label.column].column == label.column]  # fmt: skip
        paths = [self.layout.cells[one.row, one.column].path for one in totals]
        total = [path for path in paths if path in ("funds.total", "period_funds.total")][-1:]
        of_period = ["实施周期"] if total == ["period_funds.total"] else []
        texts = (*of_period, *(one_line(one.text) for one in left if one.rows > 1))
        return "·".join(dict.fromkeys(filter(None, texts)))
