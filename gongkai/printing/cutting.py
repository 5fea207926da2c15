"""HTML tables cut where pages end: spans end and begin again with their label, tall rows become one row per page.

Cut pieces keep the names of what they were cut from (``data-row``, ``data-cell``), and what is only repeated says so
(``data-again``): that is how the tagged PDF has one logical table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml.html import HtmlElement

from gongkai.printing.pagebreaks import Breaks, cells_of, is_head, official_tables, own_rows


def apply_breaks(root: HtmlElement, breaks: Breaks, *, force: bool = False) -> HtmlElement:
    """A copy of a numbered document cut at the breaks; with ``force`` every start is made to begin a page."""
    copy = deepcopy(root)
    for table in official_tables(copy):
        for group in dict.fromkeys(row.getparent() for row in own_rows(table)):
            if group.tag != "thead":
                _Group(group, breaks, _mark(table), force).cut()
    return copy


@dataclass(frozen=True)
class Start:
    """What the cut before a row that begins a page has changed: ``ended`` cells stop there, ``heads`` stand above it."""

    row: HtmlElement
    ended: Sequence[HtmlElement]
    heads: Sequence[HtmlElement]
    before: tuple[Sequence[HtmlElement], dict[str, str], Sequence[dict[str, str]]]
    """The row's cells and attributes as they were, and the attributes of the cells that end."""

    def undo(self) -> None:
        """Take the cut back; nothing may have been cut below it."""
        cells, own, spans = self.before
        for head in self.heads:
            head.getparent().remove(head)
        self.row[:] = cells
        for element, attributes in ((self.row, own), *zip(self.ended, spans, strict=True)):
            element.attrib.clear()
            element.attrib.update(attributes)


def start_page(row: HtmlElement, *, force: bool) -> Start:
    """Cut a table of a numbered document where it stands, so that a page can begin with this row."""
    group = _Group(row.getparent(), Breaks(), _mark(next(row.iterancestors("table"))), force)
    own = dict(row.attrib)
    if force:
        row.classes.add("starts")
    return group.start_page(row, own)


def loosen(cell: HtmlElement) -> None:
    """Let lines break inside what was to be kept together."""
    for span in cell.find_class("nobreak"):
        span.classes.discard("nobreak")


def _mark(table: HtmlElement) -> str | None:
    section = next(table.iterancestors("section"), None)
    return None if section is None else section.get("data-continued")


class _Group:
    """The body of one table while it is cut. ``mark`` is put after repeated labels; None: labels are not repeated."""

    def __init__(self, group: HtmlElement, breaks: Breaks, mark: str | None, force: bool) -> None:
        self.group, self.breaks, self.mark, self.force = group, breaks, mark, force

    def cut(self) -> None:
        """All cuts of this body, from the first row to the last."""
        starts = []
        for row in list(self.group):
            for cell in cells_of(row):
                if cell.get("data-cell") in self.breaks.loose:
                    loosen(cell)
            number = row.get("data-row")
            if number in self.breaks.starts:
                starts.append(row)
                if self.force:
                    row.classes.add("starts")
            if number in self.breaks.cuts:
                starts += self._cut_row(row)
        for row in starts:
            self.start_page(row, dict(row.attrib))

    # -- rows taller than a page --------------------------------------------------------------

    def _cut_row(self, row: HtmlElement) -> list[HtmlElement]:
        """One row per page in place of one that runs over pages; returns the new ones."""
        row.classes.add("flows")
        cuts = self.breaks.cuts[row.get("data-row")]
        if not cuts:
            return []
        place = self.group.index(row)
        for cell, top, height in self._spans():
            if top <= place < top + height and height > 1:
                _set_span(cell, height + len(cuts))
        whole = [deepcopy(cell) for cell in cells_of(row) if _span(cell) == 1]
        for cell in cells_of(row):
            if cell.tag == "td" and _span(cell) == 1:
                row.replace(cell, _part(cell, 0, cuts[0].get(cell.get("data-cell"), 0)))
        parts = []
        for number, cut in enumerate(cuts):
            after = cuts[number + 1] if number + 1 < len(cuts) else None
            part = row.makeelement("tr", dict(row.attrib))
            part.classes.add("starts")
            for cell in whole:
                name = cell.get("data-cell")
                if cell.tag == "th":
                    part.append(self._again(cell, 1))
                else:
                    part.append(_part(cell, cut.get(name, 0), None if after is None else after.get(name, 0)))
            self.group.insert(place + number + 1, part)
            parts.append(part)
        return parts

    # -- spans --------------------------------------------------------------------------------

    def start_page(self, row: HtmlElement, own_before: dict[str, str]) -> Start:
        """End what spans from above before this row and begin it again here; repeat the heads above it."""
        place = self.group.index(row)
        grid = self._grid()
        open_spans = [spot for spot in grid if spot[1] < place < spot[1] + spot[2]]
        ended = [spot[0] for spot in open_spans]
        before = cells_of(row), own_before, [dict(cell.attrib) for cell in ended]
        heads = self._heads(place, open_spans)
        own = {cell: column for cell, top, _, column in grid if top == place}
        again = []
        for cell, top, height, column in open_spans:
            rest = self._again(cell, top + height - place)
            _set_span(cell, place - top)
            again.append((column, rest))
        ordered = [*((own[cell], cell) for cell in cells_of(row)), *again]
        row[:] = [cell for _, cell in sorted(ordered, key=lambda item: item[0])]
        repeated = [self._repeat_head(head, row, place + number, again) for number, head in enumerate(heads)]
        return Start(row, ended, repeated, before)

    def _heads(self, place: int, open_spans: list[tuple[HtmlElement, int, int, int]]) -> list[HtmlElement]:
        """The column heads inside the body that hold for a row: the nearest ones under a label both share."""
        rows = list(self.group)
        if is_head(rows[place]):
            return []
        top = min((spot[1] for spot in open_spans if spot[3] == 0), default=place)
        heads: list[HtmlElement] = []
        for index in range(place - 1, top - 1, -1):
            if is_head(rows[index]):
                heads.insert(0, rows[index])
            elif heads:
                break
        return heads

    def _repeat_head(
        self, head: HtmlElement, row: HtmlElement, place: int, again: list[tuple[int, HtmlElement]]
    ) -> HtmlElement:
        """A copy of a head before a row; labels that stand beside it begin in it, and cover the row too."""
        copy = row.makeelement("tr", {"data-again": "", "class": f"{row.get('class', '')} heading"})
        row.classes.discard("starts")
        columns = {cell: column for cell, _, _, column in self._grid()}
        taken: set[int] = set()
        ordered = []
        for cell in cells_of(head):
            if cell.get("scope") in ("col", "colgroup"):
                repeated = self._again(cell, 1, marked=len(cells_of(head)) <= 2)
                ordered.append((columns[cell], repeated))
                taken.update(range(columns[cell], columns[cell] + int(cell.get("colspan", 1))))
        for column, label in again:
            if column not in taken and label.getparent() is row:
                _set_span(label, _span(label) + 1)
                ordered.append((column, label))
        for _, cell in sorted(ordered, key=lambda item: item[0]):
            copy.append(cell)
        self.group.insert(place, copy)
        return copy

    def _again(self, cell: HtmlElement, rows: int, *, marked: bool = True) -> HtmlElement:
        """A cell that continues one: a label is repeated, a value leaves it blank."""
        copy = deepcopy(cell)
        copy.tail = None
        copy.set("data-again", "")
        _set_span(copy, rows)
        copy.attrib.pop("data-span", None)
        if cell.tag == "td" or (self.mark is None and marked):
            copy[:] = []
            copy.text = None
        elif marked and self.mark and copy.text_content().strip() and not copy.find_class("continued"):
            mark = copy.makeelement("span", {"class": "continued"})
            mark.text = self.mark
            copy.append(mark)
        return copy

    def _spans(self) -> Iterator[tuple[HtmlElement, int, int]]:
        for top, row in enumerate(self.group):
            for cell in cells_of(row):
                yield cell, top, _span(cell)

    def _grid(self) -> list[tuple[HtmlElement, int, int, int]]:
        """Every cell with its first row, how many rows it covers, and its first column."""
        taken: set[tuple[int, int]] = set()
        found = []
        for top, row in enumerate(self.group):
            column = 0
            for cell in cells_of(row):
                while (top, column) in taken:
                    column += 1
                height, width = _span(cell), int(cell.get("colspan", 1))
                taken.update((top + r, column + c) for r in range(height) for c in range(width))
                found.append((cell, top, height, column))
                column += width
        return found


def _span(cell: HtmlElement) -> int:
    return int(cell.get("rowspan", 1))


def _set_span(cell: HtmlElement, rows: int) -> None:
    """Change a cell's rows; the number of the official table stays in ``data-span``."""
    if cell.get("data-span") is None:
        cell.set("data-span", str(_span(cell)))
    cell.set("rowspan", str(rows))


def _part(cell: HtmlElement, first: int, last: int | None) -> HtmlElement:
    """A copy of a cell with its visible characters from ``first`` up to ``last`` (None: the end) only."""
    copy = deepcopy(cell)
    copy.tail = None
    position = 0
    for element, where in _texts(copy):
        start, kept = position, []
        for char in getattr(element, where):
            if first <= position and (last is None or position < last):
                kept.append(char)
            position += not char.isspace()
        setattr(element, where, "".join(kept).lstrip() if start < first else "".join(kept))
        if start < first < position or (start == first and where == "tail" and first):
            block = next((one for one in (element, *element.iterancestors()) if one.tag in ("p", "li")), None)
            if block is not None:
                block.classes.add("resumed")
    _drop_empty(copy)
    return copy


def _texts(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Places of text in an element, in reading order."""
    if element.text:
        yield element, "text"
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child, "tail"


def _drop_empty(element: HtmlElement) -> None:
    for child in list(element):
        _drop_empty(child)
        if child.tag != "br" and not len(child) and not (child.text or "").strip():
            if (child.tail or "").strip():
                continue
            element.remove(child)
