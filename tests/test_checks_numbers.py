"""Check digits, masking and rounding, for any number."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.amounts import Amount, parse_amount
from gongkai.checks.money import agree, envelope, rounds_to
from gongkai.privacy import find_personal, masked
from gongkai.privacy.numbers import is_identity_number, passes_luhn

WEIGHTS = [pow(2, 17 - position, 11) for position in range(17)]


def identity(region: str, born: date, order: int) -> str:
    """A number with its check digit by the standard's own formula (ISO 7064 MOD 11-2)."""
    body = f"{region}{born:%Y%m%d}{order:03d}"
    remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    check = (12 - remainder) % 11
    return body + ("X" if check == 10 else str(check))


def card(body: str) -> str:
    """A card number: the digits with the one check digit that Luhn's formula gives."""
    doubled = sum(
        sum(divmod(int(digit) * 2, 10)) if place % 2 == 0 else int(digit)
        for place, digit in enumerate(reversed(body))
    )
    return body + str(-doubled % 10)


identities = st.builds(
    identity,
    st.sampled_from(["110105", "441900", "340523", "510821"]),
    st.integers(0, 40_000).map(lambda days: date(1920, 1, 1) + timedelta(days)),
    st.integers(0, 999),
)
cards = st.from_regex(r"62\d{13,16}", fullmatch=True).map(card)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
words = st.text(alphabet="补贴发放到张某，。：（）\n 卡", max_size=12)


@given(identities)
def test_every_identity_number_is_known(number: str) -> None:
    assert is_identity_number(number)


@given(identities, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, position: int, more: int) -> None:
    digit = number[position]
    wrong = str((int(digit) + more) % 10) if digit.isdigit() else str(more)
    assert not is_identity_number(number[:position] + wrong + number[position + 1 :])


@given(st.from_regex(r"[0-9]{12,18}", fullmatch=True), st.integers(0, 9))
def test_luhn_takes_one_check_digit_of_ten(body: str, digit: int) -> None:
    assert passes_luhn(card(body))
    assert passes_luhn(body + str(digit)) == (card(body) == body + str(digit))


@given(words, st.one_of(identities, cards, mobiles), words)
def test_a_number_in_text_is_found_and_masked(before: str, number: str, after: str) -> None:
    text = f"{before}：{number}。{after}"
    found = list(find_personal(text))
    assert [(one.start, one.end) for one in found] == [(len(before) + 1, len(before) + 1 + len(number))]
    hidden = masked(text)
    assert number not in hidden
    assert len(hidden) == len(text)
    assert hidden.replace("*", "") == text.replace(number, number[:3] + number[-2:])


@given(st.text(max_size=60))
def test_text_without_a_number_stays_as_it_is(text: str) -> None:
    assert not list(find_personal(text)) or masked(text) != text
    if not any(character.isdigit() for character in text):
        assert masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "预算703,644.00元", "2026-2028年", "热线12345", "0769-22830000", "13800138000元", "13800138000.50",
        "项目代码：441900210230000000037", "编号13800138000", "东组通〔2021〕12号", "202601010000000000",
    ],
)  # fmt: skip
def test_what_is_no_personal_number(text: str) -> None:
    assert list(find_personal(text)) == []
    assert masked(text) == text


amounts = st.decimals(0, 10**9, places=2).map(lambda value: parse_amount(f"{value:f}元"))


@given(amounts, st.integers(0, 6))
def test_an_amount_agrees_with_itself_rounded(amount: Amount, places: int) -> None:
    wan = (amount.yuan / 10_000).quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")
    rounded = parse_amount(f"{wan:f}万元")
    assert rounds_to(amount, rounded)
    assert agree(amount, rounded)
    assert agree(rounded, amount)


@given(st.lists(amounts, min_size=1, max_size=12))
def test_a_sum_of_rounded_parts_lies_in_the_envelope(parts: list[Amount]) -> None:
    def rounded(yuan: Decimal) -> Amount:
        wan = (yuan / 10_000).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
        return parse_amount(f"{wan:f}万元")

    whole = rounded(sum((part.yuan for part in parts), Decimal(0)))
    printed = [rounded(part.yuan) for part in parts]
    added = sum((part.yuan for part in printed), Decimal(0))
    assert abs(added - whole.yuan) <= envelope([whole, *printed])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1,726,650元", "172.67万元", True), ("1,726,650元", "172.66万元", False), ("83,370元", "8.3370万元", True),
        ("12,500元", "1.2万元", False), ("12,500元", "1.3万元", True), ("27,700元", "27.7万元", False),
        ("0元", "0.00万元", True),
    ],
)  # fmt: skip
def test_two_printed_amounts(one: str, other: str, same: bool) -> None:
    assert agree(parse_amount(one), parse_amount(other)) is same
