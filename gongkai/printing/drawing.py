"""Glyphs drawn anew out of whole fonts: rare characters that no cut has, and glyphs put together from others."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from gongkai.atomic import write_whole
from gongkai.printing.fontcut import MAX_ERROR
from gongkai.printing.outlines import Glyph, simple_glyph


class WholeFont:
    """A font as it was installed, whose glyphs are drawn one at a time.

    It is opened when the first is asked for, which takes half a second; ``kept`` is a folder where drawn glyphs stay
    for the next time, None where there is no need. ``codes`` are the characters it has.
    """

    def __init__(self, file: Path, index: int, codes: frozenset[int], units: int, kept: Path | None) -> None:
        self.codes = codes
        self._file, self._index = file, index
        self._units = units
        self._kept = kept

    def glyph(self, char: str) -> Glyph:
        """The glyph of a character it has, in units of ``units`` to the em."""
        if self._kept is None:
            return simple_glyph(*self._draw(char))
        place = self._kept / f"{ord(char):x}"
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            advance, bearing, outline = self._draw(char)
            data = struct.pack(">Hh", advance, bearing) + outline
            write_whole(place, data)
        advance, bearing = struct.unpack_from(">Hh", data)
        return simple_glyph(advance, bearing, data[4:])

    def _draw(self, char: str) -> tuple[int, int, bytes]:
        """Advance, left side bearing and description of a glyph, of quadratic curves and no others' parts."""
        from fontTools.pens.cu2quPen import Cu2QuPen
        from fontTools.pens.filterPen import DecomposingFilterPen
        from fontTools.pens.transformPen import TransformPen
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        font, glyphs, names = self._opened
        scale = self._units / font["head"].unitsPerEm
        end = TTGlyphPen(None)
        pen = Cu2QuPen(end, MAX_ERROR * self._units / 1000, reverse_direction=True) if "CFF " in font else end
        name = names[ord(char)]
        glyphs[name].draw(DecomposingFilterPen(TransformPen(pen, (scale, 0, 0, scale, 0, 0)), glyphs))
        drawn = end.glyph()
        outline = drawn.compile(None)
        return round(font["hmtx"][name][0] * scale), drawn.xMin if outline else 0, outline

    @cached_property
    def _opened(self) -> tuple[Any, Any, Mapping[int, str]]:
        from fontTools.ttLib import TTFont

        font = TTFont(self._file, fontNumber=self._index, lazy=True)
        return font, font.getGlyphSet(), font.getBestCmap()
