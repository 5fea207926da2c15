"""Faces to measure and print with: how wide each character is, and which face has it when the wanted one has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Literal

from gongkai.printing.fonts import Fonts
from gongkai.printing.outlines import OutlineFile

TextRole = Literal["song", "song-bold", "hei"]
"""What a text is set in: 宋体, 宋体 bold (小标宋), 黑体."""
MISSING = 1.0
"""The advance, in em, of a character that no face has; that it is missing is a problem of its record."""


class Face:
    """One face of the set. ``ascent`` and ``descent`` in em, both positive: what Pango places baselines by (hhea)."""

    def __init__(self, key: str, file: OutlineFile) -> None:
        self.key = key
        self._file = file
        self.ascent = file.ascent / file.units
        self.descent = -file.descent / file.units

    def covers(self, char: str) -> bool:
        """Whether it has the character."""
        return char in self._file.characters

    def advance(self, char: str) -> float | None:
        """How far the character moves the pen, in em; None for one it doesn't have."""
        glyph = self._file.characters.get(char)
        return None if glyph is None else self._file.metrics(glyph)[0] / self._file.units


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
        self.faces = {face.key: face for face in faces}
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
    faces = {
        found.role: Face(found.role, OutlineFile(fonts.folder / found.cut))
        if found.cut
        else Face(found.role, OutlineFile(found.file, found.index))
        for found in fonts.faces
    }
    orders: dict[TextRole, tuple[str, ...]] = {
        "song": ("song", "rare", "hei"),
        "song-bold": ("song-bold", "hei", "song", "rare"),
        "hei": ("hei", "song", "rare"),
    }
    return FontSet(
        faces.values(), {role: [key for key in order if key in faces] for role, order in orders.items()}
    )
