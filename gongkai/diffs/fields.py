"""The fields of a record now and as published: which differ, under their printed labels, amounts in the record's unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongkai.amounts import Amount, AmountStyle, Unit, format_yuan
from gongkai.exports.tables import BY_NAME, Column
from gongkai.reading.forms import Form
from gongkai.reading.vocabulary import value_at

Data = dict[str, Any]
"""An object of the published JSON."""
_UNIT = re.compile(r"\s*[(（](单位[:：])?(元|万元|亿元)[)）]$")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field under its printed label; None where it is blank. Amounts stand in the unit the record has."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Side:
    """Where labels and units come from: the record as it is now, its form, and what the form's paths begin with."""

    record: Any
    form: Form | None
    year: int | None
    prefix: str = ""

    def label(self, column: Column) -> str:
        """The printed label, with the keys behind it where the form prints the same one twice."""
        keys = column.label.replace("_", " › ")
        path = self.prefix + column.path
        if self.form is None or path not in self.form.declared.fields:
            return keys
        # The value carries its own unit: one printed in the label may be another.
        printed = _UNIT.sub("", self.form.label(path, self.year))
        others = (
            self.form.label(one, self.year) for one in self.form.declared.fields if ".own." not in f".{one}"
        )
        twice = Counter(_UNIT.sub("", other) for other in others)
        return f"{printed}（{keys}）" if twice[printed] > 1 and printed != keys else printed

    def unit(self, path: str) -> Unit:
        """The unit the record states; where it is blank now, the form's."""
        amount = value_at(self.record, path) if self.record is not None else None
        if isinstance(amount, Amount):
            return amount.unit or "元"
        return self.form.amount_style(self.prefix + path).unit if self.form else "元"


def changed_fields(table: str, old: Data, new: Data, side: Side) -> Iterator[FieldChange]:
    """The fields of a record that differ, in the table's order."""
    for column in BY_NAME[table].columns:
        if not column.path or column.part not in ("", "text"):
            continue
        before, after = (_at(data, column) for data in (old, new))
        if before != after:
            unit = side.unit(column.path) if column.kind == "amount" else None
            yield FieldChange(side.label(column), _shown(before, unit), _shown(after, unit))


def _at(data: Data, column: Column) -> Any:
    for key in (*column.path.split("."), *([column.part] if column.part else [])):
        if not isinstance(data, dict):
            return None
        data = data.get(key)  # type: ignore[assignment]
    return data


def _shown(value: Any, unit: Unit | None) -> str | None:
    if value is None:
        return None
    if unit is not None:
        return f"{format_yuan(Decimal(value), AmountStyle(unit, None))} {unit}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def changed_names(old: Mapping[str, str], new: Mapping[str, str]) -> list[FieldChange]:
    """The named facts that differ."""
    names = dict.fromkeys([*new, *old])
    return [
        FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    ]


def changed_own(old: Data, new: Data, record: Any) -> list[FieldChange]:
    """Fields only the form has; amounts in the unit the record states."""
    sides = []
    for data in (old, new):
        sides.append({(one["field"], one.get("row"), one.get("column")): one for one in data.get("own", ())})
    found = []
    for key in dict.fromkeys([*sides[1], *sides[0]]):
        before, after = (side.get(key) for side in sides)
        some = after or before or {}
        if (before or {}).get("text") == (after or {}).get("text"):
            continue
        unit = _own_unit(record, key) if some["type"] == "amount" else None
        row = f"第 {some['row']} 行 › {some.get('column_label', '')}" if "row" in some else ""
        label = " › ".join(part for part in (some["label"], row) if part)
        found.append(FieldChange(label, *(_shown(one and one["text"], unit) for one in (before, after))))
    return found


def _own_unit(record: Any, key: tuple[str, int | None, str | None]) -> Unit:
    value = record.own.get(key[0]) if record is not None else None
    if key[1] is not None and value is not None and key[1] <= len(value):
        value = value[key[1] - 1].get(key[2])
    return (value.unit or "元") if isinstance(value, Amount) else "元"


def changed_order(label: str, old: Sequence[Data], new: Sequence[Data]) -> list[FieldChange]:
    """A changed order of the projects that are in both, under the names they have now."""
    both = {one["key"] for one in old} & {one["key"] for one in new}
    names = {one["key"]: one["name"] for one in new}
    before, after = (
        "、".join(names[one["key"]] for one in side if one["key"] in both) for side in (old, new)
    )
    return [] if before == after else [FieldChange(label, before, after)]


def telling(fields: Iterable[FieldChange], side: Side, table: str, *paths: str) -> tuple[FieldChange, ...]:
    """Of the fields of something new or ended, those that tell it apart."""
    labels = {side.label(column) for column in BY_NAME[table].columns if column.path in paths}
    return tuple(one for one in fields if one.label in labels)
