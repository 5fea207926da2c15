"""Excel workbooks → sheets with the texts that people see: .xlsx part by part through lxml, .xls through xlrd.

openpyxl has no public way to go through a sheet's cells without making all empty ones between them, and one stray
character at XFD1048576 is a common slip. So the parts are read here; what numbers and formats mean is openpyxl's.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlrd
from lxml import etree
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from xlsxwriter.utility import xl_rowcol_to_cell as address

from gongkai.exchange.guard import read_member
from gongkai.exchange.number_formats import BUILT_IN, shown
from gongkai.exchange.sheets import Range, Sheet, add_sheet
from gongkai.exchange.tables import MAX_CELLS, RawDocument, clean
from gongkai.problems import Severity

_WIDEST = 200
"""Columns whose widths are kept."""
_MOST_MERGED = 50_000
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATED_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_DAMAGED = "请用 Excel 打开后另存一份再试。"


@dataclass
class Workbook:
    """What a workbook holds; ``names`` are its names for cells, each with what it stands for ('表'!$B$3)."""

    sheets: list[Sheet] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def read_xlsx(raw: bytes, document: RawDocument) -> None:
    """Every sheet of an .xlsx workbook into ``document``."""
    book = open_xlsx(raw, document)
    for sheet in book.sheets if book else ():
        add_sheet(sheet, document)


def open_xlsx(raw: bytes, document: RawDocument) -> Workbook | None:
    """The workbook; what it has beside texts is set aside in ``document``. None, with a problem, for a damaged one."""
    try:
        return _Package(zipfile.ZipFile(io.BytesIO(raw)), document).read()
    except _Refused:
        return None  # told already
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # What is broken in the parts makes anything be raised.
        document.tell("damaged", f"工作簿损坏，打不开（{type(error).__name__}）", _DAMAGED)
        return None


class _Refused(Exception):
    """A part is not safe to open; ``document`` has the problem."""


class _Package:
    """Reads the parts of one workbook. Parts and names are found whatever their namespace: the strict ones too."""

    def __init__(self, archive: zipfile.ZipFile, document: RawDocument) -> None:
        self.archive, self.document, self.count = archive, document, 0
        self.shared: list[str] = []
        self.formats: list[str] = []
        self.epoch = WINDOWS_EPOCH

    def read(self) -> Workbook:
        """All of it."""
        main = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "xl/workbook.xml")  # fmt: skip
        root, parts = etree.fromstring(self._part(main)), self._related(main)
        kinds = dict(parts.values())
        if "sharedStrings" in kinds:
            self.shared = [_text(one) for one in self._each(kinds["sharedStrings"], "si")]
        if "styles" in kinds:
            self.formats = _formats(etree.fromstring(self._part(kinds["styles"])))
        if any(one.get("date1904") in ("1", "true") for one in root.iter("{*}workbookPr")):
            self.epoch = MAC_EPOCH
        book = Workbook(names={one.get("name", ""): one.text or "" for one in root.iter("{*}definedName")})
        for node in root.iter("{*}sheet"):
            kind, part = parts[node.get(_RELATED) or node.get(_RELATED_STRICT)]
            sheet = Sheet(node.get("name", ""), node.get("state", "visible") != "visible")
            if kind == "worksheet":
                self._sheet(part, sheet)
                book.sheets.append(sheet)
            else:
                self.document.set_aside(sheet.where, "（图表）", "图表没有文字可读")
        return book

    def _part(self, name: str) -> bytes:
        data = read_member(self.archive, name, self.document)
        if data is None:
            raise _Refused
        return data

    def _each(self, part: str, *names: str) -> Iterator[Any]:
        """Elements of a part one by one, each forgotten after it was looked at."""
        for _, node in etree.iterparse(io.BytesIO(self._part(part)), tag=[f"{{*}}{name}" for name in names]):
            yield node
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]

    def _related(self, part: str) -> dict[str | None, tuple[str, str]]:
        """Id → kind and name of the parts that a part refers to ("": the package)."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self.archive.namelist():
            return {}
        nodes = etree.fromstring(self._part(relations)).iter("{*}Relationship")
        return {node.get("Id"): (node.get("Type", "").rpartition("/")[2], posixpath.normpath(posixpath.join("/", folder, node.get("Target", "")))[1:]) for node in nodes}  # fmt: skip

    # -- a sheet ------------------------------------------------------------------------------

    def _sheet(self, part: str, sheet: Sheet) -> None:
        row = -1
        for node in self._each(part, "row", "col", "mergeCell", "pageSetup"):
            name = etree.QName(node).localname
            if name == "row":
                row = int(node.get("r", row + 2)) - 1
                if node.get("hidden") in ("1", "true"):
                    sheet.hidden_rows.add(row)
                self._row(node, row, sheet)
            elif name == "col":
                _column(node, sheet)
            elif name == "mergeCell" and len(sheet.merged) < _MOST_MERGED:
                sheet.merged.append(_range(node.get("ref", "")))
            elif name == "pageSetup":
                sheet.landscape = node.get("orientation") == "landscape"
        for kind, related in self._related(part).values():
            if kind == "comments":
                for comment in self._each(related, "comment"):
                    where = f"{sheet.where} {comment.get('ref', '')} 的批注"
                    self.document.set_aside(where, clean(_text(comment)), "批注不公开")
            elif kind == "drawing":
                self._drawing(related, sheet)

    def _row(self, node: Any, row: int, sheet: Sheet) -> None:
        column = -1
        for cell in node.iterchildren("{*}c"):
            ref = cell.get("r")
            column = column_index_from_string(coordinate_from_string(ref)[0]) - 1 if ref else column + 1
            where, text = f"{sheet.where} {address(row, column)}", self._value(cell)
            formula = cell.find("{*}f")
            if text is None and formula is not None:
                self._tell_formula(where, formula.text or "（公式）")
            elif text and cell.get("t") == "e":
                self.document.set_aside(where, text, "这是公式出错的结果")
            elif text:
                sheet.texts[row, column] = text
                self.count += 1
                if self.count > MAX_CELLS:
                    self.document.too_many_cells(self.count)
                    raise _Refused

    def _value(self, cell: Any) -> str | None:
        """The text of a cell as it is shown; None where it has no value."""
        kind, value = str(cell.get("t", "n")), str(cell.findtext("{*}v") or "")
        if kind == "inlineStr":
            return _text(cell)
        if not value or kind in ("str", "e"):
            return _unescaped(value) if value else None
        if kind == "s":
            return self.shared[int(value)]
        if kind == "b":
            return shown(value == "1")
        if kind == "d":
            return value.removesuffix("T00:00:00")
        style = int(cell.get("s", 0))
        number_format = self.formats[style] if style < len(self.formats) else "General"
        return shown(float(value), number_format, self.epoch)

    def _tell_formula(self, where: str, formula: str) -> None:
        self.document.set_aside(where, f"={formula}", "公式没有保存算出的值")
        if not any(problem.rule == "import.formula" for problem in self.document.problems):
            self.document.tell("formula", f"{where} 是公式，但文件里没有保存算出的值", "请用 Excel 打开文件，保存一次，再导入。", Severity.WARNING)  # fmt: skip

    def _drawing(self, part: str, sheet: Sheet) -> None:
        """Pictures (stamps) and text boxes lie over the cells: they are told with the cell below their corner."""
        images = {key: target for key, (kind, target) in self._related(part).items() if kind == "image"}
        for anchor in etree.fromstring(self._part(part)):
            corner = anchor.find("{*}from")
            place = (int(corner.findtext("{*}row", "0")), int(corner.findtext("{*}col", "0"))) if corner is not None else (0, 0)  # fmt: skip
            where = f"{sheet.where} {address(*place)}"
            texts = [node.text or "" for node in anchor.iter("{*}t")]
            self.document.set_aside(f"{where} 的文本框", clean(" ".join(texts)), "文本框里的文字不属于表格，没有读入记录")  # fmt: skip
            for node in anchor.iter("{*}blip"):
                image = next((images[key] for key in node.attrib.values() if key in images), "")
                self.document.set_aside(f"{where} 的图片", f"（{posixpath.basename(image)}）", "图片里的文字读不出来")  # fmt: skip


def _text(node: Any) -> str:
    """The text of a string, its parts with formats joined; without how it is pronounced."""
    parts = (one for one in node.iter("{*}t") if etree.QName(one.getparent()).localname != "rPh")
    return _unescaped("".join(one.text or "" for one in parts))


def _unescaped(text: str) -> str:
    """``_x000D_`` as Office writes control characters (ECMA-376, 22.4.2.4)."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _formats(styles: Any) -> list[str]:
    """The number format of every style of cells."""
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter("{*}numFmt")}
    numbers = [one.get("numFmtId", "0") for found in styles.iter("{*}cellXfs") for one in found]
    return [own.get(number) or BUILT_IN.get(int(number), "General") for number in numbers]


def _column(node: Any, sheet: Sheet) -> None:
    columns = range(int(node.get("min", 1)) - 1, min(int(node.get("max", 1)), 16_384))
    if node.get("hidden") in ("1", "true"):
        sheet.hidden_columns.update(columns)
    if width := float(node.get("width", 0)):
        sheet.widths |= {column: width for column in columns if column < _WIDEST}


def _range(text: str) -> Range:
    left, top, right, bottom = range_boundaries(text)
    assert left and top and right and bottom
    return top - 1, left - 1, bottom - top + 1, right - left + 1


# -- .xls -------------------------------------------------------------------------------------------


def read_xls(raw: bytes, document: RawDocument) -> None:
    """Every sheet of an .xls workbook (of WPS .et too, which has the same format) into ``document``."""
    try:
        book = xlrd.open_workbook(file_contents=raw, formatting_info=True, ragged_rows=True, logfile=io.StringIO())  # fmt: skip
        sheets = [_xls_sheet(book, one, document) for one in book.sheets()]
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # xlrd raises whatever the broken part of the file makes it raise.
        if "encrypted" in str(error):
            document.tell("password", "文件有打开密码", "请在 Excel 里取消密码，保存后再试。")
        else:
            document.tell("damaged", f"工作簿损坏，打不开或读不全（{type(error).__name__}）", "请用 Excel 打开，另存为 .xlsx。")  # fmt: skip
        return
    if not document.too_many_cells(sum(len(sheet.texts) for sheet in sheets)):
        for sheet in sheets:
            add_sheet(sheet, document)


def _xls_sheet(book: Any, read: Any, document: RawDocument) -> Sheet:
    sheet = Sheet(read.name, read.visibility != 0)
    sheet.merged = [(top, left, bottom - top, right - left) for top, bottom, left, right in read.merged_cells]
    sheet.hidden_rows = {row for row, info in read.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column for column, info in read.colinfo_map.items() if info.hidden}
    sheet.widths = {column: info.width / 256 for column, info in read.colinfo_map.items() if info.width and column < _WIDEST}  # fmt: skip
    epoch: datetime = MAC_EPOCH if book.datemode else WINDOWS_EPOCH
    for row in range(read.nrows):
        for column, cell in enumerate(read.row(row)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                text = xlrd.error_text_from_code.get(cell.value, "#ERR")
                document.set_aside(f"{sheet.where} {address(row, column)}", text, "这是公式出错的结果")
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                sheet.texts[row, column] = shown(bool(cell.value))
            elif cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                key = book.xf_list[cell.xf_index].format_key
                text = shown(cell.value, book.format_map[key].format_str, epoch)
                if text:
                    sheet.texts[row, column] = text
    for (row, column), note in read.cell_note_map.items():
        document.set_aside(f"{sheet.where} {address(row, column)} 的批注", clean(note.text), "批注不公开")
    return sheet
