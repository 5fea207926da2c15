"""A project marked 公开: 否 reaches no page, PDF, index or download; and if it did, it would be told."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from gongkai.building import pipeline
from gongkai.building.leaks import leaks
from gongkai.planning.summaries import LocalitySummary, ProjectSummary, summarise
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
