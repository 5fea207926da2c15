"""A sheet of any spreadsheet → a raw table: merged cells, what is hidden set aside, what is covered told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_rowcol_to_cell as address

from gongkai.exchange.binding import MAP_PREFIX
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, clean
from gongkai.problems import Severity

USUAL_WIDTH = 8.43
"""Of a column that states none, in characters (ECMA-376, 18.3.1.81)."""
_FAR = 64
"""Columns and rows that a merged range may reach beyond what has content: blank cells at a table's edge."""
MAX_AREA = 2_000_000
"""Places that merged ranges may cover."""
_HIDDEN = "隐藏的行、列或工作表不公开；需要公开请取消隐藏后重新导入"
Range = tuple[int, int, int, int]
"""Row and column from 0, rows, columns."""


@dataclass
class Sheet:
    """A sheet's texts as shown, by place from 0; only cells that are there."""

    name: str
    hidden: bool = False
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    """By column, as far as stated."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    landscape: bool = False
    kind: str = "工作表"

    @property
    def where(self) -> str:
        """How people call it."""
        return f"{self.kind}“{self.name}”"


def add_sheet(sheet: Sheet, document: RawDocument) -> None:
    """The sheet as a table of ``document``; of a hidden one, and of hidden rows and columns, all is set aside."""
    if sheet.hidden and sheet.name.startswith(MAP_PREFIX):
        return
    texts: dict[tuple[int, int], str] = {}
    for (row, column), raw in sheet.texts.items():
        text = clean(raw)
        if sheet.hidden or row in sheet.hidden_rows or column in sheet.hidden_columns:
            document.set_aside(f"{sheet.where} {address(row, column)}", text, _HIDDEN)
        elif text:
            texts[row, column] = text
    if sheet.hidden and sheet.texts:
        document.tell("hidden", f"{sheet.where}是隐藏的，没有读入记录", "需要公开请取消隐藏后重新导入；内容见报告。", Severity.NOTICE)  # fmt: skip
    if texts:
        cells = tuple(_cells(sheet, texts, document))
        count = max(cell.end for cell in cells) if sheet.widths else 0
        widths = tuple(sheet.widths.get(column, USUAL_WIDTH) for column in range(count))
        document.blocks.append(RawTable(cells, sheet.where, widths, sheet.landscape))


def _cells(sheet: Sheet, texts: dict[tuple[int, int], str], document: RawDocument) -> Iterator[RawCell]:
    """Cells with content and merged ones, clipped to where there is content or a blank cell beside it."""
    height = max(row for row, _ in texts) + 1
    width = max(column for _, column in texts) + 1
    beside = [one for one in sheet.merged if one[0] < height and one[1] < width]
    height = max([height, *(row + rows for row, _, rows, _ in beside if row + rows <= height + _FAR)])
    width = max([width, *(column + columns for _, column, _, columns in beside if column + columns <= width + _FAR)])  # fmt: skip
    covered: set[tuple[int, int]] = set()
    for row, column, rows, columns in sheet.merged:
        rows, columns = min(rows, height - row), min(columns, width - column)
        if rows <= 0 or columns <= 0 or rows * columns + len(covered) > MAX_AREA:
            continue
        spots = {(r, c) for r in range(row, row + rows) for c in range(column, column + columns)}
        if spots & covered:
            continue
        covered |= spots
        for spot in sorted((spots - {(row, column)}) & texts.keys()):
            document.set_aside(f"{sheet.where} {address(*spot)}", texts[spot], "被合并单元格盖住，表上看不见")
        yield RawCell(row, column, rows, columns, texts.get((row, column), ""), address(row, column))
    for (row, column), text in texts.items():
        if (row, column) not in covered:
            yield RawCell(row, column, 1, 1, text, address(row, column))
