"""Values of spreadsheet cells → the texts that people see: numbers and dates in their formats, never with fewer digits."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

_CHINESE = dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"') | {31: 'yyyy"年"m"月"d"日"'} | dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"')  # fmt: skip
BUILT_IN = {**BUILTIN_FORMATS, **_CHINESE}
"""Number → format where a workbook states none, those of Chinese programs too (ECMA-376, 18.8.30)."""


def shown(value: Any, number_format: str = "", epoch: datetime | None = None) -> str:
    """The value as the sheet shows it, where the number format is a plain one.

    ``epoch`` is the day from which the numbers in date formats count; None: they are no dates.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if epoch and is_date_format(number_format):
            try:
                return _shown_date(from_excel(value, epoch), number_format)
            except (OverflowError, ValueError):
                pass  # before 1900, or after 9999
        return shown_number(value, number_format or "General")
    return str(value)


def shown_number(value: float, number_format: str) -> str:
    """``0.95`` in ``0%`` → 95%, ``27700`` in ``#,##0.00`` → 27,700.00; digits that a format hides are kept."""
    exact = Decimal(f"{value:.15g}")
    if not exact.is_finite():
        return str(value)
    pattern = re.sub(r"\[[^\]]*\]", "", number_format.partition(";")[0])
    prefix, suffix = _literals(pattern)
    if "%" in pattern:
        exact, suffix = exact * 100, suffix.replace("%", "") + "%"
    places = re.search(r"\.(0+)", pattern)
    fixed = exact.quantize(Decimal(1).scaleb(-len(places[1]))) if places and exact.adjusted() < 15 else exact
    number = fixed if fixed == exact else exact
    text = f"{number:,f}" if "," in pattern else f"{number:f}"
    if "." in text and not places:
        text = text.rstrip("0").rstrip(".")
    return prefix + text + suffix


def _literals(pattern: str) -> tuple[str, str]:
    digits = re.search(r"[#0?]", pattern)
    if digits is None:
        return "", ""
    found: tuple[list[str], list[str]] = [], []
    for match in re.finditer(r'"([^"]*)"|\\(.)|([元万人次个年月日%])', pattern):
        found[match.start() > digits.start()].append(next(filter(None, match.groups()), ""))
    return "".join(found[0]), "".join(found[1])


def _shown_date(value: datetime | date | time | timedelta | None, number_format: str) -> str:
    """Dates as 2026-01-31, or 2026年1月 where the format writes 年 and no day."""
    if not isinstance(value, date):
        return str(value)
    if "年" in number_format:
        day = f"{value.day}日" if "d" in number_format.lower() else ""
        month = f"{value.month}月" if "m" in number_format.lower() else ""
        return f"{value.year}年{month}{day}"
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%Y-%m-%d %H:%M")
    return f"{value.year:04}-{value.month:02}-{value.day:02}"
