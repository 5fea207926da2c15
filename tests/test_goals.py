"""Goals with indicators of their own (长期目标1 …): from the record to the table, the page, the PDF, the sheet and the data."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import html

from gongkai.authoring.contract import check_forms
from gongkai.building import pipeline
from gongkai.exchange.sheet_in import read_sheet
from gongkai.exchange.sheet_out import write_sheet
from gongkai.exchange.tables import RawDocument
from gongkai.reading.forms import load_forms
from gongkai.reading.own import read_record
from gongkai.reading.records import Project
from gongkai.reading.source import parse_yaml
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

FORM = """\
base: national-project-2024
name: 试验表式：各目标分列指标
fields: {indicators.goal: 长期目标}
required: '-'
columns: ["20", "15", "15", "20", "15", "15"]
"""
TEMPLATE = """\
{% from "shared/cells.html" import caption, columns, label, head, cell, levels, goal, indicator with context %}
<table class="form {{ v.form.classes }}">
{{ caption() }}
{{ columns() }}
<tbody>
<tr>{{ label("name") }}{{ cell("name", columns=5) }}</tr>
<tr>{{ label("authority") }}{{ cell("authority", columns=2) }}{{ label("implementing_unit") }}{{ cell("implementing_unit", columns=2) }}</tr>
{% for path in ("funds.total", "funds.appropriation", "funds.carryover", "funds.other", "objective.annual") %}
<tr>{{ label(path) }}{{ cell(path, columns=5) }}</tr>
{% endfor %}
<tr>{% for name in ("goal", "level1", "level2", "level3", "annual_target", "weight") %}{{ label("indicators." ~ name, scope="col") }}{% endfor %}</tr>
{% for row in v.rows() %}
<tr>{{ goal(row) }}{{ levels(row) }}{% for name in ("level3", "annual_target", "weight") %}{{ indicator(row, name) }}{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
"""
ROWS = (
    ("长期目标1：村庄整洁", "产出指标", "整治村庄", "3个"),
    ("长期目标1：村庄整洁", "效益指标", "受益人口", "2万人"),
    ("长期目标2：道路通畅", "效益指标", "通车里程", "12公里"),
)
PROJECT = "项目名称: 整治\n主管部门: 某局\n实施单位: 某中心\n年度资金: {总额: 10万元}\n绩效指标:\n" + "".join(
    f"  - {{所属目标: {goal}, 一级指标: {level}, 三级指标: {name}, 年度指标值: {value}, 权重: 30}}\n"
    for goal, level, name, value in ROWS
)


def site(root: Path) -> Workspace:
    folder, year = root / "layouts/forms/goals", root / "content/shi/ju/2024"
    folder.mkdir(parents=True)
    year.mkdir(parents=True)
    (folder / "form.yaml").write_text(FORM, encoding="utf-8")
    (folder / "form.html").write_text(TEMPLATE, encoding="utf-8")
    example = "地区: {地区名称: 试验市}\n部门: {部门名称: 某局}\n公开: {年度: 2024}\n项目:\n  - "
    (folder / "example.yaml").write_text(
        example + PROJECT.replace("\n", "\n    ").rstrip() + "\n", encoding="utf-8"
    )
    (root / "content/site.yaml").write_text("站点名称: 试验\n", encoding="utf-8")
    locality = "地区名称: 试验市\n行政区划代码: 999999\n表式: [{项目表: goals}]\n"
    (year.parents[1] / "locality.yaml").write_text(locality, encoding="utf-8")
    (year.parent / "department.yaml").write_text("部门名称: 某局\n", encoding="utf-8")
    (year / "disclosure.yaml").write_text("年度: 2024\n发布日期: 2024-02-20\n", encoding="utf-8")
    (year / "zhengzhi.yaml").write_text(PROJECT, encoding="utf-8")
    return Workspace.at(root)


def test_each_goal_has_its_indicators(tmp_path: Path) -> None:
    workspace = site(tmp_path)
    assert not [one.message for one in check_forms(workspace, ["goals"]) if one.blocks]
    outcome = pipeline.build(workspace, workers=1)
    assert outcome.published, [one.message for one in outcome.problems if one.blocks]
    assert not [one for one in outcome.problems if one.rule == "completeness.unprinted"]
    folder = tmp_path / "output/shi/ju/2024/zhengzhi"
    (table,) = html.parse(folder / "index.html").xpath("//table[contains(@class, 'goals')]")
    heads = [(one.text_content(), one.get("rowspan", "1")) for one in table.xpath(".//th[@scope='rowgroup']")]
    # 效益指标 ends one goal and begins the next: two cells, as they are two goals' own.
    assert heads[-5:] == [
        ("长期目标1：村庄整洁", "2"), ("产出指标", "1"), ("效益指标", "1"), ("长期目标2：道路通畅", "1"), ("效益指标", "1")
    ]  # fmt: skip
    assert (folder / "shi-ju-2024-zhengzhi.pdf").stat().st_size > 5000
    data = json.loads((folder.parent / "shi-ju-2024.json").read_text(encoding="utf-8"))["disclosures"][0]
    found = data["projects"][0]["indicators"]
    assert [(one["goal"], one["level1"], one["level3"]) for one in found] == [row[:3] for row in ROWS]
    forms = load_forms(workspace.layouts)[0]
    document, _ = parse_yaml(PROJECT.encode(), "x.yaml")
    assert document is not None
    project = read_record(document, Project, forms["goals"], [])
    assert project is not None
    raw = write_sheet(forms["goals"], [project], Templates(workspace.layouts))
    _, (record,) = read_sheet(raw, forms, RawDocument("x.xlsx"))
    rows = record.data["绩效指标"]
    assert [(one["所属目标"], one["三级指标"]) for one in rows] == [(row[0], row[2]) for row in ROWS]
