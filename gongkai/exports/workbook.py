"""Tables of the open data as one workbook: rows of departments as cells, each kind of value in its own form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from gongkai.exchange.worksheet import sheet_name, workbook
from gongkai.exports.tables import BY_NAME
from gongkai.exports.text import as_written
from gongkai.parts import Piece

SHEETS = ("disclosures", "department_targets", "tasks", "projects", "indicators")
"""The tables a year's workbook has, where they have rows."""
MOST = 10_000
"""Rows of a sheet: more are slow to write with every change, and to open; Excel takes no more than 1,048,576."""


def tables_workbook(title: str, tables: Mapping[str, tuple[Iterable[Piece], int]]) -> bytes:
    """The file, the same for the same rows; ``tables`` have a table's lines of CSV and their number.

    Amounts are numbers in 元, texts never formulas; days are texts, as records write them. A table of more than MOST
    rows only says that its CSV has them.
    """
    taken: set[str] = set()
    with workbook(title, streamed=True) as (book, buffer):
        head, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        quoted = book.add_format({"quote_prefix": True})
        numbers = {"amount": money, "number": None, "integer": None}
        for name, (pieces, count) in tables.items():
            table, row = BY_NAME[name], 0
            sheet = book.add_worksheet(sheet_name(table.title, taken))
            if count > MOST:
                sheet.write_string(
                    0, 0, f"{table.title}有 {count:,} 行，这里放不下，请用同一文件夹里的 {name} CSV 文件。"
                )
                continue
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(table.columns) - 1, 16)
            sheet.write_row(0, 0, [column.label for column in table.columns], head)
            for row, cells in enumerate(chain.from_iterable(map(_lines, pieces)), 1):
                for at, (column, text) in enumerate(zip(table.columns, cells, strict=True)):
                    if text and column.kind in numbers:
                        sheet.write_number(row, at, float(text), numbers[column.kind])
                    elif text:
                        sheet.write_string(row, at, as_written(text), quoted if text[0] == "'" else None)
            sheet.autofilter(0, 0, row, len(table.columns) - 1)
    return buffer.getvalue()


def _lines(piece: Piece) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(piece.read().decode(), newline=""))
