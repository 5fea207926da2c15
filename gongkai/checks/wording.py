"""Rules of wording: marks that come in pairs; what is only a pattern or a word stands in layouts/rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.patterns import built_in
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import SEPARATOR
from gongkai.problems import Problem, Severity

_PAIRS = {"）": "（", "》": "《", "”": "“", "】": "【", "〕": "〔", "〉": "〈", "’": "‘"}
_OPENING = frozenset(_PAIRS.values())
_MARKS = re.compile(r"[（）()《》“”【】〔〕〈〉]")
_FULL = str.maketrans("()", "（）")
_LIST_MARK = re.compile(
    r"(?:(?<=[\n\x1e，。；：、\s])|^)(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]"
)


@rule("wording.unbalanced", Severity.WARNING, "括号和引号要成对", folds=True)
def unbalanced(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """括号、书名号、引号要有始有终。编号的“1）”不算。

    错：`（开展网络考评相关工作，抽调2名人员`
    对：`（开展网络考评相关工作），抽调2名人员`
    """
    for case in department.texts():
        if _counts_match(case.blob):
            continue
        start = 0
        for text in case.blob.split(SEPARATOR):
            lone = None if _counts_match(text) else _lone_mark(text)
            if lone is not None:
                hit = case.hit(start + lone, start + lone + 1)
                message = f"【{hit.found}】没有配对：…{hit.around(8)}…"
                yield self.in_text(case, hit, message, "请补上另一半，或删去这个标点。")
            start += len(text) + 1


def _counts_match(text: str) -> bool:
    """A quick look: as many closing as opening marks of each kind (a text with them in a wrong order is rare)."""
    plain = text.translate(_FULL) if "(" in text or ")" in text else text
    return all(plain.count(close) == plain.count(open_) for close, open_ in _PAIRS.items() if close != "’")


def _lone_mark(text: str) -> int | None:
    """Where the first mark without its partner stands."""
    skipped = {match.end() - 1 for match in _LIST_MARK.finditer(text)}
    stack: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text):
        mark = match.group().translate(_FULL)
        if mark in _OPENING:
            stack.append((mark, match.start()))
        elif stack and stack[-1][0] == _PAIRS[mark]:
            stack.pop()
        elif match.start() not in skipped:
            return match.start()
    return stack[0][1] if stack else None


RULES = (*built_in("wording"), unbalanced)
