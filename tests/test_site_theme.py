"""A site with colours, logo, words, navigation and blocks of its own, and what a portal asks of its pages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pages
import pytest
import segno
from lxml import html

from gongkai.workspace import built_in_layouts

BASE = "https://www.example.gov.cn/jixiao/"
DISCLOSURE = "yangcheng/caizheng-ju/2026/index.html"
PROJECT = "yangcheng/caizheng-ju/2026/xinxi-weihu/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages.build(pages.THEME, tmp_path_factory.mktemp("theme"))


def page(site: Path, name: str) -> html.HtmlElement:
    return html.document_fromstring((site / name).read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def text(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def meta(root: html.HtmlElement) -> dict[str, str]:
    return {one.get("name"): one.get("content") for one in root.xpath("//meta[@name]")}


# -- made one's own ---------------------------------------------------------------------------


def test_colours_come_last_and_name_other_assets(site: Path) -> None:
    for place in ("index.html", PROJECT):
        last = page(site, place).xpath("string(//link[@rel='stylesheet'][last()]/@href)").lstrip("./")
        css = (site / last).read_text(encoding="utf-8")
        assert "--accent: #1f4fa3" in css
    pattern = re.findall(r"url\((pattern\.[^)]*)\)", css)
    assert pattern and (site / "assets" / pattern[0]).is_file()


def test_logo_words_and_navigation(site: Path) -> None:
    root = page(site, "index.html")
    assert (site / root.xpath("string(//a[@class='brand']/img/@src)")).is_file()
    assert text(root.xpath("//p[@class='lead']")[0]) == "县直各部门的预算绩效目标，每年二月公开。"
    links = [(text(one), one.get("href")) for one in root.xpath("//nav[@class='main-nav']//a")]
    assert links == [
        ("绩效公开首页", "index.html"),
        ("使用说明", "about/index.html"),
        ("县政府门户", "https://www.example.gov.cn/"),
    ]
    facts = page(site, DISCLOSURE).xpath("//dl[@class='facts']")[0]
    assert "没有写明" in text(facts) and "未注明" not in text(facts)


def test_blocks_of_templates(site: Path) -> None:
    root = page(site, PROJECT)
    assert "各部门对本部门公开的内容负责" in text(root.find(".//footer"))
    assert "对这个项目有意见，请来电：0356-0000000" in text(root.find(".//aside"))
    assert "基本情况" in text(root.find(".//aside")), "super() keeps what gongkai shows"


def test_an_unknown_word_is_a_problem_with_a_suggestion(tmp_path: Path) -> None:
    source = Path(shutil.copytree(pages.THEME, tmp_path / "source"))
    words = source / "layouts" / "site" / "words.yaml"
    words.write_text("词语:\n  首页导言: 欢迎\n", encoding="utf-8")
    outcome = pages.outcome_of(source, tmp_path / "site")
    found = [problem for problem in outcome.problems if problem.rule == "words.unknown"]
    assert not outcome.published
    assert [(str(one.place), one.hint) for one in found] == [
        ("layouts/site/words.yaml:2:3", "你是不是要写“首页导语”？")
    ]


def test_a_navigation_to_nowhere_is_a_problem(tmp_path: Path) -> None:
    source = Path(shutil.copytree(pages.THEME, tmp_path / "source"))
    words = source / "layouts" / "site" / "words.yaml"
    words.write_text("导航:\n  - 名称: 公告\n    网址: news/index.html\n", encoding="utf-8")
    outcome = pages.outcome_of(source, tmp_path / "site")
    assert [one.rule for one in outcome.problems if one.blocks] == ["words.link"]


@pytest.mark.parametrize("name", ["feed.xml", "charts.svg"])
def test_a_mistake_in_a_template_that_is_no_page_is_told_at_its_line(tmp_path: Path, name: str) -> None:
    source = Path(shutil.copytree(pages.THEME, tmp_path / "source"))
    (source / "layouts/site" / name).write_text("<a>\n{{ nothing.here }}\n</a>\n", encoding="utf-8")
    outcome = pages.outcome_of(source, tmp_path / "site")
    found = [str(one.place) for one in outcome.problems if one.rule == "template.error"]
    assert not outcome.published and found == [f"layouts/site/{name}:2"]


# -- fit for the portal -----------------------------------------------------------------------


def test_tags_of_an_article(site: Path) -> None:
    tags = meta(page(site, DISCLOSURE))
    assert tags["SiteName"] == "阳城县预算绩效公开平台"
    assert tags["SiteDomain"] == "www.example.gov.cn" and tags["SiteIDCode"] == "1405220001"
    assert tags["ArticleTitle"] == "阳城县财政局（示例）2026年预算绩效目标公开"
    assert tags["PubDate"] == "2026-02-13" and tags["ContentSource"] == "阳城县财政局"
    assert (
        tags["ColumnName"] == "阳城县财政局（示例）" and tags["Url"] == BASE + "yangcheng/caizheng-ju/2026/"
    )
    assert "Author" not in tags, "nobody is named as the author"


def test_tags_of_a_column(site: Path) -> None:
    tags = meta(page(site, "yangcheng/index.html"))
    assert tags["ColumnName"] == "阳城县（示例）" and "ArticleTitle" not in tags and "PubDate" not in tags


def test_the_block_of_facts_has_the_order_of_the_site(site: Path) -> None:
    facts = page(site, DISCLOSURE).xpath("//dl[@class='facts']/div")
    shown = [(text(one.find("dt")), text(one.find("dd"))) for one in facts]
    assert shown == [
        ("索引号", "0140522-2026-0001"),
        ("发布机构", "没有写明"),
        ("发文字号", "没有写明"),
        ("发布日期", "2026-02-13"),
        ("来源", "阳城县财政局"),
        ("项目总数", "4"),
        ("公开比例", "1 / 4（25.0%）"),
    ]


def test_lasting_address_canonical_and_qr_code(site: Path) -> None:
    root = page(site, PROJECT)
    address = BASE + "yangcheng/caizheng-ju/2026/xinxi-weihu/"
    assert root.xpath("string(//link[@rel='canonical']/@href)") == address
    assert root.xpath("string(//meta[@property='og:url']/@content)") == address
    assert text(root.xpath("//span[@id='here-text']")[0]) == address
    assert text(root.xpath("//p[@id='cite-text']")[0]) == (
        f"阳城县财政局（示例）. 财政信息系统运行维护项目绩效目标（2026年）[EB/OL]. (2026-02-13). {address}"
    )
    code = str(root.xpath("string(//textarea)"))
    assert f'<iframe src="{address}yangcheng-caizheng-ju-2026-xinxi-weihu.html"' in code and "来源：" in code
    assert drawn(root) == [[bool(module) for module in row] for row in expected(address)]


def drawn(root: html.HtmlElement) -> list[list[bool]]:
    """The dark modules that the page's SVG path paints, read stroke by stroke."""
    svg = root.xpath("//*[local-name()='svg' and @class='qr']")[0]
    size = int(svg.get("viewbox", svg.get("viewBox", "")).split()[2])
    modules = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for command, values in re.findall(r"([MmhH])([^MmhHz]*)", svg.xpath(".//*[@stroke]")[0].get("d")):
        numbers = [float(one) for one in re.findall(r"-?\d*\.?\d+", values)]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            for step in range(int(numbers[0])):
                modules[int(y)][int(x) + step] = True
            x += numbers[0]
    return modules


def expected(address: str) -> list[list[int]]:
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=0)
    return [list(row) for row in code.matrix_iter(border=2)]


def test_the_foot_states_who_is_responsible(site: Path) -> None:
    foot = page(site, PROJECT).xpath("//dl[@class='foot-facts']/div")
    assert {text(one.find("dt")): text(one.find("dd")) for one in foot} == {
        "主办单位": "阳城县人民政府办公室",
        "网站标识码": "1405220001",
        "ICP备案号": "晋ICP备00000000号",
        "公安备案号": "晋公网安备 14052200000000号",
        "联系方式": "0356-0000000",
    }


def test_a_correction_is_shown_with_its_day(site: Path) -> None:
    for name in (DISCLOSURE, PROJECT):
        block = page(site, name).xpath("//section[@class='corrections']")[0]
        assert "2026-03-02" in text(block) and "更正为 202,600 元" in text(block)
    assert not page(site, "yangcheng/caizheng-ju/2025/index.html").xpath("//section[@class='corrections']")


def test_the_page_for_missing_addresses_works_at_any_depth(site: Path) -> None:
    root = page(site, "404.html")
    links = root.xpath("//link[@rel='stylesheet' or @rel='icon']/@href|//script/@src|//main//a/@href")
    assert links and all(link.startswith("/jixiao/") for link in links), links
    assert not root.xpath("//link[@rel='canonical']")


def test_a_project_shows_its_other_years(site: Path) -> None:
    years = page(site, PROJECT).xpath("//ul[@class='history']/li")
    assert [text(one) for one in years] == ["2025年 202,500\xa0元".replace("\xa0", " "), "2026年 202,600 元"]
    table = page(site, "yangcheng/caizheng-ju/index.html").xpath("//table")[-1]
    assert [text(one) for one in table.xpath(".//thead//th")] == ["项目名称", "2025年", "2026年"]


def test_text_with_signs_of_markup_is_shown_as_written(site: Path) -> None:
    assert "收入<5万元的单位" in text(page(site, PROJECT).find(".//main"))


def test_the_handbook_names_every_block_and_colour() -> None:
    handbook = (pages.ROOT / "docs" / "自定义外观.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+\.html)` \|[^|]*\| (.*) \|$", handbook, re.MULTILINE)
    assert len(rows) == 12
    for template, listed in rows:
        source = (built_in_layouts() / "site" / template).read_text(encoding="utf-8")
        own = set(re.findall(r"{% block (\w+)", source))
        frame = (
            {"title", "main"}
            if template not in ("base.html", "text.html", "missing.html", "article.html", "withdrawn.html")
            else set()
        )
        assert set(re.findall(r"`(\w+)`", listed)) == own - frame, template
    css = (built_in_layouts() / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    assert set(re.findall(r"^  (--[a-z-]+):", css, re.MULTILINE)) == set(
        re.findall(r"(--[a-z-]+)(?=[:`])", handbook)
    )
