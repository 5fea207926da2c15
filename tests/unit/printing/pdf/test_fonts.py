"""Embedded fonts: whole for other programs, as wide as the file says, with the outlines of their source."""

import io

import pikepdf
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.composed import Composed, Content, Element, Page
from gongkai.printing.faces import FontSet
from gongkai.printing.fonts import find_fonts
from gongkai.printing.pdf import write

from ..tiny_fonts import make_font, save_collection
from .samples import runs, whole


def embedded(data):
    """Of each font: its name, its widths, the file in it, characters by glyph number."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for font in (
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type0"
        ):
            descendant = font.DescendantFonts[0]
            file = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()), checkChecksums=2)
            rows = font.ToUnicode.read_bytes().decode().split("beginbfchar\n")[1:]
            pairs = (
                row[1:-1].split("><") for block in rows for row in block.split("\nendbfchar")[0].split("\n")
            )
            assert int(descendant.W[0]) == 0 and len(descendant.W) == 2
            widths = [float(width) for width in descendant.W[1]]
            chars = {int(glyph, 16): bytes.fromhex(code).decode("utf-16-be") for glyph, code in pairs}
            yield str(descendant.BaseFont), widths, file, chars


def printed(faces, role, text) -> bytes:
    page = Page(595, 842, 70, 60, (Content(0, runs(faces, role, text, 0, 20)),))
    return write(Composed("题", "", "", (), None, (page,), (Element("P", -1),)), faces)


def check_fonts(data):
    for _, written, file, chars in embedded(data):
        units = file["head"].unitsPerEm
        widths = [file["hmtx"][name][0] * 1000 / units for name in file.getGlyphOrder()]
        assert written == pytest.approx(widths, abs=0.01)
        assert sorted(chars) == list(range(1, len(widths)))
        for glyph in range(len(widths)):  # each is read, and ends where it should
            file["glyf"][file.getGlyphName(glyph)].getCoordinates(file["glyf"])


def test_fonts_open_and_their_widths_agree(faces):
    data = write(whole(faces), faces)
    assert len(list(embedded(data))) == 4
    check_fonts(data)


@given(
    st.sampled_from(("song", "song-bold", "hei")),
    st.text(st.characters(codec="gb2312"), min_size=1, max_size=40),
)
def test_any_characters_make_a_whole_font(faces, role, text):
    check_fonts(printed(faces, role, text))


def drawing(font, name):
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return pen.value


def test_outlines_are_those_of_the_cut(faces, fonts):
    [(_, _, file, chars)] = embedded(printed(faces, "song", "东莞绩效Ag"))
    with TTFont(fonts.faces[0].cut) as source:
        for glyph, char in chars.items():
            assert drawing(file, file.getGlyphName(glyph)) == drawing(source, source.getBestCmap()[ord(char)])


def test_characters_that_share_a_glyph_keep_their_meaning(faces):
    [(_, _, _, chars)] = embedded(printed(faces, "song", "\u2126\u03a9\u00b7\u30fb"))
    assert set(chars.values()) == set("\u2126\u03a9\u00b7\u30fb")


def test_a_font_of_the_system_gives_what_is_used_and_no_more(tmp_path):
    save_collection(tmp_path / "simsun.ttc", make_font("NSimSun", composite=False), make_font("SimSun"))
    make_font("SimHei").save(tmp_path / "simhei.ttf")
    found, problems = find_fonts(tmp_path / "cache", [tmp_path])
    assert found is not None, problems
    data = printed(FontSet(found), "song", "府局")
    check_fonts(data)
    [(name, _, file, chars)] = embedded(data)
    assert chars == {1: "府", 2: "局"} and name.endswith("+SimSun")
    assert drawing(file, file.getGlyphName(2)) == drawing(make_font("SimSun"), "uni5C40")
