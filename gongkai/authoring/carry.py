"""Last year's project record → this year's draft: years moved on, texts kept, what must be looked at again marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.amounts import AmountError, parse_amount
from gongkai.reading.source import Document, Path_, leaves

MARK = "# 请核对："
"""What stands above a field to look at again; the rule residue.recheck asks for its removal."""


def carry_over(document: Document, year: int, last_year: int | None = None) -> str:
    """The text of last year's record with ``last_year`` (``year - 1``) moved on to ``year`` where it stands alone.

    Layout and comments of the file are kept. Above each field that must be looked at again stands a comment:
    amounts, the year's objective, texts that name a year, and periods that have ended; above the indicators once. 已认可, 撤回说明
    and the note of the source are left out: they were about the old text.
    """
    last = last_year or year - 1
    lines = document.text.rstrip("\n").split("\n")
    first = min((line for line, _ in document.keys.values()), default=len(lines))
    notes: dict[int, str] = {}
    for key in ("绩效指标", "中期绩效指标"):
        if document.fields.get(key) and (key,) in document.keys:
            notes[document.place((key,), key=True).line] = f"下面各个指标的内容和指标值是 {last} 年的"
    for path, value in leaves(document.data):
        note = _note(path, value, year, last)
        if note and path in document.values:
            notes[document.place(path, key=True).line] = note
    moved = [
        _moved(line, year, last) if number >= first and not line.lstrip().startswith("#") else line
        for number, line in enumerate(lines, 1)
    ]
    kept = list(_with_notes(moved, notes, _dropped(document, len(lines))))
    return "\n".join(line for line in kept if not line.startswith("# 来源")) + "\n"


def _note(path: Path_, value: str, year: int, last: int) -> str:
    key = str(path[-1])
    if key == "到期年度" and value.isdigit() and int(value) < year:
        return f"实施周期到 {value} 年已经结束"
    around = re.search(r".{0,8}(?<!\d)(?:19|20)\d\d(?!\d).{0,8}", value)
    if around and key not in ("起始年度", "到期年度", "年度"):
        return f"文字里有年份，上年写的是“{around[0]}”"
    if (any("资金" in str(part) for part in path) or key.endswith("指标值")) and _is_amount(value):
        return f"金额是 {last} 年的"
    if key == "年度目标":
        return f"这是 {last} 年的目标"
    return ""


def _is_amount(value: str) -> bool:
    try:
        return parse_amount(value).unit is not None
    except AmountError:
        return False


def _moved(line: str, year: int, last: int) -> str:
    """``2025年`` → ``2026年`` where it is no end of a range and no number of a document (〔2025〕)."""
    return re.sub(rf"(?<![\d至—~-]){last}年(?![至—~-])", f"{year}年", line)


def _dropped(document: Document, count: int) -> set[int]:
    """The lines of what was about last year's record: each up to the next key at the top."""
    found: set[int] = set()
    for key in ("已认可", "撤回说明", "签发"):
        if (key,) in document.keys:
            start = document.keys[key,][0]
            later = [line for path, (line, _) in document.keys.items() if len(path) == 1 and line > start]
            found.update(range(start, min(later, default=count + 1)))
    return found


def _with_notes(lines: list[str], notes: dict[int, str], dropped: set[int]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if number in dropped:
            continue
        if number in notes:
            indent = len(line) - len(line.lstrip())
            yield " " * indent + MARK + notes[number]
        yield line
