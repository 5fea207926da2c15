"""What readers take as the same is found by the same keys: an amount by 元, by 万元 and as forms print it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.amounts import parse_amount
from gongkai.search.normal import bucket, hashed_key, money_in, money_of, normalise, plain


def found(typed: str, amount: str) -> bool:
    """Whether an amount field is found by what a reader types: exactly, or as 万元 with two decimals."""
    keys = set(money_of(parse_amount(amount)))
    exact = set(money_in(normalise(typed)))
    rounded = {
        hashed_key("~" + plain(Decimal(number)))
        for number in [normalise(typed).removesuffix("万元")]
        if normalise(typed).endswith("万元")
    }
    return bool(keys & (exact | rounded))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("83370元", "83,370.00"),
        ("８３，３７０．００元", "8.337万元"),
        ("8.337万元", "83,370.00元"),
        ("8.34万元", "83,370.00元"),
        ("0.13万元", "1250元"),
        ("1172.47万元", "11,724,700"),
        ("1.5亿元", "15000万元"),
    ],
)
def test_an_amount_is_found_however_it_is_typed(typed: str, amount: str) -> None:
    assert found(typed, amount)


@pytest.mark.parametrize(
    ("typed", "amount"), [("8.33万元", "83,370"), ("83371元", "83,370"), ("0.12万元", "1250元"), ("0元", "0")]
)
def test_another_amount_is_not(typed: str, amount: str) -> None:
    assert not found(typed, amount)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("“阳光 热线”，１,１７２.47万元", "阳光热线,1172.47万元"),
        ("A\u3000b", "ab"),
        ("㎡X", "m2x"),
        ("1,23", "1,23"),
        ("1,2345", "1,2345"),
        ("12,345,678", "12345678"),
        ("甲\n乙\t丙", "甲\n乙\n丙"),
    ],
)
def test_one_writing(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("number", "text"), [("1172.470", "1172.47"), ("100", "100"), ("100.00", "100"), ("1E+3", "1000")]
)
def test_digits_without_zeros_that_say_nothing(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_keys_are_two_private_characters_evenly_spread() -> None:
    keys = [hashed_key(str(number)) for number in range(20_000)]
    assert all(len(key) == 2 and all("\ue000" <= one <= "\uf8ff" for one in key) for key in keys)
    assert len(set(keys)) > 19_980
    assert len({bucket(key) for key in keys}) == 2048


@pytest.mark.parametrize(
    ("text", "key", "number"),
    [
        ("=83370", "\ue03d\uf737", 1282),
        ("~8.34", "\uf286\ue012", 539),
        ("民兵", "\uf619\uf4be", 1985),
        ("a", "\ue6be\ueaef", 1721),
    ],
)
def test_keys_and_buckets_are_those_of_every_index_that_is_published(
    text: str, key: str, number: int
) -> None:
    """``search-normal.js`` works them out again in the browser."""
    assert hashed_key(text) == key
    assert bucket(key) == number


@pytest.mark.parametrize(("amount", "keys"), [("83370", 2), ("20000", 1), ("40", 1), ("50", 2), ("0", 0)])
def test_an_amount_has_a_second_key_only_where_ten_thousands_are_rounded(amount: str, keys: int) -> None:
    assert len(set(money_of(parse_amount(amount)))) == keys


def test_money_of_nothing_has_no_key() -> None:
    assert list(money_in("0元，0.00万元，5人")) == []
    assert list(money_in("5元与5.50万元")) == [hashed_key("=5"), hashed_key("=55000")]
    assert list(money_of(parse_amount("83,370元"))) == [hashed_key("=83370"), hashed_key("~8.34")]
