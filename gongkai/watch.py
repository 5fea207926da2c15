"""Waiting for records and layouts to change, by looking at what the system says of them again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from gongkai.keys import fingerprint
from gongkai.workspace import Workspace

_INTERVAL = 0.1
_SHARE = 5
"""Looking takes at most one part in so many of the time."""


def changes(workspace: Workspace, stopped: threading.Event) -> Iterator[None]:
    """One item whenever a file of the content or the layouts has changed since the last, until ``stopped`` is set.

    What changes while the caller is at work with an item gives the next.
    """
    folders = [workspace.content, *workspace.layouts]
    seen, _ = fingerprint(folders)
    took = 0.0
    while not stopped.wait(max(_INTERVAL, (_SHARE - 1) * took)):
        started = time.perf_counter()
        now, _ = fingerprint(folders)
        took = time.perf_counter() - started
        if now != seen:
            seen = now
            yield
