"""Comparing amounts as they are printed: rounding, slips of 10,000, amounts in targets, sums, and their wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from gongkai.amounts import FACTORS, Amount, AmountStyle, format_yuan
from gongkai.checks.texts import Examined, Finding
from gongkai.reading.source import Path_
from gongkai.targets import Target

EXACT = AmountStyle("元", None)
EXACT_WAN = AmountStyle("万元", None)


def envelope(amounts: Iterable[Amount]) -> Decimal:
    """How far rounding may have moved a comparison of these amounts, in 元: the sum of their half units.

    Trailing zeros are often left out (``8万元`` beside ``7.67万元``, ``10万元`` alone), so that among amounts in
    one unit the finest written digit holds for all, and an amount in 万元 is good for two decimals at least.
    """
    finest: dict[str, Decimal] = {}
    counts: dict[str, int] = {}
    for amount in amounts:
        unit = amount.unit or "元"
        half = min(amount.half_unit, FACTORS[unit] / 200) if unit != "元" else amount.half_unit
        finest[unit] = min(half, finest.get(unit, half))
        counts[unit] = counts.get(unit, 0) + 1
    return sum((half * counts[unit] for unit, half in finest.items()), Decimal(0))


def shown(yuan: Decimal) -> str:
    """An amount for a message: ``342,000元（34.2万元）``; below 一万元 in 元 alone."""
    text = format_yuan(yuan, EXACT) + "元"
    return f"{text}（{format_yuan(yuan, EXACT_WAN)}万元）" if abs(yuan) >= 10_000 else text


def written(amount: Amount) -> str:
    """An amount as its record has it, with 元 where no unit stands."""
    return amount.text if amount.unit else f"{amount.text}元"


def target_amount(target: Target | None) -> Amount | None:
    """The money of a target such as ``34.2万元``; None for anything else (``1000元/人/月`` is a price)."""
    if target is None or target.number is None or target.unit not in FACTORS:
        return None
    return Amount(target.number * FACTORS[target.unit], f"{target.number:f}{target.unit}", target.unit)  # type: ignore[arg-type]


def quantity(target: Target, unit: str | None = None) -> tuple[Decimal, str] | None:
    """The number of a target and its unit, or else ``unit``; money in 元. None where it states no number."""
    if target.number is None:
        return None
    of = target.unit or unit or ""
    return (target.number * FACTORS[of], "元") if of in FACTORS else (target.number, of)


def rounds_to(exact: Amount, rounded: Amount) -> bool:
    """Whether ``exact``, rounded half up to the last written digit of ``rounded``, is ``rounded``."""
    step = rounded.half_unit * 2
    return (exact.yuan / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step == rounded.yuan


def agree(one: Amount, other: Amount) -> bool:
    """Whether two printed amounts are the same amount, each perhaps rounded half up."""
    return one.yuan == other.yuan or rounds_to(one, other) or rounds_to(other, one)


def is_slip(one: Amount, other: Amount) -> bool:
    """Whether two amounts differ by exactly 1,000, 10,000 or 100,000: 元 and 万元 taken for each other."""
    if not one.yuan or not other.yuan:
        return False
    big, small = (one, other) if one.yuan > other.yuan else (other, one)
    scaled = (Amount(small.yuan * times, f"{small.yuan * times:f}") for times in (1_000, 10_000, 100_000))
    far = big.yuan > 100 * small.yuan
    return any(same.yuan == big.yuan or (far and rounds_to(same, big)) for same in scaled)


# -- sums -----------------------------------------------------------------------------------------


class Part(NamedTuple):
    """An amount taking part in a sum: its label, where it stands, itself."""

    label: str
    path: Path_
    amount: Amount


def added(parts: Iterable[Part]) -> Decimal:
    """The sum, in 元."""
    return sum((part.amount.yuan for part in parts), Decimal(0))


def equal(one: Sequence[Part], other: Sequence[Part]) -> bool:
    """Whether two sums are the same but for rounding; nothing is equal to what is stated nowhere."""
    difference = abs(added(one) - added(other))
    return bool(one and other) and difference <= envelope(part.amount for part in (*one, *other))


def terms_of(parts: Sequence[Part]) -> str:
    """``基本支出 8万元 + 项目支出 2万元 = 100,000元（10万元）``; a single one without the sum."""
    stated = " + ".join(f"{part.label} {written(part.amount)}" for part in parts)
    return f"{stated} = {shown(added(parts))}" if len(parts) > 1 else stated


def sum_finding(case: Examined, whole: Part, parts: Sequence[Part]) -> Finding:
    """That ``whole`` is not the sum of ``parts``: every figure, the difference, every place."""
    difference = added(parts) - whole.amount.yuan
    word = "多" if difference > 0 else "少"
    what = f"{whole.label}是 {written(whole.amount)}"
    message = f"{what}，而 {terms_of(parts)}，{word} {shown(abs(difference))}"
    return case.at(whole.path, message, "请核对各项金额和单位。", *(part.path for part in parts))
