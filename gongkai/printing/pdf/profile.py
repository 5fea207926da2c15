"""The colour profile of every PDF: sRGB by its formula, in 500 bytes, where the usual files have its curves in tables."""

from __future__ import annotations

import struct
from functools import cache

NAME = "sRGB IEC61966-2.1"
_D50 = (0.9642, 1.0, 0.8249)
# The primaries, adapted to D50, and how they were adapted (IEC 61966-2-1; Bradford).
_XYZ = {
    "rXYZ": (0.43607, 0.22249, 0.01392),
    "gXYZ": (0.38515, 0.71687, 0.09708),
    "bXYZ": (0.14307, 0.06061, 0.71410),
}
_ADAPTED = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb_profile() -> bytes:
    """An ICC profile of a display with sRGB colours (ISO 15076-1:2005, ICC version 4.2)."""
    tags = {"desc": _text(NAME), "cprt": _text("CC0"), "wtpt": _xyz(_D50)}
    tags |= {name: _xyz(values) for name, values in _XYZ.items()}
    tags["chad"] = b"sf32\0\0\0\0" + _fixed(*_ADAPTED)
    curve = struct.pack(">4sLHH", b"para", 0, 3, 0) + _fixed(*_CURVE)
    tags |= dict.fromkeys(("rTRC", "gTRC", "bTRC"), curve)
    start, rows, body = 128 + 4 + 12 * len(tags), [], b""
    places: dict[bytes, int] = {}
    for name, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        rows.append(struct.pack(">4sLL", name.encode(), places[data], len(data)))
    return _header(start + len(body)) + struct.pack(">L", len(tags)) + b"".join(rows) + body


def _header(size: int) -> bytes:
    header = struct.pack(">L4xL4s4s4s", size, 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2025, 1, 1, 0, 0, 0, b"acsp")
    return header.ljust(68, b"\0") + _fixed(*_D50) + bytes(48)


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}l", *(round(number * 65536) for number in numbers))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _text(text: str) -> bytes:
    """One text in American English."""
    data = text.encode("utf-16-be")
    return struct.pack(">4sLLL4sLL", b"mluc", 0, 1, 12, b"enUS", len(data), 28) + data
