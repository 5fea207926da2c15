"""Check digits: whether a row of digits is a resident identity number or a bank card."""

from __future__ import annotations

import re
from datetime import date

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


def is_old_identity_number(digits: str) -> bool:
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
