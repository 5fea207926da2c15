"""HTML tables, as many systems save them under the name .xls → raw tables."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html
from xlsxwriter.utility import xl_rowcol_to_cell as address

from gongkai.exchange.tables import RawCell, RawDocument, RawTable, RawText, clean

_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "title"}


def read_html(raw: bytes, document: RawDocument) -> None:
    """Every table of an HTML file, and the paragraphs outside of tables."""
    try:
        root = html.document_fromstring(_decoded(raw), parser=html.HTMLParser(huge_tree=False))
    except (ValueError, html.etree.LxmlError):
        document.tell("damaged", "网页内容读不出来", "请用 Excel 打开，另存为 .xlsx。")
        return
    etree.strip_elements(root, "script", "style", "head", with_tail=False)
    _Page(document).read(root)


class _Page:
    """Goes through a page in order; text outside of tables becomes paragraphs."""

    def __init__(self, document: RawDocument) -> None:
        self.document, self.tables, self.cells = document, 0, 0

    def read(self, root: html.HtmlElement) -> None:
        """Everything in an element."""
        for is_text, pieces in itertools.groupby(_pieces(root), key=lambda piece: isinstance(piece, str)):
            if is_text:
                lines = map(clean, "".join(map(str, pieces)).split("\n"))
                self.document.blocks += [RawText(line, "网页正文") for line in lines if line]
            else:
                for table in pieces:
                    self._table(table)

    def _table(self, node: html.HtmlElement) -> None:
        self.tables += 1
        cells = _cells(node)
        self.cells += sum(1 for cell in cells if cell.text)
        if self.document.too_many_cells(self.cells):
            return
        self.document.blocks.append(RawTable(tuple(cells), f"表 {self.tables}", _widths(node)))
        for inner in node.iter("table"):
            if next(inner.iterancestors("table"), None) is node:
                self._table(inner)


def _decoded(raw: bytes) -> str:
    named = re.search(rb"charset=[\"']?([\w-]+)", raw[:2048])
    names = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig"]
    names += ["gb18030" if named and named[1].lower() in (b"gb2312", b"gbk") else "utf-8", "gb18030"]
    for name in names:
        try:
            return re.sub(r"^\s*<\?xml[^>]*>", "", raw.decode(name))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _cells(table: html.HtmlElement) -> list[RawCell]:
    cells: list[RawCell] = []
    covered: set[tuple[int, int]] = set()
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (number, column) in covered:
                column += 1
            height, width = _span(cell, "rowspan", len(rows) - number), _span(cell, "colspan", 500)
            covered |= {(number + r, column + c) for r in range(height) for c in range(width)}
            cells.append(RawCell(number, column, height, width, clean(_text(cell)), address(number, column)))
            column += width
    return cells


def _widths(table: html.HtmlElement) -> tuple[float, ...]:
    """The widths of the columns, where all of them state one in the same unit."""
    stated = [
        re.fullmatch(r"\s*([\d.]+)\s*(px|pt|%|)\s*", col.get("width") or _style_width(col))
        for col in table.iter("col")
    ]
    found = [one for one in stated if one]
    same = len(found) == len(stated) and len({one[2] for one in found}) == 1
    return tuple(float(one[1]) for one in found) if same else ()


def _style_width(col: html.HtmlElement) -> str:
    found = re.search(r"(?<![\w-])width:\s*([^;]+)", col.get("style", ""))
    return found[1] if found else ""


def _span(cell: html.HtmlElement, name: str, most: int) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value) if value.isdigit() and len(value) < 6 else 1, 1), most)


def _text(element: html.HtmlElement) -> str:
    pieces = (piece for piece in _pieces(element) if isinstance(piece, str))
    return re.sub(r"[^\S\n]*\n\s*", "\n", "".join(pieces))


def _pieces(element: html.HtmlElement) -> Iterator[Any]:
    """The texts in an element, with line ends as they are shown, and the tables between them."""
    yield re.sub(r"\s+", " ", element.text or "")
    for child in element:
        if child.tag in _BREAKS:
            yield "\n"
        if child.tag == "table":
            yield child
        elif isinstance(child.tag, str):
            yield from _pieces(child)
        if child.tag in _BREAKS and child.tag != "br":
            yield "\n"
        yield re.sub(r"\s+", " ", child.tail or "")
