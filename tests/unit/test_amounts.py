"""Money: what is read, what is refused, and that official amounts are rounded half up and never to even."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.amounts import Amount, AmountError, AmountStyle, format_yuan, parse_amount, total

WAN = AmountStyle("万元")


@pytest.mark.parametrize(
    ("text", "yuan", "unit"),
    [
        ("27,700.00", "27700.00", None),
        ("0", "0", None),
        ("2.77万元", "27700.00", "万元"),
        (" ８ 元 ", "8", "元"),
        ("1.5亿元", "150000000.0", "亿元"),
        ("１，１７２．４７万元", "11724700.00", "万元"),
        ("1,234,567", "1234567", None),
        ("123456789012345678", "123456789012345678", None),
    ],
)
def test_an_amount_as_written_and_in_yuan(text: str, yuan: str, unit: str | None) -> None:
    found = parse_amount(text)
    assert (found.yuan, found.text, found.unit) == (Decimal(yuan), text.strip(), unit)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \u3000", "empty"),
        ("八万", "number"),
        ("万元", "number"),
        ("1.2.3", "number"),
        ("1.", "number"),
        (".5", "number"),
        ("5美元", "unit"),
        ("5万", "unit"),
        ("-5元", "negative"),
        ("1,23", "grouping"),
        ("1234,567", "grouping"),
        (",567", "grouping"),
        ("1234567890123456789", "size"),
    ],
)
def test_what_is_no_amount(text: str, reason: str) -> None:
    with pytest.raises(AmountError) as raised:
        parse_amount(text)
    assert (raised.value.reason, raised.value.text) == (reason, text)
    assert str(raised.value) == f"{reason}: {text}"


@pytest.mark.parametrize(
    ("yuan", "style", "printed"),
    [
        # Half up: to even would print 0.12, 0.14, 2 and 0.00.
        ("0.125", AmountStyle(), "0.13"),
        ("0.135", AmountStyle(), "0.14"),
        ("2.5", AmountStyle(decimals=0), "3"),
        ("50", WAN, "0.01"),
        ("49.99", WAN, "0.00"),
        ("83350", AmountStyle("万元", decimals=1), "8.3"),
        ("82500", AmountStyle("万元", decimals=0), "8"),
        ("85000", AmountStyle("万元", decimals=0), "9"),
        ("1234567.89", AmountStyle(), "1,234,567.89"),
        ("1234567.89", AmountStyle(grouping=False), "1234567.89"),
        ("1234567.89", AmountStyle(show_unit=True), "1,234,567.89元"),
        ("27700", AmountStyle("万元", show_unit=True), "2.77万元"),
        ("27700", AmountStyle("万元", decimals=None), "2.77"),
        ("20000", AmountStyle("万元", decimals=None), "2"),
        ("1000000", AmountStyle(decimals=None), "1,000,000"),
        ("0.10", AmountStyle(decimals=None), "0.1"),
        ("0", AmountStyle(), "0.00"),
        ("0", AmountStyle(zero="—"), "—"),
        ("0.001", AmountStyle(zero="—"), "0.00"),
        ("0", AmountStyle(decimals=None), "0"),
        ("150000000", AmountStyle("亿元", decimals=1), "1.5"),
    ],
)
def test_an_amount_as_a_form_prints_it(yuan: str, style: AmountStyle, printed: str) -> None:
    assert format_yuan(Decimal(yuan), style) == printed


@given(
    st.decimals(0, 10**12, places=4, allow_nan=False),
    st.sampled_from(["元", "万元", "亿元"]),
    st.integers(0, 6),
)
def test_rounding_is_half_up_in_every_unit(yuan: Decimal, unit: str, decimals: int) -> None:
    factor = {"元": 1, "万元": 10_000, "亿元": 100_000_000}[unit]
    printed = Decimal(format_yuan(yuan, AmountStyle(unit, decimals, grouping=False)))  # type: ignore[arg-type]
    step = Decimal(1).scaleb(-decimals)
    assert printed == (yuan / factor).quantize(step, ROUND_HALF_UP)
    assert -step / 2 <= yuan / factor - printed < step / 2


@pytest.mark.parametrize(
    ("text", "half"),
    [("8.34万元", "50"), ("8万元", "5000"), ("27,700.00", "0.005"), ("5", "0.5"), ("1.5亿元", "5000000")],
)
def test_how_far_rounding_may_have_moved_an_amount(text: str, half: str) -> None:
    assert parse_amount(text).half_unit == Decimal(half)


def test_a_sum_of_what_is_stated() -> None:
    one, two = Amount(Decimal("1.10"), "1.10"), Amount(Decimal("2.20"), "2.20")
    assert total([one, None, two]) == Decimal("3.30")
    assert total([None, None]) is None
    assert total([]) is None
    assert total([Amount(Decimal(0), "0")]) == 0


def test_what_is_printed_instead_stands_beside_the_amount() -> None:
    amount = parse_amount("854万元（印作：854万(高标准农田)）")
    assert (amount.yuan, amount.unit, amount.printed) == (Decimal(8_540_000), "万元", "854万(高标准农田)")
    assert parse_amount(str(amount)) == amount
    assert str(parse_amount(" 854万元 ")) == "854万元"
    with pytest.raises(AmountError):
        parse_amount("（印作：854万）")
