"""The artifacts of the whole site: their inputs are the parts that departments give, and summaries of the records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from gongkai.building.artifacts import INTERNAL, Artifact, Content, File, Input
from gongkai.building.departments import Departments
from gongkai.building.open_data import open_data
from gongkai.building.plan_artifacts import Planned
from gongkai.building.tasks import DATA, LINKS, LISTED, SEARCH, Unit, part_address
from gongkai.exports.addresses import address_files
from gongkai.exports.listing import FILES_HEAD, file_lines
from gongkai.exports.site import (
    FILES,
)
from gongkai.keys import key_of
from gongkai.pages.charts import chart_files
from gongkai.pages.scripts import COMPARE, compare_data, project_files
from gongkai.parts import Part, read_part
from gongkai.planning.links import broken_links, link_problem, page_links
from gongkai.planning.plan import Page, data_page, yearbook_address
from gongkai.planning.portal import root_path
from gongkai.printing.documents import yearbook_document
from gongkai.problems import Problem
from gongkai.publishing.manifest import Manifest
from gongkai.search.index import index_files
from gongkai.tables.templates import Templates

OWNER = ""
"""Whose these artifacts are in the store."""


class Sitewide:
    """``files`` are its own so far by address, and the parts that departments gave."""

    def __init__(self, planned: Planned, departments: Departments) -> None:
        self.planned, self.plan, self.common = planned, planned.plan, planned.common
        self.files = {file.path: file for file in departments.parts}
        self._departments = Manifest(departments.listings)
        self._objects = planned.worker.objects
        self._units = [(one.slug, each.slug) for one in self.plan.localities for each in one.departments]

    def artifacts(self) -> Iterator[Artifact]:
        """All of them in order: each may ask for ``files`` of those before it (``add``)."""
        yield from self._yearbooks()
        yield from open_data(self.planned, self._opened(DATA), self.files)
        yield self._of_summaries("charts", self._charts)
        yield self._file_list()
        yield self._assets()
        yield self._search()
        yield self._of_summaries(COMPARE, lambda: [(COMPARE, compare_data(self.plan))])
        yield self._of_summaries("projects", lambda: project_files(self.plan))
        yield self._of_summaries(
            "addresses", lambda: address_files(self.plan, self.common.site, self._templates)
        )
        yield self._pages()
        yield self._data_page()

    def add(self, files: Iterable[File]) -> None:
        """Take note of what one of them came to."""
        self.files.update((file.path, file) for file in files)

    @property
    def _program(self) -> tuple[Input, ...]:
        return self.common.inputs("program")

    # -- style sheets and the like ------------------------------------------------------------

    def _assets(self) -> Artifact:
        """Their names have the hash of their content; style sheets link to others."""

        def make() -> Iterator[Content]:
            yield from (Content(path, data) for path, data in self.planned.assets.items())
            sheets = {path: data for path, data in self.planned.assets.items() if path.endswith(".css")}
            links = {path: list(page_links(path, data).links) for path, data in sheets.items()}
            yield _links("assets", links)

        return Artifact("assets", self.common.inputs("program", "assets"), make)

    # -- from departments' parts --------------------------------------------------------------

    def _parts(self, name: str) -> dict[Unit, File]:
        found = ((unit, self.files.get(part_address(name, unit))) for unit in self._units)
        return {unit: file for unit, file in found if file is not None}

    def _opened(self, name: str) -> dict[Unit, Part]:
        return {unit: read_part(self._objects.path(file.sha256)) for unit, file in self._parts(name).items()}

    def _search(self) -> Artifact:
        """The index: all departments' postings, side by side in each shard."""

        def make() -> Iterator[Content]:
            synonyms = self._templates.words.synonyms
            return (Content(*one) for one in index_files(self.plan, self._opened(SEARCH), synonyms))

        parts = [Input(part_address(SEARCH, unit), one.sha256) for unit, one in self._parts(SEARCH).items()]
        return Artifact("search", (*self._program, self.planned.places, *parts), make)

    def _file_list(self) -> Artifact:
        """The list of all files for taking away: PDFs and data, no pages and nothing that pages load."""
        own = sorted(file for file in self.files.values() if file.published)
        parts = list(self._parts(LISTED).values())
        stated = [(one.path, one.size, one.extent) for one in own], [one.sha256 for one in parts]
        rows = len(own) + sum(one.extent for one in parts)

        def make() -> Iterator[Content]:
            departments = (self._objects.path(one.sha256).read_bytes() for one in parts)
            yield Content(FILES, b"".join((FILES_HEAD, file_lines(own), *departments)), rows)

        return Artifact(FILES, (*self._program, Input("files", key_of(repr(stated)))), make)

    def _yearbooks(self) -> Iterator[Artifact]:
        """One PDF for each locality and year, where the site wants them."""
        for locality in self.plan.localities if self.common.site.yearbook else ():
            years: dict[str, tuple[int | None, list[File]]] = {}
            for department in locality.departments:
                for disclosure in department.disclosures:
                    part = part_address(f":yearbook/{disclosure.slug}", (locality.slug, department.slug))
                    if part in self.files:
                        years.setdefault(disclosure.slug, (disclosure.year, []))[1].append(self.files[part])
            for slug, (year, parts) in years.items():
                yield self._yearbook(yearbook_address(locality.slug, slug), locality.name, year, parts)

    def _yearbook(self, address: str, locality: str, year: int | None, parts: list[File]) -> Artifact:
        def make() -> Iterator[Content | Problem]:
            data = [self._objects.path(one.sha256).read_bytes() for one in parts]
            job = replace(yearbook_document(address, locality, year, data), draft=self.common.site.draft)
            made, problems = self.planned.worker.printer.print(job)
            yield Content(address, made.data, made.pages)
            yield from problems

        own = Input("locality", key_of(locality, str(year)))
        inputs = (
            *self.common.inputs("forms"),
            *self.common.for_print,
            own,
            *(Input(one.path, one.sha256) for one in parts),
        )
        return Artifact(address, inputs, make)

    # -- from summaries -----------------------------------------------------------------------

    def _of_summaries(
        self, name: str, make: Callable[[], Iterable[tuple[str, bytes] | tuple[str, bytes, int]]]
    ) -> Artifact:
        inputs = (*self.common.inputs("program", "layouts/site", "settings"), self.planned.summaries)
        return Artifact(name, inputs, lambda: (Content(*one) for one in make()))

    @property
    def _templates(self) -> Templates:
        return self.planned.worker.templates

    def _charts(self) -> Iterator[tuple[str, bytes, int]]:
        return (one for place in self.plan.localities for one in chart_files(place, self._templates))

    @cached_property
    def _books(self) -> dict[str, File]:
        return {
            path: file
            for path, file in self.files.items()
            if path.endswith("-yearbook.pdf") and path.count("/") == 1
        }

    def _pages(self) -> Artifact:
        """All but the page of data files; a locality's page states facts of its yearbooks."""
        stated = Input("files", key_of(repr(sorted(self._books.items()))))
        inputs = (*self.common.for_pages, *self.common.inputs("texts"), self.planned.summaries, stated)
        return Artifact("pages", inputs, lambda: self._rendered("pages", self._own_pages(), self._books))

    def _own_pages(self) -> Iterator[Page]:
        return (page for page in self.plan.shared_pages if page.kind != "data")

    def _data_page(self) -> Artifact:
        facts = {path: file for path, file in self.files.items() if path.startswith("data/")}
        stated = Input(
            "files", key_of(repr([(path, one.size, one.extent) for path, one in sorted(facts.items())]))
        )
        inputs = (*self.common.for_pages, self.planned.summaries, stated)
        return Artifact("data-page", inputs, lambda: self._rendered("data-page", [data_page()], facts))

    def _rendered(
        self, name: str, pages: Iterable[Page], facts: Mapping[str, File]
    ) -> Iterator[Content | Problem]:
        links = {}
        for found in self.planned.rendered(pages, facts):
            if isinstance(found, Content) and isinstance(found.data, bytes):
                links[found.address] = list(
                    page_links(found.address, found.data, self.common.site.base_url).links
                )
            yield found
        yield _links(name, links)

    # -- links --------------------------------------------------------------------------------

    def broken_links(self) -> Iterator[Problem]:
        """Every link that leaves its department or stands on a page made from summaries must lead somewhere."""

        def anchors(path: str) -> frozenset[str]:
            if path not in known:
                found = self.files.get(path) or self._departments.get(path)
                known[path] = (
                    page_links(path, self._objects.read(found.sha256)).anchors if found else frozenset()
                )
            return known[path]

        def exists(path: str) -> bool:
            return path in self.files or path in self._departments

        known: dict[str, frozenset[str]] = {}
        root = root_path(self.common.site) or "/"
        broken = broken_links([*self._links()], exists, anchors, root)
        yield from (link_problem(page, link, self.planned.plan.record_of(page)) for page, link in broken)

    def _links(self) -> Iterator[dict[str, str]]:
        """Addresses, each with a page that links to it: of each department, and of each page made from summaries."""
        for file in self._parts(LINKS).values():
            yield json.loads(self._objects.path(file.sha256).read_bytes())
        for name in ("assets", "pages", "data-page"):
            if found := self.files.get(f"{INTERNAL}{name}/links"):
                pages = json.loads(self._objects.path(found.sha256).read_bytes())
                yield from (dict.fromkeys(links, page) for page, links in pages.items())


def _links(name: str, links: Mapping[str, list[str]]) -> Content:
    return Content(f"{INTERNAL}{name}/links", json.dumps(links, ensure_ascii=False).encode())
