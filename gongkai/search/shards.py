"""Shards of the index: made from departments' postings on the disk, and read and changed line by line."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from types import TracebackType

from gongkai.publishing.scratch import Scratch
from gongkai.search.normal import FINE_BUCKETS

_AT_ONCE = 1_000_000
"""Bytes of postings held in memory."""
_LINE = re.compile(rb'^(\d+):"', re.MULTILINE)
_END = b"});\n"


class Postings:
    """The postings of all departments in a scratch file: their number is not known until all have been seen."""

    def __init__(self, scratch: Scratch) -> None:
        self._file = scratch.new().open("x+b")
        self._places = array("Q", [0])
        self._size = 0

    def __enter__(self) -> Postings:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, postings: bytes, starts: array[int]) -> None:
        """The next department: entries of all buckets in order, bucket n at ``starts[n]:starts[n + 1]``."""
        self._file.write(starts.tobytes())
        self._file.write(postings)
        self._size += len(postings)
        self._places.append(self._file.tell())

    def shards(self, count: int) -> Iterator[bytes]:
        """All shards in order: of each department its slice, by its number."""
        width = FINE_BUCKETS // count
        together = max(1, min(count, count * _AT_ONCE // max(1, self._size)))
        for first in range(0, count, together):
            numbers = range(first, min(first + together, count))
            lines: list[list[bytes]] = [[_head(number)] for number in numbers]
            for department, place in enumerate(self._places[:-1]):
                starts, entries = self._slice(place, numbers.start * width, numbers.stop * width)
                for which in range(len(numbers)):
                    start, end = starts[which * width], starts[which * width + width]
                    if start != end:
                        lines[which].append(line(department, entries[start - starts[0] : end - starts[0]]))
            for shard in lines:
                yield b"".join([*shard, _END])

    def _slice(self, place: int, first: int, last: int) -> tuple[array[int], bytes]:
        """Starts and entries of a run of buckets of the department at ``place`` in the file."""
        starts = array("I")
        self._file.seek(place + first * starts.itemsize)
        starts.frombytes(self._file.read((last - first + 1) * starts.itemsize))
        self._file.seek(place + (FINE_BUCKETS + 1) * starts.itemsize + starts[0])
        return starts, self._file.read(starts[-1] - starts[0])


def line(department: int, entries: bytes) -> bytes:
    """A department's line in a shard; none where it has no entries there."""
    return b'%d:"%b",\n' % (department, entries) if entries else b""


def is_shard(content: bytes, number: int) -> bool:
    """Whether a file is the shard of this number, as far as head and end tell."""
    return content.startswith(_head(number)) and content.endswith(b"\n" + _END)


def line_of(shard: bytes, department: int) -> bytes:
    """The line of a department; nothing if it has none."""
    start, end = _place(shard, department)
    return shard[start:end]


def with_lines(shard: bytes, lines: Mapping[int, bytes]) -> bytes:
    """A shard with other lines of some departments, in order; an empty one takes the department out."""
    for department, new in lines.items():
        start, end = _place(shard, department)
        shard = b"".join((shard[:start], new, shard[end:]))
    return shard


def _head(number: int) -> bytes:
    return b"gongkaiSearch.shard(%d,{\n" % number


def _place(shard: bytes, department: int) -> tuple[int, int]:
    """Where a department's line begins and ends; where it would stand if it has none. Entries hold no line end."""
    start = shard.find(b'\n%d:"' % department) + 1
    if start:
        return start, shard.index(b"\n", start) + 1
    later = (found.start() for found in _LINE.finditer(shard) if int(found[1]) > department)
    start = next(later, len(shard) - len(_END))
    return start, start
