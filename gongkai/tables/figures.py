"""Numbers as pages show them: amounts, shares, sizes of files, and how long a chart's bars are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gongkai.amounts import Amount, AmountStyle, format_yuan

_EXACT = AmountStyle("元", None)
_UNITS = (("亿元", Decimal(10**8)), ("万元", Decimal(10**4)), ("元", Decimal(1)))


def yuan(value: Decimal | None) -> str:
    """Exactly, in 元 without needless zeros: ``83,370``; nothing for None."""
    return "" if value is None else format_yuan(value, _EXACT)


def readable(value: Decimal | None, like: Decimal | None = None) -> tuple[str, str]:
    """For reading at a glance: ``("2.31", "亿元")``, in the unit that suits ``like`` (the value itself where it is None)."""
    size = abs(value or Decimal(0) if like is None else like)
    unit, parts = next((one for one in _UNITS if size >= one[1]), _UNITS[-1])
    number = ((value or Decimal(0)) / parts).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if value and not number and like is not None:  # beside much larger ones it would look like nothing
        return readable(value)
    return f"{number:,f}".removesuffix(".00"), unit


def as_stated(amount: Amount) -> tuple[str, str]:
    """A record's own amount in the unit it states (元 where it states none): ``("999.81", "万元")``.

    A rounded 999.81万元 must not look like 9,998,100 exact 元.
    """
    unit = amount.unit or "元"
    return format_yuan(amount.yuan, AmountStyle(unit, None)), unit


def plain(number: Decimal) -> str:
    """As short as it is exact: ``98.5``, ``100``."""
    return f"{number.normalize():f}"


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """Per cent with one decimal, rounded half up: ``34.2%``; nothing when the whole is 0."""
    if not whole:
        return ""
    value = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{value:f}%"


def grouped(text: str) -> str:
    """A plain number with separators, ``83,370``; any other text as it is."""
    return f"{Decimal(text):,f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def file_size(count: int) -> str:
    """Bytes for readers: ``38 KB``, ``1.2 MB`` (of 1024, never less than 1 KB)."""
    if count < 1024 * 1000:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, the value it stands for, the value as text, its length as a share of the longest."""

    label: str
    value: Decimal
    text: str
    length: str
    """0–100 with two decimals, for SVG."""


def bars(labels: Iterable[str], values: Iterable[Decimal | int | None], unit: str) -> list[Bar]:
    """Labels and values as bars on one scale from 0; values that are not stated are left out.

    ``unit`` 金额: the values are amounts in 元, all shown in the one unit that suits the largest; any other is put behind
    the number as it is.
    """
    stated = [
        (label, Decimal(value)) for label, value in zip(labels, values, strict=True) if value is not None
    ]
    numbers = [value for _, value in stated]
    most = max(numbers, default=Decimal(0))
    texts = (readable(value, most) if unit == "金额" else (str(value), unit) for value in numbers)
    return [
        Bar(label, value, " ".join(text), length)
        for (label, value), text, length in zip(stated, texts, lengths(numbers), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """A bar to the right (more) or to the left (less) of a middle line: where it begins and how long it is, 0–100."""

    label: str
    text: str
    start: str
    length: str


def steps(labels: Iterable[str], values: Iterable[Decimal], most: int) -> list[Step]:
    """Amounts in 元 on both sides of nothing, the largest first; ``most`` of them, and what is none left out."""
    pairs = [pair for pair in zip(labels, values, strict=True) if pair[1]]
    pairs.sort(key=lambda pair: -abs(pair[1]))
    longest = abs(pairs[0][1]) if pairs else Decimal(1)
    found = []
    for label, value in pairs[:most]:
        length = abs(value) * 50 / longest
        text = " ".join(readable(abs(value), longest))
        start = Decimal(50) if value > 0 else 50 - length
        found.append(Step(label, f"{'+' if value > 0 else '−'}{text}", f"{start:.2f}", f"{length:.2f}"))
    return found


def lengths(values: Sequence[Decimal | None]) -> list[str]:
    """The bar of each value on one scale from 0; ``0`` for what is not stated or negative."""
    longest = max((value for value in values if value is not None), default=Decimal(0))
    shares = (
        (value or 0) * 100 / longest if longest > 0 and (value or 0) > 0 else Decimal(0) for value in values
    )
    return [f"{one.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP).normalize():f}" for one in shares]


def shortened(text: str, most: int) -> str:
    """A label that fits a chart: at most ``most`` characters, the last of them ``…`` where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"
