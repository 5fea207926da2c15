"""What rules look at: one department with its records laid out, their texts joined, and places found in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gongkai.amounts import Amount
from gongkai.checks.texts import Examined
from gongkai.checks.wholefile import WholeFile
from gongkai.reading.forms import Form
from gongkai.reading.in_force import FormSet
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Indicator, Objective, Project
from gongkai.reading.source import Path_
from gongkai.targets import Target

_PROJECT_TEXTS = (
    ("name", "项目名称"), ("spending_unit", "用款单位"), ("implementing_unit", "实施单位"), ("overview", "项目概述"),
    ("basis", "立项依据"), ("implementer", "实施主体"), ("plan", "实施方案"), ("schedule", "起止时间"),
    ("content", "项目内容"),
)  # fmt: skip
_EVALUATION_TEXTS = (
    ("result", "完成情况"), ("reason", "执行偏差原因"), ("conclusion", "结论"), ("problems", "存在问题"), ("measures", "改进措施"),
)  # fmt: skip
_TASK_TEXTS = (("name", "名称"), ("content", "主要实施内容"), ("goal", "期望达到的目标"))
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a record and its YAML path."""

    path: Path_
    indicator: Indicator

    @property
    def name(self) -> str:
        """三级指标, "" where blank."""
        return self.indicator.level3 or ""

    @property
    def short(self) -> str:
        """The name for messages, cut where it is a whole paragraph."""
        return self.name if len(self.name) <= _LONGEST_NAME else self.name[: _LONGEST_NAME - 1] + "…"

    @property
    def of_year(self) -> bool:
        """Whether it is one of the year's own, not of 中期绩效指标."""
        return self.path[-2] == "绩效指标"

    @property
    def targets(self) -> Iterator[tuple[str, Target]]:
        """The planned values with their keys; a period value that repeats the year's is left out."""
        annual, period = self.indicator.annual_target, self.indicator.period_target
        if annual is not None:
            yield "年度指标值", annual
        if period is not None and (annual is None or period.text != annual.text):
            yield "实施周期指标值", period


class RecordCase(Examined):
    """One published record: a project, or a department's target (``project`` is then "")."""

    def __init__(
        self,
        of: DisclosureCase,
        record: Project | DepartmentTarget,
        project: str,
        base: Path_,
        form: Form | None,
    ) -> None:
        super().__init__(of.loaded.document(of.disclosure.slug, project), record, base)
        self.of, self.project, self.form = of, project, form
        self.rows = [Row((*base, "绩效指标", n), one) for n, one in enumerate(record.indicators)]
        if isinstance(record, Project) and record.period_indicators:
            self.rows += [Row(("中期绩效指标", n), one) for n, one in enumerate(record.period_indicators)]

    @property
    def evaluation_form(self) -> Form | None:
        """The form of what it reached."""
        forms = self.of.forms
        return forms.for_project(self.project).evaluation if self.project else forms.department_evaluation

    @property
    def year(self) -> int | None:
        """The disclosure's year."""
        return self.of.disclosure.year

    def unclear(self, amount: Amount) -> bool:
        """Whether an amount has no unit where the form prints 万元: that is told, and nothing follows from it."""
        wan = self.form is not None and self.form.amount_style("funds.total").unit != "元"
        return amount.unit is None and bool(amount.yuan) and wan

    @cached_property
    def annual_objective(self) -> tuple[Path_, str]:
        """Path and text of the objective that holds for the year ("" where there is none)."""
        objective: Any = self.record.objective  # type: ignore[attr-defined]
        if isinstance(objective, Objective):
            return ("总体绩效目标", "年度目标"), objective.annual or ""
        return (*self.base, "总体绩效目标"), objective or ""

    def _collect(self) -> None:
        record, base, add = self.record, self.base, self.add
        if isinstance(record, Project):
            for name, key in _PROJECT_TEXTS:
                if (text := getattr(record, name)) is not None:
                    add((key,), text)
            add(("总体绩效目标", "年度目标"), record.objective.annual)
            add(("总体绩效目标", "实施周期总目标"), record.objective.period)
        elif isinstance(record, DepartmentTarget):
            add((*base, "总体绩效目标"), record.objective)
            for number, task in enumerate(record.tasks):
                for name, key in _TASK_TEXTS:
                    add((*base, "年度重点工作任务", number, key), getattr(task, name))
        if evaluation := record.evaluation:  # type: ignore[attr-defined]
            for name, key in _EVALUATION_TEXTS:
                add((*base, "自评", key), getattr(evaluation, name))
        for row in self.rows:
            self._collect_row(row)
        self._collect_own(self.form)

    def _collect_row(self, row: Row) -> None:
        one, path = row.indicator, row.path
        self.add((*path, "三级指标"), one.level3)
        if one.annual_target is not None:
            self.add((*path, "年度指标值"), one.annual_target.text)
        if one.period_target is not None:
            self.add((*path, "实施周期指标值"), one.period_target.text)
        self.add((*path, "偏差原因"), one.reason)
        if one.standard is not None:
            self.add((*path, "绩效标准"), one.standard)
        for identifier, value in one.own.items():
            if isinstance(value, str):
                label = self.form.own_field(identifier) if self.form else None
                self.add((*path, label.label if label else identifier), value)


class DisclosureCase(Examined):
    """One disclosure; ``records`` are what it publishes, ``withheld`` the projects it keeps back."""

    def __init__(self, loaded: LoadedDepartment, disclosure: Disclosure) -> None:
        super().__init__(loaded.document(disclosure.slug), disclosure)
        self.loaded, self.disclosure = loaded, disclosure
        self.forms: FormSet = loaded.forms.get(disclosure.slug, FormSet())
        self.complete = disclosure.slug not in loaded.incomplete
        self.target: RecordCase | None = None
        if disclosure.department_target is not None:
            target = disclosure.department_target
            self.target = RecordCase(self, target, "", ("部门整体绩效目标",), self.forms.for_department)
        cases = [
            RecordCase(self, one, one.slug, (), self.forms.for_project(one.slug).for_projects)
            for one in disclosure.projects
        ]
        self.all_projects = cases
        self.projects = [case for case in cases if case.record.disclosed]  # type: ignore[attr-defined]
        self.withheld = [case for case in cases if not case.record.disclosed]  # type: ignore[attr-defined]
        self.records = ([self.target] if self.target else []) + self.projects

    def _collect(self) -> None:
        disclosure = self.disclosure
        self.add(("标题",), disclosure.title)
        self.add(("增减原因",), disclosure.change_reason)
        for key, value in disclosure.facts.items():
            self.add(("公开信息", key), value)
        for number, correction in enumerate(disclosure.corrections):
            self.add(("更正说明", number, "内容"), correction.text)
        self._collect_own(self.forms.document or self.forms.summary, "disclosure")


class DepartmentCase:
    """One department with all its disclosures, laid out once for all rules."""

    def __init__(self, loaded: LoadedDepartment) -> None:
        self.loaded = loaded
        live = (one for one in loaded.department.disclosures if not one.withdrawal)
        self.disclosures = [DisclosureCase(loaded, one) for one in live]
        self.records: list[RecordCase] = [record for one in self.disclosures for record in one.records]

    def projects(self) -> Iterator[tuple[RecordCase, Project]]:
        """Every published project."""
        for case in self.records:
            if isinstance(case.record, Project):
                yield case, case.record

    def rows(self) -> Iterator[tuple[RecordCase, Row]]:
        """Every indicator."""
        return ((case, row) for case in self.records for row in case.rows)

    def values(self) -> Iterator[tuple[RecordCase, Row, str, Target]]:
        """Every planned value of every indicator, as ``Row.targets`` gives them."""
        return ((case, row, *pair) for case, row in self.rows() for pair in row.targets)

    def texts(self) -> Iterator[Examined]:
        """Everything that has texts a reader sees."""
        yield from self.disclosures
        yield from self.records

    @cached_property
    def files(self) -> tuple[WholeFile, ...]:
        """Every file that is published, with all its texts."""
        held = {case.document.file for one in self.disclosures for case in one.withheld}
        withdrawn = {self.loaded.document(year, name).file for year, name in self.loaded.withdrawn}
        documents = self.loaded.documents
        return tuple(
            WholeFile(one, self.loaded.department, withdrawn=name in withdrawn)
            for name, one in documents.items()
            if name not in held
        )
