"""Grids: a rendered table read into cells and back; what is no proper grid is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from grids import table_html, texts

from gongkai.reading.example import load_example
from gongkai.reading.forms import load_forms
from gongkai.tables.grid import GridError, Rendered
from gongkai.tables.sheets import disclosure_sheets
from gongkai.tables.templates import Templates

LAYOUTS = Path(__file__).parents[1] / "layouts"
FORMS, _ = load_forms([LAYOUTS])


def table(body: str, widths: str = "50 50", head: str = "", caption: str = "表") -> str:
    cols = "".join(f'<col data-width="{width}">' for width in widths.split())
    return (
        f'<table class="form x"><caption>{caption}</caption><colgroup>{cols}</colgroup>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table>"
    )


def test_cells_know_their_corner_span_role_field_and_record() -> None:
    [grid] = Rendered(
        table(
            '<tr data-record="minbing"><th scope="rowgroup" rowspan="2">一级</th>'
            '<td data-field="indicators.0.level3">参训&lt;率</td></tr><tr><td></td></tr>',
            head='<tr><th scope="col" colspan="2">表头</th></tr>',
            caption="<span>表名</span>",
        )
    ).grids
    assert (grid.caption, grid.widths, grid.height, grid.head_rows) == ("表名", (50.0, 50.0), 3, 1)
    seen = [(c.row, c.column, c.rows, c.columns, c.role, c.text, c.path, c.record) for c in grid.cells]
    assert seen == [
        (0, 0, 1, 2, "head", "表头", "", ""),
        (1, 0, 2, 1, "label", "一级", "", "minbing"),
        (1, 1, 1, 1, "value", "参训<率", "indicators.0.level3", "minbing"),
        (2, 1, 1, 1, "value", "", "", ""),
    ]
    assert texts(grid) == [["表头"], ["一级", "参训<率"], []]


def test_paragraphs_and_line_breaks_are_lines() -> None:
    [grid] = Rendered(table("<tr><td><p>目标1</p><p>目标<b>2</b></p></td><td>一<br>二</td></tr>")).grids
    assert [cell.text for cell in grid.cells] == ["目标1\n目标2", "一\n二"]


def test_a_table_inside_rich_text_is_content() -> None:
    inner = "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>"
    grids = Rendered(table(f"<tr><td>{inner}</td><td></td></tr>")).grids
    assert len(grids) == 1
    assert grids[0].height == 1
    assert "<table>" in grids[0].cells[0].content


@pytest.mark.parametrize(
    ("body", "head", "widths", "message"),
    [
        ("<tr><td></td></tr>", "", "50 50", "第 1 行盖住 1 列"),
        ("<tr><td></td><td></td><td></td></tr>", "", "50 50", "伸到表外"),
        ('<tr><td rowspan="2"></td><td></td></tr>', "", "50 50", "超出表尾"),
        (
            '<tr><td></td><td rowspan="2"></td></tr><tr><td colspan="2"></td></tr>',
            "",
            "50 50",
            "重叠",
        ),
        ("<tr><td></td></tr>", "", "", "没有用 <colgroup>"),
        ("<tr><td></td></tr>", "", "wide", "百分数"),
        ('<tr><td colspan="0"></td></tr>', "", "100", "大于零"),
        (
            "<tr><td></td></tr>",
            '<tr><th scope="col" rowspan="2">头</th><th scope="col">头</th></tr>',
            "50 50",
            "伸进 <tbody>",
        ),
    ],
)
def test_what_is_no_grid_is_refused(body: str, head: str, widths: str, message: str) -> None:
    with pytest.raises(GridError, match=message):
        _ = Rendered(table(body, widths, head)).grids


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_survives_the_way_to_a_grid_and_back(form) -> None:  # type: ignore[no-untyped-def]
    loaded, _ = load_example(form, FORMS)
    assert loaded is not None
    templates = Templates((LAYOUTS,))
    for sheet in disclosure_sheets(loaded, loaded.department.disclosures[0]):
        grids = templates.form_table(sheet.view).grids
        assert grids
        assert [Rendered(table_html(grid)).grids for grid in grids] == [(grid,) for grid in grids]
