"""A rendered form's tables → Grid: rows and cells with spans, roles and bound fields; and back to HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from lxml import etree, html
from markupsafe import Markup

_PARSER = etree.HTMLParser()
Role = Literal["head", "label", "value"]


class Cell(NamedTuple):
    """One cell: its top left corner, how many rows and columns it covers, and what is in it."""

    row: int
    column: int
    rows: int
    columns: int
    role: Role
    content: str
    """Inner HTML."""
    text: str
    path: str = ""
    """The path of the bound field, ``""`` for labels and computed cells."""
    record: str = ""
    """Which record the path belongs to in a table of several: ``data-record`` of the row, a project's slug."""
    attributes: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Grid:
    """One official table: column widths in per cent, cells in reading order, and how many head rows repeat."""

    caption: str
    widths: tuple[float, ...]
    cells: tuple[Cell, ...]
    height: int
    head_rows: int
    classes: str = ""
    caption_content: str = ""
    """Inner HTML of the caption."""

    @property
    def width(self) -> int:
        """How many columns."""
        return len(self.widths)

    def row(self, number: int) -> list[Cell]:
        """The cells that start in a row."""
        return self._rows.get(number, [])

    @cached_property
    def _rows(self) -> dict[int, list[Cell]]:
        return {row: list(cells) for row, cells in groupby(self.cells, key=lambda cell: cell.row)}

    def at(self, row: int, column: int) -> Cell:
        """The cell that covers a place."""
        return self._places[row, column]

    @cached_property
    def _places(self) -> dict[tuple[int, int], Cell]:
        return {
            (cell.row + down, cell.column + right): cell
            for cell in self.cells
            for down in range(cell.rows)
            for right in range(cell.columns)
        }


class GridError(ValueError):
    """The table is not a proper grid: cells overlap, rows leave holes, or columns are not declared.

    ``row`` is the row at fault, from 0; None where it is the whole table.
    """

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, heading or list outside a form's tables, as HTML; or a table that a long text brought along."""

    tag: str
    classes: frozenset[str]
    content: str
    """Inner HTML."""
    whole: str
    """The element itself."""

    @classmethod
    def of(cls, element: html.HtmlElement) -> Prose:
        """One element."""
        whole = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
        return cls(element.tag, frozenset(element.get("class", "").split()), inner_html(element), whole)


class Rendered(Markup):
    """A form filled with records, as HTML: read once, however many pages, PDFs and spreadsheets are made of it."""

    @cached_property
    def pieces(self) -> tuple[Grid | Prose, ...]:
        """Its tables and what stands between them, in order. Raises GridError for no proper grid."""
        return tuple(
            read_table(one) if _is_form(one) else Prose.of(one) for one in _outermost(read_fragment(self))
        )

    @property
    def grids(self) -> tuple[Grid, ...]:
        """Its tables, in order. Raises GridError for a table that is no proper grid."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Grid))


def _outermost(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for child in root:
        if child.tag in ("div", "section"):
            yield from _outermost(child)
        elif isinstance(child.tag, str):
            yield child


def _is_form(element: html.HtmlElement) -> bool:
    return element.tag == "table" and "form" in element.get("class", "").split()


def read_fragment(fragment: str) -> html.HtmlElement:
    """HTML as the ``<div>`` around it."""
    # lxml.html's own functions make objects of its own for all elements, one call in Python for each.
    whole: Any = etree.fromstring(f"<div>{fragment}</div>", _PARSER)
    return whole[0][0]


def read_table(table: html.HtmlElement) -> Grid:
    """One ``<table>``. Raises GridError when it is no proper grid."""
    widths = tuple(_width(col) for col in table.iterfind("colgroup/col"))
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    if any(row.getparent().tag == "tfoot" for row in rows):
        raise GridError("表格里不能用 <tfoot>：表尾的行直接写在 <tbody> 里")
    head_rows = sum(1 for row in rows if row.getparent().tag == "thead")
    covered: list[set[int]] = [set() for _ in rows]  # columns, row by row
    cells = [cell for number, row in enumerate(rows) for cell in _read_row(row, number, covered)]
    _check_cover(covered, len(widths))
    _check_head(cells, head_rows)
    caption = table.find("caption")
    text, content = ("", "") if caption is None else (_text(caption), inner_html(caption))
    return Grid(text, widths, tuple(cells), len(rows), head_rows, table.get("class", ""), content)


def _width(col: html.HtmlElement) -> float:
    text = col.get("data-width") or ""
    try:
        return float(text)
    except ValueError:
        raise GridError(f"<col> 的 data-width 应当是百分数，这里是“{text}”") from None


def _read_row(row: html.HtmlElement, number: int, covered: list[set[int]]) -> Iterator[Cell]:
    column = 0
    in_head = row.getparent().tag == "thead"
    records = (holder.get("data-record") for holder in (row, *row.iterancestors()))
    record = next(filter(None, records), "")
    for element in row:
        if element.tag not in ("td", "th"):
            continue
        while column in covered[number]:
            column += 1
        attributes = dict(element.items())
        rows, columns = _span(attributes, "rowspan"), _span(attributes, "colspan")
        spots, below = range(column, column + columns), covered[number : number + rows]
        if len(below) < rows or not all(taken.isdisjoint(spots) for taken in below):
            message = f"第 {number + 1} 行第 {column + 1} 列的单元格与别的单元格重叠，或超出表尾"
            raise GridError(message, number)
        for taken in below:
            taken.update(spots)
        role: Role = "head" if in_head else "label" if element.tag == "th" else "value"
        own = attributes.pop("data-record", "") or record
        path = attributes.get("data-field", "")
        content, text = inner_html(element), _text(element)
        yield Cell(number, column, rows, columns, role, content, text, path, own, attributes)
        column += columns


def _check_cover(covered: list[set[int]], width: int) -> None:
    if not width:
        raise GridError("表格没有用 <colgroup> 说明列宽")
    for row, columns in enumerate(covered):
        if columns != set(range(width)):
            extra = "；有单元格伸到表外" if columns and max(columns) >= width else ""
            message = f"第 {row + 1} 行盖住 {len(columns)} 列，<colgroup> 里是 {width} 列{extra}"
            raise GridError(message, row)


def _check_head(cells: list[Cell], head_rows: int) -> None:
    """A repeated head is whole: none of its cells may reach into the body, and head rows come first."""
    for cell in cells:
        if (cell.role == "head") != (cell.row < head_rows) or (
            cell.role == "head" and cell.row + cell.rows > head_rows
        ):
            raise GridError("<thead> 的行应当在表的最前面，其中的单元格不能伸进 <tbody>", cell.row)


def _span(attributes: dict[str, str], name: str) -> int:
    text = attributes.pop(name, "1")
    if not (text.isdigit() and int(text) > 0):
        raise GridError(f"{name} 应当是大于零的整数，这里是“{text}”")
    return int(text)


def inner_html(element: html.HtmlElement) -> str:
    """What is in an element, as HTML in which every element is closed and every value quoted."""
    parts = [escape(element.text or "", quote=False)]
    if not len(element):
        return parts[0].strip()
    parts += [etree.tostring(child, method="html", encoding="unicode") for child in element]
    return "".join(parts).strip()


def _text(element: html.HtmlElement) -> str:
    """The text with paragraphs and line breaks as new lines."""
    whole = "".join(_pieces(element)) if len(element) else element.text or ""
    if "\n" not in whole:
        return whole.strip()
    lines = whole.split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    """Texts in reading order; what follows an element comes after all that is in it."""
    if not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        if child.tag in ("p", "br", "li"):
            yield "\n"
        yield from _pieces(child)
        yield child.tail or ""
