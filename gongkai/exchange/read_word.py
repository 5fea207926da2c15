"""Word documents (.docx through python-docx) → raw tables and paragraphs in order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, TypeAlias

import docx
from docx.oxml.ns import qn
from lxml import etree

from gongkai.exchange.guard import read_member
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, RawText, clean
from gongkai.problems import Severity

Node: TypeAlias = Any
"""An element of the document; lxml has no public name for its type."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIDE_PARTS = {
    "footnotes": "脚注",
    "endnotes": "尾注",
    "comments": "批注",
    "header": "页眉",
    "footer": "页脚",
}


def read_docx(raw: bytes, document: RawDocument) -> None:
    """The body of a .docx; deleted text, text boxes, notes, comments, heads and feet are set aside."""
    archive = zipfile.ZipFile(io.BytesIO(raw))
    for name in archive.namelist():
        if name.endswith(".xml") and read_member(archive, name, document) is None:
            return
    try:
        opened = docx.Document(io.BytesIO(raw))
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # python-docx raises whatever the broken part of the file makes it raise.
        document.tell(
            "damaged", f"文档损坏，打不开（{type(error).__name__}）", "请用 Word 打开后另存一份再试。"
        )
        return
    body = opened.element.body
    _Body(document).read(body)
    _tell_changes(body, document)
    for name in archive.namelist():
        part = next((part for part in _SIDE_PARTS if name.startswith(f"word/{part}")), None)
        if part and name.endswith(".xml"):
            text = clean(_joined(etree.fromstring(archive.read(name)), "t"))
            document.set_aside(_SIDE_PARTS[part], text, f"{_SIDE_PARTS[part]}里的文字不读入记录")


def _joined(node: Node, name: str) -> str:
    return "".join(map(str, node.itertext(f"{_W}{name}")))


def _tell_changes(body: Node, document: RawDocument) -> None:
    deleted = [_joined(node, "delText") for node in body.iter(f"{_W}del")]
    for text in deleted:
        document.set_aside("修订", text, "修订中删去的文字")
    if any(text.strip() for text in deleted) or next(body.iter(f"{_W}ins"), None) is not None:
        document.tell("tracked", "文档里有没有接受的修订；按接受全部修订后的样子读取", "请核对，最好先在 Word 里接受或拒绝修订。", Severity.WARNING)  # fmt: skip
    for box in body.iter(f"{_W}txbxContent"):
        if any(parent.tag == _FALLBACK for parent in box.iterancestors()):
            continue
        text = clean("\n".join(_text(paragraph) for paragraph in box.iter(f"{_W}p")))
        document.set_aside("文本框", text, "文本框里的文字不属于表格，没有读入记录")


def _text(paragraph: Node) -> str:
    """The paragraph's text as it is after accepting all changes; without text boxes and hidden text."""
    return "".join(_pieces(paragraph))


def _pieces(node: Node) -> Iterator[str]:
    for child in node:
        if child.tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", _FALLBACK, f"{_W}pPr", f"{_W}rPr"):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{_W}sym":
            yield "□"
        else:
            yield from _pieces(child)


class _Body:
    """Reads a body's blocks; tables are numbered, tables inside cells follow the table they stand in."""

    def __init__(self, document: RawDocument) -> None:
        self.document, self.tables, self.paragraphs, self.cells = document, 0, 0, 0

    def read(self, parent: Node) -> None:
        for child in parent:
            if child.tag == f"{_W}p":
                self.paragraphs += 1
                text = clean(_text(child))
                if text:
                    self.document.blocks.append(RawText(text, f"第 {self.paragraphs} 段"))
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
                self.read(child)

    def _table(self, table: Node) -> None:
        self.tables += 1
        where, nested = f"表 {self.tables}", []
        cells: list[RawCell] = []
        open_cells: dict[int, int] = {}
        for number, row in enumerate(_rows(table)):
            column = _before(row)
            for cell in _cells(row):
                span = _number(cell, "gridSpan", 1)
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                text = clean("\n".join(_paragraphs(cell)))
                above = open_cells.get(column)
                if merge is not None and merge.get(qn("w:val")) != "restart" and above is not None:
                    cells[above] = _longer(cells[above], text)
                else:
                    open_cells[column] = len(cells)
                    cells.append(
                        RawCell(number, column, 1, span, text, f"第 {number + 1} 行第 {column + 1} 列")
                    )
                    if merge is None:
                        del open_cells[column]
                nested += cell.findall(f"{_W}tbl")
                column += span
        self.cells += sum(1 for cell in cells if cell.text)
        if not self.document.too_many_cells(self.cells):
            widths = tuple(
                float(col.get(qn("w:w")) or 0) for col in table.iterfind(f"{_W}tblGrid/{_W}gridCol")
            )
            self.document.blocks.append(RawTable(tuple(cells), where, widths, _is_landscape(table)))
            for inner in nested:
                self._table(inner)


def _longer(cell: RawCell, text: str) -> RawCell:
    """The cell one row longer; text in a continued cell (seen in damaged files) is not lost."""
    joined = "\n".join(part for part in (cell.text, text) if part)
    return RawCell(cell.row, cell.column, cell.rows + 1, cell.columns, joined, cell.ref)


def _is_landscape(table: Node) -> bool:
    """Whether the section that the table stands in is on pages laid across."""
    sizes = table.xpath("following::*[local-name()='pgSz']")
    return bool(sizes) and sizes[0].get(qn("w:orient")) == "landscape"


def _rows(table: Node) -> Iterator[Node]:
    for child in table:
        if child.tag == f"{_W}tr" and child.find(f"{_W}trPr/{_W}del") is None:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _rows(child)


def _cells(row: Node) -> Iterator[Node]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
            yield from _cells(child)


def _paragraphs(cell: Node) -> Iterator[str]:
    for child in cell:
        if child.tag == f"{_W}p":
            yield _text(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent"):
            yield from _paragraphs(child)


def _before(row: Node) -> int:
    node = row.find(f"{_W}trPr/{_W}gridBefore")
    return int(node.get(qn("w:val"), "0")) if node is not None else 0


def _number(cell: Node, name: str, default: int) -> int:
    node = cell.find(f"{_W}tcPr/{_W}{name}")
    value = node.get(qn("w:val")) if node is not None else None
    return min(max(int(value), 1), 1_000) if value and value.isdigit() else default
