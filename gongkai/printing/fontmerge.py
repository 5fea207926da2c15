"""Subsets of one font from several PDFs → one subset: what bound files share is in them once.

Printing keeps the glyph ids of a font, so subsets of one font agree wherever they overlap, and their outlines can be
put into one file. Where they don't, or the outlines are not TrueType, each part keeps its own.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pikepdf import Array, Name, Object, Pdf, Stream

from gongkai.printing.truetype import font_file, read_tables

# What a font in a PDF with numbered glyphs needs (ISO 32000-1, 9.9), besides what is made anew here.
_SHARED = ("cvt ", "fpgm", "prep")
_WIDTHS = re.compile(rb"(\d+)\s*\[([\d.\s-]*)\]")
_MAPPING = re.compile(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>")
_FIXED_PITCH = 1
"""The flag of a font descriptor: all widths are the same."""


@dataclass
class _Outlines:
    """A TrueType font: outlines and metrics (advance, left side bearing) by glyph id, and its other tables."""

    tables: dict[str, bytes]
    glyphs: dict[int, bytes]
    metrics: dict[int, bytes]

    @classmethod
    def read(cls, data: bytes, used: Iterable[int]) -> _Outlines:
        """The glyphs ``used`` and those they are composed of. Raises KeyError or struct.error for no whole font."""
        tables = read_tables(data)
        count = struct.unpack_from(">H", tables["maxp"], 4)[0]
        long = struct.unpack_from(">h", tables["head"], 50)[0]
        places = struct.unpack_from(f">{count + 1}{'L' if long else 'H'}", tables["loca"])
        unit, glyf, hmtx = 1 if long else 2, tables["glyf"], tables["hmtx"]
        full = struct.unpack_from(">H", tables["hhea"], 34)[0]
        glyphs, metrics = {}, {}
        wanted = [0, *used]
        while wanted:
            glyph = wanted.pop()
            if glyph in metrics or glyph >= count:
                continue
            outline = glyf[places[glyph] * unit : places[glyph + 1] * unit]
            if outline:
                glyphs[glyph] = _even(outline)
                wanted += _components(outline)
            start = 4 * full + 2 * (glyph - full)
            last = 4 * (full - 1)
            metrics[glyph] = (
                hmtx[4 * glyph : 4 * glyph + 4]
                if glyph < full
                else hmtx[last : last + 2] + hmtx[start : start + 2]
            )
        return cls(tables, glyphs, metrics)

    def agrees(self, other: _Outlines) -> bool:
        """Whether both are subsets of one font, with the same glyphs under the same numbers."""
        return self.tables["head"][18:20] == other.tables["head"][18:20] and all(
            (mine := self.glyphs.get(glyph)) is None or (mine == outline and self.metrics[glyph] == other.metrics[glyph])
            for glyph, outline in other.glyphs.items()
        )  # fmt: skip

    def take(self, other: _Outlines) -> None:
        """Add the glyphs of a font that agrees."""
        self.glyphs = other.glyphs | self.glyphs
        self.metrics = other.metrics | self.metrics
        mine, its = (struct.unpack(">14H", one.tables["maxp"][4:32]) for one in (self, other))
        most = struct.pack(">14H", *map(max, mine, its))
        self.tables["maxp"] = self.tables["maxp"][:4] + most + self.tables["maxp"][32:]

    def write(self) -> bytes:
        """The font file."""
        count = max(self.metrics) + 1
        places, body, position = [], [], 0
        for glyph in range(count):
            places.append(position)
            outline = self.glyphs.get(glyph, b"")
            body.append(outline)
            position += len(outline)
        places.append(position)
        long = position > 0x1FFFE
        blank = bytes(4)
        hmtx = b"".join(self.metrics.get(glyph, blank) for glyph in range(count))
        form = f">{count + 1}{'L' if long else 'H'}"
        loca = struct.pack(form, *(places if long else (place // 2 for place in places)))
        head, hhea, maxp = (bytearray(self.tables[name]) for name in ("head", "hhea", "maxp"))
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, long)
        struct.pack_into(">H", hhea, 34, count)
        struct.pack_into(">H", maxp, 4, count)
        made = {
            "head": bytes(head), "hhea": bytes(hhea), "maxp": bytes(maxp), "hmtx": hmtx, "loca": loca,
            "glyf": b"".join(body),
        }  # fmt: skip
        return font_file({name: self.tables[name] for name in _SHARED if name in self.tables} | made)


def _components(outline: bytes) -> Iterator[int]:
    """The glyphs a composite one is put together from (OpenType 1.9, glyf: composite glyph description)."""
    if struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, more = 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        yield glyph
        place += (
            4
            + (4 if flags & 0x1 else 2)
            + (2 if flags & 0x8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0)
        )
        more = bool(flags & 0x20)


def _even(outline: bytes) -> bytes:
    return outline + b"\0" if len(outline) % 2 else outline


@dataclass
class _Merged:
    """One font of the bound file while parts bring their subsets. Widths are kept as they are written."""

    font: Any
    outlines: _Outlines
    widths: dict[int, bytes] = field(default_factory=dict)
    unicode: dict[int, bytes] = field(default_factory=dict)
    bounds: list[float] = field(default_factory=lambda: [0.0] * 4)

    def take(self, subset: _Subset) -> None:
        """Add one part's subset."""
        self.outlines.take(subset.outlines)
        self.widths = subset.widths | self.widths
        self.unicode = subset.unicode | self.unicode
        pairs = list(zip(self.bounds, subset.bounds, strict=True))
        self.bounds = [*map(min, pairs[:2]), *map(max, pairs[2:])]

    def write(self, pdf: Pdf) -> None:
        """Put outlines, widths and meanings of all parts into the file."""
        descendant = self.font.DescendantFonts[0]
        descriptor = descendant.FontDescriptor
        data = self.outlines.write()
        descriptor.FontFile2 = Stream(pdf, data, Length1=len(data))
        descriptor.FontBBox = Array([round(number) for number in self.bounds])
        fixed = len(self.widths) > 1 and len(set(self.widths.values())) == 1
        descriptor.Flags = (int(descriptor.Flags) & ~_FIXED_PITCH) | (_FIXED_PITCH if fixed else 0)
        descendant.W = Object.parse(_runs(self.widths))
        self.font.ToUnicode = Stream(pdf, _meanings(self.unicode))


@dataclass(frozen=True)
class _Subset:
    """What a part's font brings: outlines, widths, what its glyphs mean, the box they fit in."""

    outlines: _Outlines
    widths: dict[int, bytes]
    unicode: dict[int, bytes]
    bounds: list[float]

    @classmethod
    def read(cls, font: Any) -> _Subset | None:
        """None for a font that can't be put together with others."""
        if font.Encoding != "/Identity-H":  # it names glyphs that the font has not
            return None
        descendant = font.DescendantFonts[0]
        descriptor = descendant.FontDescriptor
        text = descendant.W.unparse()
        if "/FontFile2" not in descriptor or _WIDTHS.sub(b"", text).strip(b"[ ]"):
            return None
        widths = {
            int(run[1]) + number: width
            for run in _WIDTHS.finditer(text)
            for number, width in enumerate(run[2].split())
        }
        unicode = {int(glyph, 16): code for glyph, code in _MAPPING.findall(font.ToUnicode.read_bytes())}
        try:
            outlines = _Outlines.read(descriptor.FontFile2.read_bytes(), widths)
        except (KeyError, struct.error):
            return None
        return cls(outlines, widths, unicode, [float(number) for number in descriptor.FontBBox])


class FontPool:
    """The fonts of a bound file: parts give theirs, and get what stands for them in the file."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.merged: dict[str, _Merged] = {}
        self.alone: dict[bytes, Any] = {}

    def take(self, font: Any) -> Any:
        """A part's font → the one that stands for it in the bound file, where it may come from too."""
        if font.Subtype != "/Type0":  # pictures of characters, as some emoji fonts have them
            return self._here(font)
        name = str(font.BaseFont)
        subset = _Subset.read(font)
        merged = self.merged.get(name)
        if subset is None or (merged is not None and not merged.outlines.agrees(subset.outlines)):
            return self._alone(font)
        if merged is None:
            descriptor = font.DescendantFonts[0].FontDescriptor
            del descriptor["/FontFile2"], font["/ToUnicode"], font.DescendantFonts[0]["/W"]
            merged = self.merged[name] = _Merged(self._here(font), deepcopy(subset.outlines))
        merged.take(subset)
        return merged.font

    def finish(self) -> None:
        """Write the fonts, when all parts have given theirs."""
        for merged in self.merged.values():
            merged.write(self.pdf)

    def _alone(self, font: Any) -> Any:
        """A font kept as it is, under a name that no other subset of it has; just the same one is shared."""
        descriptor = font.DescendantFonts[0].FontDescriptor
        file = descriptor.get("/FontFile2") or descriptor.FontFile3
        parts = (file.read_raw_bytes(), font.DescendantFonts[0].W.unparse(), font.ToUnicode.read_bytes())
        key = sha256(b"".join(sha256(part).digest() for part in parts)).digest()
        if key not in self.alone:
            tag = "".join(chr(65 + byte % 26) for byte in key[:6])
            name = Name(f"/{tag}+{str(font.BaseFont).partition('+')[2]}")
            font.BaseFont = font.DescendantFonts[0].BaseFont = descriptor.FontName = name
            self.alone[key] = self._here(font)
        return self.alone[key]

    def _here(self, font: Any) -> Any:
        return font if font.is_owned_by(self.pdf) else self.pdf.copy_foreign(font)


def _runs(widths: Mapping[int, bytes]) -> bytes:
    """Widths by glyph id as ISO 32000-1, 9.7.4.3 writes them: each run of ids with its first one before it."""
    runs: list[list[bytes]] = []
    last = -2
    for glyph in sorted(widths):
        if glyph != last + 1:
            runs.append([b"%d [" % glyph])
        runs[-1].append(widths[glyph])
        last = glyph
    return b"[" + b" ".join(b" ".join(run) + b"]" for run in runs) + b"]"


def _meanings(unicode: Mapping[int, bytes]) -> bytes:
    """A ToUnicode map (ISO 32000-1, 9.10.3)."""
    rows = [b"<%04x> <%s>" % (glyph, code) for glyph, code in sorted(unicode.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    return b"\n".join(
        [
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo",
            b"<< /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def",
            b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange",
            *(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks),
            b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        ]
    )
