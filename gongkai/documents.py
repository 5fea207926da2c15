"""Records → the HTML documents that are printed: one per project, one per disclosure."""

from __future__ import annotations

from dataclasses import dataclass

from gongkai.load import LoadedDepartment
from gongkai.plan import disclosure_title, pdf_address
from gongkai.records import Disclosure, Project
from gongkai.sheets import Sheet, disclosure_sheets, project_sheet
from gongkai.summaries import summarise
from gongkai.templates import Templates


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One PDF to make: its address in the site, the HTML, the forms whose styles it needs, what to call it in problems."""

    path: str
    html: str
    forms: tuple[str, ...]
    record: str


def disclosure_document(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure
) -> PrintJob | None:
    """All tables of a disclosure in one document; None when it has none. Raises TemplateProblem."""
    sheets = disclosure_sheets(loaded, disclosure)
    if not sheets:
        return None
    department = summarise(loaded.department)
    summary = next(one for one in department.disclosures if one.slug == disclosure.slug)
    path = pdf_address(loaded.locality.slug, loaded.department.slug, disclosure.slug)
    title = disclosure_title(department, summary)
    return _document(templates, loaded, disclosure, sheets, path, title, loaded.files[disclosure.slug, ""])


def project_document(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure, project: Project
) -> PrintJob | None:
    """One project's table; None when its locality has no form for it. Raises TemplateProblem."""
    sheet = project_sheet(loaded, disclosure, project)
    if sheet is None:
        return None
    path = pdf_address(loaded.locality.slug, loaded.department.slug, disclosure.slug, project.slug)
    title = f"{project.name} {sheet.view.form.declared.title}"
    return _document(
        templates, loaded, disclosure, [sheet], path, title, loaded.files[disclosure.slug, project.slug]
    )


def _document(
    templates: Templates,
    loaded: LoadedDepartment,
    disclosure: Disclosure,
    sheets: list[Sheet],
    path: str,
    title: str,
    record: str,
) -> PrintJob:
    forms = tuple(dict.fromkeys(form for sheet in sheets for form in _forms_of(sheet)))
    html = templates.render(
        "print/document.html",
        {
            "title": title,
            "sheets": sheets,
            "locality": loaded.locality,
            "department": loaded.department,
            "disclosure": disclosure,
        },
    )
    return PrintJob(path, html, forms, record)


def _forms_of(sheet: Sheet) -> list[str]:
    return [sheet.view.form.id, *(view.form.id for view in sheet.view.projects)]
