"""Waiting for records and layouts to change, by looking at what the system says of them again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from gongkai.groups import Group, below, beside, grouped
from gongkai.workspace import Workspace

_INTERVAL = 0.1
_SHARE = 5
"""Looking takes at most one part in so many of the time."""


class Watch:
    """Looks at the content and the layouts of a workspace, from when it is made."""

    def __init__(self, workspace: Workspace) -> None:
        self._content = str(workspace.content)
        self._layouts = [str(folder) for folder in workspace.layouts]
        self._seen = self._groups()

    def _groups(self) -> list[Group]:
        """Everything as it is now, a department in a group: looking at one again opens no folder."""
        shallow, deep = beside(self._content, 2)
        return [grouped(shallow, ""), *(grouped(below(one), "", one) for one in (*deep, *self._layouts))]

    def changes(self, stopped: threading.Event) -> Iterator[None]:
        """One item whenever something has changed since the last, until ``stopped`` is set.

        What changes while the caller is at work with an item gives the next.
        """
        took = 0.0
        while not stopped.wait(max(_INTERVAL, (_SHARE - 1) * took)):
            started = time.perf_counter()
            same = all(group.same() for group in self._seen)
            took = time.perf_counter() - started
            if not same:
                self._seen = self._groups()
                yield
