"""Compound files (.xls): whether their chains of sectors end, and their counts fit the file; readers run away where not."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator

_HEADER = struct.Struct("<44x8I")
"""FAT sectors; the directory's first; two we pass over; mini FAT: first, count; further FAT list: first, count."""
_ENTRY = struct.Struct("<116xIQ")
_END = 0xFFFFFFFA
"""Numbers from here on are marks, not sectors."""
_SMALL = 4096
"""Streams below this size are small ones."""


def is_whole(raw: bytes) -> bool:
    """Whether a compound file (MS-CFB) can be followed from its header to the last stream.

    False for a count or a size that the file has no room for, and for a chain that comes back to itself.
    """
    try:
        return _Compound(raw).is_whole()
    except (struct.error, IndexError, ValueError):
        return False


class _Compound:
    """The tables of a compound file. Raises IndexError, ValueError or struct.error where they are damaged."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        shift, mini = struct.unpack_from("<30xHH", raw)
        if shift not in (9, 12) or mini != 6:
            raise ValueError("no size of sectors")
        self.size = 1 << shift
        self.most = len(raw) // self.size + 1
        header = _HEADER.unpack_from(raw)
        self.fat_count, self.directory, _, _, self.mini, self.mini_count, self.more, self.more_count = header
        if max(self.fat_count, self.mini_count, self.more_count) > self.most:
            raise ValueError("more sectors than the file has")
        self.fat = array("I", b"".join(map(self._sector, self._fat_sectors())))

    def is_whole(self) -> bool:
        """Whether all chains end."""
        if self.mini < _END:
            self._chain(self.mini)
        for index, (first, size) in enumerate(self._entries()):
            if size > len(self.raw):
                return False
            # The first is the root: small streams lie in it, and have chains of their own in the mini FAT.
            if first < _END and (index == 0 or size >= _SMALL):
                self._chain(first)
        return self._small_streams_end()

    def _entries(self) -> Iterator[tuple[int, int]]:
        """First sector and size of every stream; the upper half of a size means nothing with small sectors."""
        for number in self._chain(self.directory):
            sector = self._sector(number)
            for start in range(0, self.size, 128):
                first, size = _ENTRY.unpack_from(sector, start)
                yield first, size if self.size == 4096 else size & 0xFFFFFFFF

    def _small_streams_end(self) -> bool:
        """Whether the mini FAT, which nothing limits but itself, has no ring."""
        if self.mini >= _END:
            return True
        table = array("I", b"".join(map(self._sector, self._chain(self.mini))))
        done = bytearray(len(table))
        for start in range(len(table)):
            number, steps = start, []
            while number < len(table) and not done[number]:
                done[number] = 1
                steps.append(number)
                number = table[number]
            if number < len(table) and done[number] == 1:
                return False
            for step in steps:
                done[step] = 2
        return True

    def _fat_sectors(self) -> Iterator[int]:
        yield from (one for one in struct.unpack_from("<109I", self.raw, 76) if one < _END)
        seen: set[int] = set()
        number = self.more
        while number < _END and len(seen) < self.more_count:
            if number in seen:
                raise ValueError("a ring")
            seen.add(number)
            *listed, number = struct.unpack(f"<{self.size // 4}I", self._sector(number))
            yield from (one for one in listed if one < _END)

    def _sector(self, number: int) -> bytes:
        """A sector's bytes; the last one of a file may be cut short."""
        start = (number + 1) * self.size
        if start >= len(self.raw):
            raise IndexError(number)
        return self.raw[start : start + self.size].ljust(self.size, b"\0")

    def _chain(self, number: int) -> list[int]:
        chain = []
        while number < _END:
            chain.append(number)
            if len(chain) > self.most:
                raise ValueError("a ring")
            number = self.fat[number]
        return chain
