"""Fonts cut once: the characters of everyday Chinese, the same bytes every time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from fontTools.ttLib import TTFont

from gongkai.printing.fontcut import make_cut, repertoire


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
    monkeypatch.setattr("gongkai.printing.fontcut.repertoire", lambda: tuple(map(ord, "绩效目标公开—1，")))
    again = [replace(fonts.faces[0], cut=tmp_path / name) for name in ("a.ttf", "b.ttf")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_cut, again))
    assert again[0].cut.read_bytes() == again[1].cut.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.ttf", "b.ttf"], (
        "nothing half-written stays behind"
    )
