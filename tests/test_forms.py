"""Forms: every folder keeps the contract, a broken one is told where, and the tables are those published."""

from __future__ import annotations

import inspect
import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from grids import texts
from jinja2.defaults import DEFAULT_NAMESPACE
from lxml import html

from gongkai.authoring.contract import check_form, check_forms
from gongkai.authoring.returned import unread
from gongkai.building.store import Objects
from gongkai.building.worker import Worker
from gongkai.printing.fonts import find_fonts
from gongkai.problems import Problem
from gongkai.reading import declaration
from gongkai.reading.example import Example, load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.tables.cells import Cells
from gongkai.tables.grid import Grid, Rendered
from gongkai.tables.rows import IndicatorRow, ItemRow, SideRow
from gongkai.tables.sheets import Sheet, all_sheets, disclosure_sheets, project_sheet
from gongkai.tables.templates import Templates
from gongkai.tables.view import Change, View
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
WORKSPACE = Workspace.at(ROOT)
FORMS, FAULTS = load_forms(WORKSPACE.layouts)
GUIDE = (ROOT / "docs" / "新增表式.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(WORKSPACE, FORMS, Objects(WORKSPACE.cache))


PROJECT = "dongguan-project-2026"


# -- the contract ---------------------------------------------------------------------------------


def test_every_folder_is_a_form() -> None:
    assert not FAULTS
    assert {"dongguan-project-2026", "langxi-document-2023", "national-project-2024"} <= FORMS.keys()


def test_all_forms_are_checked_in_one_go(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "layouts" / "forms" / PROJECT, tmp_path / "layouts" / "forms" / "mine")
    if WORKSPACE.cache.is_dir():
        (tmp_path / ".cache").symlink_to(WORKSPACE.cache)  # cutting fonts again would take ten seconds
    chosen = ["mine", "huadu-summary"]  # the others have a test each
    problems = [one for one in check_forms(Workspace.at(tmp_path), chosen) if one.rule != "print.setup"]
    assert {one.place.file.rpartition("/")[0] for one in problems} == {"layouts/forms/mine"}
    assert any('class="form mine"' in one.message for one in problems)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_keeps_its_contract(form: Form, worker: Worker) -> None:
    printing = find_fonts(WORKSPACE.cache)[0] is not None
    assert check_form(form, FORMS, worker, printing=printing) == []


def broken(folder: Path, form: str, change: Callable[[str], str], part: str = "form.html") -> list[Problem]:
    """The problems of a copied form after one change to one of its files; no PDFs are made."""
    target = folder / "layouts" / "forms" / form
    shutil.copytree(ROOT / "layouts" / "forms" / form, target)
    text = (target / part).read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text, "the change found nothing to change"
    (target / part).write_text(changed, encoding="utf-8")
    workspace = Workspace.at(folder)
    forms, problems = load_forms(workspace.layouts)
    if form in forms and not any(problem.blocks for problem in problems):
        problems += check_form(
            forms[form], forms, Worker(workspace, forms, Objects(workspace.cache)), printing=False
        )
    return problems


def without(text: str) -> Callable[[str], str]:
    return lambda page: page.replace(text, "", 1)


def instead(old: str, new: str) -> Callable[[str], str]:
    return lambda page: page.replace(old, new, 1)


MISTAKES = [
    # form, file, change, rule, what the message says, what stands at the place
    (PROJECT, "form.html", instead('"level", "authority"', '"level"'), "form.forgotten", "主管部门", "authority:"),
    (PROJECT, "form.html", instead('indicator(row, "period_target")', '"<td></td>"|safe'), "form.forgotten", "实施周期指标值", "indicators.period_target:"),
    (PROJECT, "form.html", instead("{% for row in rows %}", "{% for row in rows[:1] %}"), "form.forgotten", "三级指标", "indicators.level3:"),
    (PROJECT, "form.html", instead("{% for row in rows %}", "{% for row in rows[:2] %}"), "form.forgotten", "三级指标", "indicators.level3:"),
    (PROJECT, "form.html", instead('label("objective.annual", columns=5', 'head("目标", columns=5'), "form.forgotten", "的名称没有印出来", "objective.annual:"),
    (PROJECT, "form.html", instead('cell("funds.total", columns=5)', 'cell("funds.total", columns=4)'), "form.table", "盖住 5 列", 'cell("funds.total", columns=4)'),
    (PROJECT, "form.html", instead('cell("funds.total"', 'cell("funds.totel"'), "template.error", "totel", ""),
    (PROJECT, "form.html", instead('cell("funds.total"', 'cell("funds.carryover"'), "form.table", "funds.carryover", 'cell("funds.carryover"'),
    (PROJECT, "form.html", instead("v.rows()", "v.rowz()"), "template.error", "rowz", 'v.rowz()'),
    (PROJECT, "form.html", without("{{ caption() }}"), "form.table", "<caption>", "<table"),
    (PROJECT, "form.html", instead("<tbody>", '<tbody style="color:red">'), "form.table", "style", ""),
    (PROJECT, "form.html", instead('{{ head("实施周期") }}', "<th>实施周期</th>"), "form.table", "scope", "<th>实施周期</th>"),
    (PROJECT, "form.html", instead('{{ head("实施周期") }}', '{{ head("") }}'), "form.table", "<th> 是空的", 'head("")'),
    (PROJECT, "form.html", instead("form dongguan-project-2026", "form dongguan"), "form.table", "正好有一个", "<table"),
    (PROJECT, "form.html", instead('"name", "type"', '"type", "name"'), "form.likeness", "第 1 行第 1 列，原表印“项目名称”，表式印“项目类型”；它在表式的第 2 行第 1 列", "<tr>{{ label(path)"),
    (PROJECT, "form.html", instead('{{ cell("funds.total", columns=5) }}', '{{ cell("funds.total", columns=4) }}<td></td>'), "form.likeness", "空格原表占 1 行 5 列，表式占 1 行 4 列", 'cell("funds.total"'),
    (PROJECT, "form.html", instead('head("绩效指标", rows=rows|length + 1', 'head("绩效", rows=rows|length + 1'), "form.likeness", "原表印“绩效指标”，表式印“绩效”", 'head("绩效"'),
    ("dongguan-department-2023", "form.html", instead('label("objective")', 'head("目标")'), "form.likeness", "原表印“总体绩效目标”", "head(\"目标\")"),
    ("langxi-project-2023", "form.html", instead('"指标" ~ number ~ "："', '"目标" ~ number ~ "："'), "form.likeness", "表式印“目标1：”", ""),
    ("huadu-summary", "form.html", instead('totals("合计"', 'totals("总计"'), "form.likeness", "原表印“合计”", ""),
    (PROJECT, "form.yaml", instead("title: 项目绩效目标表", "title: 项目目标表"), "form.likeness", "原表的标题是“项目绩效目标表”", ""),
    (PROJECT, "official.html", instead("<tr><td>项目类型", "<tr><td>项目编码</td><td colspan=\"5\"></td></tr>\n<tr><td>项目类型"), "form.likeness", "第 2 行第 1 列，原表印“项目编码”", ""),
    (PROJECT, "form.yaml", instead('"21.5"', '"22.5"'), "form.widths", "101", "columns"),
    (PROJECT, "form.yaml", instead("funds.total:", "funds.totel:"), "form.field", "funds.totel", "funds.totel"),
    (PROJECT, "form.yaml", instead("title: 项目绩效目标表", 'title: "{nama}绩效目标表"'), "form.field", "“nama”", "title:"),
    ("huadu-summary", "form.yaml", instead("title: 项目支出", 'title: "{name}"\n#'), "form.field", "“name”", "title:"),
    ("dongguan-department-2023", "form.html", instead('v.value("own.other_tasks") or ()', 'v.items("own.staff")'), "template.error", "“own.staff”不是 type: rows", "own.staff"),
    (PROJECT, "form.yaml", instead("subject: project", "subject: projekt"), "record.choice", "projekt", "subject"),
    (PROJECT, "form.yaml", instead("columns:", "own:\n  - {id: score, label: 说明}\ncolumns:"), "form.own", "own.score", "score"),
    (PROJECT, "form.yaml", instead("columns:", "blanks: {objective.yearly: 目标1：}\ncolumns:"), "form.field", "objective.yearly", "blanks"),
    (PROJECT, "example.yaml", instead("项目名称:", "项目名:"), "record.missing", "项目名称", "项目名:"),
    (PROJECT, "example.yaml", without("    项目类型: 其他运转类（综合类）\n"), "completeness.required", "项目类型", ""),
    ("huadu-summary", "form.html", instead('v.yuan(v.sum(path, projects), path)', '""'), "form.forgotten", "的合计没有印出来", "totals:"),
    ("huadu-summary", "form.html", instead("{% for project in projects %}", "{% for project in projects[:1] %}"), "form.forgotten", "项目名称", "name:"),
    ("huadu-summary", "form.html", instead("{% if not v.excerpt %}{{ totals(\"合计\"", "{% if v.excerpt %}{{ totalz(\"合计\""), "template.error", "totalz", "totalz"),
    ("dongguan-department-2023", "form.html", instead('cell(at ~ "goal", class="text")', '"<td></td>"|safe'), "form.forgotten", "期望达到的目标", "tasks.goal:"),
    ("dongguan-department-2023", "form.html", instead('{{ cell("own.staff") }}', "<td></td>"), "form.forgotten", "财政供养人员数", "own.staff:"),
    ("dongguan-department-2023", "form.yaml", instead("type: rows", "type: text"), "form.own", "type 却不是 rows", "id: other_tasks"),
    ("langxi-document-2023", "form.html", instead('"basis", ', ""), "form.forgotten", "立项依据", "basis:"),
    ("langxi-document-2023", "form.html", without('{{ v.yuan(project.sum("funds.total", [project]), "funds.total") }}'), "form.forgotten", "年度预算安排", "funds.total:"),
    ("langxi-document-2023", "form.html", instead("{{ v.year - 1 }}", "{{ v.yeer - 1 }}"), "template.error", "yeer", ""),
    ("langxi-document-2023", "example.yaml", instead("langxi-project-2023", "langxi"), "form.example", "没有项目表", "项目表:"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "part", "change", "rule", "message", "at"),
    MISTAKES,
    ids=[f"{m[0]}-{n}" for n, m in enumerate(MISTAKES)],
)
def test_a_mistake_is_told_where_it_is(
    tmp_path: Path, form: str, part: str, change: Callable[[str], str], rule: str, message: str, at: str
) -> None:
    problems = broken(tmp_path, form, change, part)
    fitting = [one for one in problems if one.rule.startswith(rule) and message in one.message]
    assert fitting, problems
    place = fitting[0].place
    assert place.file.startswith(f"layouts/forms/{form}/") or "cells.html" in place.file
    if at:
        lines = (tmp_path / place.file).read_text(encoding="utf-8").splitlines()
        assert at in lines[place.line - 1]


def test_a_lost_column_is_found(tmp_path: Path) -> None:
    target = tmp_path / "layouts" / "forms" / PROJECT
    shutil.copytree(ROOT / "layouts" / "forms" / PROJECT, target)
    for part, changes in {
        "form.html": [("columns=5", "columns=4"), ("columns=2", "columns=1"), ('"period_target", ', ""), ('{{ indicator(row, "period_target") }}', "")],
        "form.yaml": [("  indicators.period_target: 实施周期指标值\n", ""), ('"17.5", "18"', '"35.5"')],
    }.items():  # fmt: skip
        text = (target / part).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (target / part).write_text(text, encoding="utf-8")
    workspace = Workspace.at(tmp_path)
    forms, problems = load_forms(workspace.layouts)
    problems += check_form(
        forms[PROJECT], forms, Worker(workspace, forms, Objects(workspace.cache)), printing=False
    )
    assert {one.rule for one in problems} == {"form.likeness"}
    said = [one.message for one in problems]
    assert "与原表不同：原表有 6 列，表式有 5 列" in said
    assert any("“实施周期指标值”" in one for one in said)


def test_a_printed_field_that_no_sheet_takes_is_told(tmp_path: Path) -> None:
    target = tmp_path / "layouts" / "forms" / PROJECT
    shutil.copytree(ROOT / "layouts" / "forms" / PROJECT, target)
    template = target / "form.html"
    text = template.read_text(encoding="utf-8")
    shown = text.replace(
        '{{ cell("funds.total", columns=5) }}', '<td colspan="5">{{ v.show("funds.total") }}</td>'
    )
    assert shown != text
    template.write_text(shown, encoding="utf-8")
    forms, _ = load_forms(Workspace.at(tmp_path).layouts)
    loaded, _ = load_example(forms[PROJECT], forms)
    assert loaded
    templates = Templates(Workspace.at(tmp_path).layouts)
    assert dict(unread(forms[PROJECT], forms, loaded, templates)) == {"funds.total": "在填报表里没有可填的格"}


def test_forms_with_a_known_original_carry_it() -> None:
    assert {form.id for form in FORMS.values() if not (form.folder / "official.html").is_file()} == {
        "anhui-evaluation",  # known by its columns, not cell by cell
        "fujian-transfer-2023",  # known as running text
        "langxi-document-2023",  # running text
        "national-department-evaluation",  # as national-project-2024
        "national-evaluation",
        "national-project-2024",  # reconstructed, no original seen
    }


KNOWN_ORDER = {
    # As running text of the notice: the cells' sizes are not known, so there is no official.html.
    "fujian-transfer-2023": "部门(单位)名称 部门预算编码 项目名称 补助区域 资金情况(万元) 资金总额 其中:财政拨款 其他资金 总体目标 绩效指标 一级指标 二级指标 三级指标 指标解释 区域目标值 新罗区 永定区 上杭县 武平县 长汀县 连城县 漳平市",
    # As the columns and rows that the published tables have in common.
    "anhui-evaluation": "项目名称 主管部门 实施单位 年初预算数 全年预算数(A) 全年执行数(B) 分值 执行率(B/A) 得分 年度资金总额 其中:本年财政拨款 上年结转资金 其他资金 预期目标 实际完成情况 一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施 总分",
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN_ORDER)
def test_labels_stand_in_the_order_of_the_published_table(name: str) -> None:
    loaded, _ = load_example(FORMS[name], FORMS)
    assert loaded
    [sheet] = [
        one for one in all_sheets(loaded, loaded.department.disclosures[0]) if one.view.form.id == name
    ]
    cells = sorted(grid_of(sheet.view).cells, key=lambda cell: (cell.row, cell.column))
    labels = [unicodedata.normalize("NFKC", "".join(cell.text.split())).rstrip(":") for cell in cells if cell.role != "value"]  # fmt: skip
    wanted = KNOWN_ORDER[name].split()
    assert [label for label in labels if label in wanted] == wanted


def test_one_mistake_is_told_once_and_alone(tmp_path: Path) -> None:
    wrong_class = broken(tmp_path / "class", PROJECT, instead("form dongguan-project-2026", "form dongguan"))
    assert [one.rule for one in wrong_class] == ["form.table"]
    target = tmp_path / "widths" / "layouts" / "forms" / PROJECT
    shutil.copytree(ROOT / "layouts" / "forms" / PROJECT, target)
    declared = target / "form.yaml"
    declared.write_text(declared.read_text(encoding="utf-8").replace('"21.5"', '"95"'), encoding="utf-8")
    workspace = Workspace.at(tmp_path / "widths")
    forms, _ = load_forms(workspace.layouts)
    found = check_form(
        forms[PROJECT], forms, Worker(workspace, forms, Objects(workspace.cache)), printing=True
    )
    assert [one.rule for one in found] == ["form.widths"]


def test_a_form_without_all_its_files_is_incomplete(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "layouts" / "forms" / PROJECT, tmp_path / "layouts" / "forms" / PROJECT)
    (tmp_path / "layouts" / "forms" / PROJECT / "form.css").unlink()
    _, problems = load_forms(Workspace.at(tmp_path).layouts)
    assert [one.message for one in problems if one.rule == "form.incomplete"] == [
        f"表式“{PROJECT}”缺少 form.css"
    ]


# -- the tables as published ----------------------------------------------------------------------


@cache
def sheets_of(department: str, year: str) -> tuple[list[Sheet], list[Sheet]]:
    """A disclosure of content/: its sheets, and each project's own."""
    loader = Loader(ROOT, FORMS)
    locality = next(one for one in loader.localities() if one.slug == department.split("/")[0])
    loaded = loader.department(locality, ROOT / "content" / department)
    assert loaded
    disclosure = next(one for one in loaded.department.disclosures if one.slug == year)
    own = [project_sheet(loaded, disclosure, project) for project in disclosure.projects]
    return disclosure_sheets(loaded, disclosure), [sheet for sheet in own if sheet]


def fragment(view: View) -> str:
    return str(Templates(WORKSPACE.layouts).form_table(view))


def grid_of(view: View) -> Grid:
    [grid] = Rendered(fragment(view)).grids
    return grid


def text_of(view: View) -> str:
    return re.sub(r"\s+", "", html.fragment_fromstring(fragment(view), create_parent="div").text_content())


def test_huadu_totals_are_computed_and_codes_printed() -> None:
    [sheet], _ = sheets_of("huadu/qu-zhi-gongwei", "undated")
    rows = texts(grid_of(sheet.view))
    assert rows[1:3] == [
        ["合计", "107.20", "107.20"],
        ["中共广州市花都区直属机关工作委员会", "107.20", "107.20"],
    ]
    assert rows[3][:3] == ["关心下一代", "0.92", "0.92"]
    assert rows[3][4].endswith(
        "4、2-效益指标；31-服务对象满意度；参加活动人员满意度；实施周期指标值:90%及以上；年度指标值:90%及以上。"
    )
    assert "部门名称：中共广州市花都区直属机关工作委员会" in text_of(sheet.view)
    assert grid_of(sheet.view).head_rows == 1


def test_one_project_of_a_summary_is_shown_without_totals() -> None:
    _, own = sheets_of("huadu/qu-zhi-gongwei", "undated")
    rows = texts(grid_of(own[1].view))
    assert [row[0] for row in rows] == ["项目名称（资金使用单位）", "直属机关工委活动经费"]


def test_langxi_narrative_is_computed_from_the_records() -> None:
    [sheet], own = sheets_of("langxi/xian-zhi-gongwei", "2023")
    text = text_of(sheet.view)
    for part in (
        "县直机关工委2023年项目绩效目标公开中国共产党郎溪县直属机关工作委员会2023年全年预算共安排项目2个，主要情况如下：",
        "共安排项目支出15.67万元，比2022年预算增加3万元，增长23.68%，增长原因主要是机关效能考评项目经费增加。",
        "本年财政拨款安排15.67万元(其中，一般公共预算拨款安排15.67万元，政府性基金预算拨款安排0万元，",
        "国有资本经营预算拨款安排0万元)、财政专户管理资金安排0万元和单位资金安排0万元。",
        "1.“党的建设”项目。（1）项目概述。一、开展机关党员教育",
        "（6）年度预算安排。7.67万元（7）绩效目标。项目支出绩效目标表（2023年度）",
        "2.“机关效能考评”项目。",
    ):
        assert part in text
    excerpt = text_of(own[1].view)
    assert excerpt.startswith("“机关效能考评”项目。（1）项目概述。")
    assert "共安排项目" not in excerpt


def test_langxi_narrative_of_other_figures() -> None:
    [sheet], _ = sheets_of("langxi/xian-zhi-gongwei", "2023")
    less = text_of(replace(sheet.view, last_year_funds=Decimal(200_000)))
    assert "比2022年预算减少4.33万元，下降21.65%，下降原因主要是" in less
    assert "与2022年预算持平。" in text_of(replace(sheet.view, last_year_funds=Decimal(156_700)))
    unknown = text_of(replace(sheet.view, last_year_funds=None))
    assert "15.67万元。主要包括" in unknown
    from_nothing = text_of(replace(sheet.view, last_year_funds=Decimal(0)))
    assert "增加15.67万元，增长原因主要是" in from_nothing


def test_langxi_table_keeps_both_sides_and_template_residue() -> None:
    [sheet], _ = sheets_of("langxi/xian-zhi-gongwei", "2023")
    rows = texts(grid_of(sheet.view.projects[0]))
    assert ["项目资金(万元)", "中期资金总额：", "年度资金总额：", "7.67万元"] in rows
    assert rows[7][0] == "目标1：\n目标2："
    assert ["生态效益指标", "指标1：", "生态效益指标", "指标1："] in rows
    cell = next(c for c in grid_of(sheet.view.projects[0]).cells if c.path == "indicators.1.level3")
    assert (cell.text, cell.attributes["data-prefix"]) == ("指标2：政府购买服务人员（名）", "指标2：")


def test_dongkeng_prints_plain_amounts_and_empty_rows() -> None:
    sheets, _ = sheets_of("dongkeng/dangjian-fuwu-zhongxin", "2024")
    rows = texts(grid_of(sheets[2].view))
    assert ["2024年预算金额（元）", "299600"] in rows
    assert ["效益指标", "经济效益指标"] in rows
    assert ["绩效指标", "一级指标", "二级指标", "三级指标", "实施周期指标值", "当年度指标值"] in rows


def test_dongguan_department_prints_both_units_and_blank_cells() -> None:
    [sheet], _ = sheets_of("dongguan/shi-zhi-gongwei", "2023")
    grid = grid_of(sheet.view)
    assert ["财政专项资金", "0.00", "市本级使用资金"] in texts(grid)
    assert "998,550.00" in [cell.text for cell in grid.cells if cell.path == "tasks.0.funds"]
    assert grid.caption.endswith("(2023年)")


def test_shanghai_blank_first_level_and_zero() -> None:
    loaded, _ = load_example(FORMS["shanghai-project-2026"], FORMS)
    assert loaded
    [sheet] = disclosure_sheets(loaded, loaded.department.disclosures[0])
    rows = texts(grid_of(sheet.view))
    assert ["上年结转资金", "0"] in rows
    assert ["生态环境成本指标", "文明施工情况", "可控"] in rows


def test_a_disclosure_without_a_year_has_labels_without_one() -> None:
    assert FORMS[PROJECT].label("funds.total", 2026) == "2026年预算金额(元)"
    assert FORMS[PROJECT].label("funds.total", None) == "年度预算金额(元)"
    assert FORMS[PROJECT].label("objective.annual", None) == "年度目标"


# -- the guide ------------------------------------------------------------------------------------


def documented(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#)", GUIDE, re.MULTILINE | re.DOTALL)
    assert section, f"the guide has no section {heading}"
    return set(re.findall(r"^\| `([^`]+)`", section[1], re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("form.yaml 的键", declaration.Declaration),
        ("amounts、amounts_of 的键", declaration.Amounts),
        ("indicators 的键", declaration.IndicatorSystem),
        ("indicators.levels 的键", declaration.Level1),
        ("indicators.levels.level2 的键", declaration.Level2),
        ("own 的键", declaration.OwnField),
        ("print 的键", declaration.PrintStyle),
        ("print.classes 的键", declaration.ClassPrint),
        ("print.text 的键", declaration.TextPrint),
        ("page 的键", declaration.PageSetup),
        ("样例：example.yaml", Example),
    ],
)
def test_the_guide_has_every_key_with_its_explanation(heading: str, model: type) -> None:
    assert documented(heading) == {field.alias or name for name, field in model.model_fields.items()}
    for field in model.model_fields.values():
        assert f"| {'是' if field.is_required() else ''} | {field.description} |" in GUIDE


def test_the_guide_has_all_that_templates_may_use() -> None:
    methods = {name for name in vars(View) if not name.startswith("_")}
    assert documented("模板里的 v") == methods | {field.name for field in fields(View)}
    offered = (ROOT / "layouts" / "shared" / "cells.html").read_text(encoding="utf-8")
    names = set(re.findall(r"(?<= )cells\.(\w+)", offered))
    assert documented("现成的格子") == {called(name) for name in names} and len(names) > 9
    for heading, row in (("rows", IndicatorRow), ("items", ItemRow), ("side_rows", SideRow)):
        assert documented(f"{heading} 的一行") == {field.name for field in fields(row)}
    assert documented("change 里的各项") == {field.name for field in fields(Change)}
    assert (
        documented("v 以外的名字")
        == Templates(WORKSPACE.layouts).environment.globals.keys() - DEFAULT_NAMESPACE
    )


def called(name: str) -> str:
    """How templates call one of the ready cells: ``head(text, columns=1, …, class="")``."""
    taken = list(inspect.signature(getattr(Cells, name)).parameters.values())[1:]
    written = []
    for one in taken:
        if one.kind is one.VAR_KEYWORD:
            continue
        default = {None: "none", True: "true", False: "false"}.get(one.default) or f'"{one.default}"'
        default = str(one.default) if type(one.default) in (int, tuple) else default
        written.append(one.name.rstrip("_") + ("" if one.default is one.empty else f"={default}"))
    return f"{name}({', '.join(written)})"


def test_the_guide_names_forms_that_exist() -> None:
    named = set(re.findall(r"复制 `([a-z0-9-]+)`", GUIDE))
    assert len(named) > 3
    assert named <= FORMS.keys()
