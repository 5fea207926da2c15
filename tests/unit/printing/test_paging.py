"""Any table on any page: everything stands there once, labels on every page of their span, borders closed, no end."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongkai.printing.faces import FontSet
from gongkai.printing.paging import Fragment, NoRoom, paginate
from gongkai.printing.setting import Setter
from gongkai.printing.table import PageCell, Table

from .grids import Rows, grids, head, label, table_of, value

MADE_UP = settings(
    max_examples=200, deadline=None, report_multiple_bugs=False, suppress_health_check=[HealthCheck.too_slow]
)
NEAR = 1e-3


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces)


def pages_of(table: Table, first_room: float, room: float) -> list[Fragment]:
    """The table begun on a page that has something on it already, or on a fresh one where it must be."""
    try:
        return paginate(table, first_room, room, fresh=False)
    except NoRoom:
        return paginate(table, room, room, fresh=True)


def check(table: Table, fragments: list[Fragment], first_room: float, room: float) -> None:
    """What holds of every table on whatever pages."""
    rooms = [room] * len(fragments)
    if len(fragments) == 1 or fragments[0].height <= first_room + NEAR:
        rooms[0] = max(first_room, room)
    for number, fragment in enumerate(fragments):
        assert fragment.height <= rooms[number] + NEAR or fragment.overflows
        tiles(table, fragment)
        ends_with_no_head(table, fragment, last=number == len(fragments) - 1)
        for one in fragment.cells:
            assert one.bottom - one.top >= height_of(one) - NEAR or fragment.overflows, one.cell.source.text
    every_line_once(table, fragments)
    rows_in_order(fragments)
    labels_again(table, fragments)


def height_of(one: PageCell) -> float:
    """How high a cell must be for what stands in it."""
    lines = one.text.lines[one.first : one.last]
    gaps = sum(line.gap for line in lines[1 if one.first else 0 :])
    return sum(line.height for line in lines) + gaps + one.cell.around


def tiles(table: Table, fragment: Fragment) -> None:
    """The cells cover the fragment, each spot once: so its borders are closed."""
    columns: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one in fragment.cells:
        for column in range(one.cell.column, one.cell.column + one.cell.columns):
            columns[column].append((one.top, one.bottom))
    assert len(columns) == len(table.edges) - 1
    for spots in columns.values():
        spots.sort()
        assert spots[0][0] == 0.0 and abs(max(bottom for _, bottom in spots) - fragment.height) < NEAR
        assert all(abs(one[1] - other[0]) < NEAR for one, other in pairwise(spots))


def every_line_once(table: Table, fragments: list[Fragment]) -> None:
    """Of every cell all lines, in order, each once; and a cell without lines is there at least once."""
    shown: dict[int, list[int]] = defaultdict(list)
    for fragment in fragments:
        for one in fragment.cells:
            if not one.repeated:
                shown[one.cell.number] += range(one.first, one.last)
    assert shown.keys() == {cell.number for cell in table.cells}
    for cell in table.cells:
        assert shown[cell.number] == list(range(len(cell.text.lines))), cell.source.text


def own_rows(fragment: Fragment) -> list[int]:
    """The rows whose own cells stand on a page, not repeated; in the order of the page."""
    cells = [one for one in fragment.cells if not one.repeated]
    return list(dict.fromkeys(one.cell.row for one in sorted(cells, key=lambda one: (one.top, one.cell.row))))


def rows_in_order(fragments: list[Fragment]) -> None:
    begun: dict[int, int] = {}
    for fragment in fragments:
        for one in sorted(fragment.cells, key=lambda one: one.cell.row):
            if not one.repeated:
                begun.setdefault(one.cell.number, one.cell.row)
    rows = list(begun.values())
    assert rows == sorted(rows)


def labels_again(table: Table, fragments: list[Fragment]) -> None:
    """A label stands on every page on which a row of its span does."""
    for fragment in fragments:
        there = {one.cell.number for one in fragment.cells}
        begin = {
            one.cell.row
            for one in fragment.cells
            if not one.repeated and one.first == 0 and one.cell.rows == 1
        }
        for cell in table.cells:
            if any(cell.row <= row < cell.row + cell.rows for row in begin):
                assert cell.number in there, cell.source.text


def ends_with_no_head(table: Table, fragment: Fragment, *, last: bool) -> None:
    """No head is left alone at the end of a page, unless there is nothing else on it or a label is cut, here or before.

    The rest of a label is no row: a page that has nothing but this and a head keeps both.
    """
    rows = own_rows(fragment)
    cut = any(one.first or one.last < len(one.text.lines) for one in fragment.cells)
    if not last and not cut and any(not table.heads[row] for row in rows):
        assert not table.heads[max(rows)]


BLANKS = Rows(
    (
        (value(rows=3), value("字" * 21, 6, 2, "vertical"), value("完成率≥95%，" * 12)),
        (value(rows=2),),
        (),
        (value(rows=2), value(rows=3)),
        (),
        (value(),),
    ),
    0,
)
"""A text that fills a page but for less than the margins of a blank cell."""


@example(made=BLANKS, first_room=0.0, room=193.0, continued="（续）")
@MADE_UP
@given(grids(), st.floats(0, 400), st.floats(150, 400), st.sampled_from(("（续）", None)))
def test_any_table_on_any_page(
    setter: Setter, made: Rows, first_room: float, room: float, continued: str | None
) -> None:
    table = table_of(setter, *made, width=300.0, continued=continued)
    first_room = min(first_room, room)
    check(table, pages_of(table, first_room, room), first_room, room)


LONG = "总" * 3000
HOSTILE = {
    "one character 3,000 times": [[label("目标"), value(LONG, class_="long")]],
    "a word wider than its column": [[label("网址"), value("https://www.example.gov.cn/" + "a" * 400)]],
    "an empty cell of 60 rows": [[value(rows=60), value("甲")], *([value("乙")] for _ in range(59))],
    "a label of 60 rows": [[label("产出指标", rows=60), value("甲")], *([value("乙")] for _ in range(59))],
    "a long label over 3 rows": [[label(LONG, rows=3), value("甲")], [value("乙")], [value("丙")]],
    "a head before a tall row": [[head("目标"), head("内容")], [value("甲"), value(LONG)]],
    "a long value over 3 rows": [[value(LONG, rows=3), value("甲")], [value("乙")], [value("丙")]],
    "a value a little higher than a page": [[label("目标"), value("总" * 800)]],
    "nothing but heads": [[head("目标"), head("内容")] for _ in range(60)],
    "blank cells where a page is nearly full": [
        [value(rows=2), value("字" * 150), value("长" * 900, rows=3)],
        [value(rows=2)],
        [value("甲")],
    ],
    "labels within labels": [
        [label("产出", rows=40), label("数量", rows=40), value("甲")],
        *([value("乙" * 30)] for _ in range(39)),
    ],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("room", [200, 400, 700])
@pytest.mark.parametrize("first_room", [0, 30, 700])
def test_hostile_tables_stand_on_pages_like_others(
    setter: Setter, name: str, room: float, first_room: float
) -> None:
    table = table_of(setter, HOSTILE[name], width=300.0)
    first_room = min(room, first_room)
    fragments = pages_of(table, first_room, room)
    check(table, fragments, first_room, room)
    assert not any(fragment.overflows for fragment in fragments)


@MADE_UP
@given(grids(), st.floats(1, 60))
def test_a_page_too_low_for_a_row_ends_all_the_same(setter: Setter, made: Rows, room: float) -> None:
    table = table_of(setter, *made, width=300.0)
    fragments = paginate(table, room, room, fresh=True)
    every_line_once(table, fragments)
    for fragment in fragments:
        tiles(table, fragment)
        assert fragment.height <= room + 1 + NEAR or fragment.overflows


# -- one by one -----------------------------------------------------------------------------------


def drawn(fragments: list[Fragment]) -> list[list[str]]:
    """The texts of each page's cells from above; repeated ones in brackets, cut ones with their lines."""
    pages = []
    for fragment in fragments:
        texts = []
        for one in sorted(fragment.cells, key=lambda one: (one.top, one.cell.column)):
            text = "".join(
                run.text
                for line in one.text.lines[one.first : one.last]
                for _, runs in line.parts
                for run in runs
            )
            texts.append(f"[{text}]" if one.repeated else text)
        pages.append(texts)
    return pages


def test_a_label_goes_on_with_its_mark_and_a_value_blank(setter: Setter) -> None:
    rows = [[label("产出", rows=4), value("共", rows=4), value("一")], *([value(text)] for text in "二三四")]
    table = table_of(setter, rows, width=300.0)
    assert drawn(pages_of(table, 50, 50)) == [["产出", "共", "一", "二"], ["[产出（续）]", "[]", "三", "四"]]
    silent = table_of(setter, rows, width=300.0, continued=None)
    assert drawn(pages_of(silent, 50, 50))[1] == ["[]", "[]", "三", "四"]


def test_the_head_of_a_table_stands_on_every_page_as_it_is(setter: Setter) -> None:
    rows = [[head("名称"), head("内容")], *([value(text), value()] for text in "一二三")]
    table = table_of(setter, rows, 1, width=300.0)
    assert drawn(pages_of(table, 70, 70)) == [
        ["名称", "内容", "一", "", "二", ""],
        ["[名称]", "[内容]", "三", ""],
    ]


def test_heads_inside_the_body_are_repeated_for_the_label_they_stand_beside(setter: Setter) -> None:
    rows = [
        [label("绩效", rows=4), head("指标"), head("值")],
        *([value(text), value()] for text in "一二三"),
        [label("备注"), value("无", columns=2)],
    ]
    table = table_of(setter, rows, width=300.0)
    assert drawn(pages_of(table, 70, 70)) == [
        ["绩效", "指标", "值", "一", "", "二", ""],
        ["[绩效（续）]", "[指标]", "[值]", "三", "", "备注", "无"],
    ]


def test_a_head_goes_to_the_next_page_with_its_first_row(setter: Setter) -> None:
    rows = [[value("一"), value()], [head("指标"), head("值")], [value("二"), value()]]
    table = table_of(setter, rows, width=300.0)
    assert drawn(pages_of(table, 50, 50)) == [["一", ""], ["指标", "值", "二", ""]]


def test_a_row_that_fits_a_page_is_not_cut(setter: Setter) -> None:
    table = table_of(setter, [[value("一")], [value("长" * 100)]], width=110.0)
    first, second = pages_of(table, 160, 160)
    assert [one.cell.row for one in first.cells] == [0] and len(second.cells[0].text.lines) == 10


def test_two_lines_at_least_stand_on_each_side_of_a_cut(setter: Setter) -> None:
    for count in range(11, 40):
        table = table_of(setter, [[value("长" * 10 * count)]], width=110.0)
        fragments = pages_of(table, 160, 160)
        assert all(one.last - one.first >= 2 for fragment in fragments for one in fragment.cells)


def test_a_long_narrative_is_cut_before_a_third_of_a_page_stays_empty(setter: Setter) -> None:
    rows = [[value("一")], [value("长" * 100, class_="long")]]
    assert len(pages_of(table_of(setter, rows, width=110.0), 160, 160)[0].cells) == 2
    assert len(pages_of(table_of(setter, rows, width=110.0), 60, 160)[0].cells) == 1, "little room is left"


def test_where_not_even_one_row_fits_a_table_begins_on_another_page(setter: Setter) -> None:
    table = table_of(setter, [[value("一")]])
    with pytest.raises(NoRoom):
        paginate(table, 10, 100, fresh=False)
    (page,) = paginate(table, 10, 10, fresh=True)
    assert page.overflows, "a line higher than its page"


def test_a_label_that_would_fill_the_next_page_again_is_not_repeated(setter: Setter) -> None:
    table = table_of(setter, HOSTILE["a long label over 3 rows"], width=300.0)
    texts = drawn(pages_of(table, 400, 400))
    assert "".join(text for page in texts for text in page if "总" in text).count("总") == 3000
    assert not any("总" in text for page in texts for text in page if text.startswith("["))


def test_a_text_that_begins_with_a_list_stays_inside_its_borders_where_it_is_cut(setter: Setter) -> None:
    items = "".join(f"<li>第{number}项</li>" for number in range(30))
    table = table_of(setter, [[value(f"<ul>{items}</ul>", class_="long")]], width=200.0)
    fragments = pages_of(table, 100, 100)
    assert len(fragments) > 3 and not any(fragment.overflows for fragment in fragments)
    check(table, fragments, 100, 100)
