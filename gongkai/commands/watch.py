"""Waiting for records and layouts to change: looking again and again, and at once where the system gives a sign."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from gongkai.building.events import Events
from gongkai.publishing.groups import Group, below, beside, folders_below, grouped
from gongkai.workspace import Workspace

_INTERVAL, _SIGNED_INTERVAL = 0.1, 2.0
_SHARE, _SIGNED_SHARE = 5, 50
"""Looking takes at most one part in so many of the time; less where signs have been seen to come."""


class Watch:
    """Looks at the content and the layouts of a workspace, from when it is made."""

    def __init__(self, workspace: Workspace) -> None:
        self._content = str(workspace.content)
        self._layouts = [str(folder) for folder in workspace.layouts]
        self._events = Events()
        self._signed = False
        """Whether the last change was found by a sign: not every file system gives them."""
        self._seen = self._all()

    def changes(self, stopped: threading.Event) -> Iterator[None]:
        """One item whenever something has changed since the last, until ``stopped`` is set.

        What changes while the caller is at work with an item gives the next.
        """
        took = 0.0
        while not stopped.is_set():
            least, share = (_SIGNED_INTERVAL, _SIGNED_SHARE) if self._signed else (_INTERVAL, _SHARE)
            signs = self._events.wait(max(least, (share - 1) * took), stopped)
            if stopped.is_set():
                return
            some = signs if signs and signs <= self._seen.keys() else self._seen.keys()
            started = time.perf_counter()
            changed = [name for name in some if not self._seen[name].same()]
            if some is not signs:
                took = time.perf_counter() - started
            if changed:
                self._signed = bool(signs)
                self._look_again(changed)
                yield

    def _look_again(self, changed: list[str]) -> None:
        if self._content in changed:
            self._seen = self._all()  # there may be other departments now
        else:
            self._seen |= {name: self._below(name) for name in changed}

    def _all(self) -> dict[str, Group]:
        """Everything as it is now, a department in a group: looking at one again opens no folder."""
        shallow, departments = beside(self._content, 2)
        self._events.watch(shallow, self._content)
        return {
            self._content: grouped(shallow, ""),
            **{name: self._below(name) for name in (*departments, *self._layouts)},
        }

    def _below(self, name: str) -> Group:
        """A folder and everything in it. Signs come first, so that nothing happens between them and the look."""
        self._events.watch(folders_below(name), name)
        return grouped(below(name), "", name)
