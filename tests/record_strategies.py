"""Hypothesis strategies: records that a file can hold, with the own fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form
from gongkai.reading.kinds import SLUG, Kind
from gongkai.reading.own import own_model
from gongkai.reading.records import OWN, DepartmentTarget, Project
from gongkai.reading.vocabulary import inner_record

# What source.py refuses in a file can be in no record; the rest may be anything people paste.
_BAD = "".join(map(chr, [*range(0x20), 0x7F, 0xFFFE, 0xFFFF, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x206A)]))  # fmt: skip
characters = st.one_of(
    st.sampled_from("目标绩效指标产出数量≥≤=>95%%万元，。；：、（）“”《》〔〕 \u3000"),
    st.sampled_from(list(":#-?*&!|>'\"%@`{}[],~\\=<_x0 ")),
    st.characters(exclude_categories=["Cs", "Co", "Cc"], exclude_characters=_BAD),
)
lines = st.text(characters, min_size=1, max_size=60).map(str.strip).filter(bool)
rich_texts = (
    st.lists(st.text(characters, max_size=60), min_size=1, max_size=4)
    .map("\n".join)
    .map(str.strip)
    .filter(bool)
)
amounts = st.builds(
    lambda number, decimals, unit: f"{number / 10**decimals:,.{decimals}f}{unit}",
    st.integers(0, 10**11), st.integers(0, 4), st.sampled_from(["", "元", "万元", "亿元"]),
)  # fmt: skip
_KINDS: dict[str, st.SearchStrategy[str]] = {
    "text": lines, "rich": rich_texts, "target": lines, "amount": amounts,
    "year": st.integers(1990, 2099).map(str), "count": st.integers(0, 10**9 - 1).map(str),
    "date": st.dates().map(str), "choice": st.sampled_from(["是", "否"]),
    "number": st.integers(0, 10**6).map(lambda number: f"{number / 100:.2f}"),
    "slug": st.from_regex(SLUG, fullmatch=True),
}  # fmt: skip


def projects(form: Form | None = None) -> st.SearchStrategy[Project]:
    """Any project a file can hold."""
    return _data(Project, form).map(Project.model_validate)


def department_targets(form: Form | None = None) -> st.SearchStrategy[DepartmentTarget]:
    """Any department's target."""
    return _data(DepartmentTarget, form).map(DepartmentTarget.model_validate)


def form_strategy(forms: Mapping[str, Form], subjects: set[str]) -> st.SearchStrategy[Form | None]:
    """One of the forms of the given subjects, or none."""
    return st.sampled_from([None, *(form for form in forms.values() if form.subject in subjects)])


def _data(model: type[BaseModel], form: Form | None) -> st.SearchStrategy[dict[str, Any]]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for info in model.model_fields.values():
        key = info.alias or ""
        if key == OWN:
            holder = "indicators" if model.__name__ == "Indicator" else "record"
            fields = form.own_on(holder) if form else ()
            if fields:
                optional[OWN] = _own(fields)
        elif not key.startswith("\0"):
            (required if info.is_required() else optional)[key] = _field(info, form)
    return st.fixed_dictionaries(required, optional=optional)


def _field(info: Any, form: Form | None) -> st.SearchStrategy[Any]:
    record, is_list = inner_record(info.annotation)
    if record is not None:
        inner = _data(record, form)
        return st.lists(inner.filter(bool), max_size=4) if is_list else inner
    if choices := _choices(info.annotation):
        return st.sampled_from(choices)
    if get_origin(info.annotation) is tuple:
        return st.lists(_KINDS[_kind(info)], max_size=3)
    return _KINDS[_kind(info)]


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words a field may have; none where it may have any."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return next(filter(None, map(_choices, get_args(annotation))), ())
    return ()


def _kind(info: Any) -> str:
    stack = [*info.metadata, info.annotation]
    while stack:
        item = stack.pop(0)
        if isinstance(item, Kind):
            return item.name
        stack += [*getattr(item, "__metadata__", ()), *get_args(item)]
    raise AssertionError(info)


def _own(fields: tuple[OwnField, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Own values as the loader leaves them: typed, rows as mappings of every column."""

    def read(values: dict[str, Any]) -> dict[str, Any]:
        record = own_model(fields).model_validate(values)
        plain: dict[str, Any] = {}
        for field in fields:
            value = getattr(record, field.id)
            if isinstance(value, tuple):
                value = tuple({name: getattr(row, name) for name in type(row).model_fields} for row in value)
            if value:
                plain[field.id] = value
        return plain

    return (
        st.fixed_dictionaries({}, optional={field.label: _own_field(field) for field in fields})
        .map(read)
        .filter(bool)
    )


def _own_field(field: OwnField) -> st.SearchStrategy[Any]:
    if field.type == "rows":
        row = st.fixed_dictionaries(
            {}, optional={column.label: _own_field(column) for column in field.columns}
        )
        return st.lists(row.filter(bool), min_size=1, max_size=3)
    if field.type == "choice":
        return st.sampled_from(list(field.choices))
    return _KINDS[field.type]
