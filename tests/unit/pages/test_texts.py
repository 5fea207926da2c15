"""Pages of the site in Markdown: what is no page is told with its name, and the others are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.pages.texts import load_texts
from gongkai.reading.files import MAX_BYTES


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("没有标题".encode(), "text.title"),
        ("# 标题".encode("gbk"), "source.encoding"),
        (b"# a\n" + b"x" * MAX_BYTES, "source.too-large"),
        (b"# a\n\n" + b"1. " * 3000, "text.nesting"),
    ],
    ids=["no-title", "gbk", "large", "nested"],
)
def test_a_bad_page_is_told_and_the_others_are_read(content: bytes, rule: str, tmp_path: Path) -> None:
    folder = tmp_path / "content/pages"
    folder.mkdir(parents=True)
    (folder / "bad.md").write_bytes(content)
    (folder / "dir.md").mkdir()
    (folder / "good.md").write_text("\ufeff# 关于本站\n\n正文", encoding="utf-8")
    texts, problems = load_texts(tmp_path)
    assert [(text.slug, text.title) for text in texts] == [("good", "关于本站")]
    told = {(problem.place.file, problem.rule) for problem in problems}
    assert told == {("content/pages/bad.md", rule), ("content/pages/dir.md", "source.unreadable")}
    assert all(problem.hint and problem.blocks for problem in problems)


def test_the_largest_page_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "content/pages"
    folder.mkdir(parents=True)
    (folder / "a.md").write_bytes(b"# a\n" + b"x" * (MAX_BYTES - 4))
    assert load_texts(tmp_path)[1] == []


def test_a_page_without_a_title_is_looked_through_for_personal_data_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "content/pages"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("联系我们\n\n手机 13800138000\n", encoding="utf-8")
    _, problems = load_texts(tmp_path)
    told = {(problem.rule, problem.place.line) for problem in problems}
    assert told == {("text.title", 1), ("personal.mobile", 3)}
