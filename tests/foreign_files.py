"""Files as other programs and people make them: the rows of official tables in Excel and Word, with the noise of real life."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import docx
import openpyxl
from lxml import html
from openpyxl.drawing.image import Image as StampImage
from openpyxl.styles import Alignment
from PIL import Image as PillowImage
from xlsxwriter.utility import xl_rowcol_to_cell

from gongkai.exchange.tables import RawCell, RawTable, clean
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.tables.grid import Grid
from gongkai.tables.sheets import disclosure_sheets
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
LAYOUTS = Workspace.at(ROOT).layouts
FORMS, _ = load_forms(LAYOUTS)
TEMPLATES = Templates(LAYOUTS)


def published(locality: str, department: str, year: str) -> tuple[LoadedDepartment, Disclosure]:
    """A department of content/ with one of its disclosures."""
    loader = Loader(ROOT, FORMS)
    place = next(one for one in loader.localities() if one.slug == locality)
    loaded = loader.department(place, ROOT / "content" / locality / department)
    assert loaded
    return loaded, next(one for one in loaded.department.disclosures if one.slug == year)


def tables(loaded: LoadedDepartment, disclosure: Disclosure) -> list[tuple[list[str], Grid]]:
    """The official tables, each with the paragraphs before it."""
    result: list[tuple[list[str], Grid]] = []
    for sheet in disclosure_sheets(loaded, disclosure):
        text = TEMPLATES.form_table(sheet.view)
        grids = iter(text.grids)
        before: list[str] = []
        for node in html.fragment_fromstring(text, create_parent="div").iter("p", "h3", "h4", "table"):
            if node.tag == "table":
                result.append((before, next(grids)))
                before = []
            elif not any(parent.tag == "table" for parent in node.iterancestors()):
                before.append(node.text_content())
    return result


class Noise:
    """What people do to the same text: spaces, line breaks in short labels, colons."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, text: str, is_label: bool, rows: int = 1) -> str:
        if is_label and 2 <= len(text) <= 6 and self.random.random() < 0.3:
            upright = "\n".join(text) if rows > 2 else " ".join(text)
            return self.random.choice([" ".join(text), upright, text + "："])
        return f" {text} " if text and self.random.random() < 0.2 else text


def workbook(
    grids: list[tuple[list[str], Grid]], seed: int, *, one_sheet: bool = False, unmerged: float = 0.0
) -> bytes:
    """Excel: a sheet each or all below each other; ``unmerged`` is the share of merged cells that are not merged."""
    book, noise, buffer = openpyxl.Workbook(), Noise(seed), io.BytesIO()
    book.remove(book.active)
    sheet, top = None, 1
    for number, (_, grid) in enumerate(grids, 1):
        if sheet is None or not one_sheet:
            sheet, top = book.create_sheet(f"表{number}"), 1
        for line in grid.caption.split("\n"):
            sheet.cell(top, 1, line)
            sheet.merge_cells(start_row=top, start_column=1, end_row=top, end_column=grid.width)
            top += 1
        for cell in grid.cells:
            target = sheet.cell(top + cell.row, 1 + cell.column)
            text = noise.text(cell.text, cell.role != "value", cell.rows)
            if text:
                target.value, target.data_type = text, "s"
            target.alignment = Alignment(wrap_text=True)
            if (cell.rows > 1 or cell.columns > 1) and noise.random.random() >= unmerged:
                bottom, right = top + cell.row + cell.rows - 1, cell.column + cell.columns
                sheet.merge_cells(
                    start_row=top + cell.row, start_column=1 + cell.column, end_row=bottom, end_column=right
                )
        top += grid.height + 2
    book.save(buffer)
    return buffer.getvalue()


def stamp() -> StampImage:
    """A picture as it lies on a signed table."""
    buffer = io.BytesIO()
    PillowImage.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return StampImage(buffer)


def word_file(grids: list[tuple[list[str], Grid]], seed: int) -> bytes:
    """Word: paragraphs and tables in order."""
    document, noise, buffer = docx.Document(), Noise(seed), io.BytesIO()
    for before, grid in grids:
        for line in (*before, *grid.caption.split("\n")):
            document.add_paragraph(line)
        table = document.add_table(rows=grid.height, cols=grid.width)
        for cell in grid.cells:
            target = table.cell(cell.row, cell.column)
            if cell.rows > 1 or cell.columns > 1:
                target = target.merge(table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1))
            target.text = noise.text(cell.text, cell.role != "value", cell.rows)
        document.add_page_break()
    document.save(buffer)
    return buffer.getvalue()


def html_file(grids: list[tuple[list[str], Grid]], seed: int) -> bytes:
    """What many systems export under the name .xls: HTML tables in GBK."""
    noise, parts = Noise(seed), ["<html><head><meta charset=gbk></head><body>"]
    for _, grid in grids:
        parts.append(f"<p>{grid.caption}</p><table>")
        for row in range(grid.height):
            cells = "".join(
                f"<td rowspan={cell.rows} colspan={cell.columns}>{_escaped(noise.text(cell.text, cell.role != 'value', cell.rows))}</td>"
                for cell in grid.row(row)
            )
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    return "".join(parts).encode("gb18030")


def _escaped(text: str) -> Any:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def table_from_rows(rows: Iterable[Iterable[str]], where: str) -> RawTable:
    """A table without spans from rows of texts; refs as in a spreadsheet."""
    cells = [
        RawCell(r, c, 1, 1, clean(text), xl_rowcol_to_cell(r, c))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return RawTable(tuple(cells), where)
