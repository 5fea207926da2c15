"""JSON Schemas of the record files for editors, from models and forms: ``python -m gongkai.authoring.schemas``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from gongkai.reading.acts import SiteSettings
from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.kinds import FILE_NAME, SLUG, Record
from gongkai.reading.records import Department, DepartmentTarget, Disclosure, Indicator, Locality, Project
from gongkai.reading.vocabulary import inner_record, inner_types, kind_of
from gongkai.workspace import built_in_layouts

MODELS: Mapping[str, type[Record]] = {
    "site": SiteSettings,
    "locality": Locality,
    "department": Department,
    "disclosure": Disclosure,
    "project": Project,
}
"""File name of the schema → what the record files hold."""
# Editors read scalars by YAML's own types, gongkai reads all of them as text.
_TEXT = {"type": ["string", "number", "boolean", "null"]}
_AMOUNT = r"^\s*[0-9０-９][0-9０-９,，]*([.．][0-9０-９]+)?\s*(元|万元|亿元)?\s*([（(]印作[:：].+[）)])?\s*$"
_KINDS: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "rich": _TEXT,
    "target": _TEXT,
    "amount": {"type": ["string", "number", "null"], "pattern": _AMOUNT, "minimum": 0},
    "number": {"type": ["string", "number", "null"], "pattern": r"^\s*\d{1,9}(\.\d{1,6})?\s*$", "minimum": 0},
    "count": {"type": ["string", "integer", "null"], "pattern": r"^\s*\d{1,9}\s*$", "minimum": 0},
    "year": {
        "type": ["string", "integer", "null"],
        "pattern": r"^\s*(19|20)\d\d\s*$",
        "minimum": 1900,
        "maximum": 2099,
    },
    "day": _TEXT,
    "date": {"type": ["string", "null"], "pattern": r"^\s*\d{4}-\d{2}-\d{2}\s*$"},
    "choice": {"enum": ["是", "否", None]},
    "slug": {"type": ["string", "integer", "null"], "pattern": f"^{SLUG.pattern}$"},
    "file": {"type": ["string", "null"], "pattern": f"^{FILE_NAME.pattern}$"},
}


def record_schemas(forms: Iterable[Form]) -> dict[str, dict[str, Any]]:
    """The schema of each kind of record file by its name; the own fields of all forms are allowed."""
    listed = sorted(forms, key=lambda form: form.id)
    return {name: _Schemas(listed).whole(name, model) for name, model in MODELS.items()}


def write(folder: Path, forms: Iterable[Form]) -> None:
    """Write docs/schemas/*.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in record_schemas(forms).items():
        (folder / f"{name}.json").write_text(as_text(schema), encoding="utf-8", newline="\n")


def as_text(schema: Mapping[str, Any]) -> str:
    """The file's text."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


class _Schemas:
    """Builds one file: inner records become definitions of it."""

    def __init__(self, forms: list[Form]) -> None:
        self.forms = forms
        self.definitions: dict[str, dict[str, Any]] = {}

    def whole(self, name: str, model: type[Record]) -> dict[str, Any]:
        schema = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": f"{name}.yaml" if name != "project" else "<项目>.yaml",
            **self._object(model),
        }
        if self.definitions:
            schema["definitions"] = dict(sorted(self.definitions.items()))
        return schema

    def _object(self, model: type[Record]) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        required = []
        for info in model.model_fields.values():
            key = info.alias or ""
            if key.startswith("\0"):
                continue
            properties[key] = self._described(self._field(info), info.description)
            if info.is_required():
                properties[key] = _not_blank(properties[key])
                required.append(key)
        for own in self._own_fields(model):
            properties.setdefault(own.label, self._own(own))
        found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**found, "required": required} if required else found

    def _described(self, schema: dict[str, Any], text: str | None) -> dict[str, Any]:
        return {**schema, "description": text} if text else schema

    def _field(self, info: FieldInfo) -> dict[str, Any]:
        record, is_list = inner_record(info.annotation)
        if record is not None:
            inner = self._reference(record)
            return _list_of(inner) if is_list else {"anyOf": [inner, {"type": "null"}]}
        if options := _literals(info.annotation):
            return {"enum": [*options, None]}
        kind = _KINDS[kind_of(info)]
        if "Mapping" in str(info.annotation):
            return {"type": ["object", "null"], "additionalProperties": kind}
        return _list_of(kind) if get_origin(info.annotation) is tuple else kind

    def _reference(self, record: type[Record]) -> dict[str, Any]:
        name = record.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._object(record)
        return {"$ref": f"#/definitions/{name}"}

    def _own_fields(self, model: type[Record]) -> list[OwnField]:
        """The fields of forms that show this record; the first form's declaration holds where several name one."""
        wanted = {
            Project: ("record", ("project", "summary", "document")),
            DepartmentTarget: ("record", ("department",)),
            Disclosure: ("disclosure", ("summary", "document")),
            Indicator: ("indicators", ("project", "summary", "document", "department")),
        }
        if model not in wanted:
            return []
        on, subjects = wanted[model]
        return [own for form in self.forms if form.subject in subjects for own in form.own_on(on)]

    def _own(self, own: OwnField) -> dict[str, Any]:
        if own.type == "rows":
            columns = {column.label: self._own(column) for column in own.columns}
            rows = {"type": "object", "properties": columns, "additionalProperties": False}
            return self._described(_list_of(rows), own.description)
        schema = {"enum": [*own.choices, None]} if own.type == "choice" else _KINDS[own.type]
        return self._described(schema, own.description)


def _not_blank(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        return {**schema, "enum": [one for one in schema["enum"] if one is not None]}
    return {**schema, "type": [one for one in schema["type"] if one != "null"]}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": items}


def _literals(annotation: Any) -> list[str]:
    found = (one for one in inner_types(annotation) if get_origin(one) is Literal)
    return [option for one in found for option in get_args(one)]


def main() -> None:
    """Write the schemas of gongkai's own forms into docs/schemas of this project."""
    layouts = built_in_layouts()
    forms, problems = load_forms((layouts,))
    if any(problem.blocks for problem in problems):
        raise SystemExit("\n".join(problem.message for problem in problems))
    write(layouts.parent / "docs" / "schemas", forms.values())


if __name__ == "__main__":
    main()
