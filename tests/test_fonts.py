"""Fonts for printing: found, cut once, the same every time; what is missing is said with the command that helps."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from printing import WORKSPACE

from gongkai.printing import fonts
from gongkai.printing.fontconfig import settings
from gongkai.printing.fontcut import Cut, code_ranges, make_cut, parse_ranges, repertoire
from gongkai.printing.fonts import Fonts, find_fonts


@pytest.fixture(scope="module")
def found() -> Fonts:
    answer, problems = find_fonts(WORKSPACE.cache)
    assert answer is not None, problems
    answer.prepare()
    return answer


def test_the_repertoire_is_gb2312_and_the_standard_table():
    codes = set(repertoire())
    hanzi = {code for code in codes if 0x3400 <= code <= 0x9FFF or code > 0x1FFFF}
    gb2312 = {
        ord(bytes((row, cell)).decode("gb2312")) for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)
    }
    assert gb2312 <= hanzi and len(hanzi) == 6763 + 1467
    assert all(ord(char) in codes for char in "滘𬱖䶮—…“”‰㎡①Ⅳ≥％〔〕")


def test_cuts_are_small_true_type_fonts_with_their_licence(found):
    assert len(found.cuts) == 3
    wholes = [face for face in found.faces if face.cut]
    for cut, whole in zip(found.cuts, wholes, strict=True):
        with TTFont(cut.target) as font:
            assert "glyf" in font and "CFF " not in font
            assert set(font.getBestCmap()) == set(repertoire()) & parse_ranges(whole.codes)
            assert "Open Font License" in font["name"].getDebugName(13)
            assert font["OS/2"].usWeightClass == (700 if cut.bold else 400)
        assert cut.target.stat().st_size < 6_000_000


def test_cutting_again_gives_the_same_bytes(found, tmp_path, monkeypatch):
    monkeypatch.setattr("gongkai.printing.fontcut.repertoire", lambda: tuple(map(ord, "绩效目标公开—1，")))
    cut = found.cuts[0]
    again = [Cut(cut.source, cut.index, cut.family, cut.bold, tmp_path / name) for name in ("a.ttf", "b.ttf")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_cut, again))
    assert again[0].target.read_bytes() == again[1].target.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.ttf", "b.ttf"], (
        "nothing half-written stays behind"
    )


def test_missing_fonts_are_told_with_what_installs_them_and_its_cost(tmp_path):
    answer, problems = find_fonts(tmp_path / "cache", [tmp_path])
    assert answer is None
    assert len(problems) == 2 and all(problem.blocks for problem in problems)
    assert "宋体" in problems[0].message and "黑体" in problems[1].message
    if os.name == "posix":
        assert "fonts-noto-cjk" in problems[0].hint and "MB" in problems[0].hint


def test_a_font_of_the_right_name_and_the_wrong_face_is_not_taken(tmp_path, found):
    wrong = tmp_path / "NotoSerifCJK-Regular.ttc"
    wrong.write_bytes(found.cuts[0].target.read_bytes())
    (tmp_path / "simsun.ttc").write_bytes(b"no font at all")
    answer, problems = find_fonts(tmp_path / "cache", [tmp_path])
    assert answer is None and "宋体" in problems[0].message


def test_the_settings_accept_no_other_fonts(found):
    assert "<glob>*</glob>" in settings(found)
    families = {"Gongkai Song", "Gongkai Hei", "Noto Serif CJK SC", "Noto Sans CJK SC", "BabelStone Han", "DejaVu Sans"}
    accepted = settings(found).partition("<acceptfont>")[2].partition("</acceptfont>")[0]
    assert all(any(family in one for family in families) for one in accepted.split("<pattern>")[1:])
    assert "JP" not in accepted


def test_the_key_does_not_depend_on_where_the_cache_lies(found, tmp_path):
    elsewhere, _ = find_fonts(tmp_path / "elsewhere")
    assert elsewhere is not None and elsewhere.key == found.key and settings(elsewhere) != settings(found)


def test_ranges_read_back():
    codes = frozenset({0x20, 0x21, 0x22, 0x4E00, 0x20BB7})
    assert parse_ranges(code_ranges(codes)) == codes


def test_fonts_folders_of_the_three_systems():
    assert fonts.font_folders("win32", {"WINDIR": "C:/Windows"})[0] == Path("C:/Windows/Fonts")
    assert Path("/Library/Fonts") in fonts.font_folders("darwin", {})
