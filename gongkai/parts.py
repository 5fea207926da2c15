"""Files that were made; and pieces of bytes by name in one file: what a department gives to the files of the whole site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

INTERNAL = ":"
"""What the address of a file begins with that is not published. No published name has it."""


class File(NamedTuple):
    """A made file: its address, content, size, and how many pages, rows or tables it has.

    ``stamp`` tells whether the stored content was touched since it was written.
    """

    path: str
    sha256: str
    size: int
    extent: int
    stamp: str

    @property
    def published(self) -> bool:
        """Whether it is part of the site."""
        return not self.path.startswith(INTERNAL)


class Piece(NamedTuple):
    """Where one piece lies: its file, first byte and length; the key of its content."""

    file: Path
    start: int
    size: int
    key: str

    def read(self) -> bytes:
        """Its bytes. Raises OSError."""
        with self.file.open("rb", buffering=0) as stream:
            stream.seek(self.start)
            return stream.read(self.size)


class Part(NamedTuple):
    """One department's part: what its head says, and its pieces by name."""

    head: Any
    pieces: Mapping[str, Piece]


def pack(head: Any, pieces: Mapping[str, bytes]) -> bytes:
    """A part as one file: a line of JSON, then the pieces one behind the other."""
    listed = [[name, len(data), blake2b(data, digest_size=12).hexdigest()] for name, data in pieces.items()]
    line = json.dumps([head, listed], ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((line, b"\n", *pieces.values()))


def read_part(file: Path) -> Part:
    """The part in a file that ``pack`` made; no piece is read. Raises OSError, ValueError."""
    with file.open("rb") as stream:
        line = stream.readline()
    head, listed = json.loads(line)
    return Part(head, dict(_pieces(file, len(line), listed)))


def _pieces(file: Path, start: int, listed: list[Any]) -> Iterator[tuple[str, Piece]]:
    for name, size, key in listed:
        yield name, Piece(file, start, size, key)
        start += size
