"""OpenDocument files (.ods, .odt) → raw tables and paragraphs in order: texts as the program shows them."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree
from xlsxwriter.utility import xl_rowcol_to_cell as address

from gongkai.exchange.guard import read_member
from gongkai.exchange.sheets import Sheet, add_sheet
from gongkai.exchange.tables import MAX_CELLS, RawDocument, RawText, clean

_OFFICE, _TABLE, _TEXT, _STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "style")
)
_WIDEST = 200
"""Columns whose widths are kept."""
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_HOLDERS = (f"{_TEXT}section", f"{_TEXT}list", f"{_TEXT}list-item")
_NO_TEXT = {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}tracked-changes"}


def read_odf(raw: bytes, document: RawDocument) -> None:
    """Every table of an OpenDocument spreadsheet or text, and the paragraphs of a text."""
    archive = zipfile.ZipFile(io.BytesIO(raw))
    data = read_member(archive, "content.xml", document)
    manifest = read_member(archive, "META-INF/manifest.xml", document) if data else None
    if manifest and b"encryption-data" in manifest:
        document.tell("password", "文件有打开密码", "请取消密码，保存后再试。")
    elif data:
        try:
            _Content(etree.fromstring(data), document).read()
        except (etree.XMLSyntaxError, ValueError, OverflowError) as error:
            document.tell("damaged", f"文件损坏，打不开（{type(error).__name__}）", "请打开后另存一份再试。")


class _Content:
    def __init__(self, root: Any, document: RawDocument) -> None:
        self.root, self.document, self.paragraphs, self.cells = root, document, 0, 0
        styles = root.iterfind(f".//{_STYLE}style")
        self.properties = {one.get(f"{_STYLE}name"): {etree.QName(key).localname: value for part in one for key, value in part.attrib.items()} for one in styles}  # fmt: skip

    def read(self) -> None:
        """All blocks of the body; in a spreadsheet only tables count."""
        for body in self.root.iterfind(f"{_OFFICE}body/*"):
            self._blocks(body)

    def _blocks(self, parent: Any) -> None:
        for node in parent:
            if node.tag == f"{_TABLE}table":
                self._table(node)
            elif node.tag in _PARAGRAPHS:
                self.paragraphs += 1
                if text := clean(self._text(node)):
                    self.document.blocks.append(RawText(text, f"第 {self.paragraphs} 段"))
            elif node.tag in _HOLDERS:
                self._blocks(node)

    def _table(self, node: Any) -> None:
        style = self.properties.get(node.get(f"{_TABLE}style-name"), {})
        kind = "工作表" if node.getparent().tag == f"{_OFFICE}spreadsheet" else "表格"
        sheet = Sheet(node.get(f"{_TABLE}name", ""), style.get("display") == "false", kind=kind)
        column = row = 0
        for one in node.iter(f"{_TABLE}table-column"):
            columns = range(column, column + _count(one, "columns-repeated"))
            column = columns.stop
            if one.get(f"{_TABLE}visibility", "visible") != "visible":
                sheet.hidden_columns.update(columns[:20_000])
            width = self.properties.get(one.get(f"{_TABLE}style-name"), {}).get("column-width", "")
            if found := re.match(r"[\d.]+", width):
                sheet.widths |= dict.fromkeys(columns[:_WIDEST], float(found[0]))
        for one in node.iter(f"{_TABLE}table-row"):
            if next(one.iterancestors(f"{_TABLE}table")) is node:
                rows = range(row, row + _count(one, "rows-repeated"))
                row = rows.stop
                if one.get(f"{_TABLE}visibility", "visible") != "visible":
                    sheet.hidden_rows.update(rows[:MAX_CELLS])
                if not self._row(one, rows, sheet):
                    return
        self.cells += len(sheet.texts)
        add_sheet(sheet, self.document)

    def _row(self, node: Any, rows: range, sheet: Sheet) -> bool:
        """A row, or as many as the file says are the same; False, with a problem, where these are too many."""
        column = 0
        for cell in node.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            columns = range(column, column + _count(cell, "columns-repeated"))
            column = columns.stop
            spans = _count(cell, "rows-spanned"), _count(cell, "columns-spanned")
            text = _shown(cell, "\n".join(self._paragraphs(cell)))
            if not text and spans == (1, 1):
                continue
            if self.document.too_many_cells(self.cells + len(sheet.texts) + len(rows) * len(columns)):
                return False
            for place in itertools.product(rows, columns):
                if text:
                    sheet.texts[place] = text
                if spans != (1, 1):
                    sheet.merged.append((*place, *spans))
            for note in cell.iterfind(f"{_OFFICE}annotation"):
                where = f"{sheet.where} {address(rows.start, columns.start)} 的批注"
                self.document.set_aside(where, clean("\n".join(self._paragraphs(note))), "批注不公开")
        return True

    def _paragraphs(self, parent: Any) -> Iterator[str]:
        for node in parent:
            if node.tag in _PARAGRAPHS:
                yield self._text(node)
            elif node.tag in _HOLDERS:
                yield from self._paragraphs(node)

    def _text(self, node: Any) -> str:
        """The text of a paragraph; notes, comments and text boxes are none of it, and set aside."""
        text = node.text or ""
        for child in node:
            if child.tag in _NO_TEXT or etree.QName(child).localname == "frame":
                inner = clean("\n".join(filter(None, (one.strip() for one in child.itertext()))))
                self.document.set_aside("批注、脚注和文本框", inner, "不属于表格，没有读入记录")
            elif child.tag == f"{_TEXT}s":
                text += " " * min(int(child.get(f"{_TEXT}c", 1)), 1_000)
            elif child.tag == f"{_TEXT}line-break":
                text += "\n"
            else:
                text += " " if child.tag == f"{_TEXT}tab" else self._text(child)
            text += child.tail or ""
        return text


def _count(node: Any, what: str) -> int:
    return max(int(node.get(f"{_TABLE}number-{what}", 1)), 1)


def _shown(cell: Any, text: str) -> str:
    """A cell's text; where its format hides digits of a number, all digits, with the unit that stands behind them."""
    value, number = cell.get(f"{_OFFICE}value"), re.search(r"[\d,]*\.?\d+", text)
    if value is None or number is None:
        return text
    try:
        exact = Decimal(value) * (100 if cell.get(f"{_OFFICE}value-type") == "percentage" else 1)
        same = abs(exact) == Decimal(number[0].replace(",", ""))
    except InvalidOperation:
        return text
    return text if same else f"{text[: number.start()]}{abs(exact).normalize():f}{text[number.end() :]}"
