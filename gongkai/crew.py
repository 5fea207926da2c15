"""Who does the work of a build: this process for a little, all cores for much, a cluster where one is named."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor

from gongkai import worker
from gongkai.collect import Collector
from gongkai.executors import SerialExecutor, cores, process_pool, stop_now
from gongkai.fonts import Fonts
from gongkai.forms import Form
from gongkai.workspace import Workspace


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
            from gongkai import cluster

            sent = cluster.bundle(self._workspace, self.forms, self._collectors, self.fonts)
            self._executor = cluster.connect(self._cluster, sent, self._workspace.cache)
        elif self._executor is None and self.size > 1 and tasks > 2 * self.size:
            arguments = (self._workspace, self.forms, self._collectors)
            self._executor = process_pool(self.size, worker.start, arguments, worker.LIGHT)
        if self._executor is None:
            self.here()
            return SerialExecutor()
        return self._executor

    def here(self) -> worker.Worker:
        """Make this process fit to work."""
        return worker.start(self._workspace, self.forms, self._collectors)

    def close(self) -> None:
        """Stop all workers."""
        if self._executor is not None:
            stop_now(self._executor)
