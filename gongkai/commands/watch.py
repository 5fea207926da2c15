"""Waiting for records and layouts to change: at once where the system gives a sign, and looking now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from watchfiles import watch

from gongkai.building.look import Look, look
from gongkai.workspace import Workspace

_INTERVAL_MS, _SHARE = 2000, 20
"""Not every change gives a sign (network folders, links to elsewhere): so often, and in one part of the time, to look."""
_QUIET = 0.05
"""Seconds in which nothing may change before what was saved or copied counts as whole."""


class Watch:
    """Looks at all that a build of a workspace reads, from when it is made."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen = look(workspace)

    def changes(self, stopped: threading.Event) -> Iterator[None]:
        """One item whenever something has changed since the last and is quiet again, until ``stopped`` is set.

        What changes while the caller is at work with an item gives the next.
        """
        while not stopped.is_set():
            now, took = self._look()
            if now != self._seen:
                self._seen = self._settled(now)
                yield
            else:
                self._wait(stopped, max(_INTERVAL_MS, round(_SHARE * 1000 * took)))

    def _look(self) -> tuple[Look, float]:
        started = time.perf_counter()
        return look(self._workspace), time.perf_counter() - started

    def _settled(self, now: Look) -> Look:
        """Files copied one by one are all there when two looks are the same."""
        while True:
            time.sleep(_QUIET)
            again, _ = self._look()
            if again == now:
                return now
            now = again

    def _wait(self, stopped: threading.Event, milliseconds: int) -> None:
        """Until the system gives a sign, but not longer than that."""
        folders = [self._workspace.content, self._workspace.root / "layouts", *self._workspace.layouts]
        there = [folder for folder in dict.fromkeys(folders) if folder.is_dir()]
        if not there:
            stopped.wait(milliseconds / 1000)
            return
        signs = watch(
            *there, stop_event=stopped, step=20, debounce=100, rust_timeout=milliseconds,
            yield_on_timeout=True, raise_interrupt=True, ignore_permission_denied=True,
        )  # fmt: skip
        next(signs, None)
