"""A PDF file put together from objects: numbered, packed into object streams, with a table of where they are."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import accumulate

import deflate
from jinja2 import Template

from gongkai.workspace import built_in_layouts

PACKED = 500
"""Objects in one object stream at most: a reader unpacks a whole one for any of them."""
_LEVEL = 4
"""Of deflating: 6 makes files smaller by a fiftieth and takes a quarter longer. (libdeflate gives the same bytes on all
machines, in a third of zlib's time, which was a fifth of printing.)"""
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_SPECIAL = re.compile(rb"[^!-~]|[#%/()<>\[\]{}]")


class Objects:
    """The objects of one file (ISO 32000-1, 7.3 and 7.5). A body is what stands between ``obj`` and ``endobj``."""

    def __init__(self) -> None:
        self._bodies: dict[int, str] = {}
        self._streams: dict[int, bytes] = {}
        self._count = 0

    def reserve(self, count: int = 1) -> int:
        """Numbers for objects that others refer to before they are put; the first of them."""
        self._count += count
        return self._count - count + 1

    def put(self, number: int, body: str) -> None:
        """What a reserved number stands for, in ASCII."""
        self._bodies[number] = body

    def add(self, body: str) -> int:
        """One more object; its number."""
        number = self.reserve()
        self._bodies[number] = body
        return number

    def stream(self, entries: str, data: bytes, *, deflated: bool = True) -> int:
        """A stream with more entries of its dictionary; its number. Metadata stay readable: ``deflated=False``."""
        number = self.reserve()
        self._streams[number] = _stream(entries, data, deflated=deflated)
        return number

    def write(self, root: int, info: int) -> bytes:
        """The whole file; its identifier comes from its content, so that the same content gives the same bytes."""
        numbers = sorted(self._bodies)
        chunks = [numbers[start : start + PACKED] for start in range(0, len(numbers), PACKED)]
        # Object streams (ISO 32000-1, 7.5.7).
        packs = {self.reserve(): _pack({one: self._bodies[one] for one in chunk}) for chunk in chunks}
        parts, places = [_HEADER], {}
        position = len(_HEADER)
        for number, body in sorted((self._streams | packs).items()):
            places[number] = position
            part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            parts.append(part)
            position += len(part)
        table = self.reserve()
        places[table] = position
        identifier = hashlib.sha256(b"".join(parts)).hexdigest()[:32]
        entries = (
            f"/Type/XRef/Size {table + 1}/W[1 4 2]/Root {root} 0 R/Info {info} 0 R"
            f"/ID[<{identifier}><{identifier}>]"
        )
        # The cross-reference table (ISO 32000-1, 7.5.8): kind, place or pack, place in the pack.
        rows = {0: (0, 0, 0xFFFF)} | {number: (1, place, 0) for number, place in places.items()}
        for pack, chunk in zip(packs, chunks, strict=True):
            rows |= {number: (2, pack, order) for order, number in enumerate(chunk)}
        listed = b"".join(struct.pack(">BLH", *rows[number]) for number in range(table + 1))
        end = b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, _stream(entries, listed), position)
        return b"".join((*parts, end))


def _pack(bodies: Mapping[int, str]) -> bytes:
    places = accumulate((len(body) + 1 for body in bodies.values()), initial=0)
    first = " ".join(f"{number} {place}" for number, place in zip(bodies, places, strict=False)) + "\n"
    data = first + "\n".join(bodies.values())
    return _stream(f"/Type/ObjStm/N {len(bodies)}/First {len(first)}", data.encode("ascii"))


def _stream(entries: str, data: bytes, *, deflated: bool = True) -> bytes:
    if deflated:
        data, entries = bytes(deflate.zlib_compress(data, _LEVEL)), entries + "/Filter/FlateDecode"
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries.encode("ascii"), len(data), data)


@cache
def shared(file: str) -> bytes:
    """A file of the layouts that every PDF has something of."""
    return (built_in_layouts() / file).read_bytes()


@cache
def template(file: str) -> Template:
    """A file of the layouts that is filled as XML."""
    read: Template = Template(shared(file).decode(), autoescape=True, trim_blocks=True)
    return read


def text(value: str) -> str:
    """A text string (ISO 32000-1, 7.9.2.2)."""
    if value.isascii() and value.isprintable():
        return "(" + value.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"
    return f"<feff{value.encode('utf-16-be').hex()}>"


@lru_cache(maxsize=256)
def name(value: str) -> str:
    """A name (ISO 32000-1, 7.3.5)."""
    escaped = _SPECIAL.sub(lambda found: b"#%02X" % found[0][0], value.encode())
    return "/" + escaped.decode("ascii")


def number(value: float) -> str:
    """A number of points, to a hundredth: a page is measured finer by no printer."""
    return f"{round(value, 2):.8g}"


def references(numbers: Iterable[int]) -> str:
    """An array of references to objects."""
    return "[" + " ".join(f"{number} 0 R" for number in numbers) + "]"
