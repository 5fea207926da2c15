"""Long texts: what is typed is what is read; only what cannot be meant otherwise is markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gongkai.tables.richtext import rich


def visible(text: str) -> list[str]:
    """The lines a reader sees."""
    root = html.fragment_fromstring(str(rich(text)), create_parent="div")
    blocks = root.xpath(".//p|.//li|.//th|.//td") or [root]
    return ["".join(block.itertext()) for block in blocks]


@pytest.mark.parametrize(
    "text",
    [
        "每人65元*200人*2学期",
        "注：*号为必填，*号为约束性指标",
        "3*4*5，80%_a_，~~删~~，`代码`",
        "# 一、目标",
        "    四个空格",
        "[注](2)、[1]、![图](3)",
        "收入<5万元 & 支出>3万元",
        r"路径 a\*b",
        "* 号开头",
        "+ 号开头",
        "> 号开头",
        "&nbsp;照样",
        "[甲][乙]、[丙]、<https://a.cn>、<a@b.cn>、*丁*、_戊_",
    ],
)
def test_signs_of_the_text_stay_as_typed(text: str) -> None:
    for written in (text, f"{text}\n**粗**", f"**粗**\n{text}"):
        assert text.strip() in visible(written)


def test_numbers_of_a_list_are_text() -> None:
    assert visible("2. 第二项\n3. 第三项") == ["2. 第二项", "3. 第三项"]
    assert visible("收入\n---\n支出") == ["收入", "---", "支出"]


@given(st.text(alphabet="甲乙12.、*_#~`[]()!>+=|\\& \n", max_size=60))
def test_nothing_is_swallowed(text: str) -> None:
    if "**" in text or any(line.lstrip().startswith(("-", "|")) for line in text.split("\n")):
        return
    assert visible(text) == [line.strip() for line in text.split("\n") if line.strip()] or not text.strip()


def test_what_can_be_written() -> None:
    assert str(rich("**重点**任务")) == "<p><strong>重点</strong>任务</p>"
    assert "<ul>" in rich("- 甲\n- 乙")
    assert "<table>" in rich("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |")
    assert 'href="https://www.example.gov.cn/"' in rich("见[官网](https://www.example.gov.cn/)")
    assert "<a" not in rich("[坏](javascript:alert(1)) **粗**")


def test_tags_of_upstream_systems_are_paragraphs_and_others_are_text() -> None:
    shown = str(rich("<p>甲</p><p style='x'>乙<b>丙</b></p><script>alert(1)</script>"))
    assert shown.startswith("<p>甲</p><p>乙<b>丙</b></p>")
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
