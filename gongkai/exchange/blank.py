"""Records with room for more: what blank tables of a form are rendered from, and the empty rows of spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gongkai.exchange.binding import SPARE
from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form
from gongkai.reading.records import (
    Department,
    DepartmentTarget,
    Disclosure,
    Indicator,
    KeyTask,
    Locality,
    Project,
)
from gongkai.tables.view import View

SPARE_INDICATORS = 8
SPARE_ROWS = 4
"""Empty rows for more tasks, for rows of a form's own lists, and for more projects of a summary."""


def blank_view(form: Form) -> View:
    """What a blank table of the form is rendered from, with empty rows; of projects one where it holds several."""
    place, department = Locality.model_validate({"地区名称": ""}), Department.model_validate({"部门名称": ""})
    base = View(form, place, department, Disclosure.model_validate({}))
    if form.subject == "department":
        return replace(base, record=with_room(DepartmentTarget.model_construct(name=""), form))
    record = with_room(Project.model_construct(name="", slug=SPARE), form)
    view = replace(base, record=record)
    return replace(base, projects=(view,), excerpt=True) if form.subject == "summary" else view


def with_room(record: Any, form: Form, spares: int = SPARE_INDICATORS) -> Any:
    """The record with empty rows: one per second-level name of a blank record, and some without a name."""
    update: dict[str, Any] = {}
    rows = list(record.indicators)
    levels = [(one.name, two.name) for one in form.declared.indicators.levels for two in one.level2]
    used = {(row.level1, row.level2) for row in rows}
    if form.subject != "summary" and (form.declared.indicators.print_empty or not rows):
        rows += [_indicator(*pair) for pair in levels if pair not in used]
    rows += [_indicator(f"{SPARE}{n}", f"{SPARE}{n}") for n in range(spares)]
    if "indicators" in form.declared.fields or any(
        path.startswith("indicators.level3") for path in form.declared.fields
    ):
        composite = form.subject == "summary" and not any(
            form.declared.fields.get(f"indicators.{name}") for name in ("level3", "level1")
        )
        update["indicators"] = record.indicators if composite else tuple(rows)
    if any(path.startswith("period_indicators.") for path in form.declared.fields):
        own = list(record.period_indicators)
        taken = {(row.level1, row.level2) for row in own}
        own += [_indicator(*pair) for pair in levels if pair not in taken]
        own += [_indicator(f"{SPARE}{n}", f"{SPARE}{n}") for n in range(spares)]
        update["period_indicators"] = tuple(own)
    if isinstance(record, DepartmentTarget):
        update["tasks"] = (*record.tasks, *(KeyTask.model_validate({}) for _ in range(SPARE_ROWS)))
    of_indicators = [own for own in form.own_on("indicators") if own.type == "rows"]
    if of_indicators and form.declared.repeat is None:
        update["indicators"] = tuple(
            _with_items(one, of_indicators) for one in update.get("indicators", rows)
        )
    lists = [own for own in form.own_on("record") if own.type == "rows"]
    if lists:
        held: Mapping[str, Any] = record.own or {}
        update["own"] = {**held, **{own.id: _longer(held, own, SPARE_ROWS) for own in lists}}
    return record.model_copy(update=update)


def _with_items(indicator: Indicator, lists: Sequence[OwnField]) -> Indicator:
    """An indicator with room for two more items of its own, a spare one for its first."""
    count = 1 if (indicator.level1 or "").startswith(SPARE) else 2
    own = {**indicator.own, **{one.id: _longer(indicator.own, one, count) for one in lists}}
    return indicator.model_copy(update={"own": own})


def _longer(held: Mapping[str, Any], own: OwnField, count: int) -> tuple[Mapping[str, Any], ...]:
    """The items of an own list and blank ones."""
    blank = {column.id: None for column in own.columns}
    return (*(held.get(own.id) or ()), *(blank for _ in range(count)))


def _indicator(level1: str, level2: str) -> Indicator:
    return Indicator.model_validate({"一级指标": level1, "二级指标": level2})
