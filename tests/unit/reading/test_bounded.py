"""Marks without end: the parser of Markdown is kept from them, and what people write is not touched."""

from __future__ import annotations

import pytest

from gongkai.reading.prose import prose_html
from gongkai.tables.richtext import rich

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
