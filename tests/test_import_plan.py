"""Import: what would be written is shown first, existing records are kept until asked, sources are reported in full."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from foreign_files import FORMS, ROOT, TEMPLATES, published, tables, word_file, workbook

from gongkai.exchange import contained, guard, import_plan, read_pdf
from gongkai.exchange.import_plan import ImportPlan, apply_import, plan_import
from gongkai.exchange.import_report import report_text
from gongkai.exchange.proposals import slug_of
from gongkai.exchange.sheet_out import write_sheet
from gongkai.exchange.tables import MAX_CELLS
from gongkai.reading.load import Loader
from gongkai.workspace import Workspace

PROJECTS = ("dongguan", "shi-zhi-gongwei", "2026")
YEAR = Path("content/dongguan/shi-zhi-gongwei/2026")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(ROOT / "content", tmp_path / "site" / "content")
    return Workspace.at(tmp_path / "site")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "项目表.docx"
    file.write_bytes(word_file(tables(*published(*PROJECTS)), 1))
    return file


def plan(workspace: Workspace, *files: Path, year: int | None = 2026) -> ImportPlan:
    return plan_import(files, workspace, "dongguan", "shi-zhi-gongwei", year)


def test_what_is_published_already_changes_nothing(workspace: Workspace, source: Path) -> None:
    found = plan(workspace, source)
    assert not found.problems and not found.doubts
    assert {proposal.status for proposal in found.proposals} == {"same"} and len(found.proposals) == 7
    assert apply_import(found, replace=True) == []


def test_new_records_load_without_a_problem(workspace: Workspace, source: Path) -> None:
    for file in (workspace.root / YEAR).glob("*.yaml"):
        file.unlink()
    found = plan(workspace, source)
    assert {proposal.status for proposal in found.proposals} == {"new"}
    assert len(apply_import(found)) == 8
    loader = Loader(workspace.root, FORMS)
    place = next(one for one in loader.localities() if one.slug == "dongguan")
    loaded = loader.department(place, workspace.content / "dongguan" / "shi-zhi-gongwei")
    assert loaded and not [problem for problem in loader.problems if problem.blocks]
    disclosure = next(one for one in loaded.department.disclosures if one.year == 2026)
    assert [one.name for one in disclosure.projects] == [one.name for one in published(*PROJECTS)[1].projects]
    first = (workspace.root / found.proposals[0].file).read_text(encoding="utf-8")
    assert first.startswith(
        "# yaml-language-server: $schema=../../../../docs/schemas/project.json\n# 导入自：项目表.docx\n项目名称:"
    )


def test_a_change_is_shown_and_written_only_when_asked(workspace: Workspace, source: Path) -> None:
    file = workspace.root / YEAR / "minbing-shiyefei.yaml"
    original = file.read_text(encoding="utf-8")
    file.write_text(
        original.replace("83,370.00元", "90,000元").replace("约100人", "约120人"), encoding="utf-8"
    )
    found = plan(workspace, source)
    (changed,) = found.changed
    shown = {difference.path: (difference.before, difference.after) for difference in changed.differences}
    assert shown == {
        "年度资金.总额": ("90,000元", "83,370.00元"),
        "绩效指标[1].年度指标值": ("约120人", "约100人"),
    }
    assert "绩效指标[1].年度指标值：约120人 → 约100人" in report_text(found)
    assert apply_import(found) == [] and "90,000元" in file.read_text(encoding="utf-8")
    assert apply_import(found, replace=True) == [file]
    after = file.read_text(encoding="utf-8")
    assert "83,370.00元" in after and after.split("项目名称")[0] == original.split("项目名称")[0]
    assert ("已认可" in after) == ("已认可" in original)


def test_a_project_keeps_its_name_across_years(workspace: Workspace, source: Path) -> None:
    found = plan(workspace, source, year=2027)
    names = {Path(proposal.file).name for proposal in found.proposals}
    assert "minbing-shiyefei.yaml" in names and len(names) == 8


def test_a_new_project_is_added_to_the_order(workspace: Workspace, source: Path) -> None:
    (workspace.root / YEAR / "minbing-shiyefei.yaml").unlink()
    listed = workspace.root / YEAR / "disclosure.yaml"
    original = listed.read_text(encoding="utf-8")
    listed.write_text(original.replace("  - minbing-shiyefei\n", ""), encoding="utf-8")
    found = plan(workspace, source)
    assert [proposal.status for proposal in found.proposals].count("new") == 1
    changed = next(proposal for proposal in found.proposals if proposal.file.endswith("disclosure.yaml"))
    removed = set(original.splitlines()) - set(changed.text.splitlines())
    assert not removed - {"  - minbing-shiyefei"}


def test_a_sheet_of_the_form_replaces_its_record(workspace: Workspace, tmp_path: Path) -> None:
    loaded, disclosure = published(*PROJECTS)
    project = disclosure.projects[1].model_copy(
        update={"period": disclosure.projects[1].period.model_copy(update={"start": None})}
    )
    file = tmp_path / "表.xlsx"
    file.write_bytes(
        write_sheet(
            FORMS["dongguan-project-2026"],
            [project],
            TEMPLATES,
            department=loaded.department,
            disclosure=disclosure,
        )
    )
    found = plan(workspace, file)
    (changed,) = found.changed
    assert [(one.path, one.after) for one in changed.differences] == [("实施周期.起始年度", None)]
    assert changed.file.endswith(f"/{project.slug}.yaml")


def test_a_department_goes_into_the_disclosure(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "整体.xlsx"
    file.write_bytes(workbook(tables(*published("dongguan", "shi-zhi-gongwei", "2023")), 1))
    assert [one.status for one in plan(workspace, file, year=2023).proposals] == ["same"]
    listed = workspace.content / "dongguan/shi-zhi-gongwei/2023/disclosure.yaml"
    listed.write_text(listed.read_text(encoding="utf-8").replace("172.67万元", "180万元"), encoding="utf-8")
    found = plan(workspace, file, year=2023)
    (changed,) = found.changed
    assert [(one.before, one.after) for one in changed.differences] == [("180万元", "172.67万元")]


def test_the_same_project_in_two_files(workspace: Workspace, source: Path, tmp_path: Path) -> None:
    other = tmp_path / "再一份.docx"
    other.write_bytes(word_file(tables(*published(*PROJECTS)), 2))
    found = plan(workspace, source, other)
    assert len(found.proposals) == 7 and not found.problems


def test_values_that_no_record_holds_go_to_the_report(workspace: Workspace, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows = [
        ["项目名称", "甲项目"],
        ["年度资金总额（元）", "约五万"],
        ["起始年度", "去年"],
        ["2025年度目标", "好" * 3],
        ["（2025年度）", None],
    ]
    for row in rows:
        book.active.append(row)
    file = tmp_path / "甲.xlsx"
    book.save(file)
    found = plan(workspace, file)
    (proposal, _) = found.proposals
    assert "年度资金" not in proposal.text and "好好好" in proposal.text
    text = report_text(found)
    assert "“约五万”：“总额”不是一个金额" in text and "“去年”：“起始年度”不是四位数的年份" in text
    assert [problem.rule for problem in found.problems] == ["import.year"]


def test_a_place_that_does_not_exist(workspace: Workspace, source: Path) -> None:
    found = plan_import([source], workspace, "dongguan", "mei-you", 2026)
    assert [problem.rule for problem in found.problems] == ["import.target"] and not found.proposals


def test_folders_with_bad_files_import_the_good_ones(
    workspace: Workspace, source: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "收到"
    folder.mkdir()
    shutil.copy(source, folder)
    (folder / "扫描.pdf").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = plan(workspace, folder)
    assert [problem.rule for problem in found.problems] == ["import.image"] and len(found.proposals) == 7
    assert "扫描.pdf" in report_text(found)


def test_file_names_from_project_names() -> None:
    assert slug_of("民兵事业费", set()) == "min-bing-shi-ye-fei"
    assert slug_of("民兵事业费", {"min-bing-shi-ye-fei"}) == "min-bing-shi-ye-fei-2"
    assert slug_of("两新组织党员活动经费（镇）", set()) == "liang-xin-zu-zhi-dang-yuan-huo-dong-jing"
    assert slug_of("！！", set()) == "xiangmu"


@pytest.mark.parametrize("name", ["disclosure", "Disclosure"])
def test_no_project_takes_the_place_of_the_disclosure(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    (tmp_path / "a.html").write_text(f"<table><tr><td>项目名称<td>{name}</table>", encoding="utf-8")
    files = [proposal.file for proposal in plan(workspace, tmp_path / "a.html").proposals]
    assert f"{YEAR.as_posix()}/disclosure-2.yaml" in files and len(set(files)) == len(files)


def test_a_project_keeps_its_file_name_of_the_latest_other_year(workspace: Workspace, tmp_path: Path) -> None:
    for year, slug in ((2024, "old"), (2025, "newer")):
        folder = workspace.root / YEAR.parent / str(year)
        folder.mkdir()
        (folder / f"{slug}.yaml").write_text("项目名称: 修 桥\n", encoding="utf-8")
    (tmp_path / "a.html").write_text("<table><tr><td>项目名称<td>修桥</table>", encoding="utf-8")
    files = [proposal.file for proposal in plan(workspace, tmp_path / "a.html").proposals]
    assert f"{YEAR.as_posix()}/newer.yaml" in files


def test_a_site_has_its_own_wordings_of_labels(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.root / "layouts").mkdir()
    own = workspace.root / "layouts" / "labels.yaml"
    own.write_text("implementing_unit: [干活的单位]\nxyz: [别的]\n", encoding="utf-8")
    (tmp_path / "a.html").write_text(
        "<table><tr><td>项目名称<td>甲<tr><td>干活的单位<td>某科</table>", encoding="utf-8"
    )
    found = plan(Workspace.at(workspace.root), tmp_path / "a.html")
    assert "实施单位: 某科" in found.proposals[0].text
    assert [(str(one.place), one.rule) for one in found.problems] == [
        ("layouts/labels.yaml:2:6", "labels.unusable")
    ]


def test_what_was_read_and_is_nowhere_fails_the_import(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.html").write_text(
        "<table><tr><td>项目名称<td>甲<tr><td>项目类型<td>乙</table>", encoding="utf-8"
    )
    monkeypatch.setattr(import_plan, "settle", lambda draft, form, book: draft.data.pop("项目类型") and [])
    found = plan(workspace, tmp_path / "a.html")
    assert [problem.rule for problem in found.problems if problem.blocks] == ["import.lost"]


def test_more_files_than_one_import_reads(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_plan, "MAX_FILES", 1)
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text("<table><tr><td>项目名称<td>甲</table>", encoding="utf-8")
    found = plan(workspace, tmp_path / "a.html", tmp_path / "b.html")
    assert [problem.rule for problem in found.problems] == ["import.too-many"] and len(found.books) == 1


def test_the_handbook_states_the_limits() -> None:
    text = (ROOT / "docs" / "导入导出.md").read_text(encoding="utf-8")
    for limit in (f"{guard.MAX_FILE // 2**20} MB", f"合计 {guard.MAX_UNPACKED // 2**20} MB，一个部分 {guard.MAX_MEMBER // 2**20} MB，{guard.MAX_MEMBERS:,} 个部分",
                  f"{MAX_CELLS:,} 个", f"{read_pdf.MAX_PAGES} 页，每页 {read_pdf.MAX_OBJECTS:,} 条线，每个文件 {read_pdf.MAX_SECONDS:.0f} 秒",
                  f"{contained.SECONDS:.0f} 秒，{contained.MEMORY // 2**20:,} MB 内存", f"{import_plan.MAX_FILES} 个文件"):  # fmt: skip
        assert limit in text
