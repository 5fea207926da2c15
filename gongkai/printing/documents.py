"""Records → what is to be printed: one document per project, one per disclosure, one per yearbook; forms filled, as data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gongkai.planning.plan import EVALUATION, file_address
from gongkai.planning.summaries import disclosure_title, notice_title
from gongkai.printing.attached import kept, shown_keys
from gongkai.printing.composing import Cover, Entry
from gongkai.reading.acts import Notice
from gongkai.reading.evaluation import notice_of
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.reading.source import Document
from gongkai.tables.grid import Rendered
from gongkai.tables.sheets import Sheet, disclosure_sheets, evaluation_sheet, notice_sheets, project_sheet
from gongkai.tables.templates import Templates

MANY = 3
"""From so many tables on a document has a cover and a table of contents."""
KEYWORDS = ("绩效目标", "预算公开")


@dataclass(frozen=True)
class PrintSheet:
    """A form filled with records: its name in the document, its title, its form, the rendered HTML.

    ``single``: it shows one project, of which the title is the name.
    """

    key: str
    title: str
    form: str
    form_title: str
    single: bool
    html: Rendered


@dataclass(frozen=True)
class PrintPart:
    """The tables of one disclosure or project. ``published`` is the ISO day on the cover, or nothing."""

    title: str
    department: str
    year: str
    published: str
    sheets: tuple[PrintSheet, ...]

    @property
    def many(self) -> bool:
        """Whether it has a cover and contents."""
        return len(self.sheets) >= MANY

    @property
    def cover(self) -> Cover:
        """Its cover: whose it is, what, and when it was published."""
        title, lines = [self.title], [self.department]
        if self.title.startswith(self.department):
            title, lines = [self.department, self.title[len(self.department) :]], []
        if self.published:
            day = date.fromisoformat(self.published)
            lines.append(f"{day.year}年{day.month}月{day.day}日")
        return Cover(tuple(filter(None, title)), tuple(lines))

    def entries(self) -> Iterator[Entry]:
        """Its table of contents: single tables below a line for their form."""
        form = ""
        for sheet in self.sheets:
            if sheet.single and sheet.form != form:
                yield Entry(sheet.form_title, sheet.key)
            form = sheet.form
            yield Entry(sheet.title, sheet.key, sheet.single)

    def marks(self) -> Iterator[tuple[tuple[int, str], ...]]:
        """The bookmarks that each sheet begins with: disclosure → form → project; a cover has the first itself."""
        form, here = "", [] if self.many else [(1, self.title)]
        for sheet in self.sheets:
            if sheet.form != form:
                here.append((2, sheet.form_title))
            yield (*here, (3, sheet.title)) if sheet.single else tuple(here)
            form, here = sheet.form, []


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One PDF to make: its address in the site, what it says of itself, its parts.

    ``front`` is the cover of a document of several parts. ``sources`` are the records it shows, for places of problems
    and as data to attach; ``record`` is where problems are told that stand in none of them. A ``draft`` says so on every page.
    """

    path: str
    title: str
    author: str
    description: str
    parts: tuple[PrintPart, ...]
    record: str
    front: Cover | None = None
    year: str = ""
    sources: tuple[Document, ...] = ()
    published: date | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """What is printed of a disclosure. Each gives None where there is no table for it, and may raise TemplateProblem."""

    templates: Templates
    loaded: LoadedDepartment
    disclosure: Disclosure

    def project(self, project: Project) -> PrintJob | None:
        """One project's table."""
        return self._single(project_sheet(self.loaded, self.disclosure, project), self.disclosure.published)

    def evaluation(self, project: Project) -> PrintJob | None:
        """The table of what one project reached."""
        notice = notice_of(self.disclosure, project)
        published = notice.published if notice else self.disclosure.published
        return self._single(
            evaluation_sheet(self.loaded, self.disclosure, project), published, ending=EVALUATION
        )

    def notice(self, notice: Notice) -> PrintJob | None:
        """All tables of a notice in one document."""
        sheets = notice_sheets(self.loaded, self.disclosure, notice)
        keys = dict.fromkeys("" if sheet.key == "department" else sheet.key for sheet in sheets)
        title = notice_title(self.loaded.department, self.disclosure, notice)
        part = self._part(title, sheets, notice.published)
        return self._job(part, sheets, keys, notice.slug)

    def whole(self) -> PrintJob | None:
        """All tables in one document."""
        sheets = disclosure_sheets(self.loaded, self.disclosure)
        named = {view.key for sheet in sheets for view in (sheet.view, *sheet.view.projects)}
        shown = (project.slug for project in self.disclosure.projects if project.slug in named)
        return self._job(self._of_year(sheets), sheets, ("", *shown))

    def yearbook_part(self) -> bytes | None:
        """What the disclosure gives to its locality's yearbook, as JSON."""
        sheets = disclosure_sheets(self.loaded, self.disclosure)
        return (
            json.dumps(self._of_year(sheets), ensure_ascii=False, default=vars).encode() if sheets else None
        )

    def _single(
        self, sheet: Sheet | None, published: date | None, *, ending: str = ".pdf"
    ) -> PrintJob | None:
        if sheet is None:
            return None
        part = self._part(sheet.named(" "), (sheet,), published)
        return self._job(part, (sheet,), (sheet.key,), sheet.key, ending=ending)

    def _job(
        self,
        part: PrintPart,
        sheets: Sequence[Sheet],
        records: Iterable[str],
        *slug: str,
        ending: str = ".pdf",
    ) -> PrintJob | None:
        """``records`` are attached, "" the disclosure's, with what the tables show of them.

        What is added to a record later for another table is no part of this document.
        """
        if not sheets:
            return None
        locality, department, year = self.loaded.locality, self.loaded.department, self.disclosure.slug
        keys = {key for sheet in sheets for key in shown_keys(sheet.view)}
        documents = ((slug, self.loaded.document(year, slug)) for slug in records)
        sources = tuple(replace(one, data=kept(one.data, slug, keys)) for slug, one in documents)
        return PrintJob(
            file_address(locality.slug, department.slug, year, *slug, ending=ending),
            part.title,
            department.name,
            f"{locality.name} {department.name} {part.year}绩效目标公开",
            (part,),
            sources[0].file,
            sources=sources,
            published=date.fromisoformat(part.published) if part.published else None,
        )

    def _of_year(self, sheets: Sequence[Sheet]) -> PrintPart:
        title = disclosure_title(self.loaded.department, self.disclosure)
        return self._part(title, sheets, self.disclosure.published)

    def _part(self, title: str, sheets: Sequence[Sheet], published: date | None) -> PrintPart:
        return PrintPart(
            title,
            self.loaded.department.name,
            f"{self.disclosure.year}年" if self.disclosure.year else "年度未注明",
            published.isoformat() if published else "",
            tuple(
                PrintSheet(
                    sheet.key,
                    sheet.title,
                    sheet.view.form.id,
                    sheet.view.title,
                    sheet.view.form.subject == "project",
                    self.templates.form_table(sheet.view),
                )
                for sheet in sheets
            ),
        )


def yearbook_document(path: str, locality: str, year: int | None, parts: Sequence[bytes]) -> PrintJob:
    """The yearbook of a locality: the disclosures of all its departments in one year, from what each has given.

    The data attached to each disclosure stays with the disclosure's own PDF.
    """
    named = f"{year}年" if year else "年度未注明"
    title = f"{locality}{named}预算绩效目标公开汇编" if year else f"{locality}预算绩效目标公开汇编（{named}）"
    read = []
    for data in parts:
        part = json.loads(data)
        sheets = (PrintSheet(**sheet | {"html": Rendered(sheet["html"])}) for sheet in part["sheets"])
        read.append(PrintPart(**part | {"sheets": tuple(sheets)}))
    return PrintJob(
        path,
        title,
        locality,
        f"{locality} {named}各部门绩效目标公开汇编",
        tuple(read),
        "content/site.yaml",
        Cover((title,), (f"共 {len(read)} 个部门",)),
        named,
    )
