"""Ten things readers come for, each with its number of clicks from the home page, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from test_explore import site  # noqa: F401


class Reader:
    """Somebody at the home page; every link followed is a click, and so is every search."""

    def __init__(self, page: Page, root: Path) -> None:
        self.page, self.clicks = page, 0
        page.goto((root / "index.html").as_uri())

    def follow(self, name: str, within: str = "main") -> Reader:
        self.clicks += 1
        self.page.locator(f"{within} a:visible", has_text=name).first.click()
        return self

    def search(self, text: str) -> Reader:
        self.clicks += 1
        self.page.locator("#find-box").fill(text)
        self.page.locator("#find-box").press("Enter")
        self.page.locator("#search-results li").first.wait_for()
        return self

    def reads(self, selector: str) -> str:
        return " ".join(self.page.locator(selector).first.inner_text().split())


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def reader(request: pytest.FixtureRequest, browser: Browser, site: Path) -> Iterator[Reader]:  # noqa: F811
    context = browser.new_context(java_script_enabled=request.param)
    yield Reader(context.new_page(), site)
    context.close()


def test_which_is_the_largest_project(reader: Reader) -> None:
    assert "购置图书和书架 15 万元" in reader.reads("#largest + ol li")
    assert reader.clicks == 0


def test_which_is_the_largest_of_a_place_and_year(reader: Reader) -> None:
    reader.follow("测试甲市").follow("各年度最大的项目")
    assert "测试文化节" in reader.reads("#y2025 ~ section tbody tr")
    assert reader.clicks == 2


def test_how_a_project_went_over_the_years(reader: Reader) -> None:
    reader.follow("索引", "header").follow("项目").follow("营养午餐")
    assert reader.clicks == 3
    assert "2024年 200,000 元" in reader.reads("ul.history")


def test_how_a_project_went_over_the_years_by_its_initials(browser: Browser, site: Path) -> None:  # noqa: F811
    with browser.new_context() as context:
        reader = Reader(context.new_page(), site).search("yywc")
        assert "营养午餐" in reader.reads("#search-results li") and reader.clicks == 1
        assert all(year in reader.reads("#search-results li") for year in ("2024年", "2025年"))


def test_what_was_corrected(reader: Reader) -> None:
    assert "2025-06-01" in reader.reads("section.corrections li")
    reader.follow("全部更正和撤回")
    assert "校车租赁的金额原来写错" in reader.reads("main") and reader.clicks == 1


def test_what_changed_between_two_years(reader: Reader) -> None:
    reader.follow("测试甲市").follow("测试教育局").follow("2025年与2026年比较")
    assert "元" in reader.reads("main p.lead") and reader.clicks == 3


def test_two_departments_side_by_side(reader: Reader) -> None:
    reader.follow("测试甲市").follow("各部门比较")
    assert "测试教育局" in reader.reads("main table") and reader.clicks == 2


def test_which_satisfaction_departments_aim_at(reader: Reader) -> None:
    reader.follow("测试甲市").follow("图表")
    assert "测试教育局 90 1" in reader.reads("section:has(> #satisfaction) table") and reader.clicks == 2


def test_the_figures_of_a_year_to_take_away(reader: Reader, site: Path) -> None:  # noqa: F811
    reader.follow("数据", "header")
    address = reader.page.locator("tr:has(th:text-is('2025年')) a", has_text="项目").first.get_attribute(
        "href"
    )
    assert address and (site / "data" / address).resolve().read_bytes().startswith(b"\xef\xbb\xbf")
    assert reader.clicks == 1


def test_all_projects_by_size(reader: Reader) -> None:
    reader.follow("项目", "header")
    assert "购置图书和书架" in reader.reads("#explore-table tbody tr") and reader.clicks == 1


def test_how_to_cite_a_project(reader: Reader) -> None:
    reader.follow("购置图书和书架")
    assert "测试教育局. 购置图书和书架" in reader.reads("#cite-text") and "[EB/OL]" in reader.reads(
        "#cite-text"
    )
    assert reader.clicks == 1
