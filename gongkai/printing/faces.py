"""Faces to measure and print with: how wide each character is, which face has it, and rare ones drawn out of whole fonts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from gongkai.printing.fontcut import MAX_ERROR, Found
from gongkai.printing.fonts import Fonts
from gongkai.printing.outlines import Glyph, OutlineFile, is_composite, simple_glyph

TextRole = Literal["song", "song-bold", "hei"]
"""What a text is set in: 宋体, 宋体 bold (小标宋), 黑体."""
_ORDERS: dict[TextRole, tuple[str, ...]] = {
    "song": ("song", "signs", "rare", "hei"),
    "song-bold": ("song-bold", "hei", "song", "signs", "rare"),
    "hei": ("hei", "song", "signs", "rare"),
}
"""Where the characters of a role are looked for; bold text has the other bold face before a light one."""
MISSING = 1.0
"""The advance, in em, of a character that no face has; that it is missing is a problem of its record."""


class Face:
    """One face of the set. ``ascent`` and ``descent`` in em, both positive: what Pango places baselines by (hhea).

    What its file lacks or puts together from other glyphs is drawn out of the font it was cut from.
    """

    def __init__(self, found: Found) -> None:
        self.key: str = found.role
        self.file = OutlineFile(found.cut) if found.cut else OutlineFile(found.file, found.index)
        self.ascent = self.file.ascent / self.file.units
        self.descent = -self.file.descent / self.file.units
        self._found, self._codes = found, frozenset(found.codes)
        self._glyphs: dict[str, Glyph] = {}

    def covers(self, char: str) -> bool:
        """Whether it has the character."""
        return char in self._codes

    def advance(self, char: str) -> float | None:
        """How far the character moves the pen, in em; None for one it doesn't have."""
        return self.glyph(char).advance / self.file.units if self.covers(char) else None

    def glyph(self, char: str) -> Glyph:
        """The glyph of a character; a blank as wide as ``MISSING`` for one it doesn't have."""
        if char not in self._glyphs:
            self._glyphs[char] = self._read(char) if self.covers(char) else self._blank
        return self._glyphs[char]

    @cached_property
    def notdef(self) -> Glyph:
        """Glyph 0, which every font begins with."""
        description = self.file.description(0)
        return self._blank if is_composite(description) else simple_glyph(*self.file.metrics(0), description)

    @property
    def _blank(self) -> Glyph:
        return simple_glyph(round(MISSING * self.file.units), 0, b"")

    def _read(self, char: str) -> Glyph:
        number = self.file.characters.get(char)
        if number is None or is_composite(description := self.file.description(number)):
            return self._drawn(char)
        return simple_glyph(*self.file.metrics(number), description)

    def _drawn(self, char: str) -> Glyph:
        """The glyph of a character in the whole font, of quadratic curves and no others' parts."""
        from fontTools.pens.cu2quPen import Cu2QuPen
        from fontTools.pens.filterPen import DecomposingFilterPen
        from fontTools.pens.transformPen import TransformPen
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        (font, glyphs, names), units = self._whole, self.file.units
        scale = units / font["head"].unitsPerEm
        end = TTGlyphPen(None)
        pen = Cu2QuPen(end, MAX_ERROR * units / 1000, reverse_direction=True) if "CFF " in font else end
        name = names[ord(char)]
        glyphs[name].draw(DecomposingFilterPen(TransformPen(pen, (scale, 0, 0, scale, 0, 0)), glyphs))
        drawn = end.glyph()
        outline = drawn.compile(None)
        return simple_glyph(round(font["hmtx"][name][0] * scale), drawn.xMin if outline else 0, outline)

    @cached_property
    def _whole(self) -> tuple[Any, Any, Mapping[int, str]]:
        """The font as it was installed: opened, which takes half a second, when the first glyph is drawn."""
        from fontTools.ttLib import TTFont

        font = TTFont(self._found.file, fontNumber=self._found.index, lazy=True)
        return font, font.getGlyphSet(), font.getBestCmap()


class Advances(dict[str, float]):
    """Advances in em by character, of a role: from the first face that has it. Any character may be looked up.

    Made for the innermost loop: ``sum(map(advances.__getitem__, text)) * size``.
    """

    def __init__(self, faces: Sequence[Face]) -> None:
        super().__init__()
        self._faces = faces

    def __missing__(self, char: str) -> float:
        widths = (face.advance(char) for face in self._faces)
        self[char] = next((width for width in widths if width is not None), MISSING)
        return self[char]


class FontSet:
    """The faces of a machine by key, and for each role the faces its characters are looked for in, in order."""

    def __init__(self, faces: Iterable[Face], roles: Mapping[TextRole, Sequence[str]]) -> None:
        self.faces: dict[str, Face] = {face.key: face for face in faces}
        self._roles = {role: [self.faces[key] for key in keys] for role, keys in roles.items()}
        self.advances = {role: Advances(faces) for role, faces in self._roles.items()}
        self._keys: dict[TextRole, dict[str, str]] = {role: {} for role in roles}

    def face(self, role: TextRole) -> Face:
        """The face of a role that has nearly all its characters; lines are placed by its ascent and descent."""
        return self._roles[role][0]

    def advance(self, role: TextRole, text: str) -> float:
        """How wide a text is, in em."""
        return sum(map(self.advances[role].__getitem__, text))

    def pieces(self, role: TextRole, text: str) -> list[tuple[str, str]]:
        """The text in pieces of one face each, with the keys of the faces; empty for no text."""
        keys = self._keys[role]
        for char in set(text).difference(keys):
            keys[char] = next((face for face in self._roles[role] if face.covers(char)), self.face(role)).key
        if len({keys[char] for char in text}) == 1:
            return [(keys[text[0]], text)]
        return [(key, "".join(chars)) for key, chars in groupby(text, keys.__getitem__)]


def font_set(fonts: Fonts) -> FontSet:
    """The faces of the machine's fonts, which must be prepared."""
    faces: dict[str, Face] = {found.role: Face(found) for found in fonts.faces}
    orders = {role: [key for key in order if key in faces] for role, order in _ORDERS.items()}
    return FontSet(faces.values(), orders)
