"""Problems on very long lines: the excerpt is cut around the column, and no more than that is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.commands.report import display_width, terminal_text
from gongkai.commands.report_formats import html_page
from gongkai.problems import Place, Problem, Severity

PERSON = "11010519491231002X"
"""Not a person's: an identity number whose check digit is right."""


def told(folder: Path, line: str, column: int) -> tuple[str, str]:
    """The excerpt of a one-line file and the line with the caret below it."""
    (folder / "a.yaml").write_text(line + "\n", encoding="utf-8")
    problem = Problem(Place("a.yaml", 1, column), "x", Severity.ERROR, "m")
    text = terminal_text([problem], folder).split("\n")
    return text[2], text[3]


@pytest.mark.parametrize("length", [60_000, 300_000])
@pytest.mark.parametrize("filling", ["字", "x", "13800138000，"])
def test_the_caret_stands_below_its_character_in_a_long_line(
    length: int, filling: str, tmp_path: Path
) -> None:
    line = (filling * length)[:length]
    for column in (1, 30, 31, length // 2, length):
        marked = line[: column - 1] + "★" + line[column:]
        shown, caret = told(tmp_path, marked, column)
        assert display_width(shown) <= 90
        before = shown[: shown.index("★")]
        assert caret == " " * display_width(before) + "^"
        assert ("…" in before) is (column > 30)


def test_a_short_line_is_shown_whole(tmp_path: Path) -> None:
    assert told(tmp_path, "项目名称: 民兵", 7) == ("      1 | 项目名称: 民兵", " " * 20 + "^")


def test_a_line_is_as_wide_as_a_terminal_takes(tmp_path: Path) -> None:
    assert told(tmp_path, "x" * 76, 1)[0] == "      1 | " + "x" * 76
    assert told(tmp_path, "x" * 77, 1)[0] == "      1 | " + "x" * 76 + "…"
    assert told(tmp_path, "字" * 39, 1)[0] == "      1 | " + "字" * 38 + "…"


@pytest.mark.parametrize("before", range(0, 60, 3))
def test_a_personal_number_that_the_cut_goes_through_is_masked(before: int, tmp_path: Path) -> None:
    line = "甲" * 1000 + PERSON + "乙" * 1000
    shown, _ = told(tmp_path, line, 1000 + before)
    assert PERSON[6:14] not in shown
    (tmp_path / "a.yaml").write_text(line, encoding="utf-8")
    page = html_page([Problem(Place("a.yaml", 1, 1000 + before), "x", Severity.ERROR, "m")], tmp_path)
    assert PERSON[6:14] not in page


def test_the_page_for_signing_cuts_around_the_column(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x" * 500_000 + "★" + "13800138000，" * 30_000, encoding="utf-8")
    problems = [Problem(Place("a.yaml", 1, 500_001), f"r{n}", Severity.ERROR, "m") for n in range(50)]
    assert html_page(problems, tmp_path).count("★") == 50
    (tmp_path / "a.yaml").write_text("  项目名称: 民兵\n", encoding="utf-8")
    page = html_page([Problem(Place("a.yaml", 1, 3), "x", Severity.ERROR, "m")], tmp_path)
    assert "项目名称: 民兵<" in page
