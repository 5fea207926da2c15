"""Glyphs of a TrueType file: the characters it has, their widths and outlines; read where they lie, once a process."""

from __future__ import annotations

import mmap
import struct
from array import array
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from sys import byteorder
from typing import NamedTuple


class Glyph(NamedTuple):
    """One glyph: a simple description of its outline without instructions (OpenType 1.9, glyf), and its metrics."""

    advance: int
    bearing: int
    """The left side bearing."""
    outline: bytes
    """Empty for a blank; padded to a multiple of four bytes."""
    metrics: bytes
    """Its record in hmtx: advance and bearing."""
    contours: int
    points: int


def simple_glyph(advance: int, bearing: int, description: bytes) -> Glyph:
    """A glyph from the description in a font file; its instructions are left out, as they need tables besides."""
    metrics = struct.pack(">Hh", advance, bearing)
    if not description:
        return Glyph(advance, bearing, b"", metrics, 0, 0)
    contours = struct.unpack_from(">h", description)[0]
    end = 10 + 2 * contours
    last, length = struct.unpack_from(">2H", description, end - 2)
    outline = description
    if length:
        outline = description[:end] + b"\0\0" + description[end + 2 + length :]
    return Glyph(advance, bearing, outline + bytes(-len(outline) % 4), metrics, contours, last + 1)


def is_composite(description: bytes) -> bool:
    """Whether a glyph is put together from others."""
    return description[:1] >= b"\x80"


class OutlineFile:
    """One face of a font file, or of one in a collection (OpenType 1.9: otff, cmap, hmtx, glyf).

    Only what is asked for is read from disk. Raises struct.error or KeyError for what is no font of this kind.
    """

    def __init__(self, file: Path, index: int = 0) -> None:
        with file.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        start = 0
        if self._data[:4] == b"ttcf":
            start = struct.unpack_from(">L", self._data, 12 + 4 * index)[0]
        self._tables: dict[bytes, tuple[int, int]] = {}
        for number in range(struct.unpack_from(">H", self._data, start + 4)[0]):
            tag, _, place, length = struct.unpack_from(">4sLLL", self._data, start + 12 + 16 * number)
            self._tables[tag] = (place, length)
        head, hhea = self.table(b"head"), self.table(b"hhea")
        self.units: int = struct.unpack_from(">H", head, 18)[0]
        self.box: tuple[int, int, int, int] = struct.unpack_from(">4h", head, 36)
        self.ascent: int
        self.descent: int
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        self._full: int = struct.unpack_from(">H", hhea, 34)[0]
        self.count: int = struct.unpack_from(">H", self.table(b"maxp"), 4)[0]

    def table(self, tag: bytes) -> bytes:
        """One table. Raises KeyError for one that isn't there."""
        start, length = self._tables[tag]
        return self._data[start : start + length]

    @property
    def cap_height(self) -> int:
        """Height of capitals in units; the ascent where the font doesn't say."""
        os2 = self.table(b"OS/2") if b"OS/2" in self._tables else b""
        return struct.unpack_from(">h", os2, 88)[0] if len(os2) >= 90 else self.ascent

    @cached_property
    def name(self) -> str:
        """The PostScript name (OpenType 1.9, name: 6); blank where the font has none."""
        table = self.table(b"name")
        _, count, texts = struct.unpack_from(">3H", table)
        for number in range(count):
            platform, _, _, kind, length, start = struct.unpack_from(">6H", table, 6 + 12 * number)
            if kind == 6:
                data = table[texts + start : texts + start + length]
                return data.decode("latin-1" if platform == 1 else "utf-16-be", "replace")
        return ""

    @cached_property
    def characters(self) -> dict[str, int]:
        """Glyph ids by character."""
        cmap = self.table(b"cmap")
        found: dict[int, int] = {}
        for number in range(struct.unpack_from(">H", cmap, 2)[0]):
            platform, encoding, start = struct.unpack_from(">HHL", cmap, 4 + 8 * number)
            read = _FORMATS.get(struct.unpack_from(">H", cmap, start)[0])
            if read and (platform == 0 or (platform, encoding) in ((3, 1), (3, 10))):
                found.update(read(cmap, start))
        return {chr(code): glyph for code, glyph in sorted(found.items()) if 0 < glyph < self.count}

    def metrics(self, glyph: int) -> tuple[int, int]:
        """Advance and left side bearing in units of the em; beyond the long metrics all advances are the last one's."""
        if glyph < self._full:
            advance, bearing = struct.unpack_from(">Hh", self._hmtx, 4 * glyph)
        else:
            advance = struct.unpack_from(">H", self._hmtx, 4 * (self._full - 1))[0]
            bearing = struct.unpack_from(">h", self._hmtx, 4 * self._full + 2 * (glyph - self._full))[0]
        return advance, bearing

    def description(self, glyph: int) -> bytes:
        """What the file says of a glyph's outline; empty for a blank."""
        start, _ = self._tables[b"glyf"]
        return self._data[start + self._places[glyph] : start + self._places[glyph + 1]]

    @cached_property
    def _hmtx(self) -> bytes:
        return self.table(b"hmtx")

    @cached_property
    def _places(self) -> array[int]:
        long = struct.unpack_from(">h", self.table(b"head"), 50)[0]
        places = _numbers("I" if long else "H", self.table(b"loca")[: (4 if long else 2) * (self.count + 1)])
        return places if long else array("I", (2 * place for place in places))


def _numbers(kind: str, data: bytes) -> array[int]:
    numbers = array(kind, data)
    if byteorder == "little":
        numbers.byteswap()
    return numbers


def _segments(cmap: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Format 4: segments of the Basic Multilingual Plane."""
    size, _, double = struct.unpack_from(">3H", cmap, start + 2)
    numbers = _numbers("H", cmap[start + 14 : start + (size or len(cmap)) & ~1])
    count = double // 2
    ends, starts = numbers[:count], numbers[count + 1 : 2 * count + 1]
    deltas, ranges = numbers[2 * count + 1 : 3 * count + 1], numbers[3 * count + 1 :]
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if ranges[number]:
                place = number + ranges[number] // 2 + code - first
                glyph = ranges[place] if place < len(ranges) else 0
                if not glyph:
                    continue
            yield code, (glyph + deltas[number]) & 0xFFFF


def _groups(cmap: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Format 12: groups of all planes."""
    for number in range(struct.unpack_from(">L", cmap, start + 12)[0]):
        first, last, glyph = struct.unpack_from(">3L", cmap, start + 16 + 12 * number)
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


_FORMATS = {4: _segments, 12: _groups}
"""The others serve other purposes: variants, single bytes."""
