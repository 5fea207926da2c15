"""What the system says of files and folders, by groups: one hash a group tells whether anything in it has changed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gongkai.keys import key_of

RESOLUTION_NS = 2_000_000_000
"""Two changes within this time may bear the same time on the coarsest file system (FAT)."""
_MOST_YOUNG = 64


class Group(NamedTuple):
    """Files and folders, joined by line feeds, and a hash of their sizes, times and inodes.

    Paths are below ``folder``, and that below a root that is named when they are looked at: the shorter a path, the
    sooner the system has an answer. ``young`` are those that could change again without bearing another time: their
    content counts as well.
    """

    paths: str
    hash: str
    folder: str = ""
    young: tuple[tuple[str, str], ...] = ()

    def same(self, root: str = "") -> bool:
        """Whether everything is as it was."""
        return not self.paths or (
            _hash(self.paths.split("\n"), root + self.folder)[0] == self.hash
            and all(_content(root + self.folder, path) == key for path, key in self.young)
        )


def settled(paths: Iterable[str], folder: str = "") -> Group | None:
    """A group of these paths as they are now; None when too many of them have just been changed to be read.

    ``folder``: where all of them are below, if there is such a folder.
    """
    group, newest = _grouped(paths, "", folder)
    since = time.time_ns() - RESOLUTION_NS
    young = []
    if newest > since:
        young = [path for path in group.paths.split("\n") if _changed(folder, path) > since]
    if len(young) > _MOST_YOUNG:
        return None
    return group._replace(young=tuple((path, _content(folder, path)) for path in young))


def grouped(paths: Iterable[str], root: str, folder: str = "") -> Group:
    """A group of these paths below ``root``, which nobody else writes to; all are below ``folder``, if it is named."""
    return _grouped(paths, root, folder)[0]


def named(names: str, root: str, folder: str = "") -> Group:
    """The same of paths that are relative to ``folder`` already, and joined by line feeds."""
    return Group(names, _hash(names.split("\n"), root + folder)[0], folder)


def _grouped(paths: Iterable[str], root: str, folder: str) -> tuple[Group, int]:
    start = len(folder) + 1 if folder else 0
    listed = [path[start:] or "." for path in paths]
    found, newest = _hash(listed, root + folder)
    return Group("\n".join(listed), found, folder), newest


def below(root: str) -> Iterator[str]:
    """A folder and everything in it but compiled Python; only itself when it is missing or a file."""
    yield root
    pending = [root]
    while pending:
        for entry in _entries(pending.pop()):
            yield entry.path
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)


def folders_below(root: str) -> Iterator[str]:
    """A folder and every folder in it."""
    yield root
    for entry in _entries(root):
        if entry.is_dir(follow_symlinks=False):
            yield from folders_below(entry.path)


def beside(root: str, depth: int) -> tuple[list[str], list[str]]:
    """A folder with what stands above ``depth``, and the folders at it."""
    shallow, deep = [root], []
    for entry in _entries(root):
        if not entry.is_dir(follow_symlinks=False):
            shallow.append(entry.path)
        elif depth == 1:
            deep.append(entry.path)
        else:
            above, further = beside(entry.path, depth - 1)
            shallow += above
            deep += further
    return shallow, deep


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name != "__pycache__"]
    except OSError:
        return []


def _hash(paths: Iterable[str], base: str) -> tuple[str, int]:
    """One hash of what the system says of each path, and the newest time (ns); what is not there counts too."""
    facts: list[int] = []
    newest = 0
    ask, opened = os.stat, _opened(base)
    prefix = "" if opened is not None or not base else base if base.endswith("/") else f"{base}/"
    try:
        for path in paths:
            try:
                found = ask(prefix + path, dir_fd=opened)
            except (OSError, ValueError):
                facts.append(-1)
                continue
            changed = (
                found.st_ctime_ns
            )  # moves with everything, also where a tool restores the time of the content
            facts += (found.st_mtime_ns, changed, found.st_size, found.st_ino)
            if changed > newest:
                newest = changed
    finally:
        if opened is not None:
            os.close(opened)
    try:
        packed = array("q", facts).tobytes()
    except OverflowError:  # numbers of files with more than 63 bits
        packed = repr(facts).encode()
    return hashlib.blake2b(packed, digest_size=20).hexdigest(), newest


def _opened(folder: str) -> int | None:
    """A descriptor to look below a folder from; None where the system has none, or there is no such folder."""
    if not folder or os.stat not in os.supports_dir_fd:
        return None
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None


def _changed(folder: str, path: str) -> int:
    try:
        return Path(folder, path).stat().st_ctime_ns
    except (OSError, ValueError):
        return 0


def _content(folder: str, path: str) -> str:
    """A key of a file's bytes, or of the names in a folder."""
    file = Path(folder, path)
    try:
        if stat.S_ISDIR(file.stat().st_mode):
            return key_of(*sorted(entry.name for entry in os.scandir(file)))
        return key_of(file.read_bytes())
    except (OSError, ValueError):
        return ""
