"""The artifacts of one department: one task reads it, checks it, and makes all of it that is not up to date."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from gongkai.building.artifacts import Artifact, Content, Input, bring
from gongkai.building.findings import packed
from gongkai.building.planned import later, planned_files
from gongkai.building.store import File, Made
from gongkai.building.tasks import DATA, LINKS, SEARCH, Result, Task, forms_of, part_address
from gongkai.building.worker import Worker, here
from gongkai.checks.check import check_department
from gongkai.checks.wholefile import published_texts
from gongkai.exports.disclosure import DataFile, targets
from gongkai.exports.site import data_part
from gongkai.keys import key_of
from gongkai.pages.copied import check_superseded, picture_files, superseded_files
from gongkai.pages.fragments import fragment_targets
from gongkai.pages.render import Renderer
from gongkai.planning.links import leaving, link_problem, page_links
from gongkai.planning.plan import EVALUATION, Plan, pdf_address
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary, summarise
from gongkai.printing.documents import (
    PrintJob,
    disclosure_document,
    evaluation_document,
    notice_document,
    project_document,
    yearbook_part,
)
from gongkai.privacy.markup import plain
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.scan import scan_problems
from gongkai.reading.acts import Article
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.search.index import search_part
from gongkai.search.texts import text_files
from gongkai.tables.sheets import evaluation_sheet, has_sheets, notice_sheets
from gongkai.tables.templates import TemplateProblem

if TYPE_CHECKING:
    from gongkai.printing.composed import Printed

log = logging.getLogger("gongkai")


def work(task: Task) -> Result:
    """Steps 1 to 6 for one department, by the worker of this process."""
    return work_with(here(), task)


def work_with(worker: Worker, task: Task) -> Result:
    """The same by any worker."""
    loaded, problems = _read(worker, task)
    blocked = loaded is None or any(problem.blocks for problem in problems)
    waiting = later(loaded, task.due) if loaded else ()
    result = Result(task.unit, packed([*problems, *waiting]), blocked)
    if loaded is not None:
        result.forms = tuple(sorted({form.id for one in loaded.forms.values() for form in one.all}))
        withheld = summarise(loaded.department).withheld  # also what waits for its day may be named nowhere
        acts = [one.published for one in loaded.department.disclosures]
        acts += [one.published for one in loaded.notices]
        result.dates = tuple(sorted({day for day in acts if day}))
        loaded = loaded.due(task.due)
        result.summary = summarise(loaded.department)._replace(withheld=withheld)
        department = _Department(worker, task, loaded, result.summary)
        if task.make and not blocked:
            result.made = _make(department)
        else:
            files = planned_files(worker.workspace, loaded, result.summary, department.files())
            result.planned = tuple(files)
    return result


def _read(worker: Worker, task: Task) -> tuple[LoadedDepartment | None, list[Problem]]:
    root = worker.workspace.root
    loader = Loader(root, worker.forms)
    try:
        loaded = loader.department(task.locality, task.folder)
        if loaded is None:
            return None, loader.problems
        checked = check_department(loaded, worker.own_rules)
        return loaded, [*loader.problems, *check_superseded(root, loaded), *checked]
    except OSError as error:  # something goes away or is moved while it is read
        return None, [*loader.problems, _unreadable(f"content/{'/'.join(task.unit)}", error)]


def _make(department: _Department) -> dict[str, Made]:
    made: dict[str, Made] = {}
    put, known = department.worker.objects.put, department.task.known
    for artifact in department.files():
        made[artifact.name] = bring(artifact, known, put, department.last_look)
    facts = {file.path: file for one in made.values() for file in one.files if file.published}
    pages = department.pages(facts)
    made[pages.name] = bring(pages, known, put, department.last_look)
    return made


@dataclass(frozen=True)
class _Department:
    """One department whose records are good; what each artifact depends on is said here, where it is made."""

    worker: Worker
    task: Task
    loaded: LoadedDepartment
    summary: DepartmentSummary

    def files(self) -> Iterator[Artifact]:
        """Everything but the pages, which state facts of these."""
        for disclosure in self.loaded.department.disclosures:
            yield from self._pdfs(disclosure)
            part = partial(yearbook_part, self.worker.templates, self.loaded, disclosure)
            yield self._part(f":yearbook/{disclosure.slug}", part)
        yield from self._data()
        yield from self._copied()
        yield self._part(SEARCH, partial(search_part, self.loaded))
        yield self._part(DATA, partial(data_part, self.loaded))

    def pages(self, facts: Mapping[str, File]) -> Artifact:
        """All pages, with the texts that the search shows; they show any of the records, and facts of the files."""
        stated = key_of(*(f"{path} {file.size} {file.extent}" for path, file in sorted(facts.items())))
        inputs = (*self.task.common.for_pages, *self._place, *self._all_records, Input("files", stated))
        return Artifact("pages", inputs, partial(self._render, facts))

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
        return {file: Input(file, key_of(one.text)) for file, one in sorted(self.loaded.documents.items())}

    @property
    def _all_records(self) -> tuple[Input, ...]:
        return tuple(self._records.values())

    def _of_project(self, disclosure: Disclosure, project: Project) -> tuple[Input, ...]:
        """The records that a project's own table shows: in a document's form anything may stand."""
        if self.loaded.forms[disclosure.slug].for_project(project.slug).project is None:
            return self._all_records
        files = self.loaded.files
        year = disclosure.slug
        return tuple(self._records[files[key]] for key in (("", ""), (year, ""), (year, project.slug)))

    def last_look(self, address: str, data: bytes) -> Iterable[Problem]:
        """What a finished file tells of persons that the rules of records have not seen."""
        return scan_problems(address, data, self.worker.workspace.root, lambda: self._judged)

    @cached_property
    def _judged(self) -> str:
        texts = (text for one in self.loaded.documents.values() for _, _, text in published_texts(one.data))
        return "\n".join(map(plain, texts))

    # -- PDFs ---------------------------------------------------------------------------------

    def _pdfs(self, disclosure: Disclosure) -> Iterator[Artifact]:
        """A disclosure's table compares with other years: it depends on all records."""
        slugs = (*self.task.unit, disclosure.slug)
        common = (*self.task.common.for_print, *self._place)
        templates, loaded = self.worker.templates, self.loaded
        for project in disclosure.projects:
            if project.disclosed and loaded.forms[disclosure.slug].for_project(project.slug).target:
                document = partial(project_document, templates, loaded, disclosure, project)
                inputs = (*common, *self._of_project(disclosure, project))
                yield self._pdf(pdf_address(*slugs, project.slug), inputs, document)
            if project.disclosed and evaluation_sheet(loaded, disclosure, project):
                document = partial(evaluation_document, templates, loaded, disclosure, project)
                inputs = (*common, *self._of_project(disclosure, project))
                address = pdf_address(*slugs, project.slug, ending=EVALUATION)
                yield self._pdf(address, inputs, document)
        for notice in disclosure.notices:
            if notice_sheets(loaded, disclosure, notice):
                document = partial(notice_document, templates, loaded, disclosure, notice)
                address = pdf_address(*slugs, notice.slug)
                yield self._pdf(address, (*common, *self._all_records), document)
        for article in disclosure.articles:
            yield self._article(disclosure, article)
        if has_sheets(loaded, disclosure):
            document = partial(disclosure_document, templates, loaded, disclosure)
            yield self._pdf(pdf_address(*slugs), (*common, *self._all_records), document)

    def _article(self, disclosure: Disclosure, article: Article) -> Artifact:
        """A text's PDF, with its pictures; without Pango there is none, and a problem says what to install."""
        address = pdf_address(*self.task.unit, disclosure.slug, article.slug)
        files = self.loaded.files
        records = (files["", ""], files[disclosure.slug, ""], article.file)
        inputs = (
            *self.task.common.for_print,
            *self._place,
            *(self._records[file] for file in records),
            *(Input(picture.name, picture.sha256) for picture in article.pictures),
        )
        return Artifact(
            address, inputs, partial(self._print, address, partial(self._print_article, disclosure, article))
        )

    def _print_article(
        self, disclosure: Disclosure, article: Article
    ) -> tuple[Printed | None, list[Problem]]:
        from gongkai.printing.free import article_document

        root = self.worker.workspace.root
        draft = self.task.common.site.draft
        document = article_document(
            self.worker.templates, root, self.loaded, disclosure, article, draft=draft
        )
        return self.worker.free_printer.print(document)

    def _pdf(
        self, address: str, inputs: tuple[Input, ...], document: Callable[[], PrintJob | None]
    ) -> Artifact:
        return Artifact(address, inputs, partial(self._print, address, partial(self._print_tables, document)))

    def _print_tables(self, document: Callable[[], PrintJob | None]) -> tuple[Printed | None, list[Problem]]:
        job = document()
        draft = self.task.common.site.draft
        return self.worker.printer.print(replace(job, draft=draft)) if job else (None, [])

    def _print(
        self, address: str, make: Callable[[], tuple[Printed | None, list[Problem]]]
    ) -> Iterator[Content | Problem]:
        """Whatever fails is a problem of this document and stops no other."""
        try:
            printed, problems = make()
        except TemplateProblem:
            raise
        except Exception as error:
            log.error("%s", traceback.format_exc())
            message = f"印制 {address} 失败：{type(error).__name__}: {error}"
            hint = "这是程序的错误，请把上面的记录和这个文件一起报告给维护者。"
            yield Problem(Place(address), "print.failed", Severity.ERROR, message, hint)
            return
        if printed is not None:
            yield Content(address, printed.data, printed.pages)
        yield from problems

    # -- data ---------------------------------------------------------------------------------

    def _data(self) -> Iterator[Artifact]:
        """JSON, CSV, XLSX, and tables to paste into other sites."""
        templates = lambda: self.worker.templates  # noqa: E731
        common = (*self.task.common.inputs("program"), *self._place)
        for target in (*targets(templates, self.loaded), *fragment_targets(templates, self.loaded)):
            records = (
                self._of_project(target.disclosure, target.project) if target.project else self._all_records
            )
            yield Artifact(
                target.address, (*common, *records), partial(_exported, target.address, target.make)
            )

    def _copied(self) -> Iterator[Artifact]:
        """Files that a correction replaced, and pictures of texts, as they are."""
        root = self.worker.workspace.root
        for address, file in (*superseded_files(root, self.loaded), *picture_files(root, self.loaded)):
            try:
                content = file.read_bytes()
            except OSError as error:
                problem = _unreadable(file.relative_to(root).as_posix(), error)
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
        renderer = Renderer(
            self.worker.templates, common.site, plan, common.texts, common.assets, common.feed
        )
        pages = plan.pages_of(*self.task.unit)
        found = {}
        for page in pages:
            if page.kind == "asset":
                continue
            try:
                html = renderer.page(page, loaded, facts).encode()
            except TemplateProblem as error:
                yield error.problem
                continue
            found[page.path] = page_links(page.path, html, common.site.base_url)
            yield Content(page.path, html)
        for path, data in text_files(loaded):
            yield Content(path, data)
        elsewhere, broken = leaving(found, {page.path for page in pages} | facts.keys())
        yield from (link_problem(page, link) for page, link in broken)
        yield Content(part_address(LINKS, self.task.unit), json.dumps(elsewhere, ensure_ascii=False).encode())


def _given(address: str, make: Callable[[], bytes | None]) -> Iterable[Content]:
    data = make()
    return () if data is None else (Content(address, data),)


def _exported(address: str, make: Callable[[], DataFile]) -> Iterable[Content]:
    return (Content(address, *make()),)


def _unreadable(file: str, error: OSError) -> Problem:
    message = f"读取时出错：{error.strerror or error}"
    hint = "文件可能正在移动或复制；请等它完成以后再试，并检查权限。"
    return Problem(Place(file), "load.unreadable", Severity.ERROR, message, hint)
