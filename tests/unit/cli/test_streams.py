"""What a command says while it works, and what is kept of it in a log."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from gongkai.cli.streams import listen, progress, settle


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def replaced(monkeypatch: pytest.MonkeyPatch) -> tuple[io.StringIO, io.StringIO]:
    """Standard output and error of the test, the second a terminal."""
    out, told = io.StringIO(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", told)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    return out, told


def test_long_work_says_what_it_does_and_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = replaced(monkeypatch)
    with progress("生成网站") as step:
        step("印制", 0, 5)
        step("印制", 5, 5)
        step("发布", 0, 3)
    said = told.getvalue()
    assert said.index("生成网站…") < said.index("印制：0/5") < said.index("发布：0/3")
    assert said.rstrip("\r").endswith(" "), "the line is left blank for what is said next"


def test_nothing_but_results_goes_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    with progress("生成网站") as step:
        step("印制", 1, 5)
    assert told.getvalue() == ""


@pytest.mark.parametrize("failed", [True, False])
def test_what_is_held_back_is_shown_where_it_went_wrong_and_always_logged(
    failed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out, told = replaced(monkeypatch)
    listen(quiet=True, log=tmp_path / "log/build.log")
    print("已发布 3 个文件。")
    settle(failed=failed)
    assert ("已发布" in told.getvalue()) is failed
    assert out.getvalue() == ""
    assert (tmp_path / "log/build.log").read_text(encoding="utf-8").endswith(" 已发布 3 个文件。\n")
