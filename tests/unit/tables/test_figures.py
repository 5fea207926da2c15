"""Numbers as pages show them: the unit that suits, halves rounded up, nothing for what is not stated."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.amounts import parse_amount
from gongkai.tables.figures import (
    Bar,
    Step,
    as_stated,
    bars,
    file_size,
    grouped,
    lengths,
    plain,
    readable,
    share,
    shortened,
    steps,
    yuan,
)


@pytest.mark.parametrize(
    ("value", "like", "shown"),
    [
        ("231000000", None, ("2.31", "亿元")),
        ("100000000", None, ("1", "亿元")),
        ("99999999", None, ("10,000", "万元")),
        ("10000", None, ("1", "万元")),
        ("9999.99", None, ("9,999.99", "元")),
        ("12450", None, ("1.25", "万元")),  # half up; to even it would be 1.24
        ("-20000", None, ("-2", "万元")),
        ("0.004", None, ("0", "元")),
        ("0.004", "1", ("0", "元")),
        ("500000", "100000000", ("0.01", "亿元")),
        ("499999", "100000000", ("50", "万元")),  # beside 亿元 it would look like nothing
        ("0", "100000000", ("0", "亿元")),
        (None, None, ("0", "元")),
        (None, "10000", ("0", "万元")),
    ],
)
def test_an_amount_at_a_glance(value: str | None, like: str | None, shown: tuple[str, str]) -> None:
    assert readable(value and Decimal(value), like and Decimal(like)) == shown  # type: ignore[arg-type]


def test_amounts_in_full_and_as_stated() -> None:
    assert (yuan(Decimal("83370.00")), yuan(Decimal("0.5")), yuan(None), yuan(Decimal(0))) == (
        "83,370",
        "0.5",
        "",
        "0",
    )
    assert as_stated(parse_amount("999.81万元")) == ("999.81", "万元")
    assert as_stated(parse_amount("83,370.00")) == ("83,370", "元")


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 3, "33.3%"), (1, 2000, "0.1%"), (1, 2001, "0.0%"), (Decimal("3.42"), 10, "34.2%"), (1, 0, ""), (0, 5, "0.0%"), (5, 5, "100.0%")],
)  # fmt: skip
def test_a_share_is_rounded_half_up(part: int | Decimal, whole: int, shown: str) -> None:
    assert share(part, whole) == shown


@pytest.mark.parametrize(("text", "shown"), [("83370", "83,370"), ("-1234.50", "-1,234.50"), ("1,234", "1,234"), ("约5", "约5"), ("5.", "5.")])  # fmt: skip
def test_plain_numbers_get_separators(text: str, shown: str) -> None:
    assert grouped(text) == shown


def test_digits_that_say_something() -> None:
    assert [plain(Decimal(one)) for one in ("98.50", "100", "1E+2")] == ["98.5", "100", "100"]


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "1 KB"), (1024, "1 KB"), (38 * 1024, "38 KB"), (1_023_999, "1000 KB"), (1_024_000, "1.0 MB"), (1258291, "1.2 MB"), (104_857_600, "100.0 MB")],
)  # fmt: skip
def test_sizes_of_files(count: int, shown: str) -> None:
    assert file_size(count) == shown


def test_bars_on_one_scale_in_one_unit() -> None:
    values = [Decimal(20_000), None, Decimal(50_000), Decimal(1)]
    assert bars("甲乙丙丁", values, "金额") == [
        Bar("甲", Decimal(20_000), "2 万元", "40"),
        Bar("丙", Decimal(50_000), "5 万元", "100"),
        Bar("丁", Decimal(1), "1 元", "0"),
    ]
    assert [one.text for one in bars("甲乙", [Decimal(500_000), Decimal(10**8)], "金额")] == [
        "0.01 亿元",
        "1 亿元",
    ]
    assert bars(["甲"], [3], "个") == [Bar("甲", Decimal(3), "3 个", "100")]
    assert bars([], [], "个") == []


def test_lengths_of_bars() -> None:
    assert lengths([Decimal(1), None, Decimal(3), Decimal(-5), Decimal(0)]) == ["33.33", "0", "100", "0", "0"]
    assert lengths([Decimal(2), Decimal(300)]) == ["0.67", "100"]
    assert lengths([Decimal(-1), None]) == ["0", "0"]
    assert lengths([Decimal(1), Decimal(800)]) == ["0.13", "100"]  # half up; to even it would be 0.12
    assert lengths([]) == []


def test_more_to_the_right_and_less_to_the_left() -> None:
    values = [Decimal(10_000), Decimal(-40_000), Decimal(0), Decimal(20_000)]
    assert steps("甲乙丙丁", values, 2) == [
        Step("乙", "−4 万元", "0.00", "50.00"),
        Step("丁", "+2 万元", "50.00", "25.00"),
    ]
    assert steps("甲乙丙丁", values, 9)[2] == Step("甲", "+1 万元", "50.00", "12.50")
    texts = [one.text for one in steps("甲乙丙", [Decimal("0.5"), Decimal(500_000), Decimal(-(10**8))], 3)]
    assert texts == ["−1 亿元", "+0.01 亿元", "+0.50 元"]
    assert steps([], [], 5) == []


def test_labels_that_fit() -> None:
    assert [shortened("民兵事业费", most) for most in (6, 5, 4)] == ["民兵事业费", "民兵事业费", "民兵事…"]
