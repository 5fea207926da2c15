"""Which data files pages offer: every file with its kind, size and rows, by site, year, locality and disclosure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gongkai.exports.archive import ARCHIVE
from gongkai.exports.disclosure import BY_NAME, EVALUATION, PER_DISCLOSURE, SCHEMA, data_address
from gongkai.exports.site import DATABASE, FILES, PACKAGE, json_address, table_address
from gongkai.exports.tables import TABLES
from gongkai.exports.text import BOM, csv_body
from gongkai.planning.plan import Plan

_KINDS = {
    "csv": "CSV",
    "json": "JSON",
    "xlsx": "XLSX",
    "sqlite": "SQLite",
    "pdf": "PDF",
    "zip": "ZIP",
    "xml": "XML",
}
_COUNTED = {"csv": "行", "xlsx": "张表", "json": "份公开", "pdf": "页"}
_MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sqlite": "application/vnd.sqlite3",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
_FOR_MACHINES = (
    (ARCHIVE, "全部表和说明（一个压缩包）"),
    (PACKAGE, "数据包说明（Frictionless Data Package）"),
    (SCHEMA, "JSON 文件的结构（JSON Schema）"),
    (FILES, "全站文件清单"),
)


class Facts(Protocol):
    """What is known of a file that was made."""

    @property
    def path(self) -> str:
        """Its address."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def extent(self) -> int:
        """Pages of a PDF, rows of a table, sheets of a workbook, disclosures in JSON."""


def _kind(address: str) -> str:
    ending = address.rpartition(".")[2]
    return _KINDS.get(ending, ending.upper())


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as a page offers it."""

    address: str
    title: str
    size: int
    count: int

    @property
    def kind(self) -> str:
        """CSV, JSON, XLSX …"""
        return _kind(self.address)

    @property
    def media(self) -> str:
        """The media type."""
        return _MEDIA.get(self._ending, "application/octet-stream")

    @property
    def counted(self) -> str:
        """``173 行``, ``3 张表``; nothing where there is nothing to count."""
        unit = _COUNTED.get(self._ending)
        return f"{self.count:,} {unit}" if unit and self.count else ""

    @property
    def _ending(self) -> str:
        return self.address.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one year or locality."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the data page lists: tables of the whole site, files for programs, groups by year and locality."""

    whole: tuple[Entry, ...]
    machines: tuple[Entry, ...]
    years: tuple[Group, ...]
    localities: tuple[Group, ...]


def data_listing(plan: Plan, facts: Mapping[str, Facts]) -> Listing:
    """The site's data files; ``facts`` are of those that were made."""
    years = {
        one.slug: one.year_text
        for place in plan.localities
        for each in place.departments
        for one in each.disclosures
    }
    whole = [*_scope("data", "", facts), *_entries([(DATABASE, "全部数据（SQLite 数据库）")], facts)]
    ordered = sorted(years, key=lambda slug: (slug.isdigit(), slug), reverse=True)
    return Listing(
        tuple(whole),
        tuple(_entries(_FOR_MACHINES, facts)),
        tuple(Group(years[slug], tuple(_scope(f"data/year/{slug}", f"-{slug}", facts))) for slug in ordered),
        tuple(
            Group(place.name, tuple(_scope(f"data/locality/{place.slug}", f"-{place.slug}", facts)))
            for place in plan.localities
        ),
    )


def _scope(folder: str, tail: str, facts: Mapping[str, Facts]) -> Iterator[Entry]:
    named = [(table_address(table.name, folder, tail), table.title) for table in TABLES]
    return _entries([*named, (json_address(folder, tail), "全部数据（JSON）")], facts)


def _entries(named: Iterable[tuple[str, str]], facts: Mapping[str, Facts]) -> Iterator[Entry]:
    for address, title in named:
        if known := facts.get(address):
            yield Entry(address, title, known.size, known.extent)


def disclosure_listing(slugs: tuple[str, ...], facts: Mapping[str, Facts]) -> tuple[Entry, ...]:
    """The data files of a disclosure (three slugs) or of one project (four: its official table)."""
    named = [
        (data_address(*slugs, ending=".xlsx"), "Excel 表"),
        (data_address(*slugs, ending=".json"), "数据"),
        (data_address(*slugs, ending=EVALUATION), "自评表（Excel）"),
    ]
    if len(slugs) == 3:
        named = [(data_address(*slugs, ending=".xlsx"), "全部表格（Excel）")]
        named += [
            (data_address(*slugs, ending=f"-{name}.csv"), BY_NAME[name].title) for name in PER_DISCLOSURE
        ]
        named.append((data_address(*slugs, ending=".json"), "全部数据"))
    return tuple(_entries(named, facts))


def file_list(files: Iterable[Facts]) -> bytes:
    """``data/files.csv``: every file of the site that is for taking away; its own line is not in it."""
    rows = (
        (one.path, _kind(one.path), one.size, one.extent or None)
        for one in sorted(files, key=lambda one: one.path)
    )
    return BOM + csv_body([("文件", "类型", "字节", "行（张表、份公开、页）"), *rows])
