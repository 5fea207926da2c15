"""What a report says before its findings: how many by rule, what to do first; which findings are wanted; names of records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import PurePosixPath

from gongkai.problems import Problem, Severity

_OF_READING = {
    "record": "记录里的值不对",
    "source": "文件的写法不对",
    "load": "文件夹、文件名或设置不对",
    "guard": "已经公开的内容有改动",
    "privacy": "做好的文件里有个人信息",
    "accepted": "认可的问题已经没有了",
}
_NAME = re.compile(r"^(?:项目名称|部门名称|标题|年度): *(?P<name>[^\s#].*?)(?: +#.*)?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class RuleRow:
    """What one rule found that is not accepted."""

    rule: str
    title: str
    severity: Severity
    problems: tuple[Problem, ...]

    @property
    def found(self) -> int:
        """How many findings."""
        return len(self.problems)

    @property
    def hint(self) -> str:
        """What to do, where it is the same for all of them; else ""."""
        hints = {one.hint for one in self.problems}
        return hints.pop() if len(hints) == 1 else ""

    @property
    def files(self) -> int:
        """In how many files."""
        return len({one.place.file for one in self.problems})


def rule_rows(problems: Iterable[Problem]) -> list[RuleRow]:
    """The rules that found something, errors first, then by the number of findings."""

    def key(one: Problem) -> tuple[int, str]:
        return one.severity.rank, one.rule

    found = sorted((one for one in problems if not one.accepted), key=lambda one: (key(one), one.sort_key))
    rows = [
        RuleRow(rule, title_of(rule), group[0].severity, group)
        for (_, rule), group in ((known, tuple(listed)) for known, listed in groupby(found, key=key))
    ]
    return sorted(rows, key=lambda row: (row.severity.rank, -row.found, row.rule))


@cache
def _titles() -> dict[str, str]:
    from gongkai.checks import RULES  # all of them: only a report that names some needs that

    return {rule.id: rule.title for rule in RULES}


def title_of(rule: str) -> str:
    """What a rule asks for, in words; of those that have no entry in the handbook, what they are about."""
    return _titles().get(rule) or _OF_READING.get(rule.partition(".")[0], "")


def file_rows(problems: Iterable[Problem]) -> list[tuple[str, tuple[int, ...]]]:
    """Files with how many of each severity, then how many accepted; those with most errors and warnings first."""
    counts: dict[str, list[int]] = {}
    for one in problems:
        row = counts.setdefault(one.place.file, [0] * (len(Severity) + 1))
        row[-1 if one.accepted else one.severity.rank] += 1
    return sorted(
        ((file, tuple(row)) for file, row in counts.items()),
        key=lambda row: ([-count for count in row[1]], row[0]),
    )


def first_steps(rows: Sequence[RuleRow]) -> list[str]:
    """What to do first, in at most three steps, for somebody in a hurry."""
    steps = []
    errors = [row for row in rows if row.severity is Severity.ERROR]
    if errors:
        files = len({one.place.file for row in errors for one in row.problems})
        count = sum(row.found for row in errors)
        steps.append(f"先改 {count} 个错误（{files} 个文件），改好才能发布。")
    warnings = [row for row in rows if row.severity is Severity.WARNING]
    if warnings:
        most = warnings[0]
        steps.append(
            f"再看 {sum(row.found for row in warnings)} 个警告；最多的是“{most.title or most.rule}”，{most.found} 处，可以一起改。"
        )
    notices = sum(row.found for row in rows if row.severity is Severity.NOTICE)
    if notices:
        steps.append(
            f"{notices} 个提示供参考；确实无误的，可以在 disclosure.yaml 的“已认可”里写“适用: 本次公开”，一次认可一条规则。"
        )
    return steps


def record_name(lines: Sequence[str]) -> str:
    """What a record calls itself (项目名称, 标题, 年度), from its lines; "" where it says nothing."""
    match = _NAME.search("\n".join(lines[:60]))
    return match["name"].strip("'\"") if match else ""


def chosen(
    problems: Iterable[Problem], severities: Sequence[str], rules: Sequence[str], projects: Sequence[str]
) -> tuple[Problem, ...]:
    """The findings of these severities (错误 …), rules (``wording`` or ``wording.typo``) and projects (file names); empty: all."""

    def wanted(one: Problem) -> bool:
        return (
            (not severities or one.severity.label in severities)
            and (not rules or any(one.rule == rule or one.rule.startswith(f"{rule}.") for rule in rules))
            and (not projects or PurePosixPath(one.place.file).stem in projects)
        )

    return tuple(filter(wanted, problems))
