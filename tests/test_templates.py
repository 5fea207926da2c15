"""Templates: what they are filled with is escaped, and a mistake is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.workspace import Workspace

LAYOUTS = Workspace.at(Path()).layouts


def shown(folder: Path, text: str) -> str:
    (folder / "greeting.html").write_text(text, "utf-8")
    return Templates((folder, *LAYOUTS)).render("greeting.html", {"who": "<县>"})


def test_values_are_escaped(tmp_path: Path) -> None:
    assert shown(tmp_path, "你好，{{ who }}") == "你好，&lt;县&gt;"


def test_a_mistake_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateProblem) as raised:
        shown(tmp_path, "你好\n\n{{ nobody }}")
    place = raised.value.problem.place
    assert (place.file, place.line) == ("layouts/greeting.html", 3)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ 1 % 0 }}", "ZeroDivisionError"),
        ("{{ 10.0 ** 999 }}", "OverflowError"),
        ("{{ [][3].x }}", "UndefinedError"),
        ("{{ '%d' % 'a' }}", "模板出错"),
        ("{{ [1] | batch }}", "少写了 'linecount'"),
        ("{{ [2, 'a'] | sort }}", "模板出错"),
        ("{{ 'x' | nothing }}", "nothing"),
        ("{% include 'greeting.html' %}", "RecursionError"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "RecursionError"),
    ],
)
def test_whatever_a_template_does_wrong_is_told_at_its_line(mistake: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateProblem) as raised:
        shown(tmp_path, f"你好\n\n{mistake}")
    problem = raised.value.problem
    assert (problem.place.file, problem.place.line) == ("layouts/greeting.html", 3)
    assert said in problem.message
