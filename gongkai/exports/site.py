"""Open data of the whole site, of each year and of each locality: departments' parts put one behind the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from gongkai.exports.database import packed, write
from gongkai.exports.disclosure import JSON_FOOT, disclosure_json, json_head
from gongkai.exports.tables import TABLES
from gongkai.exports.text import csv_body, csv_head
from gongkai.exports.values import Row, department_row, disclosure_rows, locality_row
from gongkai.parts import Part, Piece, pack
from gongkai.planning.plan import Plan
from gongkai.reading.loaded import LoadedDepartment

DATABASE = "data/data.sqlite"
PACKAGE = "data/datapackage.json"
FILES = "data/files.csv"
_JSON_BETWEEN = b",\n"
_ROWS = "rows"
"""The piece that has the rows of the database."""
Parts = Mapping[tuple[str, str], Part]
"""Locality and department → what it gives, in the plan's order."""


def data_part(loaded: LoadedDepartment) -> bytes:
    """What a department gives (parts.pack): CSV lines and JSON of each disclosure, and the rows of the database.

    The head has the years' folders, and how many rows each piece has.
    """
    row = department_row(loaded)
    pieces, counts = {"departments": csv_body([row])}, {"departments": 1}
    rows = {"departments": [row]}
    for disclosure in loaded.department.disclosures:
        found = disclosure_rows(loaded, disclosure)
        for name, lines in found.items():
            pieces[f"{disclosure.slug}/{name}"], counts[f"{disclosure.slug}/{name}"] = (
                csv_body(lines),
                len(lines),
            )
            rows.setdefault(name, []).extend(lines)
        pieces[f"{disclosure.slug}/json"] = disclosure_json(loaded, found).encode()
        counts[f"{disclosure.slug}/json"] = 1
    pieces[_ROWS] = packed(rows)
    years = [disclosure.slug for disclosure in loaded.department.disclosures]
    return pack({"years": years, "counts": counts}, pieces)


class Frame(NamedTuple):
    """What stands around the pieces of a file."""

    head: bytes
    between: bytes = b""
    foot: bytes = b""


@dataclass
class Joined:
    """A file made of one piece per disclosure."""

    frame: Frame
    pieces: list[Piece] = field(default_factory=list)
    rows: int = 0

    def add(self, piece: Piece, rows: int) -> None:
        """The next piece; an empty one gives nothing."""
        if piece.size:
            self.pieces.append(piece)
            self.rows += rows

    def blocks(self) -> Iterator[bytes]:
        """The content."""
        yield self.frame.head
        for number, piece in enumerate(self.pieces):
            if number and self.frame.between:
                yield self.frame.between
            yield piece.read()
        yield self.frame.foot


def joined_files(plan: Plan, parts: Parts) -> dict[str, Joined]:
    """Every CSV and JSON file by address."""
    localities = [locality_row(one.locality) for one in plan.localities]
    files = {table_address(table.name): Joined(Frame(csv_head(table))) for table in TABLES}
    files[table_address("localities")] = Joined(_with_rows("localities", localities), rows=len(localities))
    files[json_address()] = Joined(_json_frame(json_address()))
    for (locality, _), part in parts.items():
        counts = part.head["counts"]
        files[table_address("departments")].add(part.pieces["departments"], 1)
        for year in part.head["years"]:
            for name, address, frame in _places(locality, year):
                if piece := part.pieces.get(f"{year}/{name}"):
                    files.setdefault(address, Joined(frame)).add(piece, counts[f"{year}/{name}"])
    return files


def _places(locality: str, year: str) -> Iterator[tuple[str, str, Frame]]:
    """To which files a disclosure gives which of its pieces, and what stands around them there."""
    for folder, tail in scopes(locality, year):
        for table in TABLES:
            if table.scoped or not tail:
                yield table.name, table_address(table.name, folder, tail), Frame(csv_head(table))
        address = json_address(folder, tail)
        yield "json", address, _json_frame(address)


def database(plan: Plan, parts: Parts) -> Iterator[bytes]:
    """The SQLite file in blocks."""
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        file = Path(folder) / "data.sqlite"
        localities = packed({"localities": [locality_row(one.locality) for one in plan.localities]})
        write(file, chain([localities], (part.pieces[_ROWS].read() for part in parts.values())))
        with file.open("rb") as stream:
            while block := stream.read(1 << 18):
                yield block


def rows_keys(parts: Parts) -> Iterator[str]:
    """Keys of what the database is made from besides the localities."""
    for (locality, department), part in parts.items():
        yield f"{locality}/{department}"
        yield part.pieces[_ROWS].key


def scopes(locality: str, year: str) -> tuple[tuple[str, str], ...]:
    """The folders a disclosure's rows go to, and what file names there end in."""
    return ("data", ""), (f"data/year/{year}", f"-{year}"), (f"data/locality/{locality}", f"-{locality}")


def table_address(table: str, folder: str = "data", tail: str = "") -> str:
    """The CSV of a table in a folder."""
    return f"{folder}/{table}{tail}.csv"


def json_address(folder: str = "data", tail: str = "") -> str:
    """The JSON of a folder."""
    return f"{folder}/data{tail}.json"


def _with_rows(name: str, rows: Iterable[Row]) -> Frame:
    (table,) = (one for one in TABLES if one.name == name)
    return Frame(csv_head(table) + csv_body(rows))


def _json_frame(address: str) -> Frame:
    return Frame(json_head(address), _JSON_BETWEEN, JSON_FOOT)
