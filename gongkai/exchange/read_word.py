"""Word documents (.docx) → raw tables and paragraphs in order: what is shown once all tracked changes are accepted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from gongkai.exchange.guard import read_member
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, RawText, clean
from gongkai.exchange.word_numbers import Numbers
from gongkai.problems import Severity

Node: TypeAlias = Any
"""An element of the document; lxml has no public name for its type."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NO_TEXT = {*(f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent", "pPr", "rPr")), _FALLBACK}
_HOLDERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag")}
"""What only wraps paragraphs, tables, rows and cells."""
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "□"}
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PARTS = ("word/document.xml", "word/numbering.xml", "word/styles.xml")
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
    parts: dict[str, Node] = {}
    for name in archive.namelist():
        part = next((part for part in _SIDE_PARTS if name.startswith(f"word/{part}")), "")
        if name.endswith(".xml") and (part or name in _PARTS):
            data = read_member(archive, name, document)
            if data is None:
                return
            try:
                parts[name] = etree.fromstring(data.replace(_STRICT, _W[1:-1].encode()))
            except etree.XMLSyntaxError:
                document.tell("damaged", f"文档损坏：“{name}”读不出来", "请用 Word 打开后另存一份再试。")
                return
    root, numbering, styles = (parts.pop(name, None) for name in _PARTS)
    body = root.find(f"{_W}body") if root is not None else None
    if body is None:
        document.tell("damaged", "文档损坏，里面没有正文", "请用 Word 打开后另存一份再试。")
        return
    _Body(document, Numbers(numbering, styles)).read(body)
    _tell_changes(body, document)
    for name, part in parts.items():
        kind = next(kind for start, kind in _SIDE_PARTS.items() if name.startswith(f"word/{start}"))
        document.set_aside(kind, clean(_joined(part, "t")), f"{kind}里的文字不读入记录")


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
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if child.tag in _NO_TEXT:
            continue
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        else:
            yield from _pieces(child)


def _inside(parent: Node, *names: str) -> Iterator[Node]:
    """The children of these names, those in wrappers too."""
    for child in parent:
        if child.tag in _HOLDERS:
            yield from _inside(child, *names)
        elif isinstance(child.tag, str) and etree.QName(child).localname in names:
            yield child


class _Body:
    """Reads a body's blocks; tables are numbered, tables inside cells follow the table they stand in."""

    def __init__(self, document: RawDocument, numbers: Numbers) -> None:
        self.document, self.numbers = document, numbers
        self.tables, self.paragraphs, self.cells = 0, 0, 0

    def read(self, parent: Node) -> None:
        for child in _inside(parent, "p", "tbl"):
            if child.tag == f"{_W}tbl":
                self._table(child)
                continue
            self.paragraphs += 1
            if text := clean(self._text(child)):
                self.document.blocks.append(RawText(text, f"第 {self.paragraphs} 段"))

    def _text(self, paragraph: Node) -> str:
        text = _text(paragraph)
        return self.numbers.before(paragraph) + text if text.strip() else text

    def _table(self, table: Node) -> None:
        self.tables += 1
        where, nested = f"表 {self.tables}", []
        cells: list[RawCell] = []
        open_cells: dict[int, int] = {}
        rows = (row for row in _inside(table, "tr") if row.find(f"{_W}trPr/{_W}del") is None)
        for number, row in enumerate(rows):
            column = _number(row, "trPr", "gridBefore", 0)
            for cell in _inside(row, "tc"):
                span = max(_number(cell, "tcPr", "gridSpan", 1), 1)
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                text = clean("\n".join(map(self._text, _inside(cell, "p"))))
                above = open_cells.get(column)
                if merge is not None and merge.get(f"{_W}val") != "restart" and above is not None:
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
                float(col.get(f"{_W}w") or 0) for col in table.iterfind(f"{_W}tblGrid/{_W}gridCol")
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
    return bool(sizes) and sizes[0].get(f"{_W}orient") == "landscape"


def _number(node: Node, part: str, name: str, default: int) -> int:
    found = node.find(f"{_W}{part}/{_W}{name}")
    value = found.get(f"{_W}val") if found is not None else None
    return min(int(value), 1_000) if value and value.isdigit() else default
