"""Font files read by ourselves say what fontTools says of them."""

import struct

import pytest
from fontTools.ttLib import TTFont

from gongkai.printing.outlines import OutlineFile

from .tiny_fonts import make_font, save_collection


@pytest.fixture(params=("song", "signs"))
def file(fonts, request):
    """A cut, and a font of the system whose table of characters has other formats."""
    found = next(face for face in fonts.faces if face.role == request.param)
    return fonts.folder / found.cut if found.cut else found.file


def test_characters_widths_and_outlines(file):
    ours = OutlineFile(file)
    with TTFont(file) as font:
        cmap = font.getBestCmap()
        assert {ord(char): font.getGlyphName(glyph) for char, glyph in ours.characters.items()} == cmap
        for name in cmap.values():
            glyph = font.getGlyphID(name)
            assert ours.metrics(glyph) == font["hmtx"][name]
            assert ours.description(glyph) == getattr(font["glyf"].glyphs[name], "data", b"")
        assert (ours.units, ours.count) == (font["head"].unitsPerEm, font["maxp"].numGlyphs)
        assert ours.name == font["name"].getDebugName(6)
        assert ours.cap_height == getattr(font["OS/2"], "sCapHeight", font["hhea"].ascent)


def test_a_face_of_a_collection(tmp_path):
    save_collection(tmp_path / "two.ttc", make_font("One", "政府财"), make_font("Two", "市局县区"))
    one, two = OutlineFile(tmp_path / "two.ttc"), OutlineFile(tmp_path / "two.ttc", 1)
    assert "".join(one.characters) == "".join(sorted("政府财")) and "".join(two.characters) == "".join(
        sorted("市局县区")
    )
    assert (one.name, two.name) == ("One", "Two")


@pytest.mark.parametrize("data", (b"no font at all, but words", b"\0\1\0\0" + bytes(60)))
def test_what_is_no_font_is_told(tmp_path, data):
    (tmp_path / "a.ttf").write_bytes(data)
    with pytest.raises((struct.error, KeyError)):
        OutlineFile(tmp_path / "a.ttf")
