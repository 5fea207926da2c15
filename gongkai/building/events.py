"""Signs from the system that something in a folder has changed: they tell when to look, and where."""

from __future__ import annotations

import ctypes
import os
import select
import sys
import threading
from collections.abc import Iterable
from struct import Struct
from time import monotonic

ANYWHERE = ""
"""A sign of no name: something was lost, and it may be anything."""
_EVENT = Struct("iIII")  # linux/inotify.h: the watch, what happened, a number, bytes of the name that follows
_CHANGES = 0xFCE  # all but opening, reading, and closing what was not written
_ONLY_FOLDERS = 0x01000000
_AT_ONCE = 1 << 16
_QUIET, _LONGEST = 0.02, 0.3
"""Seconds without a sign after which something is whole, and how long to wait for that."""
_PATIENCE = 0.5


class Events:
    """Signs of changes in folders, each by the name its folder is watched under.

    Not every system and file system gives them: they make looking quicker, and never stand for it.
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._queue = -1
        if sys.platform == "linux":
            self._libc = ctypes.CDLL(None)
            self._queue = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)

    def watch(self, folders: Iterable[str], name: str) -> None:
        """Give signs of these folders from now on. One that has gone, or is too many, gives none."""
        if self._queue >= 0:
            for folder in folders:
                number = self._libc.inotify_add_watch(
                    self._queue, os.fsencode(folder), _CHANGES | _ONLY_FOLDERS
                )
                if number >= 0:
                    self._names[number] = name

    def wait(self, seconds: float, stopped: threading.Event) -> set[str]:
        """The names there are signs of, as soon as there are some and then no more; none after so many seconds."""
        names: set[str] = set()
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0 and not stopped.is_set():
            if self._queue < 0:
                stopped.wait(left)
            elif self._signalled(min(left, _QUIET if names else _PATIENCE)):
                if not names:
                    end = monotonic() + _LONGEST
                names |= self._read()
            elif names:
                break
        return names

    def _signalled(self, seconds: float) -> bool:
        queue = select.poll()
        queue.register(self._queue, select.POLLIN)
        return bool(queue.poll(1000 * seconds))

    def _read(self) -> set[str]:
        try:
            signs = os.read(self._queue, _AT_ONCE)
        except OSError:
            return {ANYWHERE}
        names, place = set(), 0
        while place < len(signs):
            number, _, _, length = _EVENT.unpack_from(signs, place)
            names.add(self._names.get(number, ANYWHERE))
            place += _EVENT.size + length
        return names
