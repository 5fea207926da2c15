"""Text and tables one after another: what stays together over the end of a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.blocks import Span
from gongkai.printing.composed import ARTIFACT, Element, Elements, Rule
from gongkai.printing.faces import FontSet
from gongkai.printing.flow import Draft, Flow, Text, add_table, joined
from gongkai.printing.paging import paginate
from gongkai.printing.setting import Setter
from gongkai.printing.style import CellStyle, TextStyle
from gongkai.printing.table import Table

from .grids import head, label, table_of, value

STYLE = TextStyle(10.0, 1.5)


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces, plain=True)


def paragraph(setter: Setter, lines: int, sign: str = "文") -> Text:
    return Text(setter.paragraph((Span(sign * 10 * lines),), STYLE, 100.0))


def heading(setter: Setter, title: str, mark: int = 3) -> Text:
    return Text(setter.paragraph((Span(title),), STYLE, 100.0), "H3", keeps_next=True, mark=mark)


def drawn(flow: Flow) -> list[list[str]]:
    """On each page the first sign of each line of text, from above."""
    flow.finish()
    return [[run.text[0] for one in page.content for run in one.runs] for page in flow.pages]


def flow_of(*texts: Text, lines: int) -> Flow:
    flow = Flow(100.0, lines * 15.0)
    for text in texts:
        flow.add_text(text)
    return flow


def test_a_paragraph_goes_on_over_the_end_of_a_page(setter: Setter) -> None:
    assert drawn(flow_of(paragraph(setter, 7), lines=4)) == [["文"] * 4, ["文"] * 3]


def test_no_line_of_a_paragraph_stands_alone(setter: Setter) -> None:
    one, other = paragraph(setter, 3, "一"), paragraph(setter, 5, "二")
    assert drawn(flow_of(one, other, lines=4)) == [["一"] * 3, ["二"] * 3, ["二"] * 2]
    assert drawn(flow_of(paragraph(setter, 5, "二"), lines=4)) == [["二"] * 3, ["二"] * 2]
    assert drawn(flow_of(one, paragraph(setter, 3, "三"), lines=5)) == [["一"] * 3, ["三"] * 3], (
        "three lines stay"
    )


def test_a_heading_stays_with_what_is_below_it(setter: Setter) -> None:
    body = paragraph(setter, 4, "文")
    flow = flow_of(paragraph(setter, 3, "前"), heading(setter, "题"), body, lines=5)
    assert drawn(flow) == [["前"] * 3, ["题", *"文文文文"]]
    assert flow.marks == [(3, "题", 1, 0.0)]


def test_headings_below_each_other_stay_together(setter: Setter) -> None:
    flow = flow_of(
        paragraph(setter, 3, "前"),
        heading(setter, "题"),
        heading(setter, "目"),
        paragraph(setter, 2),
        lines=6,
    )
    assert drawn(flow) == [["前"] * 3, ["题", "目", "文", "文"]]


def test_a_heading_with_nothing_below_it_is_not_lost(setter: Setter) -> None:
    assert drawn(flow_of(heading(setter, "题"), lines=3)) == [["题"]]


def titled(setter: Setter, rows: int, title: str = "表") -> Table:
    return table_of(setter, [[value("行")] for _ in range(rows)], width=100.0, title=title)


def test_a_caption_stays_with_the_first_row_of_its_table(setter: Setter) -> None:
    made = titled(setter, 2)
    flow = Flow(100.0, 100.0)
    flow.add_text(paragraph(setter, 4, "前"))
    flow.add_table(made)
    assert drawn(flow) == [["前"] * 4, ["表", "行", "行"]]


def test_a_heading_stays_with_the_caption_and_the_table(setter: Setter) -> None:
    flow = Flow(100.0, 85.0)
    flow.add_text(paragraph(setter, 2, "前"))
    flow.add_text(heading(setter, "题"))
    flow.add_table(titled(setter, 1))
    assert drawn(flow) == [["前"] * 2, ["题", "表", "行"]]


def test_what_follows_a_table_stands_below_it(setter: Setter) -> None:
    flow = Flow(100.0, 200.0)
    flow.add_table(titled(setter, 3))
    flow.add_text(paragraph(setter, 1, "后"))
    assert drawn(flow) == [["表", "行", "行", "行", "后"]]
    bottom = max(rule.y2 for rule in flow.pages[0].rules)
    assert min(run.y for run in flow.pages[0].content[-1].runs) > bottom


def test_a_table_is_one_element_over_all_its_pages(setter: Setter) -> None:
    flow = Flow(200.0, 100.0)
    rows = [[label("共", rows=8), value("一")], *([value("二")] for _ in range(7))]
    flow.add_table(table_of(setter, rows, width=200.0))
    assert [element.role for element in flow.elements].count("Table") == 1 and len(flow.pages) == 2
    assert [one.element for one in flow.pages[1].content].count(ARTIFACT) == 1, "the label once more"
    cells = [one.element for page in flow.pages for one in page.content if one.element != ARTIFACT]
    assert len(cells) == len(set(cells)) == 9
    parents = [element.parent for element in flow.elements]
    assert all(parent < number for number, parent in enumerate(parents))


def test_what_is_higher_than_a_page_is_told(setter: Setter) -> None:
    flow = Flow(100.0, 10.0)
    flow.add_table(table_of(setter, [[value("高")]], width=100.0))
    assert flow.overflows == ["高"]


def test_heads_stay_with_their_rows_after_other_things(setter: Setter) -> None:
    flow = Flow(200.0, 70.0)
    flow.add_text(Text(setter.paragraph((Span("前" * 20 * 2),), STYLE, 200.0)))
    flow.add_table(table_of(setter, [[head("项"), head("值")], [value("甲"), value("乙")]], width=200.0))
    assert drawn(flow) == [["前", "前"], ["项", "值", "甲", "乙"]]


PLAIN = CellStyle(TextStyle(10.0, 1.5), 4.0, 3.0, 2.0)


def test_lines_stand_below_each_other_and_links_with_them(setter: Setter) -> None:
    text = setter.cell('甲乙<a href="u">丙丁</a>', PLAIN, 20.0)
    placed = Draft()
    placed.put_lines(text.lines, 7, 100.0, 50.0)
    assert [(one.element, "".join(run.text for run in one.runs)) for one in placed.content] == [
        (7, "甲乙"),
        (8, "丙丁"),
    ]
    first, second = (one.runs[0] for one in placed.content)
    assert (first.x, second.x) == (100, 100) and second.y - first.y == 15
    (link,) = placed.links
    assert (link.x, link.y, link.width, link.height, link.element) == (100, 65, pytest.approx(20), 15, 8)
    assert len(placed.rules) == 1


def test_repeated_text_is_an_artifact_without_links(setter: Setter) -> None:
    text = setter.cell('甲<a href="u">乙</a>', PLAIN, 100.0)
    placed = Draft()
    placed.put_lines(text.lines, ARTIFACT, 0.0, 0.0)
    assert {one.element for one in placed.content} == {ARTIFACT} and placed.links == []


def test_texts_stand_in_the_middle_of_their_cells(setter: Setter) -> None:
    table = table_of(setter, [[value("甲"), value("字" * 30)]], width=200.0)
    (fragment,) = paginate(table, 500, 500, fresh=True)
    placed = Draft()
    placed.put_fragment(fragment, table, add_table(Elements(), table)[1], 10.0)
    short, long = placed.content
    ys = sorted({run.y for run in long.runs})
    assert short.runs[0].y == pytest.approx((ys[0] + ys[-1]) / 2)
    assert {rule.y1 for rule in placed.rules if rule.y1 == rule.y2} == {10, 10 + fragment.height}


def test_a_cell_goes_on_as_the_same_element(setter: Setter) -> None:
    table = table_of(setter, [[value("字" * 200)]], width=110.0)
    _, cells = add_table(Elements(), table)
    fragments = paginate(table, 160, 160, fresh=True)
    page = Draft()
    for part in fragments:
        page.put_fragment(part, table, cells, 0)
    elements = [one.element for one in page.content]
    assert len(fragments) > 1 and len(set(elements)) == 1


def test_the_structure_has_rows_cells_spans_and_scopes(setter: Setter) -> None:
    rows = [
        [head("名称"), head("值", columns=2)],
        [label("目", rows=2), value("甲"), value("乙")],
        [value(columns=2)],
    ]
    elements = Elements(Element("P", -1) for _ in range(5))
    _, cells = add_table(elements, table_of(setter, rows, 1, title="题"))
    roles = [(element.role, element.parent) for element in elements[5:]]
    assert roles == [
        ("Table", -1), ("Caption", 5), ("THead", 5), ("TR", 7), ("TH", 8), ("TH", 8),
        ("TBody", 5), ("TR", 11), ("TH", 12), ("TD", 12), ("TD", 12), ("TR", 11), ("TD", 16),
    ]  # fmt: skip
    assert [elements[one].attributes for one in cells] == [
        {"Scope": "Column"}, {"ColSpan": 2, "Scope": "Column"}, {"RowSpan": 2, "Scope": "Row"}, {}, {}, {"ColSpan": 2},
    ]  # fmt: skip


def test_elements_inside_cells_follow_their_cell(setter: Setter) -> None:
    rows = [[value("<p>甲</p><ul><li>乙</li></ul>"), value("丙")]]
    elements = Elements()
    _, (first, second) = add_table(elements, table_of(setter, rows, width=300.0))
    inside = elements[first + 1 : second]
    assert [element.role for element in inside] == ["P", "L", "LI", "Lbl", "LBody"]
    assert [element.parent for element in inside] == [first, first, first + 2, first + 3, first + 3]


_COUNTS = st.integers(0, 20)


@given(
    st.lists(
        st.builds(
            lambda x, y, n, level: Rule(x, y, x + n * level, y + n * (not level)),
            _COUNTS,
            _COUNTS,
            _COUNTS,
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_joined_rules_cover_the_same_ground(rules):
    def ground(lines):
        return {
            (level, place, step)
            for x1, y1, x2, y2, _ in lines
            for level, place, first, last in (
                (y1 == y2, y1 if y1 == y2 else x1, *((x1, x2) if y1 == y2 else (y1, y2))),
            )
            for step in range(int(2 * first), int(2 * last) + 1)
        }

    assert ground(joined(rules)) == ground(rules)
