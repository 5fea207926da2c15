"""Problems shown to people in a terminal: by file, with the source line, a caret, what to do, and a summary."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from gongkai.building.findings import Findings
from gongkai.commands.overview import RuleRow, file_rows, first_steps, record_name, rule_rows
from gongkai.privacy import masked
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.files import MAX_BYTES, read_regular, readable

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTICE: "36"}
_WIDEST = 76
_BEFORE = 30
_MASKED_WITH = 100
"""Characters beside a part that are looked at with it: its end may lie in the middle of a personal number."""
_FEW = 20
"""Up to so many findings are all shown in full; beyond that, only the errors."""
MOST = 500
"""More problems than this are no use in a terminal; errors are always listed."""


def terminal_text(problems: Iterable[Problem], root: Path, *, colour: bool = False) -> str:
    """All problems as text for a terminal; ``root`` is the folder that their file names start from.

    Errors come before warnings. Where there are many, the first thing is how many by rule and what to do first; errors
    are shown in full, the others by rule, a line each. What records accept with a reason is left out;
    ``accepted_text`` says how much that is.
    """
    found = Findings.of(problems)
    listed = sorted(found.open(MOST), key=lambda one: (one.severity.rank, one.sort_key))
    rows = rule_rows(listed)
    many = len(listed) > _FEW
    parts = [*_overview(rows), ""] if many else []
    lines = cache(lambda file: source_lines(root / file))
    full = (one for one in listed if not many or one.severity is Severity.ERROR)
    for (_, file), group in groupby(full, key=lambda one: (one.severity, one.place.file)):
        name = _name(lines(file))
        parts.append(_paint(f"{file}（{name}）" if name else file, "1", colour))
        parts += [_one(problem, lines(file), colour) for problem in group]
        parts.append("")
    for row in rows if many else ():
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
    yield f"{label}“{row.title or row.rule}”[{row.rule}] {row.found} 处" + (
        f" → {row.hint}" if row.hint else ""
    )
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
    body = [[file, *map(str, counts)] for file, counts in (*rows, ("合计", sums))]
    width = max(display_width(line[0]) for line in (heads, *body))
    return "\n".join(
        line[0] + " " * (width - display_width(line[0])) + "".join(_right(cell) for cell in line[1:])
        for line in (heads, *body)
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
    where = (
        f"第 {place.line} 行第 {place.column} 列 "
        if place.line and place.column
        else f"第 {place.line} 行 "
        if place.line
        else ""
    )
    label = _paint(problem.severity.label, _COLOURS[problem.severity], colour)
    text = [f"  {where}{label}：{problem.message}  [{problem.rule}]"]
    if 0 < place.line <= len(lines):
        text += _excerpt(lines[place.line - 1], place.column, place.line)
    if problem.hint:
        text.append(f"      → {problem.hint}".replace("\n", "\n        "))
    text += [f"      参见 {_related(related, place)}" for related in problem.related]
    return "\n".join(text)


def _related(other: Place, place: Place) -> str:
    return f"本文件第 {other.line} 行" if other.file == place.file and other.line else str(other)


def _excerpt(line: str, column: int, number: int) -> list[str]:
    """The source line, cut around the column, and a caret below it that allows for double-width characters."""
    start = max(0, column - _BEFORE)
    shown = _fitting(masked_part(line, start, start + _WIDEST).replace("\t", "→"), _WIDEST)
    head, tail = ("…" if start else ""), ("…" if start + len(shown) < len(line) else "")
    prefix = f"      {number} | "
    caret = " " * (len(prefix) + display_width(head + shown[: max(column - 1 - start, 0)])) + "^"
    return [f"{prefix}{head}{shown}{tail}"] + ([caret] if column else [])


def masked_part(line: str, start: int, end: int) -> str:
    """A part of a line, personal numbers masked; no more of the line is looked at, which may be as long as a file."""
    near = max(0, start - _MASKED_WITH)
    return masked(line[near : end + _MASKED_WITH])[start - near : end - near]


def _fitting(text: str, columns: int) -> str:
    """As much of the beginning of a text as takes no more columns."""
    for count, character in enumerate(text):
        columns -= display_width(character)
        if columns < 0:
            return text[:count]
    return text


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
