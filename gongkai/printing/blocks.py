"""The HTML in a cell → blocks to set: paragraphs, headings and list items of spans, and small tables.

What is read is what ``tables.richtext`` lets through and adds; anything else counts as its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Literal, NamedTuple

from lxml.html import HtmlElement

from gongkai.tables.grid import read_fragment

_SPACE = re.compile(r"[ \t\r\n]+")
_HEADINGS = {"h1": 1.5, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 1.0, "h6": 1.0}
"""Sizes of headings in em of the text around them."""
LIST_INDENT = 3.0
"""How far a list's items stand in, in em."""


class Span(NamedTuple):
    """A piece of text of one kind. ``shift``: 1 raised, -1 lowered.

    ``kept``: not to be torn over lines, together with its neighbours of the same number; 0: it may be.
    """

    text: str
    bold: bool = False
    kept: int = 0
    shift: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Spans set as one; ``\\n`` in them ends a line. Lengths are in em of the text around it.

    ``left`` is how far it stands in; ``before`` and ``after`` the room to its neighbours, of which the larger counts.
    ``lists`` are the lists an item is in, the outermost first: their number in the cell, and whether numbered.
    """

    spans: tuple[Span, ...]
    kind: Literal["plain", "p", "heading", "item"] = "plain"
    size: float = 1.0
    left: float = 0.0
    before: float = 0.0
    after: float = 0.0
    marker: str = ""
    lists: tuple[tuple[int, bool], ...] = ()


class InnerCell(NamedTuple):
    """A cell of a small table: its place, what it covers, and what is in it."""

    row: int
    column: int
    rows: int
    columns: int
    is_head: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class InnerTable:
    """A small table that a long text brought along."""

    height: int
    width: int
    cells: tuple[InnerCell, ...]
    before: float = 0.0
    after: float = 0.0


_PLAIN = Block(())
_BLOCKS = frozenset((*_HEADINGS, "ul", "ol", "li", "p", "div", "blockquote"))
_BULLETS = "•◦▪"


def read_blocks(content: str) -> tuple[Block | InnerTable, ...]:
    """The blocks of a cell's inner HTML; none for a blank one."""
    if "<" not in content:
        text = _SPACE.sub(" ", unescape(content)).strip(" ")
        return (Block((Span(text),)),) if text else ()
    return tuple(_Reader().read(read_fragment(content)))


@dataclass(slots=True)
class _Reader:
    """Reads one cell: gathers spans until the block they stand in ends."""

    spans: list[Span] = field(default_factory=list)
    blocks: list[Block | InnerTable] = field(default_factory=list)
    marker: str = ""
    """Of the item that has begun, until it has text: of its several paragraphs only the first has it."""
    lists: int = 0
    kept: int = 0

    def read(self, cell: HtmlElement) -> list[Block | InnerTable]:
        """All blocks of a cell."""
        self._inside(cell, Span(""), _PLAIN)
        self._end(_PLAIN)
        return self.blocks

    def _inside(self, element: HtmlElement, span: Span, block: Block) -> None:
        """What is in an element whose text is like ``span`` and stands in ``block``."""
        self._text(element.text, span)
        items = 0
        for child in element:
            if child.tag == "br":
                self.spans.append(Span("\n"))
            elif child.tag in ("hr", "table"):
                self._end(block)
                if child.tag == "table":
                    self.blocks.append(_table(child))
            elif child.tag in _BLOCKS:
                self._end(block)
                items += child.tag == "li"
                numbered = element.tag == "ol"
                self._block(child, span, block, f"{items}." if numbered else "")
            else:
                self._inside(child, self._styled(child, span), block)
            self._text(child.tail, span)

    def _text(self, text: str | None, span: Span) -> None:
        if text:
            self.spans.append(span._replace(text=_SPACE.sub(" ", text)))

    def _block(self, element: HtmlElement, span: Span, around: Block, number: str) -> None:
        """An element that is a block, or several; ``number`` is that of a numbered item."""
        tag, block, first = element.tag, around, len(self.blocks)
        if tag in ("ul", "ol"):
            self.lists += 1
            lists = (*around.lists, (self.lists, tag == "ol"))
            block = replace(around, kind="item", left=around.left + LIST_INDENT, lists=lists)
        elif tag == "li":
            self.marker = number or _BULLETS[min(len(around.lists), len(_BULLETS)) - 1]
        elif tag in _HEADINGS:
            size = _HEADINGS[tag]
            span = span._replace(bold=True)
            block = replace(around, kind="heading", size=size, before=size, after=size)
        elif tag == "blockquote":
            block = replace(around, left=around.left + LIST_INDENT, before=1.0, after=1.0)
        elif tag == "p" and around.kind == "plain":
            block = replace(around, kind="p")
        self._inside(element, span, block)
        self._end(block)
        if tag in ("ul", "ol") and not around.lists and len(self.blocks) > first:
            # A list stands a line's height off from its neighbours.
            self.blocks[first] = replace(self.blocks[first], before=1.0)
            self.blocks[-1] = replace(self.blocks[-1], after=1.0)

    def _styled(self, element: HtmlElement, span: Span) -> Span:
        """The kind of text inside an inline element."""
        classes = element.get("class", "").split()
        if element.tag == "a":
            return span._replace(href=element.get("href", ""))
        if element.tag in ("b", "strong"):
            return span._replace(bold="lead" not in classes)
        if element.tag in ("sup", "sub"):
            return span._replace(shift=1 if element.tag == "sup" else -1)
        if span.kept or "nobreak" not in classes:
            return span
        self.kept += 1
        return span._replace(kept=self.kept)

    def _end(self, block: Block) -> None:
        if spans := tuple(_trimmed(self.spans)):
            self.blocks.append(replace(block, spans=spans, marker=self.marker if block.lists else ""))
            self.marker = ""
        self.spans = []


def _trimmed(spans: list[Span]) -> Iterator[Span]:
    """Spans without the spaces at the ends of lines and without doubled ones."""
    kept: list[Span] = []
    for span in spans:
        text = span.text
        if text.startswith(" ") and (not kept or kept[-1].text.endswith((" ", "\n"))):
            text = text[1:]
        if text == "\n" and kept and kept[-1].text.endswith(" "):
            kept[-1] = kept[-1]._replace(text=kept[-1].text[:-1])
        if text:
            kept.append(span._replace(text=text))
    while kept and not kept[-1].text.strip(" \n"):
        kept.pop()
    if kept:
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip(" "))
    return (span for span in kept if span.text)


def _table(table: HtmlElement) -> InnerTable:
    taken: set[tuple[int, int]] = set()
    cells = []
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for number, row in enumerate(rows):
        column = 0
        for element in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            columns = _count(element.get("colspan"))
            down = min(_count(element.get("rowspan")), len(rows) - number)
            taken.update((number + r, column + c) for r in range(down) for c in range(columns))
            blocks = tuple(one for one in _Reader().read(element) if isinstance(one, Block))
            cells.append(InnerCell(number, column, down, columns, element.tag == "th", blocks))
            column += columns
    return InnerTable(len(rows), max((column for _, column in taken), default=-1) + 1, tuple(cells))


def _count(text: str | None) -> int:
    return max(1, min(int(text), 100)) if text and text.isdigit() else 1
