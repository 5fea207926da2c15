"""Fonts cut once: the characters of everyday Chinese, the same bytes every time."""

from concurrent.futures import ThreadPoolExecutor

from fontTools.ttLib import TTFont

from gongkai.printing.fontcut import Cut, code_ranges, make_cut, parse_ranges, repertoire


def test_the_repertoire_is_gb2312_and_the_standard_table():
    codes = set(repertoire())
    hanzi = {code for code in codes if 0x3400 <= code <= 0x9FFF or code > 0x1FFFF}
    gb2312 = {
        ord(bytes((row, cell)).decode("gb2312")) for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)
    }
    assert gb2312 <= hanzi and len(hanzi) == 6763 + 1467
    assert all(ord(char) in codes for char in "滘𬱖䶮—…“”‰㎡①Ⅳ≥％〔〕")


def test_cuts_are_small_true_type_fonts_with_their_licence(fonts):
    assert len(fonts.cuts) == 3
    wholes = [face for face in fonts.faces if face.cut]
    for cut, whole in zip(fonts.cuts, wholes, strict=True):
        with TTFont(cut.target) as font:
            assert "glyf" in font and "CFF " not in font
            assert set(font.getBestCmap()) == set(repertoire()) & parse_ranges(whole.codes)
            assert "Open Font License" in font["name"].getDebugName(13)
            assert font["OS/2"].usWeightClass == (700 if cut.bold else 400)
        assert cut.target.stat().st_size < 6_000_000


def test_cutting_again_gives_the_same_bytes(fonts, tmp_path, monkeypatch):
    monkeypatch.setattr("gongkai.printing.fontcut.repertoire", lambda: tuple(map(ord, "绩效目标公开—1，")))
    cut = fonts.cuts[0]
    again = [Cut(cut.source, cut.index, cut.family, cut.bold, tmp_path / name) for name in ("a.ttf", "b.ttf")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_cut, again))
    assert again[0].target.read_bytes() == again[1].target.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.ttf", "b.ttf"], (
        "nothing half-written stays behind"
    )


def test_ranges_read_back():
    codes = frozenset({0x20, 0x21, 0x22, 0x4E00, 0x20BB7})
    assert parse_ranges(code_ranges(codes)) == codes
