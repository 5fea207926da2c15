"""Tables that others made are recognised: every field lands where it belongs, and no text goes missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from foreign_files import FORMS, html_file, published, table_from_rows, tables, word_file, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.exchange.drafts import Notebook
from gongkai.exchange.intake import read_file
from gongkai.exchange.labels import Labels
from gongkai.exchange.layout import Known
from gongkai.exchange.proposals import same_text
from gongkai.exchange.recognise import recognise
from gongkai.exchange.tables import RawDocument, RawTable, RawText, Spot
from gongkai.reading.example import load_example
from gongkai.reading.source import leaves
from gongkai.reading.write_yaml import record_data

FILES = Path(__file__).parent / "files"
BY_MEANING = Known(FORMS, (), Labels(FORMS))
"""No layouts: what labels mean is all there is."""
SEEDS = {
    "dongguan-department": ("dongguan", "shi-zhi-gongwei", "2023"),
    "dongguan-projects": ("dongguan", "shi-zhi-gongwei", "2026"),
    "huadu": ("huadu", "qu-zhi-gongwei", "undated"),
    "dongkeng": ("dongkeng", "dangjian-fuwu-zhongxin", "2024"),
    "langxi": ("langxi", "xian-zhi-gongwei", "2023"),
}
NARRATIVE = {"项目概述", "立项依据", "实施主体", "起止时间", "项目内容"}
UNREAD = {"anhui-evaluation", "fujian-transfer-2023", "national-department-evaluation", "national-evaluation"}
"""Tables of 自评 and columns by name: files made elsewhere of these are not read yet, only gongkai's own sheets."""
UNPRINTED = {"公开", "不公开原因", "已认可"}
SOURCES_ONLY_IN_TOTAL = {"一般公共预算", "政府性基金预算", "国有资本经营预算", "上年结转", "上年结转一般公共预算", "上年结转政府性基金预算", "上年结转国有资本经营预算", "财政专户", "单位资金"}  # fmt: skip


def wanted(seed: str, *, narrative: bool) -> dict[str, dict[str, Any]]:
    """The records as their tables print them, by name."""
    loaded, disclosure = published(*SEEDS[seed])
    forms = loaded.forms[disclosure.slug]
    if disclosure.department_target and not disclosure.projects:
        return {
            disclosure.department_target.name: record_data(disclosure.department_target, forms.department)
        }
    result = {}
    for project in disclosure.projects:
        data = record_data(project, forms.for_projects)
        skip = UNPRINTED | (set() if narrative else NARRATIVE)
        data = {key: value for key, value in data.items() if key not in skip}
        result[project.name] = without_unprinted(data) if seed == "langxi" else data
    return result


def without_unprinted(data: dict[str, Any]) -> dict[str, Any]:
    """A project of Langxi without the sources of money that its table does not print."""
    funds = {key: value for key, value in data["年度资金"].items() if key not in SOURCES_ONLY_IN_TOTAL}
    return {**data, "年度资金": funds}


def read(raw: bytes, name: str, folder: Path, seed: str) -> tuple[RawDocument, Notebook]:
    file = folder / name
    file.write_bytes(raw)
    return read_known(file, seed)


def read_known(file: Path, seed: str) -> tuple[RawDocument, Notebook]:
    loaded, disclosure = published(*SEEDS[seed])
    forms = loaded.forms[disclosure.slug]
    in_force = [form for form in (forms.project, forms.summary, forms.document, forms.department) if form]
    document = read_file(file)
    return document, recognise(document, BY_MEANING, in_force)


def misses(records: dict[str, dict[str, Any]], book: Notebook) -> list[str]:
    """What is not where it should be, and what is there without being wanted."""
    found = {re.sub(r"\s", "", draft.name): draft.data for draft in book.drafts}
    wrong = [
        f"record {name}" for name in found if name not in {re.sub(r"\s", "", known) for known in records}
    ]
    for name, data in records.items():
        got = dict(leaves(found.get(re.sub(r"\s", "", name), {})))
        want = dict(leaves(data))
        wrong += [
            f"{name} {path}: {text!r} ≠ {got.get(path)!r}"
            for path, text in want.items()
            if not same_text(text, got.get(path))
        ]
        wrong += [f"{name} {path}: extra {text!r}" for path, text in got.items() if path not in want]
    return wrong


def unaccounted(document: RawDocument, book: Notebook) -> list[str]:
    """Texts of the source that are neither in a record, nor a label, nor left over with a reason."""
    taken = {one.spot for one in book.read} | {spot for spot, _ in book.labels}
    left = {one.where for one in book.leftovers}
    missing = []
    for block in document.blocks:
        if isinstance(block, RawTable):
            spots = [(Spot(block.where, cell.ref), cell.text) for cell in block.cells if cell.text]
        else:
            spots = [(Spot(block.where), block.text)]
        missing += [f"{spot} {text}" for spot, text in spots if spot not in taken and str(spot) not in left]
    return missing


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_excel(seed: str, number: int, tmp_path: Path) -> None:
    raw = workbook(
        tables(*published(*SEEDS[seed])), number, one_sheet=number > 1, unmerged=0.5 if number > 2 else 0
    )
    document, book = read(raw, "甲.xlsx", tmp_path, seed)
    assert not document.problems
    assert not misses(wanted(seed, narrative=False), book)
    assert not unaccounted(document, book)


@pytest.mark.parametrize("seed", SEEDS)
def test_word(seed: str, tmp_path: Path) -> None:
    document, book = read(word_file(tables(*published(*SEEDS[seed])), 4), "甲.docx", tmp_path, seed)
    assert not document.problems
    assert not misses(wanted(seed, narrative=True), book)
    assert not unaccounted(document, book)


@pytest.mark.parametrize("seed", SEEDS)
def test_html_under_the_name_of_excel(seed: str, tmp_path: Path) -> None:
    document, book = read(html_file(tables(*published(*SEEDS[seed])), 5), "甲.xls", tmp_path, seed)
    assert [problem.rule for problem in document.problems] == ["import.renamed"]
    assert not misses(wanted(seed, narrative=False), book)
    assert not unaccounted(document, book)


@pytest.mark.parametrize(
    "file",
    sorted(file for file in FILES.glob("*-*.*") if not file.stem.startswith("formats")),
    ids=lambda file: file.name,
)
def test_files_of_another_office_program(file: Path) -> None:
    """Made with LibreOffice from the published tables; see files/README.md."""
    seed = file.stem.rpartition("-")[0]
    document, book = read_known(file, seed)
    assert not document.problems
    assert not misses(wanted(seed, narrative=file.stem.endswith("word")), book)
    assert not unaccounted(document, book)


@pytest.mark.parametrize(
    "name", sorted(name for name, form in FORMS.items() if form.subject != "document" and name not in UNREAD)
)
def test_the_example_of_every_form(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    loaded, _ = load_example(form, FORMS)
    assert loaded
    (disclosure,) = loaded.department.disclosures
    file = tmp_path / "甲.xlsx"
    file.write_bytes(workbook(tables(loaded, disclosure), 7))
    document = read_file(file)
    book = recognise(document, BY_MEANING, [form])
    if form.subject == "department":
        assert disclosure.department_target
        records = {disclosure.department_target.name: record_data(disclosure.department_target, form)}
    else:
        records = {project.name: record_data(project, form) for project in disclosure.projects}
    if name == "langxi-project-2023":
        printed = {name: without_unprinted(data) for name, data in records.items()}
        records = {
            name: {key: data[key] for key in data if key not in NARRATIVE} for name, data in printed.items()
        }
    assert not misses(records, book)
    assert not unaccounted(document, book)


POOL = [
    "", "", "", "项目名称", "甲", "项目资金（万元）", "年度资金总额", "1,234.5", "其中：财政拨款", "一级指标", "二级指标", "三级指标",
    "指标值", "产出指标", "数量指标", "成本指标", "≥95%", "绩效指标", "总体目标", "年度目标", "名称", "主要实施内容", "拟投入的资金",
    "单位：万元", "合计", "绩效目标", "总计", "基本支出", "部门名称", "实施周期", "2022-2024", "（2023年度）", "起始年度", "2021", "/",
    "指标1：", "1、1-产出指标；11-数量指标；甲；年度指标值:1。", "其他需完成的任务", "目标内容",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(POOL), min_size=1, max_size=7), min_size=1, max_size=10),
    st.sampled_from(sorted(FORMS)),
)
def test_nothing_is_lost_of_any_table(rows: list[list[str]], form: str) -> None:
    document = RawDocument("x")
    document.blocks = [table_from_rows(rows, "表 1")]
    assert not unaccounted(document, recognise(document, BY_MEANING, [FORMS[form]]))


def recognised(rows: list[list[str]], form: str = "national-project-2024") -> Notebook:
    document = RawDocument("甲.xlsx")
    document.blocks = [table_from_rows(rows, "工作表“甲”")]
    return recognise(document, BY_MEANING, [FORMS[form]])


def test_an_amount_without_a_unit_is_reported_and_not_taken() -> None:
    book = recognised([["项目名称", "甲"], ["年度资金总额", "12.5"]])
    assert book.drafts[0].data == {"项目名称": "甲"}
    (left,) = book.leftovers
    assert (left.where, left.text) == ("工作表“甲” B2", "12.5") and "没有写金额的单位" in left.reason


def test_doubts_name_file_sheet_and_cell() -> None:
    (draft,) = recognised([["项目名称", "甲"], ["实施周期", "三年"]]).drafts
    assert draft.comments == {("起止时间",): "请核对：原文的栏目是“实施周期”（甲.xlsx，工作表“甲” B2）"}


def test_a_side_label_says_whose_values_they_are() -> None:
    rows = [
        ["项目名称", "甲", "", "", ""],
        ["", "一级指标", "二级指标", "三级指标", "指标值"],
        ["长期绩效指标", "产出指标(40-50)分", "数量指标", "次数", "≥12次"],
        ["年度绩效指标", "产出指标(40-50)分", "数量指标", "次数", "≥4次"],
    ]
    book = recognised(rows)
    levels = {"一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "次数"}
    assert book.drafts[0].data["中期绩效指标"] == [{**levels, "实施周期指标值": "≥12次"}]
    assert book.drafts[0].data["绩效指标"] == [{**levels, "年度指标值": "≥4次"}]


def test_cells_that_hold_their_label_and_their_value() -> None:
    rows = [
        ["项目名称：农村公路养护", "", "主管部门：某县交通局"],
        ["项目属性：□新增 ☑延续", "", "实施单位：县公路站"],
        ["年度资金总额（万元）：120.5", "", "其中：财政拨款（万元）：100"],
        ["年度目标：完成养护60公里；好路率：85%。"],
    ]
    book = recognise(RawDocument("x", [table_from_rows(rows, "表 1")]), BY_MEANING)
    assert not book.leftovers and book.drafts[0].data == {
        "项目名称": "农村公路养护",
        "主管部门": "某县交通局",
        "项目属性": "延续",
        "实施单位": "县公路站",
        "年度资金": {"总额": "120.5万元", "财政拨款": "100万元"},
        "总体绩效目标": {"年度目标": "完成养护60公里；好路率：85%。"},
    }


def test_prose_with_headings_of_five_levels() -> None:
    texts = ["民兵训练项目经费情况说明", "一、项目概况", "组织民兵训练。", "（一）训练安排", "1. 时间", "每年两次。", "①春季", "三月。",
             "二、立项依据", "《民兵工作条例》。", "三、其他事项", "无关的话。"]  # fmt: skip
    document = RawDocument("甲.docx")
    document.blocks = [RawText(text, f"第 {number} 段") for number, text in enumerate(texts, 1)]
    book = recognise(document, BY_MEANING, [FORMS["langxi-project-2023"]])
    data = book.drafts[0].data
    assert (
        "每年两次。" in data["项目概述"]
        and "三月。" in data["项目概述"]
        and data["立项依据"] == "《民兵工作条例》。"
    )
    assert [left.text for left in book.leftovers] == ["三、其他事项", "无关的话。"]


@pytest.mark.parametrize(
    ("label", "text", "amount"),
    [
        ("年度资金总额（万元）", "12.5", "12.5万元"),
        ("年度资金总额(元)", "1,250.00", "1,250.00元"),
        ("年度资金总额（元）", "12.5 万元", "12.5万元"),
    ],
)
def test_units_of_money(label: str, text: str, amount: str) -> None:
    assert recognised([["项目名称", "甲"], [label, text]]).drafts[0].data["年度资金"] == {"总额": amount}


def test_weights_and_codes_in_level_names() -> None:
    rows = [
        ["项目名称", "甲", "", "", ""],
        ["一级指标", "二级指标", "三级指标", "指标值", "分值权重（90）"],
        ["产出指标（50分）", "11-数量指标", "次数", "≥4次", "20"],
        ["", "", "人数", "≥30人", "30"],
        ["满意度指标", "服务对象满意度指标", "满意度", "≥90%", "10"],
        ["合计", "", "", "", "60"],
    ]
    book = recognised(rows)
    assert book.drafts[0].data["绩效指标"] == [
        {
            "一级指标": "产出指标",
            "二级指标": "数量指标",
            "三级指标": "次数",
            "年度指标值": "≥4次",
            "权重": "20",
        },
        {
            "一级指标": "产出指标",
            "二级指标": "数量指标",
            "三级指标": "人数",
            "年度指标值": "≥30人",
            "权重": "30",
        },
        {
            "一级指标": "满意度指标",
            "二级指标": "服务对象满意度指标",
            "三级指标": "满意度",
            "年度指标值": "≥90%",
            "权重": "10",
        },
    ]
    assert [left.text for left in book.leftovers] == ["合计", "60"]


def test_a_row_that_slipped_to_the_left() -> None:
    rows = [
        ["项目名称", "甲", "", "", "", ""],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "实施周期指标值", "年度指标值"],
        ["", "产出指标", "数量指标", "次数", "6次", "2次"],
        ["成本指标", "经济成本指标", "费用总额", "4.086万元", "1.2万元", ""],
    ]
    (draft,) = recognised(rows, "dongguan-project-2026").drafts
    assert draft.data["绩效指标"][1] == {
        "一级指标": "成本指标", "二级指标": "经济成本指标", "三级指标": "费用总额", "实施周期指标值": "4.086万元", "年度指标值": "1.2万元",
    }  # fmt: skip
    assert any("错了位" in text for text in draft.comments.values())


def test_whole_department_tasks_in_two_head_rows() -> None:
    rows = [
        ["部门（单位）整体支出绩效目标申报表", "", "", "", "", ""],
        ["部门（单位）名称", "某局", "", "", "", ""],
        ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）", "", ""],
        ["", "", "", "总额", "财政拨款", "其他资金"],
        ["", "任务1", "", "", "", ""],
        ["", "整治", "整治河道", "20", "15", "5"],
        ["金额合计", "", "", "20", "15", "5"],
        ["年度总体目标", "河道整洁。", "", "", "", ""],
    ]
    document = RawDocument("甲")
    table = table_from_rows(rows, "表 1")
    cells = [cell for cell in table.cells if not (cell.row == 2 and cell.column > 3)]
    cells = [
        type(cell)(
            cell.row,
            cell.column,
            cell.rows,
            3 if (cell.row, cell.column) == (2, 3) else 1,
            cell.text,
            cell.ref,
        )
        for cell in cells
    ]
    document.blocks = [RawTable(tuple(cells), "表 1")]
    book = recognise(document, BY_MEANING, [FORMS["dongguan-department-2023"]])
    (draft,) = book.drafts
    assert draft.kind == "department" and draft.data["部门名称"] == "某局"
    assert draft.data["年度重点工作任务"] == [
        {
            "名称": "整治",
            "主要实施内容": "整治河道",
            "拟投入的资金": "20万元",
            "财政拨款": "15万元",
            "其他资金": "5万元",
        }
    ]
    assert draft.data["总体绩效目标"] == "河道整洁。"
    assert not unaccounted(document, book)


def test_a_flat_list_whose_rows_slipped_to_the_left() -> None:
    rows = [
        ["金额单位:元"],
        ["单位名称", "项目名称", "预算数", "年度目标", "一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重", "指标方向性"],
        ["820-某镇部门", "3,969,840.00"],
        ["820001-某镇政府", "报酬", "3,309,840.00", "按时发放", "产出指标", "时效指标", "及时", "≥", "95", "%", "10", "正向指标"],
        ["产出指标", "数量指标", "人数", "≥", "230", "个", "10", "正向指标"],
        ["经费", "660,000.00", "开展活动。", "满意度指标", "服务对象满意度指标", "满意度", "≥", "95", "%", "10", "正向指标"],
    ]  # fmt: skip
    book = recognised(rows, "sichuan-summary-2023")
    first, second = book.drafts
    assert first.data["用款单位代码"] == "820001" and second.data["用款单位"] == "某镇政府"
    assert [draft.data["年度资金"]["总额"] for draft in book.drafts] == ["3,309,840.00元", "660,000.00元"]
    assert [row["三级指标"] for row in first.data["绩效指标"]] == ["及时", "人数"]
    assert first.data["绩效指标"][1]["度量单位"] == "个" and second.data["绩效指标"][0]["权重"] == "10"
    assert any("错了位" in text for text in first.comments.values())
    assert [left.text for left in book.leftovers] == ["820-某镇部门", "3,969,840.00"]


def test_money_takes_its_unit_from_the_block_it_stands_in() -> None:
    """As extracted from a PDF without merged cells: the unit stands once, rows above."""
    rows = [
        ["项目名称", "", "下立交工\n程", "", "项目性质", "阶段性项\n目", "", ""],
        ["项目资金\n（万元）", "", "项目资金总额", "", "77,132.58", "年度资金申请总额", "", "22,614.51"],
        ["", "", "其中：财政资金", "", "77,132.58", "其中：当年财政拨款", "", "22,614.51"],
        ["", "", "", "", "", "上年结转资金", "", "0"],
        ["", "项目总目标", "", "", "", "年度总体目标", "", ""],
        [
            "",
            "为居民出行提供快速便捷的通道，完善、提高了路\n网服务功能。",
            "",
            "",
            "",
            "推进前期征收。",
            "",
            "",
        ],
    ]
    (draft,) = recognised(rows, "shanghai-project-2026").drafts
    assert draft.data["项目名称"] == "下立交工程" and draft.data["项目属性"] == "阶段性项目"
    assert draft.data["实施周期资金"] == {"总额": "77,132.58万元", "财政拨款": "77,132.58万元"}
    assert draft.data["年度资金"] == {
        "总额": "22,614.51万元",
        "财政拨款": "22,614.51万元",
        "上年结转": "0万元",
    }
    assert draft.data["总体绩效目标"] == {
        "实施周期总目标": "为居民出行提供快速便捷的通道，完善、提高了路网服务功能。",
        "年度目标": "推进前期征收。",
    }
    assert not draft.comments


def test_texts_that_no_label_explains_are_all_reported() -> None:
    document = RawDocument("甲", [table_from_rows([["项目名称", "护林"], ["林班", "三号"], ["树种", "云杉"]], "表 1")])
    book = recognise(document, BY_MEANING)
    assert [left.text for left in book.leftovers] == ["林班", "三号", "树种", "云杉"]
    assert not unaccounted(document, book)
