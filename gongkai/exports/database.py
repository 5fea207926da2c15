"""The open data as one SQLite file, with keys, indexes and views; and tables of it as one workbook."""

from __future__ import annotations

import csv
import errno
import io
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path

from gongkai.exchange.worksheet import sheet_name, workbook
from gongkai.exports.tables import BY_NAME, TABLES, Table
from gongkai.exports.text import as_written
from gongkai.exports.values import Row, Value
from gongkai.parts import Piece
from gongkai.workspace import built_in_layouts

_TYPES = {"integer": "INTEGER", "amount": "NUMERIC", "number": "NUMERIC"}
_BESIDES = "shared/open-data.sql"
"""Indexes and views, in gongkai's own layouts."""
_STORED = {
    table.name: [number for number, column in enumerate(table.columns) if not column.context]
    for table in TABLES
}
"""Which columns the file holds: those that give context can be joined."""
_FAST = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"  # nothing made here need survive a crash


def packed(rows: Mapping[str, Iterable[Row]]) -> bytes:
    """Rows by table, as ``values`` gives them → a small database of these tables, for ``write`` to put in."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.execute("PRAGMA page_size = 1024")
        base.execute("BEGIN")
        for table in TABLES:
            stored = _STORED[table.name]
            if found := [[_value(row[at]) for at in stored] for row in rows.get(table.name, ())]:
                base.execute(_create(table))
                base.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(found[0]))})", found)
        base.execute("COMMIT")
        return base.serialize()


def write(file: Path, several: Iterable[bytes]) -> None:
    """A new SQLite file of what ``packed`` gave. The same in the same order gives the same bytes. Raises OSError."""
    besides = (built_in_layouts() / _BESIDES).read_text("utf-8")
    with _full(), closing(sqlite3.connect(file, isolation_level=None)) as base:
        base.executescript(f"{_FAST} PRAGMA page_size = 4096; PRAGMA application_id = 1735290731; BEGIN;")
        for table in TABLES:
            base.execute(_create(table))
        base.execute("COMMIT")
        for one in several:
            base.execute("ATTACH ':memory:' AS one")
            base.deserialize(one, name="one")
            base.execute("BEGIN")
            for (name,) in base.execute("SELECT name FROM one.sqlite_master WHERE type = 'table'").fetchall():
                base.execute(f"INSERT INTO main.{name} SELECT * FROM one.{name}")
            base.execute("COMMIT")
            base.execute("DETACH one")
        base.executescript(f"BEGIN; {besides} COMMIT;")


@contextmanager
def _full() -> Iterator[None]:
    """A full disk is told like everywhere else."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def _create(table: Table) -> str:
    parts = []
    for number, column in enumerate(column for column in table.columns if not column.context):
        key = " PRIMARY KEY" if number == 0 and table.keyed else ""
        refers = f" REFERENCES {column.refers} (id)" if column.refers else ""
        parts.append(f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}{key}{refers}')
    return f"CREATE TABLE {table.name} ({', '.join(parts)})"


def _value(value: Value) -> str | int | float | None:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


# -- workbook -------------------------------------------------------------------------------------

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
            lines = (csv.reader(io.StringIO(one.read().decode(), newline="")) for one in pieces)
            for row, cells in enumerate(chain.from_iterable(lines), 1):
                for at, (column, text) in enumerate(zip(table.columns, cells, strict=True)):
                    if text and column.kind in numbers:
                        sheet.write_number(row, at, float(text), numbers[column.kind])
                    elif text:
                        sheet.write_string(row, at, as_written(text), quoted if text[0] == "'" else None)
            sheet.autofilter(0, 0, row, len(table.columns) - 1)
    return buffer.getvalue()
