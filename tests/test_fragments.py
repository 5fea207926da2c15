"""Embeddable tables: one file each, nothing from elsewhere, and no style gets in or out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pages
import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from gongkai.pages.fragments import scoped

YEAR = "dongguan/shi-zhi-gongwei/2026"
PROJECT = f"{YEAR}/minbing-shiyefei/dongguan-shi-zhi-gongwei-2026-minbing-shiyefei.html"
SUMMARY = "huadu/qu-zhi-gongwei/undated/huadu-qu-zhi-gongwei-undated-summary.html"
DOCUMENT = "langxi/xian-zhi-gongwei/2023/langxi-xian-zhi-gongwei-2023-document.html"
TARGET = "dongguan/shi-zhi-gongwei/2023/dongguan-shi-zhi-gongwei-2023-department.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages.build(pages.ROOT, tmp_path_factory.mktemp("fragments"))


def fragments(site: Path) -> list[Path]:
    found = [
        file
        for file in site.rglob("*.html")
        if not pages.is_page(file) and len(file.relative_to(site).parts) > 3
    ]
    assert len(found) > 20
    return found


def pasted(file: Path) -> str:
    """What a web administrator copies."""
    text = file.read_text(encoding="utf-8")
    return text.partition("开始复制 -->\n")[2].partition("<!-- 复制到")[0]


def cells(root: html.HtmlElement) -> list[list[tuple[str, str | None, str | None]]]:
    table = root.xpath("//table[contains(@class, 'form')]")[0]
    return [
        [("".join(cell.itertext()).strip(), cell.get("colspan"), cell.get("rowspan")) for cell in row]
        for row in table.iter("tr")
    ]


@pytest.mark.parametrize("path", [PROJECT, SUMMARY, DOCUMENT, TARGET])
def test_every_table_is_linked_from_its_page_and_shows_the_same_cells(site: Path, path: str) -> None:
    folder = (site / path).parent
    page = html.document_fromstring((folder / "index.html").read_bytes())
    links = page.xpath("//section[@class='downloads']//a[contains(., '嵌入用的表格')]")
    targets = {(folder / link.get("href")).resolve() for link in links}
    assert (site / path).resolve() in targets
    assert all(" HTML，" in f" {link.xpath('string(span[2])')}" for link in links)
    fragment = html.document_fromstring((site / path).read_text(encoding="utf-8"))
    assert cells(fragment) == cells(page)


def test_a_fragment_asks_for_nothing_and_runs_nothing(site: Path) -> None:
    for file in fragments(site):
        text = pasted(file)
        assert (
            text.count("<style>") == 1 and text.strip().startswith("<div") and text.strip().endswith("</div>")
        )
        assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|url\(|@import|\bon\w+=|data-|\bid=", text), (
            file
        )


def test_every_class_has_the_prefix_and_every_rule_stays_inside(site: Path) -> None:
    for file in fragments(site):
        root = html.fragment_fromstring(pasted(file))
        names = {name for value in root.xpath("//@class") for name in value.split()}
        assert names and all(name.startswith("gongkai-") for name in names)
        style = root.findtext(".//style") or ""
        selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{", style) for one in rule.split(", ")]
        assert all(one.startswith((".gongkai-table:not(#_)", "@media")) for one in selectors)
        classes = re.findall(r"\.([a-zA-Z][\w-]*)", " ".join(selectors))
        assert all(name.startswith("gongkai-") for name in classes)


def test_widths_are_the_forms(site: Path) -> None:
    root = html.fragment_fromstring(pasted(site / PROJECT))
    assert root.xpath("//col/@style") == [f"width:{width}%" for width in (15, 12.5, 15.5, 21.5, 17.5, 18)]


def test_what_a_form_styles_is_scoped_and_what_it_would_fetch_is_left_out() -> None:
    css = """@import "x.css"; @font-face { font-family: a; src: url(a.woff) }
    table.my-form td.long:not(.short), .other > p { color: red; background: url(a.png) }
    @media print { .my-form { font-size: 9pt } } .nothing { background: url("b.png") }"""
    assert scoped(css) == (
        ".gongkai-table:not(#_):not(#_) table.gongkai-my-form td.gongkai-long:not(.gongkai-short), "
        ".gongkai-table:not(#_):not(#_) .gongkai-other > p { color: red }\n"
        "@media print {\n.gongkai-table:not(#_):not(#_) .gongkai-my-form { font-size: 9pt }\n}\n"
    )


# -- in a page with a style of its own ------------------------------------------------------------

HOSTILE = """#zoom p { text-indent: 2em; margin: 20px; color: red } #zoom td { border: 5px dotted red; padding: 30px }
table { width: 50px; background: yellow } th { background: blue; font-size: 40px } .form, .long { display: none }"""


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    yield page
    page.close()


def test_the_host_pages_style_does_not_reach_the_table(
    site: Path, browser_page: Page, tmp_path: Path
) -> None:
    shown = []
    for name, style in (("plain", ""), ("hostile", HOSTILE)):
        host = tmp_path / f"{name}.html"
        host.write_text(
            f'<!DOCTYPE html><meta charset="utf-8"><style>{style}</style><div id="zoom"><p class="own">自己的文字</p>'
            f"{pasted(site / PROJECT)}</div>",
            encoding="utf-8",
        )
        browser_page.goto(host.as_uri())
        shown.append(
            browser_page.evaluate(
                """() => [...document.querySelectorAll('.gongkai-table :not(style)')].map(one => {
                    const seen = getComputedStyle(one), box = one.getBoundingClientRect();
                    return [one.tagName, box.width, box.height, seen.borderTopWidth, seen.paddingLeft, seen.color,
                            seen.backgroundColor, seen.textIndent, seen.fontSize, seen.display];
                })"""
            )
        )
    assert shown[0] == shown[1]
    assert browser_page.evaluate("getComputedStyle(document.querySelector('.own')).color") == "rgb(255, 0, 0)"
