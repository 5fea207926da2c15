"""Scratch files beside the site: hashed while they are written, then moved into it instead of being written again."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_BLOCK = 1 << 18  # stays in the processor's cache from being read to being hashed and written
_OPEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Finished:
    """A scratch file that is whole: where it lies until it is moved, its bytes and their SHA-256."""

    path: Path
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """The bytes of another file from ``start`` to before ``end``."""

    start: int
    end: int


class Scratch:
    """A folder for files until they are moved; made with the first, gone with ``clear``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._open: list[Growing] = []

    def new(self) -> Path:
        """A name nothing has yet."""
        if not self._made:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._made += 1
        return self._folder / str(self._made)

    def grow(self) -> Growing:
        """A new file that is written part by part."""
        return Growing(self)

    def clear(self) -> None:
        """Remove the folder with what is still in it."""
        for growing in self._open:
            with suppress(OSError):  # on a full disk what is not yet written can't be
                growing.close()
        self._open.clear()
        self._made = 0
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def park(self) -> None:
        """Close the files that are being written; each opens again when more comes."""
        for growing in self._open:
            growing.close()
        self._open.clear()

    def opened(self, growing: Growing) -> None:
        """Take note of a file that was opened: there may be thousands, but not open at once."""
        if len(self._open) >= _OPEN_AT_ONCE:
            self.park()
        self._open.append(growing)


class Growing:
    """A file that is written part by part."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch, self.path = scratch, scratch.new()
        self._file: IO[bytes] | None = None
        self._mode = "xb"
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        if self._file is None:
            self._scratch.opened(self)
            self._file = self.path.open(self._mode)
            self._mode = "ab"
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)

    def close(self) -> None:
        """Nothing more for now."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def finish(self) -> Finished:
        """The file as it is now."""
        self.write(b"")  # an empty file is a file, too
        self.close()
        return Finished(self.path, self.size, self._digest.digest())


def hashed(path: Path) -> Finished:
    """A file that another wrote."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        return Finished(path, file.tell(), digest)


def joined(target: Path, source: Path, pieces: Iterable[bytes | Cut]) -> Finished:
    """A new file: given bytes and cuts of ``source``, one behind the other. Raises OSError where that is too short.

    Reading, hashing and writing block by block costs no more than a copy inside the kernel that is read again for
    its hash.
    """
    digest, size = hashlib.sha256(), 0
    block = memoryview(bytearray(_BLOCK))
    with source.open("rb", buffering=0) as read, target.open("xb") as written:
        for piece in pieces:
            if isinstance(piece, bytes):
                written.write(piece)
                digest.update(piece)
                size += len(piece)
                continue
            read.seek(piece.start)
            left = piece.end - piece.start
            size += left
            while left:
                some = block[: read.readinto(block[:left])]
                if not some:
                    raise OSError(errno.EIO, os.strerror(errno.EIO), str(source))
                digest.update(some)
                written.write(some)
                left -= len(some)
    return Finished(target, size, digest.digest())
