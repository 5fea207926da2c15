"""Who does the work of a build: this process for a little, all cores for much, a cluster where one is named."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import suppress
from importlib import import_module

from gongkai.building import worker
from gongkai.building.executors import Aside, SerialExecutor, cores, process_pool, stop_now
from gongkai.printing.fonts import Fonts, find_fonts
from gongkai.publishing.collect import Collector
from gongkai.reading.forms import Form, load_forms
from gongkai.workspace import Workspace

_ENGINE = "weasyprint"


class Crew:
    """The executors of one build; none is started before there is work for it. ``forms`` and ``fonts`` come first."""

    def __init__(
        self, workspace: Workspace, collectors: tuple[Collector, ...], workers: int, cluster: str = ""
    ) -> None:
        self._size = workers or cores()
        self.forms: Mapping[str, Form] = {}
        self.fonts: Fonts | None = None
        self._workspace, self._collectors, self._cluster = workspace, collectors, cluster
        self._executor: Executor | None = None
        self._aside: Aside | None = None

    def get_ahead(self) -> None:
        """Let another process import the print engine while this one reads, where it is not here already.

        For builds of a little: two processes each have what the other need not wait for. There must be no threads.
        """
        if self.size > 1 and not self._cluster and _ENGINE not in sys.modules:
            self._aside = Aside(_try_to_warm_up, (self._workspace, self._collectors))

    @property
    def size(self) -> int:
        """How many tasks are worked on at once."""
        return getattr(self._executor, "size", self._size)

    def in_flight(self) -> int:
        """How many tasks are given out at once, so that nobody waits for one; on a cluster workers come and go."""
        return 4 * self.size

    def on(self, tasks: int) -> Executor:
        """Where so many tasks of a second or so are done."""
        if self._executor is None and self._cluster and tasks:
            from gongkai.building import cluster

            sent = cluster.bundle(self._workspace, self.forms, self._collectors, self.fonts)
            self._executor = cluster.connect(self._cluster, sent, self._workspace.cache)
        elif self._executor is None and self.size > 1 and tasks > 2 * self.size:
            arguments = (self._workspace, self.forms, self._collectors)
            self._executor = process_pool(self.size, worker.start, arguments)
        if self._executor is None:
            self.here()
            return SerialExecutor()
        return self._executor

    def to_print(self, tasks: int) -> Executor:
        """Where so many tasks of printing and rendering are done."""
        if self._aside is not None and tasks > 2 * self.size:
            stop_now(self._aside)
            self._aside = None
        if self._aside is None:
            return self.on(tasks)
        self._aside.submit(_fit, self._workspace, self.forms, self._collectors)
        return self._aside

    def here(self) -> worker.Worker:
        """Make this process fit to work."""
        return worker.start(self._workspace, self.forms, self._collectors)

    def close(self) -> None:
        """Stop all workers."""
        for executor in (self._executor, self._aside):
            if executor is not None:
                stop_now(executor)


def warm_up(workspace: Workspace, collectors: tuple[Collector, ...]) -> None:
    """Import and load now what the tasks to come in this process need."""
    crew = Crew(workspace, collectors, 1)
    crew.forms, _ = load_forms(workspace.layouts)
    crew.fonts, _ = find_fonts(workspace.font_cache)
    here = crew.here()
    for module in ("gongkai.checks.check", "gongkai.printing.printer"):
        import_module(module)
    if crew.fonts:
        _ = here.printer


def _try_to_warm_up(workspace: Workspace, collectors: tuple[Collector, ...]) -> None:
    with suppress(Exception):  # the task it is for will say what is wrong
        warm_up(workspace, collectors)


def _fit(workspace: Workspace, forms: Mapping[str, Form], collectors: tuple[Collector, ...]) -> None:
    """The other process may have loaded other forms: it must print with those that this one has."""
    worker.start(workspace, forms, collectors)
