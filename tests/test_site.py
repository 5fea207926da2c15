"""The pages of the real content: structure, links, tables, weight, and what each kind of page tells."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pages
import pytest
from lxml import etree, html

from gongkai.workspace import built_in_layouts

PROJECT = "dongguan/shi-zhi-gongwei/2026/minbing-shiyefei/index.html"
YEAR = "dongguan/shi-zhi-gongwei/2026/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages.build(pages.ROOT, tmp_path_factory.mktemp("site"))


@cache
def parsed(file: Path) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8")
    return html.document_fromstring(file.read_bytes(), parser=parser)


def page(site: Path, name: str) -> html.HtmlElement:
    return parsed(site / name)


def every_page(site: Path) -> list[tuple[str, html.HtmlElement]]:
    files = filter(pages.is_page, sorted(site.rglob("*.html")))
    found = [(file.relative_to(site).as_posix(), parsed(file)) for file in files]
    assert len(found) > 35
    return found


def text(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def test_every_page_is_one_document_with_one_heading(site: Path) -> None:
    for name, root in every_page(site):
        assert root.get("lang") == "zh-Hans-CN", name
        assert len(root.findall(".//h1")) == 1, name
        assert text(root.find(".//title")), name
        for landmark in ("header[@class='masthead']", "main[@id='main']", "footer"):
            assert len(root.findall(f".//{landmark}")) == 1, (name, landmark)
        assert text(root.find(".//a[@class='skip']")) == "跳到正文", name


def test_titles_differ(site: Path) -> None:
    titles = [text(root.find(".//title")) for _, root in every_page(site)]
    assert len(set(titles)) == len(titles)


def test_ids_are_unique_and_what_refers_to_them_finds_them(site: Path) -> None:
    for name, root in every_page(site):
        ids = root.xpath("//@id")
        assert len(set(ids)) == len(ids), (name, ids)
        for reference in root.xpath("//@aria-labelledby|//@aria-describedby|//@for"):
            assert set(reference.split()) <= set(ids), (name, reference)


def test_headings_do_not_skip_a_level(site: Path) -> None:
    for name, root in every_page(site):
        levels = [
            int(heading.tag[1])
            for heading in root.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
        ]
        jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        assert levels[0] == 1, name
        assert not jumps, (name, levels)


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(site: Path) -> None:
    for name, root in every_page(site):
        assert not root.xpath("//@style"), name
        assert not root.xpath("//*[@*[starts-with(name(), 'on')]]"), name
        assert not root.xpath("//style|//script[not(@src)][not(contains(@type, 'json'))]"), name
        assert "default-src 'none'" in root.xpath("string(//meta[@http-equiv]/@content)"), name
        sources = root.xpath("//@src|//link[@rel='stylesheet' or @rel='icon']/@href")
        assert all(not urlsplit(source).scheme for source in sources), (name, sources)


def targets(site: Path, name: str, root: html.HtmlElement) -> list[tuple[str, Path, str]]:
    found = []
    for link in root.xpath("//@href|//@src"):
        parts = urlsplit(link)
        if not parts.scheme:
            path = (site / name).parent / unquote(parts.path) if parts.path else site / name
            found.append((link, path.resolve(), parts.fragment))
    return found


def test_every_link_leads_to_a_file_and_every_anchor_to_an_id(site: Path) -> None:
    for name, root in every_page(site):
        for link, target, fragment in targets(site, name, root):
            assert target.is_file(), (name, link)
            if fragment and target.suffix == ".html":
                assert fragment in parsed(target).xpath("//@id"), (name, link)


def test_every_page_can_be_reached_from_home(site: Path) -> None:
    reached: set[Path] = set()
    waiting = [(site / "index.html").resolve()]
    while waiting:
        file = waiting.pop()
        if file in reached or file.suffix != ".html":
            continue
        reached.add(file)
        if not pages.is_page(file):
            continue
        waiting += [
            target for _, target, _ in targets(site, str(file.relative_to(site.resolve())), parsed(file))
        ]
    every = {(site / name).resolve() for name, _ in every_page(site)} - {(site / "404.html").resolve()}
    assert every <= reached


def test_tables_have_captions_and_scopes(site: Path) -> None:
    count = 0
    for name, root in every_page(site):
        for table in root.findall(".//table"):
            count += 1
            inside = table.getparent().get("class", "")
            assert text(table.find("caption")), (name, inside)
            heads = table.xpath(".//th")
            assert heads, name
            for head in heads:
                assert head.get("scope") in ("row", "col", "rowgroup", "colgroup"), (name, text(head))
    assert count > 60


def test_official_tables_scroll_inside_themselves(site: Path) -> None:
    for name, root in every_page(site):
        regions = root.xpath("//section[contains(@class, 'scroll')]")
        labels = [region.get("aria-label") for region in regions]
        assert len(set(labels)) == len(labels), (name, labels)
        assert all(region.get("tabindex") == "0" for region in regions)
        for table in root.xpath("//table[contains(concat(' ', @class, ' '), ' form ')]"):
            assert table.getparent().get("class") == "scroll", name


def test_pages_are_light(site: Path) -> None:
    shared = {}
    for name, root in every_page(site):
        assets = [
            target
            for link, target, _ in targets(site, name, root)
            if target.suffix in (".css", ".js", ".svg")
        ]
        shared.update({target: target.stat().st_size for target in assets})
        weight = (site / name).stat().st_size + sum(shared[target] for target in set(assets))
        assert weight < 100_000, (name, weight)


# -- what the pages tell ----------------------------------------------------------------------


def test_home_shows_what_is_published_by_locality_and_year(site: Path) -> None:
    table = page(site, "index.html").find(".//table")
    rows = [[text(cell) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["地区", "2026年", "2024年", "2023年", "年度未注明"]
    assert [row[0] for row in rows[1:]] == ["东莞市", "东莞市东坑镇", "广州市花都区", "郎溪县"]
    assert rows[1][1].startswith("7 个项目") and rows[1][3].startswith("部门整体绩效目标")
    assert rows[3][4].startswith("10 个项目")


def test_a_project_reads_in_a_minute(site: Path) -> None:
    root = page(site, PROJECT)
    shown = text(root.find(".//main"))
    assert text(root.find(".//h1")) == "民兵事业费"
    assert text(root.xpath("//div[@class='first']/dd")[0]) == "83,370 元"
    assert "按照军分区要求，组织市直机关民兵" in shown
    goals = {text(one.find("dt")): text(one.find("dd")) for one in root.xpath("//dl[@class='goals']/div")}
    assert goals["民兵人数"] == "约100人" and goals["费用总额"] == "8.3370万元"
    assert "实施周期：约300人次" in shown
    assert root.xpath("count(//table[contains(@class, 'dongguan-project-2026')])") == 1
    assert [text(link) for link in root.xpath("//nav[@class='siblings']/a[@rel]")] == [
        "上一个项目 东莞市直机关工委网站维护项目",
        "下一个项目 市直机关民主评议政风行风和阳光热线工作经费",
    ]
    assert text(root.xpath("//a[@class='download']")[0]) == "项目绩效目标表 PDF，2 页，39 KB"
    assert text(root.xpath("//p[@id='cite-text']")[0]).endswith("民兵事业费项目绩效目标（2026年）[EB/OL].")
    assert text(root.xpath("//span[@id='here-text']")[0]) == "", "an address without a host says nothing"
    assert "可以左右滑动" in text(root.xpath("//section[contains(@class, 'official')]/p[@class='hint']")[0])


def test_breadcrumbs_lead_up(site: Path) -> None:
    crumbs = page(site, PROJECT).xpath("//nav[@class='crumbs']//li")
    assert [text(one) for one in crumbs] == [
        "首页",
        "东莞市",
        "中共东莞市直属机关工作委员会",
        "2026年",
        "民兵事业费",
    ]
    assert crumbs[-1].find("span").get("aria-current") == "page"


def test_a_disclosure_shows_its_facts_projects_and_all_tables(site: Path) -> None:
    root = page(site, YEAR)
    facts = {text(one.find("dt")): text(one.find("dd")) for one in root.xpath("//dl[@class='facts']/div")}
    assert facts["部门"] == "中共东莞市直属机关工作委员会" and facts["年度"] == "2026"
    assert facts["发布日期"] == facts["公开比例"] == "未注明"
    assert len(root.xpath("//table[contains(concat(' ', @class, ' '), ' form ')]")) == 7
    caption = root.xpath("string(//h2[@id='projects']/following-sibling::table[1]/caption)")
    assert caption == "7 个项目，预算合计 1,359,014 元"


def test_amounts_of_a_whole_department_stay_in_the_unit_they_are_stated_in(site: Path) -> None:
    root = page(site, "dongguan/shi-zhi-gongwei/2023/index.html")
    figures = {
        text(one.find("dt")): text(one.find("dd")) for one in root.xpath("//dl[@class='figures money']/div")
    }
    assert figures == {"基本支出": "999.81 万元", "项目支出": "172.67 万元", "财政拨款": "1,172.47 万元"}


def test_what_is_not_stated_is_said_to_be_not_stated(site: Path) -> None:
    root = page(site, "huadu/qu-zhi-gongwei/undated/index.html")
    facts = {text(one.find("dt")): text(one.find("dd")) for one in root.xpath("//dl[@class='facts']/div")}
    assert facts["年度"] == facts["发布日期"] == "未注明"
    assert not root.xpath(
        "//meta[@name='PubDate' or @name='SiteIDCode' or @name='ContentSource' or @name='Url']"
    )
    assert not root.xpath("//link[@rel='canonical']")
    assert not page(site, PROJECT).xpath("//*[local-name()='svg' and @class='qr']")


def test_charts_are_described_and_their_figures_stand_beside_them(site: Path) -> None:
    charts = 0
    for name, root in every_page(site):
        for chart in root.xpath("//svg[@class='chart']"):
            charts += 1
            assert text(chart.find("title")) and text(chart.find("desc")), name
            assert chart.get("role") == "img"
            figures = root.xpath("//table[contains(@class, 'list')]//text()")
            labels = chart.xpath(".//text[@class='chart-label']/text()")
            assert labels and all(any(label.rstrip("…") in one for one in figures) for label in labels), (
                name,
                labels,
            )
    assert charts > 5


def test_every_word_of_the_templates_is_listed_and_every_listed_word_is_used() -> None:
    folder = built_in_layouts() / "site"
    used = set()
    for file in (*folder.glob("*.html"), *folder.glob("*.xml"), *folder.glob("*.svg")):
        used |= set(re.findall(r"\bw\.(\w+)", file.read_text(encoding="utf-8")))
    words = (folder / "words.yaml").read_text(encoding="utf-8").partition("\n检索词:")[0]
    listed = re.findall(r"^  (\w+): ", words, re.MULTILINE)
    in_code = {"首页", "检索", "索引", "数据"}
    assert sorted(set(listed)) == sorted(used | in_code)


def test_templates_say_nothing_of_their_own() -> None:
    """All they say are words that a site can change: left are units, and names that are compared with or put in."""
    units = {"年", "元", "分", "个", "金额", "部门", "项目", "天津", "更正", "改错字", "撤回"}
    folder = built_in_layouts() / "site"
    for file in (*folder.glob("*.html"), *folder.glob("*.xml"), *folder.glob("*.svg")):
        text = re.sub(
            r"\{#.*?#\}|\bw\.\w+|\{[\u4e00-\u9fff]+\}", "", file.read_text(encoding="utf-8"), flags=re.S
        )
        own = set(re.findall(r"[\u4e00-\u9fff][\u4e00-\u9fff\w]*", text))
        assert own <= units, (file.name, own - units)


def test_templates_and_styles_are_no_wider_than_the_code() -> None:
    folders = (built_in_layouts() / "site", built_in_layouts() / "shared")
    wide = [
        f"{file.name}:{number}"
        for folder in folders
        for file in folder.rglob("*")
        if file.suffix in (".html", ".css", ".xml", ".svg") and file.name != "favicon.svg"
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert wide == []


def test_pages_are_the_same_in_every_build(site: Path, tmp_path: Path) -> None:
    again = pages.build(pages.ROOT, tmp_path)
    for name, _ in every_page(site):
        assert (again / name).read_bytes() == (site / name).read_bytes(), name


def test_svg_assets_are_well_formed(site: Path) -> None:
    files = list((site / "assets").glob("*.svg"))
    assert files
    for file in files:
        assert etree.parse(file).getroot().tag.endswith("svg")
