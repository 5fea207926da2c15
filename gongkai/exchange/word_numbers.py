"""The numbers that Word prints before paragraphs of lists: counted from word/numbering.xml, as no text has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (
        ("" if tens == 1 else _DIGITS[tens % 10]) + "十" + (_DIGITS[ones] if ones else "")
        if tens
        else _DIGITS[ones]
    )


def _circled(number: int) -> str:
    return chr(0x245F + number) if number <= 20 else str(number)


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"), _chinese),
    "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled, "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
}  # fmt: skip
"""Others are told in digits (ECMA-376, 17.18.59)."""


class Numbers:
    """Counts the paragraphs of a document's lists; ``numbering`` and ``styles`` are the parts, None where missing."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.counts: dict[str, Counter[int]] = {}
        nodes = () if numbering is None else numbering
        abstract = {one.get(f"{_W}abstractNumId"): one for one in nodes if one.tag == f"{_W}abstractNum"}
        lists = (
            (one.get(f"{_W}numId"), one.find(f"{_W}abstractNumId")) for one in nodes if one.tag == f"{_W}num"
        )
        self.lists = {name: abstract.get(_value(of)) for name, of in lists}
        named = () if styles is None else styles.iter(f"{_W}style")
        self.styles = {one.get(f"{_W}styleId"): one.find(f"{_W}pPr/{_W}numPr") for one in named}

    def before(self, paragraph: Any) -> str:
        """What is printed before a paragraph; "" where it is in no list, or in one with bullets."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            properties = self.styles.get(_value(paragraph.find(f"{_W}pPr/{_W}pStyle")))
        if properties is None:
            return ""
        name, level = _value(properties.find(f"{_W}numId")), _value(properties.find(f"{_W}ilvl")) or "0"
        levels = {} if (of := self.lists.get(name)) is None else {one.get(f"{_W}ilvl"): one for one in of.iter(f"{_W}lvl")}  # fmt: skip
        if level not in levels or _value(levels[level].find(f"{_W}numFmt")) in ("bullet", "none"):
            return ""
        counts = self.counts.setdefault(name, Counter())
        counts[int(level)] += 1
        for deeper in [one for one in counts if one > int(level)]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda found: _printed(levels.get(str(int(found[1]) - 1)), counts[int(found[1]) - 1]), _value(levels[level].find(f"{_W}lvlText")))  # fmt: skip


def _printed(level: Any, count: int) -> str:
    if level is None:
        return ""
    start = _value(level.find(f"{_W}start")) or "1"
    number = max(count, 1) + int(start) - 1
    form = _FORMATS.get(_value(level.find(f"{_W}numFmt")))
    return form(number) if form else str(number)


def _value(node: Any) -> str:
    return "" if node is None else str(node.get(f"{_W}val", ""))
