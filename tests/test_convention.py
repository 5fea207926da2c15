"""页面规范: the conventions of lists that a site switches on, tested in ``check`` and kept by gongkai's own pages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pages
import pytest
from lxml import html

from gongkai.building import pipeline
from gongkai.checks.portal import CONVENTIONS
from gongkai.problems import Problem
from gongkai.workspace import Workspace

SMALL = pages.ROOT / "tests" / "sites" / "small" / "content"
LOCALITY = "content/dongguan"
DEPARTMENT = f"{LOCALITY}/shi-zhi-gongwei"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "content")
    write(tmp_path, "content/site.yaml", "站点名称: 测试站点\n页面规范: 天津\n")
    return tmp_path


def write(site: Path, name: str, text: str) -> None:
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text(text, encoding="utf-8")


def found(site: Path) -> list[Problem]:
    outcome = pipeline.check(Workspace.at(site))
    return [problem for problem in outcome.problems if problem.rule.startswith("tianjin.")]


def test_gongkais_own_pages_keep_the_convention(site: Path) -> None:
    assert found(site) == []
    assert pages.rebuild(site).published
    page = html.document_fromstring((site / "output/dongguan/index.html").read_bytes())
    (link,) = page.xpath("//ul[@class='entries']//a")
    assert link.text == link.get("title") and link.text.endswith("2026年预算绩效目标公开")
    assert link.get("href") == "../dongguan/shi-zhi-gongwei/2026/index.html"


def test_a_site_without_a_convention_is_left_as_it_is(site: Path) -> None:
    write(site, "content/site.yaml", "站点名称: 测试站点\n")
    write(site, f"{DEPARTMENT}/department.yaml", "部门名称: 甲局、乙局\n")
    assert found(site) == []
    assert pages.rebuild(site).published
    assert "公开目录" not in (site / "output/dongguan/index.html").read_text(encoding="utf-8")


def test_only_known_conventions_can_be_chosen(site: Path) -> None:
    write(site, "content/site.yaml", "站点名称: 测试站点\n页面规范: 北平\n")
    problem = next(one for one in pipeline.check(Workspace.at(site)).problems if one.blocks)
    assert problem.rule == "record.choice" and "天津" in problem.hint


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("2026年预算绩效目标公开", "没有以单位名称"),
        ("工委26年预算绩效目标公开", "没有四位数的年份"),
        ("工委2025年预算绩效目标公开", "公开的年度是 2026"),
        ("工委2026年", "没有写公开的是什么事项"),
        ("工委2026年度预算绩效目标公开", ""),
        ("工委 2026 年预算绩效目标公开", ""),
    ],
)
def test_titles_are_unit_year_and_matter(title: str, fault: str, site: Path) -> None:
    write(site, f"{DEPARTMENT}/department.yaml", "部门名称: 工委\n")
    write(site, f"{DEPARTMENT}/2026/disclosure.yaml", f"年度: 2026\n发布日期: 2026-02-13\n标题: {title}\n")
    messages = [problem.message for problem in found(site) if problem.rule == "tianjin.title"]
    assert [fault in message for message in messages] == ([True] if fault else [])


def test_one_unit_is_one_entry(site: Path) -> None:
    write(site, f"{DEPARTMENT}/department.yaml", "部门名称: 甲局、乙局\n")
    for name in ("bing", "ding"):
        write(site, f"{LOCALITY}/{name}/department.yaml", "部门名称: 丙局\n")
    problems = [problem for problem in found(site) if problem.rule == "tianjin.unit"]
    assert [problem.place.file for problem in problems] == [
        f"{LOCALITY}/ding/department.yaml",
        f"{DEPARTMENT}/department.yaml",
    ]


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ('<a href="{{ target }}">{{ title }}</a>', "没有写 title"),
        ('<a href="#" title="{{ title }}" data-go="{{ target }}">{{ title }}</a>', "没有普通的链接"),
        ('<a href="{{ target }}" title="{{ title }}">{{ title }}</a>', ""),
    ],
)
def test_an_own_template_must_keep_plain_links_with_titles(link: str, fault: str, site: Path) -> None:
    own = (
        '{% extends "gongkai/site/locality.html" %}{% block years %}{% for year in years %}{% for e in year.entries %}'
        "{% set title = e.disclosure.title %}"
        "{% set target = url(address(locality.slug, e.department.slug, e.disclosure.slug)) %}"
    )
    write(site, "layouts/site/locality.html", f"{own}{link}{{% endfor %}}{{% endfor %}}{{% endblock %}}\n")
    messages = [problem.message for problem in found(site) if problem.rule == "tianjin.link"]
    assert [fault in message for message in messages] == ([True] if fault else [])


def test_loading_while_scrolling_is_told(site: Path) -> None:
    write(site, "layouts/site/assets/more.js", 'addEventListener("scroll", more)\n')
    (problem,) = found(site)
    assert problem.rule == "tianjin.scroll" and problem.place.file == "layouts/site/assets/more.js"


def test_every_rule_of_a_convention_is_in_the_handbook() -> None:
    text = (pages.ROOT / "docs" / "规则.md").read_text(encoding="utf-8")
    for rules in CONVENTIONS.values():
        for rule in rules:
            assert (
                f"### `{rule.written.id}` {rule.written.title}" in text
                and "错：" in rule.written.manual
                and "对：" in rule.written.manual
            )
