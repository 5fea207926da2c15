"""Which official tables a disclosure publishes, and for one project: forms applied to records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongkai.amounts import total
from gongkai.reading.acts import Notice
from gongkai.reading.evaluation import EVALUATED, elsewhere, in_notice, is_evaluated
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Project
from gongkai.tables.view import View


@dataclass(frozen=True)
class Sheet:
    """One form filled with records; ``key`` is its anchor: department, summary, document or a project's slug."""

    key: str
    title: str
    view: View

    def named(self, between: str) -> str:
        """The record's title and the table's; the table's alone where that says it."""
        table = self.view.title
        return table if self.title in table else f"{self.title}{between}{table}"


def has_sheets(loaded: LoadedDepartment, disclosure: Disclosure) -> bool:
    """Whether a disclosure publishes any table: the same as ``disclosure_sheets`` having one, without making it."""
    forms = loaded.forms[disclosure.slug]
    shown = any(forms.for_project(project.slug).target for project in _own_projects(disclosure))
    return shown or bool(forms.department and disclosure.department_target)


def disclosure_sheets(loaded: LoadedDepartment, disclosure: Disclosure) -> list[Sheet]:
    """Every table of a disclosure in the order it is published; projects that are not disclosed are left out."""
    sheets = []
    forms = loaded.forms[disclosure.slug]
    shown = tuple(_own_projects(disclosure))
    if forms.department and disclosure.department_target:
        view = _view(loaded, disclosure, forms.department, disclosure.department_target)
        sheets.append(Sheet("department", view.title, view))
    forms_together = forms.document or forms.summary
    together = tuple(project for project in shown if project.slug not in forms.own)
    if forms_together and together:
        view = _collective(loaded, disclosure, forms_together, together)
        sheets.append(Sheet(forms_together.subject, view.title, view))
    for project in shown:
        single = project.slug in forms.own or (forms.project and not forms.document)
        if single and (sheet := project_sheet(loaded, disclosure, project)):
            sheets.append(sheet)
    return sheets


def all_sheets(loaded: LoadedDepartment, disclosure: Disclosure) -> list[Sheet]:
    """Every table of a disclosure and of its notices."""
    notices = (sheet for one in disclosure.notices for sheet in notice_sheets(loaded, disclosure, one))
    return [*disclosure_sheets(loaded, disclosure), *notices]


def notice_sheets(loaded: LoadedDepartment, disclosure: Disclosure, notice: Notice) -> list[Sheet]:
    """Every table of a notice: what was reached in one of 自评, else the targets of its projects."""
    sheets: list[Sheet | None] = []
    if notice.kind == EVALUATED:
        if not notice.projects:
            sheets.append(department_evaluation(loaded, disclosure))
        sheets += [evaluation_sheet(loaded, disclosure, one) for one in in_notice(disclosure, notice)]
    else:
        sheets += [project_sheet(loaded, disclosure, one) for one in in_notice(disclosure, notice)]
    return [sheet for sheet in sheets if sheet]


def department_evaluation(loaded: LoadedDepartment, disclosure: Disclosure) -> Sheet | None:
    """The table of what a whole department reached; None where nothing is stated of it."""
    form, target = loaded.forms[disclosure.slug].department_evaluation, disclosure.department_target
    if form is None or target is None or not is_evaluated(target):
        return None
    view = _view(loaded, disclosure, form, target)
    return Sheet("department", view.title, view)


def evaluation_sheet(loaded: LoadedDepartment, disclosure: Disclosure, project: Project) -> Sheet | None:
    """The table of what a project reached; None where nothing is stated of it."""
    form = loaded.forms[disclosure.slug].for_project(project.slug).evaluation
    if form is None or not is_evaluated(project):
        return None
    return Sheet(project.slug, project.name, _view(loaded, disclosure, form, project))


def project_sheet(loaded: LoadedDepartment, disclosure: Disclosure, project: Project) -> Sheet | None:
    """A project's part of the document, else its own table, else its part of the summary."""
    forms = loaded.forms[disclosure.slug].for_project(project.slug)
    if forms.project and not forms.document:
        return Sheet(project.slug, project.name, _view(loaded, disclosure, forms.project, project))
    form = forms.document or forms.summary
    if form is None:
        return None
    view = _collective(loaded, disclosure, form, (project,), excerpt=True)
    return Sheet(project.slug, project.name, view)


def _own_projects(disclosure: Disclosure) -> Iterator[Project]:
    """The published projects that no notice publishes."""
    others = elsewhere(disclosure)
    return (one for one in disclosure.projects if one.disclosed and one.slug not in others)


def _view(
    loaded: LoadedDepartment, disclosure: Disclosure, form: Form, record: Project | DepartmentTarget
) -> View:
    return View(form, loaded.locality, loaded.department, disclosure, record)


def _collective(
    loaded: LoadedDepartment,
    disclosure: Disclosure,
    form: Form,
    projects: tuple[Project, ...],
    *,
    excerpt: bool = False,
) -> View:
    inner = loaded.forms[disclosure.slug].project if form.subject == "document" else None
    views = tuple(_view(loaded, disclosure, inner or form, project) for project in projects)
    last = _last_year_funds(loaded, disclosure)
    return View(form, loaded.locality, loaded.department, disclosure, None, views, excerpt, last)


def _last_year_funds(loaded: LoadedDepartment, disclosure: Disclosure) -> Decimal | None:
    """Last year's project funds in 元: as stated, else summed from last year's disclosure, else unknown."""
    if disclosure.last_year_project_funds:
        return disclosure.last_year_project_funds.yuan
    if disclosure.year is None:
        return None
    for other in loaded.department.disclosures:
        if other.year == disclosure.year - 1 and other.projects:
            return total(project.funds.total for project in other.projects)
    return None
