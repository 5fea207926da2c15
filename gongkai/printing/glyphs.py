"""Glyphs as a font file holds them: outline and width of one character, in units of the em."""

from __future__ import annotations

import struct
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
