"""Personal numbers in text (identity cards, mobile phones, bank cards): found by their check digits, and masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["identity", "mobile", "bank"]

# Eleven digits or more, single blanks or hyphens between groups allowed; \d also matches full-width digits.
_NUMBER = re.compile(r"(?<![\dA-Za-z.])(?<!\d,)\d(?:[ \-－]?\d){10,20}[XxＸｘ]?(?![\dA-Za-z])")
_CODE_BEFORE = re.compile(r"(?:代码|编码|编号|索引号|文号|项目号|订单号|网址|https?:\S*)[：:\s]*$")
_IDENTITY_BEFORE = re.compile(r"(?:身份证件?(?:号码|编号|号)?|证件号码?)[：:为是（(“‘\"' \u3000]*$")
_AMOUNT_AFTER = re.compile(r"\s*(?:\.\d|,\d{3}(?!\d)|元|万|亿)")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_BANK = re.compile(r"(?:62|60|4\d|5[1-5])\d{14,17}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


@dataclass(frozen=True, slots=True)
class Personal:
    """A personal number at ``start``–``end`` of the text it was found in."""

    kind: Kind
    start: int
    end: int
    checked: bool = True
    """False for a number that only the words before it show to be one: its check digit is wrong."""


def find_personal(text: str) -> Iterator[Personal]:
    """Every number that its own check digit (or, for mobile phones, its form) shows to be a person's.

    After 身份证号 or 证件号码 any number of 15 to 18 digits is taken for one: a slip of the pen hides nobody.
    Numbers that follow 代码, 编号, 索引号 … or are amounts are left alone.
    """
    for match in _NUMBER.finditer(text):
        plain = _plain(match.group())
        kind = _kind(plain)
        before = max(0, match.start() - 40)
        if (
            kind != "identity"
            and 15 <= len(plain) <= 18
            and _IDENTITY_BEFORE.search(text, before, match.start())
        ):
            yield Personal("identity", match.start(), match.end(), checked=False)
            continue
        if kind is None or _AMOUNT_AFTER.match(text, match.end()):
            continue
        if kind != "identity" and _CODE_BEFORE.search(text, before, match.start()):
            continue
        yield Personal(kind, match.start(), match.end())


def masked(text: str) -> str:
    """The text with the middle of every personal number starred, as long as before: ``138******00``."""
    for found in find_personal(text):
        text = text[: found.start] + starred(text[found.start : found.end]) + text[found.end :]
    return text


def starred(number: str) -> str:
    """A personal number with its middle starred."""
    middle = "".join("*" if character.isalnum() else character for character in number[3:-2])
    return number[:3] + middle + number[-2:]


def is_identity_number(digits: str) -> bool:
    """Whether 18 characters are a resident identity number: region, day of birth and check digit (GB 11643)."""
    if not re.fullmatch(r"[1-8]\d{16}[\dX]", digits) or not _PROVINCES.match(digits):
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100 and "10X98765432"[_weighted(digits) % 11] == digits[17]


def _weighted(digits: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of bank cards (ISO/IEC 7812)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _kind(digits: str) -> Kind | None:
    if is_identity_number(digits):
        return "identity"
    if _MOBILE.fullmatch(digits):
        return "mobile"
    return "bank" if _BANK.fullmatch(digits) and passes_luhn(digits) else None


def _plain(text: str) -> str:
    return re.sub(r"[ \-]", "", unicodedata.normalize("NFKC", text)).upper()
