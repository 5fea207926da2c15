"""Which cells of a table are labels and which hold values or are to be written in, and which label each of these has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gongkai.exchange.labels import one_line
from gongkai.exchange.lists import LAST
from gongkai.exchange.naming import Naming
from gongkai.exchange.tables import RawCell, RawTable
from gongkai.exchange.understood import Names, Place, Placed, Role, Table, Understood, name_columns
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


def understand(layout: Understood[Table, Names]) -> Understood[Table, Names]:
    """Give all cells their roles, and every field its path."""
    reader = _Reader(layout)
    for row in sorted({*layout.table.whole_rows, *(one.first for one in layout.lists)}):
        listing = layout.listing(row)
        if listing is None:
            reader.row(row)
        elif row == listing.first:
            name_columns(layout, listing)
    return layout


class _Reader:
    """Goes through the rows outside of lists and binds values to labels."""

    def __init__(self, layout: Understood[RawTable, Naming]) -> None:
        self.layout, self.table, self.names = layout, layout.table, layout.names
        self.heads = {one.place for listing in layout.lists for one in listing.heads}
        self.at = self.table.at
        self._values: dict[Place, bool] = {}
        self._groups: dict[Place, bool] = {}
        self._over: dict[int, tuple[int, RawCell | None]] = {}
        self._left: dict[int, tuple[int, RawCell | None]] = {}
        """Of each column how far down it was searched, and the nearest label above that; the same of rows."""
        self.tall: dict[int, list[RawCell]] = {}
        """The cells of several rows over each row."""
        for cell in self.table.cells:
            for row in range(cell.row, cell.bottom) if cell.rows > 1 else ():
                self.tall.setdefault(row, []).append(cell)
        self.totals: dict[int, str] = {}
        """The last total of money in each column."""

    def row(self, row: int) -> None:
        """Every value cell that begins in a row."""
        for placed in self.layout.row(row):
            if self._is_fixed(placed.cell):
                placed.role = "blank"
            elif placed.cell.place not in self.heads and self._is_value(placed.cell):
                self._bind(placed)

    def _is_label(self, cell: RawCell | None) -> bool:
        return cell is not None and bool(cell.text) and not self._is_value(cell) and not self._is_fixed(cell)

    def _is_fixed(self, cell: RawCell) -> bool:
        return not self.layout.filled and _FIXED.fullmatch(one_line(cell.text)) is not None

    def _is_value(self, cell: RawCell) -> bool:
        """Whether something is to be written here: blank, check boxes, a prompt, or what a filled table has there."""
        if cell.place not in self._values:
            self._values[cell.place] = not cell.text or self._holds_value(cell)
        return self._values[cell.place]

    def _holds_value(self, cell: RawCell) -> bool:
        if BOX.search(cell.text) and cell.column:
            return True
        if self.layout.filled and _FIGURE.fullmatch(cell.text):
            return True
        before, above = self._beside(cell, -1), self.at.get((cell.row - 1, cell.column))
        if _PROMPT.fullmatch(cell.text.strip()):
            return True
        if not self.layout.filled or self._known(cell.text) or self.names.labels.divided(cell.text)[0]:
            return False
        if before is not None and before.text and self._known(before.text) and not self._is_group(before):
            return True
        if above is not None and self._is_over(above, cell) and above.text and self._known(above.text):
            return self.at.get((above.row, above.end)) is None or bool(self.at[above.row, above.end].text)
        if before is None or not before.text:
            return False
        return self._is_label(before) and not self._is_group(before)

    def _known(self, text: str) -> bool:
        plain = one_line(text)
        return bool(self.names.labels.meanings(plain)) or plain.endswith(("：", ":"))

    def _is_group(self, cell: RawCell) -> bool:
        """Whether a label stands over other labels: a known one follows it on the right in its rows."""
        if cell.place not in self._groups:
            right = (self._beside(cell, 1, row) for row in range(cell.row, cell.bottom))
            beside = [one for one in right if one is not None and one.row >= cell.row and one.text]
            is_money = self.names.labels.means(one_line(cell.text), "money", "group") and bool(beside)
            followed = (
                self._known(one.text) if self.layout.filled else self._is_label(one) for one in beside
            )
            self._groups[cell.place] = is_money or any(followed)
        return self._groups[cell.place]

    def _bind(self, placed: Placed) -> None:
        cell = placed.cell
        before, above = self._beside(cell, -1), self.at.get((cell.row - 1, cell.column))
        label, head = self._row_label(cell), self._column_head(cell)
        is_last = label is not None and LAST.match(one_line(label.text))
        if label is not None and is_last and not re.search("收入|支出", self._around(label)):
            self._last(placed, label)
        elif above and self._is_stacked(above, before, cell):
            self._pair(placed, above)
        elif before is not None and self._is_label(before) and not self._is_group(before):
            crossed = self._crossed(cell, before)
            if crossed is not None and before.place not in self.heads:
                self._matrix(placed, before, crossed)
            else:
                self._pair(placed, before)
        elif label is not None and head is not None:
            self._matrix(placed, label, head)
        elif above and self._is_label(above) and self._is_over(above, cell):
            self._pair(placed, above)

    def _last(self, placed: Placed, label: RawCell) -> None:
        """A cell of the row of totals below a list: a sum the program makes, or a score that is stated."""
        listing = next((one for one in reversed(self.layout.lists) if one.end <= placed.cell.row), None)
        columns = (
            {head.column: (path, one_line(head.text)) for head, path in listing.columns()} if listing else {}
        )
        path, heading = columns.get(placed.cell.column, ("", ""))
        if self.names.evaluates and path in _LAST_OF_EVALUATION:
            placed.role, placed.path = _LAST_OF_EVALUATION[path]
            if placed.role == "value":
                self.names.named(placed.path, label.text)
        elif path.startswith("tasks.") and self.names.kind(path) == "amount":
            placed.role, placed.path = "total", path
        elif path and re.search("得分|分值|金额|数$", heading):
            placed.role, placed.path = "value", self.names.crossed(one_line(label.text), heading)

    def _pair(self, placed: Placed, label: RawCell) -> None:
        if self.layout.cells[label.place].path:
            return
        placed.options = tuple(options_in(placed.cell.text))
        width = sum(self.table.widths[placed.cell.column : placed.cell.end])
        placed.role = "value"
        self.layout.pairs[label.place] = [placed]
        self._name(label, placed, width >= _WIDE or placed.cell.row > label.row)

    def _matrix(self, placed: Placed, label: RawCell, head: RawCell) -> None:
        """A cell named by its row and its column: the budget's is the field itself, others are the form's own."""
        shown = self.layout.cells[label.place]
        placed.role = "value"
        self.layout.pairs.setdefault(label.place, []).append(placed)
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
            self._name(label, placed, False)
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
        following = self._beside(cell, 1)
        if following is None or following.row != cell.row or self._is_label(following):
            return None
        return self._column_head(cell)

    def _is_over(self, above: RawCell, cell: RawCell) -> bool:
        """Whether a cell is as wide as the one above it; objectives are told where cells are not merged, too."""
        is_wide = above.end == cell.end or (self._means_objective(above) and self.layout.filled)
        return above.column == cell.column and is_wide

    def _is_stacked(self, above: RawCell, before: RawCell | None, cell: RawCell) -> bool:
        """Whether an objective stands below its label, not beside the label of both, which is there once more."""
        own = before is not None and self.names.labels.means(
            before.text, "objective.annual", "objective.period"
        )
        return self.layout.filled and not own and self._means_objective(above) and self._is_over(above, cell)

    def _means_objective(self, cell: RawCell) -> bool:
        return any(name.startswith("objective") for name in self.names.labels.meanings(cell.text))

    def _beside(self, cell: RawCell, step: int, row: int | None = None) -> RawCell | None:
        """The next cell to the right (``step`` 1) or to the left (-1); where cells are not merged, some are missing between."""
        columns = range(cell.end, self.table.size[1]) if step > 0 else range(cell.column - 1, -1, -1)
        found = (self.at.get((cell.row if row is None else row, column)) for column in columns)
        return next(filter(None, found), None)

    def _row_label(self, cell: RawCell) -> RawCell | None:
        """The nearest label on the left; None where it stands over other labels."""
        since, found = self._left.get(cell.row, (0, None))
        for column in range(since, cell.column):
            if self._is_label(other := self.at[cell.row, column]):
                found = other
        self._left[cell.row] = cell.column, found
        return found if found and not self._is_group(found) else None

    def _column_head(self, cell: RawCell) -> RawCell | None:
        """The nearest label above, if it is as wide and leads to no field itself; no list may stand between."""
        since, found = self._over.get(cell.column, (0, None))
        for row in range(since, cell.row):
            if self.layout.listing(row):
                found = None
            elif self._is_label(other := self.at[row, cell.column]):
                found = other
        self._over[cell.column] = cell.row, found
        same = found and (found.column, found.end) == (cell.column, cell.end)
        return found if found and same and self.layout.cells[found.place].role == "head" else None

    def _around(self, label: RawCell) -> str:
        """The labels of the groups that a label stands in: those left of it over its row, and the total above it."""
        of_period = ["实施周期"] if self.totals.get(label.column) == "period_funds.total" else []
        texts = (
            *of_period,
            *(one_line(one.text) for one in self.tall.get(label.row, ()) if one.column < label.column),
        )
        return "·".join(dict.fromkeys(filter(None, texts)))

    def _name(self, label: RawCell, placed: Placed, wide: bool) -> None:
        """Give a label and its value the field that it means."""
        shown = self.layout.cells[label.place]
        shown.role = "label"
        shown.path = placed.path = self.names.field(label.text, self._around(label), wide, placed.options)
        if shown.path in ("funds.total", "period_funds.total"):
            self.totals[label.column] = shown.path
