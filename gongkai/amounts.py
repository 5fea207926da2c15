"""Money: amounts as written and in 元, and how forms print them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Unit = Literal["元", "万元", "亿元"]
FACTORS: dict[str, Decimal] = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}

_AMOUNT = re.compile(r"(?P<number>-?[\d,]*\.?\d*)\s*(?P<unit>[^\d\s.,-]*)")
_PRINTED = re.compile(r"([^（(]*)[（(]印作[:：](.+)[）)]", re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"\d+(\.\d+)?")
_MOST_DIGITS = 18


class AmountError(ValueError):
    """A text that is no amount; ``reason`` is one of empty, number, grouping, unit, negative, size."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason
        self.text = text


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in 元, with the text it was written as and the unit written there (None: a bare number)."""

    yuan: Decimal
    text: str
    unit: Unit | None = None
    printed: str | None = None
    """What stands in the table instead, where the official text is no plain amount."""

    def __str__(self) -> str:
        """As a record writes it."""
        return f"{self.text}（印作：{self.printed}）" if self.printed else self.text

    @property
    def half_unit(self) -> Decimal:
        """Half of the last written digit, in 元: how far rounding may have moved it."""
        digits = self.text.partition(".")[2]
        places = len(re.match(r"\d*", digits).group())  # type: ignore[union-attr]
        return FACTORS[self.unit or "元"] * Decimal(5).scaleb(-places - 1)


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """How a form prints amounts: unit, decimals (None: as many as needed), thousands separators, unit shown.

    ``zero`` is what stands for nothing at all where a form does not write it like other amounts (``0``, ``—``).
    """

    unit: Unit = "元"
    decimals: int | None = 2
    grouping: bool = True
    show_unit: bool = False
    zero: str | None = None


def parse_amount(text: str) -> Amount:
    """Read ``27,700.00``, ``2.77万元``, ``８ 元``; a bare number is in 元. Raises AmountError.

    ``854万元（印作：854万(高标准农田)）`` has what the table prints beside the amount.
    """
    if "印作" in text and (found := _PRINTED.fullmatch(text.strip())):
        return replace(parse_amount(found[1]), printed=found[2].strip())
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise AmountError("empty", text)
    match = _AMOUNT.fullmatch(plain)
    if match is None or not match["number"]:
        raise AmountError("number", text)
    number, unit = match["number"], match["unit"]
    if unit and unit not in FACTORS:
        raise AmountError("unit", text)
    if number.startswith("-"):
        raise AmountError("negative", text)
    if not _PLAIN.fullmatch(number) and not _GROUPED.fullmatch(number):
        raise AmountError("grouping" if "," in number else "number", text)
    if len(number) > _MOST_DIGITS:
        raise AmountError("size", text)
    value = Decimal(number.replace(",", "")) * FACTORS[unit or "元"]
    return Amount(value, text.strip(), unit or None)  # type: ignore[arg-type]


def total(amounts: Iterable[Amount | None]) -> Decimal | None:
    """The sum in 元 of the amounts that are stated; None when none is."""
    return total_of(None if amount is None else amount.yuan for amount in amounts)


def total_of(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the numbers that are stated; None when none is."""
    stated = [value for value in values if value is not None]
    return sum(stated, Decimal(0)) if stated else None


def format_yuan(yuan: Decimal, style: AmountStyle) -> str:
    """Print an amount of 元 in a form's style, rounding half up (财政 practice; a float would round to even)."""
    if not yuan and style.zero is not None:
        return style.zero
    value = yuan / FACTORS[style.unit]
    if style.decimals is None:
        value = value.normalize()
    else:
        value = value.quantize(Decimal(1).scaleb(-style.decimals), rounding=ROUND_HALF_UP)
    text = f"{value:,f}" if style.grouping else f"{value:f}"
    return text + style.unit if style.show_unit else text
