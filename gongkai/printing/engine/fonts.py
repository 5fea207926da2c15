"""Fonts of a PDF cut to what it uses: outlines come from the font's file as they are, which is read once a process.

The engine has HarfBuzz cut each font of each document, twice. Of a font with nothing but plain outlines, as those that
are cut for printing, the glyphs can be taken as they stand: ids stay, and all that a PDF has no use for is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import weasyprint.pdf
from weasyprint.pdf import fonts as engine
from weasyprint.text.ffi import ffi, harfbuzz

from gongkai.printing.truetype import TRUETYPE, font_file, read_tables

# A font with any other table has hints, colours, pictures or axes: the engine knows them.
_PLAIN = frozenset((
    "BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "VORG", "cmap", "gasp", "glyf", "head", "hhea", "hmtx", "kern",
    "loca", "maxp", "name", "post", "vhea", "vmtx",
))  # fmt: skip
_KEPT = 16
"""So many files are kept: a site has three or four fonts."""

_engine_data, _engine_subset = engine.get_hb_object_data, engine.Font._harfbuzz_subset
_engine_dictionary = engine.build_fonts_dictionary
_files: dict[bytes, tuple[bytes, _Outlines | None]] = {}


def install() -> None:
    """Let the engine cut fonts this way."""
    engine.get_hb_object_data = _font_data
    engine.Font._harfbuzz_subset = _subset
    weasyprint.pdf.build_fonts_dictionary = _dictionary


class _Outlines:
    """The plain outlines of a font file and what is needed to write some of them."""

    def __init__(self, tables: dict[str, bytes]) -> None:
        self.head, self.hhea, self.maxp = (tables[name] for name in ("head", "hhea", "maxp"))
        self.glyf, self.hmtx = tables["glyf"], tables["hmtx"]
        self.count = struct.unpack_from(">H", self.maxp, 4)[0]
        self.full = struct.unpack_from(">H", self.hhea, 34)[0]
        long = struct.unpack_from(">h", self.head, 50)[0]
        places = struct.unpack(
            f">{self.count + 1}{'L' if long else 'H'}",
            tables["loca"][: (4 if long else 2) * (self.count + 1)],
        )
        self.places = places if long else tuple(2 * place for place in places)

    def write(self, used: Iterable[int]) -> bytes | None:
        """A font file with the glyphs ``used``, under the same numbers; None where one is put together from others."""
        glyphs = sorted(used)
        last = glyphs[-1]
        if last >= self.count:
            return None
        hmtx, places, body, position, before = bytearray(4 * (last + 1)), [], [], 0, 0
        for glyph in glyphs:
            outline = self.glyf[self.places[glyph] : self.places[glyph + 1]] if glyph else b""
            if outline[:1] > b"\x7f":
                return None
            if len(outline) % 2:
                outline += b"\0"
            places.append((position, glyph + 1 - before))
            before = glyph + 1
            position += len(outline)
            body.append(outline)
            hmtx[4 * glyph : 4 * glyph + 4] = self._metrics(glyph)
        places.append((position, 1))
        return self._file(last + 1, places, b"".join(body), bytes(hmtx))

    def _metrics(self, glyph: int) -> bytes:
        if glyph < self.full:
            return self.hmtx[4 * glyph : 4 * glyph + 4]
        last, own = 4 * (self.full - 1), 4 * self.full + 2 * (glyph - self.full)
        return self.hmtx[last : last + 2] + self.hmtx[own : own + 2]

    def _file(self, count: int, places: list[tuple[int, int]], glyf: bytes, hmtx: bytes) -> bytes:
        """``places`` are those of outlines, each with the number of glyphs that are said to begin there."""
        long = len(glyf) > 0x1FFFE
        form = ">L" if long else ">H"
        loca = b"".join(struct.pack(form, place if long else place // 2) * times for place, times in places)
        head, hhea, maxp = bytearray(self.head), bytearray(self.hhea), bytearray(self.maxp)
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, long)
        struct.pack_into(">H", hhea, 34, count)
        struct.pack_into(">H", maxp, 4, count)
        made = {
            "head": bytes(head),
            "hhea": bytes(hhea),
            "maxp": bytes(maxp),
            "hmtx": hmtx,
            "loca": loca,
            "glyf": glyf,
        }
        return font_file(made)


def _font_data(hb_object: Any, ot_color: str | None = None, glyph: int | None = None) -> bytes | None:
    """In place of ``weasyprint.text.fonts.get_hb_object_data``: a font's file is copied out of its map once."""
    if ot_color is not None:
        found: bytes | None = _engine_data(hb_object, ot_color, glyph)
        return found
    blob = harfbuzz.hb_face_reference_blob(hb_object)
    length = ffi.new("unsigned int *")
    data = harfbuzz.hb_blob_get_data(blob, length)
    try:
        if data == ffi.NULL:
            return None
        whole = ffi.buffer(data, length[0])
        if whole[:4] != TRUETYPE:
            return bytes(whole)
        return _kept(whole)[0]
    finally:
        harfbuzz.hb_blob_destroy(blob)


def _kept(whole: Any) -> tuple[bytes, _Outlines | None]:
    """A file, known by the directory of its tables: it has the checksum of each."""
    directory = bytes(whole[: 12 + 16 * struct.unpack(">H", whole[4:6])[0]])
    if directory not in _files:
        while len(_files) >= _KEPT:
            del _files[next(iter(_files))]
        data = bytes(whole)
        tables = read_tables(data)
        _files[directory] = data, _Outlines(tables) if tables.keys() <= _PLAIN and "glyf" in tables else None
    return _files[directory]


def _subset(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """In place of ``Font._harfbuzz_subset``."""
    if font.file_content[:4] == TRUETYPE and not font.missing:
        outlines = _kept(memoryview(font.file_content))[1]
        if outlines is not None and (data := outlines.write(to_unicode)) is not None:
            font.file_content = data
            return
    _engine_subset(font, to_unicode, hinting)


def _dictionary(pdf: Any, fonts: dict[Any, Any], *rest: Any) -> Any:
    """In place of ``build_fonts_dictionary``: what glyphs mean stands in their order, which takes less room."""
    for font in fonts.values():
        font.to_unicode = dict(sorted(font.to_unicode.items()))
    return _engine_dictionary(pdf, fonts, *rest)
