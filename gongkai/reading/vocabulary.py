"""The vocabulary of records: every field's path, printed label and kind, and how to read a value by its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from gongkai.reading.kinds import Kind, Record
from gongkai.reading.records import DepartmentTarget, Project

_OF_PROJECTS = dict.fromkeys(("project", "summary", "document"), Project)
SUBJECTS: dict[str, type[Record]] = {"department": DepartmentTarget, **_OF_PROJECTS}
"""Of what a form is → the record its fields are read from (summaries and documents show projects)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One field of a record: ``path`` in code (``funds.total``), ``keys`` in YAML, kind, explanation.

    In paths of list rows the row number is left out: ``indicators.level3``.
    """

    path: str
    keys: tuple[str, ...]
    kind: str
    in_list: bool
    required: bool
    description: str = ""

    @property
    def label(self) -> str:
        """The last key: the label printed in the official forms."""
        return self.keys[-1]


@cache
def terms(model: type[Record]) -> dict[str, Term]:
    """Every field of a record model by its path; what the loader adds (slug, own …) is left out."""
    return {term.path: term for term in _walk(model, (), (), False)}


def _walk(model: type[Record], path: tuple[str, ...], keys: tuple[str, ...], in_list: bool) -> Iterator[Term]:
    for name, info in model.model_fields.items():
        alias = info.alias or name
        if alias.startswith("\0"):
            continue
        inner_path, inner_keys = (*path, name), (*keys, alias)
        record, is_list = inner_record(info.annotation)
        group = record if record is not model else None
        if group is None or is_list:
            kind, required = ("list", False) if group else (kind_of(info), info.is_required())
            yield Term(".".join(inner_path), inner_keys, kind, in_list, required, info.description or "")
        if group is not None:
            yield from _walk(group, inner_path, inner_keys, in_list or is_list)


def inner_record(annotation: Any) -> tuple[type[Record] | None, bool]:
    """The record type inside ``Funds``, ``X | None`` or ``tuple[X, ...]``, and whether it is a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation, False
    is_list = get_origin(annotation) is tuple
    for argument in get_args(annotation):
        if isinstance(argument, type) and issubclass(argument, Record):
            return argument, is_list
    return None, False


def kind_of(info: FieldInfo) -> str:
    """The kind of a field of a model; ``mapping`` and ``choice`` are those without a mark."""
    for candidate in (*info.metadata, *inner_types(info.annotation)):
        if isinstance(candidate, Kind):
            return candidate.name
    return "mapping" if "Mapping" in str(info.annotation) else "choice"


def inner_types(annotation: Any) -> Iterator[Any]:
    """A type and all types inside it."""
    yield annotation
    for argument in get_args(annotation):
        yield from inner_types(argument)


def value_at(record: Any, path: str) -> Any:
    """The value at ``funds.total``, ``indicators.0.level3`` or ``own.staff``; None where a part is absent.

    Raises AttributeError or KeyError for a path that no such record has.
    """
    value = record
    for part in path.split("."):
        if value is None:
            return None
        if isinstance(value, tuple):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            value = getattr(value, part)
    return value


@lru_cache(maxsize=8192)
def without_rows(path: str) -> str:
    """``indicators.0.level3`` → ``indicators.level3``: the path as declared."""
    return ".".join(part for part in path.split(".") if not part.isdigit())
