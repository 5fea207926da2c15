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

_TYPES = {"integer": "INTEGER", "amount": "NUMERIC", "number": "NUMERIC"}
_INDEXES = {
    "projects": ("disclosure_id", "key", "funds_total"),
    "indicators": ("project_id", "department_target_id", "level1, level2"),
    "disclosures": ("department_id", "year"),
    "departments": ("locality_id",),
    "department_targets": ("disclosure_id",),
    "tasks": ("department_target_id",),
    "facts": ("disclosure_id",),
    "corrections": ("disclosure_id",),
    "withdrawals": ("disclosure_id",),
    "own_values": ("holder_id",),
}
_FROM_DISCLOSURE = """
  JOIN departments ON departments.id = disclosures.department_id
  JOIN localities ON localities.id = departments.locality_id"""
_VIEWS = {
    "项目一览": f"""
SELECT projects.id AS 项目编号, localities.name AS 地区, departments.name AS 部门, disclosures.year AS 年度,
  projects.name AS 项目名称, projects.type AS 项目类型, projects.funds_total AS 年度资金,
  (SELECT count(*) FROM indicators WHERE project_id = projects.id) AS 指标数
FROM projects JOIN disclosures ON disclosures.id = projects.disclosure_id{_FROM_DISCLOSURE}""",
    "指标一览": f"""
SELECT indicators.id AS 指标编号, localities.name AS 地区, departments.name AS 部门, disclosures.year AS 年度,
  projects.name AS 项目名称, indicators.level1 AS 一级指标, indicators.level2 AS 二级指标, indicators.level3 AS 三级指标,
  indicators.annual_target AS 年度指标值, indicators.annual_target_comparator AS 符号,
  indicators.annual_target_number AS 数值, indicators.annual_target_unit AS 单位
FROM indicators LEFT JOIN projects ON projects.id = indicators.project_id
  LEFT JOIN department_targets ON department_targets.id = indicators.department_target_id
  JOIN disclosures ON disclosures.id = coalesce(projects.disclosure_id, department_targets.disclosure_id){_FROM_DISCLOSURE}""",
    "部门年度合计": f"""
SELECT disclosures.id AS 公开编号, localities.name AS 地区, departments.name AS 部门, disclosures.year AS 年度,
  disclosures.disclosed_projects AS 公开项目数, disclosures.all_projects AS 项目总数,
  sum(projects.funds_total) AS 项目资金合计
FROM disclosures LEFT JOIN projects ON projects.disclosure_id = disclosures.id{_FROM_DISCLOSURE}
GROUP BY disclosures.id""",
    "项目历年": f"""
SELECT disclosures.department_id AS 部门编号, departments.name AS 部门, projects.key AS 项目标识,
  disclosures.year AS 年度, projects.name AS 项目名称, projects.funds_total AS 年度资金
FROM projects JOIN disclosures ON disclosures.id = projects.disclosure_id{_FROM_DISCLOSURE}
ORDER BY disclosures.department_id, projects.key, disclosures.year""",
}
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
        base.execute("BEGIN")
        for indexed, several_columns in _INDEXES.items():
            for columns in several_columns:
                name = f"{indexed}_{columns.replace(', ', '_')}"
                base.execute(f"CREATE INDEX {name} ON {indexed} ({columns})")
        for view, query in _VIEWS.items():
            base.execute(f"CREATE VIEW {view} AS{query}")
        base.execute("COMMIT")


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
