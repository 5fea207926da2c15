"""What is asked of the file system: signatures of folders without reading a file, and that something reaches the disk."""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_DEEPEST = 32


class Signature(NamedTuple):
    """A key of names, sizes, times and inodes below a folder, and the newest time among them (ns)."""

    key: str
    newest: int


def signature(folder: str, *, deep: bool = True) -> Signature:
    """Of what is read: links are followed as far as they lead, and a change of the status counts too.

    ``deep``: with everything below; without, the folder's own entries, of folders among them only the names.
    """
    digest, newest = hashlib.blake2b(digest_size=16), 0
    for path, status in sorted(_below(folder, _DEEPEST if deep else 0, follow=True)):
        facts: tuple[int, ...] = ()
        if status:
            newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
            facts = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode)
        digest.update(f"{path}\0{facts}".encode("utf-8", "surrogateescape"))
    return Signature(digest.hexdigest(), newest)


def _below(folder: str, depth: int, *, follow: bool) -> Iterator[tuple[str, os.stat_result | None]]:
    """Files with their status; folders, and links that lead nowhere, without. What has just gone is left out."""
    for entry in _entries(folder):
        if follow and entry.name == "__pycache__":
            continue
        try:
            status = None if entry.is_dir(follow_symlinks=follow) else entry.stat(follow_symlinks=follow)
        except OSError:  # a link that leads nowhere, or round in a circle
            yield entry.path, None
            continue
        yield entry.path, status
        if status is None and depth:
            yield from _below(entry.path, depth - 1, follow=follow)


def group_of(path: str) -> str:
    """The group of a published file: the first two folders of its path."""
    return "/".join(path.split("/")[:-1][:2])


def site_groups(site: str) -> dict[str, str]:
    """Group of published files → ``group_key``."""
    found = {"": group_key(site, "")}
    for first in _folders(site):
        found[first] = group_key(site, first)
        found |= {
            f"{first}/{name}": group_key(site, f"{first}/{name}") for name in _folders(f"{site}/{first}")
        }
    return found


def group_key(site: str, group: str) -> str:
    """A key of what the system says of a group's files; links are not followed.

    One sees each file's size, time and inode: a damaged, foreign or missing one changes the key.
    """
    folder, start = f"{site}/{group}" if group else site, len(site) + 1
    found = _below(folder, _DEEPEST if "/" in group else 0, follow=False)
    return _hash(
        (path[start:], *((one.st_size, one.st_mtime_ns, one.st_ino) if one else ())) for path, one in found
    )


def folders_key(site: str, folders: Iterable[str]) -> str:
    """A key of these folders: nothing in them was added, removed or replaced while it holds."""
    lines: list[tuple[str, *tuple[int, ...]]] = []
    for folder in folders:
        try:
            status = os.lstat(f"{site}/{folder}")
        except OSError:
            lines.append((folder,))
        else:
            lines.append((folder, status.st_mtime_ns, status.st_ino))
    return _hash(lines)


def _folders(folder: str) -> list[str]:
    return [entry.name for entry in _entries(folder) if entry.is_dir(follow_symlinks=False)]


def _hash(lines: Iterable[tuple[str, *tuple[int, ...]]]) -> str:
    return hashlib.blake2b(
        repr(sorted(lines)).encode("utf-8", "backslashreplace"), digest_size=16
    ).hexdigest()


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:
        return []


def mode(path: Path | str) -> int:
    """The mode of what is there, links not followed; 0 if nothing is."""
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0


def sync_file(path: str | Path) -> None:
    """The content of a file reaches the disk."""
    with Path(path).open("r+b") as file:
        os.fsync(file.fileno())


def sync_all(folder: Path) -> bool:
    """Flush the whole file system of a folder in one call; False where there is none (only Linux has it)."""
    try:
        sync = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError, TypeError):
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if sync(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)
    return True
