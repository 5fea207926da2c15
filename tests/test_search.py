"""Searching as a reader does: in a browser, from a server and from a disk, against what the records say."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import http.server
import random
import re
import shutil
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pages
import pytest
import yaml
from playwright.sync_api import Browser, Page, Route, expect

from gongkai.amounts import FACTORS, parse_amount
from gongkai.parts import read_part
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LocalitySummary, summarise
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.search import index
from gongkai.search.normal import bucket, hashed_key, normalise
from gongkai.search.pages import found_pages
from gongkai.workspace import built_in_layouts

ROOT = Path(__file__).parents[1]
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
MONEY = re.compile(r"^[\d,]+(?:\.\d+)?(?:万元|元)$")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds' site, with shards so small that there are many of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "SHARD_BYTES", {"k": 1_000, "i": 1_000})
        return pages.build(pages.ROOT, tmp_path_factory.mktemp("search"))


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=site)
    ) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(scope="module", params=["http", "file"])
def address(request: pytest.FixtureRequest, site: Path, server: str) -> str:
    base = server if request.param == "http" else site.as_uri()
    return f"{base}/search/index.html"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which any console message, violation or failed request is a failure."""
    told: list[str] = []
    context = browser.new_context()
    opened = context.new_page()
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    opened.on(
        "requestfailed",
        lambda request: told.append(request.url) if "ABORTED" not in str(request.failure) else None,
    )
    yield opened
    context.close()
    assert told == []


ASK = """query => new Promise(answered => {
    const form = document.getElementById("search-form"), list = document.getElementById("search-results");
    form.elements.q.value = query;
    form.requestSubmit();
    const look = () => list.getAttribute("aria-busy") === "false" ? answered() : setTimeout(look, 2);
    look();
})"""


def ask(page: Page, query: str) -> str:
    """Send a query and give the status once it has been answered."""
    page.locator("#search-box").wait_for()
    page.evaluate(ASK, query)
    return page.locator("#search-status").inner_text()


def links(page: Page) -> list[str]:
    hrefs: list[str] = page.eval_on_selector_all(
        "#search-results h2 a", "all => all.map(a => a.getAttribute('href'))"
    )
    return [href.removeprefix("../search/../").removeprefix("../") for href in hrefs]


def values(file: Path) -> list[str]:
    """Every text of a record file, read without gongkai."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key not in ("已认可", "公开", "项目顺序"):
                    yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)
        elif isinstance(node, str):
            yield node

    return list(walk(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)))


def records() -> dict[str, list[str]]:
    """Page address → texts of its record, for every disclosure and project of the seeds."""
    found = {}
    for file in sorted((ROOT / "content").glob("*/*/*/*.yaml")):
        slugs = file.relative_to(ROOT / "content").with_suffix("").parts
        slugs = slugs[:-1] if slugs[-1] == "disclosure" else slugs
        found["/".join((*slugs, "index.html"))] = values(file)
    return found


def find_all(page: Page, queries: list[str]) -> dict[str, list[str]]:
    """The addresses found for each query, through the page itself, all results listed."""
    found = {}
    for query in queries:
        ask(page, query)
        while page.locator("#search-more").is_visible():
            count = page.locator("#search-results > li").count()
            page.locator("#search-more").click()
            expect(page.locator("#search-results > li").nth(count)).to_be_visible()
        found[query] = links(page)
    return found


def test_any_two_characters_of_the_records_are_found(page: Page, address: str) -> None:
    chance = random.Random(address.partition(":")[0])
    texts = records()
    expected: dict[str, str] = {}
    while len(expected) < 25:
        where = chance.choice(sorted(texts))
        runs = [run for text in texts[where] for run in HAN.findall(text)]
        if runs:
            run = chance.choice(runs)
            length = chance.choice([2, 2, 2, 3, 5, len(run)])
            start = chance.randrange(max(1, len(run) - length + 1))
            expected[run[start : start + length]] = where
    page.goto(address)

    found = find_all(page, list(expected))

    names = {where: names_of(where) for where in texts}
    for query, where in expected.items():
        assert where in found[query], query
        having = {one for one, those in texts.items() if has(query, those + names[one])}
        assert {one for one in found[query] if one in texts} == having, query


def has(query: str, texts: list[str]) -> bool:
    return any(normalise(query) in normalise(text) for text in texts)


def names_of(where: str) -> list[str]:
    """What a page is found by besides its record: its department, its locality, the title of a disclosure."""
    locality, department = where.split("/")[:2]
    folder = ROOT / "content" / locality
    names = values(folder / "locality.yaml")[:1] + values(folder / department / "department.yaml")[:1]
    year = where.split("/")[2]
    title = names[1] + (f"{year}年" if year.isdigit() else "") + "预算绩效目标公开"
    return [*names, title] if where.count("/") == 3 else names


def test_amounts_are_found_however_they_are_written(page: Page, address: str) -> None:
    texts = records()
    amounts = sorted({(text, where) for where, those in texts.items() for text in those if MONEY.match(text)})
    chosen = [one for one in amounts if parse_amount(one[0]).yuan]
    page.goto(address)
    for text, where in random.Random(address.partition(":")[0]).sample(chosen, 5):
        yuan = parse_amount(text).yuan
        ten_thousands = yuan / FACTORS["万元"]
        ways = [
            text,
            f"{yuan:,.2f}",
            f"{yuan:.2f}",
            f"{yuan:f}元",
            f"{ten_thousands:f}万元",
            f"{ten_thousands:,f}",
        ]
        for query, found in find_all(page, ways).items():
            assert where in found, (text, query)


def test_the_amount_of_a_whole_department(page: Page, address: str) -> None:
    page.goto(address)
    for query in ("1,172.47", "1172.47", "１，１７２．４７", "11724700", "11,724,700.00元", "1172.47万元"):
        ask(page, query)
        assert [link for link in links(page) if link.endswith("dongguan/shi-zhi-gongwei/2023/index.html")], (
            query
        )
        assert page.locator("#search-results mark").first.inner_text() in ("1,172.47", "1,172.47万元")


def test_titles_come_first_and_what_is_found_is_marked(page: Page, address: str) -> None:
    page.goto(address)
    assert re.search(r"找到 \d+ 个页面", ask(page, "民兵事业费"))
    first = page.locator("#search-results > li").first
    assert first.locator("h2 mark").inner_text() == "民兵事业费"
    assert "东莞市 · 中共东莞市直属机关工作委员会 · 2026年 · 项目" in first.inner_text()
    second = page.locator("#search-results > li").nth(1)
    assert second.locator(".snippet mark").first.inner_text() == "民兵事业费"
    first.locator("h2 a").click()
    expect(page.locator("h1")).to_contain_text("民兵事业费")


def test_several_words_must_all_be_there_and_quotation_marks_do_not_matter(page: Page, address: str) -> None:
    page.goto(address)
    both = find_all(page, ["民兵 体检", "阳光热线在线访谈", "“阳光热线”在线访谈", "≥95％", "阳光热线 郎溪"])
    assert both["民兵 体检"] == ["dongguan/shi-zhi-gongwei/2023/index.html"]
    assert both["阳光热线在线访谈"] == both["“阳光热线”在线访谈"] != []
    assert "dongguan/shi-zhi-gongwei/2023/index.html" in both["≥95％"]
    assert both["阳光热线 郎溪"] != []
    assert "没有完全一致的，列出最接近的" in page.locator("#search-status").inner_text()


def test_one_character_looks_in_titles(page: Page, address: str) -> None:
    page.goto(address)
    assert ask(page, "兵").startswith("一个字只在标题里查找")
    assert links(page) and all("兵" in text for text in page.locator("#search-results h2").all_inner_texts())


def test_filters(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, "机关")
    everything = page.locator("#search-results > li").count()
    for name, label, expected in (
        ("year", "2023年", "/2023/"),
        ("locality", "郎溪县", "langxi/"),
        ("department", "中共东莞市直属机关工作委员会", "dongguan/shi-zhi-gongwei"),
    ):
        page.locator(f"select[name={name}]").select_option(
            label=next(
                text.strip()
                for text in page.locator(f"select[name={name}] option").all_text_contents()
                if text.startswith(label)
            )
        )
        expect(page.locator("#search-results")).to_have_attribute("aria-busy", "false")
        found = links(page)
        assert found and len(found) < everything and all(expected in link for link in found)
        page.locator(f"select[name={name}]").select_option("")
    page.locator("select[name=kind]").select_option("department")
    assert all(link.count("/") <= 5 and "20" not in link for link in links(page))
    page.reload()
    expect(page.locator("select[name=kind]")).to_have_value("department")
    expect(page.locator("#search-results > li").first).to_be_visible()


def test_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#search-box")).to_be_focused()
    page.keyboard.type("民兵")
    expect(page.locator("#search-results > li").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search-results h2 a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator("#search-box")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("/")
    expect(page.locator("#search-box")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/minbing-shiyefei/index.html")


def test_the_page_brings_nothing_from_elsewhere_and_loads_only_what_it_needs(
    page: Page, server: str, site: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/search/index.html?q=民兵事业费")
    expect(page.locator("#search-results > li").first).to_be_visible()
    assert all(url.startswith(server) for url in asked)
    texts = {url.partition("/search/t/")[2].partition("?")[0] for url in asked if "/search/t/" in url}
    assert texts == {"dongguan/shi-zhi-gongwei/2026-0.js", "dongguan/shi-zhi-gongwei/2023-0.js"}
    shards = {url.partition("?")[0] for url in asked if "/search/i/" in url}
    assert len(shards) < 6 < len(list((site / "search" / "i").iterdir()))
    sent = sum(
        len(gzip.compress((site / url.removeprefix(f"{server}/").partition("?")[0]).read_bytes()))
        for url in asked
        if "/search/" in url
    )
    assert sent < 60_000
    # Asked for by the page itself, at once and in the first round: what stands between a cold page and a query.
    first = re.findall(
        r'(?:href|src)="\.\./([^"]+\.(?:css|js))"', (site / "search/index.html").read_text("utf-8")
    )
    assert "search/manifest.js" in first
    assert sum((site / name).stat().st_size for name in (*first, "search/index.html")) < 75_000


def test_a_manifest_that_a_browser_kept_is_replaced(page: Page, server: str, site: Path) -> None:
    manifest = (site / "search/manifest.js").read_text("utf-8")
    asked = []

    def old_first(route: Route) -> None:
        asked.append(route.request.url)
        text = manifest.replace('"version":"', '"version":"0') if len(asked) == 1 else manifest
        route.fulfill(body=text, content_type="text/javascript")

    page.route("**/manifest.js*", old_first)
    page.goto(f"{server}/search/index.html?q=民兵事业费")
    page.evaluate("""() => new Promise(renewed => {
        const look = () => gongkaiSearch.site().version.length === 8 ? renewed() : setTimeout(look, 5);
        look();
    })""")
    expect(page.locator("#search-results")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#search-results h2").first).to_have_text("民兵事业费")
    assert len(asked) == 3


def test_the_same_rules_in_both_languages(page: Page, address: str) -> None:
    page.goto(address)
    texts = [text for those in records().values() for text in those]
    texts += ["Ａ１，２３４，５６７．８９ ㎡ ①％", "“a”《〈b〉》\u3000c\td\ne\r\nf", "1,23 1,2345 12,345,678 1,000,00", "İıſßΣς Ⅷ",
              "é e\u0301 ｶﾞ", "\U00020000𠮷\ufeff\u200b\ue000", "－—～≥≦％‰"]  # fmt: skip
    theirs = page.evaluate("texts => texts.map(gongkaiSearch.normalise)", texts)
    assert theirs == [normalise(text) for text in texts]
    keys = sorted({text[at : at + 2] for text in theirs for at in range(len(text) - 1)})
    assert page.evaluate("keys => keys.map(gongkaiSearch.bucket)", keys) == [bucket(key) for key in keys]
    assert page.evaluate("keys => keys.map(gongkaiSearch.hashedKey)", keys) == [
        hashed_key(key) for key in keys
    ]


def test_the_same_amounts_in_both_languages(page: Page, address: str) -> None:
    page.goto(address)
    words = page.evaluate(
        "terms => terms.map(gongkaiSearch.amountWords)", ["172.665万元", "8.34", "83370.00元", "0.00", "12人"]
    )
    assert words == [["=1726650", "~172.665"], ["=8.34", "=83400", "~8.34"], ["=83370"], [], []]
    found = page.evaluate("text => gongkaiSearch.amountsIn(text)", "共83370.00元,每人1726650元和0.5亿元")
    assert [words for _, _, words in found] == [["=83370", "~8.34"], ["=1726650", "~172.67"], ["=50000000"]]
    assert Decimal("172.67") == (Decimal(1726650) / 10000).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


# -- the index itself -----------------------------------------------------------------------------


def seeds() -> tuple[list[LoadedDepartment], Plan]:
    forms, _ = load_forms((built_in_layouts(),))
    loader = Loader(pages.ROOT, forms)
    loaded, places = [], []
    for place in loader.localities():
        found = [loader.department(place, folder) for folder in loader.department_folders(place)]
        loaded += [one for one in found if one]
        places.append(LocalitySummary(place, tuple(summarise(one.department) for one in found if one)))
    return loaded, Plan(places)


def shards_of(loaded: list[LoadedDepartment], planned: Plan, folder: Path) -> dict[str, bytes]:
    parts = {}
    folder.mkdir()
    for one in loaded:
        file = folder / f"{one.locality.slug}-{one.department.slug}"
        file.write_bytes(index.search_part(one.department, list(found_pages(one))))
        parts[one.locality.slug, one.department.slug] = read_part(file)
    return dict(index.index_files(planned, parts, {}))


def test_a_changed_word_changes_only_its_own_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "SHARD_BYTES", {"k": 200, "i": 200})
    loaded, planned = seeds()
    before = shards_of(loaded, planned, tmp_path / "before")
    first = loaded[0]
    renamed = first.department.model_copy(update={"short": "鑫淼"})
    now = [dataclasses.replace(first, department=renamed), *loaded[1:]]
    after = shards_of(now, planned, tmp_path / "after")
    changed = {path for path in before if before[path] != after[path]}
    count = sum(path.startswith("search/i/") for path in before)
    number = bucket("鑫淼") * count // index.FINE_BUCKETS
    assert count > 100
    assert changed == {"search/manifest.js", index.shard_path("i", number)}


def test_shards_grow_in_number_not_in_size() -> None:
    sizes = [10_000, 100_000, 1_000_000, 10_000_000, 24_000_000]
    counts = [index.shard_count(size, 12_000) for size in sizes]
    assert counts == [1, 16, 128, 1024, 2048]
    assert all(size / count <= 12_000 for size, count in zip(sizes, counts, strict=True))


def test_a_result_tells_the_score_of_its_evaluation(page: Page, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    shutil.copytree(ROOT / "tests/sites/tangxi/content", tmp_path / "project/content")
    site = pages.build(tmp_path / "project", tmp_path / "site")
    page.goto((site / "search/index.html").as_uri() + "?q=委托业务")
    expect(page.locator(".years li").first).to_contain_text("自评 80 分".replace(" ", "\u00a0"))
