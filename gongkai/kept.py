"""Values kept in files between builds: whole or not at all; what is damaged or foreign is simply not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

_DIGEST = hashlib.sha256().digest_size
_BLOCK = 1 << 18


def read_checked(file: Path, code: str) -> Any:
    """What ``write_checked`` wrote with the same code key; None for anything else, however damaged."""
    return next(read_each(file, code), None)


def read_each(file: Path, code: str) -> Iterator[Any]:
    """What ``write_each`` wrote with the same code key, one after the other; nothing of anything else."""
    try:
        stream = file.open("rb")
    except OSError:
        return
    with stream:
        try:
            whole = stream.read(_DIGEST) == _digest(code, stream)
        except OSError:
            return
        stream.seek(_DIGEST)
        while whole and stream.peek(1):
            yield pickle.load(stream)


def write_checked(file: Path, code: str, value: Any) -> None:
    """Write a value beside and rename; failing to is no harm, the next build makes it again."""
    write_each(file, code, (value,))


def write_pickled(file: Path, code: str, pickled: bytes) -> None:
    """The same for a value that has been pickled."""
    _write(file, code, lambda written: written.write(pickled))


def write_each(file: Path, code: str, values: Iterable[Any]) -> None:
    """The same for many values in one file. Of all of them together only one is held as bytes at a time."""

    def write(written: _Hashing) -> None:
        for value in values:
            pickle.Pickler(written, pickle.HIGHEST_PROTOCOL).dump(value)

    _write(file, code, write)


def write_whole(file: Path, data: bytes) -> None:
    """Write a file beside and rename, so that several processes may write the same one. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".part-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.chmod(0o644)
        part.replace(file)
    except BaseException:
        _discard(part)
        raise


def _write(file: Path, code: str, write: Callable[[_Hashing], None]) -> None:
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(bytes(_DIGEST))
            written = _Hashing(stream, code)
            write(written)
            stream.seek(0)
            stream.write(written.digest.digest())
        part.replace(file)
    except OSError:
        _discard(part)
    except BaseException:
        _discard(part)
        raise


class _Hashing:
    """A file that is written to, with the hash of what was."""

    def __init__(self, stream: BinaryIO, code: str) -> None:
        self._stream = stream
        self.digest = hashlib.sha256(code.encode())

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._stream.write(data)
        self.digest.update(data)


def _digest(code: str, stream: BinaryIO) -> bytes:
    """The hash of the rest of a file."""
    digest = hashlib.sha256(code.encode())
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.digest()


def _discard(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()
