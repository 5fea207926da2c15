"""A record seen through a form: what templates may ask for, values shown the way the form prints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jinja2 import TemplateRuntimeError
from markupsafe import Markup, escape

from gongkai.amounts import Amount, AmountStyle, Unit, format_yuan, total
from gongkai.reading.evaluation import execution_rate, parts_score, percent
from gongkai.reading.forms import Form
from gongkai.reading.own import items_by_name
from gongkai.reading.records import Department, DepartmentTarget, Disclosure, Locality, Project
from gongkai.reading.vocabulary import value_at, without_rows
from gongkai.tables.richtext import paragraphs, rich
from gongkai.tables.rows import (
    IndicatorRow,
    ItemRow,
    SideRow,
    indicator_rows,
    item_rows,
    side_by_side,
    with_items,
)

UNSTATED = "未注明"


@dataclass(frozen=True, slots=True)
class Change:
    """How an amount moved against last year's: 1 up, -1 down, 0 not; by how many 元; per cent (None: from 0)."""

    sign: int
    yuan: Decimal
    percent: str | None


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

    @property
    def key(self) -> str:
        """Which record a row of a table of several shows: the project's slug; "" for a department."""
        return self.record.slug if isinstance(self.record, Project) else ""

    @property
    def title(self) -> str:
        """The table's title, with what the record says in it."""
        return self.form.declared.title_of(
            self.year, {path: self.show(path).striptags() for path in self.form.declared.in_title}
        )

    def label(self, path: str) -> str:
        """The label the form prints for a declared field."""
        return self.form.label(path, self.year)

    def value(self, path: str) -> Any:
        """The field's value itself; None where blank. In summaries and documents: of the disclosure."""
        return value_at(self.disclosure if self.record is None else self.record, path)

    def show(self, path: str) -> Markup:
        """The field as printed: amounts in the form's style, rich text as paragraphs, blank as the form has it."""
        value = value_at(self.disclosure if self.record is None else self.record, path)
        declared = without_rows(path)
        if isinstance(value, str):
            return rich(value) if self.form.kind(declared) == "rich" else paragraphs(value)
        if value is None:
            return rich(self.form.declared.blanks.get(declared, ""))
        if isinstance(value, Amount):
            return escape(value.printed or format_yuan(value.yuan, self.form.amount_style(declared)))
        if isinstance(value, bool):
            return Markup("是" if value else "否")
        return escape(f"{value:f}" if isinstance(value, Decimal) else str(value))

    def lead(self, path: str, mark: str) -> Markup:
        """The field as paragraphs of running text, ``mark`` (a numbered heading) run into the first."""
        head = Markup('<b class="lead">{}</b>').format(mark)
        text = self.show(path)
        if text.startswith("<p>"):
            return Markup("<p>") + head + text[len("<p>") :]
        return Markup("<p>{}{}</p>").format(head, text)

    def yuan(self, value: Decimal | None, path: str) -> str:
        """A computed amount of 元 printed like the field at ``path``; nothing for None."""
        return "" if value is None else format_yuan(value, self.form.amount_style(path))

    def money(self, value: Decimal | None, unit: Unit = "万元") -> str:
        """A computed amount of 元 in running text, as short as it is exact: ``15.67万元``; None: 未注明."""
        if value is None:
            return UNSTATED
        return format_yuan(value, AmountStyle(unit, None, grouping=False, show_unit=True))

    def sum(self, path: str, projects: Sequence[View] | None = None) -> Decimal | None:
        """The sum in 元 of an amount over the projects, or over a record's rows (``tasks.funds``).

        None where it is stated nowhere.
        """
        if projects is None:
            projects = self.projects if self.record is None else (self,)
        return total(amount for view in projects for amount in _all_at(view.record, path.split(".")))

    def change(self) -> Change | None:
        """The projects' total funds against last year's; None where either is unknown."""
        now, before = self.sum("funds.total"), self.last_year_funds
        if now is None or before is None:
            return None
        difference = now - before
        ratio = abs(difference) / before * 100 if before else None
        percent = None if ratio is None else f"{ratio.quantize(Decimal('0.01'), ROUND_HALF_UP):f}%"
        return Change((difference > 0) - (difference < 0), abs(difference), percent)

    @property
    def height(self) -> int:
        """How many rows the record takes in a table with one row per indicator: at least one."""
        return max(len(self.value("indicators")), 1)

    def rows(self, path: str = "indicators", items: str = "") -> list[IndicatorRow]:
        """The record's indicators as printed rows with spans; a row for each of their own ``items`` (own.counties)."""
        rows = indicator_rows(self.value(path), self.form.declared.indicators)
        if not items:
            return rows
        of = (f"{path}.{row.index}.{items}" for row in rows)
        return with_items(
            rows, [[] if row.index is None else self.items(one) for row, one in zip(rows, of, strict=True)]
        )

    def items(self, path: str, below: int = 0) -> list[ItemRow]:
        """The items of an own list as printed rows; cells of the first column cover ``below`` rows more, for 小计."""
        own = self.form.own_field(path.rpartition("own.")[2])
        if own is None or not own.columns:
            raise TemplateRuntimeError(f"“{path}”不是 type: rows 的自有字段")
        return item_rows(path, self.value(path) or (), own.columns[0].id, below)

    def side_rows(self) -> list[SideRow]:
        """Period indicators beside annual ones."""
        return side_by_side(
            self.value("period_indicators"), self.value("indicators"), self.form.declared.indicators
        )

    def names(self) -> list[str]:
        """The names that have a column each, from the record (``repeat:``), in order of first appearance."""
        column = (self.form.declared.repeat or "").rpartition(".")[2]
        lists = (items for _, _, items in items_by_name(self.form, self.record)) if self.record else ()
        return list(dict.fromkeys(str(item[column]) for items in lists for item in items if item.get(column)))

    def place_of(self, path: str, name: str) -> int | None:
        """Which item of a list (``indicators.0.own.counties``) has a name in its first column; None where none has."""
        column = (self.form.declared.repeat or "").rpartition(".")[2]
        items = enumerate(self.value(path) or ())
        return next((place for place, item in items if str(item.get(column)) == name), None)

    def widths(self) -> list[Decimal]:
        """The columns' widths in per cent; what ``*`` stands for is shared out among the names, or kept for one."""
        declared, names = self.form.declared.columns, self.names()
        left = 100 - sum((one for one in declared if isinstance(one, Decimal)), Decimal(0))
        shares = [(left / max(len(names), 1)).quantize(Decimal("0.0001"))] * max(len(names), 1)
        found: list[Decimal] = []
        for one in declared:
            found += [one] if isinstance(one, Decimal) else shares
        return found

    def rate(self, source: str = "total") -> str:
        """执行率 of a source of funds, computed: ``99.97%``; nothing where an amount is blank."""
        evaluation = self.value("evaluation")
        return percent(execution_rate(evaluation, source)) if evaluation else ""

    def scored(self) -> str:
        """The sum of 得分 of execution and indicators; nothing where none is stated."""
        score = parts_score(self.record) if self.record else None
        return "" if score is None else f"{score:f}"

    def weights(self, level1: str = "") -> str:
        """The sum of 权重 of all indicators (with the execution's), or of those of one first level."""
        one = self.value("evaluation")
        rows = [each.weight for each in self.value("indicators") if not level1 or each.level1 == level1]
        rows += [one.weight] if one and not level1 else []
        stated = [weight for weight in rows if weight is not None]
        return f"{sum(stated, Decimal(0)):f}" if stated else ""

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


def _all_at(value: Any, parts: Sequence[str]) -> Iterator[Any]:
    """The values at a declared path, of every row where it leads through a list."""
    if isinstance(value, tuple):
        for row in value:
            yield from _all_at(row, parts)
    elif parts and value is not None:
        yield from _all_at(value_at(value, parts[0]), parts[1:])
    elif value is not None:
        yield value
