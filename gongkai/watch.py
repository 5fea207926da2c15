"""Waiting for records and layouts to change, by looking at what the system says of them again and again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from gongkai.keys import fingerprint
from gongkai.workspace import Workspace

_INTERVAL = 0.3


def changes(workspace: Workspace, stopped: threading.Event) -> Iterator[None]:
    """One item whenever a file of the content or the layouts has changed since the last, until ``stopped`` is set.

    What changes while the caller is at work with an item gives the next.
    """
    folders = [workspace.content, *workspace.layouts]
    seen, _ = fingerprint(folders)
    while not stopped.wait(_INTERVAL):
        now, _ = fingerprint(folders)
        if now != seen:
            seen = now
            yield
