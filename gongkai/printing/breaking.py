"""Where lines of Chinese text may break (UAX 14, for the characters forms print), and how punctuation is squeezed.

Rules that only concern other scripts are left out. What must not be torn for readers' sake (a number and its unit) is told by ``richtext.keep_together``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise, product

import yaml

from gongkai.workspace import built_in_layouts

_DATA = yaml.load((built_in_layouts() / "print" / "line-breaking.yaml").read_bytes(), yaml.CSafeLoader)
_CLASSES: dict[str, str] = _DATA["classes"]
_CLASS = {char: name for name, chars in _CLASSES.items() for char in chars}
_NEVER_BEFORE, _STAYS_OVER_SPACE, _NEVER_AFTER = (
    frozenset(_DATA[key].split())
    for key in ("never before", "never before, even after spaces", "never after")
)
_TOGETHER = frozenset(
    pair for befores, afters in _DATA["together"] for pair in product(befores.split(), afters.split())
)
_WIDE_BRACKETS = frozenset(_DATA["wide brackets"])


def _any(*names: str) -> str:
    return "[" + "".join(re.escape(_CLASSES[name]) for name in names) + "]"


_NUMBER = re.compile(
    f"{_any('PR', 'PO')}?{_any('OP', 'HY')}?{_any('NU')}{_any('NU', 'SY', 'IS')}*{_any('CL', 'CP')}?"
)
"""What is one number with its signs (LB 25): ``¥1,234.50``, ``(95%)``, ``-3``; the last sign may begin the next."""


@lru_cache(maxsize=1 << 16)
def class_of(char: str) -> str:
    """The line breaking class of a character."""
    return _CLASS.get(char) or ("ID" if char >= "⺀" else "AL")


@lru_cache(maxsize=1 << 16)
def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters that stand next to each other; neither is a space before it."""
    left, right = class_of(before), class_of(after)
    if left == "ZW":
        return True
    if right in _NEVER_BEFORE:
        return left == "SP" and right not in _STAYS_OVER_SPACE and right not in ("SP", "ZW")
    if left == "SP":
        return True
    if left in _NEVER_AFTER:
        return False
    if right == "OP" and after in _WIDE_BRACKETS and left in ("AL", "NU"):
        return True
    return (left, right) not in _TOGETHER


@lru_cache(maxsize=4096)
def opportunities(text: str) -> tuple[int, ...]:
    """The places in a text where a line may end: indexes of the characters that begin the next line, in order."""
    inside = {
        place for run in _NUMBER.finditer(text) for place in range(run.start() + 1, _end(text, run.end()) + 1)
    }
    return tuple(
        index
        for index, (before, after) in enumerate(pairwise(text), 1)
        if may_break(before, after) and index not in inside and not _held_over_spaces(text, index)
    )


def _end(text: str, end: int) -> int:
    """The last place inside a number that ends before ``end``: a sign behind it stays with it, and may begin the next."""
    return end if class_of(text[end : end + 1] or " ") in ("PR", "PO") else end - 1


def _held_over_spaces(text: str, index: int) -> bool:
    """Spaces after an opening bracket, or between a closing and an unstartable character, do not let go (LB 14, 16)."""
    if text[index - 1] != " ":
        return False
    before = text[:index].rstrip(" ")
    if not before:
        return False
    left, right = class_of(before[-1]), class_of(text[index])
    return (
        left == "OP"
        or (left == "QU" and right == "OP")
        or (left in ("CL", "CP") and right == "NS")
        or (left == right == "B2")
    )


# Full-width punctuation: a mark's ink fills one half of its square. Where two meet, the blank half between them is taken
# out, and at the end of a line the blank half of the last one needs no room (W3C, Requirements for Chinese Text Layout,
# 3.1.6 and 3.1.7).
OPENING = frozenset("（〔［｛〈《「『【〖“‘")
CLOSING = frozenset("，。、；：？！．）〕］｝〉》」』】〗”’")
HALF = 0.5
"""What is taken out, in em."""


@lru_cache(maxsize=4096)
def halved(text: str) -> tuple[int, ...]:
    """The marks that are followed so closely by another that they are set to half their width."""
    return tuple(
        place
        for place, (mark, following) in enumerate(pairwise(text))
        if (mark in CLOSING and (following in CLOSING or following in OPENING))
        or (mark in OPENING and following in OPENING)
    )
