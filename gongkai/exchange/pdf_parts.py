"""Tables that go on over pages of a PDF: cells as boxes, a row cut by a page's end made whole → a raw table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongkai.exchange.labels import Labels, is_level1, is_level2, label_key
from gongkai.exchange.pdf_text import Box, cell_text, inside
from gongkai.exchange.tables import RawCell, RawTable

NEAR = 3.0
"""Points that lines of one edge may lie apart."""
_NUMBERED = re.compile(r"\s*(?:指标|目标|任务)\s*\d")
_LABELS = {label_key(wording) for wordings in Labels({}).wordings.values() for wording in wordings}


@dataclass
class Piece:
    """A cell of one page: its box (left, top, right, bottom) and its lines."""

    box: Box
    text: str
    full: bool = False
    """Whether the last line runs to the right edge: the text may go on on the next page."""
    above: Piece | None = None
    """The piece of the page before that this one continues; the whole text is there."""

    @property
    def first(self) -> Piece:
        """The piece that holds the text of all its continuations."""
        return self.above.first if self.above else self


@dataclass
class Part:
    """A table on one page, or several joined: pieces of each page, top to bottom."""

    pages: list[tuple[int, list[Piece]]] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    landscape: bool = False


def piece_of(chars: Sequence[Any], box: Box, owned: dict[int, Box]) -> Piece:
    """The cell in a box, with its characters and those that ``owned`` gives to it."""
    mine = [char for char in chars if (owned[id(char)] == box if id(char) in owned else inside(char, box))]
    last = max(mine, key=lambda char: (round(char["bottom"]), char["x1"]), default=None)
    full = last is not None and last["x1"] > box[2] - 7 - last["size"]
    return Piece(box, cell_text(mine, box), full)


def same_edges(first: list[Piece], second: list[Piece]) -> bool:
    """Whether two tables are equally wide and stand at the same place of their pages."""
    edges = [
        (min(piece.box[0] for piece in part), max(piece.box[2] for piece in part)) for part in (first, second)
    ]
    return all(abs(a - b) <= NEAR for a, b in zip(*edges, strict=True))


def joined(above: list[Piece], pieces: list[Piece]) -> list[Piece]:
    """A row cut by the page break: its texts go on in the first row of the next page."""
    bottom, top = max(piece.box[3] for piece in above), min(piece.box[1] for piece in pieces)
    last = [piece for piece in above if abs(piece.box[3] - bottom) <= NEAR]
    start = max((piece.box[1] for piece in last), default=0.0)
    last = [piece for piece in last if piece.box[1] >= start - NEAR]
    texts = [piece for piece in pieces if abs(piece.box[1] - top) <= NEAR and piece.text]
    halves = [(upper, lower) for lower in texts for upper in last if _aligned(upper, lower)]
    if len(halves) == len(texts) and _complete_each_other(last, halves):
        return _moved_up(halves, pieces)
    first = [piece for piece in pieces if abs(piece.box[1] - top) <= NEAR and is_content(piece.text)]
    pairs = [(upper, lower) for lower in first for upper in last if _aligned(upper, lower)]
    if _starts_anew(pieces, top) or not first or len(pairs) != len(first) or not _goes_on(last, pairs):
        return pieces
    return _moved_up(pairs, pieces)


def _moved_up(pairs: list[tuple[Piece, Piece]], pieces: list[Piece]) -> list[Piece]:
    for upper, lower in pairs:
        upper.first.text += lower.text
        lower.text, lower.above = "", upper
    return pieces


def _complete_each_other(last: list[Piece], halves: list[tuple[Piece, Piece]]) -> bool:
    """Whether a row was cut so that some of its cells stand above the break and all others below it."""
    above = any(is_content(piece.text) for piece in last)
    below = any(is_content(lower.text) for _, lower in halves)
    return above and below and not any(upper.first.text for upper, _ in halves)


def _starts_anew(pieces: list[Piece], top: float) -> bool:
    """Whether the first row has a label of its own, so that it cannot be the rest of another."""
    row = [piece for piece in pieces if abs(piece.box[1] - top) <= NEAR]
    bottom = min(piece.box[3] for piece in row)
    own = [piece for piece in row if piece.box[3] <= bottom + NEAR and piece.text]
    return any(not is_content(piece.text) and "续" not in piece.text for piece in own)


def _goes_on(last: list[Piece], pairs: list[tuple[Piece, Piece]]) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before.

    What fits a page is whole there: only cells that were full, or had nothing above the break, go on below it.
    """
    filled = [upper for upper, _ in pairs if upper.first.text]
    numbered = any(_NUMBERED.match(lower.text) for _, lower in pairs)
    if numbered or not filled or not all(is_content(upper.first.text) for upper in filled):
        return False
    finished = any(re.search(r"[。！？；]$", upper.first.text) for upper in filled)
    if len(pairs) == 1:
        return len(last) >= 3 or not finished
    fewer = len(pairs) < sum(is_content(piece.first.text) for piece in last)
    return (all(upper.full for upper in filled) and not finished) or (
        fewer and any(upper.full for upper in filled)
    )


def is_content(text: str) -> bool:
    """Whether a text is none of the labels and level names that are known."""
    return bool(text) and not is_level1(text) and not is_level2(text) and label_key(text) not in _LABELS


def _aligned(upper: Piece, lower: Piece) -> bool:
    return abs(upper.box[0] - lower.box[0]) <= NEAR and abs(upper.box[2] - lower.box[2]) <= NEAR


def raw_table(part: Part) -> RawTable:
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
        if not edges or value - edges[-1] > NEAR:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
