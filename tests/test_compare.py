"""Comparing years, projects, departments and localities on a small made site, and the index by pinyin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pages
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import QuietPage
from lxml import html
from playwright.sync_api import Page, expect

from gongkai.planning.alphabet import PER_PAGE, index_pages
from gongkai.planning.compare import YearComparison, compare_years, match_indicators, project_history
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary, ProjectSummary
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Indicator, Locality
from gongkai.targets import parse_target
from gongkai.workspace import built_in_layouts

MADE = Path(__file__).parent / "sites" / "compare"


def department(root: Path, locality: str, slug: str) -> LoadedDepartment:
    forms, _ = load_forms((built_in_layouts(),))
    loader = Loader(root, forms)
    place = next(one for one in loader.localities() if one.slug == locality)
    loaded = loader.department(place, root / "content" / locality / slug)
    assert loaded is not None, loader.problems
    return loaded


def compared(root: Path, locality: str, slug: str, old: str, new: str) -> YearComparison:
    by_slug = {one.slug: one for one in department(root, locality, slug).department.disclosures}
    return compare_years(by_slug[old], by_slug[new])


# -- two years of a department --------------------------------------------------------------------


def test_money_of_two_years() -> None:
    found = compared(MADE, "jia", "jiaoyu", "2024", "2025")
    assert (found.funds.old, found.funds.new) == (Decimal(350_000), Decimal(670_000))
    assert (found.funds.difference, found.funds.per_cent) == (Decimal(320_000), Decimal("91.4"))
    assert {pair.slug: (pair.funds.difference, pair.funds.per_cent) for pair in found.kept} == {
        "books": (Decimal(25_000), Decimal("25.0")),
        "meals": (Decimal(0), Decimal("0.0")),
    }


def test_new_ended_and_renamed_projects() -> None:
    found = compared(MADE, "jia", "jiaoyu", "2024", "2025")
    assert [pair.slug for pair in found.added] == ["lab", "school-bus"]
    assert [pair.slug for pair in found.ended] == ["bus"]
    assert [
        (pair.old.name, pair.new.name) for pair in found.kept if pair.renamed and pair.old and pair.new
    ] == [("购置图书", "购置图书和书架")]


def test_the_same_name_under_another_file_is_only_called_so() -> None:
    found = compared(MADE, "jia", "jiaoyu", "2024", "2025")
    assert [(one.name, one.slug, one.funds.old, one.funds.new) for one in found.same_names] == [
        ("校车租赁", "school-bus", Decimal(50_000), Decimal(45_000))
    ]


def test_indicators_old_and_new_side_by_side() -> None:
    found = compared(MADE, "jia", "jiaoyu", "2024", "2025")
    books = next(pair for pair in found.kept if pair.slug == "books")
    told = [
        (pair.how, pair.changed, *(one and str(one.annual_target) for one in (pair.old, pair.new)))
        for pair in books.indicators
    ]
    assert told == [
        ("text", True, "≥1000册", "≥1200册"),
        ("name", True, "2个", "4个"),
        ("text", False, "≥90%", "≥90%"),
        ("added", True, None, "提高"),
    ]
    assert books.indicators[1].likeness == Decimal("0.86")
    later = compared(MADE, "jia", "jiaoyu", "2025", "2026").kept[0]
    assert [pair.how for pair in later.indicators] == ["text", "dropped", "dropped", "dropped"]


def test_names_under_another_first_level_are_never_matched() -> None:
    def one(level1: str, name: str) -> Indicator:
        return Indicator.model_validate(
            {"一级指标": level1, "三级指标": name, "年度指标值": parse_target("1次")}
        )

    pairs = match_indicators([one("产出指标", "培训人员满意度")], [one("满意度指标", "培训人员满意度")])
    assert [pair.how for pair in pairs] == ["added", "dropped"]
    pairs = match_indicators(
        [one("产出指标", "参训人数"), one("产出指标", "培训人次")], [one("产出", "培训人次数")]
    )
    assert [(pair.how, pair.old and pair.old.level3) for pair in pairs] == [
        ("name", "培训人次"),
        ("dropped", "参训人数"),
    ]


def test_key_tasks_and_projects_of_the_seeds_are_only_of_the_same_name() -> None:
    found = compared(pages.ROOT, "dongguan", "shi-zhi-gongwei", "2023", "2026")
    assert not found.comparable and not found.kept
    names = {one.name: (one.old_kind, one.new_kind) for one in found.same_names}
    assert names["民兵事业费"] == ("年度重点工作任务", "项目")
    assert found.funds.difference is None


def test_a_project_over_its_years() -> None:
    history = project_history(department(MADE, "jia", "jiaoyu").department, "books")
    assert [(one.year, project.name) for one, project in history.years] == [
        (2024, "购置图书"), (2025, "购置图书和书架"), (2026, "购置图书和书架")
    ]  # fmt: skip
    assert [pair.funds.difference for _, _, pair in history.steps] == [Decimal(25_000), Decimal(25_000)]


# -- the pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages.build(MADE, tmp_path_factory.mktemp("compare"))


def words(site: Path, path: str) -> str:
    return re.sub(r"\s+", "", str(html.parse(site / path).xpath("string(//main)")))


def test_pages_say_what_changed(site: Path) -> None:
    text = words(site, "jia/jiaoyu/2024-2025/index.html")
    assert "公开项目合计350,000元670,000元+320,000元（+91.4%）" in text
    assert "2024年名称：购置图书" in text
    assert "按名称相近配对（相似度0.86）" in text and "2024年：更新书架数量" in text
    assert "同名不一定是同一个项目" in text
    assert "购置图书和书架150,000元+25,000元（+20.0%）1" in words(site, "jia/jiaoyu/history/books/index.html")
    assert not (site / "jia/jiaoyu/history/bus").exists()


def test_departments_and_localities_side_by_side(site: Path) -> None:
    text = words(site, "jia/compare/index.html")
    assert "测试教育局4670,000元实验室建设，300,000元" in text
    assert "重大活动服务中心11,000,000元测试文化节，1,000,000元" in text
    assert "测试甲市251,670,000元测试文化节，1,000,000元" in words(site, "compare/index.html")


def test_departments_and_localities_are_compared_by_what_they_reached(site: Path) -> None:
    (table,) = html.parse(site / "jia/compare/index.html").xpath("//section[h2/@id='y2025']//table")
    rows = {
        row[0].text_content(): [
            " ".join(cell.xpath(".//text()[normalize-space()]")).strip() for cell in row[-2:]
        ]
        for row in table.iter("tr")
    }
    assert rows == {
        "部门": ["自评平均分", "执行率"],
        "测试教育局": ["94.8 2 个项目", "94.1%"],
        "重大活动服务中心": ["未注明", "· 无"],
    }
    (table,) = html.parse(site / "compare/index.html").xpath("//section[h2/@id='y2025']//table")
    told = [" ".join(cell.text_content().split()) for cell in table.xpath(".//tbody/tr[1]/td")]
    assert told[-2:] == ["94.82 个项目", "94.1%"]
    other = html.parse(site / "jia/compare/index.html").xpath("//section[h2/@id='y2024']//th")
    assert not any("自评" in one.text_content() for one in other)


def test_the_index_is_by_pinyin_and_a_stated_key_wins(site: Path) -> None:
    tree = html.parse(site / "index/index.html")
    found = [(section.get("id"), section.xpath(".//li/a/text()")) for section in tree.xpath("//section[@id]")]
    assert found == [("c", ["测试教育局", "测试文化馆", "重大活动服务中心"])]
    projects = html.parse(site / "index/projects/index.html")
    books = projects.xpath("//li[a='购置图书和书架']")
    assert len(books) == 1
    assert books[0].xpath(".//a/@href") == [
        f"../../jia/jiaoyu/{year}/books/index.html" for year in (2026, 2025, 2024)
    ]


def test_long_lists_are_split_by_letter() -> None:
    names = [
        f"{first}项目{number:04}"
        for first, count in (("安", 300), ("民", 900), ("东", 150))
        for number in range(count)
    ]
    projects = tuple(ProjectSummary(f"p{number}", name, None, None, 0) for number, name in enumerate(names))
    year = DisclosureSummary("2026", 2026, None, None, projects, False, None, None)
    place = LocalitySummary(
        Locality.model_validate({"地区名称": "测试"}), (DepartmentSummary("d", "部门", None, None, (year,)),)
    )
    found = [one for one in index_pages([place]) if one.of == "项目"]
    assert [one.slugs[2:] for one in found] == [(), ("d",), ("m",), ("m-2",), ("m-3",)]
    assert all(sum(len(section.entries) for section in one.sections) <= PER_PAGE for one in found)
    assert sum(len(section.entries) for one in found for section in one.sections) == 1350
    assert {letter: slugs[2:] for letter, slugs, _ in found[0].letters} == {"A": (), "D": ("d",), "M": ("m",)}


# -- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def page(quiet_page: QuietPage) -> Iterator[Page]:
    with quiet_page(320, 800) as opened:
        yield opened


def test_any_two_in_the_browser(page: Page, site: Path) -> None:
    page.goto((site / "compare/index.html").as_uri())
    page.locator("select[name=a-department]").select_option(label="测试教育局")
    page.locator("select[name=a-year]").select_option("2025")
    page.locator("select[name=b-locality]").select_option(label="测试甲市")
    page.locator("select[name=b-department]").select_option(label="重大活动服务中心")
    expect(page.locator("#pair-status")).to_have_text(
        "已比较：甲，测试教育局，2025年；乙，重大活动服务中心，2025年。"
    )
    row = page.locator("#pair-table tr", has_text="项目预算合计")
    expect(row.locator("td").last).to_have_text("+330,000 元（+49.3%）")
    told = [
        page.locator("#pair-table tr", has_text=name).locator("td").all_inner_texts()
        for name in ("自评的项目", "自评平均分", "执行率")
    ]
    assert told == [["2", "1", "−1"], ["94.8", "未注明", "无法比较"], ["94.1%", "未注明", "无法比较"]]
    page.locator("#pair-projects a", has_text="测试文化节").click()
    expect(page.locator("h1")).to_contain_text("测试文化节")


def test_the_first_pair_is_a_fair_one(page: Page, site: Path) -> None:
    page.goto((site / "compare/index.html").as_uri())
    years = [page.locator(f"select[name={side}-year]").input_value() for side in "ab"]
    places = [page.locator(f"select[name={side}-locality]").input_value() for side in "ab"]
    departments = [page.locator(f"select[name={side}-department]").input_value() for side in "ab"]
    assert years[0] == years[1] != "0" and places[0] == places[1]
    assert departments[0] != departments[1] and "" not in departments


def test_where_no_two_are_alike_the_reader_is_asked(page: Page, tmp_path: Path) -> None:
    made = pages.build(pages.ROOT, tmp_path)
    page.goto((made / "compare/index.html").as_uri())
    assert page.locator("select[name=a-locality] option:checked").inner_text() == "请选择"
    expect(page.locator("#pair-table table")).to_have_count(0)
    page.locator("select[name=a-locality]").select_option(label="东莞市")
    page.locator("select[name=b-locality]").select_option(label="郎溪县")
    expect(page.locator("#pair-status")).to_have_text("已比较：甲，东莞市，2026年；乙，郎溪县，2023年。")
    page.locator("select[name=a-locality]").select_option(label="郎溪县")
    assert page.locator("select[name=a-year]").input_value() == "2023"


@pytest.mark.parametrize(
    "path",
    [
        "compare/index.html", "jia/compare/index.html", "jia/jiaoyu/2024-2025/index.html", "index/index.html",
        "jia/jiaoyu/history/books/index.html", "index/projects/index.html", "search/index.html?q=购置图书",
    ],
)  # fmt: skip
def test_pages_are_for_everybody(page: Page, site: Path, path: str) -> None:
    file, _, query = path.partition("?")
    page.goto((site / file).as_uri() + (f"?{query}" if query else ""))
    if query:
        expect(page.locator("#search-results > li").first).to_be_visible()
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
