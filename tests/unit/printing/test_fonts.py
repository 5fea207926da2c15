"""Fonts found: what is missing is said with the command that helps, what is not ours is not taken."""

import os
from pathlib import Path

from gongkai.printing.fonts import find_fonts, font_folders, missing_glyph
from gongkai.problems import Place


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
