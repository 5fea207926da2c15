"""What one process does: reads, checks, prints and renders departments; its state is built once."""

from __future__ import annotations

import gc
import logging
import pickle
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gongkai.building.binding import Yearbook
from gongkai.building.findings import packed
from gongkai.building.jobs import Made, SiteContext, Surveyed, UnitJob
from gongkai.building.state import Unit, UnitState
from gongkai.checks.wholefile import published_texts
from gongkai.exports.disclosure import Target as DataTarget
from gongkai.exports.disclosure import targets as data_targets
from gongkai.keys import fingerprint, key_of
from gongkai.pages.articles import picture_targets
from gongkai.pages.fragments import fragment_targets
from gongkai.pages.render import PdfFacts, Renderer
from gongkai.pages.superseded import check_superseded, superseded_targets
from gongkai.planning.links import leaving, link_problem, page_links
from gongkai.planning.plan import Page, pdf_address
from gongkai.planning.summaries import LocalitySummary, summarise
from gongkai.printing.documents import (
    PrintJob,
    disclosure_document,
    project_document,
    yearbook_document,
    yearbook_part,
)
from gongkai.privacy.plain import plain
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.collect import Collector
from gongkai.publishing.scan import scan_problems
from gongkai.reading.forms import Form
from gongkai.reading.load import LoadedDepartment, Loader
from gongkai.reading.records import Article, Disclosure, Project
from gongkai.search.texts import text_files
from gongkai.tables.sheets import has_sheets
from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.workspace import Workspace

# What only checks, prints or binds is imported where that is done: to render, a process starts without it.
if TYPE_CHECKING:
    from gongkai.printing.fonts import Fonts
    from gongkai.printing.free import FreePdf, FreePrinter
    from gongkai.printing.printer import Printed, Printer

log = logging.getLogger("gongkai")


Pdf: TypeAlias = "tuple[Printed | FreePdf | None, list[Problem]] | None"
"""A printed PDF and what is wrong with it (no PDF where that keeps it from being made); None where there is nothing to print."""


class Worker:
    """Keeps templates, forms and the printer for one process."""

    def __init__(
        self, workspace: Workspace, forms: Mapping[str, Form], collectors: tuple[Collector, ...] = ()
    ) -> None:
        self.workspace, self.forms, self.collectors = workspace, forms, collectors
        # The last departments read: printing and rendering one come as several tasks.
        self._read = lru_cache(maxsize=4)(self._load)

    @cached_property
    def templates(self) -> Templates:
        """The template environment."""
        return Templates(self.workspace.layouts, self.workspace.cache / "templates")

    @cached_property
    def printer(self) -> Printer:
        """The printer; made when the first PDF is printed."""
        from gongkai.printing.printer import Printer

        return Printer(self.forms, self._fonts)

    @cached_property
    def free_printer(self) -> FreePrinter:
        """The printer of texts; made when the first is printed."""
        from gongkai.printing.free import FreePrinter

        return FreePrinter(self.workspace.layouts, self._fonts)

    @cached_property
    def _fonts(self) -> Fonts:
        from gongkai.printing.fonts import find_fonts

        fonts, _ = find_fonts(self.workspace.font_cache, self.workspace.font_folders)
        assert fonts is not None, "the build stops before printing where fonts are missing"
        fonts.prepare()
        return fonts

    def survey(self, job: UnitJob) -> Surveyed:
        """Steps 1 and 2 for one department, keeping only what the whole site needs to know."""
        from gongkai.checks.check import check_department

        loaded, problems = self._read(job)
        content = _content_key(loaded, job.folder)
        if loaded is None:
            state = UnitState(job.signature, job.base, content, None, packed(problems), True, job.settled)
            return Surveyed(job.unit, state)
        problems = [*problems, *check_superseded(self.workspace.root, loaded), *check_department(loaded)]
        keys = {path: key for path, key, _ in self._targets(job, loaded)}
        keys |= {target.address: self._data_key(job, loaded, target) for target in self._data(loaded)}
        blocked = any(problem.blocks for problem in problems)
        summary = summarise(loaded.department)
        read = (job.signature, job.base, content, summary, packed(problems), blocked, job.settled)
        state = UnitState(*read, key_of(repr(keys)))
        return Surveyed(job.unit, state, keys, {} if blocked else self._parts(loaded))

    def print(self, job: UnitJob, paths: frozenset[str]) -> Made:
        """Step 6 for some PDFs of one department."""
        made = Made(job.unit)
        loaded, _ = self._read(job)
        assert loaded is not None
        for path, _, pdf in self._targets(job, loaded):
            if path in paths:
                self._print_one(made, path, pdf)
        for target in self._data(loaded):
            if target.address in paths:
                self._export_one(made, target)
        return self._scanned(made, loaded)

    def render(
        self, job: UnitJob, context: SiteContext, pages: Iterable[Page], pdfs: Mapping[str, PdfFacts]
    ) -> Made:
        """Step 5 for pages of one department; ``pdfs`` are the facts that pages state."""
        loaded, _ = self._read(job)
        listed = list(pages)
        made = self._render(Made(job.unit), context, listed, pdfs, loaded)
        own = {page.path for page in listed} | pdfs.keys()
        made.leaving, broken = leaving(made.links, own)
        made.links = {}
        for page, link in broken:
            made.problems[page] = (*made.problems.get(page, ()), link_problem(page, link))
        return made

    def render_shared(
        self, context: SiteContext, pages: Iterable[Page], pdfs: Mapping[str, PdfFacts]
    ) -> Made:
        """Step 5 for pages made from summaries alone."""
        return self._render(Made(("", "")), context, pages, pdfs, None)

    def yearbook(self, book: Yearbook, jobs: Mapping[Unit, UnitJob]) -> Made:
        """One yearbook, from the records of its departments."""
        made = Made(("", ""))
        self._print_one(made, book.path, lambda: self.printer.print(self._yearbook(book, jobs)))
        return made

    def _yearbook(self, book: Yearbook, jobs: Mapping[Unit, UnitJob]) -> PrintJob:
        parts = []
        for one in book.parts:
            loaded, _ = self._read(jobs[one.unit])
            assert loaded is not None, "what was printed was read"
            year = next(year for year in loaded.department.disclosures if year.slug == one.year)
            parts.append(yearbook_part(self.templates, loaded, year))
        given = [part for part in parts if part is not None]
        return yearbook_document(book.path, book.locality, book.year, given)

    def _render(
        self,
        made: Made,
        context: SiteContext,
        pages: Iterable[Page],
        pdfs: Mapping[str, PdfFacts],
        loaded: LoadedDepartment | None,
    ) -> Made:
        renderer = Renderer(
            self.templates, context.site, context.plan, context.texts, context.assets, context.feed
        )
        listed = list(pages)
        wanted = {page.path for page in listed if page.kind == "asset"}
        if loaded is not None and wanted:
            made.files.update((path, data) for path, data in text_files(loaded) if path in wanted)
        for page in listed:
            if page.kind == "asset":
                continue
            try:
                made.files[page.path] = html = renderer.page(page, loaded, pdfs).encode()
                made.links[page.path] = page_links(page.path, html, context.site.base_url)
            except TemplateProblem as error:
                made.problems[page.path] = (error.problem,)
        return self._scanned(made, loaded or context.plan.localities)

    def _scanned(self, made: Made, source: LoadedDepartment | Sequence[LocalitySummary]) -> Made:
        """What was made, with what a last look at each file finds; ``source`` is what the files were made from."""
        judged = cache(partial(_judged, source))
        for path, data in made.files.items():
            if found := scan_problems(path, data, self.workspace.root, judged):
                made.problems[path] = (*made.problems.get(path, ()), *found)
        return made

    def _parts(self, loaded: LoadedDepartment) -> dict[str, bytes]:
        made = {one.name: one.part(loaded) for one in self.collectors if one.parted}
        return {name: pickle.dumps(part, pickle.HIGHEST_PROTOCOL) for name, part in made.items()}

    def _load(self, job: UnitJob) -> tuple[LoadedDepartment | None, list[Problem]]:
        loader = Loader(self.workspace.root, self.forms)
        return loader.department(job.locality, job.folder), loader.problems

    def _print_one(self, made: Made, path: str, pdf: Callable[[], Pdf]) -> None:
        """One PDF into ``made``; whatever fails is a problem of this document and stops no other."""
        try:
            finished = pdf()
            if finished is None:
                return
            printed, problems = finished
            made.problems[path] = tuple(problems)
            if printed is None:
                return
        except TemplateProblem as error:
            made.problems[path] = (error.problem,)
            return
        except Exception as error:
            log.error("%s", traceback.format_exc())
            message = f"印制 {path} 失败：{type(error).__name__}: {error}"
            hint = "这是程序的错误，请把上面的记录和这个文件一起报告给维护者。"
            made.problems[path] = (Problem(Place(path), "print.failed", Severity.ERROR, message, hint),)
            return
        made.files[path] = printed.data
        made.pdfs[path] = PdfFacts(path, len(printed.data), printed.pages)

    def _data(self, loaded: LoadedDepartment) -> Iterator[DataTarget]:
        yield from data_targets(lambda: self.templates, loaded)
        yield from fragment_targets(lambda: self.templates, loaded)
        yield from superseded_targets(self.workspace.root, loaded)
        yield from picture_targets(self.workspace.root, loaded)

    def _export_one(self, made: Made, target: DataTarget) -> None:
        """One data file into ``made``."""
        try:
            found = target.make()
        except TemplateProblem as error:
            made.problems[target.address] = (error.problem,)
            return
        made.files[target.address] = found.data
        made.pdfs[target.address] = PdfFacts(target.address, len(found.data), found.rows)

    def _data_key(self, job: UnitJob, loaded: LoadedDepartment, target: DataTarget) -> str:
        if target.copied is not None:
            return key_of(target.address, target.copied.read_bytes())
        year = target.disclosure.slug
        files = [file for (slug, _), file in loaded.files.items() if slug in (year, "")]
        if target.project is not None and loaded.forms[year].project:
            files = [loaded.files["", ""], loaded.files[year, ""], loaded.files[year, target.project.slug]]
        if loaded.forms[year].document:  # its running text compares with other years
            files = list(loaded.documents)
        return key_of(job.base, target.address, *(loaded.documents[file].text for file in sorted(files)))

    def _targets(
        self, job: UnitJob, loaded: LoadedDepartment
    ) -> Iterator[tuple[str, str, Callable[[], Pdf]]]:
        """Every PDF of a department: address, key of all it is made from, and how to print it."""
        slugs = (loaded.locality.slug, loaded.department.slug)
        for disclosure in loaded.department.disclosures:
            forms = loaded.forms[disclosure.slug]
            whole = [file for (year, _), file in loaded.files.items() if year in (disclosure.slug, "")]
            # A document's narrative compares with other years: it depends on all of them.
            collective = list(loaded.documents) if forms.document else whole
            own = [loaded.files["", ""], loaded.files[disclosure.slug, ""]]
            for project in disclosure.projects:
                if project.disclosed and forms.for_projects:
                    path = pdf_address(*slugs, disclosure.slug, project.slug)
                    files = (
                        collective
                        if forms.project is None
                        else [*own, loaded.files[disclosure.slug, project.slug]]
                    )
                    key = self._key(job, loaded, path, files)
                    yield path, key, partial(self._print_project, loaded, disclosure, project)
            for article in disclosure.articles:
                path = pdf_address(*slugs, disclosure.slug, article.slug)
                key = key_of(
                    self._key(job, loaded, path, [*own, article.file]),
                    *(picture.sha256 for picture in article.pictures),
                )
                yield path, key, partial(self._print_article, loaded, disclosure, article)
            if has_sheets(loaded, disclosure):
                path = pdf_address(*slugs, disclosure.slug)
                yield (
                    path,
                    self._key(job, loaded, path, collective),
                    partial(self._print_disclosure, loaded, disclosure),
                )

    def _print_project(self, loaded: LoadedDepartment, disclosure: Disclosure, project: Project) -> Pdf:
        document = project_document(self.templates, loaded, disclosure, project)
        return self.printer.print(document) if document else None

    def _print_disclosure(self, loaded: LoadedDepartment, disclosure: Disclosure) -> Pdf:
        document = disclosure_document(self.templates, loaded, disclosure)
        return self.printer.print(document) if document else None

    def _print_article(self, loaded: LoadedDepartment, disclosure: Disclosure, article: Article) -> Pdf:
        from gongkai.printing.free import article_document

        document = article_document(self.templates, self.workspace.root, loaded, disclosure, article)
        return self.free_printer.print(document)

    def _key(self, job: UnitJob, loaded: LoadedDepartment, path: str, files: Iterable[str]) -> str:
        return key_of(job.base, path, *(loaded.documents[file].text for file in sorted(files)))


def _judged(source: LoadedDepartment | Sequence[LocalitySummary]) -> str:
    """The plain texts of fields that the rules of records have seen."""
    if not isinstance(source, LoadedDepartment):
        return plain(repr(source))
    texts = (text for one in source.documents.values() for _, _, text in published_texts(one.data))
    return "\n".join(map(plain, texts))


def _content_key(loaded: LoadedDepartment | None, folder: Path) -> str:
    if loaded is None:
        return key_of("unreadable", folder.name)
    articles = [one for disclosure in loaded.department.disclosures for one in disclosure.articles]
    return key_of(
        *(part for name, document in sorted(loaded.documents.items()) for part in (name, document.text)),
        *(picture.sha256 for article in articles for picture in article.pictures),
    )


# -- the same as functions of a process pool ------------------------------------------------------

_GARBAGE = 30_000, 10, 10
"""Python looks for garbage after 700 new objects; a record is more, none of it garbage, and pages took a tenth longer."""
_here: Worker | None = None
_made_of: object = None
"""What it was built from: a process that builds again and again must see a changed template."""


def start(workspace: Workspace, forms: Mapping[str, Form], collectors: tuple[Collector, ...]) -> Worker:
    """Build this process's worker, unless it stands already."""
    global _here, _made_of
    made_of = (workspace, forms, fingerprint(workspace.layouts))
    if _here is None or _made_of != made_of:
        _here, _made_of = Worker(workspace, forms, collectors), made_of
        gc.set_threshold(*_GARBAGE)
    return _here


def _worker() -> Worker:
    assert _here is not None
    return _here


def survey(job: UnitJob) -> Surveyed:
    """``Worker.survey`` in a pool's process."""
    return _worker().survey(job)


def print_documents(job: UnitJob, paths: frozenset[str]) -> Made:
    """``Worker.print`` in a pool's process."""
    return _worker().print(job, paths)


def render_pages(
    job: UnitJob, context: SiteContext, pages: tuple[Page, ...], pdfs: Mapping[str, PdfFacts]
) -> Made:
    """``Worker.render`` in a pool's process."""
    return _worker().render(job, context, pages, pdfs)


def render_shared(context: SiteContext, pages: tuple[Page, ...], pdfs: Mapping[str, PdfFacts]) -> Made:
    """``Worker.render_shared`` in this process."""
    return _worker().render_shared(context, pages, pdfs)


def yearbook(book: Yearbook, jobs: Mapping[Unit, UnitJob]) -> Made:
    """``Worker.yearbook`` in a pool's process."""
    return _worker().yearbook(book, jobs)
