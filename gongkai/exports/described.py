"""What the open data says of itself: datapackage.json, the JSON Schema of its files, schema.org Datasets of pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from gongkai.exports.listing import Entry
from gongkai.exports.tables import BY_NAME, Column, Table, keys
from gongkai.exports.text import script_text
from gongkai.parts import File
from gongkai.planning.plan import Page, to_root
from gongkai.planning.portal import lasting_address
from gongkai.reading.acts import SiteSettings

KEYWORDS = ("预算绩效目标", "绩效指标", "预算公开", "财政", "政府数据")
_LICENCE_NAME = re.compile(r"[-a-zA-Z0-9._]+")
_TYPES: Mapping[str, Mapping[str, Any]] = {
    "amount": {"type": "number", "minimum": 0},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
}


def _written(found: Any) -> bytes:
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


# -- datapackage.json: Frictionless Data Package, version 1 ----------------------------------------


def data_package(
    site: SiteSettings,
    files: Iterable[File],
    day: date | None,
    places: Sequence[str],
    forms: Mapping[str, Sequence[Column]],
) -> bytes:
    """The package of the whole site's tables, JSON and SQLite; years and localities are parts of the same rows.

    ``day``, the newest date in the records, is its version; departments of ``places`` are its sources; ``forms`` are the
    columns of files of what only one form has, by address.
    """
    home = {"path": site.base_url} if site.base_url else {}
    package: dict[str, Any] = {"profile": "data-package", "name": "gongkai", "title": f"{site.title}：数据"}
    if site.base_url:
        package["homepage"] = site.base_url
    if day:
        package |= {"version": f"{day:%Y.%m.%d}", "created": f"{day.isoformat()}T00:00:00+08:00"}
    package["keywords"] = [*KEYWORDS, *places]
    package["sources"] = [{"title": f"{place}各部门公开的预算绩效目标", **home} for place in places]
    package["description"] = f"公开的预算绩效目标。金额单位：元。数据许可：{site.licence or '未注明'}。"
    if site.licence:
        package["licenses"] = [_package_licence(site.licence)]
    package["resources"] = [
        _resource(file, forms.get(file.path))
        for file in files
        if file.path.count("/") == 1 or file.path in forms
    ]
    return _written(package)


def _package_licence(text: str) -> dict[str, str]:
    """The standard wants a name of few characters or a path: any other text is found on the dictionary page."""
    if text.startswith(("https://", "http://")):
        return {"path": text, "title": text}
    if _LICENCE_NAME.fullmatch(text):
        return {"name": text, "title": text}
    return {"path": "dictionary.html", "title": text}


def _resource(file: File, form: Sequence[Column] | None) -> dict[str, Any]:
    name = file.path.partition("/")[2]
    stem, _, ending = name.rpartition(".")
    table = BY_NAME.get(stem) if ending == "csv" else None
    if form is not None:
        title = f"表式自有字段（{stem.rpartition('/')[2]}）"
        table = Table(stem, title, "只有这种表式才有的字段，各占一列", tuple(form), keyed=False)
    found: dict[str, Any] = {
        "name": stem.replace("_", "-").replace("/", "-") if table else f"{stem}-{ending}",
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
            "rows": file.extent,
            "schema": _table_schema(table),
        }
    return found


def _table_schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.keyed:
        schema["primaryKey"] = table.columns[0].label
    foreign = [
        {
            "fields": one.label,
            "reference": {
                "resource": one.refers.replace("_", "-"),
                "fields": BY_NAME[one.refers].columns[0].label,
            },
        }
        for one in table.columns
        if one.refers
    ]
    return {**schema, "foreignKeys": foreign} if foreign else schema


def _field(column: Column) -> dict[str, Any]:
    kind = _TYPES.get(column.kind, {})
    found = {
        "name": column.label,
        "type": kind.get("format") or kind.get("type", "string"),
        "column": column.name,
    }
    return {**found, "description": column.description} if column.description else found


# -- data/schema.json: JSON Schema 2020-12 ----------------------------------------------------------


def data_schema() -> bytes:
    """The shape of the JSON files; what is blank in the table is absent in JSON, so nearly nothing is required."""
    own = {"own": {"$ref": "#/$defs/own"}}
    measured = {"indicators": _list({"$ref": "#/$defs/indicator"}), **own}
    indicator = _object("indicators", **own)
    article = {name: {"type": "string"} for name in ("key", "title", "text")}
    disclosure = _object(
        "disclosures",
        department=_object("departments"),
        locality=_object("localities"),
        facts=_list(_object("facts")),
        corrections=_list(_object("corrections")),
        articles=_list({**_empty("说明"), "properties": article, "required": list(article)}),
        withdrawals=_list(_object("withdrawals")),
        notices=_list(_object("notices")),
        department_target=_object("department_targets", tasks=_list(_object("tasks")), **measured),
        projects=_list(_object("projects", **measured)),
        **own,
    )
    disclosure["required"] += ["department", "locality", "projects"]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "绩效目标公开数据",
        "description": "金额单位：元。空白的字段不出现，与 0 不同。",
        "type": "object",
        "properties": {"$schema": {"type": "string"}, "disclosures": _list(disclosure)},
        "required": ["disclosures"],
        "additionalProperties": False,
        "$defs": {"indicator": indicator, "own": _list(_object("own_values"))},
    }
    return _written(schema)


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _empty(title: str = "") -> dict[str, Any]:
    named = {"title": title} if title else {}
    return {**named, "type": "object", "properties": {}, "required": [], "additionalProperties": False}


def _object(name: str, **more: dict[str, Any]) -> dict[str, Any]:
    """The object a row becomes: columns of inner records inside objects of their own; and what else stands in it."""
    table = BY_NAME[name]
    found = _empty(table.title)
    for column in table.columns:
        if not column.context and column.name not in table.inside:
            _put(found, column)
    found["properties"] |= more
    found["required"] = [one for one in ("id", "indicators") if one in found["properties"]]
    return found


def _put(found: dict[str, Any], column: Column) -> None:
    *above, last = keys(column)
    for key in above:
        found = found["properties"].setdefault(key, _empty())
    described = {"title": column.label, **_TYPES.get(column.kind, {"type": "string"})}
    if column.description:
        described["description"] = column.description
    found["properties"][last] = described


# -- schema.org: browsers never run it, so no CSP blocks it -------------------------------------------


def dataset(
    site: SiteSettings, page: Page, description: str, files: Iterable[Entry], modified: date | None,
    publisher: str | None = None, **more: Any,
) -> Markup:  # fmt: skip
    """The page's files as a Dataset, for ``<script type=application/ld+json>``; what the records do not state is left
    out. ``more``: temporalCoverage, spatialCoverage, datePublished.
    """
    stated = modified.isoformat() if modified else None
    catalogue = {
        "@type": "DataCatalog",
        "name": f"{site.title}：数据",
        "url": lasting_address(site, "data/index.html"),
        "dateModified": stated,
    }
    licence: Any = site.licence
    if licence and not licence.startswith(("https://", "http://")):
        licence = {"@type": "CreativeWork", "name": licence}
    found = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": page.title if page.kind != "data" else f"{site.title}：数据",
        "description": f"{description}。预算绩效目标公开数据：项目、资金（元）、绩效目标、绩效指标及指标值。",
        "identifier": page.path.removesuffix("/index.html"),
        "url": lasting_address(site, page.path),
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "license": licence,
        "creator": _organisation(publisher),
        "publisher": _organisation(site.host),
        **more,
        "dateModified": stated,
        "version": stated,
        "keywords": KEYWORDS,
        "includedInDataCatalog": _stated(catalogue),
        "distribution": [_download(site, page, file) for file in files],
    }
    return Markup(script_text(_stated(found)))


def _stated(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value}


def _organisation(name: str | None) -> dict[str, str] | None:
    return {"@type": "GovernmentOrganization", "name": name} if name else None


def _download(site: SiteSettings, page: Page, file: Entry) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.title,
        "encodingFormat": file.media,
        "contentUrl": lasting_address(site, file.address) or to_root(page.path) + file.address,
        "contentSize": f"{file.size} B",
    }
