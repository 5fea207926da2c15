"""A site's own rules: found, told with their line when they or their examples are wrong, and never beside gongkai's id."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.checks import own_rules
from gongkai.checks.patterns import load_rules
from gongkai.problems import Problem, Severity
from gongkai.workspace import Workspace

GOOD = """\
规则:
  - 规则: shi.jiancheng
    程度: 警告
    标题: 单位要写规范的简称
    词表: {镇府: 镇政府}
    除外: [镇府路]
    报告: “{found}”不是规范的简称：…{around}…
    建议: 请改为“{right}”。
    错: [某镇府]
    对: [镇政府, 镇府路]
"""


def read(folder: Path, text: str) -> list[Problem]:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return load_rules(folder)[1]


def test_a_good_rule_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == []
    (rule,) = load_rules(tmp_path)[0]
    assert (rule.written.id, rule.written.severity, rule.written.merges) == (
        "shi.jiancheng",
        Severity.WARNING,
        True,
    )


def test_words_by_source_tell_it(tmp_path: Path) -> None:
    grouped = GOOD.replace("{镇府: 镇政府}", "{镇府: 镇政府, 市政府办〔2024〕3号: {区府: 区政府}}")
    assert read(tmp_path, grouped.replace("请改为“{right}”。", "请改为“{right}”（{source}）。")) == []
    (rule,) = load_rules(tmp_path)[0]
    assert rule.written.manual.endswith("- 市政府办〔2024〕3号：区府→区政府")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("错: [某镇府]", "错: [某镇政府]", "“某镇政府”没有被找出来"),
        ("对: [镇政府", "对: [镇府", "“镇府”不应当被找出来"),
        ("    词表: {镇府: 镇政府}\n", "    样式: ['(']\n", "不是正则表达式"),
        ("    词表: {镇府: 镇政府}\n", "", "要写“样式”或“词表”"),
        ("{right}", "{correct}", "花括号里只能写"),
        ("shi.jiancheng", "简称", "规则的名字"),
        ("程度: 警告", "程度: 严重", "程度"),
        ("    标题: 单位要写规范的简称\n", "", "缺少“标题”"),
        ("    标题:", "    题目:", "不认识“题目”"),
    ],
    ids=["wrong", "right", "pattern", "nothing", "braces", "id", "severity", "missing", "unknown"],
)
def test_what_is_wrong_with_a_rule_is_told_at_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in GOOD
    problems = read(tmp_path, GOOD.replace(old, new))
    assert any(said in one.message and one.blocks and one.place.line > 0 for one in problems), problems


def test_a_checkout_has_no_rules_of_its_own_beside_gongkais(tmp_path: Path) -> None:
    assert own_rules(Workspace.at(Path(__file__).parents[3]).layouts) == ((), [])
    (tmp_path / "layouts" / "rules").mkdir(parents=True)
    read(tmp_path / "layouts" / "rules", GOOD)
    assert [rule.written.id for rule in own_rules(Workspace.at(tmp_path).layouts)[0]] == ["shi.jiancheng"]


@pytest.mark.parametrize(("name", "taken"), [("wording.typo", False), ("personal.identity", True)])
def test_only_pattern_rules_of_gongkai_may_be_written_anew(name: str, taken: bool, tmp_path: Path) -> None:
    (tmp_path / "layouts" / "rules").mkdir(parents=True)
    read(tmp_path / "layouts" / "rules", GOOD.replace("shi.jiancheng", name))
    rules, problems = own_rules(Workspace.at(tmp_path).layouts)
    assert [rule.written.id for rule in rules] == ([] if taken else [name])
    assert any("已经有了" in one.message for one in problems) is taken
