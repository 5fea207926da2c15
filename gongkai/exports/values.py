"""Records → rows of the open data's tables: amounts in 元, targets as written beside what can be read from them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from gongkai.amounts import Amount
from gongkai.exports import tables
from gongkai.exports.tables import Column, Table
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


def locality_row(locality: Locality) -> Row:
    """The row of ``localities``."""
    return (locality.slug, *_fields(tables.LOCALITIES, locality))


def department_row(loaded: LoadedDepartment) -> Row:
    """The row of ``departments``."""
    slugs = (loaded.locality.slug, loaded.department.slug)
    return ("/".join(slugs), slugs[0], loaded.locality.name, *_fields(tables.DEPARTMENTS, loaded.department))


def disclosure_rows(loaded: LoadedDepartment, disclosure: Disclosure) -> Rows:
    """All rows of one disclosure; projects that are not disclosed are left out."""
    return _Collecting(loaded, disclosure).rows()


def exact(number: Decimal) -> int | Decimal:
    """The same number as short as it is exact: ``27700.00`` → 27700, ``83370.50`` → 83370.5."""
    return int(number) if number == number.to_integral_value() else number.normalize()


@dataclass
class _Collecting:
    loaded: LoadedDepartment
    disclosure: Disclosure
    found: Rows = field(default_factory=dict)

    def rows(self) -> Rows:
        loaded, disclosure = self.loaded, self.disclosure
        forms = loaded.forms[disclosure.slug]
        shown = disclosure.shown
        fields = _fields(tables.DISCLOSURES, disclosure)
        self._add(
            "disclosures", (self.id, self.id.rpartition("/")[0], *self.context[:2], *fields, len(shown))
        )
        for name, value in disclosure.facts.items():
            self._add("facts", (self.id, name, value))
        for notice in disclosure.notices:
            self._add("notices", (self.id, *_fields(tables.NOTICES, notice)))
        for correction in disclosure.corrections:
            files = "、".join(correction.files) or None
            self._add("corrections", (self.id, CORRECTED, correction.day, correction.text, files))
        for fix in disclosure.wording_fixes:
            self._add("corrections", (self.id, REWORDED, fix.day, fix.text, None))
        if disclosure.withdrawal:
            name = disclosure.title or loaded.department.name
            self._add(
                "withdrawals", (self.id, None, name, disclosure.withdrawal.day, disclosure.withdrawal.reason)
            )
        for project in disclosure.withdrawn:
            assert project.withdrawal is not None
            day, reason = project.withdrawal.day, project.withdrawal.reason
            self._add("withdrawals", (self.id, project.slug, project.name, day, reason))
        self._changes()
        self._own(self.id, forms.document or forms.summary, "disclosure", disclosure.own)
        self._target(forms.for_department)
        for number, project in enumerate(shown, 1):
            self._project(project, number, forms.for_project(project.slug).for_projects)
        return self.found

    def _changes(self) -> None:
        """What happened to the disclosure, by day."""
        disclosure, title = self.disclosure, self.disclosure.title or self.loaded.department.name
        found: list[Row] = []
        if disclosure.published:
            found.append((self.id, disclosure.published, "公开", None, title, None))
        found += [(self.id, one.day, CORRECTED, None, title, one.text) for one in disclosure.corrections]
        found += [(self.id, one.day, REWORDED, None, title, one.text) for one in disclosure.wording_fixes]
        found += [
            (self.id, one.published, "公告", None, one.title or f"{title}：{one.kind}", None)
            for one in disclosure.notices
            if one.published
        ]
        for _, key, name, day, reason in self.found.get("withdrawals", ()):
            found.append((self.id, day, "撤回", key, name, reason))
        for row in sorted(found, key=lambda row: str(row[1])):
            self._add("changes", row)

    @property
    def id(self) -> str:
        return "/".join((self.loaded.locality.slug, self.loaded.department.slug, self.disclosure.slug))

    @property
    def context(self) -> Row:
        return (self.loaded.locality.name, self.loaded.department.name, self.disclosure.year)

    def _add(self, table: str, row: Row) -> None:
        self.found.setdefault(table, []).append(row)

    def _target(self, form: Form | None) -> None:
        target = self.disclosure.department_target
        if target is None:
            return
        # No file name has an underscore: the id can be no project's.
        key = f"{self.id}/_department"
        fields = _fields(tables.DEPARTMENT_TARGETS, target)
        self._add("department_targets", (key, self.id, *self.context, *fields))
        self._own(key, form, "record", target.own)
        self._printed(key, target, "")
        for number, task in enumerate(target.tasks, 1):
            self._add(
                "tasks", (f"{key}/task-{number}", key, *self.context, number, *_fields(tables.TASKS, task))
            )
        self._indicators(target.indicators, (None, key), None, form)

    def _project(self, project: Project, number: int, form: Form | None) -> None:
        key = f"{self.id}/{project.slug}"
        fields = _fields(tables.PROJECTS, project)
        self._add("projects", (key, self.id, *self.context, project.slug, number, *fields))
        self._own(key, form, "record", project.own)
        self._printed(key, project, project.slug)
        self._indicators(project.indicators, (key, None), project.name, form)
        self._indicators(project.period_indicators, (key, None), project.name, form, "中期")

    def _indicators(
        self,
        indicators: Sequence[Indicator],
        holder: Row,
        name: str | None,
        form: Form | None,
        list_: str = "年度",
    ) -> None:
        base = holder[0] or holder[1]
        prefix = "period-" if list_ == "中期" else ""
        taken: Counter[str] = Counter()
        for number, indicator in enumerate(indicators, 1):
            name_key = _name_key(indicator)
            taken[name_key] += 1
            again = f"-{taken[name_key]}" if taken[name_key] > 1 else ""
            key = f"{base}/{prefix}{name_key}{again}"
            fields = _fields(tables.INDICATORS, indicator)
            self._add("indicators", (key, *holder, *self.context, name, list_, number, *fields))
            self._own(key, form, "indicators", indicator.own)

    def _printed(self, holder: str, record: Record, slug: str) -> None:
        """What stands in a table instead of an amount; few records have any."""
        if "印作" not in self.loaded.document(self.disclosure.slug, slug).text:
            return
        for term in terms(type(record)).values():
            amount = value_at(record, term.path) if term.kind == "amount" and not term.in_list else None
            if amount and amount.printed:
                start = (holder, *self.context, None, term.path, "_".join(term.keys), None, None, None)
                self._add("own_values", (*start, "printed", amount.printed, exact(amount.yuan)))

    def _own(self, holder: str, form: Form | None, on: str, own: Mapping[str, Any]) -> None:
        """The values of a form's own fields, in the order the form declares them."""
        if not own or form is None:
            return
        for declared in form.own_on(on):
            start = (holder, *self.context, form.id, declared.id, declared.label)
            for place, kind, value in _own_values(declared, own.get(declared.id)):
                plain = _plain(value)
                number = plain if isinstance(plain, (int, Decimal)) else None
                self._add("own_values", (*start, *place, kind, _text(plain), number))


def _name_key(indicator: Indicator) -> str:
    """Eight characters of the names an indicator has: others that are put before it change nothing."""
    names = "\t".join(one or "" for one in (indicator.level1, indicator.level2, indicator.level3))
    return hashlib.sha256(names.encode()).hexdigest()[:8]


def _own_values(declared: OwnField, value: Any) -> Iterator[tuple[Row, str, Any]]:
    """((row, column, column label), type, value) of each value that is stated."""
    if declared.type != "rows":
        if value is not None:
            yield (None, None, None), declared.type, value
        return
    for number, row in enumerate(value or (), 1):
        for column in declared.columns:
            if row.get(column.id) is not None:
                yield (number, column.id, column.label), column.type, row[column.id]


def _text(value: Value) -> str | None:
    if value is None:
        return None
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


_GETTERS: dict[str, tuple[tuple[Any, str], ...]] = {}
"""By the table's name: to look a table up by all its columns would take as long as to read a record."""


def _getters(table: Table) -> tuple[tuple[Any, str], ...]:
    if table.name not in _GETTERS:
        _GETTERS[table.name] = tuple(
            (_getter(column.path), column.part) for column in table.columns if column.path
        )
    return _GETTERS[table.name]


def _getter(path: str) -> Any:
    """Most records have no 自评: what stands in it is looked up where there is one."""
    return partial(value_at, path=path) if path.startswith("evaluation.") else attrgetter(path)


def _fields(table: Table, record: Record) -> Iterator[Value]:
    for get, part in _getters(table):
        value = get(record)
        if part:
            value = getattr(value, part) if value is not None else None
        yield _plain(value)


def _plain(value: Any) -> Value:
    if value is None or type(value) is str:
        return value
    if isinstance(value, Amount):
        return exact(value.yuan)
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, Target):
        return value.text
    if isinstance(value, bool):
        return "是" if value else "否"
    return value  # type: ignore[no-any-return]


def nested(columns: Iterable[Column], row: Row) -> dict[str, Any]:
    """A row as the record it came from: ``funds_total`` under ``funds``; what is blank is left out."""
    found: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        if value is None or column.context:
            continue
        *above, last = [*(column.path.split(".") if column.path else [column.name])]
        holder = found
        for key in (*above, last) if column.part else above:
            holder = holder.setdefault(key, {})
        holder[column.part or last] = value
    return found
