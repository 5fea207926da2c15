"""A large CJK font → a small one with TrueType outlines: the characters of everyday Chinese, cut once and kept.

PDFs of tables take their glyphs from it as they stand. Documents of free layout are printed by WeasyPrint, which keeps
the glyph ids of the font it embeds: from a whole CJK font that costs 200 KB a PDF and twice the time; from a font of
ten thousand glyphs, the common ones first, it costs next to nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from gongkai.atomic import write_whole
from gongkai.workspace import built_in_layouts

VERSION = 4
"""Raise it when the cut comes out differently, so that kept cuts are made anew."""
MAX_ERROR = 2.0
"""How far an outline may move when cubic curves become quadratic, in units of 1/1000 em."""
_DATE = 3_786_912_000
"""When a cut says it was made, whenever it is: 2024-01-01, in seconds since 1904."""
UNITS = 500
"""Units of the em that outlines are rounded to: with 1000 they take an eighth more of every PDF. Of a character of
12 pt both together move a point by less than 0.02 mm, which is no pixel of any printer in an office."""

# Latin with accents, punctuation, currency, letterlike signs, numerals, arrows, mathematics, enclosed and geometric
# signs, CJK punctuation, units (㎡), vertical and full-width forms.
_SIGNS = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x22FF),
    (0x2460, 0x24FF), (0x2500, 0x26FF), (0x3000, 0x303F), (0x3220, 0x33FF), (0xFE30, 0xFE4F), (0xFF01, 0xFFE6),
)  # fmt: skip


Role = Literal["song", "song-bold", "hei", "signs", "rare"]
SONG, HEI = "Gongkai Song", "Gongkai Hei"
"""The families of the cuts; style sheets call 宋体 and 黑体 by these names, whichever fonts a machine has."""


@dataclass(frozen=True, slots=True)
class Found:
    """A face that was found: what it is for, its file, its number in a collection, its family."""

    role: Role
    file: Path
    index: int
    family: str
    cut: Path | None
    """Where its cut lies; None: it is used whole."""
    codes: str
    """The characters it has."""

    @property
    def cut_family(self) -> str:
        """What its cut is called."""
        return HEI if self.role == "hei" else SONG


@cache
def repertoire() -> tuple[int, ...]:
    """Code points of a cut font: signs, GB2312 and 通用规范汉字表 (2013), common ones first."""
    standard = built_in_layouts() / "print" / "standard-hanzi.txt"
    rest = standard.read_text(encoding="utf-8").split()
    signs = (code for first, last in _SIGNS for code in range(first, last + 1))
    # In the order of the standard: signs, then the common characters, then the less common ones.
    places = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    gb2312 = "".join(place.decode("gb2312", "ignore") for place in places)
    return tuple(dict.fromkeys([*signs, *map(ord, gb2312 + "".join(rest))]))


def cut_name(role: str, source: Path, index: int) -> str:
    """The file name of a cut: changes with the font file, the repertoire, and how cuts are made."""
    digest = hashlib.sha256(f"{VERSION} {MAX_ERROR} {UNITS} {index} ".encode())
    digest.update(",".join(map(str, repertoire())).encode())
    with source.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{role}-{digest.hexdigest()[:16]}.ttf"


def make_cut(face: Found) -> None:
    """Write the cut of a font; whole or not at all, so that two processes may make the same one."""
    assert face.cut is not None, "the face is one to be cut"
    bold = face.role != "song"
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    with TTFont(face.file, fontNumber=face.index, lazy=True) as font:
        cmap = font.getBestCmap()
        codes = [code for code in repertoire() if code in cmap]
        names = [".notdef", *dict.fromkeys(cmap[code] for code in codes)]
        metrics = font["hmtx"].metrics
        builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(names)
        builder.setupCharacterMap({code: cmap[code] for code in codes})
        glyphs, drawn = font.getGlyphSet(), {}
        for name in names:
            pen = TTGlyphPen(None)
            glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
            drawn[name] = pen.glyph()
        builder.setupGlyf(drawn)
        builder.setupHorizontalMetrics({name: metrics[name] for name in names})
        builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
        # Our own family name; the copyright and licence of the font it was cut from.
        style = "Bold" if bold else "Regular"
        full = f"{face.cut_family} {style}"
        kept = {"copyright": 0, "licenseDescription": 13, "licenseInfoURL": 14}
        builder.setupNameTable({
            **{key: font["name"].getDebugName(number) or "" for key, number in kept.items()},
            "familyName": face.cut_family, "styleName": style, "uniqueFontIdentifier": full, "fullName": full,
            "psName": full.replace(" ", "-"), "version": f"Version {VERSION}.0",
        })  # fmt: skip
        old = font["OS/2"]
        builder.setupOS2(
            usWeightClass=700 if bold else 400, fsSelection=0x20 if bold else 0x40, achVendID="    ",
            sTypoAscender=old.sTypoAscender, sTypoDescender=old.sTypoDescender, sTypoLineGap=old.sTypoLineGap,
            usWinAscent=old.usWinAscent, usWinDescent=old.usWinDescent, sxHeight=old.sxHeight,
            sCapHeight=old.sCapHeight, fsType=old.fsType,
        )  # fmt: skip
        builder.setupPost(keepGlyphNames=False)
        head = builder.font["head"]
        head.created = head.modified = _DATE
        head.macStyle = int(bold)
        builder.font.recalcTimestamp = False
        scale_upem(builder.font, UNITS)
        written = BytesIO()
        builder.font.save(written)
        write_whole(face.cut, written.getvalue())
