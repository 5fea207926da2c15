"""Personal data in text: numbers and words that tell of a person are found as people write them, and masked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.privacy.numbers import find_numbers
from gongkai.privacy.people import Kind, Personal, find_people

__all__ = ["NAMES", "Kind", "Personal", "find_personal", "masked", "starred"]

NAMES: dict[Kind, str] = {
    "identity": "身份证号码",
    "mobile": "手机号码",
    "landline": "写着姓名的电话号码",
    "bank": "银行卡号或账号",
    "address": "个人住址",
    "child": "未成年人的姓名、年龄和学校",
}
"""What each kind is called in problems."""
_MAYBE = re.compile(r"\d|住|户")  # 三组八号 is an address without a digit


def find_personal(text: str) -> Iterator[Personal]:
    """Everything in a text that tells of a person, in order; nothing overlaps."""
    if not _MAYBE.search(text):
        return
    end = 0
    for found in sorted((*find_numbers(text), *find_people(text)), key=lambda one: (one.start, -one.end)):
        if found.start >= end:
            yield found
            end = found.end


def masked(text: str) -> str:
    """The text with what is personal starred, as long as before: ``138******00``."""
    for found in find_personal(text):
        text = text[: found.start] + starred(text[found.start : found.end], found.kind) + text[found.end :]
    return text


def starred(piece: str, kind: Kind) -> str:
    """A number with its middle starred; words, of which the middle would not hide enough, but for their first sign."""
    first, last = (1, len(piece)) if kind in ("address", "child") else (3, len(piece) - 2)
    middle = "".join("*" if character.isalnum() else character for character in piece[first:last])
    return piece[:first] + middle + piece[last:]
