"""What publishing asks of the file system: everything in a tree, what a name is, and that something reaches the disk."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from pathlib import Path


def entries(root: str, enters: Callable[[str], bool]) -> Iterator[tuple[str, bool, os.DirEntry[str]]]:
    """Everything in the tree as (path, is a folder, entry); ``enters`` tells into which folders it goes down."""
    pending = [""]
    while pending:
        folder = pending.pop()
        prefix = f"{folder}/" if folder else ""
        with os.scandir(f"{root}/{folder}") as found:
            for entry in list(found):
                path = prefix + entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and enters(path):
                    pending.append(path)
                yield path, is_folder, entry


def mode(path: Path | str) -> int:
    """The mode of what is there, links not followed; 0 if nothing is."""
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0


def sync_file(path: str) -> None:
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
