"""A department's texts through the whole build: their pages and PDFs, where they are listed, and what must not be in them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pages
import pikepdf
import pytest
from lxml import html
from PIL import Image

from gongkai.building import pipeline
from gongkai.printing.free import FreePrinter
from gongkai.problems import Problem
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
YEAR = "dongguan/shi-zhi-gongwei/2026"
NAME = "dongguan-shi-zhi-gongwei-2026"
TEXT = "# 绩效目标编制说明\n\n编制口径见[财政部](https://www.mof.gov.cn/)。\n\n## 资金构成\n\n![构成：全部为财政拨款](goucheng.png)\n"


def picture(width: int = 300) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, 200)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site with one text, not yet built."""
    shutil.copytree(ROOT / "tests" / "sites" / "small" / "content", tmp_path / "content")
    (tmp_path / "content/site.yaml").write_text(
        "站点名称: 测试站点\n网址: https://www.example.gov.cn/\n", encoding="utf-8"
    )
    write(tmp_path, "shuoming.md", TEXT)
    (tmp_path / "content" / YEAR / "goucheng.png").write_bytes(picture())
    return tmp_path


def write(site: Path, name: str, text: str) -> None:
    (site / "content" / YEAR / name).write_text(text, encoding="utf-8")


def add(site: Path, name: str, text: str) -> None:
    file = site / "content" / YEAR / name
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def build(site: Path) -> pipeline.Outcome:
    return pipeline.build(Workspace.at(site), workers=1, terms=pages.UNGUARDED)


def rebuild(site: Path) -> Path:
    outcome = build(site)
    assert outcome.published, [problem for problem in outcome.problems if problem.blocks]
    return site / "output"


def blocking(site: Path) -> list[Problem]:
    return [problem for problem in build(site).problems if problem.blocks]


def page(output: Path, address: str) -> html.HtmlElement:
    return html.document_fromstring((output / address / "index.html").read_bytes())


def test_a_text_is_a_page_and_a_pdf_and_can_be_found(site: Path) -> None:
    output = rebuild(site)
    own = page(output, f"{YEAR}/shuoming")
    assert own.xpath("string(//h1)") == "绩效目标编制说明"
    (shown,) = own.xpath("//article//img")
    assert (shown.get("src"), shown.get("alt"), shown.get("width")) == (
        "goucheng.png",
        "构成：全部为财政拨款",
        "300",
    )
    assert (output / YEAR / "shuoming/goucheng.png").read_bytes() == picture()
    pdf = output / YEAR / f"shuoming/{NAME}-shuoming.pdf"
    with pikepdf.open(pdf) as opened:
        assert str(opened.docinfo["/Title"]) == "绩效目标编制说明"
        assert str(opened.docinfo["/Author"]) == "中共东莞市直属机关工作委员会"
    (download,) = own.xpath("//a[@class='download']")
    assert (output / YEAR / "shuoming" / download.get("href")).resolve() == pdf.resolve()

    links = page(output, YEAR).xpath("//section[h2/@id='articles']//a")
    assert [(output / YEAR / link.get("href")).resolve() for link in links] == [
        output / YEAR / "shuoming/index.html",
        pdf,
    ]
    listed = (output / "data/files.csv").read_text(encoding="utf-8-sig")
    assert f"{YEAR}/shuoming/{NAME}-shuoming.pdf,PDF,{pdf.stat().st_size},1" in listed
    assert f"{YEAR}/shuoming/goucheng.png,PNG,{len(picture())}" in listed
    assert f"https://www.example.gov.cn/{YEAR}/shuoming/" in (output / "sitemap.xml").read_text()


def test_the_search_finds_a_text_behind_the_projects(site: Path) -> None:
    output = rebuild(site)
    manifest = (output / "search/manifest.js").read_text(encoding="utf-8")
    (department,) = json.loads(re.search(r"\((.*)\)", manifest)[1])["departments"]  # type: ignore[index]
    assert department[4] == [["2026", 2026, 3, 1]], "year, disclosure, project and text, one of them a text"
    (file,) = (output / "search/t").rglob("2026-0.js")
    texts = json.loads(re.search(r",(\[.*\])\)", file.read_text(encoding="utf-8"))[1])  # type: ignore[index]
    assert texts[2][:2] == ["shuoming", "绩效目标编制说明"]
    assert "编制口径见财政部。\n资金构成" in texts[2][2]


def test_the_feed_says_that_there_are_texts(site: Path) -> None:
    add(site, "disclosure.yaml", "发布日期: 2026-02-13\n" if "发布日期" not in disclosure(site) else "")
    assert "1 份说明" in (rebuild(site) / "feed.xml").read_text(encoding="utf-8")


def disclosure(site: Path) -> str:
    return (site / "content" / YEAR / "disclosure.yaml").read_text(encoding="utf-8")


def test_another_picture_is_another_page_and_pdf(site: Path) -> None:
    output = rebuild(site)
    before = (output / YEAR / f"shuoming/{NAME}-shuoming.pdf").read_bytes()
    (site / "content" / YEAR / "goucheng.png").write_bytes(picture(310))
    rebuild(site)
    assert (output / YEAR / "shuoming/goucheng.png").read_bytes() == picture(310)
    assert (output / YEAR / f"shuoming/{NAME}-shuoming.pdf").read_bytes() != before
    assert page(output, f"{YEAR}/shuoming").xpath("//article//img/@width") == ["310"]


def test_what_is_built_step_by_step_is_what_is_built_at_once(site: Path, tmp_path: Path) -> None:
    output = rebuild(site)
    write(site, "mingci.md", "# 名词解释\n\n绩效目标。\n")
    rebuild(site)
    assert (output / YEAR / f"mingci/{NAME}-mingci.pdf").is_file()
    (site / "content" / YEAR / "mingci.md").unlink()
    write(site, "shuoming.md", TEXT + "\n补充一句。\n")
    rebuild(site)
    assert not (output / YEAR / "mingci").exists()
    fresh = tmp_path / "fresh"
    shutil.copytree(site / "content", fresh / "content")
    again = rebuild(fresh)
    files = {file.relative_to(again): file.read_bytes() for file in again.rglob("*") if file.is_file()}
    assert {
        file.relative_to(output): file.read_bytes() for file in output.rglob("*") if file.is_file()
    } == files


def test_the_former_address_of_a_year_leads_to_its_texts(site: Path) -> None:
    add(site, "disclosure.yaml", "曾用文件名: [bennian]\n")
    former = rebuild(site) / "dongguan/shi-zhi-gongwei/bennian/shuoming/index.html"
    assert 'url=../../../../dongguan/shi-zhi-gongwei/2026/shuoming/index.html"' in former.read_text(
        encoding="utf-8"
    )


def test_a_withheld_project_is_not_named_in_a_text(site: Path) -> None:
    write(site, "mi.yaml", "项目名称: 机房加固改造专项\n公开: 否\n不公开原因: 涉密\n")
    assert blocking(site) == []
    write(site, "shuoming.md", "# 说明\n\n另有\n机房加固改造专项。\n")
    (problem,) = blocking(site)
    assert (problem.rule, problem.place.file) == ("withheld.named", f"content/{YEAR}/shuoming.md")
    assert (problem.place.line, problem.place.column) == (4, 1)


def test_a_text_beside_a_withheld_project_of_its_name_is_not_published(site: Path) -> None:
    write(site, "mi.yaml", "项目名称: 机房加固\n公开: 否\n不公开原因: 涉密\n")
    write(site, "mi.md", "# 细则\n")
    assert [problem.rule for problem in blocking(site)] == ["text.name"]
    assert not (site / "output").exists()


def test_personal_numbers_are_found_and_what_is_right_is_accepted_by_the_record(site: Path) -> None:
    write(site, "shuoming.md", "# 说明\n\n联系人 13800138000\n")
    (problem,) = blocking(site)
    assert problem.rule == "personal.mobile"
    assert (problem.place.line, problem.place.column) == (3, 5)
    add(site, "disclosure.yaml", "已认可:\n  - {规则: personal.mobile, 原因: 值班电话}\n")
    outcome = build(site)
    assert outcome.published and "accepted.unused" not in {one.rule for one in outcome.problems}
    write(site, "shuoming.md", "# 说明\n\n无\n")
    assert "accepted.unused" in {one.rule for one in build(site).problems}


def test_a_text_that_cannot_be_printed_is_told_and_stops_no_other(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("layout")

    monkeypatch.setattr(FreePrinter, "print", broken)
    (problem,) = blocking(site)
    assert (problem.rule, problem.place.file) == ("print.failed", f"{YEAR}/shuoming/{NAME}-shuoming.pdf")
    assert "ZeroDivisionError" in problem.message


WITHOUT_PANGO = """
import sys
from pathlib import Path

class NoPango:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")

sys.meta_path.insert(0, NoPango())
from gongkai import keys
keys.engine_versions = lambda: ""  # as where there is no library to ask
from gongkai.building import pipeline
from gongkai.workspace import Workspace
outcome = pipeline.build(Workspace.at(Path(sys.argv[1])), workers=1)
assert outcome.published, outcome.problems
for problem in outcome.problems:
    if problem.rule.startswith("print."):
        print(problem.rule, problem.severity.value, problem.place.file, problem.message, problem.hint, sep="|")
"""


def test_without_pango_the_text_is_a_page_and_says_what_its_pdf_lacks(site: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO, str(site)],
        capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    rule, severity, file, message, hint = line.split("|")
    assert (rule, severity, file) == ("print.pango", "warning", f"content/{YEAR}/shuoming.md")
    assert "Pango" in message and "install" in hint
    output = site / "output"
    assert list(output.rglob("*-shuoming.pdf")) == []
    own = page(output, f"{YEAR}/shuoming")
    assert own.xpath("//article//img") and not own.xpath("//a[@class='download']")
    with pikepdf.open(output / YEAR / f"{NAME}.pdf") as tables:
        assert len(tables.pages) >= 1, "official tables are printed all the same"
    rebuild(site)
    assert len(list(output.rglob("*-shuoming.pdf"))) == 1, "installed: now it can be printed"
    assert page(output, f"{YEAR}/shuoming").xpath("//a[@class='download']")
