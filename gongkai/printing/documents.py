"""Records → the HTML documents that are printed: one per project, one per disclosure; and a disclosure's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from gongkai.planning.plan import disclosure_title, pdf_address
from gongkai.planning.summaries import summarise
from gongkai.reading.load import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.reading.source import Document
from gongkai.tables.sheets import Sheet, disclosure_sheets, project_sheet
from gongkai.tables.templates import Templates

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


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a disclosure, to be printed by itself and bound.

    ``name`` is a project's slug or, for other tables, begins with an underscore. ``own``: the project's own PDF has
    just the same pages. ``document`` makes its document; its first two bookmarks are the disclosure's and the form's.
    """

    name: str
    form: str
    own: bool
    document: Callable[[], PrintJob]


@dataclass(frozen=True, slots=True)
class Composition:
    """A disclosure to be bound from sections printed by themselves.

    ``front`` makes the document of all that runs through the whole: cover, contents, and for each page of the
    sections (their numbers of pages are given) a blank one with just what stands in its margins.
    """

    path: str
    title: str
    sections: tuple[Section, ...]
    front: Callable[[Sequence[int]], PrintJob]
    sources: tuple[Document, ...]
    published: date | None


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank page that carries only what stands in its margins; ``anchor`` where the contents lead to it."""

    orientation: str
    anchor: str


def disclosure_document(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure
) -> PrintJob | None:
    """All tables of a disclosure in one document; None when it has none. Raises TemplateProblem."""
    sheets = disclosure_sheets(loaded, disclosure)
    if not sheets:
        return None
    whole = _Document.of(templates, loaded, disclosure, sheets)
    return whole.job(whole.context())


def disclosure_parts(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure
) -> Composition | None:
    """The same in parts; None when no table is a single project's, so that the whole is printed at once."""
    sheets = disclosure_sheets(loaded, disclosure)
    if not any(_is_projects(sheet) for sheet in sheets):
        return None
    whole = _Document.of(templates, loaded, disclosure, sheets)
    sections = tuple(_section(templates, loaded, disclosure, whole, sheet) for sheet in sheets)
    sources = tuple(whole.sources)
    return Composition(whole.path, whole.title, sections, whole.front, sources, disclosure.published)


def project_has_section(loaded: LoadedDepartment, disclosure: Disclosure) -> bool:
    """Whether the pages of projects' own PDFs are those of the disclosure too: see ``Section.own``."""
    forms = loaded.forms[disclosure.slug]
    if forms.project is None or forms.document is not None:
        return False
    return forms.project.declared.page.orientation == "portrait"


def _section(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure, whole: _Document, sheet: Sheet
) -> Section:
    """Landscape pages among portrait ones are laid out otherwise than in a project's own PDF."""
    turned = whole.mixed and sheet.view.form.declared.page.orientation == "landscape"
    if _is_projects(sheet) and not turned:
        project = next(one for one in disclosure.projects if one.slug == sheet.key)
        own = partial(_of_project, templates, loaded, disclosure, project)
        return Section(sheet.key, sheet.view.form.id, True, own)
    collective = sheet.view.projects
    sources = whole.sources if collective else [loaded.document(disclosure.slug, _slug_of(sheet))]
    part = replace(whole, sheets=(sheet,), sources=sources, mixed=turned, many=False)
    name = sheet.key if _is_projects(sheet) else f"_{sheet.key}"
    return Section(name, sheet.view.form.id, False, lambda: part.job(part.context()))


def _of_project(
    templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure, project: Project
) -> PrintJob:
    job = project_document(templates, loaded, disclosure, project)
    assert job is not None, "a disclosure's table of a project is its form's"
    return job


def _slug_of(sheet: Sheet) -> str:
    """Whose record a sheet shows that is not a collective one: a project's, or the disclosure's own."""
    return sheet.key if _is_projects(sheet) else ""


def _is_projects(sheet: Sheet) -> bool:
    return sheet.view.form.subject == "project" and not sheet.view.projects


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
    alone = _Document(templates, loaded, disclosure, (sheet,), path, title, sources, mixed=False, many=False)
    return alone.job(alone.context())


@dataclass(frozen=True)
class _Document:
    """What a document is made from. ``many``: it has a cover; ``mixed``: its landscape pages are turned."""

    templates: Templates
    loaded: LoadedDepartment
    disclosure: Disclosure
    sheets: Sequence[Sheet]
    path: str
    title: str
    sources: Sequence[Document]
    mixed: bool
    many: bool

    @classmethod
    def of(
        cls, templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure, sheets: Sequence[Sheet]
    ) -> _Document:
        """The document of a whole disclosure."""
        department = summarise(loaded.department)
        summary = next(one for one in department.disclosures if one.slug == disclosure.slug)
        path = pdf_address(loaded.locality.slug, loaded.department.slug, disclosure.slug)
        title = disclosure_title(department, summary)
        shown = [project.slug for project in disclosure.projects if project.disclosed]
        sources = [loaded.document(disclosure.slug, slug) for slug in ("", *shown)]
        orientations = {sheet.view.form.declared.page.orientation for sheet in sheets}
        many = len(sheets) >= MANY
        mixed = len(orientations) > 1 or (many and "landscape" in orientations)
        return cls(templates, loaded, disclosure, sheets, path, title, sources, mixed, many)

    def context(self) -> dict[str, Any]:
        """What the template of documents shows."""
        return {
            "title": self.title,
            "sheets": self.sheets,
            "blanks": (),
            "marks": _marks(self.title, self.sheets, self.many),
            "entries": list(_entries(self.sheets)),
            "with_contents": self.many,
            "mixed": self.mixed,
            "locality": self.loaded.locality,
            "department": self.loaded.department,
            "disclosure": self.disclosure,
            "year": f"{self.disclosure.year}年" if self.disclosure.year else "年度未注明",
        }

    def front(self, pages: Sequence[int]) -> PrintJob:
        """Cover and contents, and blank pages in place of the tables, ``pages`` of them for each."""
        blanks = [
            Blank(sheet.view.form.declared.page.orientation, "" if number else sheet.key)
            for sheet, count in zip(self.sheets, pages, strict=True)
            for number in range(count)
        ]
        context = {**self.context(), "sheets": (), "blanks": blanks}
        html = self.templates.render("print/document.html", context)
        return PrintJob(self.path, html, (), self.sources[0].file)

    def job(self, context: Mapping[str, Any]) -> PrintJob:
        """The finished document."""
        forms = tuple(dict.fromkeys(form for sheet in self.sheets for form in _forms_of(sheet)))
        html = self.templates.render("print/document.html", context)
        sources = tuple(self.sources)
        return PrintJob(self.path, html, forms, sources[0].file, sources, self.disclosure.published)


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
