"""Open data of the whole site, of each year and of each locality: the collector that puts departments' parts together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gongkai.collect import Memo, Part, SiteFile
from gongkai.exports.database import Database
from gongkai.exports.disclosure import JSON_FOOT, disclosure_json, json_head
from gongkai.exports.package import Resource, data_package
from gongkai.exports.shape import data_schema
from gongkai.exports.spool import Spool, spool
from gongkai.exports.tables import TABLES
from gongkai.exports.text import csv_body, csv_head
from gongkai.exports.values import Row, Rows, department_row, disclosure_rows, locality_row
from gongkai.load import LoadedDepartment
from gongkai.plan import Plan
from gongkai.records import SiteSettings

DATABASE = "data/data.sqlite"
PACKAGE = "data/datapackage.json"
FILES = "data/files.csv"
_JSON_BETWEEN = b",\n"


@dataclass
class DisclosurePart:
    """One disclosure ready to be put behind others: CSV lines and their number by table, JSON, rows for SQLite."""

    year: str
    csv: dict[str, tuple[bytes, int]]
    json: bytes
    rows: Rows


@dataclass
class DepartmentPart:
    """What one department gives."""

    row: Row
    disclosures: list[DisclosurePart] = field(default_factory=list)


class OpenData:
    """The collector of everything in ``data/`` that is made of records."""

    name = "data"

    def part(self, loaded: LoadedDepartment) -> DepartmentPart:
        """The department's rows, as bytes where they can be."""
        part = DepartmentPart(department_row(loaded))
        for disclosure in loaded.department.disclosures:
            rows = disclosure_rows(loaded, disclosure)
            csv = {name: (csv_body(found), len(found)) for name, found in rows.items()}
            text = disclosure_json(loaded, rows).encode()
            part.disclosures.append(DisclosurePart(disclosure.slug, csv, text, rows))
        return part

    def files(self, parts: Iterable[Part], plan: Plan, site: SiteSettings, memo: Memo) -> Iterator[SiteFile]:
        """The files in order of address; each one's content can be used until the next is taken."""
        with spool() as files:
            _fill(files, parts, plan)
            listed = []
            for address, content, rows in files.contents():
                listed.append(Resource.of(address, content, rows))
                yield SiteFile(address, content, rows)
        yield SiteFile("data/schema.json", data_schema())
        yield SiteFile(PACKAGE, data_package(site, listed))


def scopes(locality: str, year: str) -> tuple[tuple[str, str], ...]:
    """The folders a disclosure's rows go to, and what file names there end in."""
    return ("data", ""), (f"data/year/{year}", f"-{year}"), (f"data/locality/{locality}", f"-{locality}")


def table_address(table: str, folder: str = "data", tail: str = "") -> str:
    """The CSV of a table in a folder."""
    return f"{folder}/{table}{tail}.csv"


def json_address(folder: str = "data", tail: str = "") -> str:
    """The JSON of a folder."""
    return f"{folder}/data{tail}.json"


def _fill(files: Spool, parts: Iterable[Part], plan: Plan) -> None:
    database = Database(files.new(DATABASE, 0))
    heads = {table.name: csv_head(table) for table in TABLES}
    for table in TABLES:
        files.add(table_address(table.name), heads[table.name], b"", 0)
    files.add(json_address(), json_head(json_address()), b"", 0)
    _add_rows(files, database, "localities", [locality_row(one.locality) for one in plan.localities])
    for part in parts:
        if not isinstance(part.content, DepartmentPart):
            continue
        _add_rows(files, database, "departments", [part.content.row])
        for one in part.content.disclosures:
            for name, rows in one.rows.items():
                database.add(name, rows)
            _add_disclosure(files, heads, part.locality, one)
    database.close()
    for address in files.rows:
        if address.endswith(".json"):
            files.end(address, JSON_FOOT)


def _add_rows(files: Spool, database: Database, table: str, rows: list[Row]) -> None:
    database.add(table, rows)
    files.add(table_address(table), b"", csv_body(rows), len(rows))


def _add_disclosure(files: Spool, heads: dict[str, bytes], locality: str, one: DisclosurePart) -> None:
    for folder, tail in scopes(locality, one.year):
        for table in TABLES:
            if table.name in one.csv and (table.scoped or not tail):
                data, rows = one.csv[table.name]
                files.add(table_address(table.name, folder, tail), heads[table.name], data, rows)
        address = json_address(folder, tail)
        between = _JSON_BETWEEN if files.rows.get(address) else b""
        files.add(address, json_head(address), one.json, 1, between)
