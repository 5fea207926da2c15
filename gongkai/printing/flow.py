"""Tables and running text one after another over pages of one size: what stands on each page, and its structure"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gongkai.printing.composed import ARTIFACT, Content, Elements, Link, Rule, Run, box, spans
from gongkai.printing.paging import Fragment, NoRoom, paginate
from gongkai.printing.setting import SetLine, SetText
from gongkai.printing.style import BORDER
from gongkai.printing.table import LEAST, ROUNDING, Table, fitting

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
        for one in fragment.cells:
            right = edges[one.cell.column + one.cell.columns]
            self.rules += box(edges[one.cell.column], y + one.top, right, y + one.bottom)
            if lines := one.lines:
                element = ARTIFACT if one.repeated else cells[one.cell.number]
                x = edges[one.cell.column] + BORDER / 2 + one.cell.style.across
                self.put_lines(lines, element, x, y + one.text_top)

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


def add_table(elements: Elements, table: Table) -> tuple[int, list[int]]:
    """The structure of a table and of what is in its cells; the elements of its caption and of its cells."""
    own = group = elements.add("Table")
    title = elements.add("Caption", own) if table.caption else ARTIFACT
    cells = [0] * len(table.cells)
    for number, row in enumerate(table.rows):
        if table.head_rows and number in (0, table.head_rows):
            group = elements.add("THead" if number == 0 else "TBody", own)
        line = elements.add("TR", group)
        for cell in row:
            attributes = spans(cell.rows, cell.columns)
            if cell.is_label:
                attributes["Scope"] = _SCOPES.get(cell.source.attributes["scope"], "Column")
            role = "TH" if cell.is_label else "TD"
            cells[cell.number] = elements.add(role, line, attributes, cell.text.elements)
    return title, cells


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """Rules from the thinnest on, level ones from above and upright ones from the left; those of one line that touch made one."""
    lines: dict[tuple[float, bool, float], set[tuple[float, float]]] = {}
    for x1, y1, x2, y2, width in rules:
        upright = y1 != y2
        place, ends = (x1, (y1, y2)) if upright else (y1, (x1, x2))
        lines.setdefault((width, upright, round(place, 2)), set()).add(ends)
    made: list[Rule] = []
    for (width, upright, place), pieces in sorted(lines.items()):
        spans: list[tuple[float, float]] = []
        for start, end in sorted(pieces):
            if spans and start <= spans[-1][1] + 0.01:
                spans[-1] = spans[-1][0], max(end, spans[-1][1])
            else:
                spans.append((start, end))
        made += (
            Rule(place, first, place, last, width) if upright else Rule(first, place, last, place, width)
            for first, last in spans
        )
    return made


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or heading: its lines, its role, how far the next is below it, whether it stays with what follows."""

    text: SetText
    role: str = "P"
    before: float = 0.0
    after: float = 0.0
    keeps_next: bool = False
    mark: int = 0
    """The level of its bookmark; 0: it has none."""


class Flow:
    """Pages of ``width`` × ``height`` points, filled from top to bottom."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.pages = [Draft()]
        self.elements = Elements()
        self.marks: list[tuple[int, str, int, float]] = []
        """Bookmarks, of headings and of the records of a table of several: level, title, page from 0, y in the text area."""
        self.overflows: list[str] = []
        """What does not fit: how what it is about begins."""
        self._y, self._room_after = 0.0, 0.0
        self._waiting: list[Text] = []
        self._named: set[str] = set()

    def add_text(self, one: Text) -> None:
        """A paragraph below what is there; one that stays with the next waits for it."""
        if one.keeps_next:
            self._waiting.append(one)
            return
        lines = one.text.lines
        least = sum(line.height for line in lines[: LEAST if len(lines) > LEAST + 1 else len(lines)])
        self._release(least + one.before)
        self._put(one)

    def add_table(self, table: Table, before: float = 0.0, after: float = 0.0) -> None:
        """A table with its caption, which stays with the table's first row, and the room around both."""
        waiting = sum(text.text.height for text in self._waiting)
        gap = max(self._room_after, before) if self._y or waiting else 0.0
        full, fresh = self.height - BORDER / 2, not self._y
        used = waiting + table.caption_height
        try:
            fragments = paginate(table, full - self._y - gap - used, full, fresh=fresh)
        except NoRoom:
            self._next_page()
            gap = before if waiting else 0.0
            fragments = paginate(table, full - gap - used, full, fresh=True)
        self._release(0.0)
        self._y += gap
        title, cells = add_table(self.elements, table)
        for y, text in table.caption:
            self.pages[-1].put_lines(text.lines, title, 0.0, self._y + y)
        self._y += table.caption_height
        for number, fragment in enumerate(fragments):
            if number:
                self._next_page()
            top = self._y + BORDER / 2
            self._mark_records(fragment, top)
            self.pages[-1].put_fragment(fragment, table, cells, top)
            self._y = top + fragment.height + BORDER / 2
            if fragment.overflows:
                texts = (one.cell.source.text for one in fragment.cells if not one.repeated)
                self.overflows.append(next(filter(None, texts), ""))
        self._room_after = after

    def finish(self) -> None:
        """Print what still waits for something to follow, and make one of rules that touch."""
        self._release(0.0)
        for page in self.pages:
            page.rules = joined(page.rules)

    # -- placing ------------------------------------------------------------------------------

    def _release(self, least: float) -> None:
        """Put what waited; on a new page where it would not have at least so much of the next below it."""
        if not self._waiting and not least:
            return
        height = sum(one.text.height + one.before for one in self._waiting) + least
        if self._y and self._y + max(self._room_after, 0.0) + height > self.height + ROUNDING:
            self._next_page()
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            self._put(one)

    def _put(self, one: Text) -> None:
        element = self.elements.add(one.role, inside=one.text.elements)
        if self._y:
            self._y += max(self._room_after, one.before)
        if one.mark:
            title = "".join(run.text for line in one.text.lines for _, runs in line.parts for run in runs)
            self.marks.append((one.mark, title, len(self.pages) - 1, self._y))
        lines: Sequence[SetLine] = one.text.lines
        while lines:
            count = fitting(lines, self.height - self._y, LEAST)
            if count := count or (0 if self._y else 1):
                self.pages[-1].put_lines(lines[:count], element, 0.0, self._y)
                self._y += sum(line.height + line.gap for line in lines[:count])
                lines = lines[count:]
            if lines:
                self._next_page()
        self._room_after = one.after

    def _mark_records(self, fragment: Fragment, top: float) -> None:
        for one in fragment.cells:
            source = one.cell.source
            begins = source.record and source.path == "name" and one.first == 0 and not one.repeated
            if begins and source.record not in self._named:
                self._named.add(source.record)
                self.marks.append((3, source.text, len(self.pages) - 1, top + one.top))

    def _next_page(self) -> None:
        self.pages.append(Draft())
        self._y, self._room_after = 0.0, 0.0
