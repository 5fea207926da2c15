"""Each cell of an official table is read with the headings one sees: the band over another section is none of them."""

from __future__ import annotations

import pytest
from lxml import html
from printing import department

from gongkai.tables.grid import Rendered
from gongkai.tables.screen import headed
from gongkai.tables.sheets import disclosure_sheets
from gongkai.tables.templates import Templates
from gongkai.workspace import built_in_layouts


def read(place: str, year: str) -> dict[str, list[tuple[str, ...]]]:
    """Text of each data cell → the texts of its headings, as a browser gives them."""
    loaded = department(place)
    disclosure = next(one for one in loaded.department.disclosures if one.slug == year)
    found: dict[str, list[tuple[str, ...]]] = {}
    for sheet in disclosure_sheets(loaded, disclosure):
        root = html.fragment_fromstring(
            headed(Templates((built_in_layouts(),)).form_table(sheet.view)), "div"
        )
        texts = {
            one.get("id"): "".join(one.text_content().split()) for one in root.iter("th") if one.get("id")
        }
        for cell in root.iter("td"):
            names = tuple(texts[one] for one in (cell.get("headers") or "").split())
            found.setdefault("".join(cell.text_content().split()), []).append(names)
    return found


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("民兵事业费", ("项目名称",)),
        ("约300人次", ("绩效指标", "产出指标", "数量指标", "实施周期指标值")),
        ("约100人", ("绩效指标", "产出指标", "数量指标", "年度指标值")),
        ("民兵人数", ("绩效指标", "产出指标", "数量指标", "三级指标")),
    ],
)
def test_cells_of_a_project(text: str, headings: tuple[str, ...]) -> None:
    assert headings in read("dongguan", "2026")[text]


def test_ids_of_a_template_stay_and_tables_of_a_text_are_left_alone() -> None:
    inner = '<table><tr><th scope="row">丙</th><td>3</td></tr></table>'
    table = (
        '<table class="form x"><colgroup><col data-width="50"><col data-width="50"></colgroup><tbody>'
        '<tr><th scope="row" id="own">甲</th><td>1{}</td></tr>'
        '<tr><th scope="row">乙</th><td id="value">2</td></tr></tbody></table>'
    )
    form = Rendered(f"<div>{inner}{table.format(inner)}</div>")
    assert headed(form, "s") == (
        f"<div>{inner}{table.format(inner)}</div>".replace("<td>1", '<td headers="own">1')
        .replace('<th scope="row">乙</th><td id="value"', '<th scope="row" id="s1-2-1">乙</th><td id="value" headers="s1-2-1"')
    )  # fmt: skip
    assert headed(Rendered('<table class="form"><tr><td>1</td></tr></table>')) == (
        '<table class="form"><tr><td>1</td></tr></table>'
    )
