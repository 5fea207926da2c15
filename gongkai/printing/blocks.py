"""The HTML in a cell → blocks to set: paragraphs, headings and list items of spans, and small tables.

What is read is what ``tables.richtext`` lets through and ``tables.typography`` adds; anything else counts as its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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


def read_blocks(content: str) -> tuple[Block | InnerTable, ...]:
    """The blocks of a cell's inner HTML; none for a blank one."""
    if "<" not in content:
        text = _SPACE.sub(" ", unescape(content)).strip(" ")
        return (Block((Span(text),)),) if text else ()
    return read_element(read_fragment(content))


def read_element(element: HtmlElement) -> tuple[Block | InnerTable, ...]:
    """The blocks in an element."""
    return tuple(_Reader().read(element))


class _Reader:
    """Reads one cell: gathers spans until the block they stand in ends."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._blocks: list[Block | InnerTable] = []
        self._lists = 0
        self._kept = 0

    def read(self, root: HtmlElement) -> list[Block | InnerTable]:
        """All blocks of an element."""
        self._inside(root, Span(""), Block(()))
        self._end(Block(()))
        return self._blocks

    def _inside(self, element: HtmlElement, span: Span, block: Block) -> None:
        self._add(element.text, span)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, span, block)
            self._add(child.tail, span)

    def _child(self, child: HtmlElement, span: Span, block: Block) -> None:
        tag = child.tag
        if tag == "br":
            self._spans.append(Span("\n"))
        elif tag == "hr":
            self._end(block)
        elif tag == "table":
            self._end(block)
            self._blocks.append(_table(child))
        elif tag in ("ul", "ol"):
            self._list(child, span, block)
        elif tag in _HEADINGS:
            room = 1.0 * _HEADINGS[tag]
            inner = replace(block, kind="heading", size=_HEADINGS[tag], before=room, after=room)
            self._block(child, span._replace(bold=True), inner, block)
        elif tag == "blockquote":
            self._block(child, span, replace(block, left=block.left + LIST_INDENT, before=1.0, after=1.0), block)
        elif tag == "p":
            self._block(child, span, replace(block, kind="p" if block.kind == "plain" else block.kind), block)
        elif tag == "div":
            self._block(child, span, block, block)
        else:
            self._inside(child, self._styled(child, span), block)

    def _styled(self, element: HtmlElement, span: Span) -> Span:
        """The kind of text inside an inline element."""
        tag = element.tag
        if tag == "a":
            return span._replace(href=element.get("href", ""))
        if tag in ("b", "strong"):
            return span._replace(bold="lead" not in element.get("class", "").split())
        if tag in ("sup", "sub"):
            return span._replace(shift=1 if tag == "sup" else -1)
        if span.kept or "nobreak" not in element.get("class", "").split():
            return span
        self._kept += 1
        return span._replace(kept=self._kept)

    def _block(self, child: HtmlElement, span: Span, inner: Block, outer: Block) -> None:
        self._end(outer)
        self._inside(child, span, inner)
        self._end(inner)

    def _list(self, element: HtmlElement, span: Span, block: Block) -> None:
        self._end(block)
        self._lists += 1
        numbered = element.tag == "ol"
        lists = (*block.lists, (self._lists, numbered))
        inner = replace(block, kind="item", left=block.left + LIST_INDENT, lists=lists)
        items = [child for child in element if child.tag == "li"]
        for number, item in enumerate(items, 1):
            marker = f"{number}." if numbered else ("•", "◦", "▪")[min(len(lists), 3) - 1]
            first = len(self._blocks)
            self._block(item, span, replace(inner, marker=marker), inner)
            # Of an item's several paragraphs only the first has its mark.
            for place in range(first + 1, len(self._blocks)):
                one = self._blocks[place]
                if isinstance(one, Block) and one.marker == marker and one.lists == lists:
                    self._blocks[place] = replace(one, marker="")
        if not block.lists:
            self._room(items, len(self._blocks))

    def _room(self, items: list[HtmlElement], end: int) -> None:
        """A list stands a line's height off from its neighbours."""
        own = [place for place in range(end) if self._is_item(place)]
        if items and own:
            start = next(place for place in own if all(self._is_item(one) for one in range(place, end)))
            self._blocks[start] = replace(self._blocks[start], before=1.0)
            self._blocks[end - 1] = replace(self._blocks[end - 1], after=1.0)

    def _is_item(self, place: int) -> bool:
        block = self._blocks[place]
        return isinstance(block, Block) and block.kind == "item"

    def _add(self, text: str | None, span: Span) -> None:
        if text:
            self._spans.append(span._replace(text=_SPACE.sub(" ", text)))

    def _end(self, block: Block) -> None:
        spans = tuple(_trimmed(self._spans))
        self._spans = []
        if spans:
            self._blocks.append(replace(block, spans=spans))


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
    rows = list(table.iter("tr"))
    for number, row in enumerate(rows):
        column = 0
        for element in row:
            if element.tag not in ("td", "th"):
                continue
            while (number, column) in taken:
                column += 1
            columns, down = _count(element.get("colspan")), min(_count(element.get("rowspan")), len(rows) - number)
            taken.update((number + r, column + c) for r in range(down) for c in range(columns))
            blocks = tuple(one for one in _Reader().read(element) if isinstance(one, Block))
            cells.append(InnerCell(number, column, down, columns, element.tag == "th", blocks))
            column += columns
    return InnerTable(len(rows), max((column for _, column in taken), default=-1) + 1, tuple(cells))


def _count(text: str | None) -> int:
    return max(1, min(int(text), 100)) if text and text.isdigit() else 1
