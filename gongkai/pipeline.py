"""The whole build, in seven steps: load, check, plan, compare, render, print, publish."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from gongkai import worker
from gongkai.assets import site_assets
from gongkai.binding import yearbooks
from gongkai.checks.portal import check_convention, list_pages
from gongkai.collect import Collector
from gongkai.crew import Crew
from gongkai.executors import Task, run_all
from gongkai.exports.addresses import Addresses, has_feed
from gongkai.exports.listing import FileList
from gongkai.exports.site import OpenData
from gongkai.fonts import find_fonts, font_folders
from gongkai.forms import Form, load_forms
from gongkai.gather import Gatherer, Parts
from gongkai.keys import code_key, fingerprint, folder_key, key_of
from gongkai.leaks import leaks
from gongkai.links import broken_links, link_problem, page_links
from gongkai.load import Loader
from gongkai.make import Maker, shared_pages
from gongkai.pairs import CompareData
from gongkai.pdf import column_widths
from gongkai.plan import plan
from gongkai.portal import root_path
from gongkai.problems import Problem, ordered
from gongkai.publish import Staging, publishing
from gongkai.records import Locality, SiteSettings
from gongkai.search.index import SearchIndex
from gongkai.stamp import Outcome, look, remember, unchanged
from gongkai.state import Collected, State, Unit, UnitState, load_state, save_state
from gongkai.summaries import LocalitySummary
from gongkai.texts import load_texts
from gongkai.words import load_words, navigation_problems
from gongkai.worker import SiteContext, Surveyed, UnitJob
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")
COLLECTORS: tuple[Collector, ...] = (SearchIndex(), CompareData(), OpenData(), Addresses())
Progress = Callable[[str, int, int], None]
"""Told of each step: its Chinese name, how much is done, and of how much."""


@dataclass
class Prepared:
    """Steps 1 to 3 done: everything the rest is a function of."""

    forms: dict[str, Form]
    jobs: dict[Unit, UnitJob]
    old: State
    new: State
    context: SiteContext | None = None
    assets: dict[str, bytes] = field(default_factory=dict)
    shell: str = ""
    places_key: str = ""
    """Key of the localities' own records."""
    plan_key: str = ""
    """Key of the tree of summaries: what the pages of all departments are planned from."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Something stops publication."""
        return self.context is None or any(problem.blocks for problem in self.problems)


def check(workspace: Workspace, *, workers: int = 1, progress: Progress | None = None) -> Outcome:
    """Steps 1 to 3: read and check everything, publish nothing."""
    run = _Run(workspace, workers, progress)
    try:
        return Outcome(tuple(ordered(run.prepare().problems)))
    finally:
        run.crew.close()


def build(
    workspace: Workspace,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    glance: bool = True,
    cluster: str = "",
) -> Outcome:
    """All seven steps. With an error nothing is published and the last good site stays.

    Where nothing has changed since the last build its outcome is given again; ``glance=False``: the caller looked.
    ``cluster``: the address of a Dask scheduler; departments are then read, printed and rendered by its workers.
    Raises ClusterError when it can't be used.
    """
    if glance and (last := unchanged(workspace)):
        return last
    run = _Run(workspace, workers, progress, cluster)
    try:
        with publishing(workspace.output) as staging:
            before = look(workspace, font_folders())
            prepared = run.prepare()
            if prepared.blocked or prepared.context is None:
                return Outcome(tuple(ordered(prepared.problems)))
            maker = run.make(prepared, prepared.context, staging)
            problems = ordered([*prepared.problems, *maker.problems])
            if any(problem.blocks for problem in problems):
                return Outcome(tuple(problems))
            manifest = staging.commit()
            log.info("publish: %d files, %d made", len(manifest), maker.made_files)
        save_state(run.state_file, run.code, prepared.new)
        shutil.rmtree(workspace.cache / "drafts", ignore_errors=True)
        outcome = Outcome(tuple(problems), True, len(manifest), maker.made_files)
        remember(workspace, before, (file.path for file in manifest), outcome)
        return outcome
    finally:
        run.crew.close()


class _Run:
    """One run over a workspace: its executor and what it knows of the last publication."""

    def __init__(
        self, workspace: Workspace, workers: int, progress: Progress | None, cluster: str = ""
    ) -> None:
        self.workspace, self.progress = workspace, progress
        self.crew = Crew(workspace, COLLECTORS, workers, cluster)
        self.code = code_key()
        self.state_file = (
            workspace.cache / f"state-{key_of(os.path.relpath(workspace.output, workspace.root))[:12]}"
        )

    # -- steps 1 to 3 -------------------------------------------------------------------------

    def prepare(self) -> Prepared:
        """Load, check and plan; departments whose files have not changed are taken from the last build."""
        log.info("load: %s", self.workspace.content)
        forms, problems = load_forms(self.workspace.layouts)
        self.crew.forms = forms
        self.crew.fonts, missing = find_fonts(self.workspace.font_cache)
        problems += missing
        loader = Loader(self.workspace.root, forms)
        site = loader.site()
        localities = loader.localities() if site else []
        prepared = Prepared(forms, {}, load_state(self.state_file, self.code), State())
        prepared.jobs = self._jobs(loader, localities)
        self._survey(prepared)
        problems += loader.problems
        for state in prepared.new.units.values():
            problems += state.problems
        texts, text_problems = load_texts(self.workspace.content / "pages")
        words, word_problems = load_words(self.workspace.layouts)
        prepared.problems = [*problems, *text_problems, *word_problems]
        if site is not None:
            planned, clashes = plan(
                self._tree(localities, prepared), [(text.slug, text.title) for text in texts]
            )
            log.info("plan: %d pages", len(planned.pages))
            names, prepared.assets = site_assets(self.workspace.layouts, forms, _widths(forms))
            prepared.context = SiteContext(site, planned, texts, names, has_feed(planned))
            prepared.shell = self._shell(site, texts, names)
            prepared.places_key = key_of(*(one.slug + one.model_dump_json() for one in localities))
            prepared.plan_key = key_of(
                prepared.places_key,
                *(f"{unit} {state.summary_key}" for unit, state in prepared.new.units.items()),
            )
            prepared.problems += clashes
            prepared.problems += leaks(planned.localities, (page.path for page in planned.pages))
            prepared.problems += navigation_problems(words, {page.path for page in planned.pages})
            prepared.problems += self._convention(prepared.context, prepared.assets)
        return prepared

    def _jobs(self, loader: Loader, localities: Iterable[Locality]) -> dict[Unit, UnitJob]:
        shared = self._layout_key("shared")
        print_base = self._print_base()
        # A file changed just now could change again within the resolution of its time: read it next time too.
        settled = time.time_ns() - 2_000_000_000
        jobs = {}
        for locality in localities:
            names = {
                name
                for entry in locality.forms
                for name in (entry.department, entry.project, entry.summary, entry.document)
            }
            form_keys = [
                folder_key(form.folder) for name, form in sorted(self.crew.forms.items()) if name in names
            ]
            base = key_of(self.code, locality.model_dump_json(), locality.slug, shared, *form_keys)
            for folder in loader.department_folders(locality):
                signature, newest = fingerprint([folder])
                unit = (locality.slug, folder.name)
                jobs[unit] = UnitJob(unit, locality, folder, signature, base, print_base, newest < settled)
        return jobs

    def _survey(self, prepared: Prepared) -> None:
        """Read and check the departments that changed, and note the parts they give to collectors."""
        changed = []
        for unit, job in prepared.jobs.items():
            old = prepared.old.units.get(unit)
            if old and old.trusted and (old.signature, old.base) == (job.signature, job.base):
                prepared.new.units[unit] = _unmade(old)
            else:
                changed.append(job)
        log.info("check: %d departments, %d changed", len(prepared.jobs), len(changed))
        tasks = ((worker.survey, (job,)) for job in changed)
        parts = self._parts(prepared.jobs)
        for number, surveyed in enumerate(
            run_all(self.crew.on(len(changed) // 8), tasks, 4 * self.crew.size), 1
        ):
            prepared.new.units[surveyed.unit] = surveyed.state
            surveyed.state.summary_key = key_of(repr(surveyed.state.summary))
            parts.keep(surveyed)
            self._tell("读取、校验", number, len(changed))
        prepared.new.units = {unit: prepared.new.units[unit] for unit in prepared.jobs}

    def _convention(self, context: SiteContext, assets: Mapping[str, bytes]) -> list[Problem]:
        """What the page convention of the site's choice finds in its lists."""
        pages = list_pages(context.site, context.plan)
        if not pages:
            return []
        self.crew.here()
        made = worker.render_shared(context, pages, {})
        return check_convention(context.site, context.plan, made.files, assets)

    def _tree(self, localities: Iterable[Locality], prepared: Prepared) -> list[LocalitySummary]:
        units = prepared.new.units
        return [
            LocalitySummary(
                one, tuple(s.summary for (name, _), s in units.items() if name == one.slug and s.summary)
            )
            for one in localities
        ]

    def _shell(self, site: SiteSettings, texts: Iterable[object], names: Mapping[str, str]) -> str:
        """Key of everything that every page shows or is made with."""
        layout = [self._layout_key("site"), self._layout_key("shared")]
        return key_of(
            self.code, site.model_dump_json(), repr(tuple(texts)), repr(sorted(names.items())), *layout
        )

    def _print_base(self) -> str:
        """Key of what shapes every PDF besides its records and form."""
        layouts = [self._layout_key("shared"), self._layout_key("print")]
        return key_of(*layouts, self.crew.fonts.key if self.crew.fonts else "")

    def _layout_key(self, name: str) -> str:
        return key_of(*(folder_key(folder / name) for folder in self.workspace.layouts))

    # -- steps 4 to 6 -------------------------------------------------------------------------

    def make(self, prepared: Prepared, context: SiteContext, staging: Staging) -> Maker:
        """Compare, print and render everything into the staging."""
        if self.crew.fonts and any(state.pdf_keys for state in prepared.new.units.values()):
            self.crew.fonts.prepare()
        maker = Maker(
            self.crew.on, 4 * self.crew.size, staging, context, prepared.shell, prepared.old, prepared.new
        )
        maker.drafts = self.workspace.cache / "drafts"
        done = 0
        for made in maker.departments(prepared.jobs):
            done += len(made.pdfs)
            self._tell("印制、渲染", done, maker.to_make)
        for path, data in prepared.assets.items():
            staging.write(path, data)
        self._bind(prepared, context, staging, maker)
        self._collect(prepared, context, staging)
        self._shared(prepared, context, staging, maker)
        self._check_links(prepared, context, staging, maker)
        return maker

    def _bind(self, prepared: Prepared, context: SiteContext, staging: Staging, maker: Maker) -> None:
        """The yearbooks, where the site wants them; each only when one of its disclosures was printed anew."""
        books = (
            yearbooks(context.plan, prepared.new.units, self._print_base()) if context.site.yearbook else ()
        )
        tasks: list[Task] = []
        for book in books:
            last = prepared.old.collected.get(book.path, Collected())
            if last.key == book.key and staging.keep(book.path):
                prepared.new.collected[book.path] = last
                continue
            prepared.new.collected[book.path] = Collected(book.key)
            tasks.append((worker.bind, (book, {one.path: staging.file(one.path) for one in book.parts})))
        for made in run_all(self.crew.on(len(tasks)), tasks, self.crew.size):
            for path, data in made.files.items():
                staging.write(path, data)
                prepared.new.collected[path].files.update(made.pdfs)
            maker.made_files += len(made.files)
            maker.problems += [problem for found in made.problems.values() for problem in found]

    def _shared(self, prepared: Prepared, context: SiteContext, staging: Staging, maker: Maker) -> None:
        """The pages made from summaries and from the facts of all files, and the list of these files."""
        new, old = prepared.new, prepared.old
        books = {path: one.files[path] for path, one in new.collected.items() if path in one.files}
        known, name = new.collected[OpenData.name].files, FileList.name
        gatherer = self._gatherer(prepared, context, staging)
        new.collected[name] = gatherer.list_files(books | known, old.collected.get(name, Collected()))
        known = known | new.collected[name].files
        key = key_of(prepared.shell, prepared.plan_key, repr(books))
        with_files = key_of(key, repr(known))
        links: dict[str, tuple[str, ...]] = {}
        self.crew.here()
        # Only the page of data files states facts of such files; the others are not even given them.
        for facts, its_key, pages in (
            (known, with_files, [page for page in shared_pages(context.plan) if page.kind == "data"]),
            (books, key, [page for page in shared_pages(context.plan) if page.kind != "data"]),
        ):
            new.shared |= {page.path: its_key for page in pages}
            stale = [
                page for page in pages if old.shared.get(page.path) != its_key or not staging.keep(page.path)
            ]
            made = worker.render_shared(context, tuple(stale), facts)
            for path, data in made.files.items():
                staging.write(path, data)
            links |= {path: found.links for path, found in made.links.items()}
            maker.made_files += len(made.files)
            maker.problems += [problem for found in made.problems.values() for problem in found]
        new.shared_links = {path: links.get(path) or old.shared_links.get(path, ()) for path in new.shared}

    def _check_links(self, prepared: Prepared, context: SiteContext, staging: Staging, maker: Maker) -> None:
        """Every link that leaves its department or stands on a page made from summaries must lead somewhere."""
        if maker.problems and any(problem.blocks for problem in maker.problems):
            return  # what failed to be made would be reported once more for each link to it
        links = [(page, link) for page, found in prepared.new.shared_links.items() for link in found]
        for state in prepared.new.units.values():
            links += [(page, link) for link, page in state.links.items()]
        for path, data in prepared.assets.items():
            if path.endswith(".css"):
                links += [(path, link) for link in page_links(path, data).links]

        @cache
        def anchors(path: str) -> frozenset[str]:
            return page_links(path, staging.read(path)).anchors

        broken = broken_links(links, staging.__contains__, anchors, root_path(context.site) or "/")
        maker.problems += [link_problem(page, link) for page, link in broken]

    def _collect(self, prepared: Prepared, context: SiteContext, staging: Staging) -> None:
        """Site-wide files of each collector, made again when any department or the plan changed."""
        old, new = prepared.old, prepared.new
        gatherer = self._gatherer(prepared, context, staging)
        for collector in COLLECTORS:
            new.collected[collector.name] = gatherer.gather(
                collector, old.collected.get(collector.name, Collected())
            )

    def _gatherer(self, prepared: Prepared, context: SiteContext, staging: Staging) -> Gatherer:
        return Gatherer(
            self._parts(prepared.jobs),
            self.workspace.cache / "memos",
            self.code,
            key_of(prepared.shell, prepared.places_key),
            context.plan,
            prepared.plan_key,
            context.site,
            prepared.old.units,
            prepared.new.units,
            staging,
        )

    def _parts(self, jobs: Mapping[Unit, UnitJob]) -> Parts:
        def again(unit: Unit) -> Surveyed:
            self.crew.here()
            return worker.survey(jobs[unit])

        return Parts(self.workspace.cache / "parts", self.code, again)

    def _tell(self, step: str, done: int, total: int) -> None:
        if self.progress:
            self.progress(step, done, total)


def _unmade(old: UnitState) -> UnitState:
    """A department as read before, with nothing made of it yet in this build."""
    return UnitState(
        old.signature,
        old.base,
        old.content,
        old.summary,
        old.problems,
        old.pdf_keys,
        summary_key=old.summary_key,
    )


def _widths(forms: Mapping[str, Form]) -> str:
    return column_widths({str(width) for form in forms.values() for width in form.declared.columns})
