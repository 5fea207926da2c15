"""What readers ask: the largest, what changed, what was corrected — with and without JavaScript, from a disk."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pages
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import QuietPage
from lxml import html
from playwright.sync_api import Page, expect

from gongkai.pages.charts import Box, locality_charts, squarified
from gongkai.planning.explore import most_changed, of_year, project_rows
from gongkai.planning.matching import rate_of
from gongkai.planning.summaries import (
    DepartmentSummary,
    DisclosureSummary,
    LocalitySummary,
    ProjectSummary,
)
from gongkai.reading.records import Indicator, Locality
from gongkai.tables.figures import readable, steps

MADE = Path(__file__).parent / "sites" / "compare"
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 400);
})"""


def place(*years: tuple[int, dict[str, int | None]]) -> LocalitySummary:
    """A locality of one department; each year says its projects and their amounts."""
    made = [
        DisclosureSummary(
            str(year or "undated"), year or None, None, None,
            tuple(ProjectSummary(slug, slug, None, None if yuan is None else Decimal(yuan), 0) for slug, yuan in those.items()),
            False, None, None,
        )
        for year, those in years
    ]  # fmt: skip
    department = DepartmentSummary("d", "部门", None, None, tuple(made))
    return LocalitySummary(Locality.model_validate({"地区名称": "测试"}), (department,))


# -- figures --------------------------------------------------------------------------------------


def test_equal_amounts_share_a_place_and_none_of_them_is_left_out() -> None:
    rows = list(project_rows([place((2026, {"a": 5, "b": 9, "c": 5, "d": None, "e": 5, "f": 1}))]))
    year = of_year(rows, 2026, most=2)
    assert [(one.place, one.row.slug, one.running) for one in year.listed] == [
        (1, "b", 9), (2, "a", 14), (2, "c", 19), (2, "e", 24),
    ]  # fmt: skip
    assert (year.count, year.funds, year.unstated) == (6, 25, 1)


def test_a_project_is_compared_with_the_year_it_was_published_before() -> None:
    rows = list(
        project_rows([place((2026, {"a": 5, "b": 2}), (2025, {"b": 7}), (2023, {"a": 1}), (0, {"b": 3}))])
    )
    assert [(row.slug, change.old, change.new) for row, change in most_changed(rows, 2026, 5)] == [
        ("b", 7, 2), ("a", 1, 5),
    ]  # fmt: skip
    assert rows[0].change(2025) is None, "an undated year is before none"


@pytest.mark.parametrize(
    ("yuan", "told"),
    [
        ("230800166", "2.31 亿元"),
        ("83370", "8.34 万元"),
        ("83370000", "8,337 万元"),
        ("500", "500 元"),
        ("0", "0 元"),
    ],
)
def test_amounts_for_reading_at_a_glance(yuan: str, told: str) -> None:
    assert " ".join(readable(Decimal(yuan))) == told


def test_a_small_amount_beside_large_ones_is_not_told_as_nothing() -> None:
    assert readable(Decimal(156_700), Decimal(10**11)) == ("15.67", "万元")


def test_bars_of_changes_begin_in_the_middle() -> None:
    made = steps(["少", "多", "同"], [Decimal(-100), Decimal(50), Decimal(0)], 9)
    assert [(one.label, one.text, one.start, one.length) for one in made] == [
        ("少", "−100 元", "0.00", "50.00"), ("多", "+50 元", "50.00", "25.00"),
    ]  # fmt: skip


# -- the pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explore")
    source = folder / "source"
    shutil.copytree(MADE, source)
    year = source / "content" / "jia" / "jiaoyu" / "2025"
    (year / "files").mkdir()
    (year / "files" / "old.pdf").write_bytes(b"%PDF-1.7\n")
    file = year / "disclosure.yaml"
    text = "更正说明:\n  - 日期: 2025-06-01\n    内容: 校车租赁的金额原来写错。\n    原文件: [old.pdf]\n"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    return pages.build(source, folder / "site")


def amounts(cells: list[str]) -> Decimal:
    found = (re.search(r"([+−]?)([\d,.]+)\s*元", cell) for cell in cells)
    return sum(
        (Decimal(one[2].replace(",", "")) * (-1 if one[1] == "−" else 1) for one in found if one), Decimal(0)
    )


def test_the_rows_of_a_comparison_add_up_to_its_difference(site: Path) -> None:
    tree = html.parse(site / "jia/jiaoyu/2024-2025/index.html")
    column = [
        str(row.xpath("string(td[last()])"))
        for row in tree.xpath("//h2[@id='funds']/..//tbody/tr[not(contains(th, '部门预算支出'))]")
    ]
    total = str(tree.xpath("string(//h2[@id='funds']/..//tfoot//td[last()])"))
    assert len(column) == 5 and amounts(column) == amounts([total]) == Decimal(320_000)
    assert "两年都公开的 2 个，新公开的 2 个，不再公开的 1 个" in str(
        tree.xpath("string(//header[@class='title'])")
    )
    assert tree.xpath("//details//tr[@class='same']"), "what did not change is folded"


def test_any_two_years_have_a_page(site: Path) -> None:
    assert {one.name for one in (site / "jia/jiaoyu").glob("20*-20*")} == {
        "2024-2025",
        "2024-2026",
        "2025-2026",
    }


def test_a_correction_is_found_from_the_home_page_and_marked_in_lists(site: Path) -> None:
    home = html.parse(site / "index.html")
    assert (
        home.xpath("//section[@aria-labelledby='corrected']//a/@href")[0]
        == "jia/jiaoyu/2025/index.html#corrections"
    )
    text = str(html.parse(site / "corrections/index.html").xpath("string(//main)"))
    assert "2025-06-01" in text and "校车租赁的金额原来写错。" in text
    for path in ("jia/index.html", "jia/jiaoyu/index.html"):
        assert html.parse(site / path).xpath("//a[@class='mark']/text()") == ["有更正"]


def test_the_largest_of_each_year_without_a_script(site: Path) -> None:
    tree = html.parse(site / "jia/projects/index.html")
    assert tree.xpath("//h2/@id") == ["y2026", "y2025", "y2024"]
    first = tree.xpath("//h2[@id='y2025']/..//tbody/tr[1]")[0]
    assert first.xpath("string(th/a)") == "测试文化节"
    assert first.xpath("td[@data-label='2025年']/text()") == ["1,000,000"]


def test_charts_can_be_taken_away_with_their_figures(site: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((site / "jia/charts/budget.csv").read_text(encoding="utf-8-sig"))))
    drawn = html.fromstring((site / "jia/charts/budget.svg").read_text(encoding="utf-8"))
    told = drawn.xpath("//g/title/text()")
    assert len(told) == len(rows) and all(any(row["项目"] in one for one in told) for row in rows)
    total = html.parse(site / "jia/projects/index.html").xpath("string(//table/caption)")
    assert sum(Decimal(row["预算（元）"]) for row in rows) == amounts([str(total)])
    assert "：90%，1 个指标" in (site / "jia/charts/satisfaction.svg").read_text(encoding="utf-8")
    for file in (site / "jia/charts").glob("*.svg"):
        assert (file.with_name(file.name.replace("-narrow", ""))).with_suffix(".csv").is_file()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("资金拨付及时率", "及时率"),
        ("民兵参训率（全年）", "参训率"),
        ("验收合格率指标", ""),
        ("培训人数", ""),
        ("率", ""),
    ],
)
def test_rates_of_the_same_name_are_alike(name: str, kind: str) -> None:
    assert rate_of(Indicator.model_validate({"一级指标": "产出指标", "三级指标": name})) == kind


def test_rates_that_several_departments_aim_at_are_drawn_side_by_side() -> None:
    whole = place((2026, {"a": 5}))
    (one,) = whole.departments
    (year,) = one.disclosures
    aims = (("及时率", ((Decimal(95), 2), (Decimal(100), 1))), ("完成率", ((Decimal(100), 1),)))
    first = one._replace(disclosures=(year._replace(rates=aims),))
    other = one._replace(name="另一个部门", disclosures=(year._replace(rates=aims[:1]),))
    drawn = locality_charts(LocalitySummary(whole.locality, (first, other)))
    assert [chart.name for chart in drawn] == ["budget", "jishilv"]
    assert drawn[1].title == "2026年各部门的及时率指标值"
    assert drawn[1].rows[:2] == (("另一个部门", "95", "2"), ("另一个部门", "100", "1"))


def test_a_treemap_fills_its_box_and_keeps_the_sizes() -> None:
    boxes = list(squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4)))
    assert [round(one.width * one.height, 6) for one in boxes] == [6, 6, 4, 3, 2, 2, 1]
    assert max(one.x + one.width for one in boxes) == pytest.approx(6)
    assert all(max(one.width / one.height, one.height / one.width) < 4 for one in boxes)


# -- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def page(quiet_page: QuietPage) -> Iterator[Page]:
    with quiet_page(1280, 900) as opened:
        yield opened


def test_the_explorer_filters_sums_and_gives_what_it_shows(page: Page, site: Path) -> None:
    page.goto((site / "projects/index.html").as_uri())
    page.locator("select[name=year]").select_option("2025")
    page.locator("select[name=place]").select_option("jia")
    expect(page.locator("#explore-status")).to_contain_text("2025年：")
    page.locator("input[name=from]").fill("5")
    expect(page.locator("#explore-table tbody tr")).to_have_count(4)
    with page.expect_download() as taken:
        page.locator("#explore-csv").click()
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["项目"] for row in rows] == page.locator("#explore-table tbody th a").all_inner_texts()
    told = page.locator("#explore-status").inner_text()
    assert sum(Decimal(row["2025年预算（元）"]) for row in rows) == amounts([told])
    last = page.locator("#explore-table tbody tr").last.locator("td").last.inner_text()
    assert amounts([f"{last} 元"]) == amounts([told]), "the running total ends at the sum"


def test_the_address_gives_the_view_again(page: Page, site: Path) -> None:
    page.goto((site / "projects/index.html").as_uri() + "#year=2024&sort=small&name=图书")
    expect(page.locator("#explore-table tbody th a")).to_have_text(["购置图书和书架"])
    page.locator("#explore-reset").click()
    expect(page.locator("select[name=year]")).to_have_value("2026")
    page.locator("select[name=sort]").select_option("name")
    expect(page).to_have_url(re.compile(r"#sort=name$"))


def test_what_a_script_lists_is_what_stands_there_without_it(page: Page, site: Path) -> None:
    still = html.parse(site / "projects/index.html")
    page.goto((site / "projects/index.html").as_uri())
    expect(page.locator("#explore-table tfoot")).to_have_count(1)
    rows = page.locator("#explore-table tbody tr").all_text_contents()
    plain = [re.sub(r"\s+", "", str(row.xpath("string()"))) for row in still.xpath("//table//tbody/tr")]
    assert [re.sub(r"\s+", "", row) for row in rows][: len(plain)] == plain


def test_the_home_page_searches(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator("#find-box").fill("图书")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results > li").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1024, 1280])
@pytest.mark.parametrize(
    "path",
    ["index.html", "projects/index.html", "jia/projects/index.html", "jia/charts/index.html", "corrections/index.html", "compare/index.html", "jia/jiaoyu/2024-2026/index.html"],
)  # fmt: skip
def test_pages_are_for_everybody_and_stand_still(page: Page, site: Path, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((site / path).as_uri())
    assert page.evaluate(SHIFTS) < 0.02
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
