"""A record seen through a form: what templates may ask for, values shown the way the form prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from gongkai.amounts import Amount, AmountStyle, Unit, format_yuan, total
from gongkai.forms import Form
from gongkai.records import Department, DepartmentTarget, Disclosure, Locality, Project
from gongkai.richtext import paragraphs, rich
from gongkai.rows import IndicatorRow, SideRow, indicator_rows, side_by_side
from gongkai.vocabulary import value_at, without_rows


@dataclass(frozen=True)
class View:
    """One record in one form. ``record`` is a project or a department's target.

    In summaries and documents ``projects`` are views of the projects, and ``record`` is None; ``excerpt``
    means that only some of the disclosure's projects are shown, so totals of all must not be printed.
    """

    form: Form
    locality: Locality
    department: Department
    disclosure: Disclosure
    record: Project | DepartmentTarget | None = None
    projects: tuple[View, ...] = ()
    excerpt: bool = False
    last_year_funds: Decimal | None = None

    @property
    def year(self) -> int | None:
        """The disclosure's year; None: 未注明."""
        return self.disclosure.year

    def label(self, path: str) -> str:
        """The label the form prints for a declared field."""
        return self.form.label(path, self.year)

    def value(self, path: str) -> Any:
        """The field's value itself; None where blank."""
        return value_at(self.record, path)

    def show(self, path: str) -> Markup:
        """The field as printed: amounts in the form's style, rich text as paragraphs, blank as nothing."""
        value = self.value(path)
        if value is None:
            return Markup()
        declared = without_rows(path)
        if isinstance(value, Amount):
            return Markup.escape(format_yuan(value.yuan, self.form.amount_style(declared)))
        if isinstance(value, str):
            return rich(value) if self.form.term(declared).kind == "rich" else paragraphs(value)
        return Markup.escape(f"{value:f}" if isinstance(value, Decimal) else str(value))

    def yuan(self, value: Decimal | None, path: str) -> str:
        """A computed amount of 元 printed like the field at ``path``; nothing for None."""
        return "" if value is None else format_yuan(value, self.form.amount_style(path))

    def money(self, value: Decimal | None, unit: Unit = "万元") -> str:
        """A computed amount of 元 in running text, as short as it is exact: ``15.67``; None counts as 0."""
        return format_yuan(value or Decimal(0), AmountStyle(unit, None, grouping=False))

    def sum(self, path: str, projects: Sequence[View] | None = None) -> Decimal | None:
        """The sum in 元 of an amount over the projects; None where no project states it."""
        return total(view.value(path) for view in (self.projects if projects is None else projects))

    def rows(self, path: str = "indicators") -> list[IndicatorRow]:
        """The record's indicators as printed rows with spans."""
        return indicator_rows(self.value(path), self.form.declared.indicators)

    def side_rows(self) -> list[SideRow]:
        """Period indicators beside annual ones."""
        record = self.record
        assert isinstance(record, Project)
        return side_by_side(record.period_indicators, record.indicators, self.form.declared.indicators)

    def coded(self, name: str | None) -> str:
        """An indicator level with the code the form prints before it: ``1-产出指标``."""
        code = self.form.declared.indicators.code_of(name)
        return f"{code}-{name}" if code else name or ""

    def by_unit(self) -> list[tuple[str, list[View]]]:
        """The projects grouped by 用款单位, in order of first appearance."""
        groups: dict[str, list[View]] = {}
        for view in self.projects:
            groups.setdefault(view.value("spending_unit") or "", []).append(view)
        return list(groups.items())
