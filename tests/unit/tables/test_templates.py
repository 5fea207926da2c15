"""Mistakes of templates: each told in Chinese, at its line, with the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.reading.example import load_example
from gongkai.reading.forms import load_forms
from gongkai.tables.sheets import disclosure_sheets
from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.workspace import built_in_layouts

LAYOUTS = built_in_layouts()
CELLS = '{% from "shared/cells.html" import cell with context %}\n'


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ('{{ v.lable("name") }}', 1, "v 里没有“lable”，你是不是要写“label”？"),
        (
            '\n\n{{ v.label("funds.totl") }}',
            3,
            "字段“funds.totl”没有写进 form.yaml 的 fields，你是不是要写“funds.total”？",
        ),
        ("{{ vv }}", 1, "没有“vv”这个名字，你是不是要写“v”？"),
        (CELLS.replace("cell w", "cel w") + "{{ cel() }}", 2, "没有“cel”，你是不是要写“cell”？"),
        (CELLS + '{{ cell("nmae") }}', 2, "记录里没有“nmae”，你是不是要写“name”？"),
        (CELLS + '{{ cell("name", colums=2) }}', 2, "这里不能写“colums=”"),
        (CELLS + "{{ cell() }}", 2, "cell() 少写了 'path'"),
        ("{{ v.rows() + 1 }}", 1, "TypeError"),
    ],
)
def test_a_mistake_is_told_with_the_nearest_name(
    template: str, line: int, message: str, tmp_path: Path
) -> None:
    forms = load_forms((LAYOUTS,))[0]
    loaded, _ = load_example(forms["national-project-2024"], forms)
    assert loaded is not None
    (sheet,) = disclosure_sheets(loaded, loaded.department.disclosures[0])
    (tmp_path / "x.html").write_text(template, encoding="utf-8")
    with pytest.raises(TemplateProblem) as told:
        Templates((tmp_path, LAYOUTS)).render("x.html", {"v": sheet.view})
    assert message in told.value.problem.message
    assert told.value.problem.place.line == line
