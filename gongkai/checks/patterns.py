"""Rules that are a pattern or a list of words: written in layouts/rules/*.yaml, gongkai's own and each site's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule
from gongkai.checks.texts import SEPARATOR, Examined, Hit
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.explain import validated
from gongkai.reading.kinds import Line, Record
from gongkai.reading.source import Document, read_yaml
from gongkai.workspace import built_in_layouts

FOLDER = "rules"
_SEVERITIES = {severity.label: severity for severity in Severity}
_ID = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*")
_Severity = Annotated[Severity, BeforeValidator(lambda text: _SEVERITIES.get(text, text))]


class PatternRule(Record):
    """One rule as written: a pattern (Python's ``re``) or words, where it holds, what is said, and its examples.

    In ``message`` and ``hint`` stand ``{found}`` (what matched), ``{short}`` (the same, cut), ``{around}`` (with what
    is beside it) and ``{right}`` (what ``words`` says instead).
    """

    id: Line = Field(alias="规则", description="规则的名字，小写英文，例如 shi.danwei-jiancheng")
    severity: _Severity = Field(alias="程度", description="错误、警告 或 提示")
    title: Line = Field(alias="标题")
    text: Line = Field("", alias="说明")
    keys: tuple[Line, ...] = Field(
        (), alias="位置", description="只看这些栏，例如 三级指标；不写则看所有文字"
    )
    patterns: tuple[Line, ...] = Field((), alias="样式", description="正则表达式，几个里有一个就算")
    words: Mapping[str, Line] = Field(default_factory=dict, alias="词表", description="错: 对")
    except_: tuple[Line, ...] = Field((), alias="除外", description="这些词里的不算")
    message: Line = Field(alias="报告")
    hint: Line = Field(alias="建议")
    wrong: tuple[Line, ...] = Field(alias="错", min_length=1, description="应当报告的例子")
    right: tuple[Line, ...] = Field(alias="对", min_length=1, description="不应当报告的例子")


class _RulesFile(Record):
    rules: tuple[PatternRule, ...] = Field((), alias="规则")


@dataclass(frozen=True)
class Compiled:
    """A pattern rule ready to run: it runs over all texts of a record in one go."""

    written: PatternRule
    pattern: re.Pattern[str] | None
    keys: frozenset[str] = field(default_factory=frozenset)

    def spans(self, blob: str) -> Iterator[tuple[int, int]]:
        """Where in joined texts something wrong stands, outside the words that may hold it."""
        right = [span for word in self.written.except_ for span in _occurrences(word, blob)]
        for start, end in self._matches(blob):
            if not any(first < end and start < last for first, last in right):
                yield start, end

    def _matches(self, blob: str) -> Iterator[tuple[int, int]]:
        if self.pattern is not None:
            yield from (match.span() for match in self.pattern.finditer(blob) if match.group())
        for word in self.written.words:
            yield from _occurrences(word, blob)

    def run(self, rule: Rule, department: DepartmentCase) -> Iterator[Problem]:
        """The findings in everything a reader sees of a department."""
        for case in department.texts():
            for start, end in self.spans(case.blob):
                hit = case.hit(start, end)
                if not self.keys or hit.path[-1] in self.keys:
                    yield self._told(rule, case, hit)

    def _told(self, rule: Rule, case: Examined, hit: Hit) -> Problem:
        found = hit.found.strip() or hit.found
        short = found if len(found) <= 24 else found[:22] + "…"
        words = {
            "found": found,
            "short": short,
            "around": hit.around(),
            "right": self.written.words.get(found, ""),
        }
        return rule.in_text(
            case, hit, self.written.message.format(**words), self.written.hint.format(**words)
        )


def _occurrences(word: str, blob: str) -> Iterator[tuple[int, int]]:
    start = blob.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = blob.find(word, start + len(word))


def compiled(written: PatternRule) -> Rule:
    """The rule that a pattern makes. Raises ValueError, in the words of who wrote it, for what can't be used."""
    if not _ID.fullmatch(written.id):
        raise ValueError("规则的名字写成“类别.名字”，只用小写英文字母和连字符")
    if not written.patterns and not written.words:
        raise ValueError("要写“样式”或“词表”")
    try:
        pattern = re.compile("|".join(written.patterns), re.MULTILINE) if written.patterns else None
        written.message.format(found="", short="", around="", right="")
        written.hint.format(found="", short="", around="", right="")
    except re.error as error:
        raise ValueError(f"“样式”不是正则表达式（{error}）") from None
    except (KeyError, IndexError, ValueError):
        raise ValueError("“报告”“建议”的花括号里只能写 found、short、around、right") from None
    one = Compiled(written, pattern, frozenset(written.keys))
    for number, example in enumerate((*written.wrong, *written.right)):
        found = any(one.spans(f"{SEPARATOR}{example}{SEPARATOR}"))
        if found != (number < len(written.wrong)):
            raise ValueError(f"例子“{example}”{'没有被找出来' if not found else '不应当被找出来'}")
    quoted = [" ".join(f"`{one}`" for one in examples[:3]) for examples in (written.wrong, written.right)]
    text = f"{written.text or written.title}\n\n错：{quoted[0]}\n对：{quoted[1]}"
    return Rule(written.id, written.severity, written.title, text, one.run, folds=True)


def load_rules(folder: Path, shown: str = f"layouts/{FOLDER}") -> tuple[tuple[Rule, ...], list[Problem]]:
    """The rules of a folder of YAML files; what is wrong with them, and examples that fail, are problems."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.yaml")):
        document, found = read_yaml(file, f"{shown}/{file.name}")
        problems += found
        if document is None:
            continue
        written, found = validated(_RulesFile, document)
        problems += found
        if written is None:
            continue
        for number, one in enumerate(written.rules):
            try:
                rules.append(compiled(one))
            except ValueError as error:
                problems.append(_unusable(document, number, one.id, str(error)))
    return tuple(rules), problems


def _unusable(document: Document, number: int, name: str, why: str) -> Problem:
    place: Place = document.place(("规则", number))
    return Problem(
        place, "rules.unusable", Severity.ERROR, f"规则 {name} 不能用：{why}", "请改正规则或例子。"
    )


def _read_built_in() -> tuple[Rule, ...]:
    rules, problems = load_rules(built_in_layouts() / FOLDER)
    if problems:  # the package itself is broken: its tests hold that it is not
        raise RuntimeError("\n".join(f"{one.place}: {one.message}" for one in problems))
    return rules


_BUILT_IN = _read_built_in()
REPLACEABLE = frozenset(rule.id for rule in _BUILT_IN)
"""Rules that a site may write in its own way."""


def built_in(family: str) -> tuple[Rule, ...]:
    """gongkai's own pattern rules of a family (``wording``), in the order of their file."""
    return tuple(rule for rule in _BUILT_IN if rule.id.startswith(f"{family}."))
