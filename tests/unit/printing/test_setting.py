"""Cells set to lines: paragraphs, lists, links, small tables, vertical labels, and the elements these belong to."""

from __future__ import annotations

import pytest

from gongkai.printing.faces import FontSet
from gongkai.printing.setting import NOTHING, Setter, SetText
from gongkai.printing.style import CellStyle, TextStyle

PLAIN = CellStyle(TextStyle(10.0, 1.5), 4.0, 3.0, 2.0)
VERTICAL = CellStyle(TextStyle(10.0, 1.5, "center"), 0.0, 3.0, 0.0, vertical=True)


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces, plain=True)


def lines(text: SetText) -> list[str]:
    return ["".join(run.text for _, runs in line.parts for run in runs) for line in text.lines]


def structure(text: SetText) -> list[tuple[str, int]]:
    return [(element.role, element.parent) for element in text.elements]


def test_a_plain_text_belongs_to_its_cell(setter: Setter) -> None:
    text = setter.cell("总体绩效目标", PLAIN, 40.0)
    assert lines(text) == ["总体绩效", "目标"] and text.height == 30.0
    assert text.elements == () and {own for line in text.lines for own, _ in line.parts} == {-1}
    assert text.lines[0].parts[0][1][0].x == 0, "only paragraphs of long text stand in"


def test_a_blank_cell_has_no_lines(setter: Setter) -> None:
    assert setter.cell("", PLAIN, 40.0) == NOTHING


def test_paragraphs_are_elements_with_their_first_lines_standing_in(setter: Setter) -> None:
    text = setter.cell("<p>总体绩效目标</p><p>又</p>", PLAIN, 60.0)
    assert structure(text) == [("P", -1), ("P", -1)]
    assert [(own, runs[0].x) for line in text.lines for own, runs in line.parts] == [(0, 20), (0, 0), (1, 20)]
    assert setter.cell("<p>独</p>", PLAIN, 60.0).elements == (), "a single one belongs to its cell"


def test_a_list_has_its_marks_beside_its_items(setter: Setter) -> None:
    text = setter.cell("<p>前</p><ul><li>甲</li><li>乙</li></ul>", PLAIN, 100.0)
    assert structure(text) == [
        ("P", -1), ("L", -1), ("LI", 1), ("Lbl", 2), ("LBody", 2), ("LI", 1), ("Lbl", 5), ("LBody", 5),
    ]  # fmt: skip
    assert text.elements[1].attributes == {"ListNumbering": "Disc"}
    assert lines(text) == ["前", "•甲", "•乙"]
    (mark, mark_runs), (body, body_runs) = text.lines[1].parts
    assert (mark, body) == (3, 4) and mark_runs[0].x < body_runs[0].x == 30
    assert [line.gap for line in text.lines] == [0, 10, 0] and text.height == 3 * 15 + 2 * 10


def test_lists_within_items_and_numbers(setter: Setter) -> None:
    text = setter.cell("<ol><li>甲<ul><li>乙</li></ul></li><li>丙</li></ol>", PLAIN, 200.0)
    assert lines(text) == ["1.甲", "◦乙", "2.丙"]
    lists = [n for n, element in enumerate(text.elements) if element.role == "L"]
    assert [text.elements[n].attributes["ListNumbering"] for n in lists] == ["Decimal", "Disc"]
    assert text.elements[lists[1]].parent == lists[0]
    assert [line.parts[-1][1][0].x for line in text.lines] == [30, 60, 30]


def test_a_link_has_an_element_a_place_and_a_line_below_it(setter: Setter) -> None:
    text = setter.cell('见<a href="https://a.cn/">政府网站</a>。', PLAIN, 200.0)
    (line,) = text.lines
    (link,) = line.links
    assert structure(text) == [("Link", -1)] and link.element == 0
    assert (link.x, link.width, link.target, link.text) == (
        10,
        pytest.approx(40),
        "https://a.cn/",
        "政府网站",
    )
    (rule,) = line.rules
    assert (rule.x1, rule.x2) == (10, pytest.approx(50)) and 0 < rule.y1 == rule.y2 < 15
    assert [own for own, _ in line.parts] == [-1, 0, -1]


def test_a_link_over_two_lines_is_two(setter: Setter) -> None:
    text = setter.cell('<a href="u">政府网站</a>', PLAIN, 20.0)
    assert [line.links[0].text for line in text.lines] == ["政府", "网站"]


def test_a_vertical_label_has_a_character_a_line_and_its_mark_small_below(setter: Setter) -> None:
    text = setter.cell("<span>绩</span><span>效</span>", VERTICAL, 20.0, "（续）")
    assert lines(text) == ["绩", "效", "（续）"]
    sizes = [line.parts[0][1][0].size for line in text.lines]
    assert sizes == [10, 10, 7.5] and text.lines[0].parts[0][1][0].x == 5
    assert lines(setter.cell("绩效", VERTICAL, 20.0)) == ["绩", "效"]


def test_the_mark_of_a_repeated_label_stands_behind_it(setter: Setter) -> None:
    assert lines(setter.cell("总体绩效", PLAIN, 200.0, "（续）")) == ["总体绩效（续）"]
    assert lines(setter.cell("<p>总</p><p>体</p>", PLAIN, 200.0, "（续）")) == ["总", "体（续）"]


TABLE = '<table><tr><th>年度</th><th>任务</th></tr><tr><td rowspan="2">2026</td><td>甲</td></tr><tr><td>乙</td></tr></table>'


def test_a_small_table_has_a_line_a_row_and_its_own_structure(setter: Setter) -> None:
    text = setter.cell(f"<p>见表</p>{TABLE}", PLAIN, 200.0)
    assert lines(text) == ["见表", "年度任务", "2026甲", "乙"]
    assert [element.role for element in text.elements] == [
        "P",
        "Table",
        "TR",
        "TR",
        "TR",
        "TH",
        "TH",
        "TD",
        "TD",
        "TD",
    ]
    assert [element.parent for element in text.elements[5:]] == [2, 2, 3, 3, 4]
    assert text.elements[5].attributes == {"Scope": "Column"} and text.elements[7].attributes == {
        "RowSpan": 2
    }


def test_the_borders_of_a_small_table_are_inside_the_cell(setter: Setter) -> None:
    text = setter.cell(TABLE, PLAIN, 200.0)
    y = 0.0
    for line in text.lines:
        y += line.gap
        for rule in line.rules:
            assert 0 <= rule.x1 <= rule.x2 <= 200 and 0 <= y + rule.y1 <= y + rule.y2 <= text.height
        y += line.height
    assert y <= text.height


def test_columns_of_a_small_table_share_the_room_by_their_texts(setter: Setter) -> None:
    text = setter.cell(f"<table><tr><td>甲</td><td>{'长' * 40}</td></tr></table>", PLAIN, 200.0)
    upright = sorted({rule.x1 for rule in text.lines[0].rules if rule.x1 == rule.x2})
    assert len(upright) == 3 and upright[1] - upright[0] < upright[2] - upright[1]
    assert upright[-1] == pytest.approx(200 - PLAIN.across * 0, abs=1)


def test_a_text_too_wide_for_its_column_is_told(setter: Setter) -> None:
    assert setter.cell("总体", PLAIN, 1.0).too_wide == "总"
    assert not setter.cell("总体", PLAIN, 10.0).too_wide


def test_headings_quotations_and_paragraphs_keep_their_distance(setter: Setter) -> None:
    text = setter.cell("<p>前</p><h4>题</h4><p>后</p>", PLAIN, 200.0)
    assert [line.gap for line in text.lines] == [0, 10, 10]
    assert text.lines[1].parts[0][1][0].face == "song-bold"
