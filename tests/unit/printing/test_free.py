"""Documents of free layout, printed by WeasyPrint as it is: what stands in the file, and what is told."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from printing import ROOT, department, templates
from verapdf import verapdf

from gongkai.printing.composed import Printed
from gongkai.printing.fonts import find_fonts
from gongkai.printing.free import FreeDocument, FreePrinter, article_document, for_pages, settings, use_fonts
from gongkai.problems import Severity
from gongkai.reading.acts import Article
from gongkai.reading.prose import prose_html
from gongkai.workspace import Workspace

WORKSPACE = Workspace.at(Path(__file__).parents[3])
TEXT = """\
甲[^1]，见[财政部](https://www.mof.gov.cn/)。

## 一、依据

3. 预算法；

    第二段。

4. 办法：
    - 适用于**项目**；
    - 收入<5万元的除外。

### （一）口径

| 项目 | 金额（万元） |
|:---|---:|
| 民兵事业费 | 2.77 |

<table><tr><th rowspan="2">科目</th><th colspan="2">金额</th></tr><tr><th>上年</th><th>本年</th></tr>
<tr><th scope="row">民兵</th><td>1</td><td>2</td></tr></table>

![构成：全部为拨款](tu.png)

[^1]: 脚注一。
"""

HEAD = '<tr><th rowspan="2">甲</th><th>乙</th></tr><tr><th>丙</th></tr>'
SHARED = '<tr><th rowspan="2" scope="row">a</th><td>b</td></tr><tr><td>c</td></tr>'


@cache
def printer() -> FreePrinter:
    fonts, problems = find_fonts(WORKSPACE.font_cache)
    assert fonts is not None, problems
    return FreePrinter(WORKSPACE.layouts, fonts)


def picture(size: tuple[int, int] = (300, 200)) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGBA").save(stream, "PNG")
    return stream.getvalue()


def document(text: str, head: str = "", **pictures: bytes) -> FreeDocument:
    body = f'<body data-head="某局" data-year="2026年"><h1>编制说明</h1>{for_pages(prose_html(text, pictures=True))}</body>'
    html = f'<html lang="zh-CN"><head><title>编制说明</title>{head}</head>{body}</html>'
    return FreeDocument(html, {f"{name}.png": data for name, data in pictures.items()}, "a.md", text)


@cache
def printed() -> Printed:
    pdf, problems = printer().print(document(TEXT, tu=picture()))
    assert pdf is not None and problems == []
    return pdf


def words(data: bytes) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))


def roles(element: pikepdf.Object) -> list[str]:
    """The structure below an element, depth first."""
    found: list[str] = []
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [str(kid["/S"])[1:], *roles(kid)]
    return found


def test_it_says_that_it_keeps_both_standards() -> None:
    with pikepdf.open(io.BytesIO(printed().data)) as pdf, pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert meta["dc:title"] == "编制说明"
        assert "pdfaExtension" in pdf.Root.Metadata.read_bytes().decode()
        assert "/CreationDate" not in pdf.docinfo, "no date is known"


def test_it_can_be_read_aloud() -> None:
    with pikepdf.open(io.BytesIO(printed().data)) as pdf:
        found = roles(pdf.Root.StructTreeRoot)
        assert [role for role in found if role[0] == "H" and role[1:].isdigit()] == ["H1", "H2", "H3"]
        assert {"L", "LI", "LBody", "Table", "TH", "TD", "Figure", "Link"} <= set(found)
        assert str(pdf.Root.Lang) == "zh-CN"


def test_it_conforms_to_both_standards(tmp_path: Path) -> None:
    texts = {
        "short": TEXT,
        "long": "| a | b |\n|---|--:|\n" + "| 甲 | 1 |\n" * 90 + "\n- 乙\n\n    丙\n" * 30,
        "spans": f"<table>{HEAD}{SHARED * 60}</table>",
    }
    for name, text in texts.items():
        pdf, _ = printer().print(document(text, tu=picture()))
        assert pdf is not None
        (tmp_path / f"{name}.pdf").write_bytes(pdf.data)
    assert verapdf(sorted(tmp_path.glob("*.pdf"))) == []


def test_its_words_can_be_taken_out() -> None:
    text = "".join(words(printed().data).split())
    for shown in (
        "编制说明",
        "某局",
        "—1—",
        "3.预算法；第二段。4.办法：•适用于项目；•收入<5万元",
        "民兵事业费2.77",
        "1.脚注一。",
    ):
        assert shown in text
    with pikepdf.open(io.BytesIO(printed().data)) as pdf, pdf.open_outline() as outline:
        (top,) = outline.root
        assert [top.title, *(one.title for one in top.children)] == ["编制说明", "一、依据"]


def test_the_same_text_is_the_same_file() -> None:
    again, _ = FreePrinter(WORKSPACE.layouts, printer().fonts).print(document(TEXT, tu=picture()))
    assert again == printed()


def test_a_date_is_the_one_that_is_stated() -> None:
    pdf, _ = printer().print(document("甲", '<meta name="dcterms.created" content="2026-02-13">'))
    assert pdf is not None
    with pikepdf.open(io.BytesIO(pdf.data)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20260213")


def test_a_large_picture_stays_on_its_page() -> None:
    pdf, problems = printer().print(document("![高](tu.png)", tu=picture((400, 4000))))
    assert pdf is not None and problems == [] and pdf.pages <= 2
    page = pypdfium2.PdfDocument(pdf.data)[pdf.pages - 1]
    (shown,) = [one for one in page.get_objects() if one.type == 3]
    left, bottom, right, top = shown.get_bounds()
    assert bottom > 50 and top < page.get_height() - 50 and left > 50 and right < page.get_width() - 50
    assert abs((top - bottom) / (right - left) - 10) < 0.1


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    file = tmp_path / "secret.png"
    file.write_bytes(picture())
    pictures = f'<img src="file://{file}" alt="甲"><img src="https://example.invalid/a.png" alt="乙">'
    asking = document("甲")
    asking = replace(asking, html=asking.html.replace("</body>", f"{pictures}</body>"))
    pdf, problems = printer().print(asking)
    assert pdf is not None and len(problems) == 2
    assert {problem.rule for problem in problems} == {"print.engine"}


def test_a_character_no_font_has_is_told_at_its_place() -> None:
    _, problems = printer().print(document("甲\n\n乙\U000f0000"))
    (problem,) = [one for one in problems if one.rule == "print.glyph"]
    assert (problem.place.line, problem.place.column) == (3, 2) and problem.severity == Severity.ERROR


def test_tables_are_made_to_be_cut_at_the_end_of_a_page() -> None:
    head, shared = HEAD, SHARED
    alone = "<tr><td>d</td><td>e</td></tr>"
    assert for_pages(f"甲<table><tbody>{head}{shared}{alone}</tbody></table>乙") == (
        f"甲<table><thead>{head}</thead><tbody>{shared}</tbody><tbody>{alone}</tbody></table>乙"
    )
    assert for_pages(f"<table><tbody>{alone}{alone}</tbody></table>").count("<tbody>") == 1
    assert "thead" not in for_pages(f"<table><tbody>{head}</tbody></table>"), "nothing but heads"
    stated = f"<table><thead>{head}</thead><tbody>{alone}</tbody></table>"
    assert for_pages(stated) == stated


@pytest.mark.parametrize(
    "text", ["长" * 3000, "a" * 3000, "| a |\n|---|\n" + "| 甲 |\n" * 200, "- 甲\n" * 200]
)
def test_long_texts_are_laid_out_within_the_page(text: str) -> None:
    pdf, problems = printer().print(document(text))
    assert pdf is not None and problems == []
    for page in pypdfium2.PdfDocument(pdf.data):
        for one in page.get_objects():
            assert one.get_bounds()[2] < page.get_width() - 40


def test_a_draft_says_so_on_every_page() -> None:
    loaded = department("dongguan")
    file = "content/dongguan/shi-zhi-gongwei/2026/shuoming.md"
    article = Article(
        slug="shuoming", title="编制说明", html="<p>" + "正文。" * 900 + "</p>", text="正文", file=file
    )
    year = loaded.department.disclosures[0]
    for draft in (False, True):
        made = article_document(templates(), ROOT, loaded, year, article, draft=draft)
        pdf, _ = printer().print(made)
        assert pdf is not None and pdf.pages > 1
        for page in pypdfium2.PdfDocument(pdf.data):
            assert ("草稿" in page.get_textpage().get_text_bounded()) == draft
        with pikepdf.open(io.BytesIO(pdf.data)) as opened:
            assert str(opened.docinfo.Title) == ("草稿：编制说明" if draft else "编制说明")


def test_the_settings_accept_no_other_fonts(fonts):
    assert "<glob>*</glob>" in settings(fonts)
    families = {
        "Gongkai Song",
        "Gongkai Hei",
        "Noto Serif CJK SC",
        "Noto Sans CJK SC",
        "BabelStone Han",
        "DejaVu Sans",
    }
    accepted = settings(fonts).partition("<acceptfont>")[2].partition("</acceptfont>")[0]
    assert all(any(family in one for family in families) for one in accepted.split("<pattern>")[1:])
    assert "JP" not in accepted


def test_a_process_that_uses_fonts_is_told_of_the_file(fonts, monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    use_fonts(fonts)
    assert Path(os.environ["FONTCONFIG_FILE"]).read_text(encoding="utf-8") == settings(fonts)
