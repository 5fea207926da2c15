"""Numbers of identity cards, mobile phones and bank accounts, however their digits are grouped and kept apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from gongkai.privacy.people import BETWEEN, NAME, UNSEEN, Kind, Personal, is_name

# A chain: groups of digits with little between them. Numbers stand in it whole, from one group's beginning to
# another's end: ``2026 138 0013 8000`` is a year and a mobile phone. \d also matches full-width digits.
_CHAIN = re.compile(rf"\d(?:[{UNSEEN}{BETWEEN}]{{0,24}}\d){{10,}}")
_GROUP = re.compile(rf"\d(?:[{UNSEEN}]{{0,24}}\d)*")
# The check digit X as typed: Latin, full width, roman ten, Cyrillic, Greek, the sign of multiplication.
_TEN = re.compile(rf"[{UNSEEN}{BETWEEN}]{{0,8}}[XxＸｘⅩⅹХхΧχ×✕](?![0-9A-Za-z])")
_LONGEST = 22

_CODE_BEFORE = re.compile(
    r"(?:(?:代码|编码|编号|索引号|文号|项目号|订单号|单号|批次号|流水号)(?:[：:\s]*[0-9A-Za-z]+[/-](?:\d{4}[/-])?)?|https?:\S*|www\.\S*)[：:\s]*$"
)
_CREDIT_BEFORE = re.compile(r"(?:信用|机构|组织)代码(?:证号?)?[：:\s（(]*$")
_IDENTITY_BEFORE = re.compile(
    r"(?:身份证件?(?:号码|编号|号)?|公民身份号码|身份号码|证件号码?|\bID(?:号|\s*(?:card|number|no))?\.?)[：:为是（(“‘\"' \u3000]*$",
    re.I,
)
_ACCOUNT_BEFORE = re.compile(
    r"(?:[账帐]号|[账帐]户|卡号|银行卡|储蓄卡|存折|一卡通|社保卡)(?:号码?|名?[^\d。；\n]{0,12})?[：:为是（(“\"' \u3000]*$"
)
_PHONE_BEFORE = re.compile(
    r"(?:手机|电话|联系方式|联系人|致电|拨打|微信|短信|\bTel(?:ephone)?\b|\bPhone\b|\bMobile\b|\bMob\b|\bCell\b)[^\d。；\n]{0,8}$",
    re.I,
)
_PHONE_WORD = re.compile(r"(?:tel(?:ephone)?|phone|mobile|mob|cell|[tm])$", re.I)
_AMOUNT_AFTER = re.compile(r"[ \u3000]*(?:元(?!旦)|[万亿]元|(?:万|亿|千元|百万)(?![\u4e00-\u9fff])|%|％)")
_NAME_BEFORE = re.compile(rf"(?:^|[^\u4e00-\u9fff])({NAME})[：:，,、（( \u3000]*$")

_MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY = re.compile(r"(?:00)?86(?=1[3-9]\d{9}$)")
_CARD = re.compile(r"(?:62|60|4\d|5[1-5])\d{14,17}")
_PLAUSIBLE = re.compile(rf"(?:(?:00)?86)?{_MOBILE.pattern}|[1-8]\d{{5}}(?:19|20)\d{{9,10}}|{_CARD.pattern}")
# How people group a mobile number; after 电话, 手机, +86 any grouping is taken.
_MOBILE_SHAPES = {(11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (1, 10), (1,) * 11}
_CARD_SHAPES = {(4, 4, 4, 4, *rest) for rest in ((), (1,), (2,), (3,))} | {(6, 10), (6, 13), (8, 8), (8, 11)}
_YEAR = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?$")


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


def find_numbers(text: str) -> Iterator[Personal]:
    """Every number that its own check digit (or, for mobile phones, its form) shows to be a person's.

    After 身份证号 or 账号 any number of fitting length is taken for one: a slip of the pen hides nobody.
    Numbers that follow 代码, 编号, 索引号 … or are amounts are left alone.
    """
    for chain in _CHAIN.finditer(text):
        groups = [
            _Group(one.start(), one.end(), _plain(one.group()))
            for one in _GROUP.finditer(text, chain.start(), chain.end())
        ]
        first = 0
        while first < len(groups):
            found = _longest(text, groups, first)
            if found is None:
                first += 1
                continue
            yield found
            while first < len(groups) and groups[first].start < found.end:
                first += 1


def _longest(text: str, groups: Sequence[_Group], first: int) -> Personal | None:
    """The longest number that begins with a group."""
    digits, spans = "", []
    for last in range(first, len(groups)):
        digits += groups[last].digits
        if len(digits) > _LONGEST:
            break
        spans.append((last, digits))
    for last, digits in reversed(spans):
        if len(digits) >= 11 and (found := _number(text, groups, first, last, digits)):
            return found
    return None


def _number(text: str, groups: Sequence[_Group], first: int, last: int, digits: str) -> Personal | None:
    # Of a row of figures nearly every piece is no number by its digits alone.
    alone = last + 1 == len(groups) or last == first
    if not (alone or _PLAUSIBLE.fullmatch(digits)) or not _is_apart(text, groups, first, last):
        return None
    start, end = groups[first].start, groups[last].end
    before = text[max(0, start - 40) : start]
    ten = _TEN.match(text, end)
    if ten and len(digits) == 17:
        end, digits = ten.end(), digits + "X"
    if end < len(text) and text[end].isascii() and text[end].isalpha():
        return None
    shape = tuple(len(group.digits) for group in groups[first : last + 1])
    kind = _kind(text, before, end, digits, shape)
    if kind:
        return Personal(kind, start, end)
    if alone and 15 <= len(digits) <= 18 and _IDENTITY_BEFORE.search(before):
        return Personal("identity", start, end, checked=False)
    if alone and len(digits) >= 12 and _ACCOUNT_BEFORE.search(before):
        return Personal("bank", start, end, checked=False)
    return None


def _kind(text: str, before: str, end: int, digits: str, shape: tuple[int, ...]) -> Kind | None:
    if is_identity_number(digits):
        return None if _CREDIT_BEFORE.search(before) else "identity"
    if len(digits) == 15 and len(shape) == 1 and _is_old_identity_number(digits):
        name = _NAME_BEFORE.search(before)
        if name and is_name(name[1]):
            return "identity"
    if _is_mobile(text, before, end, digits, shape):
        return None if _AMOUNT_AFTER.match(text, end) else "mobile"
    is_card = len(shape) == 1 or shape in _CARD_SHAPES
    if not (is_card and _CARD.fullmatch(digits) and passes_luhn(digits)):
        return None
    return None if _CODE_BEFORE.search(before) or _AMOUNT_AFTER.match(text, end) else "bank"


def _is_mobile(text: str, before: str, end: int, digits: str, shape: tuple[int, ...]) -> bool:
    country = _COUNTRY.match(digits)
    number = digits[country.end() :] if country else digits
    if not _MOBILE.fullmatch(number):
        return False
    if _PHONE_BEFORE.search(before):
        return True
    if _CODE_BEFORE.search(before):
        return False
    if country:
        return True
    if shape not in _MOBILE_SHAPES:
        return False
    # An amount beside a year or a day: ``1500000 2026年``, ``150 20260213``.
    return len(shape) == 1 or not (_YEAR.fullmatch(digits[-shape[-1] :]) or text[end : end + 1] == "年")


def _is_apart(text: str, groups: Sequence[_Group], first: int, last: int) -> bool:
    """Whether it is neither a part of a word nor the digits behind or before a decimal point."""
    start, end = groups[first].start, groups[last].end
    before = text[max(0, start - 10) : start]
    if before[-1:].isascii() and before[-1:].isalpha() and not _PHONE_WORD.search(before):
        return False
    if first and text[groups[first - 1].end : start] == ".":
        whole = groups[first - 1]
        listed = whole.digits[0] != "0" and whole.end - whole.start <= 2 and first == 1
        if not listed or last > first:
            return False
    follows = last + 1 < len(groups) and text[end : groups[last + 1].start] == "."
    return not (follows and len(groups[last + 1].digits) <= 2)


def _plain(text: str) -> str:
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())


# -- check digits

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


def is_identity_number(digits: str) -> bool:
    """Whether 18 characters are a resident identity number: region, day of birth and check digit (GB 11643)."""
    if not re.fullmatch(r"[1-8][0-9]{16}[0-9X]", digits) or not _PROVINCES.match(digits):
        return False
    if not _is_birth(digits[6:10], digits[10:12], digits[12:14]):
        return False
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return "10X98765432"[weighted % 11] == digits[17]


def _is_old_identity_number(digits: str) -> bool:
    """Whether 15 digits can be an identity number of before 1999: region and day of birth, no check digit."""
    if not re.fullmatch(r"[1-8][0-9]{14}", digits) or not _PROVINCES.match(digits):
        return False
    return _is_birth(f"19{digits[6:8]}", digits[8:10], digits[10:12])


def _is_birth(year: str, month: str, day: str) -> bool:
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of bank cards (ISO/IEC 7812)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
