"""Open data of the whole site, of each year and of each locality: the collector that puts departments' parts together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.exports.database import Database, Stored, changed_rows, stored, update_database
from gongkai.exports.disclosure import JSON_FOOT, disclosure_json, json_head
from gongkai.exports.package import Resource, data_package
from gongkai.exports.shape import data_schema
from gongkai.exports.spool import Frame, Piece, Pieces, Splice, Spool, splice
from gongkai.exports.tables import TABLES
from gongkai.exports.text import csv_body, csv_head
from gongkai.exports.values import department_row, disclosure_rows, locality_row
from gongkai.planning.plan import Plan
from gongkai.publishing.collect import Desk, Former, Part, SiteFile, Unsuited
from gongkai.publishing.scratch import Finished, hashed
from gongkai.reading.load import LoadedDepartment
from gongkai.reading.records import SiteSettings

DATABASE = "data/data.sqlite"
PACKAGE = "data/datapackage.json"
FILES = "data/files.csv"
_CSV = {table.name: Frame(csv_head(table)) for table in TABLES}
_JSON_BETWEEN = b",\n"
_NO_DEPARTMENT = -1
SMALL = 2_000_000
"""Below these bytes of the database all is made anew: it takes no time, and the same records give the same bytes."""


@dataclass
class DisclosurePart:
    """One disclosure ready to be put behind others: CSV lines and their number by table, and JSON."""

    year: str
    csv: dict[str, Piece]
    json: Piece


@dataclass
class DepartmentPart:
    """What one department gives; ``rows`` are those of the database by table."""

    row: Piece
    disclosures: list[DisclosurePart] = field(default_factory=list)
    rows: dict[str, list[Stored]] = field(default_factory=dict)


@dataclass
class _Kept:
    """What the last run knew of its files: enough to bring them up to date."""

    numbers: dict[tuple[str, str], int]
    """Locality and department → its number."""
    pieces: dict[str, Pieces]
    resources: dict[str, Resource]
    pages: int
    """Pages of the database when it was made anew."""

    @property
    def listed(self) -> list[Resource]:
        """The files in order of address."""
        return [self.resources[address] for address in sorted(self.resources)]

    def resource(self, address: str, file: Finished, rows: int) -> SiteFile:
        """A file of it, noted."""
        self.resources[address] = Resource(address, file.size, file.sha256.hex(), rows)
        return SiteFile(address, file, rows)


class OpenData:
    """The collector of everything in ``data/`` that is made of records."""

    name = "data"
    parted = True

    def part(self, loaded: LoadedDepartment) -> DepartmentPart:
        """The department's rows, as bytes where they can be."""
        row = department_row(loaded)
        part = DepartmentPart(Piece(csv_body([row]), 1), rows={"departments": stored("departments", [row])})
        for disclosure in loaded.department.disclosures:
            rows = disclosure_rows(loaded, disclosure)
            csv = {name: Piece(csv_body(found), len(found)) for name, found in rows.items()}
            text = disclosure_json(loaded, rows).encode()
            part.disclosures.append(DisclosurePart(disclosure.slug, csv, Piece(text, 1)))
            for name, found in rows.items():
                part.rows.setdefault(name, []).extend(stored(name, found))
        return part

    def files(self, parts: Iterable[Part], plan: Plan, site: SiteSettings, desk: Desk) -> Iterator[SiteFile]:
        """Every file: tables and JSON, the database, and what describes them."""
        spool, target = Spool(desk.scratch), desk.scratch.new()
        kept = _Kept({}, spool.pieces, {}, 0)
        with Database(target) as database:
            _begin(spool, database, plan)
            for number, part in enumerate(parts):
                if not isinstance(part.content, DepartmentPart):
                    continue
                kept.numbers[part.locality, part.department] = number
                for name, rows in part.content.rows.items():
                    database.add(name, number, rows)
                for address, (frame, piece) in _pieces(part.locality, part.content).items():
                    spool.add(address, frame, number, piece)
            kept.pages = database.finish()
        yield kept.resource(DATABASE, hashed(target), 0)
        for address, file in spool.finish():
            yield kept.resource(address, file, spool.pieces[address].rows)
        yield SiteFile("data/schema.json", data_schema())
        yield SiteFile(PACKAGE, data_package(site, kept.listed))
        desk.memo["kept"] = kept

    def update(
        self, parts: Iterable[Part], plan: Plan, site: SiteSettings, former: Former, desk: Desk
    ) -> Iterator[SiteFile]:
        """The files of which a byte changed: departments' pieces are put in the place of their former ones."""
        kept = former.memo.get("kept")
        if not isinstance(kept, _Kept) or kept.resources[DATABASE].size < SMALL:
            raise Unsuited
        changed: dict[int, DepartmentPart] = {}
        changes: dict[str, dict[int, Piece]] = {}
        added = Spool(desk.scratch)
        for part in parts:
            number = kept.numbers.get((part.locality, part.department))
            if number is None or not isinstance(part.content, DepartmentPart):
                raise Unsuited
            changed[number] = part.content
            pieces = _pieces(part.locality, part.content)
            for address, (frame, piece) in pieces.items():
                if address in kept.pieces:
                    changes.setdefault(address, {})[number] = piece
                else:
                    added.add(address, frame, number, piece)
            for address, known in kept.pieces.items():
                if number in known and address not in pieces:
                    changes.setdefault(address, {})[number] = Piece(b"", 0)
        splices = _splices(kept, former, changes)
        before = dict(kept.resources)
        # Copying and hashing run outside Python's lock: as many files at once as there are processors.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            database = pool.submit(_database, kept, former, desk.scratch.new(), changed)
            written = {
                address: pool.submit(one.write, desk.scratch.new()) for address, one in splices.items()
            }
            if file := database.result():
                yield kept.resource(DATABASE, file, 0)
            for address, one in splices.items():
                kept.pieces[address] = one.pieces
                yield kept.resource(address, written[address].result(), one.pieces.rows)
        kept.pieces |= added.pieces
        for address, file in added.finish():
            yield kept.resource(address, file, added.pieces[address].rows)
        if kept.resources != before:
            yield SiteFile(PACKAGE, data_package(site, kept.listed))
        desk.memo["kept"] = kept


def scopes(locality: str, year: str) -> tuple[tuple[str, str], ...]:
    """The folders a disclosure's rows go to, and what file names there end in."""
    return ("data", ""), (f"data/year/{year}", f"-{year}"), (f"data/locality/{locality}", f"-{locality}")


def table_address(table: str, folder: str = "data", tail: str = "") -> str:
    """The CSV of a table in a folder."""
    return f"{folder}/{table}{tail}.csv"


def json_address(folder: str = "data", tail: str = "") -> str:
    """The JSON of a folder."""
    return f"{folder}/data{tail}.json"


def _begin(spool: Spool, database: Database, plan: Plan) -> None:
    """The files that are there whatever departments give."""
    rows = [locality_row(one.locality) for one in plan.localities]
    database.add("localities", _NO_DEPARTMENT, stored("localities", rows))
    frames = _CSV | {"localities": Frame(_CSV["localities"].head + csv_body(rows), rows=len(rows))}
    for name, frame in frames.items():
        spool.begin(table_address(name), frame)
    spool.begin(json_address(), _json_frame(json_address()))


def _json_frame(address: str) -> Frame:
    return Frame(json_head(address), _JSON_BETWEEN, JSON_FOOT)


def _pieces(locality: str, part: DepartmentPart) -> dict[str, tuple[Frame, Piece]]:
    """What a department gives to each file, and what stands around the pieces there."""
    found: dict[str, tuple[Frame, list[Piece]]] = {
        table_address("departments"): (_CSV["departments"], [part.row])
    }
    for one in part.disclosures:
        for folder, tail in scopes(locality, one.year):
            for table in TABLES:
                if table.name in one.csv and (table.scoped or not tail):
                    address = table_address(table.name, folder, tail)
                    found.setdefault(address, (_CSV[table.name], []))[1].append(one.csv[table.name])
            address = json_address(folder, tail)
            found.setdefault(address, (_json_frame(address), []))[1].append(one.json)
    return {
        address: (
            frame,
            Piece(frame.between.join(one.data for one in pieces), sum(one.rows for one in pieces)),
        )
        for address, (frame, pieces) in found.items()
    }


def _splices(kept: _Kept, former: Former, changes: Mapping[str, Mapping[int, Piece]]) -> dict[str, Splice]:
    """How each published file changes. Raises Unsuited where one of a year or locality would have to go."""
    found = {}
    for address, pieces in sorted(changes.items()):
        one = splice(former.file(address), kept.pieces[address], pieces)
        if one is not None:
            if not one.pieces.numbers and address.count("/") > 1:
                raise Unsuited
            found[address] = one
    return found


def _database(
    kept: _Kept, former: Former, target: Path, changed: Mapping[int, DepartmentPart]
) -> Finished | None:
    published, rows = former.file(DATABASE), {number: part.rows for number, part in changed.items()}
    which = changed_rows(published, rows)
    if not which:
        return None
    update_database(published, target, rows, which, kept.pages)
    return hashed(target)
