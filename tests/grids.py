"""Grids as HTML, for tests that read them back."""

from __future__ import annotations

from html import escape

from gongkai.tables.grid import Cell, Grid


def table_html(grid: Grid) -> str:
    """The grid as one ``<table>``; reading it again gives the same grid."""
    cols = "".join(f'<col data-width="{width:g}">' for width in grid.widths)
    caption = f"<caption>{grid.caption_content}</caption>" if grid.caption_content else ""
    rows = ["<tr>" + "".join(_cell_html(cell) for cell in grid.row(n)) + "</tr>" for n in range(grid.height)]
    head, body = "".join(rows[: grid.head_rows]), "".join(rows[grid.head_rows :])
    thead = f"<thead>{head}</thead>" if head else ""
    return (
        f'<table class="{escape(grid.classes)}">{caption}<colgroup>{cols}</colgroup>'
        f"{thead}<tbody>{body}</tbody></table>"
    )


def _cell_html(cell: Cell) -> str:
    attributes = dict(cell.attributes)
    if cell.rows > 1:
        attributes["rowspan"] = str(cell.rows)
    if cell.columns > 1:
        attributes["colspan"] = str(cell.columns)
    if cell.record:
        attributes["data-record"] = cell.record
    tag = "th" if "scope" in attributes else "td"
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{cell.content}</{tag}>"


def texts(grid: Grid) -> list[list[str]]:
    """The non-empty texts of each row's own cells, in order."""
    return [[cell.text for cell in grid.row(number) if cell.text] for number in range(grid.height)]
