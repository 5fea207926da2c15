"""A grid set to a width: edges of columns, which rows are heads, and what repeated labels say."""

from __future__ import annotations

import pytest

from gongkai.printing.faces import FontSet
from gongkai.printing.setting import NOTHING, Setter, SetText
from gongkai.printing.style import BORDER

from .grids import head, label, table_of, value


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces, plain=True)


def shown(text: SetText) -> str:
    return "".join(run.text for line in text.lines for _, runs in line.parts for run in runs)


def test_columns_share_the_width_and_outer_lines_stand_inside(setter: Setter) -> None:
    table = table_of(setter, [[value(), value(), value()]], width=100.6, widths=(50, 25, 25))
    assert table.edges == pytest.approx((BORDER / 2, 50.3, 75.3, 100.3))


def test_widths_of_less_than_the_whole_are_spread(setter: Setter) -> None:
    assert table_of(setter, [[value(), value()]], width=100.6, widths=(40, 40)).edges == pytest.approx(
        (0.3, 50.3, 100.3)
    )


def test_a_text_is_set_to_the_width_of_all_its_columns(setter: Setter) -> None:
    table = table_of(setter, [[value("字" * 9, columns=2)], [value("字" * 9), value()]], width=100.6)
    assert [len(cell.text.lines) for cell in table.cells] == [1, 3, 0]


def test_rows_of_heads_hold_column_heads_and_no_values(setter: Setter) -> None:
    rows = [
        [label("目标", rows=4), head("名称"), head("值")],
        [value("甲"), value("乙")],
        [label("小计"), head("合计")],
        [label("小计"), label("无")],
    ]
    assert table_of(setter, rows).heads == (True, False, True, False)


def test_a_label_is_repeated_with_its_mark_a_value_blank_and_a_head_as_it_is(setter: Setter) -> None:
    rows = [[label("目标", rows=2), head("名称"), head("值")], [value("甲"), value("乙")]]
    assert [shown(cell.again) for cell in table_of(setter, rows).cells] == [
        "目标（续）",
        "名称",
        "值",
        "",
        "",
    ]


def test_without_a_mark_labels_are_not_repeated_but_heads_are(setter: Setter) -> None:
    rows = [[label("目标", rows=2), head("名称"), head("值")], [value("甲"), value("乙")]]
    cells = table_of(setter, rows, continued=None).cells
    assert cells[0].again == NOTHING and shown(cells[1].again) == "名称"


def test_a_head_that_names_a_text_below_it_goes_on(setter: Setter) -> None:
    """Alone in its row beside a label: 实施周期总目标, with the text in the row below."""
    rows = [[label("目标", rows=2), head("总目标", columns=2)], [value("甲", columns=2)]]
    assert shown(table_of(setter, rows).cells[1].again) == "总目标（续）"


def test_cells_that_reach_into_a_row_from_above(setter: Setter) -> None:
    table = table_of(setter, [[label("目", rows=3), value()], [value(rows=2)], []])
    assert [[cell.number for cell in table.spanning(row)] for row in range(3)] == [[], [0], [0, 2]]
