"""What is asked of the file system: signatures of folders without reading a file, and that something reaches the disk."""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Iterator
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
    for path, status in sorted(_read_below(folder, _DEEPEST if deep else 0)):
        if status is None:
            digest.update(f"{path}/\0".encode("utf-8", "surrogateescape"))
            continue
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        facts = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode)
        digest.update(f"{path}\0{facts}".encode("utf-8", "surrogateescape"))
    return Signature(digest.hexdigest(), newest)


def _read_below(folder: str, depth: int) -> Iterator[tuple[str, os.stat_result | None]]:
    """Files with their status, folders without; what has just gone is left out."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name == "__pycache__":
            continue
        try:
            if not entry.is_dir():
                yield entry.path, entry.stat()
                continue
        except OSError:  # a link that leads nowhere, or round in a circle
            yield entry.path, None
            continue
        yield entry.path, None
        if depth:
            yield from _read_below(entry.path, depth - 1)


def group_of(path: str) -> str:
    """The group of a published file: the first two folders of its path."""
    return "/".join(path.split("/")[:-1][:2])


def site_groups(site: str) -> dict[str, str]:
    """Group of published files → a key of what the system says of them; links are not followed.

    One sees each file's size, time and inode: a damaged, foreign or missing one changes the key of its group.
    """
    found: dict[str, str] = {}
    for group, lines in _grouped(site, "", 0):
        found[group] = hashlib.blake2b("".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()[
            :32
        ]
    return found


def _grouped(site: str, folder: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    lines: list[str] = []
    for entry in _entries(f"{site}/{folder}"):
        path = f"{folder}/{entry.name}" if folder else entry.name
        if not entry.is_dir(follow_symlinks=False):
            lines.append(_line(path, entry))
        elif depth < 2:
            yield from _grouped(site, path, depth + 1)
        else:
            lines.append(f"{path}/\n")
            lines += _below(site, path)
    yield folder, lines


def _below(site: str, folder: str) -> Iterator[str]:
    for entry in _entries(f"{site}/{folder}"):
        path = f"{folder}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield f"{path}/\n"
            yield from _below(site, path)
        else:
            yield _line(path, entry)


def _line(path: str, entry: os.DirEntry[str]) -> str:
    status = entry.stat(follow_symlinks=False)
    return f"{path}\0{status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_mode}\n"


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
