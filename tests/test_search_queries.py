"""Forty queries as people type them: what must be among the first three results, and never a wrong 没有找到."""

from __future__ import annotations

import pages
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from test_explore import SHIFTS
from test_search import ask, page, server, site  # noqa: F401

MINBING = "dongguan/shi-zhi-gongwei/2026/minbing-shiyefei/index.html"
WEBSITE = "dongguan/shi-zhi-gongwei/2026/wangzhan-weihu/index.html"
NETWORK = "dongguan/shi-zhi-gongwei/2026/wangluo-anquan/index.html"
TRAINING = "dongguan/shi-zhi-gongwei/2026/dangyuan-peixun/index.html"
HOTLINE = "dongguan/shi-zhi-gongwei/2026/yangguang-rexian/index.html"
WHOLE = "dongguan/shi-zhi-gongwei/2023/index.html"
PAPERS = "huadu/qu-zhi-gongwei/undated/dangan-baomi/index.html"
LANGXI = "langxi/xian-zhi-gongwei/2023/dang-de-jianshe/index.html"
SUBSIDY = "dongkeng/dangjian-fuwu-zhongxin/2024/dangwu-gongzuozhe-butie/index.html"

QUERIES = {
    "民兵": MINBING,
    "民兵事业费": MINBING,
    "民兵,训练": MINBING,
    "“民兵,训练”": MINBING,
    "民兵，训练": MINBING,
    "民兵、训练；东莞": MINBING,
    "民兵 2026": MINBING,
    "2026年民兵": MINBING,
    "民兵 2023年": WHOLE,
    "minbing": MINBING,
    "mbsyf": MINBING,
    "minbingsyf": MINBING,
    "MinBing": MINBING,
    "min bing": None,
    "dongguan minbing": MINBING,
    "民兵訓練": MINBING,
    "訓練": MINBING,
    "網站維護": WEBSITE,
    "黨員培訓": TRAINING,
    "民冰": MINBING,
    "民兵事业非": MINBING,
    "东莞民兵花了多少钱": MINBING,
    "直工委": "dongguan/shi-zhi-gongwei/index.html",
    "机关工委": None,
    "直工委 民兵": MINBING,
    "阳光热线": HOTLINE,
    "ygrx": HOTLINE,
    "网络安全": NETWORK,
    "wlaq": NETWORK,
    "档案保密": PAPERS,
    "dabm": PAPERS,
    "郎溪 党建": LANGXI,
    "党务工作者补贴": SUBSIDY,
    ">1000万": WHOLE,
    "大于1000万元": WHOLE,
    "1000万以上": WHOLE,
    "8万-9万": MINBING,
    "民兵 >5万": MINBING,
    "83370": MINBING,
    "8.337万元": MINBING,
    ">9000亿": HOTLINE,
}
"""Query → the page that must be among the first three results (None: something must be found)."""


def found(opened: Page) -> list[str]:
    hrefs: list[str] = opened.eval_on_selector_all(
        "#search-results > li",
        "all => all.slice(0, 3).flatMap(one => [...one.querySelectorAll('a')].map(a => a.href))",
    )
    return hrefs


def test_forty_queries_as_people_type_them(page: Page, server: str) -> None:  # noqa: F811
    page.goto(f"{server}/search/index.html")
    bad = {}
    for query, expected in QUERIES.items():
        told = ask(page, query)
        links = found(page)
        if not links or (expected and not any(link.endswith(f"/{expected}") for link in links)):
            bad[query] = (told, links)
    assert len(QUERIES) >= 40
    assert bad == {}


def test_a_project_is_one_result_with_its_amounts(page: Page, server: str) -> None:  # noqa: F811
    page.goto(f"{server}/search/index.html?q=民兵事业费")
    first = page.locator("#search-results > li").first
    expect(first.locator(".years")).to_contain_text("2026年 83,370.00 元")
    expect(first.locator(".snippet").first).to_be_visible()


def test_largest_first_and_help_when_nothing_is_there(page: Page, server: str) -> None:  # noqa: F811
    page.goto(f"{server}/search/index.html?q=经费&sort=large")
    expect(page.locator("#search-results")).to_have_attribute("aria-busy", "false")
    texts = page.locator("#search-results .years li:first-child").all_inner_texts()
    amounts = [float(text.split()[1].replace(",", "")) for text in texts if "未注明" not in text]
    assert len(amounts) > 3 and amounts == sorted(amounts, reverse=True)
    assert "没有找到" in ask(page, "鑫淼")
    expect(page.locator("#search-none")).to_be_visible()
    page.goto(f"{server}/search/index.html?q=民兵&kind=department")
    expect(page.locator("#search-status")).to_contain_text("筛选条件下没有")
    expect(page.locator("#search-clear")).to_be_visible()


@pytest.mark.parametrize(
    "name", ["search-normal.js", "search-index.js", "search-result.js", "search-page.js"]
)
def test_scripts_stay_small(name: str) -> None:
    assert (pages.ROOT / "layouts" / "site" / "assets" / name).read_text("utf-8").count("\n") < 300


@pytest.mark.parametrize("width", [360, 1024, 1280])
@pytest.mark.parametrize("path", ["search/index.html?q=民兵事业费", MINBING, WHOLE])
def test_pages_from_a_server_stand_still(page: Page, server: str, path: str, width: int) -> None:  # noqa: F811
    """Results come in, filters get their choices, and the script writes the address: nothing moves for it."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{server}/{path}")
    assert page.evaluate(SHIFTS) < 0.02
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
