"""The artifacts of one department; what each depends on is said here, where it is made."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.building.artifacts import Artifact, Content, File, Input
from gongkai.building.tasks import DATA, LINKS, LISTED, SEARCH, Task, forms_of, part_address
from gongkai.building.worker import Worker
from gongkai.checks.texts import published_texts
from gongkai.exports.disclosure import DataFile, targets
from gongkai.exports.listing import file_lines
from gongkai.exports.site import data_part
from gongkai.keys import key_of
from gongkai.pages.copied import copied_files
from gongkai.pages.fragments import fragment_targets
from gongkai.pages.render import Renderer
from gongkai.planning.links import leaving, link_problem, page_links
from gongkai.planning.plan import EVALUATION, Plan, file_address
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary
from gongkai.printing.documents import Documents, PrintJob
from gongkai.privacy.markup import plain
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.scan import scan_problems
from gongkai.reading.acts import Article, Notice
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.search.index import search_part
from gongkai.search.pages import FoundPage, found_pages, text_files
from gongkai.tables.sheets import evaluation_sheet, has_sheets, notice_sheets
from gongkai.tables.templates import TemplateProblem

if TYPE_CHECKING:
    from gongkai.printing.composed import Printed
    from gongkai.printing.free import FreeDocument

log = logging.getLogger("gongkai")


@dataclass(frozen=True)
class Department:
    """One department whose records are good."""

    worker: Worker
    task: Task
    loaded: LoadedDepartment
    summary: DepartmentSummary

    def files(self) -> Iterator[Artifact]:
        """Everything but the pages, which state facts of these."""
        for disclosure in self.loaded.department.disclosures:
            documents = Documents(self.worker.templates, self.loaded, disclosure)
            yield from self._pdfs(documents)
            yield self._part(f":yearbook/{disclosure.slug}", documents.yearbook_part)
        yield from self._data()
        yield from self._copied()
        yield self._part(SEARCH, lambda: search_part(self.loaded.department, self._found))
        yield self._part(DATA, partial(data_part, self.loaded))

    def pages(self, facts: Mapping[str, File]) -> Artifact:
        """All pages, with the texts that the search shows; they show any of the records, and facts of the files."""
        stated = key_of(*(f"{path} {file.size} {file.extent}" for path, file in sorted(facts.items())))
        inputs = (*self.task.common.for_pages, *self._place, *self._all_records, Input("files", stated))
        return Artifact("pages", inputs, partial(self._render, facts))

    @property
    def _root(self) -> Path:
        return self.worker.workspace.root

    @cached_property
    def _found(self) -> list[FoundPage]:
        """What the search finds: its index and its texts are made of it."""
        return list(found_pages(self.loaded))

    # -- inputs -------------------------------------------------------------------------------

    @property
    def _place(self) -> tuple[Input, ...]:
        """The locality's own record, and its forms."""
        locality = self.loaded.locality
        own = Input(f"content/{locality.slug}", key_of(locality.slug, locality.model_dump_json()))
        named = {f"forms/{form.id}" for one in self.loaded.forms.values() for form in one.all}
        known = forms_of(locality, self.task.common)
        return (own, *known, *self.task.common.inputs(*sorted(named - {one.name for one in known})))

    @cached_property
    def _records(self) -> dict[str, Input]:
        documents = sorted(self.loaded.documents.values(), key=lambda one: one.file)
        return {one.file: Input(one.file, key_of(one.text)) for one in documents}

    @property
    def _all_records(self) -> tuple[Input, ...]:
        return tuple(self._records.values())

    def _of_project(self, disclosure: Disclosure, project: Project) -> tuple[Input, ...]:
        """The records that a project's own table shows: in a document's form anything may stand."""
        if self.loaded.forms[disclosure.slug].for_project(project.slug).project is None:
            return self._all_records
        year, document = disclosure.slug, self.loaded.document
        shown = (document(""), document(year), document(year, project.slug))
        return tuple(self._records[one.file] for one in shown)

    def last_look(self, address: str, data: bytes) -> Iterable[Problem]:
        """What a finished file tells of persons that the rules of records have not seen."""
        return scan_problems(address, data, self._root, lambda: self._judged)

    @cached_property
    def _judged(self) -> str:
        texts = (text for one in self.loaded.documents.values() for _, _, text in published_texts(one.data))
        return "\n".join(map(plain, texts))

    # -- PDFs ---------------------------------------------------------------------------------

    def _pdfs(self, documents: Documents) -> Iterator[Artifact]:
        """A project's tables are made from its own records; what compares years, from all the department's."""
        disclosure = documents.disclosure
        slugs = (*self.task.unit, disclosure.slug)
        common = (*self.task.common.for_print, *self._place)
        whole = (*common, *self._all_records)
        for project in (one for one in disclosure.projects if one.disclosed):
            inputs = (*common, *self._of_project(disclosure, project))
            if self.loaded.forms[disclosure.slug].for_project(project.slug).target:
                print_it = partial(self._tables, documents.project, project)
                yield self._pdf(file_address(*slugs, project.slug), inputs, print_it)
            if evaluation_sheet(self.loaded, disclosure, project):
                address = file_address(*slugs, project.slug, ending=EVALUATION)
                yield self._pdf(address, inputs, partial(self._tables, documents.evaluation, project))
        for notice in disclosure.notices:
            if notice_sheets(self.loaded, disclosure, notice):
                print_it = partial(self._tables, documents.notice, notice)
                yield self._pdf(file_address(*slugs, notice.slug), whole, print_it)
        for article in disclosure.articles:
            yield self._article(disclosure, article)
        if has_sheets(self.loaded, disclosure):
            yield self._pdf(file_address(*slugs), whole, partial(self._tables, documents.whole))

    def _article(self, disclosure: Disclosure, article: Article) -> Artifact:
        """A text's PDF, with its pictures; without Pango there is none, and a problem says what to install."""

        def document() -> FreeDocument:
            from gongkai.printing.free import article_document

            arguments = (self.worker.templates, self._root, self.loaded, disclosure, article)
            return article_document(*arguments, draft=self.task.common.site.draft)

        documents = (self.loaded.document(""), self.loaded.document(disclosure.slug))
        records = (*(one.file for one in documents), article.file)
        inputs = (
            *self.task.common.for_print,
            *self._place,
            *(self._records[file] for file in records),
            *(Input(picture.name, picture.sha256) for picture in article.pictures),
        )
        address = file_address(*self.task.unit, disclosure.slug, article.slug)
        return self._pdf(address, inputs, lambda: self.worker.free_printer.print(document()))

    def _tables(
        self, document: Callable[..., PrintJob | None], *of: Project | Notice
    ) -> tuple[Printed | None, list[Problem]]:
        job = document(*of)
        draft = self.task.common.site.draft
        return self.worker.printer.print(replace(job, draft=draft)) if job else (None, [])

    def _pdf(
        self,
        address: str,
        inputs: tuple[Input, ...],
        make: Callable[[], tuple[Printed | None, list[Problem]]],
    ) -> Artifact:
        """Whatever fails is a problem of this document and stops no other."""

        def printed() -> Iterator[Content | Problem]:
            try:
                found, problems = make()
            except TemplateProblem:
                raise
            except Exception as error:
                log.error("%s", traceback.format_exc())
                message = f"印制 {address} 失败：{type(error).__name__}: {error}"
                hint = "这是程序的错误，请把上面的记录和这个文件一起报告给维护者。"
                yield Problem(Place(address), "print.failed", Severity.ERROR, message, hint)
                return
            if found is not None:
                yield Content(address, found.data, found.pages)
            yield from problems

        return Artifact(address, inputs, printed)

    # -- data ---------------------------------------------------------------------------------

    def _data(self) -> Iterator[Artifact]:
        """JSON, CSV, XLSX, and tables to paste into other sites."""
        templates = lambda: self.worker.templates  # noqa: E731
        common = (*self.task.common.inputs("program"), *self._place)
        for target in (*targets(templates, self.loaded), *fragment_targets(templates, self.loaded)):
            records = (
                self._of_project(target.disclosure, target.project) if target.project else self._all_records
            )
            made = partial(_exported, target.address, target.make)
            yield Artifact(target.address, (*common, *records), made)

    def _copied(self) -> Iterator[Artifact]:
        """Files that a correction replaced, and pictures of texts, as they are."""
        for address, file in copied_files(self._root, self.loaded):
            try:
                content = file.read_bytes()
            except OSError as error:
                problem = unreadable(file.relative_to(self._root).as_posix(), error)
                yield Artifact(address, (), partial(iter, [problem]))
                continue
            made = [Content(address, content)]
            yield Artifact(address, (Input(file.name, key_of(content)),), partial(iter, made))

    def _part(self, name: str, make: Callable[[], bytes | None]) -> Artifact:
        """What the department gives to files of the whole site; any of its records may be in it."""
        inputs = (*self.task.common.inputs("program"), *self._place, *self._all_records)
        return Artifact(name, inputs, partial(_given, part_address(name, self.task.unit), make))

    # -- pages --------------------------------------------------------------------------------

    def _render(self, facts: Mapping[str, File]) -> Iterator[Content | Problem]:
        common, loaded = self.task.common, self.loaded
        plan = Plan((LocalitySummary(loaded.locality, (self.summary,)),))
        renderer = Renderer(self.worker.templates, common.site, plan, common.texts, common.assets)
        pages = plan.pages_of(*self.task.unit)
        found = {}
        for page in pages:
            try:
                html = renderer.page(page, loaded, facts).encode()
            except TemplateProblem as error:
                yield error.problem
                continue
            found[page.path] = page_links(page.path, html, common.site.base_url)
            yield Content(page.path, html)
        for path, data in text_files(*self.task.unit, self._found):
            yield Content(path, data)
        elsewhere, broken = leaving(found, {page.path for page in pages} | facts.keys())
        yield from (link_problem(page, link, plan.record_of(page)) for page, link in broken)
        files = sorted(facts.values())
        yield Content(part_address(LISTED, self.task.unit), file_lines(files), len(files))
        yield Content(part_address(LINKS, self.task.unit), json.dumps(elsewhere, ensure_ascii=False).encode())


def _given(address: str, make: Callable[[], bytes | None]) -> Iterable[Content]:
    data = make()
    return () if data is None else (Content(address, data),)


def _exported(address: str, make: Callable[[], DataFile]) -> Iterable[Content]:
    return (Content(address, *make()),)


def unreadable(file: str, error: OSError) -> Problem:
    """A file that can't be read just now."""
    message = f"读取时出错：{error.strerror or error}"
    hint = "文件可能正在移动或复制；请等它完成以后再试，并检查权限。"
    return Problem(Place(file), "load.unreadable", Severity.ERROR, message, hint)
