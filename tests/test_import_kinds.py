"""Files of many kinds are read right, value by value; each goes to its own department, and records keep their text."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from foreign_files import FORMS, LAYOUTS, ROOT, published, tables, workbook
from foreign_kinds import CHROME, KINDS, KNOWN, SEEDS, Source, measure, read_back, sources

from gongkai.exchange.binding import MAP_SHEET
from gongkai.exchange.guard import find_files
from gongkai.exchange.import_plan import ImportPlan, apply_import, plan_import, plan_mixture
from gongkai.exchange.import_report import report_text
from gongkai.exchange.intake import read_file
from gongkai.exchange.layout import best_match
from gongkai.exchange.sheet_out import write_sheet
from gongkai.exchange.tables import RawTable, clean
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

YEAR = Path("content/dongguan/shi-zhi-gongwei/2026")
PDFS = [kind for kind, (suffix, _) in KINDS.items() if suffix == "pdf"]


@pytest.fixture
def site(tmp_path: Path) -> Workspace:
    shutil.copytree(ROOT / "content", tmp_path / "site" / "content")
    return Workspace.at(tmp_path / "site")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (*PDFS, "两张并排", "Word")])
def test_every_value_of_every_form(kind: str, tmp_path: Path) -> None:
    for source in sources():
        counts, notes = measure(source, read_back(source, kind, tmp_path))
        assert not notes and counts["right"] > 10


def test_two_tables_side_by_side(tmp_path: Path) -> None:
    source = Source("东坑", *published(*SEEDS[3]))
    counts, notes = measure(source, read_back(source, "两张并排", tmp_path), 2)
    assert not notes and counts["right"] > 50


def test_pdfs_of_a_browser(tmp_path: Path) -> None:
    total: Counter[str] = Counter()
    for source in list(sources())[:4]:
        total += measure(source, read_back(source, "Chromium 的 PDF", tmp_path))[0]
    CHROME.end()
    assert total["right"] > 500 and total["right"] >= 0.99 * sum(total.values()) and not total["lost"]


def test_a_row_cut_by_the_page_with_some_cells_above_and_others_below(tmp_path: Path) -> None:
    source = Source("郎溪", *published(*SEEDS[4]))
    counts, notes = measure(source, read_back(source, "WeasyPrint 的 PDF", tmp_path))
    assert not notes and counts["right"] > 150


@pytest.mark.parametrize("name", sorted(name for name, form in FORMS.items() if form.subject != "document"))
def test_a_blank_table_is_like_its_own_form_and_gives_no_record(name: str, tmp_path: Path) -> None:
    file = tmp_path / "空表.xlsx"
    file.write_bytes(write_sheet(FORMS[name], None, Templates(LAYOUTS)))
    book = openpyxl.load_workbook(file)
    del book[MAP_SHEET]
    book.save(file)
    (table,) = [block for block in read_file(file).blocks if isinstance(block, RawTable)]
    match = best_match(table, KNOWN, [name])
    assert match and match.layout.form == name and match.likeness > 0.95


def test_the_report_says_by_which_form_a_table_was_read(site: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "表.xlsx"
    file.write_bytes(workbook(tables(*published(*SEEDS[1]))[:1], 1))
    text = report_text(plan_import([file], site, *SEEDS[1][:2], 2026))
    assert (
        "按表式 dongguan-project-2026 读，栏目相符 100%" in text
        and "归到 dongguan/shi-zhi-gongwei/2026" in text
    )


def inbox(folder: Path) -> Path:
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(workbook(tables(*published(*SEEDS[0])), 1))
    (folder / "乙.xlsx").write_bytes(workbook(tables(*published(*SEEDS[2])), 1))
    (folder / "丙.html").write_bytes(KINDS["网页"][1](tables(*published(*SEEDS[1]))[:1], 1))
    return folder


def went(plan: ImportPlan) -> dict[str, str]:
    return {book.file: book.target for book in plan.books}


def test_files_find_their_department(site: Workspace, tmp_path: Path) -> None:
    plan = plan_mixture([inbox(tmp_path / "收件夹")], site, 2026)
    targets = went(plan)
    assert targets["甲.xlsx"] == "dongguan/shi-zhi-gongwei/2023"
    assert targets["乙.xlsx"] == "huadu/qu-zhi-gongwei/2026"
    assert targets["丙.html"] == "dongguan/shi-zhi-gongwei/2026"
    assert not [problem for problem in plan.problems if problem.blocks]


def test_a_file_without_a_department_is_reported(site: Workspace, tmp_path: Path) -> None:
    book, file = openpyxl.Workbook(), tmp_path / "无名.xlsx"
    assert book.active
    book.active.append(["项目名称", "甲项目"])
    book.save(file)
    plan = plan_mixture([file], site, 2026)
    assert [problem.rule for problem in plan.problems] == ["import.nobody"] and not plan.proposals
    assert "不知道是哪个部门的" in report_text(plan)


def test_a_file_of_another_department_is_an_error(site: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "表.xlsx"
    file.write_bytes(workbook(tables(*published(*SEEDS[2])), 1))
    plan = plan_import([file], site, *SEEDS[1][:2], 2026)
    assert [problem.rule for problem in plan.problems if problem.blocks] == ["import.department"]
    assert not plan.proposals and "花都" in report_text(plan)


def test_an_existing_record_keeps_its_comments_quotes_and_order(site: Workspace, tmp_path: Path) -> None:
    record = next(
        file for file in sorted((site.root / YEAR).glob("*.yaml")) if "项目名称" in file.read_text("utf-8")
    )
    text = record.read_text("utf-8")
    typed = text.replace("项目等级: 二级项目", "# 科里说的\n项目等级: '一级项目'   # 待定")
    assert typed != text
    record.write_text(typed, "utf-8")
    file = tmp_path / "表.xlsx"
    file.write_bytes(workbook(tables(*published(*SEEDS[1])), 1))
    plan = plan_import([file], site, *SEEDS[1][:2], 2026)
    assert "项目等级：一级项目 → 二级项目" in report_text(plan)
    assert apply_import(plan) == [] and apply_import(plan, replace=True) == [record]
    assert record.read_text("utf-8") == typed.replace("'一级项目'", "'二级项目'")


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    outside, folder = tmp_path / "别处.xlsx", tmp_path / "收件夹"
    outside.write_bytes(workbook(tables(*published(*SEEDS[2])), 1))
    folder.mkdir()
    (folder / "链接.xlsx").symlink_to(outside)
    ((file, name),) = find_files([folder])
    document = read_file(file, name)
    assert [problem.rule for problem in document.problems] == ["import.link"] and not document.blocks


def test_a_prepared_sheet_counts_what_it_gave_and_tells_of_formulas(site: Workspace, tmp_path: Path) -> None:
    loaded, disclosure = published(*SEEDS[1])
    file = tmp_path / "表.xlsx"
    file.write_bytes(
        write_sheet(
            FORMS["dongguan-project-2026"],
            disclosure.projects[:1],
            Templates(LAYOUTS),
            locality=loaded.locality,
            department=loaded.department,
            disclosure=disclosure,
        )
    )
    book = openpyxl.load_workbook(file)
    sheet = next(sheet for sheet in book.worksheets if sheet.title != MAP_SHEET)
    sheet.cell(40, 1).value = "=1+1"
    book.save(file)
    plan = plan_import([file], site, *SEEDS[1][:2], 2026)
    assert len(plan.books[0].read) > 20
    assert "import.formula" in [problem.rule for problem in plan.problems] and "=1+1" in report_text(plan)


def test_radicals_and_vertical_forms_become_characters() -> None:
    assert clean("⾼⻔⼯⻓〈︵") == "高门工长〈("
