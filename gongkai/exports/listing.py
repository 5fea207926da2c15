"""Which data files pages offer: every file with its kind, size and rows, by site, year, locality and disclosure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gongkai.exports.disclosure import EVALUATION, PER_DISCLOSURE, SCHEMA
from gongkai.exports.site import ARCHIVE, DATABASE, FILES, FORMS, PACKAGE, WHOLE, Scope
from gongkai.exports.tables import BY_NAME, TABLES
from gongkai.exports.text import BOM, csv_lines
from gongkai.parts import File
from gongkai.planning.plan import Plan, file_address

_TYPES = {
    "csv": ("text/csv", "行"),
    "json": ("application/json", "份公开"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "张表"),
    "sqlite": ("application/vnd.sqlite3", ""),
    "pdf": ("application/pdf", "页"),
    "zip": ("application/zip", ""),
}
"""Media type, and what is counted, by the ending of a name."""
_FOR_MACHINES = (
    (ARCHIVE, "全部表和说明（一个压缩包）"),
    (PACKAGE, "数据包说明（Frictionless Data Package）"),
    (SCHEMA, "JSON 文件的结构（JSON Schema）"),
    (FILES, "全站文件清单"),
)


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
        return _TYPES.get(self.kind.lower(), ("application/octet-stream", ""))[0]

    @property
    def counted(self) -> str:
        """``173 行``, ``3 张表``; nothing where there is nothing to count."""
        unit = _TYPES.get(self.kind.lower(), ("", ""))[1]
        return f"{self.count:,} {unit}" if unit and self.count else ""


def _kind(address: str) -> str:
    kind = address.rpartition(".")[2].upper()
    return "SQLite" if kind == "SQLITE" else kind


def data_listing(plan: Plan, facts: Mapping[str, File]) -> dict[str, Any]:
    """The site's data files: ``whole`` and ``machines`` list entries, ``years`` and ``localities`` (title, entries).

    ``facts`` are of those that were made.
    """
    years = {one.slug: one.year_text for place in plan.localities for one in place.disclosures}
    ordered = sorted(years, key=lambda slug: (slug.isdigit(), slug), reverse=True)
    forms = (
        (path, f"表式自有字段，各占一列（{path.removeprefix(FORMS).removesuffix('.csv')}）")
        for path in sorted(facts)
        if path.startswith(FORMS)
    )
    return {
        "whole": [*_scope(WHOLE, facts), *entries([(DATABASE, "全部数据（SQLite 数据库）")], facts)],
        "forms": entries(forms, facts),
        "machines": entries(_FOR_MACHINES, facts),
        "years": [(years[slug], _scope(Scope.of("year", slug), facts)) for slug in ordered],
        "localities": [(one.name, _scope(Scope.of("locality", one.slug), facts)) for one in plan.localities],
    }


def _scope(scope: Scope, facts: Mapping[str, File]) -> list[Entry]:
    named = [(scope.address(table.name), table.title) for table in TABLES]
    whole = [
        (scope.address("data", "xlsx"), "各表（Excel）"),
        (scope.address("data", "json"), "全部数据（JSON）"),
    ]
    return entries([*named, *whole], facts)


def entries(named: Iterable[tuple[str, str]], facts: Mapping[str, File]) -> list[Entry]:
    """Those of these files (address, title) that were made."""
    return [
        Entry(address, title, facts[address].size, facts[address].extent)
        for address, title in named
        if address in facts
    ]


def disclosure_listing(slugs: tuple[str, ...], facts: Mapping[str, File]) -> list[Entry]:
    """The data files of a disclosure (three slugs) or of one project (four: its official table)."""
    if len(slugs) == 3:
        tables = ((f"-{name}.csv", BY_NAME[name].title) for name in PER_DISCLOSURE)
        named = [(".xlsx", "全部表格（Excel）"), *tables, (".json", "全部数据")]
    else:
        named = [(".xlsx", "Excel 表"), (".json", "数据"), (EVALUATION, "自评表（Excel）")]
    return entries(((file_address(*slugs, ending=ending), title) for ending, title in named), facts)


FILES_HEAD = BOM + csv_lines([("文件", "类型", "字节", "行（张表、份公开、页）")])
"""How ``data/files.csv`` begins: every file of the site that is for taking away; its own line is not in it."""


def file_lines(files: Iterable[File]) -> bytes:
    """The lines of files in it."""
    return csv_lines((one.path, _kind(one.path), one.size, one.extent or "") for one in files)
