"""What rules look at: one department with its records laid out, the values they state, and what rules go over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from gongkai.amounts import Amount
from gongkai.checks.texts import UNPUBLISHED, Examined, WholeFile, cut
from gongkai.reading.evaluation import is_evaluated
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.loaded import FormSet, LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Indicator, Objective, Project
from gongkai.reading.source import Path_, keys_of, leaves
from gongkai.reading.vocabulary import SUBJECTS, Term, terms

_NO_PROSE = frozenset(
    {"项目代码", "项目类型", "项目等级", "项目属性", "项目类别", "主管部门", "部门名称", "计划开始日期", "计划完成日期", "执行率", "不公开原因",
     "一级指标", "二级指标", "指标性质", "度量单位", "指标方向性", "实际完成值"}
)  # fmt: skip
"""Fields with words of a list, numbers and names: no pattern of texts is meant for them."""


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
        """The name for messages."""
        return cut(self.name)

    @property
    def of_year(self) -> bool:
        """Whether it is one of the year's own, not of 中期绩效指标."""
        return self.path[-2] == "绩效指标"

    @property
    def annual(self) -> Path_:
        """Where its value for the year stands."""
        return (*self.path, "年度指标值")

    @property
    def period(self) -> Path_:
        """Where its value for the whole period stands."""
        return (*self.path, "实施周期指标值")


class RecordCase(Examined):
    """One published record: a project, or a department's target (``project`` is then "")."""

    record: Project | DepartmentTarget

    def __init__(self, of: DisclosureCase, record: Project | DepartmentTarget, form: Form | None) -> None:
        project, base = (record.slug, ()) if isinstance(record, Project) else ("", ("部门整体绩效目标",))
        super().__init__(of.loaded.document(of.disclosure.slug, project), record, base)
        self.of, self.project, self.form = of, project, form
        self.year = of.disclosure.year
        self.rows = [Row((*base, "绩效指标", n), one) for n, one in enumerate(record.indicators)]
        if isinstance(record, Project):
            self.rows += [Row(("中期绩效指标", n), one) for n, one in enumerate(record.period_indicators)]
        self.annual_rows = [row for row in self.rows if row.of_year]

    @property
    def evaluated(self) -> bool:
        """Whether it states what was reached."""
        return is_evaluated(self.record)

    @property
    def evaluation_form(self) -> Form | None:
        """The form of what it reached."""
        forms = self.of.forms
        return forms.for_project(self.project).evaluation if self.project else forms.department_evaluation

    def unclear(self, amount: Amount) -> bool:
        """Whether an amount has no unit where the form prints 万元: that is told, and nothing follows from it."""
        wan = self.form is not None and self.form.amount_style("funds.total").unit != "元"
        return amount.unit is None and bool(amount.yuan) and wan

    @cached_property
    def annual_objective(self) -> tuple[Path_, str]:
        """Path and text of the objective that holds for the year ("" where there is none)."""
        objective = self.record.objective
        if isinstance(objective, Objective):
            return ("总体绩效目标", "年度目标"), objective.annual or ""
        return (*self.base, "总体绩效目标"), objective or ""

    @cached_property
    def _values(self) -> list[tuple[Term, Path_, str]]:
        fields = _fields(type(self.record), self.form)
        stated = leaves(self.document.part(self.base).data)
        keyed = ((fields.get(keys_of(path)), path, text) for path, text in stated)
        return [(term, (*self.base, *path), text) for term, path, text in keyed if term]

    def stated(self, *kinds: str) -> Iterator[tuple[Term, Path_, str]]:
        """Every value of these kinds that the record states: its field, its YAML path, its text."""
        return (one for one in self._values if one[0].kind in kinds)

    def _stated_texts(self) -> Iterator[tuple[Path_, str]]:
        """The texts, those of the year before those of the period that may repeat them."""
        prose = (one for one in self.stated("text", "rich", "target") if one[0].label not in _NO_PROSE)
        return ((path, text) for _, path, text in sorted(prose, key=lambda one: "period" in one[0].path))


@cache
def _fields(model: type[Record], form: Form | None) -> dict[tuple[str, ...], Term]:
    """The fields of a record and of its form by their keys."""
    left_out = UNPUBLISHED | {"撤回说明"}
    found = {one.keys: one for one in terms(model).values() if one.keys[0] not in left_out}
    of_form = form.own_terms() if form and model is SUBJECTS[form.subject] else ()
    return found | {one.keys: one for one in of_form}


class DisclosureCase(Examined):
    """One disclosure; ``records`` are what it publishes, ``withheld`` the projects it keeps back."""

    def __init__(self, loaded: LoadedDepartment, disclosure: Disclosure) -> None:
        super().__init__(loaded.document(disclosure.slug), disclosure)
        self.loaded, self.disclosure = loaded, disclosure
        self.forms: FormSet = loaded.forms.get(disclosure.slug, FormSet())
        self.complete = disclosure.slug not in loaded.incomplete
        self.target: RecordCase | None = None
        if target := disclosure.department_target:
            self.target = RecordCase(self, target, self.forms.for_department)
        forms = ((one, self.forms.for_project(one.slug).for_projects) for one in disclosure.projects)
        self.all_projects = [(RecordCase(self, one, form), one) for one, form in forms]
        self.projects = [pair for pair in self.all_projects if pair[1].disclosed]
        self.withheld = [pair for pair in self.all_projects if not pair[1].disclosed]
        self.records = [case for case in (self.target, *(case for case, _ in self.projects)) if case]

    @property
    def address(self) -> str:
        """地区/部门/年度, as commands take it."""
        return "/".join((self.loaded.locality.slug, self.loaded.department.slug, self.disclosure.slug))

    def _stated_texts(self) -> Iterator[tuple[Path_, str]]:
        form = self.forms.document or self.forms.summary
        own = {one.label for one in form.own_on("disclosure")} if form else set()
        for path, text in leaves(self.document.data):
            correction = path[0] == "更正说明" and path[-1] == "内容"
            if correction or path[0] in {"标题", "增减原因", "公开信息"} | own:
                yield path, text


class DepartmentCase:
    """One department with all its disclosures, laid out once for all rules; its methods are what rules go over."""

    def __init__(self, loaded: LoadedDepartment) -> None:
        self.loaded = loaded
        live = (one for one in loaded.department.disclosures if not one.withdrawal)
        self.years = [DisclosureCase(loaded, one) for one in live]

    def whole(self) -> Iterator[tuple[DepartmentCase]]:
        """The department itself."""
        yield (self,)

    def disclosures(self) -> Iterator[tuple[DisclosureCase]]:
        """Every disclosure."""
        return ((one,) for one in self.years)

    def records(self) -> Iterator[tuple[RecordCase]]:
        """Every published record: departments' targets, and projects."""
        return ((record,) for one in self.years for record in one.records)

    def evaluated(self) -> Iterator[tuple[RecordCase]]:
        """Every record that states what was reached."""
        return ((record,) for (record,) in self.records() if record.evaluated)

    def targets(self) -> Iterator[tuple[RecordCase, DepartmentTarget]]:
        """Every department's target."""
        for one in self.years:
            if one.target and (target := one.disclosure.department_target):
                yield one.target, target

    def projects(self) -> Iterator[tuple[RecordCase, Project]]:
        """Every published project."""
        return (pair for one in self.years for pair in one.projects)

    def withheld(self) -> Iterator[tuple[RecordCase, Project]]:
        """Every project that is kept back."""
        return (pair for one in self.years for pair in one.withheld)

    def rows(self) -> Iterator[tuple[RecordCase, Row]]:
        """Every indicator."""
        return ((case, row) for (case,) in self.records() for row in case.rows)

    def texts(self) -> Iterator[tuple[Examined]]:
        """Everything that has texts a reader sees."""
        yield from self.disclosures()
        yield from self.records()

    @cached_property
    def files(self) -> tuple[WholeFile, ...]:
        """Every file that is published, with all its texts."""
        held = {(case.of.disclosure.slug, case.project) for case, _ in self.withheld()}
        shown = ((key, one) for key, one in self.loaded.documents.items() if key not in held)
        whole, withdrawn = self.loaded.department, set(self.loaded.withdrawn)
        return tuple(WholeFile(one, whole, withdrawn=key in withdrawn) for key, one in shown)

    def two_years(self) -> Iterator[tuple[DisclosureCase, DisclosureCase]]:
        """Each disclosure with that of the year before."""
        by_year = {case.disclosure.year: case for case in self.years if case.disclosure.year}
        for year, case in by_year.items():
            if (before := by_year.get((year or 0) - 1)) is not None:
                yield case, before
