"""What was set → what stands on a page: runs at their places, borders, links, and the structure they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gongkai.printing.borders import borders
from gongkai.printing.composed import ARTIFACT, Content, Element, Link, Rule, Run
from gongkai.printing.paging import Fragment, PageCell
from gongkai.printing.setting import SetLine
from gongkai.printing.style import BORDER
from gongkai.printing.table import Table

_SCOPES = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}


class Placed(NamedTuple):
    """Pieces of a page, in reading order."""

    content: tuple[Content, ...] = ()
    rules: tuple[Rule, ...] = ()
    links: tuple[Link, ...] = ()


class TableStructure:
    """The structure elements of one table: itself, its caption, its rows, cells, and what is in these.

    ``first`` is the index of the first among those of its sheet.
    """

    def __init__(self, table: Table, first: int, *, caption: bool) -> None:
        self.elements: list[Element] = [Element("Table", -1)]
        self.table = first
        self.caption = self._add("Caption", first) if caption else ARTIFACT
        self.cells: list[int] = [0] * len(table.cells)
        group = first
        for number, row in enumerate(table.rows):
            if table.head_rows and number in (0, table.head_rows):
                group = self._add("THead" if number == 0 else "TBody", first)
            line = self._add("TR", group)
            for cell in row:
                attributes = _spans(cell.rows, cell.columns)
                if cell.is_label:
                    attributes["Scope"] = _SCOPES.get(cell.source.attributes["scope"], "Column")
                own = self._add("TH" if cell.is_label else "TD", line, attributes)
                self.cells[cell.number] = own
                for element in cell.text.elements:
                    inner = own if element.parent < 0 else own + 1 + element.parent
                    self._add(element.role, inner, element.attributes)

    def _add(self, role: str, parent: int, attributes: Mapping[str, int | str] | None = None) -> int:
        self.elements.append(Element(role, parent, attributes or {}))
        return self.table + len(self.elements) - 1


def _spans(rows: int, columns: int) -> dict[str, int | str]:
    attributes: dict[str, int | str] = {}
    if rows > 1:
        attributes["RowSpan"] = rows
    if columns > 1:
        attributes["ColSpan"] = columns
    return attributes


def place_fragment(fragment: Fragment, table: Table, structure: TableStructure, y: float) -> Placed:
    """A part of a table, its topmost line at ``y``."""
    content: list[Content] = []
    rules: list[Rule] = []
    links: list[Link] = []
    edges = table.edges
    boxes = []
    for one in fragment.cells:
        cell = one.cell
        left = edges[cell.column]
        boxes.append((left, y + one.top, edges[cell.column + cell.columns], y + one.bottom))
        if lines := one.text.lines[one.first : one.last]:
            element = ARTIFACT if one.repeated else structure.cells[cell.number]
            x = left + BORDER / 2 + cell.style.across
            placed = place_lines(lines, element, x, y + _text_top(one, lines))
            content += placed.content
            rules += placed.rules
            links += placed.links
    return Placed(tuple(content), (*borders(boxes), *rules), tuple(links))


def _text_top(one: PageCell, lines: Sequence[SetLine]) -> float:
    """Where the text of a cell begins: in the middle of the room it has."""
    if one.first == 0 and one.last == len(one.text.lines):
        height, gap = one.text.height, 0.0
    else:
        gap = lines[0].gap if one.first else 0.0  # the room above a line vanishes at the top of a page
        height = sum(line.height + line.gap for line in lines) - gap
    return one.top + (one.bottom - one.top - height) / 2 - gap


def place_lines(lines: Iterable[SetLine], element: int, x: float, y: float) -> Placed:
    """Lines below each other from (x, y) on; what is in them belongs to ``element`` and the elements after it."""
    content: list[Content] = []
    rules: list[Rule] = []
    links: list[Link] = []
    last, gathered = element, list[Run]()  # runs of one element that follow each other are marked as one
    for height, gap, parts, own_rules, own_links in lines:
        y += gap
        for own, runs in parts:
            number = element if own < 0 or element == ARTIFACT else element + 1 + own
            if number != last:
                if gathered:
                    content.append(Content(last, tuple(gathered)))
                last, gathered = number, []
            for left, below, text, face, size, spacing in runs:
                gathered.append(Run(left + x, below + y, text, face, size, spacing))
        for rule in own_rules:
            rules.append(Rule(rule.x1 + x, rule.y1 + y, rule.x2 + x, rule.y2 + y, rule.width))
        if element != ARTIFACT:
            links += [
                Link(link.x + x, y, link.width, height, link.href, element + 1 + link.element, link.text)
                for link in own_links
            ]
        y += height
    if gathered:
        content.append(Content(last, tuple(gathered)))
    return Placed(tuple(content), tuple(rules), tuple(links))
