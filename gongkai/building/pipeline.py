"""The whole build, in seven steps: load, check, plan, compare, render, print, publish."""

from __future__ import annotations

import logging
import os
import shutil
from functools import partial

from gongkai.building import crew
from gongkai.building.jobs import SiteContext
from gongkai.building.make import Maker
from gongkai.building.prepare import Prepared, Preparer, Progress
from gongkai.building.sitewide import Sitewide
from gongkai.building.stamp import Glance, Look, Outcome, glance, look, published, remember
from gongkai.building.state import State, Store
from gongkai.exports.addresses import Addresses
from gongkai.exports.site import OpenData
from gongkai.keys import code_key, key_of
from gongkai.pages.pairs import CompareData
from gongkai.printing.fonts import font_folders
from gongkai.publishing.collect import Collector
from gongkai.publishing.manifest import Manifest
from gongkai.publishing.publish import Staging, publishing
from gongkai.search.index import SearchIndex
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")
COLLECTORS: tuple[Collector, ...] = (SearchIndex(), CompareData(), OpenData(), Addresses())


def check(workspace: Workspace, *, workers: int = 1, progress: Progress | None = None) -> Outcome:
    """Steps 1 to 3: read and check everything, publish nothing."""
    run = Run(workspace, workers, progress)
    try:
        return Outcome(run.prepare().findings())
    finally:
        run.crew.close()


def build(
    workspace: Workspace,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    last: Glance | None = None,
    cluster: str = "",
) -> Outcome:
    """All seven steps. With an error nothing is published and the last good site stays.

    Where nothing has changed since the last build its outcome is given again; ``last`` is what a caller who has
    looked saw. ``cluster``: the address of a Dask scheduler; departments are then read, printed and rendered by its
    workers. Raises ClusterError when it can't be used.
    """
    last = last or glance(workspace)
    if last.outcome:
        return last.outcome
    run = Run(workspace, workers, progress, cluster, last.code)
    try:
        if last.lookout is not None and last.lookout.shared:
            run.crew.get_ahead()
        with publishing(workspace.output, last.token, last.ready) as staging:
            run.seen = look(workspace, font_folders(), last)
            prepared = run.prepare(staging.site)
            if prepared.blocked or prepared.context is None:
                return Outcome(prepared.findings())
            maker = run.make(prepared, prepared.context, staging)
            findings = prepared.findings(maker.problems)
            if findings.errors:
                return Outcome(findings)

            manifest = staging.commit(partial(run.describe, prepared.new))
            log.info("publish: %d files, %d made", len(manifest), maker.made_files)
        run.store.settle(prepared.old, prepared.new)
        shutil.rmtree(workspace.cache / "drafts", ignore_errors=True)
        outcome = Outcome(findings, True, len(manifest), maker.made_files)
        del prepared, maker  # of a large site much; a stamp takes room, too
        site = published(workspace.output, manifest.files, staging.changed, last.site, staging.double)
        remember(workspace, run.seen, site, outcome, run.code)
        return outcome
    finally:
        last.close()
        run.crew.close()


def warm_up(workspace: Workspace) -> None:
    """Import and load now what builds in this process need."""
    crew.warm_up(workspace, COLLECTORS)


class Run:
    """One run over a workspace: its executor and what is kept from the last one."""

    def __init__(
        self, workspace: Workspace, workers: int, progress: Progress | None, cluster: str = "", code: str = ""
    ) -> None:
        self.workspace, self.progress = workspace, progress
        self.crew = crew.Crew(workspace, COLLECTORS, workers, cluster)
        self.code = code or code_key()
        site = key_of(os.path.relpath(workspace.output, workspace.root))[:12]
        self.store = Store(workspace.cache / "state" / site, self.code)
        self.seen = Look({}, frozenset())

    def prepare(self, site: str | None = None) -> Prepared:
        """Steps 1 to 3. ``site``: identity of the published site, when it is to be built upon."""
        self._preparer = Preparer(self.workspace, self.crew, self.store, self.code, self.seen, self.progress)
        return self._preparer.prepare(site)

    def describe(self, new: State, manifest: Manifest) -> None:
        """Keep the state of the site of this manifest, which is about to be published."""
        new.site = manifest.sha256
        self.store.prepare(new)

    def make(self, prepared: Prepared, context: SiteContext, staging: Staging) -> Maker:
        """Steps 4 to 6: compare, print and render everything into the staging."""
        if self.crew.fonts and any(state.documents or state.count for state in prepared.new.units.values()):
            self.crew.fonts.prepare(self.progress)
        maker = Maker(
            self.crew.to_print,
            self.crew.in_flight,
            staging,
            context,
            prepared.shell,
            prepared.old,
            prepared.new,
            self.store,
            self._preparer.survey,
            self.workspace.cache / "drafts",
        )
        whole = Sitewide(self.workspace, self.crew, self.store, self.code, prepared, context, staging, maker)
        collect = partial(whole.collect, COLLECTORS, self._preparer.parts)
        done = 0
        for made in maker.departments(prepared.jobs, collect):
            done += len(made.pdfs)
            if self.progress:
                self.progress("印制、渲染", done, maker.to_make)
        whole.make(COLLECTORS, self._preparer.parts)
        return maker
