"""A project marked 公开: 否 reaches no page, PDF, index or download; and if it did, it would be told."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pages
import pytest

from gongkai.building import pipeline
from gongkai.building.leaks import leaks
from gongkai.planning.summaries import LocalitySummary, ProjectSummary, summarise
from gongkai.printing.attached import source_files
from gongkai.reading.records import Department, Disclosure, Locality, Project
from gongkai.workspace import Workspace

SMALL = Path(__file__).parent / "sites" / "small"
SECRET = "地下指挥所改造"


@pytest.fixture
def tree() -> LocalitySummary:
    def project(slug: str, disclosed: str) -> Project:
        return Project.model_validate({"\0slug": slug, "项目名称": f"项目{slug}", "公开": disclosed})

    disclosure = Disclosure.model_validate({"\0slug": "2026", "年度": "2026"})
    disclosure = disclosure.model_copy(update={"projects": (project("open", "是"), project("secret", "否"))})
    department = Department.model_validate({"\0slug": "jiguan", "部门名称": "工委"})
    department = department.model_copy(update={"disclosures": (disclosure,)})
    locality = Locality.model_validate({"\0slug": "dongguan", "地区名称": "东莞市"})
    return LocalitySummary(locality, (summarise(department),))


def test_what_the_planner_plans_is_clean(tree: LocalitySummary) -> None:
    assert leaks([tree], ["index.html", "dongguan/jiguan/2026/open/index.html"]) == []


@pytest.mark.parametrize(
    "path",
    [
        "dongguan/jiguan/2026/secret/index.html",
        "dongguan/jiguan/2026/secret/dongguan-jiguan-2026-secret.pdf",
        "dongguan/jiguan/2026/secret/data.json",
    ],
)
def test_a_file_of_a_withheld_project_is_an_error(path: str, tree: LocalitySummary) -> None:
    found = leaks([tree], ["index.html", path])
    assert [(one.rule, one.blocks, one.place.file) for one in found] == [
        ("withheld.planned", True, "content/dongguan/jiguan/2026/secret.yaml")
    ]
    assert path in found[0].message


def test_a_summary_that_lists_it_is_an_error(tree: LocalitySummary) -> None:
    department = tree.departments[0]
    year = department.disclosures[0]
    listed = year._replace(projects=(*year.projects, year.projects[0]._replace(slug="secret")))
    assert isinstance(listed.projects[1], ProjectSummary)
    wrong = replace(tree, departments=(department._replace(disclosures=(listed,)),))
    assert [one.rule for one in leaks([wrong], [])] == ["withheld.planned"]


def test_nothing_of_it_is_in_a_built_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SMALL, site)
    source = next(site.glob("content/*/*/*/[!d]*.yaml"))
    name = next(
        line for line in source.read_text(encoding="utf-8").split("\n") if line.startswith("项目名称")
    )
    text = source.read_text(encoding="utf-8").replace(name, f"项目名称: {SECRET}专项")
    secret = source.with_name("secret-zhihuisuo.yaml")
    secret.write_text(f"{text.rstrip()}\n公开: 否\n不公开原因: {SECRET}涉密\n", encoding="utf-8")

    outcome = pipeline.build(Workspace.at(site))

    assert outcome.published, outcome.problems
    files = [file for file in (site / "output").rglob("*") if file.is_file()]
    assert len(files) > 10
    assert [file for file in files if "zhihuisuo" in file.as_posix()] == []
    for file in files:
        for data in _contents(file):
            assert SECRET.encode() not in data, file
            assert b"zhihuisuo" not in data, file


def _contents(file: Path) -> list[bytes]:
    """A file's bytes, or those of what a zip (xlsx, zip) holds."""
    data = file.read_bytes()
    if not data.startswith(b"PK"):
        return [data]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


# -- traces elsewhere -----------------------------------------------------------------------------

YEAR = "content/dongguan/shi-zhi-gongwei/2026"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A site with a withheld project, and a second department that says nothing of it."""
    site = tmp_path / "site"
    shutil.copytree(SMALL, site)
    source = site / YEAR / "minbing.yaml"
    text = source.read_text(encoding="utf-8")
    name = next(line for line in text.split("\n") if line.startswith("项目名称"))
    held = text.replace(name, f"项目名称: {SECRET}ABC专项")
    (site / YEAR / "secret.yaml").write_text(f"{held.rstrip()}\n不公开原因: 涉密\n", encoding="utf-8")
    other = site / "content/dongguan/caizheng"
    shutil.copytree((site / YEAR).parent, other)
    (other / "2026/secret.yaml").unlink()
    return site


def found(site: Path) -> dict[str, str]:
    """The file of each trace that stops the publication, and its rule."""
    outcome = pipeline.check(Workspace.at(site), terms=pages.UNGUARDED)
    return {one.place.file: one.rule for one in outcome.problems if one.blocks}


def add(file: Path, text: str) -> str:
    file.write_text(file.read_text(encoding="utf-8").rstrip() + "\n" + text, encoding="utf-8")
    return file.name


def test_a_reason_alone_withholds_and_nothing_else_is_told(secret: Path) -> None:
    assert found(secret) == {}
    assert pages.rebuild(secret).published
    assert not list((secret / "output").rglob("*secret*"))


@pytest.mark.parametrize(
    "name", [f"{SECRET}ABC专项", f"{SECRET}ＡＢＣ专项", f"{SECRET} abc 专项", f"“{SECRET}·ABC·专项”"]
)
def test_its_name_in_another_department_or_page_is_an_error(name: str, secret: Path) -> None:
    other = "content/dongguan/caizheng/2026/minbing.yaml"
    assert pages.rebuild(secret).published  # what is as it was published is not looked at again
    add(secret / other, f"项目类别: 配合{name}\n")
    (secret / "content/pages").mkdir()
    (secret / "content/pages/about.md").write_text(f"# 关于\n\n见{name}。\n", encoding="utf-8")
    add(secret / "content/site.yaml", f"联系方式: {name}办公室\n")
    add(secret / f"{YEAR}/disclosure.yaml", f"增减原因: {name}\n")
    assert found(secret) == {
        other: "withheld.elsewhere",
        "content/pages/about.md": "withheld.elsewhere",
        "content/site.yaml": "withheld.elsewhere",
        f"{YEAR}/disclosure.yaml": "withheld.named",
    }


def test_a_department_that_was_clean_is_looked_at_when_a_project_is_withheld(secret: Path) -> None:
    project = secret / YEAR / "secret.yaml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace("不公开原因: 涉密\n", ""), encoding="utf-8")
    other = "content/dongguan/caizheng/2026/minbing.yaml"
    add(secret / other, f"项目类别: {SECRET}ABC专项\n")
    assert pages.rebuild(secret).published
    project.write_text(text, encoding="utf-8")
    assert found(secret) == {other: "withheld.elsewhere"}


def test_a_comment_is_not_published_and_no_trace(secret: Path) -> None:
    add(secret / "content/dongguan/caizheng/2026/minbing.yaml", f"# {SECRET}ABC专项\n")
    assert found(secret) == {}
    assert pages.rebuild(secret).published
    for file in (secret / "output").rglob("*"):
        assert not file.is_file() or all(SECRET.encode() not in data for data in _contents(file))


def test_a_file_kept_from_before_it_was_withheld_is_an_error(secret: Path) -> None:
    files = secret / YEAR / "files"
    files.mkdir()
    kept = files / "dongguan-shi-zhi-gongwei-2026-secret-20260301.pdf"
    kept.write_bytes(b"%PDF-1.7\n")
    (files / "old.csv").write_text(f"项目\n{SECRET}ABC专项\n", encoding="utf-8")
    correction = f"更正说明:\n  - 日期: 2026-03-01\n    内容: 改正。\n    原文件: [{kept.name}, old.csv]\n"
    add(secret / YEAR / "disclosure.yaml", correction)
    told = found(secret)
    assert told[f"{YEAR}/files/{kept.name}"] == told[f"{YEAR}/files/old.csv"] == "withheld.elsewhere"


def test_an_attached_order_names_what_is_attached_alone() -> None:
    records = {
        "content/a/b/2026/disclosure.yaml": {"项目顺序": ["open", "secret"], "已认可": [{"原因": "x"}]},
        "content/a/b/2026/open.yaml": {"项目名称": "甲", "不公开原因": None},
    }
    for file in source_files("a-b-2026", records):
        text = file.data.decode()
        assert "open" in text and "secret" not in text and "不公开原因" not in text
