"""Files that grow part by part on the disk and are handed over without being held in memory."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_OPEN_AT_ONCE = 100


class Spool:
    """Growing files by address, with the number of rows each has; below a folder that goes away with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._files: dict[str, Path] = {}
        self._open: dict[str, BinaryIO] = {}

    def add(self, address: str, head: bytes, data: bytes, rows: int, between: bytes = b"") -> None:
        """Append ``data``; ``head`` goes before the first part, ``between`` before each later one."""
        first = address not in self._files
        if first:
            self._files[address] = self.folder / str(len(self._files))
            self.rows[address] = 0
        self._file(address).write((head if first else between) + data)
        self.rows[address] += rows

    def end(self, address: str, foot: bytes) -> None:
        """Append the foot of a file."""
        self._file(address).write(foot)

    def new(self, address: str, rows: int) -> Path:
        """A file that another writes; to be there when ``contents`` is asked."""
        self._files[address], self.rows[address] = self.folder / str(len(self._files)), rows
        return self._files[address]

    def contents(self) -> Iterator[tuple[str, memoryview, int]]:
        """(address, content, rows) of every file in order of address; the content lives until the next is taken."""
        self._close()
        for address in sorted(self._files):
            with mapped(self._files[address]) as content:
                yield address, content, self.rows[address]

    def _file(self, address: str) -> BinaryIO:
        if address not in self._open:
            if len(self._open) >= _OPEN_AT_ONCE:
                self._close()
            self._open[address] = self._files[address].open("ab")
        return self._open[address]

    def _close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()


@contextmanager
def spool() -> Iterator[Spool]:
    """A spool in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="gongkai-", ignore_cleanup_errors=True) as folder:
        made = Spool(Path(folder))
        try:
            yield made
        finally:
            made._close()


@contextmanager
def mapped(file: Path) -> Iterator[memoryview]:
    """A file's content without reading it into memory."""
    if not file.stat().st_size:
        yield memoryview(b"")
        return
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        view = memoryview(content)
        try:
            yield view
        finally:
            view.release()
