"""The open data as one SQLite file: tables with keys and indexes, and views to look at without joining."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from gongkai.exports.tables import TABLES, Table
from gongkai.exports.values import Row, Value
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
            if found := [_stored(table, row) for row in rows.get(table.name, ())]:
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


def _stored(table: Table, row: Row) -> list[str | int | float | None]:
    return [_value(row[number]) for number in _STORED[table.name]]


def _create(table: Table) -> str:
    parts = []
    for number, column in enumerate(table.stored):
        key = " PRIMARY KEY" if number == 0 and table.keyed else ""
        refers = f" REFERENCES {column.refers} (id)" if column.refers else ""
        parts.append(f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}{key}{refers}')
    return f"CREATE TABLE {table.name} ({', '.join(parts)})"


def _value(value: Value) -> str | int | float | None:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
