"""Tables cut where pages end while they are laid out: a page that ends in a merged cell is made again, and it alone.

The cut is made in the HTML (``cutting.py``); only the rows it changes become boxes again, and the layout goes on from
there. What can't be done row by row is told by ``Unsure``: such documents are laid out as often as they need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from lxml.html import HtmlElement
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import page as engine
from weasyprint.layout.table import add_top_padding

from gongkai.printing.cutting import Start, loosen, start_page
from gongkai.printing.engine.tree import plain_tree
from gongkai.printing.pagebreaks import body_rows, cells_of, tables_of, too_narrow

TRIES = 4
"""How often a page is made at most; the last time it ends where the one before did."""

_engine_page = engine.remake_page


class Unsure(Exception):
    """A document that can't be cut while it is laid out."""


def install() -> None:
    """Let the engine make pages this way."""
    engine.remake_page = _remake_page


def _remake_page(index: int, context: Any, root_box: Any, html: Any) -> Any:
    """In place of ``weasyprint.layout.page.remake_page``."""
    made = _engine_page(index, context, root_box, html)
    if html.pages is None:
        return made
    html.pages.context = context
    return html.pages.settle(
        made, lambda: _engine_page(index, context, root_box, html), index, context, root_box
    )


@dataclass(frozen=True)
class _Place:
    """A row that begins a page: its number in a body of a table."""

    table: Any
    group: Any
    row: int

    @property
    def name(self) -> str | None:
        """The row's name, or that of the next one below a repeated head."""
        rows = self.group.children[self.row :]
        names: Iterator[str | None] = (row.element.get("data-row") for row in rows)
        return next((name for name in names if name is not None), None)


@dataclass(frozen=True)
class _Cut:
    """A cut that was made: the rows of boxes, and those of the tree, as they were; what changed in the HTML.

    ``certain``: the row does not fit on the page before, cut or not.
    """

    start: Start
    place: _Place
    rows: list[Any]
    elements: list[Element]
    spans: list[tuple[Any, int, dict[str, str]]]
    borders: list[Any]
    certain: bool

    def mend(self, page: Any) -> bool:
        """End the cells in the page as it was made before the cut; False, and nothing done, where more would change."""
        table = next(one for one in tables_of(page) if one.element is self.place.table.element)
        rows = next(one for one in table.children if one.element is self.place.group.element).children
        if not self.certain or rows[-1].index != self.place.row - 1 or _borders(self.place) != self.borders:
            return False
        bottom = rows[-1].position_y + rows[-1].height
        cells = {cell.element: cell for row in rows for cell in row.children}
        ended = [cells[cell.element] for cell, _, _ in self.spans]
        if any(cell.computed_height != "auto" or _bottom(cell) > bottom for cell in ended):
            return False
        for cell in ended:
            room = bottom - _bottom(cell)
            above = {"bottom": room, "middle": room / 2}.get(cell.vertical_align, 0.0)
            add_top_padding(cell, above)
            cell.padding_bottom += room - above
        table.collapsed_border_grid = self.place.table.collapsed_border_grid
        return True

    def undo(self) -> None:
        """Take it back; the borders of the table are settled anew with the next cut."""
        self.start.undo()
        self.place.group.children = self.rows
        self.place.group.element[:] = self.elements
        for cell, rows, attributes in self.spans:
            cell.rowspan = rows
            cell.element.attrib.clear()
            cell.element.attrib.update(attributes)


class Pages:
    """Cuts one numbered document while it is laid out."""

    def __init__(self, root: HtmlElement) -> None:
        self._rows = {row.get("data-row", ""): row for row in root.iter("tr")}
        self.starts: dict[int, str] = {}
        """By page the row that the next one begins with, where a table goes on there."""
        self.loose: set[str] = set()
        """Cells too narrow for what was to be kept together."""
        self.context: Any = None

    def close(self) -> None:
        """Let go of what only the layout needed: boxes go with the document then, not with the next round of garbage."""
        self.context.__dict__.clear()

    def settle(self, made: Any, again: Any, index: int, context: Any, root_box: Any) -> Any:
        """The page ``made``, or what it becomes when it is made ``again`` with the table cut where it ends."""
        if index in self.starts:
            raise Unsure
        while self._loosen(made[0], context, root_box):
            made = again()
        cut, name = None, None
        for number in range(2, TRIES + 2):
            place = _place(root_box, made[1])
            found = None if place is None else place.name
            if found == name:
                break
            if number > TRIES:
                raise Unsure
            if cut is not None:
                cut.undo()
                place = None if place is None or found is None else self._find(place, found)
            name = found
            cut = None if place is None else self._cut(place, context, force=number == TRIES)
            if cut is None or (number < TRIES and cut.mend(made[0])):
                break
            made = again()
            if self._loosen(made[0], context, root_box):
                raise Unsure
        if name is not None:
            self.starts[index] = name
        return made

    def _loosen(self, page: Any, context: Any, root_box: Any) -> bool:
        """Let lines break anywhere in the cells of a page that are too narrow for what was to be kept together."""
        before = len(self.loose)
        for table in tables_of(page):
            for group, row in body_rows(table):
                names = set(too_narrow(row)) - self.loose
                if names:
                    whole = next(one for one in tables_of(root_box) if one.element is table.element)
                    self._loosen_row(_Place(whole, whole.children[group.index], row.index), names, context)
        return len(self.loose) > before

    def _loosen_row(self, place: _Place, names: set[str], context: Any) -> None:
        row = self._row(place)
        for cell in cells_of(row):
            if cell.get("data-cell") in names:
                if cell.get("data-again") is not None:  # it stands on pages before this one too
                    raise Unsure
                loosen(cell)
        self.loose |= names
        _replace(place, [row], set(), context)

    def _row(self, place: _Place) -> HtmlElement:
        """The row of the HTML that a row of boxes was made from."""
        row = self._rows.get(place.group.children[place.row].element.get("data-row", ""))
        if row is None or not _is_plain(place.table, place.group, row):
            raise Unsure
        return row

    @staticmethod
    def _find(place: _Place, name: str) -> _Place:
        """The place of a row when a cut was taken back."""
        for number, row in enumerate(place.group.children):
            if row.element.get("data-row") == name:
                return _Place(place.table, place.group, number)
        raise Unsure

    def _cut(self, place: _Place, context: Any, *, force: bool) -> _Cut | None:
        """Cut before a row; None where nothing spans from above it and no head is to be repeated."""
        group, row = place.group, self._row(place)
        start = start_page(row, force=force)
        if not (start.ended or start.heads or force):
            return None
        unfit = context.__dict__.get("unfit")
        certain = any(cell is unfit for cell in group.children[place.row].children)
        spans, borders = _spans(group, start), _borders(place)
        cut = _Cut(start, place, group.children, list(group.element), spans, borders, certain)
        for (cell, _, _), ended in zip(cut.spans, start.ended, strict=True):
            cell.rowspan = int(ended.get("rowspan"))
            cell.element.attrib.update(ended.attrib)
        _replace(place, [*start.heads, row], {cell.element for cell, _, _ in cut.spans}, context)
        return cut


def _replace(place: _Place, rows: Sequence[HtmlElement], changed: Collection[Element], context: Any) -> None:
    """Put boxes of ``rows`` in the place of one row, and settle the columns and borders of the table anew.

    ``changed`` are cells above that have other attributes now.
    """
    group, table = place.group, place.table
    new = [plain_tree(row) for row in rows]
    group.element[place.row : place.row + 1] = new
    if not context.style_for.renew(group.element, context.target_collector, changed, moved=len(rows) > 1):
        raise Unsure
    made = [_boxes(element, context) for element in new]
    group.children = [*group.children[: place.row], *made, *group.children[place.row + 1 :]]
    _place_cells(group)
    height = sum(len(one.children) for one in table.children)
    width = len(table.collapsed_border_grid[1][0])
    table.collapsed_border_grid = build.collapse_table_borders(table, width, height)


def _borders(place: _Place) -> list[Any]:
    """The borders of all cells above a row in its body."""
    return [
        (cell.border_left_width, cell.border_right_width, cell.border_top_width, cell.border_bottom_width)
        for row in place.group.children[: place.row]
        for cell in row.children
    ]


def _bottom(cell: Any) -> Any:
    return cell.position_y + cell.border_height()


def _place(root_box: Any, resume_at: Any) -> _Place | None:
    """The row that the next page begins with, where it is in the middle of a table. A row that is split is unsure."""
    box = root_box
    while resume_at:
        if len(resume_at) > 1:
            raise Unsure
        ((number, resume_at),) = resume_at.items()
        if isinstance(box, boxes.TableBox) and resume_at:
            ((row, inside),) = resume_at.items()
            if inside is not None:
                raise Unsure
            return _Place(box, box.children[number], row) if row else None
        if number >= len(getattr(box, "children", ())):
            return None
        box = box.children[number]
    return None


def _is_plain(table: Any, group: Any, row: HtmlElement) -> bool:
    """Whether rows of this table are in the tree and in the HTML as they are in the boxes."""
    own = [one for one in row.getparent() if one.tag == "tr"]
    return (
        table.style["border_collapse"] == "collapse"
        and table.style["direction"] == "ltr"
        and table.style["table_layout"] == "fixed"
        and len(own) == len(group.children) == len(group.element)
        and group.element.tag == "tbody"
        and not any(one.get("id") or one.get("name") for one in row.iter())
    )


def _spans(group: Any, start: Start) -> list[tuple[Any, int, dict[str, str]]]:
    """The boxes of the cells that end before a row, with their spans and attributes as they were."""
    rows = [one for one in start.row.getparent() if one.tag == "tr"]
    found = []
    for ended in start.ended:
        row = ended.getparent()
        cells, own = group.children[rows.index(row)].children, cells_of(row)
        if len(cells) != len(own):
            raise Unsure
        cell = cells[own.index(ended)]
        found.append((cell, cell.rowspan, dict(cell.element.attrib)))
    return found


def _boxes(row: Element, context: Any) -> Any:
    """The boxes of one row, as ``weasyprint.formatting_structure.build`` makes them of a whole document."""
    made = build.element_to_box(
        row, context.style_for, context.get_image_from_uri, None, context.target_collector,
        context.counter_style, context.footnotes,
    )  # fmt: skip
    if len(made) != 1 or not isinstance(made[0], boxes.TableRowBox):
        raise Unsure
    made[0].process_whitespace()
    made[0].process_text_transform()
    return build.create_anonymous_boxes(made[0])


def _place_cells(group: Any) -> None:
    """Columns of the cells of a body (HTML: forming a table)."""
    taken: set[tuple[int, int]] = set()
    for top, row in enumerate(group.children):
        column = 0
        for cell in row.children:
            while (top, column) in taken:
                column += 1
            cell.grid_x = column
            cell.rowspan = min(cell.rowspan, len(group.children) - top)
            if cell.rowspan > 1:
                across = range(column, column + cell.colspan)
                taken.update((top + down, one) for down in range(1, cell.rowspan) for one in across)
            column += cell.colspan
