"""datapackage.json: the site's data described for machines, after the Frictionless Data Package standard, version 1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.exports.tables import TABLES, Column, Table
from gongkai.reading.settings import SiteSettings

_TYPES = {"amount": "number", "number": "number", "integer": "integer", "date": "date"}
KEYWORDS = ("预算绩效目标", "绩效指标", "预算公开", "财政", "政府数据")
_LICENCE_NAME = re.compile(r"[-a-zA-Z0-9._]+")
LABELS = {table.name: {column.name: column.label for column in table.columns} for table in TABLES}


@dataclass(frozen=True, slots=True)
class Resource:
    """What the package says of a file: address below the site, size in bytes, SHA-256, rows."""

    address: str
    size: int
    sha256: str
    rows: int


def data_package(
    site: SiteSettings, files: Iterable[Resource], day: date | None, places: Sequence[str]
) -> bytes:
    """The package of the whole site's tables, JSON and SQLite; years and localities are parts of the same rows.

    ``day``, the newest date in the records, is its version; departments of ``places`` are its sources.
    """
    whole = [_resource(file) for file in files if file.address.count("/") == 1]
    package: dict[str, Any] = {"profile": "data-package", "name": "gongkai", "title": f"{site.title}：数据"}
    if site.base_url:
        package["homepage"] = site.base_url
    if day:
        package |= {
            "version": day.isoformat().replace("-", "."),
            "created": f"{day.isoformat()}T00:00:00+08:00",
        }
    package["keywords"] = [*KEYWORDS, *places]
    package["sources"] = [
        {"title": f"{place}各部门公开的预算绩效目标", **({"path": site.base_url} if site.base_url else {})}
        for place in places
    ]
    package["description"] = f"公开的预算绩效目标。金额单位：元。数据许可：{site.licence or '未注明'}。"
    if site.licence:
        package["licenses"] = [_licence(site.licence)]
    package["resources"] = whole
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _licence(text: str) -> dict[str, str]:
    """The standard wants a name of few characters or a path: any other text is found on the dictionary page."""
    if text.startswith(("https://", "http://")):
        return {"path": text, "title": text}
    if _LICENCE_NAME.fullmatch(text):
        return {"name": text, "title": text}
    return {"path": "dictionary.html", "title": text}


def _resource(file: Resource) -> dict[str, Any]:
    name = file.address.partition("/")[2]
    stem, _, ending = name.rpartition(".")
    table = next((one for one in TABLES if ending == "csv" and one.name == stem), None)
    found: dict[str, Any] = {
        "name": stem.replace("_", "-") if table else f"{stem}-{ending}",
        "path": name,
        "format": ending,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if table:
        found |= {
            "title": table.title,
            "description": table.description,
            "profile": "tabular-data-resource",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "rows": file.rows,
            "schema": _schema(table),
        }
    return found


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.keyed:
        schema["primaryKey"] = table.columns[0].label
    keys = [
        {"fields": column.label, "reference": {"resource": column.refers.replace("_", "-"), "fields": LABELS[column.refers]["id"]}}
        for column in table.columns
        if column.refers
    ]  # fmt: skip
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _field(column: Column) -> dict[str, Any]:
    found = {"name": column.label, "type": _TYPES.get(column.kind, "string"), "column": column.name}
    if column.description:
        found["description"] = column.description
    return found
