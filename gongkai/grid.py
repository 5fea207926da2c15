"""A rendered form's tables → Grid: rows and cells with spans, roles and bound fields; and back to HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from lxml import html

Role = Literal["head", "label", "value"]


@dataclass(frozen=True, slots=True)
class Cell:
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
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """One official table: column widths in per cent, cells in reading order, and how many head rows repeat."""

    caption: str
    widths: tuple[float, ...]
    cells: tuple[Cell, ...]
    height: int
    head_rows: int
    classes: str = ""

    @property
    def width(self) -> int:
        """How many columns."""
        return len(self.widths)

    def row(self, number: int) -> list[Cell]:
        """The cells that start in a row."""
        return [cell for cell in self.cells if cell.row == number]

    def texts(self) -> list[list[str]]:
        """The non-empty texts of each row's own cells, in order."""
        return [[cell.text for cell in self.row(number) if cell.text] for number in range(self.height)]


class GridError(ValueError):
    """The table is not a proper grid: cells overlap, rows leave holes, or columns are not declared."""


def read_grids(fragment: str) -> list[Grid]:
    """Every ``<table>`` of a rendered form, in order. Raises GridError for a table that is no proper grid."""
    root = html.fragment_fromstring(fragment, create_parent="div")
    return [_read_table(table) for table in root.iter("table")]


def _read_table(table: html.HtmlElement) -> Grid:
    widths = tuple(_width(col) for col in table.iter("col"))
    rows = list(table.iter("tr"))
    head_rows = sum(1 for row in rows if row.getparent().tag == "thead")
    covered: set[tuple[int, int]] = set()
    cells = [cell for number, row in enumerate(rows) for cell in _read_row(row, number, covered, len(rows))]
    _check_cover(covered, len(rows), len(widths))
    caption = table.find("caption")
    text = "" if caption is None else _text(caption)
    return Grid(text, widths, tuple(cells), len(rows), head_rows, table.get("class", ""))


def _width(col: html.HtmlElement) -> float:
    style = col.get("data-width") or ""
    return float(style) if style else 0.0


def _read_row(
    row: html.HtmlElement, number: int, covered: set[tuple[int, int]], height: int
) -> Iterator[Cell]:
    column = 0
    in_head = row.getparent().tag == "thead"
    for element in row:
        if element.tag not in ("td", "th"):
            continue
        while (number, column) in covered:
            column += 1
        rows, columns = int(element.get("rowspan", 1)), int(element.get("colspan", 1))
        spots = {(number + r, column + c) for r in range(rows) for c in range(columns)}
        if spots & covered or number + rows > height:
            raise GridError(f"第 {number + 1} 行第 {column + 1} 列的单元格与别的单元格重叠，或超出表尾")
        covered |= spots
        role: Role = "head" if in_head else "label" if element.tag == "th" else "value"
        attributes = {name: value for name, value in element.items() if name not in ("rowspan", "colspan")}
        field_path = element.get("data-field", "")
        yield Cell(
            number, column, rows, columns, role, _inner(element), _text(element), field_path, attributes
        )
        column += columns


def _check_cover(covered: set[tuple[int, int]], height: int, width: int) -> None:
    if not width:
        raise GridError("表格没有用 <colgroup> 说明列宽")
    for row in range(height):
        columns = {column for r, column in covered if r == row}
        if columns != set(range(width)):
            raise GridError(f"第 {row + 1} 行有 {len(columns)} 列，<colgroup> 里是 {width} 列")


def _inner(element: html.HtmlElement) -> str:
    parts = [escape(element.text or "", quote=False)]
    parts += [html.tostring(child, encoding="unicode") for child in element]
    return "".join(parts).strip()


def _text(element: html.HtmlElement) -> str:
    """The text with paragraphs and line breaks as new lines."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag in ("p", "br", "li") and parts and not parts[-1].endswith("\n"):
            parts.append("\n")
        if node.text and isinstance(node.tag, str):
            parts.append(node.text)
        if node is not element and node.tail:
            parts.append(node.tail)
    lines = ("".join(parts)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
