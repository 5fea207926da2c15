"""Small fonts made for a test: squares for letters, one of them put together from two others."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont


def square(size: int, left: int = 0):
    pen = TTGlyphPen(None)
    pen.moveTo((left, 0))
    for point in ((left, size), (left + size, size), (left + size, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def make_font(family: str, chars: str = "政府财局", licence: int = 0, *, composite: bool = True) -> TTFont:
    """A TrueType font in which the last of the characters is the first two, unless it shall not be ``composite``."""
    names = [".notdef", *(f"uni{ord(char):04X}" for char in chars)]
    glyphs = {name: square(100 * number) for number, name in enumerate(names, 1)}
    if composite:
        pen = TTGlyphPen(glyphs)
        pen.addComponent(names[1], (1, 0, 0, 1, 0, 0))
        pen.addComponent(names[2], (0.5, 0, 0, 0.5, 400, 300))
        glyphs[names[-1]] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): name for char, name in zip(chars, names[1:], strict=True)})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(fsType=licence)
    builder.setupPost()
    return builder.font


def save_collection(file: Path, *fonts: TTFont) -> None:
    """A file of several fonts, as systems have them."""
    collection = TTCollection()
    collection.fonts = list(fonts)
    collection.save(file)
