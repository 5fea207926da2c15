"""Files somebody else put there: where they lead, and their bytes, of regular files only and never too many."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


class TooLarge(OSError):
    """A file is larger than may be read; ``size`` is what the system says of it, in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(errno.EFBIG, "文件太大")
        self.size = size


def read_regular(file: Path, limit: int) -> bytes:
    """All bytes of a file, at most ``limit``. Raises OSError; TooLarge where it has more.

    A pipe or a device may keep its reader waiting forever, or have no end: it is opened without waiting, and refused.
    """
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "不是普通文件")
        if status.st_size > limit:
            raise TooLarge(status.st_size)
        with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as opened:
            return opened.readall()
    finally:
        os.close(descriptor)


def true_path(path: Path) -> Path:
    """Where a path leads through all links; links in a ring lead to themselves, and reading them fails."""
    return Path(os.path.realpath(path))
