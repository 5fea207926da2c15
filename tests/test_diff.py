"""``diff``: what the public would see change, told before it is published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pages
import pytest
from click.testing import CliRunner

from gongkai.cli.main import cli

PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing-shiyefei.yaml"
YEAR = "content/dongguan/shi-zhi-gongwei/2026/disclosure.yaml"
TARGET = "content/dongguan/shi-zhi-gongwei/2023/disclosure.yaml"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    pages.build(pages.ROOT, folder)
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "site"))


def diff(site: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--root", str(site), "diff", "--workers", "1", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def replace(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def found(site: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(diff(site, "--format", "json"))
    return result


def test_nothing_changed_says_so_and_touches_nothing(site: Path) -> None:
    def times() -> dict[Path, int]:
        """Of all but the store, which notes who reads it."""
        return {file: file.stat().st_mtime_ns for file in site.rglob("*") if ".cache" not in file.parts}

    before = times()
    assert diff(site).strip() == "公开的内容没有变化。"
    assert found(site)["counts"] == {"new": 0, "ended": 0, "changed": 0, "unchanged": 5}
    assert times() == before


def test_a_site_never_published_is_all_new(site: Path) -> None:
    shutil.rmtree(site / "output")
    told = diff(site)
    assert told.startswith("网站还没有发布过")
    assert told.count("新公开：") == 5 and "公开项目 7 个" in told
    assert found(site)["counts"]["new"] == 5


def test_a_changed_field_stands_under_its_printed_label_with_both_values_in_the_records_unit(
    site: Path,
) -> None:
    replace(site / PROJECT, ("83,370.00元", "9.34万元"), ("项目名称: 民兵事业费", "项目名称: 民兵工作经费"))
    told = diff(site)
    assert "改变：东莞市 中共东莞市直属机关工作委员会 2026年" in told
    assert "项目“民兵工作经费”（minbing-shiyefei）\n" in told
    assert "项目名称：民兵事业费 → 民兵工作经费" in told
    assert "2026年预算金额：8.337 万元 → 9.34 万元" in told
    assert found(site)["counts"] == {"new": 0, "ended": 0, "changed": 1, "unchanged": 4}


def test_indicators_added_dropped_and_changed(site: Path) -> None:
    file = site / PROJECT
    replace(file, ("约100人", "约120人"))
    text, mark, rest = file.read_text(encoding="utf-8").rstrip("\n").partition("\n已认可:")
    head, *rows = text.split("\n  - ")
    dropped = next(row for row in rows if "费用总额" in row)
    added = (
        "一级指标: 效益指标\n    二级指标: 社会效益指标\n    三级指标: 应急演练参与率\n    年度指标值: ≥95%"
    )
    rows = [*(row for row in rows if row != dropped), added]
    file.write_text("\n  - ".join([head, *rows]) + mark + rest + "\n", encoding="utf-8")
    told = diff(site)
    assert "绩效指标“产出指标 › 数量指标 › 民兵人数”\n" in told and "约100人 → 约120人" in told
    assert "新增绩效指标“效益指标 › 社会效益指标 › 应急演练参与率”：年度指标值 ≥95%" in told
    assert "删去绩效指标“成本指标" in told and "费用总额”：" in told


def test_projects_and_disclosures_new_and_ended(site: Path) -> None:
    folder = site / "content/dongguan/shi-zhi-gongwei/2026"
    shutil.copy(site / PROJECT, folder / "minbing-xunlian.yaml")
    replace(folder / "minbing-xunlian.yaml", ("项目名称: 民兵事业费", "项目名称: 民兵训练"))
    (folder / "wangluo-anquan.yaml").unlink()
    replace(site / YEAR, ("wangluo-anquan", "minbing-xunlian"))
    shutil.rmtree(site / "content/langxi/xian-zhi-gongwei")
    told = diff(site)
    assert "新公开项目“民兵训练”（minbing-xunlian）：2026年预算金额 83,370 元" in told
    assert "不再公开项目“市直机关工委网络安全服务项目”（wangluo-anquan）：2026年预算金额 12,500 元" in told
    assert (
        "不再公开：郎溪县 中国共产党郎溪县直属机关工作委员会 2023年（langxi/xian-zhi-gongwei/2023）" in told
    )


def test_a_renamed_file_is_told_with_the_way_to_keep_its_address(site: Path) -> None:
    file = site / PROJECT
    moved = file.rename(file.with_name("minbing.yaml"))
    replace(site / YEAR, ("minbing-shiyefei", "minbing"))
    replace(moved, ("83,370.00元", "8.337万元"))
    told = diff(site)
    assert "新公开项目“民兵事业费”（minbing）：2026年预算金额 8.337 万元" in told
    assert "不再公开项目“民兵事业费”（minbing-shiyefei）：2026年预算金额 8.337 万元" in told
    hint = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml 里写：曾用文件名: [minbing-shiyefei]，"
    assert hint in told
    moved.write_text(moved.read_text(encoding="utf-8") + "曾用文件名: [minbing-shiyefei]\n", encoding="utf-8")
    told = diff(site)
    assert "由 minbing-shiyefei 改名，旧网址会转到这里" in told and hint not in told


def test_a_project_withheld_from_now_on_is_no_longer_published(site: Path) -> None:
    file = site / PROJECT
    file.write_text(file.read_text(encoding="utf-8") + "公开: 否\n不公开原因: 涉密\n", encoding="utf-8")
    told = diff(site)
    assert "不再公开项目“民兵事业费”" in told
    assert "涉密" not in told


def test_publication_facts_corrections_and_order(site: Path) -> None:
    file = site / YEAR
    text = file.read_text(encoding="utf-8") + "更正说明:\n  - 日期: 2026-03-01\n    内容: 更正了预算\n"
    file.write_text(text + "发布日期: 2026-02-13\n公开信息:\n  索引号: 000014349/2026\n", encoding="utf-8")
    told = diff(site)
    assert "发布日期：空白 → 2026-02-13" in told
    assert "索引号：空白 → 000014349/2026" in told
    assert "新增更正说明“2026-03-01”：内容 更正了预算" in told


def test_a_whole_departments_target_and_its_tasks(site: Path) -> None:
    text = (site / TARGET).read_text(encoding="utf-8")
    name = text.split("年度重点工作任务:\n    - 名称: ")[1].split("\n")[0]
    replace(site / TARGET, (f"- 名称: {name}", "- 名称: 换了名称的任务"))
    told = diff(site)
    assert "部门整体绩效目标“" in told
    assert f"{name} → 换了名称的任务" in told


def test_of_a_long_text_only_what_changed_is_shown_and_all_of_it_in_json(site: Path) -> None:
    replace(site / PROJECT, ("组织市直机关民兵", "动员市直机关民兵"))
    told = diff(site)
    line = next(line for line in told.splitlines() if "动员" in line)
    assert "…" in line and len(line) < 120
    fields = found(site)["disclosures"][0]["parts"][0]["fields"]
    assert any("按照军分区要求，动员市直机关民兵" in field["new"] for field in fields)


def test_a_file_that_cannot_be_read_is_no_ended_project(site: Path) -> None:
    (site / PROJECT).write_text("项目名称: [", encoding="utf-8")
    told = diff(site)
    assert "不再公开项目" not in told and "没有比较" in told
    assert "其余公开的内容没有变化" in told
    (site / "content/langxi/locality.yaml").write_text("地区名称: [", encoding="utf-8")
    assert "不再公开：" not in diff(site)


def test_published_data_that_is_damaged_counts_as_not_published(site: Path) -> None:
    next(site.glob("output/langxi/*/2023/langxi*2023.json")).write_text("{", encoding="utf-8")
    assert "新公开：郎溪县" in diff(site)
