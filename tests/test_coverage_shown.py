"""公开比例 and 项目总数: how much of all projects is published, told wherever a record states the total."""

from __future__ import annotations

import shutil
from pathlib import Path

import pages
import pytest
from lxml import html

YEAR = "dongguan/shi-zhi-gongwei/2026"
HUADU = "huadu/qu-zhi-gongwei/undated"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real content, with the totals of two of five disclosures stated: 7 of 14 and 10 of 16."""
    folder = tmp_path_factory.mktemp("coverage")
    shutil.copytree(pages.ROOT / "content", folder / "content")
    for path, total in ((YEAR, 14), (HUADU, 16)):
        file = folder / "content" / path / "disclosure.yaml"
        file.write_text(
            file.read_text(encoding="utf-8").rstrip("\n") + f"\n项目总数: {total}\n", encoding="utf-8"
        )
    assert pages.rebuild(folder).published
    return folder / "output"


def facts(site: Path, path: str) -> dict[str, str]:
    """Every term of the page's lists with what is said of it."""
    root = html.document_fromstring((site / path).read_bytes())
    pairs = root.xpath("//main//dl/div[dt]")
    return {one.findtext("dt"): " ".join("".join(one.find("dd").itertext()).split()) for one in pairs}


def row(site: Path, path: str, head: str) -> str:
    root = html.document_fromstring((site / path).read_bytes())
    rows = root.xpath("//main//tr[th[starts-with(normalize-space(.), $head)]]", head=head)
    return " ".join(" ".join("".join(one.itertext()).split()) for one in rows)


def test_the_whole_site_counts_only_disclosures_that_state_a_total(site: Path) -> None:
    assert facts(site, "index.html")["公开比例"] == "56.7% 公开项目 17 / 项目总数 30"
    assert "7 / 14（50.0%）" in row(site, "index.html", "2026年")
    assert "未注明" in row(site, "index.html", "2024年")


def test_a_locality_and_a_department(site: Path) -> None:
    assert facts(site, "dongguan/index.html")["公开比例"] == "50.0% 公开项目 7 / 项目总数 14"
    assert facts(site, "langxi/index.html")["公开比例"] == "未注明"
    assert "7 / 14（50.0%）" in row(site, "dongguan/index.html", "中共东莞市直属机关工作委员会")
    assert "10 / 16（62.5%）" in row(site, "huadu/qu-zhi-gongwei/index.html", "年度未注明")


def test_one_disclosure(site: Path) -> None:
    shown = facts(site, f"{YEAR}/index.html")
    assert (shown["项目总数"], shown["公开比例"]) == ("14", "7 / 14（50.0%）")
    shown = facts(site, "langxi/xian-zhi-gongwei/2023/index.html")
    assert "项目总数" not in shown and shown["公开比例"] == "未注明"
