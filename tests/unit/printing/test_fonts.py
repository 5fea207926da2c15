"""Fonts found: what is missing is said with the command that helps, what is not ours is not taken."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from fontTools.ttLib import TTFont

from gongkai.printing.faces import missing_glyph
from gongkai.printing.fonts import find_fonts, make_cut, repertoire
from gongkai.problems import Place
from gongkai.workspace import font_folders


def test_missing_fonts_are_told_with_what_installs_them_and_its_cost(tmp_path):
    answer, problems = find_fonts(tmp_path / "cache", [tmp_path])
    assert answer is None
    assert len(problems) == 2 and all(problem.blocks for problem in problems)
    assert "宋体" in problems[0].message and "黑体" in problems[1].message
    if os.name == "posix":
        assert "fonts-noto-cjk" in problems[0].hint and "MB" in problems[0].hint


def test_a_font_of_the_right_name_and_the_wrong_face_is_not_taken(tmp_path, fonts):
    wrong = tmp_path / "NotoSerifCJK-Regular.ttc"
    wrong.write_bytes(fonts.faces[0].cut.read_bytes())
    (tmp_path / "simsun.ttc").write_bytes(b"no font at all")
    answer, problems = find_fonts(tmp_path / "cache", [tmp_path])
    assert answer is None and "宋体" in problems[0].message


def test_the_key_does_not_depend_on_where_the_cache_lies(fonts, tmp_path):
    elsewhere, _ = find_fonts(tmp_path / "elsewhere")
    assert elsewhere is not None and elsewhere.key == fonts.key


def test_fonts_folders_of_the_three_systems():
    assert font_folders("win32", {"WINDIR": "C:/Windows"})[0] == Path("C:/Windows/Fonts")
    assert Path("/Library/Fonts") in font_folders("darwin", {})


def test_the_hint_for_a_missing_character_names_a_font_that_has_it():
    def hint(char, platform):
        return missing_glyph(char, Place("a.yaml", 1, 1), platform).hint

    assert "fonts-dejavu-core" in hint("☑", "linux") and "√" in hint("☑", "win32")
    assert "fonts-babelstone-han" in hint("\U00030000", "linux")
    assert "apt-get" not in hint("\U00030000", "darwin")


def test_the_repertoire_is_gb2312_and_the_standard_table():
    codes = set(repertoire())
    hanzi = {code for code in codes if 0x3400 <= code <= 0x9FFF or code > 0x1FFFF}
    gb2312 = {
        ord(bytes((row, cell)).decode("gb2312")) for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)
    }
    assert gb2312 <= hanzi and len(hanzi) == 6763 + 1467
    assert all(ord(char) in codes for char in "滘𬱖䶮—…“”‰㎡①Ⅳ≥％〔〕")


def test_cuts_are_small_true_type_fonts_with_their_licence(fonts):
    cuts = [face for face in fonts.faces if face.cut]
    assert len(cuts) == 3
    for face in cuts:
        with TTFont(face.cut) as font:
            assert "glyf" in font and "CFF " not in font
            assert set(font.getBestCmap()) == set(repertoire()) & set(map(ord, face.codes))
            assert "Open Font License" in font["name"].getDebugName(13)
            assert font["OS/2"].usWeightClass == (400 if face.role == "song" else 700)
        assert face.cut.stat().st_size < 6_000_000


def test_cutting_again_gives_the_same_bytes(fonts, tmp_path, monkeypatch):
    monkeypatch.setattr("gongkai.printing.fonts.repertoire", lambda: tuple(map(ord, "绩效目标公开—1，")))
    again = [replace(fonts.faces[0], cut=tmp_path / name) for name in ("a.ttf", "b.ttf")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_cut, again))
    assert again[0].cut.read_bytes() == again[1].cut.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.ttf", "b.ttf"], (
        "nothing half-written stays behind"
    )
