"""The whole build, in seven steps: load, check, plan, compare, render, print, publish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gongkai.building.artifacts import Artifact, File, Made, bring
from gongkai.building.departments import (
    LISTINGS,
    RECORDS,
    Connect,
    Departments,
    Progress,
    Staff,
    bring_departments,
    settle,
)
from gongkai.building.findings import Findings
from gongkai.building.holding import HELD, PUBLISHED, assets_of_held, guard_all, note_published
from gongkai.building.load import Loaded, load
from gongkai.building.look import Look, Outcome, Terms, look, remember, store_folder
from gongkai.building.plan_artifacts import Planned, planned
from gongkai.building.sitewide import OWNER, Sitewide
from gongkai.building.store import MADE, Damaged, Store, discard
from gongkai.building.tasks import Unit, listed, name_of, renewed
from gongkai.building.worker import start
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.manifest import File as Listed
from gongkai.publishing.manifest import Manifest
from gongkai.publishing.swap import OutputError
from gongkai.publishing.tree import Site, publishing
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")
ROUNDS = 5
"""How often a build begins again because records were saved while it ran; then it publishes what it has checked."""


def check(
    workspace: Workspace, *, workers: int = 1, progress: Progress | None = None, terms: Terms | None = None
) -> Outcome:
    """Steps 1 to 3: read and check everything, also against what is public; nothing is made, kept or published."""
    staff = Staff(workspace, workers, progress, terms=terms or Terms())
    with closing(Store(store_folder(workspace), reading=True)) as store:
        published = Manifest.read(workspace.output)
        one = Round(staff, store, look(workspace), published, store.texts(LISTINGS), make=False)
        return Outcome(one.findings(one.guarded))


def planned_files(workspace: Workspace, workers: int) -> tuple[Loaded, Manifest]:
    """The same for who compares: what all records come to, whatever their day; nothing is kept."""
    terms = Terms(guarded=False, public=workspace.output)
    with closing(Store(store_folder(workspace), reading=True)) as store:
        staff = Staff(workspace, workers, terms=terms)
        one = Round(staff, store, look(workspace), None, store.texts(LISTINGS), make=False)
        return one.loaded, Manifest(one.departments.listings)


def build(
    workspace: Workspace,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    cluster: Connect | None = None,
    terms: Terms | None = None,
) -> Outcome:
    """All seven steps. A department with errors stays as it was last published, unless the terms are strict.

    With any other error nothing is published and the last good site stays.

    ``look.fresh`` tells before whether there is anything to do. ``cluster`` connects to machines that do the
    departments (cluster.executor.connect); raises ClusterError when they can't be used.
    """
    terms = terms or Terms()
    staff = Staff(workspace, workers, progress, cluster, terms)
    with publishing(workspace.output) as site:
        try:
            return _build(staff, site)
        except Damaged as error:
            log.info("load: the store is damaged, everything is made anew: %s", error)
            discard(store_folder(workspace))
            return _build(staff, site)


def warm_up(workspace: Workspace) -> None:
    """Import and load now what builds in this process need."""
    loaded = load(workspace)
    worker = start(workspace, loaded.forms, store_folder(workspace), loaded.program)
    if loaded.fonts:
        _ = worker.printer


def _build(staff: Staff, site: Site) -> Outcome:
    """Rounds of reading and making, until all that was made is of one state of the records; then it is published."""
    with closing(Store(store_folder(staff.workspace))) as store:
        last = store.fact("build")
        site.compare(last["site"] if last else None, store.texts(PUBLISHED))
        for left in reversed(range(ROUNDS)):
            seen = look(staff.workspace)
            one = Round(staff, store, seen, site.published, site.standing, make=True)
            one.make_sitewide()
            now = look(staff.workspace)
            if not left or now == seen:
                break
        if one.blocked:
            return Outcome(one.findings(said for said in one.guarded if said.rule != HELD))
        manifest = one.manifest
        foreign = site.publish(manifest, one.source(site))
        log.info("publish: %d files, %d made", len(manifest), one.renewed)
        held = tuple(map(name_of, one.departments.held))
        outcome = Outcome(one.findings(one.guarded), True, len(manifest), one.renewed, held)
        try:
            last_seen = now if now == seen else seen
            settle(store, last_seen)
            note_published(store, one.departments, manifest.listings)
            # What was said of this publication is not said again once it is made.
            lasting = outcome if staff.terms.public else replace(outcome, problems=one.findings())
            remember(store, last_seen, site.state, lasting, staff.terms.due, one.departments.dates)
            names = list(map(name_of, one.loaded.folders))
            store.retain(RECORDS, names)
            store.retain(LISTINGS, names)
            store.retain(MADE, [OWNER, *names])
            store.prune(one.used | manifest.hashes)
        except (OutputError, Damaged) as error:  # the site is published; the next build has more to do
            log.info("publish: what was made could not be noted: %s", error)
        if foreign:
            return replace(outcome, problems=one.findings([*one.guarded, *map(_foreign, foreign)]))
        return outcome


def _foreign(path: str) -> Problem:
    message = "网站文件夹里的这个文件不是本程序生成的，发布时移走了"
    hint = "它在网站旁边以“.”开头、以“.gongkai”结尾的文件夹里，removed 下面。要公开的文件请写进记录。"
    return Problem(Place(f"output/{path}"), "publish.foreign", Severity.WARNING, message, hint)


class Round:
    """Everything once: load, check, plan, and of departments already compare, render and print."""

    _planned: Planned
    guarded: Sequence[Problem] = ()
    """What the guard says of the disclosures that are public, and which departments are held."""
    _failed: Set[Unit] = frozenset()
    carried: tuple[File, ...] = ()
    """Files of the published site that stay, though nothing makes them any more."""

    def __init__(
        self,
        staff: Staff,
        store: Store,
        seen: Look,
        published: Manifest | None,
        standing: Mapping[str, str],
        *,
        make: bool,
    ) -> None:
        """``standing`` are the listings of what is known to be whole, wherever else its content is lost."""
        self._store, self._published = store, published
        log.info("load: %s", staff.workspace.content)
        self.loaded = load(staff.workspace)
        self.departments = Departments()
        self.sitewide: dict[str, Made] = {}
        self._known: dict[str, Made] = {}
        self._broken: tuple[Problem, ...] = ()
        self._private: list[Made] = []
        site = self.loaded.site
        if site is None:
            return
        if staff.terms.public:
            site = site.model_copy(update={"draft": True})
        if make := make and not self.blocked:
            assert self.loaded.fonts, "where there are none it is an error"
            self.loaded.fonts.prepare(staff.progress)
        common = self.loaded.common(site)
        self.departments = bring_departments(
            self.loaded, common, seen, store, staff, standing=standing, make=make
        )
        arguments = (staff, self.loaded, self.departments, store, published)
        self._failed, self.guarded = guard_all(*arguments, hold=make and not staff.terms.strict)
        log.info("plan: %d departments", len(self.departments.summaries))
        worker = start(staff.workspace, self.loaded.forms, store.folder, self.loaded.program)
        self._planned = planned(self.loaded, common, self.departments, seen, worker)
        self._known = store.artifacts(OWNER)
        for artifact in self._planned.checks():
            self._bring(artifact)
        self._private = [self._bring(artifact) for artifact in self._planned.privacy()]

    @property
    def blocked(self) -> bool:
        """Something stops publication."""
        return (
            bool(self._failed - self.departments.held.keys())
            or any(problem.blocks for problem in (*self.loaded.problems, *self._broken))
            or any(one.failed for one in self.departments.found.values())
            or any(made.blocked for made in self.sitewide.values())
        )

    @property
    def manifest(self) -> Manifest:
        """The files of the site."""
        own = listed(file for made in self.sitewide.values() for file in made.files)
        return Manifest({OWNER: own, "carried": listed(self.carried), **self.departments.listings})

    def source(self, site: Site) -> Callable[[Listed], Path]:
        """Where the content of a file of the site lies."""
        carried = {file.path for file in self.carried}
        objects = self._store.objects
        return lambda file: site.folder / file.path if file.path in carried else objects.path(file.sha256)

    @property
    def renewed(self) -> int:
        """How many published files are of artifacts that were made anew."""
        return renewed(self.sitewide, self._known) + sum(
            one.renewed for one in self.departments.found.values()
        )

    @property
    def used(self) -> set[str]:
        """The hashes of all content that is not published, but part of what was made."""
        waiting = (
            made for one in self.departments.held for made in self._store.artifacts(name_of(one)).values()
        )
        files = (file for made in (*self.sitewide.values(), *waiting) for file in made.files)
        return {file.sha256 for file in (*files, *self.departments.parts)}

    def findings(self, more: Iterable[Problem] = ()) -> Findings:
        """All problems, and ``more``; of what was made from the records only where these have no errors."""
        stopped = self.departments.failed.difference(self.departments.held)
        made = (
            one for made in (self._private if stopped else self.sitewide.values()) for one in made.problems
        )
        packs = [*self.departments.findings, *(() if stopped else self.departments.told)]
        return Findings(packs, (*self.loaded.problems, *made, *self._broken, *more))

    def make_sitewide(self) -> None:
        """Steps 4 to 6 for the files of the whole site, where nothing stops publication."""
        if self.blocked:
            return
        whole = Sitewide(self._planned, self.departments)
        for artifact in whole.artifacts():
            whole.add(self._bring(artifact).files)
        self.carried = tuple(assets_of_held(self.departments, self._published, whole.files))
        whole.add(self.carried)
        self._store.made(OWNER, self.sitewide)
        if not self.blocked:
            self._broken = tuple(whole.broken_links())

    def _bring(self, artifact: Artifact) -> Made:
        made = bring(artifact, self._known, self._store.objects.put, self._planned.last_look)
        self.sitewide[artifact.name] = made
        return made
