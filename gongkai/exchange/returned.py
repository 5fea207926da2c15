"""A workbook that goes back to who sent it: the wrong cells of their own file are marked and say what is wrong."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from gongkai.exchange.drafts import Notebook
from gongkai.exchange.guard import MAX_FILE
from gongkai.exchange.tables import Spot
from gongkai.problems import Problem
from gongkai.reading.files import read_regular
from gongkai.reading.source import path_text

_MARK = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR = "公开"
Remark = tuple[str, str, str]
"""The sheet ("" where no cell is known), the cell, and what is wrong."""


def remarks(book: Notebook, problems: Iterable[tuple[str, Problem]]) -> list[Remark]:
    """What is wrong with a file, cell by cell where these are known.

    ``problems`` come with the file name of the project they are about ("" for the department's target or the file).
    """
    found: list[Remark] = [
        (*_cell(left.where), f"没有读入“{left.text[:40]}”：{left.reason}。") for left in book.leftovers
    ]
    spots = {(_record(book, read.record), path_text(read.path)): read.spot for read in book.read}
    for record, problem in problems:
        text = f"{problem.severity.label}：{problem.message}。{problem.hint}"
        path = problem.path
        while path and (record, path) not in spots:
            path = path.rpartition(".")[0]
        spot = spots.get((record, path), Spot(""))
        found.append((spot.where, spot.ref, text))
    return found


def _record(book: Notebook, number: int) -> str:
    draft = book.drafts[number]
    return draft.slug or draft.name


def _cell(where: str) -> tuple[str, str]:
    sheet, _, ref = where.rpartition(" ")
    return sheet, ref


def marked(file: Path, found: Sequence[Remark]) -> bytes:
    """The workbook with its wrong cells marked and commented; what is known of no cell stands in the first one."""
    book = openpyxl.load_workbook(
        io.BytesIO(read_regular(file, MAX_FILE)), keep_vba=file.suffix.lower() == ".xlsm"
    )
    first = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    by_cell: dict[tuple[str, str], list[str]] = {}
    for name, ref, text in found:
        known = name in book.sheetnames and isinstance(book[name][ref] if ref else None, Cell)
        by_cell.setdefault((name, ref) if known else (first.title, "A1"), []).append(text)
    for (name, ref), texts in by_cell.items():
        cell = book[name][ref]
        cell.fill = _MARK
        cell.comment = Comment("\n".join(texts), _AUTHOR, height=120, width=320)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
