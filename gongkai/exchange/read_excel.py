"""Excel workbooks (.xlsx through openpyxl, .xls through calamine) → raw tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import python_calamine
from lxml import etree
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.exchange.guard import read_member
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, clean, column_name
from gongkai.problems import Severity

_USUAL_WIDTH = 8.43
"""Of a column that states none, in characters (ECMA-376, 18.3.1.81)."""
_WIDEST = 200
"""Columns whose widths are kept."""
_FAR = 64
"""Columns and rows that a merged range may reach beyond what has content: blank cells at a table's edge."""
MAX_AREA = 2_000_000
"""Places that merged ranges, or the block an .xls keeps in memory, may cover."""
_EMPTY = re.compile(
    rb"<(?:\w+:)?c\b[^>]*/>|<(?:\w+:)?row\b[^>]*/>|<((?:\w+:)?row)\b[^>]*>\s*</\1>|<((?:\w+:)?c)\b[^>]*>\s*</\2>"
)
_CELL = re.compile(rb"<(?:\w+:)?c\s")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_ROW_TAIL = re.compile(rb"(</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*/>)")
_LANDSCAPE = re.compile(rb"<pageSetup\s[^>]*orientation=\"landscape\"")
_DRAWN = re.compile(rb"<a:t>([^<]*)</a:t>")
_NOT_READ = ("xl/media/", "xl/charts/", "xl/embeddings/", "xl/vbaProject", "customXml/")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_HIDDEN = "隐藏的行、列或工作表不公开；需要公开请取消隐藏后重新导入"


@dataclass(frozen=True)
class _Sheet:
    """A sheet's values by place, and its merged ranges (row, column, rows, columns)."""

    name: str
    values: dict[tuple[int, int], str]
    merged: list[tuple[int, int, int, int]]
    widths: Mapping[int, float] = field(default_factory=dict)
    """By column, as far as stated."""
    landscape: bool = False


def read_xlsx(raw: bytes, document: RawDocument) -> None:
    """Every sheet of an .xlsx workbook into ``document``."""
    cleaned = safe_package(raw, document)
    if cleaned is None:
        return
    package, merged, has_formulas = cleaned
    try:
        book = openpyxl.load_workbook(io.BytesIO(package), data_only=True)
        if has_formulas:
            tell_formulas(package, book, document)
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # openpyxl raises whatever the broken part of the file makes it raise.
        document.tell(
            "damaged", f"工作簿损坏，打不开（{type(error).__name__}）", "请用 Excel 打开后另存一份再试。"
        )
        return
    for sheet in book.worksheets:
        member = merged.get(_member_of(book, sheet), [])
        read = _xlsx_sheet(sheet, member, document)
        if sheet.sheet_state != "visible":
            _set_aside_sheet(read, document)
        else:
            _add(read, document)
    for chart in book.chartsheets:
        document.set_aside(f"工作表“{chart.title}”", "（图表）", "图表没有文字可读")


def _member_of(book: openpyxl.Workbook, sheet: Worksheet) -> int:
    return [one.title for one in book.worksheets].index(sheet.title)


def safe_package(
    raw: bytes, document: RawDocument
) -> tuple[bytes, dict[int, list[tuple[int, int, int, int]]], bool] | None:
    """A workbook without what makes it dangerous: empty rows and cells, merged ranges (given apart), drawings.

    With it the merged ranges by sheet, and whether there are formulas. None (with a problem) for what is not safe.
    """
    source = zipfile.ZipFile(io.BytesIO(raw))
    buffer = io.BytesIO()
    ranges: dict[str, list[tuple[int, int, int, int]]] = {}
    count, has_formulas = 0, False
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in dict.fromkeys(source.namelist()):
            if name.startswith("xl/media/"):
                document.set_aside("图片", f"（{name.removeprefix('xl/media/')}）", "图片里的文字读不出来")
            if name.startswith(_NOT_READ) or name.endswith("/"):
                continue
            data = read_member(source, name, document)
            if data is None:
                return None
            if name.startswith("xl/drawings/"):
                texts = (found.decode("utf-8", "replace") for found in _DRAWN.findall(data))
                document.set_aside(
                    "图形和文本框", clean(" ".join(texts)), "文本框里的文字不属于表格，没有读入记录"
                )
                continue
            if name.endswith(".rels"):
                data = _without_drawings(data)
            if _SHEET.fullmatch(name):
                data, ranges[name] = _without_empty(data)
                has_formulas = has_formulas or re.search(rb"<(?:\w+:)?f[\s>]", data) is not None
                count += len(_CELL.findall(data))
                if document.too_many_cells(count):
                    return None
            target.writestr(name, data)
    order = _sheet_order(source, ranges)
    return buffer.getvalue(), {index: ranges[name] for index, name in enumerate(order)}, has_formulas


def _without_drawings(relations: bytes) -> bytes:
    """What a part refers to, but for the drawings that are left out: openpyxl opens all it is referred to."""
    try:
        root = etree.fromstring(relations)
    except etree.XMLSyntaxError:
        return relations  # for openpyxl to refuse
    for relation in list(root):
        if relation.get("Type", "").endswith("/drawing"):
            root.remove(relation)
    return etree.tostring(root)


def _sheet_order(source: zipfile.ZipFile, ranges: dict[str, Any]) -> list[str]:
    """The sheets' parts in the order of the workbook."""
    try:
        book = source.read("xl/workbook.xml").decode("utf-8", "replace")
        links = source.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return sorted(ranges)
    targets = {}
    for link in re.findall(r"<Relationship\s[^>]*>", links):
        identifier, target = re.search(r'\bId="([^"]*)"', link), re.search(r'\bTarget="([^"]*)"', link)
        if identifier and target:
            targets[identifier[1]] = "xl/" + target[1].removeprefix("/xl/").removeprefix("./")
    names = [targets.get(found, "") for found in re.findall(r'<(?:\w+:)?sheet\s[^>]*?r:id="([^"]*)"', book)]
    return [name for name in names if name in ranges]


def _without_empty(data: bytes) -> tuple[bytes, list[tuple[int, int, int, int]]]:
    merged = [_range(found.decode()) for found in _MERGE.findall(data)[:50_000]]
    parts = _ROW_TAIL.split(data, maxsplit=1)
    if len(parts) == 3:
        closing = re.search(rb"</(?:\w+:)?worksheet>", parts[2])
        across = _LANDSCAPE.search(parts[2])
        page = b'<pageSetup orientation="landscape"/>' if across else b""
        data = parts[0] + parts[1] + page + (closing.group() if closing else b"</worksheet>")
    data = _EMPTY.sub(b"", data)
    return _EMPTY.sub(b"", data), merged


def _range(text: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(text)
    assert left and top and right and bottom
    return top - 1, left - 1, bottom - top + 1, right - left + 1


def _xlsx_sheet(
    sheet: Worksheet,
    merged: list[tuple[int, int, int, int]],
    document: RawDocument,
) -> _Sheet:
    values: dict[tuple[int, int], str] = {}
    where = f"工作表“{sheet.title}”"
    columns = _columns(sheet)
    hidden = {index for index, dimension in columns.items() if dimension.hidden}
    widths = {index: float(one.width) for index, one in columns.items() if one.width and index < _WIDEST}
    for (row, column), cell in sheet._cells.items():
        place = (row - 1, column - 1)
        if cell.comment:
            document.set_aside(f"{where} {cell.coordinate} 的批注", clean(cell.comment.text), "批注不公开")
        if cell.value is None:
            continue
        text = clean(shown(cell.value, cell.number_format))
        if cell.data_type == "e":
            document.set_aside(f"{where} {cell.coordinate}", text, "这是公式出错的结果")
        elif sheet.row_dimensions[cell.row].hidden or place[1] in hidden:
            document.set_aside(f"{where} {cell.coordinate}", text, _HIDDEN)
        elif text:
            values[place] = text
    landscape = sheet.page_setup.orientation == "landscape"
    return _Sheet(sheet.title, values, merged, widths, landscape)


def _columns(sheet: Worksheet) -> dict[int, ColumnDimension]:
    """What the sheet states of its columns, by number from 0."""
    return {
        index - 1: dimension
        for dimension in sheet.column_dimensions.values()
        for index in range(dimension.min or 0, min((dimension.max or 0) + 1, 16_385))
    }


def tell_formulas(package: bytes, book: openpyxl.Workbook, document: RawDocument) -> None:
    """Every formula of a workbook whose value was not saved with it; ``book`` is the workbook with its values."""
    for sheet in openpyxl.load_workbook(io.BytesIO(package)).worksheets:
        where = f"工作表“{sheet.title}”"
        for (row, column), cell in sheet._cells.items():
            if cell.data_type != "f" or book[sheet.title].cell(row, column).value is not None:
                continue
            document.set_aside(f"{where} {cell.coordinate}", str(cell.value), "公式没有保存算出的值")
            if not any(problem.rule == "import.formula" for problem in document.problems):
                document.tell("formula", f"{where} {cell.coordinate} 是公式，但文件里没有保存算出的值", "请用 Excel 打开文件，保存一次，再导入。", Severity.WARNING)  # fmt: skip


def shown(value: Any, number_format: str = "") -> str:
    """The value as the sheet shows it, where the number format is a plain one; never with fewer digits."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return shown_number(value, number_format or "General")
    return shown_date(value, number_format) if isinstance(value, (date, time, timedelta)) else str(value)


def shown_number(value: float, number_format: str) -> str:
    """``0.95`` in ``0%`` → 95%, ``27700`` in ``#,##0.00`` → 27,700.00; digits that a format hides are kept."""
    exact = Decimal(f"{value:.15g}")
    pattern = re.sub(r"\[[^\]]*\]", "", number_format.partition(";")[0])
    prefix, suffix = _literals(pattern)
    if "%" in pattern:
        exact, suffix = exact * 100, suffix.replace("%", "") + "%"
    places = re.search(r"\.(0+)", pattern)
    fixed = exact.quantize(Decimal(1).scaleb(-len(places[1]))) if places and exact.adjusted() < 15 else exact
    number = fixed if fixed == exact else exact
    text = f"{number:,f}" if "," in pattern else f"{number:f}"
    if "." in text and not places:
        text = text.rstrip("0").rstrip(".")
    return prefix + text + suffix


def _literals(pattern: str) -> tuple[str, str]:
    digits = re.search(r"[#0?]", pattern)
    if digits is None:
        return "", ""
    found = [[], []]  # type: list[list[str]]
    for match in re.finditer(r'"([^"]*)"|\\(.)|([元万人次个年月日%])', pattern):
        found[match.start() > digits.start()].append(next(filter(None, match.groups()), ""))
    return "".join(found[0]), "".join(found[1])


def shown_date(value: date | time | timedelta, number_format: str) -> str:
    """Dates as 2026-01-31, or 2026年1月 where the format writes 年 and no day."""
    if not isinstance(value, date):
        return str(value)
    if "年" in number_format:
        day = f"{value.day}日" if "d" in number_format.lower() else ""
        month = f"{value.month}月" if "m" in number_format.lower() else ""
        return f"{value.year}年{month}{day}"
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%Y-%m-%d %H:%M")
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def read_xls(raw: bytes, document: RawDocument) -> None:
    """Every sheet of an .xls workbook into ``document``.

    Over a broken file calamine may ask for all memory, or panic: that ends the child it is read in (contained.py).
    """
    try:
        _read_xls(raw, document)
    except python_calamine.PasswordError:
        document.tell("password", "文件有打开密码", "请在 Excel 里取消密码，保存后再试。")
    except (python_calamine.CalamineError, OSError):
        document.tell("damaged", "工作簿损坏，打不开或读不全", "请用 Excel 打开，另存为 .xlsx。")


def _read_xls(raw: bytes, document: RawDocument) -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    visible = python_calamine.SheetVisibleEnum.Visible
    for meta in book.sheets_metadata:
        read = _xls_sheet(book.get_sheet_by_name(meta.name), document)
        if read is None:
            return
        (_add if meta.visible == visible else _set_aside_sheet)(read, document)


def _xls_sheet(sheet: python_calamine.CalamineSheet, document: RawDocument) -> _Sheet | None:
    if sheet.height * sheet.width > 2 * MAX_AREA:
        document.tell("too-large", f"工作表“{sheet.name}”有 {sheet.height:,} 行 × {sheet.width:,} 列，太大", "请删去表格以外的内容，另存为 .xlsx。")  # fmt: skip
        return None
    top, left = sheet.start or (0, 0)
    values: dict[tuple[int, int], str] = {}
    for r, row in enumerate(sheet.iter_rows()):
        for c, value in enumerate(row):
            # Nearly all of them are empty where one stray cell stands far out.
            if value != "" and (text := clean(shown(value))):
                values[r + top, c + left] = text
        if len(values) > 0 and document.too_many_cells(len(values)):
            return None
    merged = [
        (first[0], first[1], last[0] - first[0] + 1, last[1] - first[1] + 1)
        for first, last in sheet.merged_cell_ranges or []
    ]
    return _Sheet(sheet.name, values, merged)


def _set_aside_sheet(sheet: _Sheet, document: RawDocument) -> None:
    for (row, column), text in sheet.values.items():
        document.set_aside(f"工作表“{sheet.name}” {column_name(column)}{row + 1}", text, _HIDDEN)
    if sheet.values:
        document.tell("hidden", f"工作表“{sheet.name}”是隐藏的，没有读入记录", "需要公开请取消隐藏后重新导入；内容见报告。", Severity.NOTICE)  # fmt: skip


def _add(sheet: _Sheet, document: RawDocument) -> None:
    if not sheet.values:
        return
    cells = tuple(_cells(sheet, document))
    count = max(cell.end for cell in cells) if sheet.widths else 0
    widths = tuple(sheet.widths.get(column, _USUAL_WIDTH) for column in range(count))
    table = RawTable(cells, f"工作表“{sheet.name}”", widths, sheet.landscape)
    document.blocks.append(table)


def _cells(sheet: _Sheet, document: RawDocument) -> Iterator[RawCell]:
    """Cells with content and merged ones, clipped to where there is content or a blank cell beside it."""
    height = max(row for row, _ in sheet.values) + 1
    width = max(column for _, column in sheet.values) + 1
    beside = [one for one in sheet.merged if one[0] < height and one[1] < width]
    reach = [column + columns for _, column, _, columns in beside if column + columns <= width + _FAR]
    height = max([height, *(row + rows for row, _, rows, _ in beside if row + rows <= height + _FAR)])
    width = max([width, *reach])
    covered: set[tuple[int, int]] = set()
    for row, column, rows, columns in sheet.merged:
        rows, columns = min(rows, height - row), min(columns, width - column)
        if rows <= 0 or columns <= 0 or rows * columns + len(covered) > MAX_AREA:
            continue
        spots = {(r, c) for r in range(row, row + rows) for c in range(column, column + columns)}
        if spots & covered:
            continue
        covered |= spots
        for spot in sorted((spots - {(row, column)}) & sheet.values.keys()):
            ref = f"{column_name(spot[1])}{spot[0] + 1}"
            document.set_aside(
                f"工作表“{sheet.name}” {ref}", sheet.values[spot], "被合并单元格盖住，表上看不见"
            )
        text = sheet.values.get((row, column), "")
        yield RawCell(row, column, rows, columns, text, f"{column_name(column)}{row + 1}")
    for (row, column), text in sheet.values.items():
        if (row, column) not in covered:
            yield RawCell(row, column, 1, 1, text, f"{column_name(column)}{row + 1}")
