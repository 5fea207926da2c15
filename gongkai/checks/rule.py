"""What a rule is: as written in layouts/rules (id, severity, manual, pattern or condition), and how it is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, starmap
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, TypeVarTuple

from pydantic import BeforeValidator, Field

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.texts import SEPARATOR, Examined, Finding, Hit, cut
from gongkai.privacy import masked
from gongkai.problems import Problem, Severity
from gongkai.reading.kinds import Line, Record, YesNo, label
from gongkai.reading.source import Document, path_text, read_yaml, validated
from gongkai.workspace import built_in_layouts

FOLDER = "rules"
BRACES = re.compile(r"\{([^{}]*)\}")
_IN_TEXTS = ("found", "short", "around", "right", "source")
"""What braces in the words of a rule of texts stand for."""
_QUOTED = 24
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_SEVERITIES = {severity.label: severity for severity in Severity}
_Severity = Annotated[Severity, BeforeValidator(lambda text: _SEVERITIES.get(text, text))]
Lines = Annotated[
    tuple[Line, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
]
Labels = Mapping[str, Line]
"""Printed labels (三级指标, 公开.年度), each with a pattern or a value."""
_Several = BeforeValidator(lambda value: value if isinstance(value, list) else [value])
_Examples = Annotated[tuple[Line | Labels, ...], _Several]


class Condition(Record):
    """When something is wrong, and what is said then; what a case leaves out is the rule's."""

    match: Labels = label("是", "栏: 样式，每一栏都要符合", default={})
    unless: tuple[Labels, ...] = label("除", "符合其中一组的不算", default=())
    compare: Lines = label("比较", "左 < 右，左 > 右 等；两边都写了的才比较", default=())
    at: Line | None = label("报在", "报告在哪一栏")
    message: Line | None = label("报告")
    hint: Line | None = label("建议")


class WrittenRule(Condition):
    """One rule as written: patterns (Python's ``re``) or words in texts, a condition, or neither: then code runs it."""

    id: Line = Field(alias="规则", description="规则的名字，小写英文，例如 shi.danwei-jiancheng")
    severity: _Severity = Field(alias="程度", description="错误、警告 或 提示")
    title: Line = Field(alias="标题")
    text: Line = label("说明", default="")
    yields_to: Lines = label("让", "同一处已经由这些规则报告的，不再报告", default=())
    elsewhere: YesNo = label("另行", "不看记录，在编排和发布时核对", default=False)
    folds: YesNo = label("合并", "一个文件里重复的，合成一条报告", default=False)
    each: Lines = label("每个", "看什么：公开、项目、指标、指标值 等；不写则看文字", default=())
    keys: Lines = label("位置", "只看这些栏的文字，例如 三级指标；不写则看所有文字", default=())
    patterns: Lines = label("样式", "正则表达式，几个里有一个就算", default=())
    words: Mapping[str, Line | Labels] = label("词表", "错: 对；或者按来源分组，来源: {错: 对}", default={})
    except_: Lines = label("除外", "这些词里的不算", default=())
    cases: tuple[Condition, ...] = label("情形", "几种情形，第一个符合的算", default=())
    wrong: _Examples = Field(alias="错", min_length=1, description="应当报告的例子")
    right: _Examples = Field(alias="对", min_length=1, description="不应当报告的例子")

    @cached_property
    def slips(self) -> dict[str, tuple[str, str]]:
        """The words of 词表: what is wrong → what is right, and the source that says so ("" where none is given)."""
        alone = {wrong: (right, "") for wrong, right in self.words.items() if isinstance(right, str)}
        grouped = ((source, group) for source, group in self.words.items() if not isinstance(group, str))
        return alone | {wrong: (right, source) for source, group in grouped for wrong, right in group.items()}

    @property
    def coded(self) -> bool:
        """Whether code runs it."""
        return not (self.patterns or self.words or self.each)

    @property
    def merges(self) -> bool:
        """Whether what it finds several times in a file, with the same hint, is one mistake: one finding with its places."""
        return self.folds or not self.coded

    @property
    def manual(self) -> str:
        """Its entry in the handbook, below the title."""
        wrong, right = (self._examples(few[:3]) for few in (self.wrong, self.right))
        sources = "".join(
            f"\n- {source}：{'、'.join(f'{slip}→{word}' for slip, word in group.items())}"
            for source, group in self.words.items()
            if not isinstance(group, str)
        )
        return f"{self.text or self.title}\n\n- 错：{wrong}\n- 对：{right}{sources}"

    def _examples(self, few: Sequence[str | Labels]) -> str:
        if any(isinstance(one, str) for one in few):
            return " ".join(f"{one}" if self.coded else f"`{one}`" for one in few)
        stated = (one.items() for one in few if not isinstance(one, str))
        return "；".join(
            "、".join(f"`{label.rpartition('.')[2]}: {value}`" for label, value in one) for one in stated
        )


class RulesFile(Record):
    """A file of rules; gongkai's own have a heading for the handbook."""

    family: Line = label("类别", "手册里的标题", default="")
    rules: tuple[WrittenRule, ...] = label("规则", default=())


@dataclass(frozen=True)
class Rule(Generic[T]):
    """One rule, ready to run over what it looks at (``T``: a department, or the pages of lists)."""

    written: WrittenRule
    run: Callable[[T], Iterator[Finding]]

    def check(self, whole: T) -> Iterator[Problem]:
        """The problems this rule finds."""
        return map(self.problem, self.run(whole))

    def problem(self, one: Finding) -> Problem:
        """A finding as a problem of this rule; no personal number is repeated in it."""
        told, path = (masked(one.message), masked(one.hint)), path_text(one.path)
        return Problem(one.place, self.written.id, self.written.severity, *told, path, one.related)


def filled(text: str | None, word: Callable[[str], str]) -> str:
    """A text with its braces filled in."""
    return BRACES.sub(lambda match: word(match[1]), text or "")


@dataclass(frozen=True)
class InTexts:
    """Patterns and words ready to run: over all texts of a record in one go."""

    rule: WrittenRule

    def __post_init__(self) -> None:
        """Raises ValueError, in the words of who wrote it, for what can't be used."""
        if not {*BRACES.findall(f"{self.rule.message}{self.rule.hint}")} <= {*_IN_TEXTS}:
            raise ValueError(f"“报告”“建议”的花括号里只能写 {'、'.join(_IN_TEXTS)}")

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What is wrong, in one pattern; None where words are looked for alone."""
        return re.compile("|".join(self.rule.patterns), re.MULTILINE) if self.rule.patterns else None

    def spans(self, blob: str) -> Iterator[tuple[int, int]]:
        """Where in joined texts something wrong stands, outside the words that may hold it."""
        right = [span for word in self.rule.except_ for span in _occurrences(word, blob)]
        found = [match.span() for match in self.pattern.finditer(blob)] if self.pattern else []
        for word in self.rule.slips:
            found += _occurrences(word, blob)
        for start, end in found:
            if start < end and not any(first < end and start < last for first, last in right):
                yield start, end

    def finds(self, example: object) -> bool:
        """Whether something wrong stands in an example."""
        return any(self.spans(f"{SEPARATOR}{example}{SEPARATOR}"))

    def run(self, department: DepartmentCase) -> Iterator[Finding]:
        """The findings in everything a reader sees of a department."""
        for (case,) in department.texts():
            for span in self.spans(case.blob):
                hit = case.hit(*span)
                if not self.rule.keys or hit.path[-1] in self.rule.keys:
                    yield self._told(case, hit)

    def _told(self, case: Examined, hit: Hit) -> Finding:
        found = hit.found.strip() or hit.found
        values = (found, cut(found, _QUOTED), hit.around(), *self.rule.slips.get(found, ("", "")))
        word = dict(zip(_IN_TEXTS, values, strict=True)).__getitem__
        return case.in_text(hit, filled(self.rule.message, word), filled(self.rule.hint, word))


def _occurrences(word: str, blob: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(re.escape(word), blob)) if word in blob else iter(())


def read_rules(folder: Path) -> tuple[dict[str, tuple[Document, RulesFile]], list[Problem]]:
    """The files of rules in a folder by their names, and what is wrong with those that cannot be read."""
    files, problems = {}, []
    for file in sorted(folder.glob("*.yaml")):
        document, found = read_yaml(file, f"layouts/{FOLDER}/{file.name}")
        problems += found
        if document is not None:
            written = validated(RulesFile, document, problems)
            if written is not None:
                files[file.stem] = document, written
    return files, problems


BUILT_IN, _WRONG = read_rules(built_in_layouts() / FOLDER)
"""gongkai's own rules as written, by family."""
if _WRONG:
    raise RuntimeError("\n".join(f"{one.place}: {one.message}" for one in _WRONG))
WRITTEN = {one.id: one for _, file in BUILT_IN.values() for one in file.rules}
"""The same by their ids."""
CODED: dict[str, Rule[Any]] = {}
"""Those that code runs, as they are made."""


def rule(
    identifier: str, over: Callable[[T], Iterable[tuple[*Ts]]]
) -> Callable[[Callable[[*Ts], Iterator[Finding]]], Rule[T]]:
    """Make a rule of a function that looks at one of what ``over`` gives; the rest of it stands in layouts/rules."""

    def make(look: Callable[[*Ts], Iterator[Finding]]) -> Rule[T]:
        run = lambda whole: chain.from_iterable(starmap(look, over(whole)))  # noqa: E731
        CODED[identifier] = made = Rule(WRITTEN[identifier], run)
        return made

    return make
