"""Which official tables a disclosure publishes, and for one project: forms applied to records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongkai.amounts import total
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.tables.view import View


@dataclass(frozen=True)
class Sheet:
    """One form filled with records; ``key`` is its anchor: department, summary, document or a project's slug."""

    key: str
    title: str
    view: View


def has_sheets(loaded: LoadedDepartment, disclosure: Disclosure) -> bool:
    """Whether a disclosure publishes any table: the same as ``disclosure_sheets`` having one, without making it."""
    forms = loaded.forms[disclosure.slug]
    shown = any(project.disclosed for project in disclosure.projects)
    return bool((forms.department and disclosure.department_target) or (shown and forms.for_projects))


def disclosure_sheets(loaded: LoadedDepartment, disclosure: Disclosure) -> list[Sheet]:
    """Every table of a disclosure in the order it is published; projects that are not disclosed are left out."""
    return list(_sheets(loaded, disclosure))


def project_sheet(loaded: LoadedDepartment, disclosure: Disclosure, project: Project) -> Sheet | None:
    """A project's part of the document, else its own table, else its part of the summary."""
    forms = loaded.forms[disclosure.slug]
    if forms.project and not forms.document:
        return Sheet(project.slug, project.name, _project_view(loaded, disclosure, forms.project, project))
    form = forms.document or forms.summary
    if form is None:
        return None
    view = _collective(loaded, disclosure, form, (project,), excerpt=True)
    return Sheet(project.slug, project.name, view)


def _sheets(loaded: LoadedDepartment, disclosure: Disclosure) -> Iterator[Sheet]:
    forms = loaded.forms[disclosure.slug]
    shown = tuple(project for project in disclosure.projects if project.disclosed)
    if forms.department and disclosure.department_target:
        view = View(
            forms.department, loaded.locality, loaded.department, disclosure, disclosure.department_target
        )
        yield Sheet("department", forms.department.declared.title, view)
    if not shown:
        return
    if forms.document:
        yield Sheet(
            "document", forms.document.declared.title, _collective(loaded, disclosure, forms.document, shown)
        )
        return
    if forms.summary:
        yield Sheet(
            "summary", forms.summary.declared.title, _collective(loaded, disclosure, forms.summary, shown)
        )
    if forms.project:
        for project in shown:
            yield Sheet(project.slug, project.name, _project_view(loaded, disclosure, forms.project, project))


def _project_view(loaded: LoadedDepartment, disclosure: Disclosure, form: Form, project: Project) -> View:
    return View(form, loaded.locality, loaded.department, disclosure, project)


def _collective(
    loaded: LoadedDepartment,
    disclosure: Disclosure,
    form: Form,
    projects: tuple[Project, ...],
    *,
    excerpt: bool = False,
) -> View:
    inner = loaded.forms[disclosure.slug].project if form.subject == "document" else None
    views = tuple(_project_view(loaded, disclosure, inner or form, project) for project in projects)
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
