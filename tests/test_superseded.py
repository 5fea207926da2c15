"""Corrections: what was published before stays reachable, and no published file is lost on the way."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pages
import pytest
from click.testing import CliRunner, Result
from lxml import html

from gongkai.cli.main import cli
from gongkai.problems import CommandError, ExitCode

YEAR = "dongguan/shi-zhi-gongwei/2026"
PDF = "dongguan-shi-zhi-gongwei-2026"
CORRECTION = "更正说明:\n  - 日期: 2026-03-02\n    内容: 更正了预算\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("superseded")
    shutil.copytree(pages.ROOT / "tests" / "sites" / "small" / "content", folder / "content")
    assert pages.rebuild(folder).published
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "site"))


def keep(site: Path, address: str) -> Result:
    return CliRunner().invoke(cli, ["--root", str(site), "keep", address])


def correct(site: Path, text: str) -> None:
    file = site / "content" / YEAR / "disclosure.yaml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def rules(site: Path) -> set[str]:
    return {problem.rule for problem in pages.rebuild(site).problems if problem.blocks}


def test_a_file_kept_before_the_correction_is_published_under_it(site: Path) -> None:
    before = (site / "output" / YEAR / f"{PDF}.pdf").read_bytes()
    result = keep(site, YEAR)
    assert result.exit_code == 0
    (name,) = re.findall(r"原文件: \[(.+)\]", result.output)
    assert (site / "content" / YEAR / "files" / name).read_bytes() == before
    correct(site, result.output[result.output.index("更正说明:") :])
    assert rules(site) == set()
    assert (site / "output" / YEAR / "files" / name).read_bytes() == before
    for path, up in ((f"{YEAR}/index.html", ""), (f"{YEAR}/minbing/index.html", "../")):
        page = html.document_fromstring((site / "output" / path).read_bytes())
        (link,) = page.xpath("//section[@class='corrections']//a[@class='download']")
        target = (site / "output" / path).parent / link.get("href")
        assert target.resolve() == (site / "output" / YEAR / "files" / name).resolve(), up
        assert "更正前的文件" in link.text_content() and "PDF，" in link.text_content()
    corrections = (site / "output/data/corrections.csv").read_text(encoding="utf-8-sig")
    assert name in corrections


def test_a_kept_file_stays_through_later_builds_and_a_lost_output(site: Path) -> None:
    (name,) = re.findall(r"原文件: \[(.+)\]", keep(site, YEAR).output)
    correct(site, f"{CORRECTION}    原文件: [{name}]\n")
    assert rules(site) == set()
    before = (site / "output" / YEAR / "files" / name).read_bytes()
    record = site / "content" / YEAR / "minbing.yaml"
    record.write_text(record.read_text(encoding="utf-8") + "项目代码: A100\n", encoding="utf-8")
    assert rules(site) == set()
    assert (site / "output" / YEAR / "files" / name).read_bytes() == before
    shutil.rmtree(site / "output")
    shutil.rmtree(site / ".cache")
    assert rules(site) == set()
    assert (site / "output" / YEAR / "files" / name).read_bytes() == before


def test_a_correction_without_the_old_file_is_not_published(site: Path) -> None:
    before = (site / "output" / YEAR / f"{PDF}.pdf").read_bytes()
    correct(site, CORRECTION)
    outcome = pages.rebuild(site)
    (problem,) = [one for one in outcome.problems if one.blocks]
    assert problem.rule == "correction.original" and f"keep {YEAR}" in problem.hint
    assert (site / "output" / YEAR / f"{PDF}.pdf").read_bytes() == before
    correct(site, "已认可:\n  - 规则: correction.original\n    原因: 当时没有公开文件\n")
    assert rules(site) == set()


def test_keeping_again_overwrites_nothing(site: Path) -> None:
    folder = site / "content" / YEAR / "files"
    keep(site, YEAR)
    keep(site, YEAR)
    (first,) = folder.iterdir()
    content = first.read_bytes()
    first.write_bytes(b"%PDF-1.7 other")
    assert keep(site, YEAR).exit_code == 0
    kept = sorted(folder.iterdir())
    assert len(kept) == 2 and first.read_bytes() == b"%PDF-1.7 other"
    assert content in {file.read_bytes() for file in kept}


def test_a_projects_own_file_can_be_kept(site: Path) -> None:
    result = keep(site, f"{YEAR}/minbing")
    assert result.exit_code == 0
    assert f"{PDF}-minbing-2" in result.output


@pytest.mark.parametrize(
    ("address", "message"),
    [("dongguan", "应当写成"), (f"{YEAR}/meiyou", "没有可以保留的文件"), ("../../../x", "应当写成")],
)
def test_what_cannot_be_kept_is_told(site: Path, address: str, message: str) -> None:
    error = keep(site, address).exception
    assert isinstance(error, CommandError)
    assert error.exit_code == ExitCode.USAGE
    assert message in error.message + error.hint


def test_a_published_file_that_was_tampered_with_is_not_kept(site: Path) -> None:
    file = site / "output" / YEAR / f"{PDF}.pdf"
    file.unlink()
    file.write_bytes(b"something else")
    error = keep(site, YEAR).exception
    assert isinstance(error, CommandError)
    assert "被改动过" in error.message
    assert not (site / "content" / YEAR / "files").exists()


@pytest.mark.parametrize("name", ["../a.pdf", "a.html", "A.pdf", "甲.pdf", "a.exe"])
def test_only_plain_files_that_nothing_runs_can_be_named(site: Path, name: str) -> None:
    correct(site, f"{CORRECTION}    原文件: ['{name}']\n")
    assert rules(site) == {"record.file"}


def test_a_named_file_must_be_there_and_an_unnamed_one_is_told(site: Path) -> None:
    correct(site, f"{CORRECTION}    原文件: [meiyou.pdf]\n")
    (site / "content" / YEAR / "files").mkdir()
    (site / "content" / YEAR / "files" / "duoyu.pdf").write_bytes(b"%PDF-1.7\n")
    found = {problem.rule: problem for problem in pages.rebuild(site).problems}
    assert found["load.kept-file"].blocks and found["load.kept-file"].place.line > 1
    assert "duoyu.pdf" in found["load.extra-file"].place.file
    assert not (site / "output" / YEAR / "files" / "duoyu.pdf").exists()


def test_a_link_out_of_the_content_folder_is_not_followed(site: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF-1.7 secret")
    (site / "content" / YEAR / "files").mkdir()
    (site / "content" / YEAR / "files" / "a.pdf").symlink_to(secret)
    correct(site, f"{CORRECTION}    原文件: [a.pdf]\n")
    assert rules(site) == {"load.outside"}
