"""Numbers as pages show them: amounts, shares, sizes of files, and how long a chart's bars are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gongkai.amounts import Amount, AmountStyle, format_yuan

_EXACT = AmountStyle("元", None)
_WAN = AmountStyle("万元", 2)


def yuan(value: Decimal | None) -> str:
    """Exactly, in 元 without needless zeros: ``83,370``; nothing for None."""
    return "" if value is None else format_yuan(value, _EXACT)


def wan(value: Decimal | None) -> str:
    """In 万元 with two decimals, rounded half up: ``8.34``; nothing for None."""
    return "" if value is None else format_yuan(value, _WAN)


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

    ``unit`` 元 or 万元: the values are amounts in 元, shown in that unit; any other is put behind the number as it is.
    """
    stated = [(label, value) for label, value in zip(labels, values, strict=True) if value is not None]
    lengths_ = lengths([Decimal(value) for _, value in stated])
    written = {"元": yuan, "万元": wan}.get(unit, str)
    return [
        Bar(label, Decimal(value), f"{written(Decimal(value))} {unit}", length)
        for (label, value), length in zip(stated, lengths_, strict=True)
    ]


def lengths(values: Sequence[Decimal | None]) -> list[str]:
    """The bar of each value on one scale from 0; ``0`` for what is not stated or negative."""
    longest = max((value for value in values if value is not None), default=Decimal(0))
    return [_length(value or Decimal(0), longest) for value in values]


def _length(value: Decimal, longest: Decimal) -> str:
    if longest <= 0 or value <= 0:
        return "0"
    return f"{(value * 100 / longest).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP).normalize():f}"


def shortened(text: str, most: int) -> str:
    """A label that fits a chart: at most ``most`` characters, the last of them ``…`` where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"
