"""What was set → what stands on a page: runs at their places, borders, links, and the structure they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gongkai.printing.composed import ARTIFACT, Content, Element, Link, Rule, Run
from gongkai.printing.paging import Fragment, PageCell
from gongkai.printing.setting import SetLine
from gongkai.printing.style import BORDER
from gongkai.printing.table import Table

_SCOPES = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}


@dataclass(slots=True)
class Draft:
    """A page while things are put on it, in reading order."""

    content: list[Content] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def put_fragment(self, fragment: Fragment, table: Table, cells: Sequence[int], y: float) -> None:
        """A part of a table, its topmost line at ``y``; ``cells`` are the elements of the table's cells."""
        edges = table.edges
        self.rules += _borders(fragment, edges, y)
        for one in fragment.cells:
            if lines := one.text.lines[one.first : one.last]:
                element = ARTIFACT if one.repeated else cells[one.cell.number]
                x = edges[one.cell.column] + BORDER / 2 + one.cell.style.across
                self.put_lines(lines, element, x, y + _text_top(one, lines))

    def put_lines(self, lines: Iterable[SetLine], element: int, x: float, y: float) -> None:
        """Lines below each other from (x, y) on; what is in them belongs to ``element`` and the elements after it."""
        last, gathered = element, list[Run]()  # runs of one element that follow each other are marked as one
        for height, gap, parts, own_rules, own_links in lines:
            y += gap
            for own, runs in parts:
                number = element if own < 0 or element == ARTIFACT else element + 1 + own
                if number != last:
                    if gathered:
                        self.content.append(Content(last, tuple(gathered)))
                    last, gathered = number, []
                for left, below, text, face, size, spacing in runs:
                    gathered.append(Run(left + x, below + y, text, face, size, spacing))
            for rule in own_rules:
                self.rules.append(Rule(rule.x1 + x, rule.y1 + y, rule.x2 + x, rule.y2 + y, rule.width))
            if element != ARTIFACT:
                self.links += [
                    link._replace(x=link.x + x, y=y, element=element + 1 + link.element) for link in own_links
                ]
            y += height
        if gathered:
            self.content.append(Content(last, tuple(gathered)))


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


def _borders(fragment: Fragment, edges: Sequence[float], y: float) -> Iterator[Rule]:
    """The edges of all cells, each once; the file joins those that make one line."""
    level: set[tuple[float, float, float]] = set()
    upright: set[tuple[float, float, float]] = set()
    for one in fragment.cells:
        left, right = edges[one.cell.column], edges[one.cell.column + one.cell.columns]
        top, bottom = y + one.top, y + one.bottom
        level |= {(top, left, right), (bottom, left, right)}
        upright |= {(left, top, bottom), (right, top, bottom)}
    yield from (Rule(start, place, end, place, BORDER) for place, start, end in sorted(level))
    yield from (Rule(place, start, place, end, BORDER) for place, start, end in sorted(upright))


def _text_top(one: PageCell, lines: Sequence[SetLine]) -> float:
    """Where the text of a cell begins: in the middle of the room it has."""
    if one.first == 0 and one.last == len(one.text.lines):
        height, gap = one.text.height, 0.0
    else:
        gap = lines[0].gap if one.first else 0.0  # the room above a line vanishes at the top of a page
        height = sum(line.height + line.gap for line in lines) - gap
    return one.top + (one.bottom - one.top - height) / 2 - gap
