"""The clerk's day in a real browser, by mouse and keyboard, on a year of 40 projects; two tabs; a hostile page; axe."""

from __future__ import annotations

import http.server
import io
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gongkai.workbench.app import Workbench
from gongkai.workspace import Workspace

ROOT = Path(__file__).parent.parent
YEAR = "dongguan/shi-zhi-gongwei/2026"
PROJECT = f"{YEAR}/minbing-shiyefei"
PROJECTS = 40
Pictured = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real records, with those of one year grown to 40."""
    root = tmp_path_factory.mktemp("day") / "site"
    shutil.copytree(ROOT / "content", root / "content")
    year = root / "content" / YEAR
    known = sorted(file for file in year.glob("*.yaml") if file.name != "disclosure.yaml")
    order = (year / "disclosure.yaml").read_text(encoding="utf-8").rstrip("\n").split("\n")
    at = order.index("项目顺序:")
    for number in range(PROJECTS - len(known)):
        one = known[number % len(known)]
        name = f"{one.stem}-{number}"
        text = one.read_text(encoding="utf-8").replace("项目名称: ", f"项目名称: 第{number}批", 1)
        (year / f"{name}.yaml").write_text(text, encoding="utf-8")
        order.insert(at + 1, f"  - {name}")
    (year / "disclosure.yaml").write_text("\n".join(order) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def bench(folder: Path) -> Iterator[Workbench]:
    one = Workbench(Workspace.at(folder), 0)
    running = threading.Thread(target=one.run, daemon=True)
    running.start()
    yield one
    one.stop()
    running.join(10)


@pytest.fixture
def context(browser: Browser, bench: Workbench) -> Iterator[BrowserContext]:
    one = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN", base_url=f"http://127.0.0.1:{bench.port}"
    )
    one.new_page().goto(bench.address)
    yield one
    one.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not say anything is wrong in it."""
    one, wrong = context.pages[0], []
    one.on("pageerror", lambda error: wrong.append(str(error)))
    yield one
    assert wrong == []


@pytest.fixture
def record(folder: Path) -> Iterator[Path]:
    """A record's file, which is afterwards what it was."""
    file = folder / f"content/{PROJECT}.yaml"
    before = file.read_text(encoding="utf-8")
    yield file
    file.write_text(before, encoding="utf-8")


@pytest.fixture(scope="session")
def pictured(pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """Takes the handbook's pictures anew with --update-golden; else what is shown must look like them."""

    def take(page: Page, name: str) -> None:
        file = ROOT / "docs" / "pictures" / f"{name}.png"
        now = Image.open(io.BytesIO(page.screenshot()))
        if pytestconfig.getoption("--update-golden"):
            now.convert("P", palette=Image.Palette.ADAPTIVE, colors=48).save(file, optimize=True)
        assert f"](pictures/{name}.png)" in (ROOT / "docs" / "手册.md").read_text(encoding="utf-8")
        # Small and grey: fonts and the time of day may differ, where things stand may not.
        one, other = (
            picture.convert("L").resize((64, 40)) for picture in (now, Image.open(file).convert("RGB"))
        )
        assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] < 6, (
            f"docs/pictures/{name}.png is out of date"
        )

    return take


def cell(page: Page, label: str):  # type: ignore[no-untyped-def]
    """The cell of a field by its path as people write it."""
    return page.locator(f'[data-bound][aria-label^="{label}："]')


def wait_until(true: Callable[[], object]) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(true)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("已保存 ")


def test_from_the_overview_to_a_mended_record(page: Page, record: Path, pictured: Pictured) -> None:
    before = record.read_text(encoding="utf-8")
    page.goto("/")
    pictured(page, "day-overview")
    page.get_by_role("link", name="2026年").click()
    page.get_by_role("link", name="民兵事业费", exact=True).click()
    cell(page, "年度资金.总额").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("八万")
    expect(page.locator("#problems li.error")).to_contain_text("“八万”不是金额")
    expect(page.locator(".editor .note")).to_contain_text("“八万”不是金额")
    pictured(page, "day-problem")
    assert record.read_text(encoding="utf-8") == before
    page.keyboard.press("Enter")
    saved(page)
    assert "总额: 八万" in record.read_text(encoding="utf-8")
    cell(page, "年度资金.总额").focus()
    page.keyboard.type("9.5万元")
    expect(page.locator(".editor .note")).to_contain_text("表上印：95,000.00")
    page.keyboard.press("Tab")
    expect(page.locator("#problems li.error")).to_have_count(0)
    expect(cell(page, "总体绩效目标.实施周期总目标")).to_be_focused()
    assert record.read_text(encoding="utf-8") == before.replace("83,370.00元", "9.5万元")
    page.keyboard.press("Control+z")
    expect(page.locator("#saved")).to_have_text("已撤销")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#undo")).to_be_disabled()
    assert record.read_text(encoding="utf-8") == before


def test_rows_by_keyboard_alone_and_a_pasted_range(page: Page, record: Path) -> None:
    page.goto(f"/record/{PROJECT}")
    cell(page, "绩效指标[1].三级指标").focus()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "绩效指标[1].实施周期指标值")).to_be_focused()
    page.keyboard.press("Control+Enter")
    saved(page)
    expect(cell(page, "绩效指标[2].三级指标")).to_be_focused()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "训练次数\\t≥12次\\t≥4次\\r\\n参加人数\\t300人\\t100人\\r\\n");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }"""
    )
    expect(cell(page, "绩效指标[3].年度指标值")).to_have_text("100人")
    text = record.read_text(encoding="utf-8")
    assert "三级指标: 训练次数\n    实施周期指标值: ≥12次\n    年度指标值: ≥4次\n" in text
    for wanted in ("训练次数", "参加人数"):
        cell(page, "绩效指标[2].三级指标").focus()
        expect(cell(page, "绩效指标[2].三级指标")).to_have_text(wanted)
        page.keyboard.press("Control+Delete")
        expect(cell(page, "绩效指标[2].三级指标")).not_to_have_text(wanted)


def test_two_tabs_and_an_editor_on_one_record(context: BrowserContext, page: Page, record: Path) -> None:
    page.goto(f"/record/{PROJECT}")
    other = context.new_page()
    other.goto(f"/record/{PROJECT}")
    cell(page, "年度资金.总额").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("9.5万元")
    cell(other, "项目等级").click()
    other.keyboard.press("Control+a")
    other.keyboard.type("一级项目")
    other.keyboard.press("Enter")
    saved(other)
    editor = record.read_text(encoding="utf-8").replace("到期年度: 2099", "到期年度: 2028")
    record.write_text(editor, encoding="utf-8")
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("这个文件在别处改过了")
    expect(box.locator("mark").first).to_contain_text("83,370.00元")
    assert record.read_text(encoding="utf-8") == editor
    box.get_by_role("button", name="写入右边的").click()
    saved(page)
    assert record.read_text(encoding="utf-8") == editor.replace("83,370.00元", "9.5万元")
    expect(cell(other, "实施周期.到期年度")).to_have_text("2028")
    expect(cell(other, "年度资金.总额")).to_have_text("95,000.00")


def test_a_file_from_outside_is_taken_over_cell_by_cell(
    page: Page, record: Path, tmp_path: Path, pictured: Pictured
) -> None:
    page.goto(f"/record/{PROJECT}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    sheet = tmp_path / "民兵.xlsx"
    download.value.save_as(sheet)
    book = openpyxl.load_workbook(sheet)
    for row in book.worksheets[0].iter_rows():
        for one in row:
            if one.value in ("二级项目", "民兵人数"):
                one.value = f"{one.value}（改）"
    book.save(sheet)
    page.locator("#file").set_input_files(sheet)
    offered = page.locator("#imported li")
    expect(offered).to_have_count(2, timeout=30_000)
    pictured(page, "day-import")
    offered.filter(has_text="三级指标").get_by_role("checkbox").uncheck()
    offered.filter(has_text="项目等级").get_by_role("textbox").fill("一级项目")
    page.get_by_role("button", name="采用所选").click()
    expect(cell(page, "项目等级")).to_have_text("一级项目")
    text = record.read_text(encoding="utf-8")
    assert "项目等级: 一级项目" in text
    assert "（改）" not in text


def test_accepting_correcting_withdrawing(page: Page, record: Path, folder: Path, pictured: Pictured) -> None:
    page.goto(f"/record/{PROJECT}")
    cell(page, "年度资金.总额").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("9.5万元")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="认可…").first.click()
    page.get_by_role("textbox", name="原因", exact=True).fill("批复如此")
    page.keyboard.press("Enter")
    expect(page.locator("#problems details")).to_contain_text("批复如此")
    page.get_by_role("button", name="撤回…").click()
    page.get_by_role("textbox", name="原因", exact=True).fill("重复公开")
    page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    wait_until(lambda: re.search(r"撤回说明:\n  日期: '?20", record.read_text(encoding="utf-8")))
    year = folder / f"content/{YEAR}/disclosure.yaml"
    before = year.read_text(encoding="utf-8")
    page.goto(f"/record/{YEAR}")
    page.get_by_role("button", name="更正…").click()
    pictured(page, "day-correction")
    page.get_by_label("写明哪一项").fill("民兵事业费总额由83,370.00元更正为9.5万元")
    page.get_by_label("保留更正前").uncheck()
    page.get_by_role("button", name="写入").click()
    wait_until(lambda: "更正说明:\n" in year.read_text(encoding="utf-8"))
    year.write_text(before, encoding="utf-8")


def test_the_next_year_is_looked_at_again_place_by_place(
    page: Page, folder: Path, pictured: Pictured
) -> None:
    page.goto(f"/record/{YEAR}")
    page.get_by_role("button", name="沿用到下一年…").click()
    page.get_by_role("dialog").get_by_role("button", name="沿用", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2027年公开")
    page.goto(f"/record/{PROJECT}".replace("2026", "2027"))
    marks = page.locator("#problems li.look")
    count = marks.count()
    assert count > 1
    pictured(page, "day-next-year")
    marks.first.get_by_role("button", name="核对过了").click()
    expect(marks).to_have_count(count - 1)
    shutil.rmtree(folder / "content" / YEAR.replace("2026", "2027"))


@pytest.mark.parametrize("kept", [False, True], ids=["served", "kept as a file"])
def test_the_report_leads_to_the_cell(page: Page, record: Path, kept: bool, tmp_path: Path) -> None:
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("总额: 83,370.00元", "总额: 八万"), encoding="utf-8")
    page.goto("/report")
    assert page.locator("table").first.evaluate("(it) => getComputedStyle(it).borderCollapse") == "collapse"
    if kept:
        file = tmp_path / "校验报告.html"
        file.write_text(page.content(), encoding="utf-8")
        page.goto(file.as_uri())
    page.locator('a[href*="/record/"][href*="#"]').first.click()
    expect(page.locator("#problems li.error")).to_contain_text("“八万”不是金额")
    expect(cell(page, "年度资金.总额")).to_be_focused()


def test_publishing_is_watched(page: Page, folder: Path) -> None:
    page.goto("/")
    page.get_by_role("button", name="发布").click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(page.locator("#task")).to_contain_text("已发布", timeout=120_000)
    page.reload()
    expect(page.get_by_role("cell", name="已公开").first).to_be_visible()
    assert (folder / "output" / PROJECT / "index.html").is_file()


def test_a_hostile_page_reads_and_writes_nothing(
    context: BrowserContext, bench: Workbench, record: Path
) -> None:
    class Hostile(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>evil</title>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    before = record.read_text(encoding="utf-8")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        seen = page.evaluate(
            """async ([base, project]) => {
                const got = [];
                const body = JSON.stringify({ address: project, changes: [{ do: "text", text: "项目名称: x" }], hash: "" });
                for (const [path, init] of [
                    [`/state/${project}`, { credentials: "include" }],
                    [`/state/${project}`, { credentials: "include", mode: "no-cors" }],
                    ["/save", { method: "POST", credentials: "include", mode: "no-cors", body }],
                    ["/save", { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body }],
                    ["/publish", { method: "POST", credentials: "include", mode: "no-cors", body: "{}" }],
                ]) {
                    try { got.push(await (await fetch(base + path, init)).text()); } catch { got.push("refused"); }
                }
                const frame = document.createElement("iframe");
                frame.src = base + "/";
                document.body.append(frame);
                await new Promise((done) => { frame.onload = done; setTimeout(done, 2000); });
                try { got.push(frame.contentDocument.body.innerText); } catch { got.push("refused"); }
                return got;
            }""",
            [f"http://127.0.0.1:{bench.port}", PROJECT],
        )
        server.shutdown()
    assert not any("民兵" in text for text in seen), seen
    assert record.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/record/{YEAR}",
        f"/record/{PROJECT}",
        "/changes",
        "/manual/手册.html",
        "/manual/查找.html?q=收件",
        "/manual/表式一览.html",
    ],
)
def test_axe_finds_nothing(path: str, page: Page) -> None:
    page.goto(path)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1280, 1024, 640])
def test_nothing_leads_sideways(width: int, page: Page) -> None:
    """640 pixels are 1280 at 200 %."""
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", f"/record/{YEAR}", f"/record/{PROJECT}", "/manual/管理员手册.html"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_handbook_is_searched(page: Page) -> None:
    page.goto("/manual/手册.html")
    page.get_by_role("searchbox").fill("公开期限 批复")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("节")
    first = page.locator("#found a").first
    address = first.get_attribute("href") or ""
    first.click()
    expect(page.locator("#" + unquote(address.split("#")[1]))).to_be_visible()
    page.goto("/manual/查找.html?q=没有这样的词")
    expect(page.locator("#count")).to_contain_text("手册里没有“没有这样的词”")
