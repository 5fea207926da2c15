"""Records → rows of the open data's tables: amounts in 元, targets as written beside what can be read from them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gongkai.amounts import Amount
from gongkai.exports.tables import BY_NAME
from gongkai.reading.acts import CORRECTED, REWORDED
from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Indicator, Locality, Project
from gongkai.reading.vocabulary import terms, value_at
from gongkai.targets import Target

Value = str | int | Decimal | date | None
Row = tuple[Value, ...]
Rows = dict[str, list[Row]]
"""Table name → rows in the order of its columns."""


_OF_FORMS = (
    ("所属编号", "id"),
    ("地区名称", "text"),
    ("部门", "text"),
    ("公开年度", "integer"),
    ("行", "integer"),
)
_COUNTED = {"amount": "amount", "number": "number", "count": "integer", "date": "date"}
"""Types of own fields that are no text, as kinds of columns."""


def locality_row(locality: Locality) -> Row:
    """The row of ``localities``."""
    return _row("localities", locality, {"id": locality.slug})


def department_row(loaded: LoadedDepartment) -> Row:
    """The row of ``departments``."""
    place = loaded.locality
    given = {
        "id": f"{place.slug}/{loaded.department.slug}",
        "locality_id": place.slug,
        "locality_name": place.name,
    }
    return _row("departments", loaded.department, given)


def disclosure_rows(loaded: LoadedDepartment, disclosure: Disclosure) -> Rows:
    """All rows of one disclosure; projects that are not disclosed are left out."""
    return _Collecting(loaded, disclosure).found


def form_rows(
    loaded: LoadedDepartment, disclosure: Disclosure, rows: Rows
) -> Iterator[tuple[str, list[tuple[str, str]], list[Row]]]:
    """The same own fields with a column each: form, label and kind of each column, and a row for each record that has any.

    Of a field of rows each row has a line of its own, with its number; amounts are in 元.
    """
    for form in loaded.forms[disclosure.slug].all:
        places, columns = [], [*_OF_FORMS]
        for own in form.declared.own:
            for column in own.columns or (None,):
                places.append((own.id, column.id if column else None))
                label = f"{own.label}_{column.label}" if column else own.label
                columns.append((label, _COUNTED.get((column or own).type, "text")))
        found: dict[Row, dict[Row, Value]] = {}
        for *start, of, field, _, row, column_id, _, _, text, value in rows.get("own_values", ()):
            if of == form.id:
                found.setdefault((*start, row), {})[field, column_id] = text if value is None else value
        if found:
            yield form.id, columns, [(*key, *map(has.get, places)) for key, has in found.items()]


def exact(number: Decimal) -> int | Decimal:
    """The same number as short as it is exact: ``27700.00`` → 27700, ``83370.50`` → 83370.5."""
    return int(number) if number == number.to_integral_value() else number.normalize()


class _Collecting:
    def __init__(self, loaded: LoadedDepartment, disclosure: Disclosure) -> None:
        self.found: Rows = {}
        self.loaded, self.disclosure = loaded, disclosure
        place, department = loaded.locality, loaded.department
        self.id = f"{place.slug}/{department.slug}/{disclosure.slug}"
        self.title = disclosure.title or department.name
        self.context = {
            "disclosure_id": self.id,
            "department_id": f"{place.slug}/{department.slug}",
            "locality_name": place.name,
            "department_name": department.name,
            "year": disclosure.year,
        }
        forms = loaded.forms[disclosure.slug]
        shown = disclosure.shown
        self._add("disclosures", disclosure, id=self.id, disclosed_projects=len(shown))
        for name, value in disclosure.facts.items():
            self._add("facts", name=name, value=value)
        for notice in disclosure.notices:
            self._add("notices", notice)
        self._changes()
        self._own(self.id, forms.document or forms.summary, "disclosure", disclosure.own)
        self._target(forms.for_department)
        for number, project in enumerate(shown, 1):
            self._project(project, number, forms.for_project(project.slug).for_projects)

    def _add(self, table: str, record: Record | None = None, **given: Any) -> None:
        row = _row(table, record, {**self.context, **given})
        self.found.setdefault(table, []).append(row)

    def _changes(self) -> None:
        """What was corrected and withdrawn; and all that happened to the disclosure, by day."""
        disclosure = self.disclosure
        changes: list[dict[str, Any]] = []
        if disclosure.published:
            changes.append({"day": disclosure.published, "kind": "公开"})
        fixes = [(CORRECTED, one.day, one.text, "、".join(one.files)) for one in disclosure.corrections]
        fixes += [(REWORDED, one.day, one.text, "") for one in disclosure.wording_fixes]
        for kind, day, text, files in fixes:
            self._add("corrections", kind=kind, day=day, text=text, files=files or None)
            changes.append({"day": day, "kind": kind, "text": text})
        for notice in disclosure.notices:
            if notice.published:
                name = notice.title or f"{self.title}：{notice.kind}"
                changes.append({"day": notice.published, "kind": "公告", "name": name})
        whole = [(None, self.title, disclosure.withdrawal)]
        for key, name, gone in (
            *whole,
            *((one.slug, one.name, one.withdrawal) for one in disclosure.withdrawn),
        ):
            if gone:
                self._add("withdrawals", key=key, name=name, day=gone.day, reason=gone.reason)
                changes.append(
                    {"day": gone.day, "kind": "撤回", "key": key, "name": name, "text": gone.reason}
                )
        for change in sorted(changes, key=lambda change: str(change["day"])):
            self._add("changes", **{"name": self.title, **change})

    def _target(self, form: Form | None) -> None:
        target = self.disclosure.department_target
        if target is None:
            return
        # No file name has an underscore: the id can be no project's.
        key = f"{self.id}/_department"
        self._add("department_targets", target, id=key)
        self._own(key, form, "record", target.own)
        self._printed(key, target, "")
        for number, task in enumerate(target.tasks, 1):
            self._add("tasks", task, id=f"{key}/task-{number}", department_target_id=key, number=number)
        self._indicators(target.indicators, form, key, department_target_id=key)

    def _project(self, project: Project, number: int, form: Form | None) -> None:
        key = f"{self.id}/{project.slug}"
        self._add("projects", project, id=key, key=project.slug, number=number)
        self._own(key, form, "record", project.own)
        self._printed(key, project, project.slug)
        given: dict[str, Any] = {"project_id": key, "project_name": project.name}
        self._indicators(project.indicators, form, key, **given)
        self._indicators(project.period_indicators, form, f"{key}/period-", list="中期", **given)

    def _indicators(
        self, indicators: Sequence[Indicator], form: Form | None, base: str, **given: Value
    ) -> None:
        """``base`` is what their ids begin with: that of their holder, or more of it."""
        taken: Counter[str] = Counter()
        start = base if base.endswith("-") else f"{base}/"
        for number, indicator in enumerate(indicators, 1):
            name = _name_key(indicator)
            taken[name] += 1
            key = f"{start}{name}{f'-{taken[name]}' if taken[name] > 1 else ''}"
            self._add("indicators", indicator, **{"id": key, "list": "年度", "number": number, **given})
            self._own(key, form, "indicators", indicator.own)

    def _printed(self, holder: str, record: Record, slug: str) -> None:
        """What stands in a table instead of an amount; few records have any."""
        if "印作" not in self.loaded.document(self.disclosure.slug, slug).text:
            return
        for term in terms(type(record)).values():
            amount = value_at(record, term.path) if term.kind == "amount" and not term.in_list else None
            if amount and amount.printed:
                given: Any = {"field": term.path, "label": "_".join(term.keys), "type": "printed"}
                self._add(
                    "own_values", holder_id=holder, text=amount.printed, value=exact(amount.yuan), **given
                )

    def _own(self, holder: str, form: Form | None, on: str, own: Mapping[str, Any]) -> None:
        """The values of a form's own fields, in the order the form declares them."""
        for declared in form.own_on(on) if own and form else ():
            for value, given in _own_values(declared, own.get(declared.id)):
                given |= {"holder_id": holder, "form": form.id if form else None}
                plain = _plain(value)
                number = plain if isinstance(plain, (int, Decimal)) else None
                text = f"{plain:f}" if isinstance(plain, Decimal) else str(plain)
                self._add(
                    "own_values", field=declared.id, label=declared.label, text=text, value=number, **given
                )


def _name_key(indicator: Indicator) -> str:
    """Eight characters of the names an indicator has: others that are put before it change nothing."""
    names = "\t".join(one or "" for one in (indicator.level1, indicator.level2, indicator.level3))
    return hashlib.sha256(names.encode()).hexdigest()[:8]


def _own_values(declared: OwnField, value: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each value that is stated, with its type and where in a field of rows it stands."""
    if declared.type != "rows":
        if value is not None:
            yield value, {"type": declared.type}
        return
    for number, row in enumerate(value or (), 1):
        for one in declared.columns:
            if row.get(one.id) is not None:
                place = {"row": number, "column": one.id, "column_label": one.label, "type": one.type}
                yield row[one.id], place


def _row(table: str, record: Record | None, given: Mapping[str, Value]) -> Row:
    """What the record has, and what is given besides by the column's name; blank is what nobody gives."""
    return tuple(_cells(BY_NAME[table].getters, record, given))


def _cells(
    getters: Iterable[tuple[str, Any, str]], record: Any, given: Mapping[str, Value]
) -> Iterator[Value]:
    for name, get, part in getters:
        if get is None:
            yield given.get(name)
            continue
        value = get(record)
        if part and value is not None:
            value = getattr(value, part)
        yield _plain(value)


def _plain(value: Any) -> Value:
    if value is None or type(value) is str:  # most are
        return value
    if isinstance(value, (Amount, Decimal)):
        return exact(value.yuan if isinstance(value, Amount) else value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.text if isinstance(value, Target) else value
