"""Blocks → lines of a given width, each with its runs and the structure elements they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from gongkai.printing.blocks import Block, InnerTable, Span, read_blocks
from gongkai.printing.composed import Element, Elements, Link, Rule, Run, box, spans
from gongkai.printing.faces import FontSet
from gongkai.printing.filling import baseline, fill, line_height, runs_of
from gongkai.printing.style import BORDER, CellStyle, TextStyle

_LINE = 0.05
"""How thick the line under a link is, in em."""


class SetLine(NamedTuple):
    """One line, or one row of a small table: runs by element, from the left and the top of the line.

    ``gap`` is the room above it, which vanishes at the top of a page. Elements are indexes into ``SetText.elements``;
    -1 is whatever the text stands in.
    """

    height: float
    gap: float
    parts: tuple[tuple[int, tuple[Run, ...]], ...]
    rules: tuple[Rule, ...] = ()
    links: tuple[Link, ...] = ()


class SetText(NamedTuple):
    """Text set to a width: its lines, the elements they belong to (parents first), and the room below the last line.

    ``height`` is that of all lines with the room between and below them (``after``). ``too_wide`` is the first text
    that is wider than its column even letter by letter.
    """

    lines: tuple[SetLine, ...]
    height: float
    elements: tuple[Element, ...] = ()
    after: float = 0.0
    too_wide: str = ""


NOTHING = SetText((), 0.0)


class Setter:
    """Sets text in the faces of one font set; what was set before is known again.

    ``plain``: without the refinements of typography, as other engines set it, to be compared with them.
    """

    def __init__(self, fonts: FontSet, *, plain: bool = False) -> None:
        self.fonts, self.plain = fonts, plain
        self.cell = lru_cache(maxsize=8192)(self._cell)

    def _cell(self, content: str, style: CellStyle, width: float, mark: str = "") -> SetText:
        """The inner HTML of a cell. ``mark`` is put behind a label that is repeated (续)."""
        blocks = read_blocks(content)
        if style.vertical:
            return self._downwards(blocks, style, width, mark)
        if mark and blocks and isinstance(last := blocks[-1], Block):
            blocks = (*blocks[:-1], replace(last, spans=(*last.spans, Span(mark))))
        return self.blocks(blocks, style, width)

    def blocks(self, blocks: Sequence[Block | InnerTable], style: CellStyle, width: float) -> SetText:
        """Blocks below each other. A single paragraph belongs to what it stands in, without an element of its own."""
        return _Column(self, style, width, single=len(blocks) == 1).set(blocks)

    def paragraph(self, spans: Sequence[Span], style: TextStyle, width: float) -> SetText:
        """One paragraph, which belongs to what it stands in."""
        return self.blocks([Block(tuple(spans), "p")], CellStyle(style, 0.0, 0.0, style.indent), width)

    def _downwards(
        self, blocks: Sequence[Block | InnerTable], style: CellStyle, width: float, mark: str
    ) -> SetText:
        """A label of one character a line; its mark stands below it, small, as one line."""
        text = "".join(span.text for block in blocks if isinstance(block, Block) for span in block.spans)
        pieces = [(char, style.text) for char in text if not char.isspace()]
        if mark and pieces:
            pieces.append((mark, replace(style.text, size=style.text.size * 0.75)))
        lines = []
        for piece, own in pieces:
            x = (width - self.fonts.advance(own.role, piece) * own.size) / 2
            runs = runs_of(self.fonts, own.role, piece, own.size, x, baseline(self.fonts, own))
            lines.append(SetLine(line_height(self.fonts, own), 0.0, ((-1, tuple(runs)),)))
        return SetText(tuple(lines), sum(line.height for line in lines))


class _Column:
    """Blocks set below each other in one column, with their elements."""

    def __init__(self, setter: Setter, style: CellStyle, width: float, *, single: bool) -> None:
        self.setter, self.style, self.width, self.single = setter, style, width, single
        self.lines: list[SetLine] = []
        self.elements = Elements()
        self.after = 0.0
        self.too_wide = ""
        self._lists: dict[int, int] = {}
        self._item = -1

    def set(self, blocks: Sequence[Block | InnerTable]) -> SetText:
        """Set blocks below each other."""
        em = self.style.text.size
        for block in blocks:
            gap = max(self.after, block.before * em) if self.lines else block.before * em
            self.after = block.after * em
            if isinstance(block, InnerTable):
                self._add_table(block, gap)
            else:
                self._add_block(block, gap)
        height = sum(line.height + line.gap for line in self.lines) + self.after
        return SetText(tuple(self.lines), height, tuple(self.elements), self.after, self.too_wide)

    def _add_block(self, block: Block, gap: float) -> None:
        own, fonts = self.style.text, self.setter.fonts
        # Only paragraphs of long text are indented: names and values are not.
        indent = self.style.indent if block.kind == "p" else 0.0
        style = TextStyle(own.size * block.size, own.leading, own.align, indent, own.role, self.setter.plain)
        left, down, marker = block.left * own.size, baseline(fonts, style), block.marker
        element = self._element(block)
        for line in fill(fonts, block.spans, style, self.width - left, self.style.across):
            parts, rules, links = [], list[Rule](), list[Link]()
            if marker:  # the bullet or number of an item, left of its first line
                space = marker if marker.endswith(".") else f"{marker} "
                x = left - fonts.advance(style.role, space) * style.size
                runs = tuple(runs_of(fonts, style.role, marker, style.size, x, down))
                parts.append((element - 1, runs))
                marker = ""
            for href, runs, x, width in line.parts:
                if left:
                    runs = tuple(run._replace(x=run.x + left) for run in runs)
                if not href:
                    parts.append((element, runs))
                    continue
                link = self.elements.add("Link", element)
                parts.append((link, runs))
                text = "".join(run.text for run in runs)
                links.append(Link(x + left, 0.0, width, line.height, href, link, text))
                y = down + 0.12 * style.size
                rules.append(Rule(x + left, y, x + left + width, y, _LINE * style.size))
            self.lines.append(SetLine(line.height, gap, tuple(parts), tuple(rules), tuple(links)))
            self.too_wide = self.too_wide or line.too_wide
            gap = 0.0

    def _element(self, block: Block) -> int:
        """What a block's text belongs to; list items that go on have the body they began with."""
        if block.kind != "item":
            self._lists.clear()
            return -1 if self.single else self.elements.add("P")
        parent = -1
        for number, numbered in block.lists:
            if number not in self._lists:
                self._lists[number] = self.elements.add(
                    "L", parent, {"ListNumbering": "Decimal" if numbered else "Disc"}
                )
            parent = self._lists[number]
        if block.marker:
            item = self.elements.add("LI", parent)
            self.elements.add("Lbl", item)
            self._item = self.elements.add("LBody", item)
        return self._item

    def _add_table(self, table: InnerTable, gap: float) -> None:
        """A table inside a cell: each of its rows is one line, so that it can go on over the end of a page."""
        if not table.cells:
            return
        edges = _columns(self.setter, table, self.style, self.width)
        own = self.elements.add("Table", -1)
        rows = [self.elements.add("TR", own) for _ in range(table.height)]
        inner = replace(self.style, indent=0.0, text=replace(self.style.text, align="center"))
        texts, heights = {}, [0.0] * table.height
        for cell in sorted(table.cells, key=lambda cell: cell.row + cell.rows):
            room = edges[cell.column + cell.columns] - edges[cell.column] - 2 * inner.across - BORDER
            texts[cell] = text = self.setter.blocks(cell.blocks, inner, room)
            self.too_wide = self.too_wide or text.too_wide
            end = cell.row + cell.rows
            above = sum(heights[cell.row : end - 1])
            heights[end - 1] = max(heights[end - 1], text.height + 2 * inner.down + BORDER - above)
        parts: list[list[tuple[int, tuple[Run, ...]]]] = [[] for _ in heights]
        rules: list[list[Rule]] = [[] for _ in heights]
        for cell in table.cells:
            attributes = spans(cell.rows, cell.columns) | ({"Scope": "Column"} if cell.is_head else {})
            element = self.elements.add("TH" if cell.is_head else "TD", rows[cell.row], attributes)
            height = sum(heights[cell.row : cell.row + cell.rows])
            x, right = edges[cell.column], edges[cell.column + cell.columns]
            dx, y = x + inner.across + BORDER / 2, (height - texts[cell].height) / 2
            runs: list[Run] = []
            for line in texts[cell].lines:
                y += line.gap
                shown = (run for _, own_runs in line.parts for run in own_runs)
                runs += (run._replace(x=run.x + dx, y=run.y + y) for run in shown)
                y += line.height
            parts[cell.row].append((element, tuple(runs)))
            rules[cell.row] += box(x, 0.0, right, height)
        gap += BORDER / 2  # the outer lines stand in the table
        for height, row_parts, row_rules in zip(heights, parts, rules, strict=True):
            self.lines.append(SetLine(height, gap, tuple(row_parts), tuple(row_rules)))
            gap = 0.0
        self.after += BORDER / 2


def _columns(setter: Setter, table: InnerTable, style: CellStyle, width: float) -> list[float]:
    """The edges of a small table's columns: room is shared by how wide their texts are, none is squeezed to nothing."""
    of, size = setter.fonts, style.text.size
    wanted = [size] * table.width
    for cell in table.cells:
        if cell.columns == 1:
            longest = max(
                (of.advance("song", "".join(span.text for span in block.spans)) for block in cell.blocks),
                default=0.0,
            )
            wanted[cell.column] = max(wanted[cell.column], min(longest * size, width))
    edge = 2 * style.across + BORDER
    least = min(2 * size, (width / table.width) - edge)
    rest = width - table.width * (edge + least)
    over = [max(one - least, 0.0) for one in wanted]
    total = sum(over)
    shares = (rest * (one / total if total else 1 / table.width) for one in over)
    return list(accumulate((edge + least + share for share in shares), initial=0.0))
