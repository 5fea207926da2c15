"""A form's own fields in a record: taken out of the raw data, validated by their declared types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, create_model
from pydantic_core import PydanticCustomError

from gongkai.problems import Problem
from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Count, Day, Goal, Line, Money, Number, Record, Rich, WrittenDay, label
from gongkai.reading.records import OWN, SLUG_KEY, DepartmentTarget, Project
from gongkai.reading.source import Document, Path_, validated

R = TypeVar("R", bound=Record)
INDICATOR_LISTS = ("绩效指标", "中期绩效指标")
_TYPES: dict[str, Any] = {
    "text": Line, "rich": Rich, "amount": Money, "number": Number, "count": Count, "date": Day, "target": Goal, "day": WrittenDay,
}  # fmt: skip


@lru_cache(maxsize=256)
def own_model(fields: tuple[OwnField, ...], name: str = "Own") -> type[BaseModel]:
    """A pydantic model of own fields: attribute ``id``, alias ``label``."""
    fields_of: Any = {one.id: (_type(one) | None, label(one.label, one.description)) for one in fields}
    return create_model(name, __base__=Record, **fields_of)


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


def read_record(
    document: Document, model: type[R], form: Form | None, problems: list[Problem], slug: str = ""
) -> R | None:
    """A project's or a department target's data as a record with its own fields; None with what is wrong told."""
    data = split_record(document, form, problems)
    return validated(model, document, problems, {**data, SLUG_KEY: slug} if slug else data)


def split_own(document: Document, form: Form | None, holder: str, problems: list[Problem]) -> dict[str, Any]:
    """A document's data with the own fields of ``form`` for ``holder`` validated and moved under one internal key.

    ``holder`` is ``record``, ``indicators`` (one row) or ``disclosure``. What is wrong is added to ``problems``.
    """
    data: dict[str, Any] = dict(document.fields)
    fields = form.own_on(holder) if form else ()
    mine = {field.label: data.pop(field.label) for field in fields if field.label in data}
    if mine and (record := validated(own_model(fields), document, problems, mine)):
        stated = ((field.id, getattr(record, field.id)) for field in fields)
        data[OWN] = {name: _plain(value) for name, value in stated if value is not None}
    return data


def split_record(document: Document, form: Form | None, problems: list[Problem]) -> dict[str, Any]:
    """A project's or a department target's data with own fields moved aside, on itself and on its indicators."""
    result = split_own(document, form, "record", problems)
    for key in INDICATOR_LISTS if form and form.own_on("indicators") else ():
        rows = result.get(key)
        if isinstance(rows, list):
            parts = [document.part((key, index)) for index in range(len(rows))]
            inner = (split_own(one, form, "indicators", problems) for one in parts)
            both = zip(rows, inner, strict=True)
            result[key] = [split if isinstance(row, dict) else row for row, split in both]
    return result


def items_by_name(
    form: Form, record: Project | DepartmentTarget
) -> Iterator[tuple[Path_, OwnField, Sequence[Any]]]:
    """The lists whose items stand in a column for each name, each with its place in the record's file."""
    for path, own in form.named_lists.items():
        if path.startswith("indicators."):
            for number, indicator in enumerate(record.indicators):
                yield (INDICATOR_LISTS[0], number, own.label), own, indicator.own.get(own.id, ())
        else:
            yield (own.label,), own, record.own.get(own.id, ())


def _plain(value: Any) -> Any:
    """Rows as plain mappings, so that records can be pickled without the made-up models."""
    if isinstance(value, tuple):
        return tuple({name: getattr(row, name) for name in type(row).model_fields} for row in value)
    return value
