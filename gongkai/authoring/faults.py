"""What is wrong with a form's HTML: its class and styles, tables inside cells, bound fields, columns, caption, scopes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lxml import html

from gongkai.reading.vocabulary import without_rows
from gongkai.tables.grid import GridError, read_table
from gongkai.tables.view import View

_SCOPES = {"row", "col", "rowgroup", "colgroup"}
Fault = tuple[str, html.HtmlElement]
"""What is wrong, and the element where."""


def own_tables(root: html.HtmlElement, form: str) -> list[html.HtmlElement]:
    """The tables that carry the form's name; a document has tables of other forms too."""
    return [table for table in root.iter("table") if form in (table.get("class") or "").split()]


def faults(root: html.HtmlElement, view: View) -> Iterator[Fault]:
    """Everything wrong with the HTML that a form gives for a view."""
    tables = own_tables(root, view.form.id)
    if view.form.subject != "document" and len(tables) != 1:
        fault = f'应当正好有一个 <table class="form {view.form.id}">，这里有 {len(tables)} 个'
        yield fault, (tables[1:] or root.xpath(".//table") or [root])[0]
    for element in root.xpath(".//*[@style]")[:1]:
        yield "模板里有 style 属性；样式写在 form.css，列宽写在 form.yaml", element
    for element in root.xpath(".//td//table | .//th//table")[:1]:
        yield "单元格里又有表格；合并单元格用 colspan 和 rowspan", element
    declared = {path for inner in (view, *view.projects) for path in inner.form.declared.fields}
    for path, element in {one.get("data-field"): one for one in root.xpath(".//*[@data-field]")}.items():
        if without_rows(path) not in declared:
            yield f'单元格的 data-field="{path}" 没有写进 fields', element
    for table in tables:
        yield from _table_faults(table, view)


def _table_faults(table: html.HtmlElement, view: View) -> Iterator[Fault]:
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    try:
        grid = read_table(table)
    except GridError as error:
        yield str(error), table if error.row is None else rows[error.row]
        return
    if [Decimal(str(width)) for width in grid.widths] != [Decimal(str(float(one))) for one in view.widths()]:
        yield "<colgroup> 的列宽与 form.yaml 的 columns 不同；请用 {{ columns() }}", table
    if not grid.caption or len(table.findall("caption")) != 1:
        yield "应当正好有一个有文字的 <caption>；请用 {{ caption() }}", table
    for cell in grid.cells:
        if cell.role == "value":
            continue
        if cell.attributes.get("scope") not in _SCOPES:
            fault = f"名称单元格“{cell.text}”没有 scope（row、col、rowgroup 或 colgroup）"
            yield fault, rows[cell.row]
        if not cell.text:
            fault = f"第 {cell.row + 1} 行第 {cell.column + 1} 列的 <th> 是空的；没有名称的格用 <td>"
            yield fault, rows[cell.row]
