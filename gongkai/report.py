"""Problems shown to people: grouped by file, with the source line, a caret, and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from gongkai.problems import Problem, Severity, count_by_severity, ordered

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTICE: "36"}
_WIDEST = 76


def terminal_text(problems: Iterable[Problem], root: Path, *, colour: bool = False) -> str:
    """All problems as text for a terminal; ``root`` is the folder that their file names start from."""
    parts = []
    for file, group in groupby(ordered(problems), key=lambda problem: problem.place.file):
        lines = _source_lines(root / file)
        parts.append(_paint(file, "1", colour))
        parts += [_one(problem, lines, colour) for problem in group]
        parts.append("")
    return "\n".join(parts)


def counts_text(problems: Sequence[Problem]) -> str:
    """``2 个错误，1 个警告``; 没有问题 when there are none."""
    counts = count_by_severity(problems)
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
        text.append(f"      → {problem.hint}")
    text += [f"      参见 {related}" for related in problem.related]
    return "\n".join(text)


def _excerpt(line: str, column: int, number: int) -> list[str]:
    """The source line, cut around the column, and a caret below it that allows for double-width characters."""
    line = line.rstrip("\n").replace("\t", "→")
    start = max(0, column - 30)
    head, shown = ("…" if start else ""), line[start:]
    while display_width(shown) > _WIDEST:
        shown = shown[:-4]
    tail = "…" if len(line) > start + len(shown) else ""
    prefix = f"      {number} | "
    caret = " " * (len(prefix) + display_width(head + line[start : max(column - 1, 0)])) + "^"
    return [f"{prefix}{head}{shown}{tail}"] + ([caret] if column else [])


def display_width(text: str) -> int:
    """Columns the text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _source_lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").lstrip("\ufeff").split("\n")
    except OSError:
        return []


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\033[{code}m{text}\033[0m" if colour else text
