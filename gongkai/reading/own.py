"""A form's own fields in a record: taken out of the raw data, validated by their declared types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError

from gongkai.problems import Problem
from gongkai.reading.declaration import OwnField
from gongkai.reading.explain import explain
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Count, Day, Goal, Line, Money, Number, Rich, WrittenDay
from gongkai.reading.records import OWN, Record
from gongkai.reading.source import Document, Path_

INDICATOR_LISTS = ("绩效指标", "中期绩效指标")
_TYPES: dict[str, Any] = {
    "text": Line, "rich": Rich, "amount": Money, "number": Number, "count": Count, "date": Day, "target": Goal, "day": WrittenDay,
}  # fmt: skip


@lru_cache(maxsize=256)
def own_model(fields: tuple[OwnField, ...], name: str = "Own") -> type[BaseModel]:
    """A pydantic model of own fields: attribute ``id``, alias ``label``."""
    definitions: dict[str, Any] = {
        field.id: (_type(field) | None, Field(None, alias=field.label, description=field.description))
        for field in fields
    }
    return create_model(name, __base__=Record, **definitions)


def _type(field: OwnField) -> Any:
    if field.type == "rows":
        return tuple[own_model(field.columns, field.id), ...]  # type: ignore[misc]
    if field.type == "choice":
        return Annotated[str, BeforeValidator(lambda value: _choice(value, field.choices))]
    return _TYPES[field.type]


def _choice(value: Any, choices: tuple[str, ...]) -> Any:
    if isinstance(value, str) and value.strip() not in choices:
        raise PydanticCustomError("choice", "choice", {"text": value, "expected": "、".join(choices)})
    return value


def split_own(
    data: Mapping[str, Any], document: Document, base: Path_, form: Form | None, holder: str
) -> tuple[dict[str, Any], list[Problem]]:
    """The data with the own fields of ``form`` for ``holder`` validated and moved under one internal key.

    ``holder`` is ``record``, ``indicators`` (one row) or ``disclosure``; ``base`` is where the data stands.
    """
    fields = form.own_on(holder) if form else ()
    if not fields:
        return dict(data), []
    labels = {field.label for field in fields}
    mine = {key: value for key, value in data.items() if key in labels}
    rest = {key: value for key, value in data.items() if key not in labels}
    if not mine:
        return rest, []
    model = own_model(fields)
    try:
        record = model.model_validate(mine)
    except ValidationError as error:
        return rest, explain(error, document, model, base=base)
    rest[OWN] = {
        field.id: _plain(value) for field in fields if (value := getattr(record, field.id)) is not None
    }
    return rest, []


def split_record(
    data: Mapping[str, Any], document: Document, base: Path_, form: Form | None
) -> tuple[dict[str, Any], list[Problem]]:
    """A project's or a department target's data with own fields moved aside, on itself and on its indicators."""
    result, problems = split_own(data, document, base, form, "record")
    for key in INDICATOR_LISTS:
        rows = result.get(key)
        if not isinstance(rows, list):
            continue
        result[key] = list(rows)
        for index, row in enumerate(rows):
            if isinstance(row, dict):
                result[key][index], found = split_own(row, document, (*base, key, index), form, "indicators")
                problems += found
    return result, problems


def _plain(value: Any) -> Any:
    """Rows as plain mappings, so that records can be pickled without the made-up models."""
    if isinstance(value, tuple):
        return tuple({name: getattr(row, name) for name in type(row).model_fields} for row in value)
    return value
