"""The open data's tables and their columns: ``layouts/shared/open-data.yaml``, with the vocabulary of records in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter
from typing import Any

import yaml

from gongkai.reading.acts import Notice
from gongkai.reading.kinds import Record
from gongkai.reading.records import (
    Department,
    DepartmentTarget,
    Disclosure,
    Indicator,
    KeyTask,
    Locality,
    Project,
)
from gongkai.reading.vocabulary import Term, terms, value_at
from gongkai.workspace import built_in_layouts

_TARGET_PARTS = (
    ("comparator", "符号", "text", "从原文读出的符号：= ≥ ≤ > < ≈；没有写的为空"),
    ("number", "数值", "number", "从原文读出的数；读不出（定性）为空"),
    ("unit", "单位", "text", "从原文读出的单位"),
)
# Every project here is disclosed; why another is not, and what was accepted in checking, is not data. What else is
# left out of a record's own columns stands in tables of its own.
_LEFT_OUT = {
    "disclosed", "signed.who", "signed.day", "signed.value", "withheld_reason", "former", "order", "sort_key", "facts",
    "projects", "texts", "withdrawal.day", "withdrawal.reason",
}  # fmt: skip
_APART = ("forms", "department_target")
_MODELS: dict[str, type[Record]] = {
    model.__name__: model
    for model in (Locality, Department, Disclosure, Notice, DepartmentTarget, KeyTask, Project, Indicator)
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` in JSON and SQLite, ``label`` in CSV. ``path`` is where the record has it ("" for none),
    ``part`` which part of what stands there. The rest is explained in open-data.yaml.
    """

    name: str
    label: str
    kind: str = "text"
    description: str = ""
    path: str = ""
    part: str = ""
    context: bool = False
    refers: str = ""


@dataclass(frozen=True)
class Table:
    """One table, as open-data.yaml explains."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    keyed: bool = True
    scoped: bool = True
    inside: tuple[str, ...] = ()

    @cached_property
    def getters(self) -> tuple[tuple[str, Any, str], ...]:
        """For each column its name, or how a record is asked for it, and for which part of that."""
        return tuple((one.name, _getter(one.path), one.part) for one in self.columns)

    def nested(self, row: tuple[Any, ...]) -> dict[str, Any]:
        """A row as the record it came from: ``funds_total`` under ``funds``; what is blank is left out."""
        found: dict[str, Any] = {}
        for column, value in zip(self.columns, row, strict=True):
            if value is not None and not column.context and column.name not in self.inside:
                *above, last = keys(column)
                holder = found
                for key in above:
                    holder = holder.setdefault(key, {})
                holder[last] = value
        return found


def keys(column: Column) -> list[str]:
    """Where JSON has a column: keys from the outside in."""
    path = column.path.split(".") if column.path else [column.name]
    return [*path, column.part] if column.part else path


def _getter(path: str) -> Any:
    """Most records have no 自评: what stands in it is looked up where there is one."""
    if path.startswith("evaluation."):
        return partial(value_at, path=path)
    return attrgetter(path) if path else None


def _read() -> Iterator[Table]:
    file = built_in_layouts() / "shared/open-data.yaml"
    for one in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["tables"]:
        columns: list[Column] = []
        for each in one.pop("columns"):
            columns += _own_columns(_MODELS[each["fields"]]) if "fields" in each else [Column(**each)]
        yield Table(columns=tuple(columns), inside=tuple(one.pop("inside", ())), **one)


def _own_columns(model: type[Record]) -> Iterator[Column]:
    """The columns of a record's own fields; lists of rows are tables of their own."""
    apart = (*_APART, *(term.path for term in terms(model).values() if term.kind == "list"))
    for term in terms(model).values():
        if term.path not in _LEFT_OUT and not any(f"{term.path}.".startswith(f"{one}.") for one in apart):
            yield from _of_term(term)


def _of_term(term: Term) -> Iterator[Column]:
    name, label = term.path.replace(".", "_"), "_".join(term.keys)
    if term.kind == "target":
        yield Column(name, label, "text", _described(term, "按原文"), term.path, "text")
        for part, tail, kind, description in _TARGET_PARTS:
            yield Column(f"{name}_{part}", f"{label}_{tail}", kind, description, term.path, part)
        return
    kind = {"year": "integer", "count": "integer", "choice": "text", "slug": "text"}.get(term.kind, term.kind)
    extra = {"amount": "元", "rich": "按原文，可能含有换行和 Markdown"}.get(kind, "")
    yield Column(name, label, kind, _described(term, extra), term.path)


def _described(term: Term, extra: str) -> str:
    return "；".join(part for part in (term.description, extra) if part)


TABLES = tuple(_read())
"""In the order of their references: a table refers only to those before it."""
BY_NAME = {table.name: table for table in TABLES}
