"""A second process that looks at what stands while this one is at other work: both begin at an end, and meet."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from mmap import mmap
from struct import Struct

from gongkai.publishing.groups import Group

Placed = tuple[Group, str]
"""A group and the root its paths are below."""
WORTH = 400_000
"""So many characters of paths (some ten thousand files) make it worth the start of a process."""
_MARK = Struct("<q")
_SAME, _OTHER = b"=", b"!"


class Lookout:
    """Whether groups are as they were: first those of the site, then those of its double.

    A fork of this process looks at them from the last to the first. Where there is no fork, no second processor or
    little to look at, and when the other process is lost, this one looks by itself, when it is asked.
    """

    def __init__(self, site: Sequence[Placed], double: Sequence[Placed]) -> None:
        self._site, self._double = site, double
        self._stands: bool | None = None
        self._doubled: bool | None = None
        self._child, self._answers = 0, -1
        if _apart() and sum(len(group.paths) for group, _ in site) > WORTH:
            self._fork()

    @property
    def shared(self) -> bool:
        """Whether there is another process, which only a large site is worth."""
        return self._child > 0

    def stands(self) -> bool:
        """Whether the site's groups are the same. This process looks at the first of them meanwhile."""
        if self._stands is None:
            mine = self._towards_other()
            self._stands = mine and self._answer(self._site)
        return self._stands

    def doubled(self) -> bool:
        """Whether those of both are the same."""
        if self._doubled is None:
            self._doubled = self.stands() and bool(self._double) and self._answer(self._double)
            self.close()
        return self._doubled

    def close(self) -> None:
        """End the other process, whatever it is at; what was not asked by then is looked at here."""
        if self._child:
            with suppress(OSError):
                os.kill(self._child, signal.SIGKILL)
            with suppress(OSError):
                os.waitpid(self._child, 0)
            os.close(self._answers)
            self._marks.close()
            self._child = 0

    def _fork(self) -> None:
        self._marks = mmap(-1, 2 * _MARK.size)
        _MARK.pack_into(self._marks, _MARK.size, len(self._site))
        self._answers, told = os.pipe()
        try:
            self._child = os.fork()
        except OSError:  # no more processes
            os.close(self._answers)
            os.close(told)
            self._marks.close()
            return
        if self._child:
            os.close(told)
            return
        try:
            os.write(told, _SAME if self._from_last() else _OTHER)
            os.write(told, _SAME if _all_same(self._double) else _OTHER)
        finally:
            os._exit(0)  # nothing of the parent's is to be finished here

    def _from_last(self) -> bool:
        """In the other process: look at groups until one that this process has taken."""
        for number in reversed(range(len(self._site))):
            if self._mark(0) > number:
                return True
            _MARK.pack_into(self._marks, _MARK.size, number)
            if not _all_same(self._site[number : number + 1]):
                return False
        return True

    def _towards_other(self) -> bool:
        """Look at groups from the first until one that the other process has taken.

        Both may take the same one; none is left out, as neither stops before one that the other has said it takes.
        """
        if self._child:
            for number in range(len(self._site)):
                if self._mark(_MARK.size) <= number:
                    return True
                _MARK.pack_into(self._marks, 0, number + 1)
                if not _all_same(self._site[number : number + 1]):
                    return False
        return True

    def _mark(self, place: int) -> int:
        found: int = _MARK.unpack_from(self._marks, place)[0]
        return found

    def _answer(self, groups: Sequence[Placed]) -> bool:
        answer = b""
        if self._child:
            with suppress(OSError):
                answer = os.read(self._answers, 1)
        return _all_same(groups) if not answer else answer == _SAME


def _all_same(groups: Sequence[Placed]) -> bool:
    return all(group.same(root) for group, root in groups)


def _apart() -> bool:
    """Whether a fork is at hand, safe (no other thread could hold a lock for ever in it) and of use."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1
