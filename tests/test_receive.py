"""Departments hand in: one command finds whose each file is, takes what is right, and sends back what is not, marked."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pages
import pytest
from click.testing import CliRunner, Result

from gongkai.building.look import Terms
from gongkai.cli.main import cli
from gongkai.exchange.sheet_of import sheet_for
from gongkai.problems import ExitCode
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace

SMALL = pages.ROOT / "tests/sites/small/content"
OLD, NAME = "中共东莞市直属机关工作委员会", "东莞市第{}局"
COUNT = 6
DAY = date(2026, 3, 2)


def unit(number: int) -> str:
    return f"bu-{number}"


def make(folder: Path, count: int) -> Path:
    """A bureau with this many departments, all published but undated, and each one's filled sheet in the inbox."""
    shutil.copytree(SMALL, folder / "content")
    first = folder / "content/dongguan/shi-zhi-gongwei"
    for number in range(count):
        home = Path(shutil.copytree(first, folder / "content/dongguan" / unit(number)))
        for file in home.rglob("*.yaml"):
            text = file.read_text("utf-8").replace(OLD, NAME.format(number))
            file.write_text(re.sub("^发布日期.*\n", "", text, flags=re.MULTILINE), "utf-8")
    shutil.rmtree(first)
    assert pages.rebuild(folder, terms=Terms(DAY)).published
    workspace = Workspace.at(folder)
    (folder / "content/收件").mkdir()
    for number in range(count):
        address = f"dongguan/{unit(number)}/2026"
        data = sheet_for(workspace, "dongguan-project-2026", f"{address}/minbing")
        (folder / f"content/收件/{number}.xlsx").write_bytes(data)
        edit(folder, number, "军事技能训练5天", "军事技能训练6天")
    return folder


def edit(site: Path, number: int, old: str, new: str) -> str:
    """A text in a department's sheet is another; in which cell."""
    file = site / f"content/收件/{number}.xlsx"
    book = openpyxl.load_workbook(file)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value is not None and old in str(cell.value):
                cell.value = str(cell.value).replace(old, new)
                book.save(file)
                return str(cell.coordinate)
    raise AssertionError([cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("receive"), COUNT)


@pytest.fixture
def site(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "site", symlinks=True))


def receive(site: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--root", str(site), "receive", "--on", str(DAY), *arguments])


def public(site: Path, number: int) -> dict[str, bytes]:
    folder = site / "output/dongguan" / unit(number)
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def lines(site: Path) -> dict[str, dict[str, str]]:
    with (site / "交件情况/2026.csv").open(encoding="utf-8-sig", newline="") as file:
        return {line["部门"]: line for line in csv.DictReader(file)}


def test_all_but_the_misaddressed_and_the_broken_are_published_by_one_command(site: Path) -> None:
    before = {number: public(site, number) for number in range(COUNT)}
    edit(site, 0, NAME.format(0), "东莞市不存在局")
    cell = edit(site, 1, "83,370.00", "约八万元")
    result = receive(site, "--publish")
    assert result.exit_code == ExitCode.PROBLEMS
    assert f"{COUNT - 1} 个部门送来文件，退回 1 个；另有 1 个文件找不到部门" in result.output
    assert "退回：0.xlsx" in result.output
    assert "表上的主管部门是“东莞市不存在局”，这里没有这个部门" in result.output
    assert "退回：1.xlsx → dongguan/bu-1/2026" in result.output
    for number in range(COUNT):
        same = public(site, number) == before[number]
        assert same == (number < 2), number
        page = (site / "output/dongguan" / unit(number) / "2026/minbing/index.html").read_text("utf-8")
        assert ("训练6天" in page) == (number >= 2)
    assert verify(site / "output") == []
    assert not [one for one in (site / "output").rglob("*") if "交件" in one.name or "收件" in one.name]
    back = openpyxl.load_workbook(site / "content/收件/退回/dongguan-bu-1/1.xlsx").worksheets[0]
    assert "不是一个金额" in back[cell].comment.text
    assert back[cell].fill.fgColor.rgb == "00FFC7CE"
    marked = [one.coordinate for row in back.iter_rows() for one in row if one.comment]
    assert sorted(marked) == sorted({cell, "A1"} & set(marked))
    assert (
        "没有这个部门"
        in openpyxl.load_workbook(site / "content/收件/退回/0.xlsx").worksheets[0]["A1"].comment.text
    )
    assert sorted(one.name for one in (site / "content/收件").glob("*.xlsx")) == ["0.xlsx", "1.xlsx"]
    assert len(list((site / "content/收件/已收/2026-03-02").rglob("*.xlsx"))) == COUNT - 2
    assert lines(site)[NAME.format(1)]["状态"] == "有错误"
    assert lines(site)[NAME.format(2)]["状态"] == "已交"


def test_what_a_rule_finds_is_marked_in_the_senders_own_cell_and_what_is_mended_is_taken(site: Path) -> None:
    cell = edit(site, 3, "军事技能训练6天", "军事技能训练，联系13800138000")
    assert "手机号" in receive(site, "--write").output
    back = site / "content/收件/退回/dongguan-bu-3/3.xlsx"
    comment = openpyxl.load_workbook(back).worksheets[0][cell].comment.text
    assert "手机号" in comment
    assert "13800138000" not in comment
    record = site / "content/dongguan/bu-3/2026/minbing.yaml"
    assert "训练5天" in record.read_text("utf-8")
    shutil.move(back, site / "content/收件/3.xlsx")  # the marked file itself is mended and sent again
    edit(site, 3, "，联系13800138000", "7天")
    result = receive(site, "--write")
    assert result.exit_code == ExitCode.OK, result.output
    assert "训练7天" in record.read_text("utf-8")


def test_without_write_nothing_is_touched(site: Path) -> None:
    before = {one: one.read_bytes() for one in (site / "content").rglob("*") if one.is_file()}
    result = receive(site)
    assert result.exit_code == ExitCode.OK, result.output
    assert "记录没有改动" in result.output
    assert {one: one.read_bytes() for one in (site / "content").rglob("*") if one.is_file()} == before


def test_a_file_that_says_one_department_and_lies_in_anothers_folder_is_nobodys(site: Path) -> None:
    inbox = site / "content/收件"
    for file in inbox.glob("[1-9].xlsx"):
        file.unlink()
    (inbox / "dongguan/bu-4").mkdir(parents=True)
    (inbox / "0.xlsx").rename(inbox / "dongguan/bu-4/0.xlsx")
    (inbox / f"{NAME.format(2)}扫描件.txt").write_text("x", "utf-8")
    result = receive(site)
    assert result.exit_code == ExitCode.PROBLEMS
    assert "不能确定是哪个部门的：东莞市第0局、东莞市第4局" in result.output
    assert f"退回：{NAME.format(2)}扫描件.txt → dongguan/bu-2/2026" in result.output


def test_the_hand_in_list_says_whose_time_runs_out(site: Path) -> None:
    home = site / "content/dongguan"
    shutil.rmtree(home / "bu-5/2026")
    for file in (site / "content/收件").glob("*"):
        file.unlink()
    disclosure = home / "bu-0/2026/disclosure.yaml"
    disclosure.write_text(disclosure.read_text("utf-8") + "批复日期: 2026-02-04\n", "utf-8")
    receive(site, "--approved", "2026-02-20")
    found = lines(site)
    assert (found[NAME.format(0)]["公开期限"], found[NAME.format(0)]["剩余天数"]) == ("2026-02-24", "-6")
    assert found[NAME.format(0)]["状态"].endswith("，逾期")
    assert (found[NAME.format(1)]["公开期限"], found[NAME.format(1)]["剩余天数"]) == ("2026-03-12", "10")
    assert found[NAME.format(5)]["状态"] == "未交"
    locality = home / "locality.yaml"
    locality.write_text(locality.read_text("utf-8") + "公开期限: 20个工作日\n", "utf-8")
    receive(site, "--approved", "2026-02-20")
    # The Spring Festival lasts until 23 February 2026; the 28th is a working Saturday.
    assert lines(site)[NAME.format(1)]["公开期限"] == "2026-03-20"
    page = (site / "交件情况/2026.html").read_text("utf-8")
    assert "东莞市第0局" in page and "不公开" in page
