"""Records → the HTML documents that are printed: one per project, one per disclosure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.load import LoadedDepartment
from gongkai.plan import disclosure_title, pdf_address
from gongkai.records import Disclosure, Project
from gongkai.sheets import Sheet, disclosure_sheets, project_sheet
from gongkai.source import Document
from gongkai.summaries import summarise
from gongkai.templates import Templates

MANY = 3
"""From so many tables on a document has a cover and a table of contents."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One PDF to make: its address in the site, the HTML, the forms whose styles it needs, the record it is named by.

    ``sources`` are the records it shows, for places of problems and as data to attach; ``published`` dates the file.
    """

    path: str
    html: str
    forms: tuple[str, ...]
    record: str
    sources: tuple[Document, ...] = ()
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark: 1 the disclosure, 2 a form, 3 a project."""

    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents; ``inner``: a project below its form."""

    title: str
    anchor: str
    inner: bool


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
    shown = [project.slug for project in disclosure.projects if project.disclosed]
    sources = [loaded.document(disclosure.slug, slug) for slug in ("", *shown)]
    return _document(templates, loaded, disclosure, sheets, path, title, sources)


def project_document(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure, project: Project
) -> PrintJob | None:
    """One project's table; None when its locality has no form for it. Raises TemplateProblem."""
    sheet = project_sheet(loaded, disclosure, project)
    if sheet is None:
        return None
    path = pdf_address(loaded.locality.slug, loaded.department.slug, disclosure.slug, project.slug)
    title = f"{project.name} {sheet.view.form.declared.title}"
    sources = [loaded.document(disclosure.slug, project.slug)]
    return _document(templates, loaded, disclosure, [sheet], path, title, sources)


def _document(
    templates: Templates,
    loaded: LoadedDepartment,
    disclosure: Disclosure,
    sheets: list[Sheet],
    path: str,
    title: str,
    sources: Sequence[Document],
) -> PrintJob:
    forms = tuple(dict.fromkeys(form for sheet in sheets for form in _forms_of(sheet)))
    orientations = {sheet.view.form.declared.page.orientation for sheet in sheets}
    many = len(sheets) >= MANY
    context: dict[str, Any] = {
        "title": title,
        "sheets": sheets,
        "marks": _marks(title, sheets, many),
        "entries": list(_entries(sheets)),
        "with_contents": many,
        "mixed": len(orientations) > 1 or (many and "landscape" in orientations),
        "locality": loaded.locality,
        "department": loaded.department,
        "disclosure": disclosure,
        "year": f"{disclosure.year}年" if disclosure.year else "年度未注明",
    }
    html = templates.render("print/document.html", context)
    return PrintJob(path, html, forms, sources[0].file, tuple(sources), disclosure.published)


def _marks(title: str, sheets: Sequence[Sheet], covered: bool) -> Mapping[str, list[Mark]]:
    """The bookmarks that begin with each sheet: disclosure → form → project; a cover has the first itself."""
    marks: dict[str, list[Mark]] = {}
    form = ""
    for sheet in sheets:
        here = [] if covered or marks else [Mark(1, title)]
        if sheet.view.form.id != form:
            here.append(Mark(2, sheet.view.form.declared.title))
            form = sheet.view.form.id
        if sheet.view.form.subject == "project":
            here.append(Mark(3, sheet.title))
        marks[sheet.key] = here
    return marks


def _entries(sheets: Sequence[Sheet]) -> Iterator[Entry]:
    form = ""
    for sheet in sheets:
        project = sheet.view.form.subject == "project"
        if project and sheet.view.form.id != form:
            yield Entry(sheet.view.form.declared.title, sheet.key, False)
        form = sheet.view.form.id
        yield Entry(sheet.title, sheet.key, project)


def _forms_of(sheet: Sheet) -> list[str]:
    return [sheet.view.form.id, *(view.form.id for view in sheet.view.projects)]
