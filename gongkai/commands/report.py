"""Problems shown to people: how many by rule, what to do first; in a terminal by file, with source line and caret."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from gongkai import COMMAND
from gongkai.building.findings import Findings
from gongkai.privacy import masked
from gongkai.problems import Problem, Severity
from gongkai.reading.files import MAX_BYTES, read_regular, readable
from gongkai.workspace import built_in_layouts

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTICE: "36"}
_WIDEST = 76
_BEFORE = 30
_MASKED_WITH = 100
"""Characters beside a part that are looked at with it: its end may lie in the middle of a personal number."""
_FEW = 20
"""Up to so many findings are all shown in full; beyond that, only the errors."""
MOST = 500
"""More problems than this are no use in a terminal; errors are always listed."""
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
    groups = (tuple(listed) for _, listed in groupby(found, key=key))
    rows = [RuleRow(one[0].rule, title_of(one[0].rule), one[0].severity, one) for one in groups]
    return sorted(rows, key=lambda row: (row.severity.rank, -row.found, row.rule))


def title_of(rule: str) -> str:
    """What a rule asks for, in words; of those that have no entry in the handbook, what they are about."""
    from gongkai.checks import RULES  # all of them: only a report that names some needs that

    return RULES[rule].written.title if rule in RULES else _OF_READING.get(rule.partition(".")[0], "")


def file_rows(problems: Iterable[Problem]) -> list[tuple[str, tuple[int, ...]]]:
    """Files with how many of each severity, then how many accepted; those with most errors and warnings first."""
    counts: dict[str, list[int]] = {}
    for one in problems:
        row = counts.setdefault(one.place.file, [0] * (len(Severity) + 1))
        row[-1 if one.accepted else one.severity.rank] += 1
    rows = ((file, tuple(row)) for file, row in counts.items())
    return sorted(rows, key=lambda row: ([-count for count in row[1]], row[0]))


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


# -- in a terminal -----------------------------------------------------------------------------------


def terminal_text(problems: Iterable[Problem], root: Path, *, colour: bool = False) -> str:
    """All problems as text for a terminal; ``root`` is the folder that their file names start from.

    Errors come before warnings. Where there are many, the first thing is how many by rule and what to do first; errors
    are shown in full, the others by rule, a line each. What records accept with a reason is left out;
    ``accepted_text`` says how much that is.
    """
    found = Findings.of(problems)
    listed = sorted(found.open(MOST), key=lambda one: (one.severity.rank, one.sort_key))
    many = len(listed) > _FEW
    rows = rule_rows(listed) if many else []
    parts = [*_overview(rows), ""] if many else []
    lines = cache(lambda file: source_lines(root / file))
    full = (one for one in listed if not many or one.severity is Severity.ERROR)
    for (_, file), group in groupby(full, key=lambda one: (one.severity, one.place.file)):
        name = _name(lines(file))
        parts.append(_paint(f"{file}（{name}）" if name else file, "1", colour))
        parts += [_one(problem, lines(file), colour) for problem in group]
        parts.append("")
    for row in rows:
        if row.severity is not Severity.ERROR:
            parts += [*_of_rule(row, lines, colour), ""]
    if left := sum(found.counts().values()) - len(listed):
        parts.append(f"问题太多，还有 {left:,} 个警告和提示没有列出；全部可以用 check --to 写成文件。\n")
    if many:
        parts.append(
            "错误列在最前面。只看一部分用 --project、--rule、--severity；打印用 --format html --to 校验报告.html。"
        )
    return "\n".join(parts)


def _of_rule(row: RuleRow, lines: Callable[[str], Sequence[str]], colour: bool) -> Iterator[str]:
    """What one rule found, a line each; what to do is said once where it is the same."""
    label = _paint(row.severity.label, _COLOURS[row.severity], colour)
    todo = f" → {row.hint}" if row.hint else ""
    yield f"{label}“{row.title or row.rule}”[{row.rule}] {row.found} 处{todo}"
    for one in row.problems:
        hint = "" if row.hint or not one.hint else f" → {one.hint}"
        yield f"  {one.place} {_name(lines(one.place.file))}：{one.message}{hint}"


def _name(lines: Sequence[str]) -> str:
    return masked(record_name(lines))


def _overview(rows: Sequence[RuleRow]) -> list[str]:
    """How many by rule, and what to do first."""
    steps = [f"{number}. {step}" for number, step in enumerate(first_steps(rows), 1)]
    table = [
        f"{row.severity.label}{_right(str(row.found), 6)} 处{_right(str(row.files), 5)} 个文件  {row.title or '——'}  [{row.rule}]"
        for row in rows
    ]
    return [*steps, "", *table]


def accepted_text(problems: Iterable[Problem]) -> str:
    """``另有 3 条已认可：原文如此 2，逾期已说明 1``; empty when nothing is accepted."""
    reasons = Findings.of(problems).accepted()
    if not reasons:
        return ""
    stated = "，".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f"另有 {sum(reasons.values())} 条已认可：{stated}"


def summary_table(problems: Iterable[Problem]) -> str:
    """A table for people: one line a file, how many of each severity and how many accepted, and the sums."""
    rows = sorted(file_rows(problems))
    if not rows:
        return ""
    heads = ["文件", *(severity.label for severity in Severity), "已认可"]
    sums = map(sum, zip(*(counts for _, counts in rows), strict=True))
    lines = [heads, *([file, *map(str, counts)] for file, counts in (*rows, ("合计", sums)))]
    width = max(display_width(file) for file, *_ in lines)
    return "\n".join(
        file + _right("", width - display_width(file)) + "".join(map(_right, cells)) for file, *cells in lines
    )


def _right(cell: str, width: int = 8) -> str:
    return " " * (width - display_width(cell)) + cell


def counts_text(problems: Sequence[Problem]) -> str:
    """``2 个错误，1 个警告``; 没有问题 when there are none."""
    counts = Findings.of(problems).counts()
    stated = [f"{count} 个{severity.label}" for severity, count in counts.items() if count]
    return "，".join(stated) or "没有问题"


def _one(problem: Problem, lines: Sequence[str], colour: bool) -> str:
    place = problem.place
    column = f"第 {place.column} 列" if place.column else ""
    where = f"第 {place.line} 行{column} " if place.line else ""
    label = _paint(problem.severity.label, _COLOURS[problem.severity], colour)
    text = [f"  {where}{label}：{problem.message}  [{problem.rule}]"]
    if 0 < place.line <= len(lines):
        text += _excerpt(lines[place.line - 1], place.column, place.line)
    if problem.hint:
        text.append(f"      → {problem.hint}".replace("\n", "\n        "))
    for one in problem.related:
        here = one.file == place.file and one.line
        text.append(f"      参见 {f'本文件第 {one.line} 行' if here else one}")
    return "\n".join(text)


def _excerpt(line: str, column: int, number: int) -> list[str]:
    """The source line, cut around the column, and a caret below it that allows for double-width characters."""
    start, shown, columns = max(0, column - _BEFORE), "", _WIDEST
    for character in masked_part(line, start, start + _WIDEST).replace("\t", "→"):
        columns -= display_width(character)
        if columns < 0:
            break
        shown += character
    head, tail = ("…" if start else ""), ("…" if start + len(shown) < len(line) else "")
    prefix = f"      {number} | "
    caret = " " * (len(prefix) + display_width(head + shown[: max(column - 1 - start, 0)])) + "^"
    return [f"{prefix}{head}{shown}{tail}"] + ([caret] if column else [])


def masked_part(line: str, start: int, end: int) -> str:
    """A part of a line, personal numbers masked; no more of the line is looked at, which may be as long as a file."""
    near = max(0, start - _MASKED_WITH)
    return masked(line[near : end + _MASKED_WITH])[start - near : end - near]


def display_width(text: str) -> int:
    """Columns the text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def source_lines(file: Path) -> list[str]:
    """The lines of a record file, also of one saved as GBK; none where it cannot be read."""
    try:
        return readable(read_regular(file, MAX_BYTES)).replace("\r\n", "\n").split("\n")
    except OSError:
        return []


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\033[{code}m{text}\033[0m" if colour else text


def report_page(template: str, /, **shown: Any) -> str:
    """A page or a text of ``layouts/report/`` with what it shows."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    loader, escape = FileSystemLoader(built_in_layouts() / "report"), select_autoescape()
    environment = Environment(
        loader=loader, autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(shown, command=COMMAND)
