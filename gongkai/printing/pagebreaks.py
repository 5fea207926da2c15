"""Merged tables over pages: reads from a finished layout where pages begin inside tables.

No engine repeats the label of a merged cell on the next page. As a rule tables are cut while they are laid out
(``engine/paging.py``). Where rows are taller than a page, a document is laid out, ``read_breaks`` reads which rows start
pages, ``cutting.apply_breaks`` cuts the HTML there, and it is laid out again until nothing moves.
The box tree is private to WeasyPrint, which is why its version is pinned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement


@dataclass(frozen=True)
class Breaks:
    """Where pages begin inside tables; rows and cells by the names ``number_rows`` gave them.

    ``cuts`` has, for each row taller than a page, one mapping per page break: cell → characters before the break;
    it is empty as long as the row has only been let flow, to see where its first page ends.
    ``loose`` are cells too narrow for their unbreakable runs.
    """

    starts: frozenset[str] = frozenset()
    cuts: Mapping[str, tuple[Mapping[str, int], ...]] = field(default_factory=dict)
    loose: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether there is anything to cut."""
        return bool(self.starts or self.cuts or self.loose)


def number_rows(root: HtmlElement) -> None:
    """Name the rows of official tables and their cells, so that boxes can be traced back to them."""
    rows = (row for table in official_tables(root) for row in own_rows(table))
    for number, row in enumerate(rows):
        row.set("data-row", str(number))
        if is_head(row):
            row.classes.add("heading")
        for index, cell in enumerate(cells_of(row)):
            cell.set("data-cell", f"{number}.{index}")


def official_tables(root: HtmlElement) -> list[HtmlElement]:
    """Tables that are not inside another table's cell (where a text may have brought one)."""
    return [table for table in root.iter("table") if next(table.iterancestors("td", "th"), None) is None]


def own_rows(table: HtmlElement) -> list[HtmlElement]:
    """The rows of a table without those of tables in its cells."""
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def cells_of(row: HtmlElement) -> list[HtmlElement]:
    """A row's cells."""
    return [child for child in row if child.tag in ("td", "th")]


def is_head(row: HtmlElement) -> bool:
    """Whether a row of the body holds column heads and no values."""
    cells = cells_of(row)
    return any(cell.get("scope") in ("col", "colgroup") for cell in cells) and all(
        cell.tag == "th" for cell in cells
    )


def read_breaks(pages: Iterable[Any], before: Breaks) -> Breaks:
    """Where pages begin in a finished layout that was made with the breaks ``before``."""
    starts: set[str] = set()
    loose: set[str] = set(before.loose)
    seen: set[Any] = set()
    pieces: dict[str, list[_Piece]] = defaultdict(list)
    for page in pages:
        for table in tables_of(page._page_box):
            rows = [row for _, row in body_rows(table)]
            for row in rows:
                number = row.element.get("data-row")
                if row is rows[0] and table.element in seen and number not in pieces:
                    starts.add(number)
                pieces[number].append(_read_piece(row, table, page._page_box.height))
                loose.update(too_narrow(row))
            seen.add(table.element)
    cuts: dict[str, tuple[Mapping[str, int], ...]] = dict.fromkeys(before.cuts, ())
    for number, found in pieces.items():
        if len(found) > 1:
            cuts[number] = _fitting(found) if number in before.cuts else ()
    return Breaks(frozenset(starts), cuts, frozenset(loose))


def tables_of(box: Any) -> Iterator[Any]:
    """The outermost table boxes in a box, in order."""
    if getattr(box, "is_table_wrapper", False):
        table = box.get_wrapped_table()
        if table is not None:  # a page may end between a table's caption and its first row
            yield table
        return
    for child in getattr(box, "children", ()):
        yield from tables_of(child)


def reach_of(cell: Any) -> float:
    """How far from its left edge the text of a laid out cell goes."""
    known: float | None = cell.__dict__.get("reach")
    if known is None:
        known = max((box.position_x + box.width - cell.position_x for box in text_boxes(cell)), default=0.0)
    return known


def text_boxes(box: Any) -> Iterator[Any]:
    """The pieces of text in a box, without what style sheets generate."""
    for child in getattr(box, "children", ()):
        if hasattr(child, "text"):
            if "::" not in (child.element_tag or ""):
                yield child
        else:
            yield from text_boxes(child)


def outside(box: Any, right: float, bottom: float) -> Iterator[Any]:
    """The pieces of text in a box that run over an edge of the page's text area."""
    for child in getattr(box, "children", ()):
        if hasattr(child, "text"):
            over = child.position_x + child.width > right or child.position_y + child.height > bottom
            if over and "::" not in (child.element_tag or ""):
                yield child
        elif (
            "reach" not in child.__dict__
            or child.position_x + child.reach > right
            or child.position_y + child.border_height() > bottom
        ):
            yield from outside(child, right, bottom)


def body_rows(table: Any) -> Iterator[tuple[Any, Any]]:
    """Rows with a name of their own, no repeated heads, each with its row group."""
    for group in table.children:
        if not group.is_header and not group.is_footer:
            yield from ((group, row) for row in group.children if row.element.get("data-row") is not None)


def heads_astray(pages: Iterable[Any]) -> bool:
    """Whether a head that was repeated for the top of a page stands lower, or with no row below it."""
    for page in pages:
        for table in tables_of(page._page_box):
            rows = [row for group in table.children if not group.is_header for row in group.children]
            own = [row.element.get("data-again") is None for row in rows]
            if False in own and (True not in own or False in own[own.index(True) :]):
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands of a row on one page: each cell's lines as (height, visible characters), and the room a page has."""

    lines: Mapping[str, list[tuple[float, int]]]
    room: float


def _read_piece(row: Any, table: Any, page: float) -> _Piece:
    cells = {
        name: cell
        for cell in row.children
        if (name := cell.element.get("data-cell")) is not None and cell.element.get("data-again") is None
    }
    edge = max((cell.border_height() - cell.content_height for cell in row.children), default=0.0)
    padding = min(edge, 12.0)
    return _Piece(
        {name: _lines(cell) for name, cell in cells.items()}, page - padding - _heads_above(row, table)
    )


def _lines(cell: Any) -> list[tuple[float, int]]:
    return [(line.height, sum(map(_visible, text_boxes(line)))) for line in _line_boxes(cell)]


def _line_boxes(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if type(child).__name__ == "LineBox":
            yield child
        else:
            yield from _line_boxes(child)


def _visible(box: Any) -> int:
    return sum(not char.isspace() for char in box.text)


def _heads_above(row: Any, table: Any) -> float:
    """The height of the heads that will be repeated above a row: the engine's, and the nearest in the body."""
    height = sum(group.height for group in table.children if group.is_header)
    nearest = 0.0
    for other in (one for group in table.children if not group.is_header for one in group.children):
        if other is row:
            break
        if "heading" in other.element.get("class", "").split():
            nearest = other.height
    return float(height + nearest)


def too_narrow(row: Any) -> Iterator[str]:
    """Cells of a laid out row whose text runs out of them."""
    for cell in row.children:
        width = cell.border_width()
        if reach_of(cell) > width:
            yield cell.element.get("data-cell", "")


def _fitting(pieces: list[_Piece]) -> tuple[dict[str, int], ...]:
    """The breaks a row will have when heads are repeated above it: its first page as it is, then as many lines as fit."""
    first, room = pieces[0], pieces[0].room
    breaks = {name: _breaks_of(first.lines[name], pieces[1:], name, room) for name in first.lines}
    count = max(map(len, breaks.values()))
    return tuple({name: own[min(n, len(own) - 1)] for name, own in breaks.items()} for n in range(count))


def _breaks_of(first: list[tuple[float, int]], rest: list[_Piece], name: str, room: float) -> list[int]:
    position = sum(count for _, count in first)
    found, height = [position], 0.0
    for line, count in (one for piece in rest for one in piece.lines.get(name, ())):
        if height and height + line > room:
            found.append(position)
            height = 0.0
        height += line
        position += count
    return found
