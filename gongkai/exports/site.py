"""Open data of the whole site, of each year and of each locality: departments' parts put one behind the other."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from gongkai.exports.database import packed, write
from gongkai.exports.disclosure import JSON_FOOT, disclosure_json, json_head
from gongkai.exports.tables import TABLES, Column
from gongkai.exports.text import BOM, csv_body, csv_head
from gongkai.exports.values import department_row, disclosure_rows, form_rows, locality_row
from gongkai.parts import Part, Piece, pack
from gongkai.planning.plan import Plan
from gongkai.reading.loaded import LoadedDepartment

DATABASE = "data/data.sqlite"
ARCHIVE = "data/data.zip"
PACKAGE = "data/datapackage.json"
FILES = "data/files.csv"
FORMS = "data/forms/"
_ROWS, _FORMS = "rows", "form/"
"""The piece that has the rows of the database; and what the names of pieces of forms begin with."""


class Scope(NamedTuple):
    """The files of the whole site, of a year or of a locality: their folder, and what their names end with."""

    folder: str = "data"
    tail: str = ""

    @classmethod
    def of(cls, kind: str, slug: str) -> Scope:
        """``year`` or ``locality``, and which."""
        return cls(f"data/{kind}/{slug}", f"-{slug}")

    def address(self, stem: str, ending: str = "csv") -> str:
        """The CSV of a table; ``data``: all of it as JSON, or the tables as XLSX."""
        return f"{self.folder}/{stem}{self.tail}.{ending}"


WHOLE = Scope()
Parts = Mapping[tuple[str, str], Part]
"""Locality and department → what it gives, in the plan's order."""


def data_part(loaded: LoadedDepartment) -> bytes:
    """What a department gives (parts.pack): CSV lines and JSON of each disclosure, and the rows of the database.

    The head has the years' folders, how many rows each piece has, and the columns of forms with fields of their own.
    """
    row = department_row(loaded)
    pieces, counts = {"departments": csv_body([row])}, {"departments": 1}
    rows, forms = {"departments": [row]}, {}
    for disclosure in loaded.department.disclosures:
        found = disclosure_rows(loaded, disclosure)
        for name, lines in found.items():
            pieces[f"{disclosure.slug}/{name}"] = csv_body(lines)
            counts[f"{disclosure.slug}/{name}"] = len(lines)
            rows.setdefault(name, []).extend(lines)
        for form, head, lines in form_rows(loaded, disclosure, found):
            name = f"{disclosure.slug}/{_FORMS}{form}"
            forms[form], pieces[name], counts[name] = head, csv_body(lines), len(lines)
        pieces[f"{disclosure.slug}/json"] = disclosure_json(loaded, found).encode()
        counts[f"{disclosure.slug}/json"] = 1
    pieces[_ROWS] = packed(rows)
    years = [disclosure.slug for disclosure in loaded.department.disclosures]
    return pack({"years": years, "counts": counts, "forms": forms}, pieces)


@dataclass
class Joined:
    """A file made of pieces of disclosures, one behind the other: CSV, or JSON with what stands around them."""

    head: bytes
    between: bytes = b""
    foot: bytes = b""
    pieces: list[Piece] = field(default_factory=list)
    rows: int = 0

    def add(self, piece: Piece, rows: int) -> None:
        """The next piece; an empty one gives nothing."""
        if piece.size:
            self.pieces.append(piece)
            self.rows += rows

    def blocks(self) -> Iterator[bytes]:
        """The content."""
        yield self.head
        for number, piece in enumerate(self.pieces):
            if number and self.between:
                yield self.between
            yield piece.read()
        yield self.foot


def joined_files(plan: Plan, parts: Parts) -> dict[str, Joined]:
    """Every CSV and JSON file by address."""
    localities = [locality_row(one.locality) for one in plan.localities]
    heads = {table.name: csv_head(table) for table in TABLES}
    files = {WHOLE.address(name): Joined(head) for name, head in heads.items()}
    files[WHOLE.address("data", "json")] = _json(WHOLE.address("data", "json"))
    of_localities = files[WHOLE.address("localities")]
    of_localities.head += csv_body(localities)
    of_localities.rows = len(localities)
    for (locality, _), part in parts.items():
        files[WHOLE.address("departments")].add(part.pieces["departments"], 1)
        own = {
            name: BOM + csv_body([tuple(label for label, _ in columns)])
            for name, columns in part.head["forms"].items()
        }
        for year in part.head["years"]:
            for form, head in own.items():
                if piece := part.pieces.get(f"{year}/{_FORMS}{form}"):
                    of_form = files.setdefault(f"{FORMS}{form}.csv", Joined(head))
                    of_form.add(piece, part.head["counts"][f"{year}/{_FORMS}{form}"])
            for name, address in _places(locality, year):
                if piece := part.pieces.get(f"{year}/{name}"):
                    if address not in files:
                        files[address] = Joined(heads[name]) if name in heads else _json(address)
                    files[address].add(piece, part.head["counts"][f"{year}/{name}"])
    return files


def form_columns(parts: Parts) -> dict[str, list[Column]]:
    """The columns of what only one form has, by the address of its CSV."""
    found = {form: columns for part in parts.values() for form, columns in part.head["forms"].items()}
    return {
        f"{FORMS}{form}.csv": [Column(label, label, kind) for label, kind in columns]
        for form, columns in found.items()
    }


@cache
def _places(locality: str, year: str) -> list[tuple[str, str]]:
    """To which files a disclosure gives which of its pieces."""
    found = []
    for scope in (WHOLE, Scope.of("year", year), Scope.of("locality", locality)):
        tables = (table.name for table in TABLES if table.scoped or scope == WHOLE)
        found += [(name, scope.address(name)) for name in tables]
        found.append(("json", scope.address("data", "json")))
    return found


def _json(address: str) -> Joined:
    return Joined(json_head(address), b",\n", JSON_FOOT)


def database(plan: Plan, parts: Parts) -> Iterator[bytes]:
    """The SQLite file in blocks."""
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        file = Path(folder) / "data.sqlite"
        localities = packed({"localities": [locality_row(one.locality) for one in plan.localities]})
        write(file, chain([localities], (part.pieces[_ROWS].read() for part in parts.values())))
        with file.open("rb") as stream:
            while block := stream.read(1 << 18):
                yield block


def archive(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """The tables with what describes them in one file, in blocks: the same bytes for the same content.

    ``files`` are (name in it, where its content lies), in order. Raises OSError.
    """
    with tempfile.TemporaryFile(prefix="gongkai-") as made:
        # Entries that are opened by name bear the same time always, and a low level takes less than half the time.
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
            for name, source in files:
                with source.open("rb") as content, packed.open(name, "w") as target:
                    shutil.copyfileobj(content, target, 1 << 18)
        made.seek(0)
        while block := made.read(1 << 18):
            yield block


def rows_keys(parts: Parts) -> Iterator[str]:
    """Keys of what the database is made from besides the localities."""
    for (locality, department), part in parts.items():
        yield f"{locality}/{department}"
        yield part.pieces[_ROWS].key
