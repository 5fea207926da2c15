"""One disclosure now against its data as published: what is new, ended and changed, under printed labels, in its units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from gongkai.amounts import Amount, AmountStyle, Unit, format_yuan
from gongkai.diffs.pairs import (
    LISTS,
    OFFICES,
    PROJECT,
    TARGET,
    TASK,
    TEXT,
    WHOLE,
    Data,
    Field,
    Pair,
    compared,
    planned,
)
from gongkai.planning.matching import by, matched
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.reading.vocabulary import value_at

State = Literal["new", "ended", "changed"]
_UNIT = re.compile(r"\s*[(（](单位[:：])?(元|万元|亿元)[)）]$")
_TELLING = {
    TASK: ("funds",), PROJECT: ("funds.total",), **dict.fromkeys(LISTS, ("annual_target", "period_target")),
}  # fmt: skip
"""The fields that tell apart what is new or ended."""
_LISTED = {TASK: "tasks", "绩效指标": "indicators", "中期绩效指标": "period_indicators"}
"""Rows, by the list of their record that they stand in."""
_SAID = (
    ("更正说明", "corrections", "day", {"text": "内容"}),
    ("撤回说明", "withdrawals", "name", {"day": "日期", "reason": "原因"}),
)
"""What is said of a disclosure: what it is called, its name in the data, the field that names it, those that are told."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field under its printed label; None where it is blank. Amounts stand in the unit the record has."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something new, ended or changed: a disclosure, a project, an indicator … with what changed in it.

    ``fields`` of what is new or ended are the few that tell it apart, not all of it. ``was`` is, of a new project, the
    file name under which one of the same name was published that is no longer there; ``former`` its 曾用文件名.
    """

    state: State
    kind: str
    name: str
    key: str = ""
    fields: tuple[FieldChange, ...] = ()
    parts: tuple[Difference, ...] = ()
    was: str = ""
    former: tuple[str, ...] = ()


def compare_disclosure(
    loaded: LoadedDepartment, disclosure: Disclosure, old: Data | None
) -> Difference | None:
    """A disclosure now against its published data (None: not published); None when nothing changes."""
    new = planned(loaded, disclosure)
    if old is None:
        counted = (FieldChange("公开项目", None, f"{len(new['projects'])} 个"),) if new["projects"] else ()
        return Difference("new", WHOLE, title_of(new), new["id"], counted)
    if old == new:
        return None
    return next(_Telling(loaded, disclosure, old, new).about(compared(old, new), disclosure, None), None)


def title_of(data: Data) -> str:
    """Locality, department and year of a disclosure's data."""
    year = f"{data['year']}年" if "year" in data else "年度未注明"
    return f"{data['locality'].get('name', '')} {data['department'].get('name', '')} {year}".strip()


class _Telling:
    """Says what pairs come to, with the labels of the disclosure's forms and the units of its records."""

    def __init__(self, loaded: LoadedDepartment, disclosure: Disclosure, old: Data, new: Data) -> None:
        self.disclosure, self.old, self.new = disclosure, old, new
        self.forms = loaded.forms[disclosure.slug]
        self.projects = {one.slug: one for one in disclosure.projects}
        self.renamed = _renamed(old["projects"], new["projects"])

    def about(self, pair: Pair, record: Any, form: Form | None) -> Iterator[Difference]:
        """What differs, if anything does; ``record`` is what it stands in as it is now, ``form`` that one's."""
        some, prefix = pair.new or pair.old, ""
        state: State = "changed" if pair.old and pair.new else "new" if pair.new else "ended"
        if pair.kind == PROJECT:
            # One that goes on under another file name is told in the unit it has there: both sides in one.
            now = {was: key for key, was in self.renamed.items()}
            key = now.get(own := str(some["key"]), own)
            record, form = self.projects.get(key), self.forms.for_project(key).for_projects
        elif pair.kind == TARGET:
            record, form = self.disclosure.department_target, self.forms.for_department
        elif pair.kind in _LISTED:
            prefix = f"{_LISTED[pair.kind]}."
            record = value_at(record, f"{prefix}{pair.keys[-1]}") if pair.new else None
        fields = [
            FieldChange(self._label(one, form, prefix), *_both(one, record, form, prefix))
            for one in pair.fields()
            if state == "changed" or one.path in _TELLING.get(pair.kind, ())
        ]
        parts = [one for part in pair.parts for one in self.about(part, record, form)]
        if pair.kind == WHOLE:
            offices = [one for one in parts if one.kind in OFFICES]
            fields += [replace(one, label=f"{of.kind} › {one.label}") for of in offices for one in of.fields]
            fields += _order(self.old, self.new)
            parts = [*self._said(), *(one for one in parts if one.kind not in OFFICES)]
        if state != "changed" or fields or parts:
            name = some.get("key", some["id"] if pair.kind in (WHOLE, TARGET) and pair.old else "")
            fresh = pair.kind == PROJECT and state == "new"
            was, former = (self.renamed.get(name, ""), record.former) if fresh else ("", ())
            told = (_name(pair.kind, some), name, tuple(fields), tuple(parts))
            yield Difference(state, pair.kind, *told, was, former)

    def _label(self, one: Field, form: Form | None, prefix: str) -> str:
        """The printed label, with the keys behind it where the form prints the same one twice."""
        path, year = prefix + one.path, self.disclosure.year
        if form is None or path not in form.declared.fields or not one.keys:
            return one.label
        # The value carries its own unit: one printed in the label may be another.
        printed = _UNIT.sub("", form.label(path, year))
        others = (name for name in form.declared.fields if ".own." not in f".{name}")
        twice = Counter(_UNIT.sub("", form.label(other, year)) for other in others)
        return f"{printed}（{one.label}）" if twice[printed] > 1 and printed != one.label else printed

    def _said(self) -> Iterator[Difference]:
        for kind, name, title, labels in _SAID:
            before, after = (
                {tuple(row.get(field) for field in (title, *labels)): row for row in side.get(name, ())}
                for side in (self.old, self.new)
            )
            for key in (one for one in {**after, **before} if (one in before) != (one in after)):
                was, now = before.get(key, {}), after.get(key, {})
                told = (FieldChange(label, was.get(one), now.get(one)) for one, label in labels.items())
                yield Difference("new" if now else "ended", kind, key[0], "", tuple(told))


def _both(one: Field, record: Any, form: Form | None, prefix: str) -> Iterator[str | None]:
    """Both sides of a field; an amount in the unit the record states, where it is blank now in the form's."""
    unit: Unit | None = None
    if one.kind == "amount":
        amount = value_at(record, one.path) if one.path else None
        printed = form.amount_style(prefix + one.path).unit if form and one.keys else "元"
        unit = (amount.unit or "元") if isinstance(amount, Amount) else printed
    for value in (one.old, one.new):
        if value is not None and unit is not None:
            yield f"{format_yuan(Decimal(value), AmountStyle(unit, None))} {unit}"
        else:
            yield value if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _name(kind: str, data: Data) -> str:
    if kind == WHOLE:
        return title_of(data)
    if kind in LISTS:
        return " › ".join(data[one] for one in ("level1", "level2", "level3") if one in data) or "未注明"
    named: str = data.get("title" if kind == TEXT else "name", "")
    return named or (f"第 {data['number']} 项" if kind == TASK else "")


def _renamed(old: Sequence[Data], new: Sequence[Data]) -> dict[str, str]:
    """New file name → the one it was published under: the same 项目名称, gone there and new here."""
    before, after = ({one["key"] for one in side} for side in (old, new))
    gone = [one for one in old if one["key"] not in after]
    fresh = [one for one in new if one["key"] not in before]
    pairs = matched(gone, fresh, by(lambda one: one["name"]))
    return {now["key"]: was["key"] for was, now, _ in pairs if was and now}


def _order(old: Data, new: Data) -> list[FieldChange]:
    """A changed order of the projects that are in both, under the names they have now."""
    names = {one["key"]: one["name"] for one in new["projects"]}
    both = names.keys() & {one["key"] for one in old["projects"]}
    before, after = (
        "、".join(names[one["key"]] for one in side["projects"] if one["key"] in both) for side in (old, new)
    )
    return [] if before == after else [FieldChange("项目顺序", before, after)]
