"""The HTML in a cell → blocks to set: paragraphs, headings and list items of spans, and small tables.

What is read is what ``tables.richtext`` lets through and ``tables.typography`` adds; anything else counts as its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Literal, NamedTuple

_SPACE = re.compile(r"[ \t\r\n]+")
# Cells hold HTML that was written by a program: every element is closed, every value quoted.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
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
_PARAGRAPH = Block((), "p")
_BLOCKS = frozenset((*_HEADINGS, "ul", "ol", "li", "p", "div", "blockquote"))
_BULLETS = "•◦▪"
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(td|th)((?:\s+[\w-]+(?:=\"[^\"]*\")?)*)\s*>(.*?)</\1>", re.DOTALL)


def read_blocks(content: str) -> tuple[Block | InnerTable, ...]:
    """The blocks of a cell's inner HTML; none for a blank one."""
    if "<" not in content:
        text = _SPACE.sub(" ", unescape(content)).strip(" ")
        return (Block((Span(text),)),) if text else ()
    return tuple(_Reader().read(content))


@dataclass(slots=True)
class _Open:
    """An element that has begun: what text in it is like. ``items`` counts those of a list, which began at ``first``."""

    tag: str
    span: Span
    block: Block
    items: int = 0
    first: int = 0


@dataclass(slots=True)
class _Reader:
    """Reads one cell: gathers spans until the block they stand in ends."""

    spans: list[Span] = field(default_factory=list)
    blocks: list[Block | InnerTable] = field(default_factory=list)
    open: list[_Open] = field(default_factory=lambda: [_Open("", Span(""), Block(()))])
    lists: int = 0
    kept: int = 0

    def read(self, content: str) -> list[Block | InnerTable]:
        """All blocks of a cell."""
        place = 0
        while tag := _TAG.search(content, place):
            self._text(content[place : tag.start()])
            place = tag.end()
            if tag[2] == "table" and not tag[1]:
                end = _end_of_table(content, place)
                self._end()
                self.blocks.append(_table(content[place:end]))
                place = end
            elif tag[1]:
                self._close(tag[2])
            else:
                self._begin(tag[2], tag[3])
        self._text(content[place:])
        self._end()
        return self.blocks

    def _text(self, text: str) -> None:
        if text:
            self.spans.append(self.open[-1].span._replace(text=_SPACE.sub(" ", unescape(text))))

    def _begin(self, tag: str, written: str) -> None:
        if tag == "br":
            self.spans.append(Span("\n"))
            return
        if tag == "hr":
            self._end()
            return
        span, block = self.open[-1].span, self.open[-1].block
        if tag in _BLOCKS:
            self._end()
            self.open.append(self._block(tag, span, block))
        else:
            self.open.append(_Open(tag, self._styled(tag, dict(_ATTRIBUTE.findall(written)), span), block))

    def _block(self, tag: str, span: Span, block: Block) -> _Open:
        if tag in ("ul", "ol"):
            self.lists += 1
            lists = (*block.lists, (self.lists, tag == "ol"))
            inner = replace(block, kind="item", left=block.left + LIST_INDENT, lists=lists)
            return _Open(tag, span, inner, 0, len(self.blocks))
        if tag == "li":
            around = self.open[-1]
            around.items += 1
            numbered = around.tag == "ol"
            marker = f"{around.items}." if numbered else _BULLETS[min(len(block.lists), len(_BULLETS)) - 1]
            return _Open(tag, span, replace(block, marker=marker), 0, len(self.blocks))
        if tag in _HEADINGS:
            size = _HEADINGS[tag]
            return _Open(
                tag,
                span._replace(bold=True),
                replace(block, kind="heading", size=size, before=size, after=size),
            )
        if tag == "blockquote":
            return _Open(tag, span, replace(block, left=block.left + LIST_INDENT, before=1.0, after=1.0))
        if tag == "p" and block.kind == "plain":
            return _Open(tag, span, _PARAGRAPH if block == _PLAIN else replace(block, kind="p"))
        return _Open(tag, span, block)

    def _styled(self, tag: str, attributes: dict[str, str], span: Span) -> Span:
        """The kind of text inside an inline element."""
        if tag == "a":
            return span._replace(href=unescape(attributes.get("href", "")))
        classes = attributes.get("class", "").split()
        if tag in ("b", "strong"):
            return span._replace(bold="lead" not in classes)
        if tag in ("sup", "sub"):
            return span._replace(shift=1 if tag == "sup" else -1)
        if span.kept or "nobreak" not in classes:
            return span
        self.kept += 1
        return span._replace(kept=self.kept)

    def _close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()
        ended = self.open.pop() if len(self.open) > 1 else self.open[0]
        if tag == "li":
            # Of an item's several paragraphs only the first has its mark.
            for place in range(ended.first + 1, len(self.blocks)):
                one = self.blocks[place]
                if isinstance(one, Block) and one.lists == ended.block.lists:
                    self.blocks[place] = replace(one, marker="")
        elif tag in ("ul", "ol") and not self.open[-1].block.lists and len(self.blocks) > ended.first:
            # A list stands a line's height off from its neighbours.
            self.blocks[ended.first] = replace(self.blocks[ended.first], before=1.0)
            self.blocks[-1] = replace(self.blocks[-1], after=1.0)

    def _end(self) -> None:
        spans = tuple(_trimmed(self.spans)) if self.spans else ()
        self.spans = []
        if spans:
            block = self.open[-1].block
            self.blocks.append(
                Block(
                    spans,
                    block.kind,
                    block.size,
                    block.left,
                    block.before,
                    block.after,
                    block.marker,
                    block.lists,
                )
            )


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


def _end_of_table(content: str, place: int) -> int:
    """Where the table that has begun before ``place`` ends; there may be tables in it."""
    depth = 1
    while tag := _TAG.search(content, place):
        place = tag.end()
        if tag[2] == "table":
            depth += -1 if tag[1] else 1
            if not depth:
                break
    return place


def _table(content: str) -> InnerTable:
    taken: set[tuple[int, int]] = set()
    cells = []
    rows = _ROW.findall(content)
    for number, row in enumerate(rows):
        column = 0
        for tag, written, inner in _CELL.findall(row):
            while (number, column) in taken:
                column += 1
            attributes = dict(_ATTRIBUTE.findall(written))
            columns = _count(attributes.get("colspan"))
            down = min(_count(attributes.get("rowspan")), len(rows) - number)
            taken.update((number + r, column + c) for r in range(down) for c in range(columns))
            blocks = tuple(one for one in read_blocks(inner) if isinstance(one, Block))
            cells.append(InnerCell(number, column, down, columns, tag == "th", blocks))
            column += columns
    return InnerTable(len(rows), max((column for _, column in taken), default=-1) + 1, tuple(cells))


def _count(text: str | None) -> int:
    return max(1, min(int(text), 100)) if text and text.isdigit() else 1
