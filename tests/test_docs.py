"""The handbook against the code: fields, problem names, limits, records shown in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gongkai.reading import files, kinds, nodes
from gongkai.reading.acts import SiteSettings
from gongkai.reading.kinds import Record
from gongkai.reading.records import Department, DepartmentTarget, Disclosure, Locality, Project
from gongkai.reading.source import parse_yaml
from gongkai.reading.vocabulary import terms

ROOT = Path(__file__).parents[1]
HANDBOOK = ROOT / "docs" / "手册.md"
OPEN, CLOSE = "<!-- 字段表 -->", "<!-- /字段表 -->"
TABLES: dict[str, type[Record]] = {
    "项目": Project,
    "公开": Disclosure,
    "部门整体绩效目标": DepartmentTarget,
    "部门": Department,
    "地区": Locality,
    "站点": SiteSettings,
}
KINDS = {
    "text": "文字", "rich": "长文字", "amount": "金额", "target": "指标值", "year": "年份", "date": "日期", "count": "整数",
    "number": "数", "choice": "选项", "slug": "文件名", "list": "列表", "file": "文件", "mapping": "分项",
}  # fmt: skip


def field_tables() -> str:
    """The handbook's tables of fields, as they follow from the records."""
    parts = []
    for name, model in TABLES.items():
        parts += [f"\n### {name}\n", "| 写法 | 路径 | 种类 | 说明 |", "| --- | --- | --- | --- |"]
        for term in terms(model).values():
            if model is Disclosure and term.path.startswith("department_target."):
                continue
            note = "；".join(
                part
                for part in ("必填" if term.required and not term.in_list else "", term.description)
                if part
            )
            parts.append(f"| {' › '.join(term.keys)} | `{term.path}` | {KINDS[term.kind]} | {note} |")
    return "\n".join(parts) + "\n\n"


def test_the_handbook_lists_every_field(request: pytest.FixtureRequest) -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    head, _, rest = text.partition(OPEN)
    _, _, tail = rest.partition(CLOSE)
    wanted = f"{head}{OPEN}\n{field_tables()}{CLOSE}{tail}"
    if request.config.getoption("--update-golden"):
        HANDBOOK.write_text(wanted, encoding="utf-8")
    assert text == wanted or request.config.getoption("--update-golden"), (
        "run pytest --update-golden tests/test_docs.py"
    )


def problem_names() -> set[str]:
    """Every name a problem can have, read from the code (the rules' own names are held by their own test)."""
    names: set[str] = set()
    for file in (ROOT / "gongkai").rglob("*.py"):
        if "checks" in file.parts:
            continue
        code = file.read_text(encoding="utf-8")
        names.update(
            re.findall(
                r'"((?:source|record|load|plan|text|template|accepted|link|redirect)\.[a-z][a-z-]*)"', code
            )
        )
        names.update(
            re.findall(
                r'(?:Place\([^\n]*\), |\n\s+)"((?:form|print|import|site|yearbook)\.[a-z][a-z-]*)"', code
            )
        )
    return {name for name in names if not name.endswith((".css", ".html", ".yaml", ".js"))}


def test_the_handbook_explains_every_problem() -> None:
    documented: set[str] = set()
    for file in (ROOT / "docs").glob("*.md"):
        documented.update(re.findall(r"`([a-z]+\.[a-z-]+)`", file.read_text(encoding="utf-8")))
    assert sorted(problem_names() - documented) == []


def test_the_limits_are_those_of_the_code() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    for number in (
        files.MAX_BYTES,
        nodes.MAX_NODES,
        nodes.MAX_DEPTH,
        kinds.MAX_TEXT,
        kinds.MAX_RICH_TEXT,
    ):
        assert f"{number:,}" in text


def test_the_worked_example_is_a_good_record() -> None:
    block = re.search(r"```yaml\n(项目名称.*?)```", HANDBOOK.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    document, problems = parse_yaml(block[1].encode(), "手册.md")
    assert document is not None
    assert problems == []
    assert Project.model_validate(document.data).indicators[0].level3 == "民兵人数"
