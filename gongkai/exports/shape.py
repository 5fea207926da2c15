"""data/schema.json: the JSON Schema of the open data's JSON files, from the same tables."""

from __future__ import annotations

import json
from typing import Any

from gongkai.exports.disclosure import BY_NAME
from gongkai.exports.tables import Column

_TYPES: dict[str, dict[str, Any]] = {
    "amount": {"type": "number", "minimum": 0},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
}


def data_schema() -> bytes:
    """JSON Schema 2020-12; what is blank in the table is absent in JSON, so nearly nothing is required."""
    own = _list(_object("own_values", "holder_id"))
    indicators = _list({"$ref": "#/$defs/indicator"})
    disclosure = _object("disclosures")
    disclosure["properties"] |= {
        "department": _object("departments"),
        "locality": _object("localities"),
        "facts": _list(_object("facts", "disclosure_id")),
        "corrections": _list(_object("corrections", "disclosure_id")),
        "articles": _list(_texts("key", "title", "text")),
        "withdrawals": _list(_object("withdrawals", "disclosure_id")),
        "department_target": _extended("department_targets", tasks=_list(_object("tasks", "department_target_id")),
                                       indicators=indicators, own={"$ref": "#/$defs/own"}),
        "projects": _list(_extended("projects", indicators=indicators, own={"$ref": "#/$defs/own"})),
        "own": {"$ref": "#/$defs/own"},
    }  # fmt: skip
    disclosure["required"] += ["department", "locality", "projects"]
    indicator = _object("indicators", "project_id", "department_target_id")
    indicator["properties"]["own"] = {"$ref": "#/$defs/own"}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "绩效目标公开数据",
        "description": "金额单位：元。空白的字段不出现，与 0 不同。",
        "type": "object",
        "properties": {"$schema": {"type": "string"}, "disclosures": _list(disclosure)},
        "required": ["disclosures"],
        "additionalProperties": False,
        "$defs": {"indicator": indicator, "own": own},
    }
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _texts(*names: str) -> dict[str, Any]:
    """The object of a text published with the tables: its file's name, its title, and all of it as Markdown."""
    return _empty("说明") | {
        "properties": {name: {"type": "string"} for name in names},
        "required": list(names),
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _extended(table: str, **more: dict[str, Any]) -> dict[str, Any]:
    found = _object(table, "disclosure_id")
    found["properties"] |= more
    found["required"].append("indicators")
    return found


def _object(table: str, *without: str) -> dict[str, Any]:
    """The object a row becomes: columns of inner records inside objects of their own."""
    described = BY_NAME[table]
    found = _empty(described.title)
    for column in described.columns:
        if not column.context and column.name not in without:
            _put(found, column)
    if "id" in found["properties"]:
        found["required"] = ["id"]
    return found


def _empty(title: str = "") -> dict[str, Any]:
    named = {"title": title} if title else {}
    return {**named, "type": "object", "properties": {}, "required": [], "additionalProperties": False}


def _put(found: dict[str, Any], column: Column) -> None:
    *above, last = column.path.split(".") if column.path else [column.name]
    for key in (*above, last) if column.part else above:
        found = found["properties"].setdefault(key, _empty())
    described = {"title": column.label, **_TYPES.get(column.kind, {"type": "string"})}
    if column.description:
        described["description"] = column.description
    found["properties"][column.part or last] = described
