"""Markdown files: safe whatever stands in them, ordinary where they are ordinary."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from gongkai.problems import Place
from gongkai.reading.prose import ATTRIBUTES, TAGS, Places, closed, opened, prose_html, prose_of, read_text
from gongkai.tables.richtext import rich

PIECES = st.sampled_from(
    ["<script>x</script>", "<img src=x onerror=y>", "[a](javascript:b)", "![a](b.png)", "| a | b |\n|--:|---|\n",
     "- 甲\n", "1. 乙\n", "# 丙\n", "收入<5万元", "[^1]", "\n\n[^1]: 注\n", "<td rowspan=2 style='x'>", "**粗**", "\n\n"]
)  # fmt: skip

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=8)
"""What reading a file lets through."""


@given(st.lists(PIECES | TEXTS, max_size=12).map("".join))
def test_nothing_but_harmless_tags_comes_out(text: str) -> None:
    root = lxml_html.fragment_fromstring(prose_html(text, pictures=True), create_parent="main")
    for element in root.iterdescendants():
        assert element.tag in TAGS
        assert set(element.keys()) <= ATTRIBUTES.get(str(element.tag), set()) | {"rel"}
        assert not element.get("href", "").startswith("javascript")


def test_alignment_numbering_and_notes_stay() -> None:
    html = prose_html("3. 甲\n\n|a|\n|-:|\n|1|\n\n乙[^1]，收入<5万元\n\n[^1]: 丙\n")
    assert '<ol start="3">' in html and '<td align="right">1</td>' in html and "收入&lt;5万元" in html
    assert '<a href="#fn:1"' in html and '<li id="fn:1">' in html and "style" not in html


def test_a_page_that_may_show_no_pictures_shows_none() -> None:
    html = prose_html("![甲](a.png)\n\n<img src=b.png>")
    assert "<img" not in html and "&lt;img src=b.png" in html


@given(st.text(alphabet="甲乙\n", max_size=30), st.text(alphabet="丙丁", min_size=1, max_size=3))
def test_a_place_is_where_the_text_stands(before: str, shown: str) -> None:
    text = f"{before}{shown}\n{shown}"
    places = Places("a.md", text)
    first, second = places.find(shown), places.find(shown)
    assert text.split("\n")[first.line - 1][first.column - 1 :].startswith(shown)
    assert (second.line, second.column) == (text.count("\n") + 1, 1)
    assert places.find("没有").line == 1


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ("# 甲\n".encode("gbk"), "source.encoding"),
        ("# 甲\n乙\u200b".encode(), "source.character"),
        (b"# " + b"a" * 1024 * 1024, "source.too-large"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, data: bytes, rule: str) -> None:
    (tmp_path / "a.md").write_bytes(data)
    text, (problem,) = read_text(tmp_path / "a.md", "pages/a.md")
    assert text is None and problem.rule == rule
    assert problem.place and problem.place.file == "pages/a.md"
    assert problem.hint and (problem.hint == "请分成几个文件。") is (rule == "source.too-large")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "text.title"),
        ("---\ntitle: a\n---\n# b\n", "text.title"),
        ("# a\n\n" + "1. " * 3000, "text.nesting"),
    ],
)
def test_a_text_that_is_no_page_is_told(text: str, rule: str) -> None:
    prose, (problem,) = prose_of("a.md", text)
    assert prose is None and problem.rule == rule and problem.hint
    assert problem.place == Place("a.md", 1, 1)


def test_a_page_is_its_title_and_what_follows_with_pictures_where_it_may_show_them() -> None:
    text = "\n# 甲 \n\n![乙](a.png)"
    (plain, none), (pictured, also_none) = prose_of("a.md", text), prose_of("a.md", text, pictures=True)
    assert plain and pictured and none == also_none == []
    assert (plain.file, plain.text, plain.title) == ("a.md", text, "甲")
    assert "<img" not in plain.html and '<img alt="乙" src="a.png">' in pictured.html
    assert "甲" not in plain.html


def test_text_that_is_opened_and_closed_is_the_same() -> None:
    for html in ("", "甲 &lt;乙", "<p>甲</p>\n丙", "前<b>乙</b>后<br>"):
        assert closed(opened(html)) == html


def test_a_mark_at_the_beginning_and_the_line_ends_of_windows_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeff# 甲\r\n\r\n乙\r\n".encode())
    assert read_text(tmp_path / "a.md", "a.md") == ("# 甲\n\n乙\n", [])


HOSTILE = ("[", "![", "[a](", "[a][", "[^a", '![a](b "', "[](<", "*a **b ", "`a ")


@pytest.mark.parametrize("marks", HOSTILE)
def test_hundred_thousand_marks_stay_as_typed(marks: str) -> None:
    text = marks * (300_000 // len(marks))
    assert text[:100].rstrip().split("<")[0] in prose_html(text).replace("&lt;", "<").replace("&quot;", '"')
    assert "<p>" in rich("**x** " + text)


def test_many_bad_paragraphs_are_no_worse_than_one() -> None:
    page = prose_html(("[" * 1000 + "\n\n") * 900)
    assert page.count("[") == 900_000


def test_a_long_page_of_links_is_made_as_ever() -> None:
    paragraph = "绩效目标公开的依据是**预算法**，" * 20 + "见[财政部](https://www.mof.gov.cn/)。"
    page = prose_html("\n\n".join([paragraph] * 300))
    assert page.count("<a href=") == 300
    assert page.count("<strong>") == 6000
    table = "| 名称 | 网址 |\n| --- | --- |\n" + "| 部门 | [甲](https://a.cn/) |\n" * 2000
    assert prose_html(table).count("<a href=") == 2000
