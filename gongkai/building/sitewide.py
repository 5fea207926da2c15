"""What is made of all departments together: yearbooks, collectors' files, pages made from summaries, links between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from gongkai.building import worker
from gongkai.building.binding import yearbooks
from gongkai.building.crew import Crew
from gongkai.building.executors import Task, run_all
from gongkai.building.gather import Gatherer, Parts
from gongkai.building.jobs import SiteContext
from gongkai.building.make import Maker
from gongkai.building.prepare import Prepared
from gongkai.building.state import Collected, Store
from gongkai.exports.listing import FileList
from gongkai.exports.site import OpenData
from gongkai.keys import key_of
from gongkai.pages.render import PdfFacts
from gongkai.planning.links import broken_links, link_problem, packed, page_links, unpacked
from gongkai.planning.plan import Page, data_page
from gongkai.planning.portal import root_path
from gongkai.publishing.collect import Collector
from gongkai.publishing.pathmap import group_of, groups_of
from gongkai.publishing.publish import Staging
from gongkai.publishing.scan import scan_problems
from gongkai.workspace import Workspace

_AT_ONCE = 8
"""Pages made from summaries that are held at a time: those of an index are large, and many."""


class Sitewide:
    """Makes these files after the departments' own; what it makes and finds is counted with theirs."""

    def __init__(
        self,
        workspace: Workspace,
        crew: Crew,
        store: Store,
        code: str,
        prepared: Prepared,
        context: SiteContext,
        staging: Staging,
        maker: Maker,
    ) -> None:
        self.workspace, self.crew, self.store, self.code = workspace, crew, store, code
        self.prepared, self.context, self.staging, self.maker = prepared, context, staging, maker
        self.old, self.new = prepared.old, prepared.new
        self._gatherer: Gatherer | None = None

    def make(self, collectors: Iterable[Collector], parts: Parts) -> None:
        """Everything, each only when something it is made from has changed."""
        for path, data in self.prepared.assets.items():
            self.staging.write(path, data)
            self.maker.problems += scan_problems(path, data, self.workspace.root)
        self._yearbooks()
        self._list_files(self.collect(collectors, parts))
        self._pages()
        self.context.plan.release()
        self._check_links()

    def _yearbooks(self) -> None:
        """The yearbooks, where the site wants them; each only when one of its disclosures was printed anew."""
        if not self.context.site.yearbook:
            return
        tasks: list[Task] = []
        for book in yearbooks(self.context.plan, self.new.units, self.prepared.print_base):
            last = self.old.collected.get(book.path, Collected())
            if last.key == book.key and self.staging.keep(book.path):
                self.new.collected[book.path] = last
                continue
            self.new.collected[book.path] = Collected(book.key)
            tasks.append((worker.yearbook, (book, {one.unit: self.prepared.jobs[one.unit] for one in book.parts})))
        for made in run_all(self.crew.on(len(tasks)), tasks, self.crew.size):
            for path, data in made.files.items():
                self.staging.write(path, data)
                self.new.collected[path].files.update(made.pdfs)
            self.maker.made_files += len(made.files)
            self.maker.problems += [problem for found in made.problems.values() for problem in found]

    def collect(self, collectors: Iterable[Collector], parts: Parts) -> Gatherer:
        """Site-wide files of each collector; also before ``make``, as they need nothing that departments make."""
        if self._gatherer is not None:
            return self._gatherer
        old, new = self.old.collected, self.new.collected
        self._gatherer = Gatherer(
            parts,
            self.workspace.cache / "memos",
            self.code,
            key_of(self.prepared.shell, self.prepared.places_key),
            self.context.plan,
            self.new.plan_key,
            self.context.site,
            self.old.units,
            self.new.units,
            self.staging,
            self.store.facts,
        )
        for collector in collectors:
            new[collector.name] = self._gatherer.gather(collector, old.get(collector.name, Collected()))
        return self._gatherer

    def _list_files(self, gatherer: Gatherer) -> None:
        """The list of all files for taking away."""
        old, new = self.old.collected, self.new.collected
        single = self._books() | new[OpenData.name].files
        new[FileList.name] = gatherer.list_files(single, old.get(FileList.name, Collected()))

    def _books(self) -> dict[str, PdfFacts]:
        return {path: one.files[path] for path, one in self.new.collected.items() if path in one.files}

    def _pages(self) -> None:
        """The pages made from summaries; only that of data files states facts of these."""
        collected = self.new.collected
        books = self._books()
        data = collected[OpenData.name].files | collected[FileList.name].files
        key = key_of(self.prepared.shell, self.new.plan_key, repr(books))
        data_key = key_of(key, repr(sorted(data.items())))
        # Which pages there are follows from the plan, and a plan that is the same need not be worked out.
        known = {path for path, its_key in self.old.shared.items() if its_key == key}
        if known and all(self.staging.keep(path) for path in known):
            self.new.shared.update(dict.fromkeys(known, key))
            self.new.shared_links.update({path: self.old.shared_links.get(path, b"") for path in known})
            self._render([data_page()], data_key, books | data)
            return
        pages = list(self.context.plan.shared_pages)
        self._render([page for page in pages if page.kind != "data"], key, books)
        self._render([page for page in pages if page.kind == "data"], data_key, books | data)

    def _render(self, pages: Sequence[Page], key: str, facts: dict[str, PdfFacts]) -> None:
        old, new = self.old, self.new
        stale = []
        for page in pages:
            new.shared[page.path] = key
            new.shared_links[page.path] = old.shared_links.get(page.path, b"")
            if old.shared.get(page.path) != key or not self.staging.keep(page.path):
                stale.append(page)
        if not stale:
            return
        self.crew.here()
        for start in range(0, len(stale), _AT_ONCE):
            made = worker.render_shared(self.context, tuple(stale[start : start + _AT_ONCE]), facts)
            for path, data in made.files.items():
                self.staging.write(path, data)
            new.shared_links.update({path: packed(found.links) for path, found in made.links.items()})
            self.maker.remade.update(made.files)
            self.maker.made_files += len(made.files)
            self.maker.problems += [problem for found in made.problems.values() for problem in found]

    def _check_links(self) -> None:
        """Every link that leaves its department or stands on a page made from summaries must lead somewhere.

        While nothing that was published goes, only pages made anew can have one that does not, and only those to
        a place on such a page can have lost it.
        """
        if any(problem.blocks for problem in self.maker.problems):
            return  # what failed to be made would be reported once more for each link to it

        @cache
        def anchors(path: str) -> frozenset[str]:
            return page_links(path, self.staging.read(path)).anchors

        broken = broken_links(
            self._links(), self.staging.__contains__, anchors, root_path(self.context.site) or "/"
        )
        self.maker.problems += [link_problem(page, link) for page, link in broken]

    def _links(self) -> Iterator[tuple[str, str]]:
        """(page, address) of every link that may lead nowhere now."""
        remade, every = self.maker.remade, self.staging.gone()
        for page, pressed in self.new.shared_links.items():
            for link in unpacked(pressed):
                if every or page in remade or self._remade(link):
                    yield page, link
        for unit, state in self.new.units.items():
            again = every or groups_of(*unit)[0] in remade
            for link, page in state.links.items():
                if again or self._remade(link):
                    yield page, link
        for path, data in self.prepared.assets.items():
            if path.endswith(".css"):
                yield from ((path, link) for link in page_links(path, data).links)

    def _remade(self, link: str) -> bool:
        target = link.partition("#")[0]
        return target in self.maker.remade or group_of(target) in self.maker.remade
