"""The whole build, in seven steps: load, check, plan, compare, render, print, publish."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gongkai.building.artifacts import Artifact, File, Made, bring
from gongkai.building.departments import (
    RECORDS,
    Connect,
    Departments,
    Progress,
    Staff,
    bring_departments,
    settle,
)
from gongkai.building.findings import Findings
from gongkai.building.holding import HELD, assets_of_held, guard_all, note_published
from gongkai.building.load import load
from gongkai.building.look import Look, Outcome, Terms, fresh, look, remember, store_folder
from gongkai.building.plan_artifacts import Planned, planned
from gongkai.building.sitewide import OWNER, Sitewide
from gongkai.building.store import MADE, Damaged, Store, discard
from gongkai.building.tasks import Unit, name_of
from gongkai.building.worker import start
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.disk import group_of
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
        one = Round(staff, store, look(workspace), make=False)
        return Outcome(one.findings(one.guarded))


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

    Where nothing has changed since the last build its outcome is given again. ``cluster`` connects to machines
    that do the departments (cluster.executor.connect); raises ClusterError when they can't be used.
    """
    terms = terms or Terms()
    last = fresh(workspace, terms.due)
    if last is not None:
        return last
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
        site.compare(last["site"] if last else None)
        for left in reversed(range(ROUNDS)):
            seen = look(staff.workspace)
            one = Round(staff, store, seen, make=True, published=site.published)
            if one.drop_lost(site):
                continue
            one.make_sitewide()
            now = look(staff.workspace)
            if not left or now == seen:
                break
        if one.blocked:
            return Outcome(one.findings(said for said in one.guarded if said.rule != HELD))
        foreign = _publish(one, store, site)
        held = tuple(map(name_of, one.departments.held))
        outcome = Outcome(one.findings(one.guarded), True, len(one.published), len(store.renewed), held)
        try:
            last_seen = now if now == seen else seen
            settle(store, last_seen)
            note_published(store, one.departments)
            # What was said of this publication is not said again once it is made.
            lasting = outcome if staff.terms.public else replace(outcome, problems=one.findings())
            remember(store, last_seen, site.state, lasting, staff.terms.due, one.departments.dates)
            names = list(map(name_of, one.loaded.folders))
            store.retain(RECORDS, names)
            store.retain(MADE, [OWNER, *names])
            store.prune(one.used)
        except (OutputError, Damaged) as error:  # the site is published; the next build has more to do
            log.info("publish: what was made could not be noted: %s", error)
        if foreign:
            return replace(outcome, problems=one.findings([*one.guarded, *map(_foreign, foreign)]))
        return outcome


def _publish(one: Round, store: Store, site: Site) -> list[str]:
    """The new tree is put together and swapped in; what was foreign in the old one."""
    manifest, contents = Manifest(), {}
    for file in (*one.published, *one.carried):
        manifest.add(file.path, file.size, file.sha256)
        contents[file.path] = file.sha256
    carried = {file.path for file in one.carried}

    def source(path: str) -> Path:
        return site.folder / path if path in carried else store.objects.path(contents[path])

    foreign = site.publish(manifest, source)
    log.info("publish: %d files, %d made", len(manifest), len(store.renewed))
    return foreign


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
        self, staff: Staff, store: Store, seen: Look, *, make: bool, published: Manifest | None = None
    ) -> None:
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
        self.departments = bring_departments(self.loaded, common, seen, store, staff, make=make)
        arguments = (staff, self.loaded, self.departments, store, published or Manifest())
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
            or any(made.blocked for made in self.all_made)
        )

    @property
    def published(self) -> list[File]:
        """The files of the site."""
        return [file for made in self.all_made for file in made.files if file.published]

    @property
    def used(self) -> set[str]:
        """The hashes of all content that is published now, or part of what was made of departments that are held."""
        waiting = (
            made for one in self.departments.held for made in self._store.artifacts(name_of(one)).values()
        )
        return {file.sha256 for made in (*self.all_made, *waiting) for file in made.files}

    def findings(self, more: Iterable[Problem] = ()) -> Findings:
        """All problems, and ``more``; of what was made from the records only where these have no errors."""
        stopped = self.departments.failed.difference(self.departments.held)
        told = self._private if stopped else self.all_made
        made = (one for made in told for one in made.problems)
        return Findings(self.departments.findings, (*self.loaded.problems, *made, *self._broken, *more))

    def make_sitewide(self) -> None:
        """Steps 4 to 6 for the files of the whole site, where nothing stops publication."""
        if self.blocked:
            return
        whole = Sitewide(self._planned, [one.made for one in self.departments.found.values()])
        for artifact in whole.artifacts():
            whole.add(self._bring(artifact).files)
        self.carried = tuple(assets_of_held(self.departments, self._published, whole.files))
        whole.add(self.carried)
        log.info("compare: %d artifacts", sum(1 for _ in self.all_made))
        self._store.keep(OWNER, self.sitewide)
        if not self.blocked:
            self._broken = tuple(whole.broken_links())

    def drop_lost(self, site: Site) -> bool:
        """Forget artifacts whose content is lost from the store or damaged; whether there were any.

        What is published and not damaged there is the same file by another name: it need not be looked at twice.
        """
        published, objects = site.published or Manifest(), self._store.objects
        there = objects.names()

        def good(file: File) -> bool:
            stands = (
                file.published
                and published.has(file.path, file.size, file.sha256)
                and group_of(file.path) not in site.damaged
            )
            return file.sha256 in there and (stands or objects.has(file))

        lost = False
        owners = {name_of(unit): one.made for unit, one in self.departments.found.items()}
        held = set(map(name_of, self.departments.held))
        for owner, artifacts in (owners | {OWNER: self._known | self.sitewide}).items():
            whole = {name: made for name, made in artifacts.items() if all(map(good, made.files))}
            if len(whole) < len(artifacts):
                if owner not in held:  # these can't be made again: the next round finds them lost
                    self._store.keep(owner, whole)
                lost = True
        return lost

    @property
    def all_made(self) -> Iterator[Made]:
        """What all artifacts came to."""
        yield from self.departments.made
        yield from self.sitewide.values()

    def _bring(self, artifact: Artifact) -> Made:
        made = bring(artifact, self._known, self._store.objects.put, self._planned.last_look)
        self.sitewide[artifact.name] = made
        return made
