"""Compiled templates are kept between builds; what is kept never shows in place of what the template says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.tables.templates import TemplateProblem, Templates
from gongkai.workspace import Workspace

LAYOUTS = Workspace.at(Path()).layouts


def shown(folder: Path, name: str = "greeting.html") -> str:
    return Templates((folder, *LAYOUTS), folder / "compiled").render(name, {"who": "<县>"})


def template(folder: Path, text: str) -> None:
    (folder / "greeting.html").write_text(text, "utf-8")


def test_a_kept_template_gives_the_same(tmp_path: Path) -> None:
    template(tmp_path, "你好，{{ who }}")
    first = shown(tmp_path)
    assert list((tmp_path / "compiled").iterdir())
    assert shown(tmp_path) == first == "你好，&lt;县&gt;"


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    template(tmp_path, "你好，{{ who }}")
    shown(tmp_path)
    template(tmp_path, "再见，{{ who }}")
    assert shown(tmp_path) == "再见，&lt;县&gt;"


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, "cut", "bit"])
def test_a_damaged_one_is_compiled_anew(tmp_path: Path, damage: bytes | str) -> None:
    template(tmp_path, "你好，{{ who }}")
    shown(tmp_path)
    (kept,) = (tmp_path / "compiled").iterdir()
    data = kept.read_bytes()
    broken = {"cut": data[:-9], "bit": data[:60] + bytes([data[60] ^ 1]) + data[61:]}
    kept.write_bytes(damage if isinstance(damage, bytes) else broken[damage])
    assert shown(tmp_path) == "你好，&lt;县&gt;"
    assert kept.read_bytes() == data


def test_a_mistake_in_a_kept_template_has_its_line(tmp_path: Path) -> None:
    template(tmp_path, "你好\n\n{{ nobody }}")
    for _ in range(2):
        with pytest.raises(TemplateProblem) as raised:
            shown(tmp_path)
        assert (raised.value.problem.place.file, raised.value.problem.place.line) == (
            "layouts/greeting.html",
            3,
        )


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ 1 % 0 }}", "ZeroDivisionError"),
        ("{{ 10.0 ** 999 }}", "OverflowError"),
        ("{{ [][3].x }}", "UndefinedError"),
        ("{{ '%d' % 'a' }}", "TypeError"),
        ("{{ [1] | batch }}", "TypeError"),
        ("{{ [2, 'a'] | sort }}", "TypeError"),
        ("{{ 'x' | nothing }}", "nothing"),
        ("{% include 'greeting.html' %}", "RecursionError"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "RecursionError"),
    ],
)
def test_whatever_a_template_does_wrong_is_told_at_its_line(mistake: str, said: str, tmp_path: Path) -> None:
    template(tmp_path, f"你好\n\n{mistake}")
    with pytest.raises(TemplateProblem) as raised:
        shown(tmp_path)
    problem = raised.value.problem
    assert (problem.place.file, problem.place.line) == ("layouts/greeting.html", 3)
    assert said in problem.message
