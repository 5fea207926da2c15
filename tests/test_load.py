"""Loading through the public door: good records as written, bad ones with the right problem at the right place."""

from __future__ import annotations

import codecs
import shutil
from pathlib import Path

import pytest

from gongkai.building import pipeline
from gongkai.problems import Problem, Severity
from gongkai.workspace import Workspace

HERE = Path(__file__).parent
SMALL = HERE / "sites" / "small"
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
CASES = sorted((HERE / "problems" / "load").glob("*.yaml"))
MARK = "‸"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "site")
    return tmp_path / "site"


def problems_of(site: Path, least: Severity = Severity.WARNING) -> list[Problem]:
    found = pipeline.check(Workspace.at(site)).problems
    return [problem for problem in found if problem.severity.rank <= least.rank]


def test_the_good_record_has_no_problem(site: Path) -> None:
    assert problems_of(site) == []


def test_what_the_site_and_a_locality_leave_open_is_told_once(site: Path) -> None:
    found = [(one.rule, one.place.file, one.severity) for one in problems_of(site, Severity.NOTICE)]
    assert ("load.site-facts", "content/site.yaml", Severity.NOTICE) in found
    assert ("load.locality-code", "content/dongguan/locality.yaml", Severity.NOTICE) in found

    file = site / "content/site.yaml"
    file.write_text("站点名称: 测试\n网址: https://www.example.gov.cn/\n主办单位: 财政局\n", encoding="utf-8")
    locality = site / "content/dongguan/locality.yaml"
    locality.write_text(locality.read_text(encoding="utf-8") + "行政区划代码: 441900\n", encoding="utf-8")
    told = [one for one in problems_of(site, Severity.NOTICE) if one.rule.startswith("load.")]
    assert [one.message for one in told] == ["没有写网站标识码"]
    assert "网页信息里不写网站标识码" in told[0].hint

    file.write_text(file.read_text(encoding="utf-8") + "网站标识码: 4419000001\n", encoding="utf-8")
    assert not [one for one in problems_of(site, Severity.NOTICE) if one.rule.startswith("load.")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_record_is_told_at_its_place(case: Path, site: Path) -> None:
    text = case.read_text(encoding="utf-8")
    rule, message = text.partition("\n")[0].removeprefix("#! ").split(" ", 1)
    head = text.partition(MARK)[0] if MARK in text else ""
    expected = (head.count("\n") + 1, len(head.rpartition("\n")[2]) + 1) if head else None
    (site / PROJECT).write_text(text.replace(MARK, ""), encoding="utf-8")

    found = problems_of(site)

    assert [(problem.rule, problem.place.file) for problem in found] == [(rule, PROJECT)], found
    assert message in found[0].message
    assert found[0].hint
    if expected:
        assert (found[0].place.line, found[0].place.column) == expected
    assert not (site / "output").exists()


@pytest.mark.parametrize(
    ("raw", "rule", "place"),
    [
        ("项目名称: 民兵\n".encode("gbk"), "source.encoding", (1, 1)),
        ("# 注\n项目名称: 民兵".encode() + "事业费\n".encode("gbk"), "source.encoding", (2, 9)),
        ("项目名称: 民兵\n".encode("utf-16"), "source.encoding", (1, 1)),
        (b"", "source.empty", (1, 1)),
        ("# 只有注释\n".encode(), "source.empty", (1, 1)),
        (b"PK\x03\x04" + bytes(range(256)), "source.encoding", (1, 5 + 0x80)),
        (b"a: " + b"[" * 5000, "source.limit", (1, 15)),
        (b"a: " + b"x" * (1024 * 1024), "source.too-large", (0, 0)),
    ],
    ids=["gbk", "gbk-inside", "utf-16", "empty", "comments", "zip", "brackets", "large"],
)
def test_a_file_that_is_no_record(raw: bytes, rule: str, place: tuple[int, int], site: Path) -> None:
    (site / PROJECT).write_bytes(raw)
    found = problems_of(site)
    assert [problem.rule for problem in found] == [rule]
    assert found[0].hint


def test_a_mark_at_the_beginning_is_read_over(site: Path) -> None:
    (site / PROJECT).write_bytes(codecs.BOM_UTF8 + (SMALL / PROJECT).read_bytes())
    assert problems_of(site) == []


def test_a_file_that_cannot_be_parsed_says_that_the_rest_was_not_checked(site: Path) -> None:
    (site / PROJECT).write_text("项目名称: 民兵\n\t年度: 2026\n", encoding="utf-8")
    (found,) = problems_of(site)
    assert "其他内容没有核对" in found.hint


def test_projects_of_a_disclosure_that_cannot_be_read_are_told_of(site: Path) -> None:
    (site / PROJECT).with_name("disclosure.yaml").write_text("年度: [\n", encoding="utf-8")
    rules = {one.rule: one for one in problems_of(site, Severity.NOTICE)}
    assert "1 个项目没有核对" in rules["load.unchecked"].message


def test_no_site_yaml_says_what_to_write(site: Path) -> None:
    (site / "content/site.yaml").unlink()
    (found,) = problems_of(site)
    assert found.rule == "load.no-site" and "站点名称:" in found.hint


def test_a_record_without_a_form_is_an_error_that_names_the_forms(site: Path) -> None:
    locality = site / "content/dongguan/locality.yaml"
    text = locality.read_text(encoding="utf-8")
    locality.write_text(text[: text.index("表式:")] + "表式:\n  - 起始年度:\n    项目表:\n", encoding="utf-8")
    (found,) = problems_of(site)
    assert found.rule == "load.no-form" and found.blocks
    assert "dongguan-project-2026" in found.hint and "项目汇总表：" in found.hint


def test_an_alias_bomb_is_refused_in_no_time(site: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    (site / PROJECT).write_text("\n".join(lines), encoding="utf-8")
    rules = {problem.rule for problem in problems_of(site)}
    assert "source.alias" in rules


def test_all_problems_are_shown_in_one_run(site: Path) -> None:
    text = (site / PROJECT).read_text(encoding="utf-8")
    text = text.replace("83,370.00元", "八万").replace("2024", "24").replace("项目等级", "项目等极")
    (site / PROJECT).write_text(text, encoding="utf-8")
    (site / "content/dongguan/shi-zhi-gongwei/department.yaml").write_text("部门名: x\n", encoding="utf-8")
    rules = [problem.rule for problem in problems_of(site)]
    assert sorted(rules) == [
        "record.amount",
        "record.missing",
        "record.unknown-key",
        "record.unknown-key",
        "record.year",
    ]


def test_text_stays_text(site: Path) -> None:
    from gongkai.reading.forms import load_forms
    from gongkai.reading.load import Loader

    values = [
        "否",
        "012",
        "1_000",
        "12:30",
        "2026-01-01",
        "0x1F",
        "~",
        "null",
        "1e3",
        "'>95'",
        "90%及以上",
        "1次/月",
    ]
    rows = "".join(f"  - 三级指标: 甲\n    年度指标值: {value}\n" for value in values)
    (site / PROJECT).write_text(f"项目名称: 甲\n绩效指标:\n{rows}", encoding="utf-8")
    workspace = Workspace.at(site)
    loader = Loader(workspace.root, load_forms(workspace.layouts)[0])
    loaded = loader.department(loader.localities()[0], site / "content/dongguan/shi-zhi-gongwei")
    assert loaded is not None
    indicators = loaded.department.disclosures[0].projects[0].indicators
    assert [str(indicator.annual_target) for indicator in indicators] == [
        value.strip("'") for value in values
    ]


def test_folder_names_are_addresses(site: Path) -> None:
    (site / "content/dongguan/市直").mkdir()
    (site / "content/dongguan/shi-zhi-gongwei/2026/民兵.yaml").write_text("项目名称: 甲\n", encoding="utf-8")
    assert [problem.rule for problem in problems_of(site)] == ["load.name", "load.name"]


def test_the_year_folder_agrees_with_the_year(site: Path) -> None:
    (site / "content/dongguan/shi-zhi-gongwei/2026").rename(site / "content/dongguan/shi-zhi-gongwei/2027")
    assert [problem.rule for problem in problems_of(site)] == ["load.year-folder"]


def test_a_link_out_of_the_content_folder_is_refused(site: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("项目名称: 秘密\n", encoding="utf-8")
    (site / "content/dongguan/shi-zhi-gongwei/2026/secret.yaml").symlink_to(secret)
    assert "load.outside" in {problem.rule for problem in problems_of(site)}


def test_two_pages_on_one_address(site: Path) -> None:
    pages = site / "content/pages"
    pages.mkdir()
    (pages / "dongguan.md").write_text("# 关于\n\n文字\n", encoding="utf-8")
    assert "plan.address" in {problem.rule for problem in problems_of(site)}
