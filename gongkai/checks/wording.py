"""Rules of wording and residue that no pattern can tell: marks in pairs, what a form prints, what was carried over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, RecordCase
from gongkai.checks.rule import rule
from gongkai.checks.texts import SEPARATOR, Examined, Finding
from gongkai.problems import Place
from gongkai.reading.vocabulary import value_at

_PAIRS = {"）": "（", "》": "《", "”": "“", "】": "【", "〕": "〔", "〉": "〈", "’": "‘"}
_OPENING = frozenset(_PAIRS.values())
_MARKS = re.compile(r"[（）()《》“”【】〔〕〈〉]")
_FULL = str.maketrans("()", "（）")
_LIST_MARK = re.compile(
    r"(?:(?<=[\n\x1e，。；：、\s])|^)(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]"
)
_RECHECK = "# 请核对"
"""How the lines begin that ``new --from`` puts above what must be looked at again."""
_PRINTED = re.compile(r"20[×xX]{2}[^）)]*年|[×xX]{2,}")


@rule("wording.unbalanced", DepartmentCase.texts)
def unbalanced(case: Examined) -> Iterator[Finding]:
    """Brackets and quotation marks come in pairs; those of ``1）`` do not count."""
    start = 0
    for text in case.blob.split(SEPARATOR):
        lone = _lone_mark(text)
        if lone is not None:
            hit = case.hit(start + lone, start + lone + 1)
            message = f"【{hit.found}】没有配对：…{hit.around(8)}…"
            yield case.in_text(hit, message, "请补上另一半，或删去这个标点。")
        start += len(text) + 1


def _lone_mark(text: str) -> int | None:
    """Where the first mark without its partner stands."""
    stack: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text):
        mark = match.group().translate(_FULL)
        if mark in _OPENING:
            stack.append((mark, match.start()))
        elif stack and stack[-1][0] == _PAIRS[mark]:
            stack.pop()
        elif match.end() not in {one.end() for one in _LIST_MARK.finditer(text)}:
            return match.start()
    return stack[0][1] if stack else None


@rule("residue.form", DepartmentCase.records)
def form_prints(case: RecordCase) -> Iterator[Finding]:
    """What a form prints as a placeholder has something in its place."""
    for path, label in case.form.declared.fields.items() if case.form else ():
        printed = _PRINTED.search(label or "")
        if case.form and printed and value_at(case.record, path) is None:
            keys = (*case.base, *case.form.term(path).keys)
            message = f"表上印着“{label}”，这一栏却没有填，读者看到的是“{printed.group()}”"
            yield case.at(keys, message, "请填写这一栏，或请管理表式的人去掉占位文字。")


@rule("residue.recheck", DepartmentCase.whole)
def recheck(department: DepartmentCase) -> Iterator[Finding]:
    """What was carried over from last year is looked at once more: once a file."""
    for file, document in department.loaded.documents.items():
        lines = document.text.split("\n") if _RECHECK in document.text else []
        marked = [number for number, line in enumerate(lines, 1) if line.lstrip().startswith(_RECHECK)]
        if marked:
            first = Place(file, marked[0], lines[marked[0] - 1].index(_RECHECK) + 1)
            message = f"从上年沿用的内容还有 {len(marked)} 处没有核对"
            yield Finding(first, message, "请核对“# 请核对”下面的一行，改好以后删去这一行注释。")
