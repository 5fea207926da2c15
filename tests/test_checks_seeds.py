"""What the rules find in the published seeds, held as a file, and the handbook held against the rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from gongkai.checks import ORDER, check_department
from gongkai.checks.portal import CONVENTIONS
from gongkai.checks.rule import BUILT_IN, FOLDER
from gongkai.problems import Problem, Severity, ordered
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.workspace import built_in_layouts

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "seed-findings.txt"
_CONVENTION = "`content/site.yaml` 里写 `页面规范: {name}` 的网站才核对：目录页怎样列出公开的内容。\n"
HANDBOOK = ROOT / "docs" / "规则.md"
SEEDS = (
    "dongguan/shi-zhi-gongwei/2023/",
    "dongguan/shi-zhi-gongwei/2026/",
    "huadu/qu-zhi-gongwei/undated/",
    "dongkeng/dangjian-fuwu-zhongxin/2024/",
    "langxi/xian-zhi-gongwei/2023/",
)


@cache
def told_in_the_seeds() -> list[Problem]:
    """The findings in content/."""
    loader = Loader(ROOT, load_forms((built_in_layouts(),))[0])
    found: list[Problem] = []
    for locality in loader.localities():
        for folder in loader.department_folders(locality):
            loaded = loader.department(locality, folder)
            assert loaded is not None
            found += check_department(loaded)
    assert not [problem for problem in loader.problems if problem.blocks]
    return [one for one in ordered(found) if one.place.file.removeprefix("content/").startswith(SEEDS)]


@pytest.fixture(scope="module")
def findings() -> list[Problem]:
    return told_in_the_seeds()


def line_of(problem: Problem) -> str:
    related = " ".join(f"{place.line}:{place.column}" for place in problem.related)
    place = problem.place
    state = f"已认可（{problem.accepted}）" if problem.accepted else problem.severity.label
    where = f"{place.file.removeprefix('content/')}:{place.line}:{place.column}"
    return f"{where} {state} {problem.rule} {problem.message}" + (f" [{related}]" if related else "")


def test_the_findings_in_the_seeds(findings: list[Problem], request: pytest.FixtureRequest) -> None:
    text = "\n".join(map(line_of, findings)) + "\n"
    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "run pytest --update-golden tests/test_checks_seeds.py"


def test_no_finding_in_the_seeds_blocks_or_is_unused(findings: list[Problem]) -> None:
    assert [one for one in findings if one.severity is Severity.ERROR] == []
    assert [one for one in findings if one.rule == "accepted.unused"] == []


def _rules_page() -> str:
    """The whole page as Markdown: every family, every rule with its severity, text and examples."""
    head = (built_in_layouts() / FOLDER / "handbook.md").read_text(encoding="utf-8")
    parts = [head, *map(_family, ORDER)]
    for name, rules in CONVENTIONS.items():
        heading, _, entries = _family(rules[0].written.id.partition(".")[0]).partition("\n\n")
        parts.append(f"{heading}\n\n{_CONVENTION.format(name=name)}\n{entries}")
    return "\n".join(parts)


def _family(name: str) -> str:
    file = BUILT_IN[name][1]
    entries = (f"### `{one.id}` {one.title}（{one.severity.label}）\n\n{one.manual}\n" for one in file.rules)
    return "\n".join((f"## {file.family}\n", *entries))


def test_the_handbook_is_the_rules(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        HANDBOOK.write_text(_rules_page(), encoding="utf-8")
    assert HANDBOOK.read_text(encoding="utf-8") == _rules_page(), "run pytest --update-golden"
