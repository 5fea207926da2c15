"""Faces to measure and print with: how wide each character is, which face has it, and rare ones drawn out of whole fonts."""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from gongkai.printing.fonts import MAX_ERROR, SIGN_CODES, Fonts, Found
from gongkai.problems import Place, Problem, Severity

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

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


class Glyph(NamedTuple):
    """One glyph: its advance in units of the em, its record in hmtx, and its outline (OpenType 1.9, hmtx and glyf).

    The outline is a simple description without instructions, padded to a multiple of four bytes; empty for a blank.
    """

    advance: int
    metrics: bytes
    outline: bytes

    @classmethod
    def of(cls, advance: int, bearing: int, outline: bytes) -> Glyph:
        """``bearing`` is the left side bearing."""
        return cls(advance, struct.pack(">Hh", advance, bearing), outline + bytes(-len(outline) % 4))


class Face:
    """One face of the set. ``ascent`` and ``descent`` in em, both positive: what Pango places baselines by (hhea).

    What its file lacks or puts together from other glyphs is drawn out of the font it was cut from.
    """

    def __init__(self, found: Found) -> None:
        self.key: str = found.role
        self.font = _opened(found, cut=True)
        hhea = self.font["hhea"]
        self.units: int = self.font["head"].unitsPerEm
        self.ascent: float = hhea.ascent / self.units
        self.descent: float = -hhea.descent / self.units
        self._found, self._codes = found, frozenset(found.codes)
        self._glyphs: dict[str, Glyph] = {}

    def covers(self, char: str) -> bool:
        """Whether it has the character."""
        return char in self._codes

    def glyph(self, char: str) -> Glyph:
        """The glyph of a character; a blank as wide as ``MISSING`` for one it doesn't have."""
        if char not in self._glyphs:
            self._glyphs[char] = self._read(self._names.get(ord(char)), char)
        return self._glyphs[char]

    @cached_property
    def _names(self) -> Mapping[int, str]:
        return dict(self.font.getBestCmap())

    @cached_property
    def notdef(self) -> Glyph:
        """Glyph 0, which every font begins with."""
        return self._read(self.font.getGlyphName(0), "")

    def _read(self, name: str | None, char: str) -> Glyph:
        """A glyph as it stands in the file; one that does not stand there alone is drawn, by its character."""
        if char and not self.covers(char):
            return Glyph.of(round(MISSING * self.units), 0, b"")
        (data, places), number = self._outlines, int(name or 0)
        outline = data[places[number] : places[number + 1]]
        if name is None or outline[:1] >= b"\x80":  # it lacks it, or puts it together from others
            return self._drawn(char) if char else Glyph.of(self.units, 0, b"")
        contours = struct.unpack_from(">h", outline)[0] if outline else 0
        end = 10 + 2 * contours
        if contours and any(outline[end : end + 2]):  # instructions need tables besides
            length = struct.unpack_from(">H", outline, end)[0]
            outline = outline[:end] + b"\0\0" + outline[end + 2 + length :]
        advance, bearing = self.font["hmtx"][name]
        return Glyph.of(advance, bearing, outline)

    @cached_property
    def _outlines(self) -> tuple[bytes, Sequence[int]]:
        return self.font.reader["glyf"], self.font["loca"]

    def _drawn(self, char: str) -> Glyph:
        """The glyph of a character in the whole font, of quadratic curves and no others' parts."""
        from fontTools.pens.cu2quPen import Cu2QuPen
        from fontTools.pens.filterPen import DecomposingFilterPen
        from fontTools.pens.transformPen import TransformPen
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        font, glyphs = self._whole, self._whole.getGlyphSet()
        scale = self.units / font["head"].unitsPerEm
        end = TTGlyphPen(None)
        pen = Cu2QuPen(end, MAX_ERROR * self.units / 1000, reverse_direction=True) if "CFF " in font else end
        name = font.getBestCmap()[ord(char)]
        glyphs[name].draw(DecomposingFilterPen(TransformPen(pen, (scale, 0, 0, scale, 0, 0)), glyphs))
        drawn = end.glyph()
        outline = drawn.compile(None)
        return Glyph.of(round(font["hmtx"][name][0] * scale), drawn.xMin if outline else 0, outline)

    @cached_property
    def _whole(self) -> TTFont:
        """The font as it was installed: opened, which takes half a second, when the first glyph is drawn."""
        return _opened(self._found, cut=False)


def _opened(found: Found, *, cut: bool) -> TTFont:
    from fontTools.ttLib import TTFont

    file = found.cut if cut and found.cut else found.file
    font = TTFont(file, fontNumber=found.index, lazy=True)
    if "glyf" in font:  # names of glyphs take longer to read than all else
        font.setGlyphOrder([*map(str, range(font["maxp"].numGlyphs))])
    return font


class Advances(dict[str, float]):
    """Advances in em by character, of a role: from the first face that has it. Any character may be looked up.

    Made for the innermost loop: ``sum(map(advances.__getitem__, text)) * size``.
    """

    def __init__(self, faces: Sequence[Face]) -> None:
        super().__init__()
        self._faces = faces

    def __missing__(self, char: str) -> float:
        face = next((face for face in self._faces if face.covers(char)), None)
        self[char] = face.glyph(char).advance / face.units if face else MISSING
        return self[char]


class FontSet:
    """The faces of a machine's fonts by key, and for each role the faces its characters are looked for in, in order."""

    def __init__(self, fonts: Fonts) -> None:
        self.faces: dict[str, Face] = {found.role: Face(found) for found in fonts.faces}
        self._roles = {
            role: [self.faces[key] for key in order if key in self.faces] for role, order in _ORDERS.items()
        }
        self.advances = {role: Advances(faces) for role, faces in self._roles.items()}
        self._keys: dict[TextRole, dict[str, str]] = {role: {} for role in _ORDERS}

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


def missing_glyph(char: str, place: Place, platform: str = sys.platform) -> Problem:
    """A character no font has, and what to do about it."""
    rare = "请改用规范字；确需此字（人名、地名）时安装"
    if char in SIGN_CODES:
        package = "sudo apt-get install fonts-dejavu-core（占用 3 MB）"
        package = package if platform == "linux" else "DejaVu Sans"
        hint = f"请改用 □、■、√ 这样的常用符号，或安装含有它的字体：{package}。"
    elif platform == "linux":
        hint = f"{rare}生僻字字体：sudo apt-get install fonts-babelstone-han（占用 50 MB）。"
    else:
        hint = f"{rare}含有它的字体 BabelStone Han。"
    message = f"没有字体能印出“{char}”（U+{ord(char):04X}）"
    return Problem(place, "print.glyph", Severity.ERROR, message, hint)
