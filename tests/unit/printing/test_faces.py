"""Faces measure what their fonts say, and between them have every character that official tables use."""

import struct
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.faces import MISSING, FontSet
from gongkai.printing.fonts import find_fonts

from .tiny_fonts import make_font, save_collection

ROLES = ("song", "song-bold", "hei")
SIGNS = "□■√☑☐✓"
RARE = "𠮷㐂龘"


@pytest.mark.parametrize("number, role", list(enumerate(ROLES)))
def test_advances_are_those_of_the_cut_also_behind_the_long_metrics(fonts, faces, number, role):
    text = "东莞市 Budget 2,026.50（万元）—…㎡①莞滘𬱖"
    with TTFont(fonts.faces[number].cut) as font:
        names = [font.getBestCmap()[ord(char)] for char in text]
        assert max(map(font.getGlyphID, names)) >= font["hhea"].numberOfHMetrics
        want = [font["hmtx"][name][0] / font["head"].unitsPerEm for name in names]
        assert faces.face(role).ascent == font["hhea"].ascent / font["head"].unitsPerEm
        assert faces.face(role).descent == -font["hhea"].descent / font["head"].unitsPerEm
    assert [faces.advances[role][char] for char in text] == want
    assert faces.advance(role, text) == sum(want)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_prints_boxes_ticks_and_rare_characters(faces, role):
    for char in SIGNS + RARE:
        [(key, _)] = faces.pieces(role, char)
        assert faces.faces[key].covers(char) and faces.faces[key].glyph(char).outline, (role, char)


def test_covered_are_the_signs_and_not_what_no_font_has(fonts):
    assert fonts.covered.issuperset(SIGNS + RARE)
    assert "\ue000" not in fonts.covered


def test_a_text_falls_into_pieces_where_another_face_has_a_character(faces):
    assert faces.pieces("song", "") == []
    assert faces.pieces("song", "是☑否☐") == [("song", "是"), ("signs", "☑"), ("song", "否"), ("signs", "☐")]
    assert faces.pieces("hei", "莞𠮷") == [("hei", "莞𠮷")]


@given(st.sampled_from(ROLES), st.text(st.sampled_from("莞a 1□☑☐✓𠮷\ue000é")))
def test_pieces_are_the_text_and_as_wide(faces, role, text):
    pieces = faces.pieces(role, text)
    assert "".join(piece for _, piece in pieces) == text
    assert all(one[0] != other[0] for one, other in pairwise(pieces))
    glyphs = ((faces.faces[key], char) for key, piece in pieces for char in piece)
    wide = [face.glyph(char).advance / face.units for face, char in glyphs]
    assert faces.advance(role, text) == pytest.approx(sum(wide))


def test_a_character_no_font_has_is_a_blank(faces):
    glyph = faces.face("hei").glyph("\ue000")
    assert not glyph.outline and faces.advance("hei", "\ue000") == MISSING


def test_a_rare_character_is_drawn_in_the_units_of_the_cut(faces):
    drawn = faces.face("song").glyph("𠮷")
    assert drawn.outline and drawn.advance == faces.face("song").units


def system_fonts(folder, licence=8):
    save_collection(
        folder / "simsun.ttc", make_font("NSimSun", composite=False), make_font("SimSun", licence=licence)
    )
    make_font("SimHei", licence=licence).save(folder / "simhei.ttf")
    return find_fonts(folder / "cache", [folder])


def test_fonts_of_a_system_are_used_whole_and_bold_song_is_hei(tmp_path):
    found, problems = system_fonts(tmp_path)
    assert found is not None, problems
    faces = FontSet(found)
    assert not any(face.cut for face in found.faces) and faces.face("song-bold").key == "hei"
    assert faces.advance("song", "政府") == 2.0


@pytest.mark.parametrize("licence", (0x2, 0x108, 0x208))
def test_a_font_whose_licence_forbids_subsets_is_not_there(tmp_path, licence):
    found, problems = system_fonts(tmp_path, licence)
    assert found is None and len(problems) == 2


def test_a_glyph_put_together_from_others_stands_for_itself(tmp_path):
    found, _ = system_fonts(tmp_path)
    assert found is not None
    face = FontSet(found).face("song")
    glyph = face.glyph("局")
    contours, _, last = struct.unpack_from(">h8x2H", glyph.outline)
    assert (contours, last) == (2, 7)
    assert face.glyph("政").outline[:2] == b"\0\1"


def test_instructions_of_a_glyph_are_left_out(tmp_path):
    plain, instructed = make_font("SimSun", composite=False), make_font("SimSun", composite=False)
    instructed["glyf"]["uni653F"].program.fromBytecode([0xB0, 1, 0x21])  # PUSHB 1, POP
    outlines = []
    for folder, font in ((tmp_path / "plain", plain), (tmp_path / "instructed", instructed)):
        folder.mkdir()
        save_collection(folder / "simsun.ttc", font)
        make_font("SimHei").save(folder / "simhei.ttf")
        found, problems = find_fonts(folder / "cache", [folder])
        assert found is not None, problems
        outlines.append(FontSet(found).face("song").glyph("政").outline)
    assert outlines[0] == outlines[1] != b""


def test_cutting_tells_how_far_it_is(tmp_path, caplog):
    caplog.set_level("INFO", "gongkai")
    make_font("Noto Serif CJK SC", composite=False).save(tmp_path / "NotoSerifCJKsc-Regular.otf")
    make_font("Noto Sans CJK SC", composite=False).save(tmp_path / "NotoSansCJKsc-Bold.otf")
    found, problems = find_fonts(tmp_path / "cache", [tmp_path])
    assert found is not None, problems
    told = []
    found.prepare(lambda *step: told.append(step))
    assert [step[1:] for step in told] == [(0, 2), (1, 2), (2, 2)] and "裁剪字体" in told[0][0]
    assert "cutting 2 fonts" in caplog.text
    assert FontSet(found).advance("hei", "政府") == 2.0
    found.prepare(lambda *step: told.append(step))
    assert len(told) == 3
