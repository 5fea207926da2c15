"""PDF files with ruled tables (through pdfplumber) → raw tables, continued over pages, and paragraphs."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from gongkai.exchange.pdf_parts import NEAR, Part, Piece, is_content, joined, piece_of, raw_table, same_edges
from gongkai.exchange.pdf_text import Box, drawn_together, inside, owners, text_lines
from gongkai.exchange.tables import RawDocument, RawText, clean
from gongkai.problems import Severity

MAX_PAGES = 300
MAX_SECONDS = 40.0
MAX_OBJECTS = 30_000
"""Lines and rectangles of one page; drawings and maps have more."""
_LOSS = re.compile(r"Data-loss|Cannot render|cannot be parsed|Invalid")
_FOOT = re.compile(r"[-—–\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[/，,共]\s*(共\s*)?\d{1,4}\s*页?)?[-—–\s]*")


def read_pdf(raw: bytes, document: RawDocument) -> None:
    """Every ruled table and every paragraph of a PDF with a text layer."""
    try:
        pdf = pdfplumber.open(io.BytesIO(raw))
        count = len(pdf.pages)
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # pdfminer raises whatever the broken part of the file makes it raise.
        _tell_unopened(error, document)
        return
    with pdf:
        if count > MAX_PAGES:
            document.tell(
                "too-large", f"PDF 有 {count} 页，超过上限 {MAX_PAGES} 页", "请只留下绩效目标表的几页。"
            )
            return
        with _warnings() as warnings:
            _Pages(document).read(pdf.pages)
        if any(_LOSS.search(warning) for warning in warnings):
            document.tell(
                "damaged",
                "PDF 有损坏的地方，可能没有读全",
                "请与原文逐项核对，最好重新下载或导出。",
                Severity.WARNING,
            )


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What pdfminer only logs while it reads a broken file."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("pdfminer")
    before, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _tell_unopened(error: Exception, document: RawDocument) -> None:
    if "Password" in repr(error) or isinstance(error.__cause__, PDFPasswordIncorrect):
        document.tell("password", "PDF 有打开密码", "请用密码打开后，打印或另存为没有密码的 PDF。")
    else:
        document.tell("damaged", f"PDF 损坏，打不开（{type(error).__name__}）", "请重新下载或导出。")


class _Pages:
    """Reads page after page; the last table stays open until something stands between it and the next."""

    def __init__(self, document: RawDocument) -> None:
        self.document = document
        self.open: Part | None = None
        self.without_text: list[int] = []

    def read(self, pages: Sequence[Any]) -> None:
        start = time.monotonic()
        for number, page in enumerate(pages, 1):
            if time.monotonic() - start > MAX_SECONDS:
                self.document.tell(
                    "too-slow",
                    f"读到第 {number} 页已超过 {MAX_SECONDS:.0f} 秒，后面的没有读",
                    "请把 PDF 拆成几份。",
                )
                break
            try:
                self._page(number, page)
            except (
                PdfminerException,
                ValueError,
                TypeError,
                KeyError,
                RecursionError,
                AssertionError,
            ) as error:
                self.document.tell(
                    "damaged",
                    f"第 {number} 页读不出来（{type(error).__name__}）",
                    "请重新导出 PDF，或改用 Excel、Word 文件。",
                )
            page.close()
        self._close()
        self._tell_images(len(pages))

    def _tell_images(self, count: int) -> None:
        if not self.without_text:
            return
        shown = "、".join(map(str, self.without_text[:20]))
        whole = len(self.without_text) == count
        message = "PDF 里没有文字层（是扫描件或图片）" if whole else f"第 {shown} 页没有文字（是图片）"
        hint = "请找导出的原始文件（Excel、Word 或能复制文字的 PDF）；只有扫描件的，用 sheet 命令生成空白表，照着填写。"
        self.document.tell("no-text", message, hint, Severity.ERROR if whole else Severity.WARNING)

    def _page(self, number: int, page: Any) -> None:
        if not page.chars:
            if page.images:
                self.without_text.append(number)
            return
        if len(page.lines) + len(page.rects) + len(page.curves) > MAX_OBJECTS:
            self.document.tell(
                "too-large", f"第 {number} 页的线条太多，没有读取", "这一页像是图纸；请只留下绩效目标表。"
            )
            self.document.set_aside(
                f"第 {number} 页", clean(page.extract_text()[:20_000]), "线条太多，没有读成表格"
            )
            return
        chars = page.dedupe_chars().chars
        tables = sorted(page.find_tables(_closed(page)), key=lambda table: (table.bbox[1], table.bbox[0]))
        owned = owners(chars, [box for table in tables for box in table.cells])
        owned |= _beyond(chars, tables, owned)
        loose = [char for char in chars if id(char) not in owned]
        top = 0.0
        for table in tables:
            self._texts(number, _outside(loose, tables, top, table.bbox[1]))
            self._table(
                number, [piece_of(chars, box, owned) for box in table.cells], page.width > page.height
            )
            top = table.bbox[3]
        self._texts(number, _outside(loose, tables, top, page.height + 1))

    def _texts(self, number: int, chars: list[Any]) -> None:
        lines = [line for line in text_lines(chars) if line.strip()]
        feet = [line for line in lines if _FOOT.fullmatch(line)]
        for line in feet:
            self.document.set_aside(f"第 {number} 页", line, "页码")
        rest = [line for line in lines if line not in feet]
        if rest and self.open and rest == self.open.before:
            for line in rest:
                self.document.set_aside(f"第 {number} 页", line, "续页重复的表头")
        elif rest:
            self._close()
            self.document.blocks += [RawText(clean(line), f"第 {number} 页") for line in rest]
            self._before = rest

    _before: list[str] = []  # noqa: RUF012  (replaced, never changed)

    def _table(self, number: int, pieces: list[Piece], landscape: bool) -> None:
        if self.open and number == self.open.pages[-1][0] + 1 and same_edges(self.open.pages[-1][1], pieces):
            self.open.pages.append((number, joined(self.open.pages[-1][1], pieces)))
            return
        self._close()
        self.open = Part([(number, pieces)], self._before, landscape)
        self._before = []

    def _close(self) -> None:
        if self.open:
            table = raw_table(self.open)
            self.document.too_many_cells(sum(1 for cell in table.cells if cell.text))
            self.document.blocks.append(table)
            self.open = None


def _closed(page: Any) -> dict[str, Any]:
    """Settings that close cells cut by the page's end: some programs leave out the line there."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v"]
    if len(upright) < 2:
        return {}
    ends = [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)]
    return {"explicit_horizontal_lines": ends}


def _beyond(chars: list[Any], tables: list[Any], owned: dict[int, Box]) -> dict[int, Box]:
    """The labels of cells cut by the page's end, printed in the middle of the whole cell: beyond its table."""
    found: dict[int, Box] = {}
    loose = [
        char for char in chars if id(char) not in owned and not any(inside(char, one.bbox) for one in tables)
    ]
    for group in drawn_together(loose):
        line = [char for row in group for char in row]
        if is_content("".join(char["text"] for char in line)):
            continue
        x = (line[0]["x0"] + line[0]["x1"]) / 2
        for box in (box for one in tables for box in one.cells if _at_the_end(box, one.bbox, line[0]["top"])):
            if box[0] <= x < box[2] and not any(inside(char, box) for char in chars if char["text"].strip()):
                found.update((id(char), box) for char in line)
                break
    return found


def _at_the_end(box: Box, table: Box, height: float) -> bool:
    """Whether a cell touches the edge of its table that looks towards a height on the page."""
    return abs(box[3] - table[3]) <= NEAR if height > table[3] else abs(box[1] - table[1]) <= NEAR


def _outside(chars: list[Any], tables: list[Any], top: float, bottom: float) -> list[Any]:
    """Characters between two heights that are in no table."""
    return [
        char
        for char in chars
        if top <= (char["top"] + char["bottom"]) / 2 < bottom
        and not any(inside(char, table.bbox) for table in tables)
    ]
