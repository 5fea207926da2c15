"""PDF files with ruled tables (through pdfplumber) → raw tables, continued over pages, and paragraphs."""

from __future__ import annotations

import io
import itertools
import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from gongkai.exchange.labels import Labels, is_level1, is_level2, label_key
from gongkai.exchange.pdf_text import Box, cell_text, drawn_together, inside, owners, text_lines
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, RawText, clean
from gongkai.problems import Severity

MAX_PAGES = 300
MAX_SECONDS = 40.0
MAX_OBJECTS = 30_000
"""Lines and rectangles of one page; drawings and maps have more."""
_NEAR = 3.0
_LOSS = re.compile(r"Data-loss|Cannot render|cannot be parsed|Invalid")
_FOOT = re.compile(r"[-—–\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[/，,共]\s*(共\s*)?\d{1,4}\s*页?)?[-—–\s]*")


@dataclass
class _Piece:
    """A cell of one page: its box (left, top, right, bottom) and its lines."""

    box: Box
    text: str
    full: bool = False
    """Whether the last line runs to the right edge: the text may go on on the next page."""
    above: _Piece | None = None
    """The piece of the page before that this one continues; the whole text is there."""

    @property
    def first(self) -> _Piece:
        """The piece that holds the text of all its continuations."""
        return self.above.first if self.above else self


@dataclass
class _Part:
    """A table on one page, or several joined: pieces of each page, top to bottom."""

    pages: list[tuple[int, list[_Piece]]] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    landscape: bool = False


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
        self.open: _Part | None = None
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
        hint = "请找导出的原始文件；只有扫描件时，照着填写空白表。"
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
            self._table(number, [_piece(chars, box, owned) for box in table.cells], page.width > page.height)
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

    def _table(self, number: int, pieces: list[_Piece], landscape: bool) -> None:
        if self.open and number == self.open.pages[-1][0] + 1 and _same_edges(self.open.pages[-1][1], pieces):
            self.open.pages.append((number, _joined(self.open.pages[-1][1], pieces)))
            return
        self._close()
        self.open = _Part([(number, pieces)], self._before, landscape)
        self._before = []

    def _close(self) -> None:
        if self.open:
            table = _raw_table(self.open)
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
        if _is_content("".join(char["text"] for char in line)):
            continue
        x = (line[0]["x0"] + line[0]["x1"]) / 2
        for box in (box for one in tables for box in one.cells if _at_the_end(box, one.bbox, line[0]["top"])):
            if box[0] <= x < box[2] and not any(inside(char, box) for char in chars if char["text"].strip()):
                found.update((id(char), box) for char in line)
                break
    return found


def _at_the_end(box: Box, table: Box, height: float) -> bool:
    """Whether a cell touches the edge of its table that looks towards a height on the page."""
    return abs(box[3] - table[3]) <= _NEAR if height > table[3] else abs(box[1] - table[1]) <= _NEAR


def _outside(chars: list[Any], tables: list[Any], top: float, bottom: float) -> list[Any]:
    """Characters between two heights that are in no table."""
    return [
        char
        for char in chars
        if top <= (char["top"] + char["bottom"]) / 2 < bottom
        and not any(inside(char, table.bbox) for table in tables)
    ]


def _piece(chars: Sequence[Any], box: Box, owned: dict[int, Box]) -> _Piece:
    mine = [char for char in chars if (owned[id(char)] == box if id(char) in owned else inside(char, box))]
    last = max(mine, key=lambda char: (round(char["bottom"]), char["x1"]), default=None)
    full = last is not None and last["x1"] > box[2] - 7 - last["size"]
    return _Piece(box, cell_text(mine, box), full)


def _same_edges(first: list[_Piece], second: list[_Piece]) -> bool:
    edges = [
        (min(piece.box[0] for piece in part), max(piece.box[2] for piece in part)) for part in (first, second)
    ]
    return all(abs(a - b) <= _NEAR for a, b in zip(*edges, strict=True))


def _joined(above: list[_Piece], pieces: list[_Piece]) -> list[_Piece]:
    """A row cut by the page break: its texts go on in the first row of the next page."""
    bottom, top = max(piece.box[3] for piece in above), min(piece.box[1] for piece in pieces)
    last = [piece for piece in above if abs(piece.box[3] - bottom) <= _NEAR]
    start = max((piece.box[1] for piece in last), default=0.0)
    last = [piece for piece in last if piece.box[1] >= start - _NEAR]
    texts = [piece for piece in pieces if abs(piece.box[1] - top) <= _NEAR and piece.text]
    halves = [(upper, lower) for lower in texts for upper in last if _aligned(upper, lower)]
    if len(halves) == len(texts) and _complete_each_other(last, halves):
        return _moved_up(halves, pieces)
    first = [piece for piece in pieces if abs(piece.box[1] - top) <= _NEAR and _is_content(piece.text)]
    pairs = [(upper, lower) for lower in first for upper in last if _aligned(upper, lower)]
    if _starts_anew(pieces, top) or not first or len(pairs) != len(first) or not _goes_on(last, pairs):
        return pieces
    return _moved_up(pairs, pieces)


def _moved_up(pairs: list[tuple[_Piece, _Piece]], pieces: list[_Piece]) -> list[_Piece]:
    for upper, lower in pairs:
        upper.first.text += lower.text
        lower.text, lower.above = "", upper
    return pieces


def _complete_each_other(last: list[_Piece], halves: list[tuple[_Piece, _Piece]]) -> bool:
    """Whether a row was cut so that some of its cells stand above the break and all others below it."""
    above = any(_is_content(piece.text) for piece in last)
    below = any(_is_content(lower.text) for _, lower in halves)
    return above and below and not any(upper.first.text for upper, _ in halves)


def _starts_anew(pieces: list[_Piece], top: float) -> bool:
    """Whether the first row has a label of its own, so that it cannot be the rest of another."""
    row = [piece for piece in pieces if abs(piece.box[1] - top) <= _NEAR]
    bottom = min(piece.box[3] for piece in row)
    own = [piece for piece in row if piece.box[3] <= bottom + _NEAR and piece.text]
    return any(not _is_content(piece.text) and "续" not in piece.text for piece in own)


def _goes_on(last: list[_Piece], pairs: list[tuple[_Piece, _Piece]]) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before.

    What fits a page is whole there: only cells that were full, or had nothing above the break, go on below it.
    """
    filled = [upper for upper, _ in pairs if upper.first.text]
    numbered = any(_NUMBERED.match(lower.text) for _, lower in pairs)
    if numbered or not filled or not all(_is_content(upper.first.text) for upper in filled):
        return False
    finished = any(re.search(r"[。！？；]$", upper.first.text) for upper in filled)
    if len(pairs) == 1:
        return len(last) >= 3 or not finished
    fewer = len(pairs) < sum(_is_content(piece.first.text) for piece in last)
    return (all(upper.full for upper in filled) and not finished) or (
        fewer and any(upper.full for upper in filled)
    )


_NUMBERED = re.compile(r"\s*(?:指标|目标|任务)\s*\d")


def _is_content(text: str) -> bool:
    return bool(text) and not is_level1(text) and not is_level2(text) and label_key(text) not in _LABELS


_LABELS = {label_key(wording) for wordings in Labels({}).wordings.values() for wording in wordings}


def _aligned(upper: _Piece, lower: _Piece) -> bool:
    return abs(upper.box[0] - lower.box[0]) <= _NEAR and abs(upper.box[2] - lower.box[2]) <= _NEAR


def _raw_table(part: _Part) -> RawTable:
    """Boxes → rows and columns: every edge that occurs is a grid line."""
    xs = _edges(x for _, pieces in part.pages for piece in pieces for x in (piece.box[0], piece.box[2]))
    cells: list[RawCell] = []
    row = 0
    for number, pieces in part.pages:
        ys = _edges(y for piece in pieces for y in (piece.box[1], piece.box[3]))
        for piece in pieces:
            left, right = _nearest(xs, piece.box[0]), _nearest(xs, piece.box[2])
            top, bottom = _nearest(ys, piece.box[1]), _nearest(ys, piece.box[3])
            ref = f"第 {number} 页第 {top + 1} 行第 {left + 1} 列"
            cells.append(
                RawCell(row + top, left, max(bottom - top, 1), max(right - left, 1), piece.text, ref)
            )
        row += len(ys) - 1
    first, last = part.pages[0][0], part.pages[-1][0]
    where = f"第 {first} 页" if first == last else f"第 {first}—{last} 页"
    return RawTable(tuple(cells), where, tuple(b - a for a, b in itertools.pairwise(xs)), part.landscape)


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
