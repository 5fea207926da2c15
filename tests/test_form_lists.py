"""A form's own lists and a title with the project's name: from the record to the page, the PDF, the sheet and back."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
from lxml import html

from gongkai.authoring.contract import check_forms
from gongkai.building import pipeline
from gongkai.exchange.sheet_in import read_sheet
from gongkai.exchange.sheet_out import write_sheet
from gongkai.exchange.tables import RawDocument
from gongkai.reading.forms import load_forms
from gongkai.reading.own import read_record
from gongkai.reading.records import Project
from gongkai.reading.source import read_yaml
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

LISTS = Path(__file__).parent / "sites/lists"
TITLE = "2024年“农村道路”绩效目标和支出明细表"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("lists")
    shutil.copytree(LISTS, root, dirs_exist_ok=True)
    outcome = pipeline.build(Workspace.at(root), workers=1)
    assert outcome.published, [one.message for one in outcome.problems]
    assert {one.rule for one in outcome.problems} == {"load.site-facts"}
    return Workspace.at(root)


def test_the_form_keeps_its_contract(site: Workspace) -> None:
    assert [one.message for one in check_forms(site, ["lists"])] == []


def test_equal_names_share_a_cell_and_sums_stand_below(site: Workspace) -> None:
    page = html.parse(site.output / "shi/ju/2024/daolu/index.html")
    (table,) = page.xpath("//table[contains(@class, 'lists')]")
    assert table.find("caption").text_content().strip() == TITLE
    rows = [
        [(cell.text_content().strip(), int(cell.get("rowspan", 1))) for cell in row]
        for row in table.iter("tr")
    ]
    assert rows[4:10] == [
        [("工程费", 3), ("路基", 1), ("30", 1)],
        [("路面", 1), ("45.5", 1)],
        [("小计", 1), ("75.5", 1)],
        [("其他费", 2), ("监理", 1), ("4", 1)],
        [("小计", 1), ("4", 1)],
        [("合计", 1), ("79.5", 1)],
    ]
    assert rows[12:15] == [
        [("产出指标", 4), ("新建道路", 3), ("12公里", 3), ("上半年", 2), ("一季度", 1), ("≥2公里", 1), ("2024年3月", 1)],
        [("二季度", 1), ("≥4公里", 1), ("2024.6.30", 1)],
        [("下半年", 1), ("三季度", 1), ("其余", 1), ("2024年9月30日", 1)],
    ]  # fmt: skip
    assert [text for text, _ in rows[15]] == ["验收合格率", "100%", "", "", "", ""]


def test_targets_and_days_are_printed_as_written(site: Workspace) -> None:
    with pdfplumber.open(site.output / "shi/ju/2024/daolu/shi-ju-2024-daolu.pdf") as pdf:
        assert pdf.metadata["Title"] == TITLE
        text = pdf.pages[0].extract_text()
        cells = {cell for row in pdf.pages[0].extract_tables()[0] for cell in row if cell}
    assert TITLE in text
    assert {"2024年3月", "≥95％左右", "≥2公里", "2024.6.30", "其余", "75.5", "79.5"} <= cells
    data = json.loads((site.output / "shi/ju/2024/shi-ju-2024.json").read_text(encoding="utf-8"))
    own = {
        one["field"]: one["text"] for one in data["disclosures"][0]["projects"][0]["own"] if "row" not in one
    }
    assert own == {"begun": "2024年3月", "floor": "≥95％左右"}


def test_the_sheet_takes_the_name_of_the_title_and_more_items(site: Workspace) -> None:
    forms = load_forms(site.layouts)[0]
    document, _ = read_yaml(site.content / "shi/ju/2024/daolu.yaml", "x.yaml")
    assert document is not None
    project = read_record(document, Project, forms["lists"], [], "daolu")
    assert project is not None
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(forms["lists"], [project], Templates(site.layouts))))
    changes = {"农村道路": "乡村道路", "上半年": "前半年", "工程费": "工程"}
    for row in book.worksheets[0].iter_rows():
        for cell in (one for one in row if one.value in changes):
            cell.value = changes[cell.value]
    places = {cell.value: cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value}
    place = places["三季度"]
    for offset, text in enumerate(("下半年", "四季度", "全部完成", "2024年12月")):
        book.worksheets[0].cell(place.row + 1, place.column - 1 + offset, text)
    file = io.BytesIO()
    book.save(file)
    _, (record,) = read_sheet(file.getvalue(), forms, RawDocument("x.xlsx"))
    assert record.data["项目名称"] == "乡村道路"
    assert [one["支出类别"] for one in record.data["支出明细"]] == ["工程", "工程", "其他费"]
    quarters = record.data["绩效指标"][0]["分季度"]
    assert [one["半年"] for one in quarters] == ["前半年", "前半年", "下半年", "下半年"]
    assert quarters[3] == {
        "半年": "下半年",
        "季度": "四季度",
        "季度目标": "全部完成",
        "完成日期": "2024年12月",
    }


def test_money_and_targets_have_a_column_for_each_county_of_the_year(site: Workspace) -> None:
    assert [one.message for one in check_forms(site, ["counties"])] == []
    for year, counties in (("2023", ["甲市", "乙县"]), ("2024", ["丙市", "甲市"])):
        page = html.parse(site.output / f"shi/ju/{year}/jiangbu/index.html")
        (table,) = page.xpath("//table[contains(@class, 'counties')]")
        rows = [[cell.text_content().strip() for cell in row] for row in table.iter("tr")]
        assert rows[2:4] == [
            ["县（市、区）", "合计", *counties, "丁县"], ["补助资金（万元）", "450", "250", "200", ""]
        ]  # fmt: skip
        assert rows[6:] == [
            ["产出指标", "奖补项目", "≥12个", "≥7个", "≥5个", ""],
            ["效益指标", "受益人口", "≥3万人", "", "≥1万人", "≥2万人"],
        ]
