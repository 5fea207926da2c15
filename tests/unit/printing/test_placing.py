"""Set texts at their places: in the middle of their cells, with their links, and the structure they belong to."""

from __future__ import annotations

import pytest

from gongkai.printing.composed import ARTIFACT
from gongkai.printing.faces import FontSet
from gongkai.printing.paging import paginate
from gongkai.printing.placing import Draft, TableStructure
from gongkai.printing.setting import Setter
from gongkai.printing.style import CellStyle, TextStyle

from .grids import head, label, table_of, value

PLAIN = CellStyle(TextStyle(10.0, 1.5), 4.0, 3.0, 2.0)


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces, plain=True)


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
    placed.put_fragment(fragment, table, TableStructure(table, 0, caption=False).cells, 10.0)
    short, long = placed.content
    ys = sorted({run.y for run in long.runs})
    assert short.runs[0].y == pytest.approx((ys[0] + ys[-1]) / 2)
    assert {rule.y1 for rule in placed.rules if rule.y1 == rule.y2} == {10, 10 + fragment.height}


def test_a_cell_goes_on_as_the_same_element(setter: Setter) -> None:
    table = table_of(setter, [[value("字" * 200)]], width=110.0)
    structure = TableStructure(table, 0, caption=False)
    fragments = paginate(table, 160, 160, fresh=True)
    page = Draft()
    for part in fragments:
        page.put_fragment(part, table, structure.cells, 0)
    elements = [one.element for one in page.content]
    assert len(fragments) > 1 and len(set(elements)) == 1


def test_the_structure_has_rows_cells_spans_and_scopes(setter: Setter) -> None:
    rows = [
        [head("名称"), head("值", columns=2)],
        [label("目", rows=2), value("甲"), value("乙")],
        [value(columns=2)],
    ]
    structure = TableStructure(table_of(setter, rows, 1), 5, caption=True)
    roles = [(element.role, element.parent) for element in structure.elements]
    assert roles == [
        ("Table", -1), ("Caption", 5), ("THead", 5), ("TR", 7), ("TH", 8), ("TH", 8),
        ("TBody", 5), ("TR", 11), ("TH", 12), ("TD", 12), ("TD", 12), ("TR", 11), ("TD", 16),
    ]  # fmt: skip
    assert [structure.elements[one - 5].attributes for one in structure.cells] == [
        {"Scope": "Column"}, {"ColSpan": 2, "Scope": "Column"}, {"RowSpan": 2, "Scope": "Row"}, {}, {}, {"ColSpan": 2},
    ]  # fmt: skip


def test_elements_inside_cells_follow_their_cell(setter: Setter) -> None:
    rows = [[value("<p>甲</p><ul><li>乙</li></ul>"), value("丙")]]
    structure = TableStructure(table_of(setter, rows, width=300.0), 0, caption=False)
    first, second = structure.cells
    inside = structure.elements[first + 1 : second]
    assert [element.role for element in inside] == ["P", "L", "LI", "Lbl", "LBody"]
    assert [element.parent for element in inside] == [first, first, first + 2, first + 3, first + 3]
