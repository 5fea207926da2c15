"""Sizes of pages and what stands in their margins: running heads, page numbers, the number of pages.

Conventions: GB/T 9704-2012. The binding edge has 25 mm; page numbers ``— 1 —`` stand at the outer edge, so margins of
odd and even pages are mirrored. A landscape page among portrait ones is turned to the left when bound: its head lies at
the binding edge of odd pages, and its number where portrait pages have theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gongkai.printing.composed import Furniture, Run
from gongkai.printing.faces import FontSet
from gongkai.printing.filling import baseline, line_height, runs_of
from gongkai.printing.style import MM, TextStyle

Sheet = Literal["portrait", "landscape", "turned"]
HEAD = TextStyle(9.0, 1.5)
NUMBER = TextStyle(12.0, 1.5)
DRAFT = TextStyle(16.0, 1.5, role="hei")
HEAD_AFTER = 3 * MM
"""The room between a running head and the text area."""
_A4, _A3 = (210 * MM, 297 * MM), (297 * MM, 420 * MM)
# Top, right, bottom, left of odd pages, in mm.
_MARGINS = {"portrait": (22, 18, 20, 25), "landscape": (20, 18, 18, 18), "turned": (25, 22, 18, 20)}


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a page and its margins, in points; those of even pages are ``mirrored``."""

    sheet: Sheet
    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @classmethod
    def of(cls, size: str, sheet: Sheet) -> Paper:
        """A4 or A3, upright or on its side."""
        short, long = _A3 if size == "A3" else _A4
        width, height = (short, long) if sheet == "portrait" else (long, short)
        top, right, bottom, left = (side * MM for side in _MARGINS[sheet])
        return cls(sheet, width, height, top, right, bottom, left)

    @property
    def area(self) -> tuple[float, float]:
        """Width and height of the text area: the same on odd and even pages."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom

    def origin(self, number: int) -> tuple[float, float]:
        """Where the text area of page ``number`` begins: from the left, from the top."""
        if number % 2:
            return self.left, self.top
        return (self.left, self.bottom) if self.sheet == "turned" else (self.right, self.top)


@dataclass(frozen=True, slots=True)
class Running:
    """What pages of a part say in their margins: at the upper left whose they are, at the upper right the year."""

    head: str
    year: str


def furniture(fonts: FontSet, paper: Paper, running: Running, number: int, total: int) -> Iterator[Furniture]:
    """What stands in the margins of page ``number`` of ``total``, counted from 1."""
    left, top = paper.origin(number)
    width, height = paper.area
    y = top - HEAD_AFTER - line_height(fonts, HEAD) + baseline(fonts, HEAD)
    yield from _text(fonts, HEAD, running.head, left, y, "Header")
    yield from _text(fonts, HEAD, running.year, left + width, y, "Header", right=True)
    page = f"— {number} —"
    if paper.sheet == "turned":
        yield from _turned(fonts, paper, page, number)
        return
    middle = (top + height + paper.height) / 2
    odd = number % 2 == 1
    for style, text, right in ((HEAD, f"共 {total} 页", not odd), (NUMBER, page, odd)):
        y = middle - line_height(fonts, style) / 2 + baseline(fonts, style)
        x = left + width if right else left
        yield from _text(fonts, style, text, x, y, "Footer", right=right)


def draft_mark(fonts: FontSet, paper: Paper, number: int) -> Iterator[Furniture]:
    """The word 草稿 at the head of page ``number``, in the middle, above where running heads stand."""
    left, top = paper.origin(number)
    above = top - HEAD_AFTER - line_height(fonts, HEAD)
    y = (above - line_height(fonts, DRAFT)) / 2 + baseline(fonts, DRAFT)
    x = left + (paper.area[0] - fonts.advance(DRAFT.role, "草稿") * DRAFT.size) / 2
    yield from _text(fonts, DRAFT, "草稿", x, y, "Header")


def _text(
    fonts: FontSet,
    style: TextStyle,
    text: str,
    x: float,
    y: float,
    part: Literal["Header", "Footer"],
    *,
    right: bool = False,
) -> Iterator[Furniture]:
    """A text that begins at ``x``, or ends there."""
    if right:
        x -= fonts.advance(style.role, text) * style.size
    for run in runs_of(fonts, style.role, text, style.size, x, y) if text else ():
        yield Furniture(run, part)


def _turned(fonts: FontSet, paper: Paper, text: str, number: int) -> Iterator[Furniture]:
    """The number in the left margin, to be read from the left when the page is upright in the bound book."""
    square = 20 * MM
    _, top = paper.origin(number)
    height = paper.area[1]
    middle = top + height - square / 2 if number % 2 else top + square / 2
    off = baseline(fonts, NUMBER) - line_height(fonts, NUMBER) / 2
    y = middle - fonts.advance(NUMBER.role, text) * NUMBER.size / 2
    for run in runs_of(fonts, NUMBER.role, text, NUMBER.size, 0.0, 0.0):
        yield Furniture(Run(paper.left / 2 - off, y + run.x, run.text, run.face, run.size), "Footer", 90)
