"""The site in a real browser: axe on every kind of page, keyboard, narrow and enlarged, forced colours, print, file://."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pages
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

KINDS = {
    "home": "index.html",
    "locality": "dongguan/index.html",
    "department": "dongguan/shi-zhi-gongwei/index.html",
    "whole department": "dongguan/shi-zhi-gongwei/2023/index.html",
    "disclosure": "dongguan/shi-zhi-gongwei/2026/index.html",
    "summary": "huadu/qu-zhi-gongwei/undated/index.html",
    "document": "langxi/xian-zhi-gongwei/2023/index.html",
    "project": "dongguan/shi-zhi-gongwei/2026/minbing-shiyefei/index.html",
    "project of a summary": "huadu/qu-zhi-gongwei/undated/zhuti-huodong/index.html",
    "project of a document": "langxi/xian-zhi-gongwei/2023/dang-de-jianshe/index.html",
    "text": "about/index.html",
    "missing": "404.html",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages.build(pages.ROOT, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def wide(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    yield page
    page.close()


def show(page: Page, site: Path, kind: str) -> list[str]:
    """Open a page from the disk; returns what the browser complained about."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / KINDS[kind]).as_uri())
    return complaints


def overflow(page: Page) -> list[str]:
    """The elements that stick out of the page sideways; scrolling regions hold their own."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".scroll"))
                .map((one) => one.tagName + "." + one.getAttribute("class"));
        }"""
    )


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_the_browser_complains_of_nothing(wide: Page, site: Path, kind: str) -> None:
    assert show(wide, site, kind) == []
    results = Axe().run(wide, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("kind", ["home", "disclosure", "project"])
def test_axe_finds_nothing_on_a_phone(phone: Page, site: Path, kind: str) -> None:
    show(phone, site, kind)
    results = Axe().run(phone, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_never_scrolls_sideways(phone: Page, site: Path, kind: str) -> None:
    # 320 CSS pixels are also what is left of 1280 at 400 % zoom (WCAG 2.2, 1.4.10).
    show(phone, site, kind)
    assert overflow(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


def test_large_text_does_not_break_the_page(phone: Page, site: Path) -> None:
    show(phone, site, "project")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(phone) == []


def test_official_tables_scroll_by_keyboard(phone: Page, site: Path) -> None:
    show(phone, site, "project")
    region = phone.locator("section.scroll").first
    region.focus()
    assert region.evaluate("one => one.scrollWidth > one.clientWidth")
    phone.keyboard.press("ArrowRight")
    phone.wait_for_timeout(300)
    assert region.evaluate("one => one.scrollLeft") > 0


def test_lists_become_cards_on_a_phone(phone: Page, site: Path) -> None:
    show(phone, site, "disclosure")
    cell = phone.locator("#projects ~ table td").first
    assert cell.evaluate("one => getComputedStyle(one, '::before').content") == '"年度预算"'
    assert cell.bounding_box()["width"] > 250
    show(phone, site, "home")
    assert not phone.locator("table.matrix td .none").first.is_visible(), "empty cells are left out of cards"


def test_the_first_tab_skips_to_the_text(wide: Page, site: Path) -> None:
    show(wide, site, "project")
    wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.textContent") == "跳到正文"
    assert wide.locator(".skip").bounding_box()["height"] > 20
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.id") == "main"


def test_every_link_and_button_can_be_reached_and_shows_it(wide: Page, site: Path) -> None:
    show(wide, site, "project")
    expected = wide.evaluate(
        "[...document.querySelectorAll('a[href], button, summary, [tabindex=\"0\"]')]"
        ".filter((one) => one.checkVisibility({ visibilityProperty: true })).length"
    )
    seen = set()
    for _ in range(expected):
        wide.keyboard.press("Tab")
        mark = wide.evaluate(
            "(() => { const one = document.activeElement; return [[...document.querySelectorAll('*')].indexOf(one),"
            " getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineWidth] })()"
        )
        assert mark[1:] == ["solid", "3px"], mark
        seen.add(mark[0])
    assert len(seen) == expected


def test_text_size_is_kept_from_page_to_page(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    show(page, site, "home")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="大号字").press("Enter")
    assert page.evaluate(size) > before
    assert page.get_by_role("button", name="大号字").get_attribute("aria-pressed") == "true"
    show(page, site, "project")
    assert page.evaluate(size) > before
    page.get_by_role("button", name="中号字").click()
    assert page.evaluate(size) == before
    page.close()


def test_the_print_button_prints(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    show(page, site, "project")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed") == 1
    page.close()


def test_without_javascript_everything_is_there_and_no_button_is_dead(browser: Browser, site: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    show(page, site, "project")
    assert page.locator("table.form").is_visible() and page.locator(".goals").first.is_visible()
    assert page.locator("button:visible").count() == 0
    page.close()


def test_forced_colours_keep_bars_and_borders(browser: Browser, site: Path) -> None:
    page = browser.new_page(forced_colors="active")
    show(page, site, "disclosure")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.locator(".chart-bar").first.evaluate("one => getComputedStyle(one).fill") != paper
    assert (
        page.locator("table.form td").first.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    )
    page.close()


def test_print_leaves_out_what_paper_cannot_use(wide: Page, site: Path) -> None:
    show(wide, site, "project")
    wide.emulate_media(media="print")
    for selector in (".main-nav", ".tools", ".crumbs", ".siblings", ".downloads"):
        assert not wide.locator(selector).first.is_visible(), selector
    wide.set_viewport_size({"width": 680, "height": 960})
    assert overflow(wide) == []
    region = wide.locator("section.scroll").first
    assert region.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), "the table fits the paper"
    wide.emulate_media(media="screen")
    wide.set_viewport_size({"width": 1280, "height": 900})
    assert len(wide.pdf(format="A4")) > 10_000


def test_no_printed_page_ends_with_a_heading(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    torn = {}
    for kind in KINDS:
        show(page, site, kind)
        # Names of groups of targets stand beside them, and come last in the file.
        told = page.locator("h2, h3, caption").and_(page.locator(":not(.goal-group > *)")).all_inner_texts()
        heads = {" ".join(one.split()) for one in told} - {""}
        with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as printed:
            texts = [one.get_textpage().get_text_range() for one in printed]
        lines = [[" ".join(line.split()) for line in text.splitlines() if line.strip()] for text in texts]
        torn[kind] = [one[-1] for one in lines if one[-1] in heads]
    page.close()
    assert not any(torn.values()), torn


def test_links_work_from_a_disk(wide: Page, site: Path) -> None:
    show(wide, site, "home")
    wide.get_by_role("link", name="东莞市", exact=True).click()
    wide.get_by_role("link", name="中共东莞市直属机关工作委员会", exact=True).first.click()
    wide.locator('a[href$="/minbing-shiyefei/index.html"]').click()
    assert wide.locator("h1").inner_text() == "民兵事业费"
    wide.get_by_role("link", name="下一个项目").click()
    assert wide.url.endswith("/2026/yangguang-rexian/index.html")
