"""Forms drafted from official tables: every label and merge as in the table, fields named, the self-test passed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from foreign_files import word_file
from foreign_places import PATHS, PLACES, Place
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.cli.main import cli
from gongkai.drafting.draft import Drafted, draft, understood
from gongkai.drafting.folder import official_of
from gongkai.drafting.original import find_original
from gongkai.drafting.template import template_of
from gongkai.exchange.labels import Labels
from gongkai.exchange.lists import Level, level_of
from gongkai.exchange.tables import RawCell, RawDocument, RawTable
from gongkai.exchange.values import options_in, read_value
from gongkai.problems import CommandError
from gongkai.reading.forms import load_forms
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import read_yaml
from gongkai.reading.vocabulary import terms
from gongkai.workspace import Workspace, built_in_layouts

FORMS, _ = load_forms((built_in_layouts(),))
Row = Sequence[tuple[str, int, int]]


def c(text: str = "", columns: int = 1, rows: int = 1) -> tuple[str, int, int]:
    return text, columns, rows


LEVELS = (
    ("成本指标(20分)", ("经济成本指标", "社会成本指标")),
    ("产出指标(40分)", ("数量指标", "质量指标", "时效指标")),
    ("满意度指标(10分)", ("服务对象满意度指标",)),
)
INDICATORS: list[Row] = [
    [*([c(first, 1, len(seconds))] if second == seconds[0] else []), c(second), c(), c(), c()]
    for first, seconds in LEVELS
    for second in seconds
]
BLANK: list[Row] = [
    [c("项目名称", 2), c("", 2), c("归口主管部门"), c()],
    [c("项目属性", 2), c("新增项目□ 延续项目□", 2), c("联系电话"), c()],
    [c("项目资金（万元）", 2, 2), c("年度资金总额："), c("", 3)],
    [c("其中：财政拨款"), c("", 3)],
    [c("实施计划", 1, 3), c("实施内容", 2), c("开始时间"), c("完成时间", 2)],
    [c("1", 2), c(), c("", 2)],
    [c("……", 2), c(), c("", 2)],
    [c("总体目标", 1, 2), c("实施周期目标", 3), c("2025年度目标", 2)],
    [c("", 3), c("", 2)],
    [c("绩效指标", 1, 7), c("一级指标"), c("二级指标"), c("三级指标"), c("指标值"), c("指标解释")],
    *INDICATORS,
]
FIELDS = {
    "name": "项目名称",
    "authority": "归口主管部门",
    "nature": "项目属性",
    "own.lian_xi_dian_hua": "联系电话",
    "funds.total": "年度资金总额：",
    "funds.appropriation": "其中：财政拨款",
    "own.shi_shi_ji_hua": "实施计划",
    "own.shi_shi_ji_hua.shi_shi_nei_rong": "实施内容",
    "own.shi_shi_ji_hua.kai_shi_shi_jian": "开始时间",
    "own.shi_shi_ji_hua.wan_cheng_shi_jian": "完成时间",
    "objective.period": "实施周期目标",
    "objective.annual": "{year}年度目标",
    "indicators.level1": "一级指标",
    "indicators.level2": "二级指标",
    "indicators.level3": "三级指标",
    "indicators.annual_target": "指标值",
    "indicators.own.zhi_biao_jie_shi": "指标解释",
}


def placed(rows: Sequence[Row]) -> list[tuple[int, int, int, int, str]]:
    """Row, column, rows, columns and text of every cell."""
    covered: set[tuple[int, int]] = set()
    found = []
    for row, cells in enumerate(rows):
        column = 0
        for text, columns, height in cells:
            while (row, column) in covered:
                column += 1
            found.append((row, column, height, columns, text))
            covered |= {(row + r, column + k) for r in range(height) for k in range(columns)}
    return found


def as_xlsx(rows: Sequence[Row], file: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line, text in enumerate(("附件2", "项目支出绩效目标申报表", "（2025年度）"), 1):
        sheet.cell(line, 1, text)
        if line > 1:
            sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=6)
    for row, column, height, columns, text in placed(rows):
        sheet.cell(row + 4, column + 1).value = text or None
        if height * columns > 1:
            sheet.merge_cells(start_row=row + 4, end_row=row + 3 + height, start_column=column + 1, end_column=column + columns)  # fmt: skip
    sheet.cell(len(rows) + 4, 1, "填表人：        审核人：")
    sheet.column_dimensions["C"].width = 30
    sheet.page_setup.orientation = "landscape"
    book.save(file)
    return file


def as_docx(rows: Sequence[Row], file: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("项目支出绩效目标申报表")
    document.add_paragraph("（2025年度）")
    table = document.add_table(len(rows), 6)
    for row, column, height, columns, text in placed(rows):
        cell = table.cell(row, column)
        (
            cell.merge(table.cell(row + height - 1, column + columns - 1)) if height * columns > 1 else cell
        ).text = text
    document.add_paragraph("注：指标解释可不填。")
    document.save(str(file))
    return file


def drafted(folder: Path, file: Path, **options: str) -> Drafted:
    return draft(Workspace.at(folder), file, "some-form-2025", **options)


def test_a_blank_sheet_becomes_a_form_that_passes(tmp_path: Path) -> None:
    made = drafted(tmp_path, as_xlsx(BLANK, tmp_path / "空表.xlsx"))
    assert made.problems == ()
    assert [(cell.row, cell.column, cell.rows, cell.columns, cell.text) for cell in made.layout.table.cells] == placed(BLANK)  # fmt: skip
    declared = load_forms(Workspace.at(tmp_path).layouts)[0]["some-form-2025"].declared
    assert dict(declared.fields) == FIELDS
    assert declared.title == "项目支出绩效目标申报表"
    assert declared.amounts.unit == "万元"
    assert declared.page.orientation == "landscape"
    assert declared.signature == ("填表人", "审核人")
    assert max(declared.columns) == declared.columns[2]
    assert [(one.name, [two.name for two in one.level2]) for one in declared.indicators.levels] == [
        (first.partition("(")[0], list(seconds)) for first, seconds in LEVELS
    ]
    template = (made.folder / "form.html").read_text(encoding="utf-8")
    assert '"产出指标": "(40分)"' in template
    assert 'choices("nature", ["新增项目", "延续项目"]' in template
    text = (made.folder / "form.yaml").read_text(encoding="utf-8")
    assert "# 请核对：“归口主管部门”看作“主管部门”\n  authority: 归口主管部门" in text


def test_a_word_file_gives_the_same_form_and_its_note(tmp_path: Path) -> None:
    made = drafted(tmp_path, as_docx(BLANK, tmp_path / "空表.docx"))
    assert made.problems == ()
    assert list(made.layout.names.taken) == list(FIELDS)
    assert "注：指标解释可不填。" in (made.folder / "form.html").read_text(encoding="utf-8")


def test_a_filled_table_gives_the_record(tmp_path: Path) -> None:
    values = iter(["护林员补助", "市林业局", "123", "12.50", "12.50", "甲", "1月", "2月", "乙", "3月", "4月", "总目标一。", "目标二。"])  # fmt: skip
    filled: list[Row] = []
    for row, cells in enumerate(BLANK):
        one = [("新增项目□ 延续项目☑" if "□" in text else next(values) if not text or text in ("1", "……") else text, k, r) for text, k, r in cells] if row < 9 else list(cells)  # fmt: skip
        filled.append(one)
    filled[1] = [c("项目属性", 2), c("新增项目□ 延续项目☑", 2), c("联系电话"), c("123")]
    filled[11] = [c("社会成本指标"), c("污染"), c("0起"), c("说明")]
    (tmp_path / "content" / "somewhere" / "linyeju" / "2025").mkdir(parents=True)
    made = drafted(tmp_path, as_xlsx(filled, tmp_path / "已填.xlsx"), into="somewhere/linyeju/2025")
    assert made.problems == ()
    assert made.record == tmp_path / "content" / "somewhere" / "linyeju" / "2025" / "hu-lin-yuan-bu-zhu.yaml"
    written, _ = read_yaml(made.record, "record")
    document, _ = read_yaml(made.folder / "example.yaml", "example.yaml")
    assert document is not None
    [project] = document.data["项目"]
    assert written is not None and written.data == project
    assert project["项目名称"] == "护林员补助"
    assert project["项目属性"] == "延续项目"
    assert project["年度资金"] == {"总额": "12.50万元", "财政拨款": "12.50万元"}
    assert [row["三级指标"] for row in project["绩效指标"]] == ["污染"]
    assert project["绩效指标"][0]["一级指标"] == "成本指标"


MONEY = {
    "年初预算数": {"总额": "0.00万元", "财政拨款": "0.00万元", "财政专户": "0.00万元", "单位资金": "0.00万元"}
}
MONEY |= {
    key: {**MONEY["年初预算数"], "总额": "3.36万元", "财政拨款": "3.36万元"}
    for key in ("全年预算数", "执行数")
}


@pytest.mark.parametrize(
    ("place", "own", "evaluation"),
    [
        (
            "sichuan",
            [],
            {**MONEY, "执行率": "100.00%", "执行率分值": "10", "执行率得分": "10", "存在问题": "无"},
        ),
        ("yunnan", ["其他需要说明事项"], {"执行率": "94.05%", "执行率分值": "10", "执行率得分": "9.4"}),
    ],
)
def test_a_published_evaluation_is_an_evaluation(
    place: str, own: list[str], evaluation: dict[str, object], tmp_path: Path
) -> None:
    """Money by source and column, what was reached, points and reasons are those of the vocabulary, not the form's own."""
    made = drafted(tmp_path, Path(__file__).parent / f"data/evaluation-{place}.html")
    forms, _ = load_forms(Workspace.at(tmp_path).layouts)
    assert forms[made.folder.name].use == "evaluation"
    assert [one.label for one in made.layout.names.own.values()] == own
    template = (made.folder / "form.html").read_text(encoding="utf-8")
    assert 'stated("evaluation.rate", v.rate()' in template and 'v.rate("appropriation")' in template
    assert '{{ computed(v.weights()) }}{{ stated("evaluation.score", v.scored()) }}' in template
    document, _ = read_yaml(made.folder / "example.yaml", "example.yaml")
    assert document is not None
    [project] = document.data["项目"]
    assert {key: project["自评"].get(key) for key in evaluation} == evaluation
    reached = [(row["实际完成值"], row["得分"], row.get("偏差原因", "")[:4]) for row in project["绩效指标"]]
    assert reached[1] == {"sichuan": ("13", "30", ""), "yunnan": ("46", "23", "四季度平")}[place]


@pytest.mark.parametrize("form", ["dongguan-department-2023", "shanghai-project-2026", "langxi-project-2023", "huadu-summary"])  # fmt: skip
def test_the_official_tables_of_known_forms_are_drafted_again(form: str, tmp_path: Path) -> None:
    known = FORMS[form]
    made = drafted(tmp_path, known.folder / "official.html")
    assert made.problems == ()
    taken = set(made.layout.names.taken)
    on_table = (known.folder / "official.html").read_text(encoding="utf-8")
    wanted = {path for path, label in known.declared.fields.items() if label and ".own" not in f".{path}"}
    wanted = {path for path in wanted if known.declared.fields[path].replace("{year}", "2026") in on_table}  # type: ignore[union-attr]
    assert len(wanted & taken) >= 0.9 * len(wanted), wanted - taken


@pytest.mark.parametrize("place", [PLACES[0], PLACES[1], PLACES[3]], ids=lambda place: place.name)
def test_blank_tables_of_other_places_become_forms_that_pass(place: Place, tmp_path: Path) -> None:
    grid = place.blank().grid()
    (tmp_path / "空表.docx").write_bytes(word_file([([], grid)], 0))
    made = drafted(tmp_path, tmp_path / "空表.docx")
    assert made.problems == () and len(made.layout.names.doubts) <= 5
    bare = {(cell.row, cell.column, cell.rows, cell.columns, bare_label(cell.text)) for cell in grid.cells}
    assert {(cell.row, cell.column, cell.rows, cell.columns, bare_label(cell.text)) for cell in made.layout.table.cells} == bare  # fmt: skip
    known = terms(Project if made.layout.names.subject == "project" else DepartmentTarget)
    wanted = {(cell.row, cell.column): PATHS[cell.path] for cell in grid.cells if cell.path in PATHS}
    named = {place: keys for place, keys in wanted.items() if (term := known.get(made.layout.cells[place].path)) and term.keys == keys}  # fmt: skip
    assert len(named) >= 0.9 * len(wanted), wanted.items() - named.items()


def bare_label(text: str) -> str:
    return "".join(text.split()).rstrip("：:")


def test_a_sheet_with_two_projects_is_one_form(tmp_path: Path) -> None:
    made = drafted(tmp_path, as_xlsx([*BLANK, [c("", 6)], *BLANK], tmp_path / "空表.xlsx"))
    assert list(made.layout.names.taken) == list(FIELDS) and made.problems == ()


def test_what_is_there_is_never_overwritten_and_what_is_no_table_is_told(tmp_path: Path) -> None:
    file = as_xlsx(BLANK, tmp_path / "空表.xlsx")
    with pytest.raises(CommandError, match="已经有表式"):
        draft(Workspace.at(tmp_path), file, "huadu-summary")
    with pytest.raises(CommandError, match="不能作表式的代号"):
        draft(Workspace.at(tmp_path), file, "../escape")
    with pytest.raises(CommandError, match="没有表式“nothing”"):
        draft(Workspace.at(tmp_path), file, "other", "nothing")
    (tmp_path / "通知.html").write_text("<p>通知</p><table><tr><td>一</td></tr></table>", encoding="utf-8")
    with pytest.raises(CommandError, match="没有认得出的绩效目标表"):
        draft(Workspace.at(tmp_path), tmp_path / "通知.html", "other")
    assert not (tmp_path / "layouts").exists()


def test_a_unit_that_no_label_states_is_among_what_to_look_at(tmp_path: Path) -> None:
    rows = [
        [("项目资金" if text == "项目资金（万元）" else text, k, r) for text, k, r in row] for row in BLANK
    ]
    made = drafted(tmp_path, as_xlsx(rows, tmp_path / "空表.xlsx"))
    assert made.layout.names.doubts["amounts"] == "表上没有写金额的单位，按万元"
    text = (made.folder / "form.yaml").read_text(encoding="utf-8")
    assert "# 请核对：表上没有写金额的单位，按万元\namounts:" in text


def test_the_command_says_what_to_look_at(tmp_path: Path) -> None:
    file = as_xlsx(BLANK, tmp_path / "空表.xlsx")
    result = CliRunner().invoke(cli, ["--root", str(tmp_path), "draft", str(file), "some-form-2025", "--like", "shanghai-project-2026"])  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "authority　“归口主管部门”看作“主管部门”" in result.output
    assert "自有字段的 4 个：联系电话、实施计划" in result.output or "自有字段的 3 个" in result.output
    assert result.output.rstrip().endswith("检验：没有问题。")
    page = tmp_path / "并排.html"
    CliRunner().invoke(cli, ["--root", str(tmp_path), "forms", "--beside", str(page)])
    assert "some-form-2025" in page.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8").count("与原表一致。") == 9


@pytest.mark.parametrize(
    ("text", "options", "chosen"),
    [
        ("新增项目□ 延续项目√", ("新增项目", "延续项目"), "延续项目"),
        ("□一次性项目  ☑经常性项目", ("一次性项目", "经常性项目"), "经常性项目"),
        ("■是 □否", ("是", "否"), "是"),
        ("□是 □否", ("是", "否"), ""),
        ("是", (), "是"),
    ],
)
def test_check_boxes_are_read_on_either_side(text: str, options: tuple[str, ...], chosen: str) -> None:
    assert tuple(options_in(text)) == options
    assert (read_value(text, "text", ())[0] or "") == chosen


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("产出指标\n（50分）", Level("产出指标", "（50分）")),
        ("产出指标(40-50)分", Level("产出指标", "(40-50)分")),
        ("满意度 指标", Level("满意度指标", "")),
        ("服务对象（群众）满意度", Level("服务对象（群众）满意度", "")),
        ("……", None),
        ("指标1：", None),
    ],
)
def test_a_level_is_told_from_its_weight(text: str, level: Level | None) -> None:
    assert level_of(text) == level


CELLS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 3), st.integers(1, 3), st.sampled_from(["", "项目名称", "三级指标", "指标值", "一级指标", "主管部门", "合计", "□是 □否", "目标1：", "年度资金总额", "x"])), min_size=1, max_size=25)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(CELLS)
def test_any_table_is_understood_or_refused(cells: list[tuple[int, int, int, int, str]]) -> None:
    covered: set[tuple[int, int]] = set()
    kept = []
    for row, column, rows, columns, text in cells:
        spots = {(row + r, column + k) for r in range(rows) for k in range(columns)}
        if not spots & covered:
            covered |= spots
            kept.append(RawCell(row, column, rows, columns, text, ""))
    labels = Labels({})
    try:
        table, _ = find_original(RawDocument("x", [RawTable(tuple(kept), "表 1")]), labels)
    except CommandError:
        return
    layout = understood(table, labels)
    spots = [(r, k) for one in layout.table.cells for r in range(one.row, one.bottom) for k in range(one.column, one.end)]  # fmt: skip
    assert sorted(spots) == [(r, k) for r in range(layout.table.size[0]) for k in range(layout.table.size[1])]
    assert sum(table.widths) == 100
    template_of(layout, "x")
    official_of(layout)


def test_a_filled_list_of_projects_gives_all_of_them_and_tells_what_it_cannot_read(tmp_path: Path) -> None:
    heads = ("项目名称", "预算数", "年度目标", "一级指标", "二级指标", "三级指标", "指标值")
    first = ("护林", "12.5", "看好林子", "产出指标", "数量指标", "护林员", "≥8人")
    second = ("造林", "另行通知", "种树", "产出指标", "数量指标", "面积", "≥90亩")
    lines = "".join(
        f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in (heads, first, second)
    )
    (tmp_path / "汇总.html").write_text(
        f"<p>项目绩效目标表</p><p>单位：万元</p><table>{lines}</table>", encoding="utf-8"
    )
    made = drafted(tmp_path, tmp_path / "汇总.html")
    assert made.problems == ()
    document, _ = read_yaml(made.folder / "example.yaml", "example.yaml")
    assert document is not None
    assert [project["项目名称"] for project in document.data["项目"]] == ["护林", "造林"]
    assert document.data["项目"][0]["年度资金"]["总额"] == "12.5万元"
    assert document.data["项目"][1]["绩效指标"] == [
        {"一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "面积", "年度指标值": "≥90亩"}
    ]
    assert any("“另行通知”没有读进样例" in doubt for doubt in made.layout.names.doubts.values())
