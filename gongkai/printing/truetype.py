"""Files of TrueType fonts: which tables they have, and a file put together from tables (OpenType 1.9)."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Mapping

TRUETYPE = b"\x00\x01\x00\x00"
"""What a font file with TrueType outlines begins with."""


def read_tables(data: bytes) -> dict[str, bytes]:
    """The tables of a font file by name. Raises struct.error for no whole font."""
    tables = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, start, length = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        tables[tag.decode("latin-1")] = data[start : start + length]
    return tables


def font_file(tables: Mapping[str, bytes]) -> bytes:
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
