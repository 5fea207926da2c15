"""The TrueType file that is embedded for a face: the glyphs a document uses, and the tables a PDF needs of them."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate

from gongkai.printing.glyphs import Glyph
from gongkai.printing.outlines import OutlineFile


def subset(file: OutlineFile, glyphs: Sequence[Glyph]) -> bytes:
    """A font file of these glyphs, from the font they come from, with the tables a PDF needs and no others (ISO 32000-1, 9.9)."""
    places = array("I", accumulate((len(glyph.outline) for glyph in glyphs), initial=0))
    if sys.byteorder == "little":
        places.byteswap()
    head, hhea = bytearray(file.table(b"head")), bytearray(file.table(b"hhea"))
    struct.pack_into(">L", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    struct.pack_into(">H", hhea, 34, len(glyphs))
    points, contours = max(glyph.points for glyph in glyphs), max(glyph.contours for glyph in glyphs)
    maxp = struct.pack(">L14H", 0x10000, len(glyphs), points, contours, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    return _font_file(
        {
            "head": bytes(head), "hhea": bytes(hhea), "maxp": maxp, "loca": places.tobytes(),
            "hmtx": b"".join(glyph.metrics for glyph in glyphs), "glyf": b"".join(glyph.outline for glyph in glyphs),
        }
    )  # fmt: skip


def _font_file(tables: Mapping[str, bytes]) -> bytes:
    """A font file with its checksums; that of the table ``head`` must be zero."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(">LHHHH", 0x10000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    start, rows, body, total, head = 12 + 16 * count, [header], [], 0, 0
    for tag, data in sorted(tables.items()):
        padded = data + bytes(-len(data) % 4)
        own = _checksum(padded)
        total += own
        rows.append(struct.pack(">4sLLL", tag.encode("latin-1"), own, start, len(data)))
        body.append(padded)
        head = start if tag == "head" else head
        start += len(padded)
    directory = b"".join(rows)
    file = bytearray(directory + b"".join(body))
    struct.pack_into(">L", file, head + 8, (0xB1B0AFBA - total - _checksum(directory)) & 0xFFFFFFFF)
    return bytes(file)


def _checksum(padded: bytes) -> int:
    words = array("I", padded)
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
