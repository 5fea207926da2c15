"""Values read from foreign tables: an amount is in the nearest unit that is stated, and in no other."""

from __future__ import annotations

import pytest

from gongkai.exchange.values import read_value


@pytest.mark.parametrize(
    ("text", "units", "value"),
    [
        ("27.70", ("万元", "元"), "27.70万元"),
        ("27.70", ("元", "万元"), "27.70元"),
        ("27.70", (None, "万元"), "27.70万元"),
        ("27.70", (None, None, "亿元"), "27.70亿元"),
        ("27.70元", ("万元",), "27.70元"),
        ("27.70万元", ("元", "元"), "27.70万元"),
        ("￥27，700。", ("元",), "27,700元"),
    ],
)
def test_the_nearest_unit_that_is_stated(text: str, units: tuple[str | None, ...], value: str) -> None:
    assert read_value(text, "amount", units) == (value, "")


def test_without_any_unit_no_amount_is_read() -> None:
    value, reason = read_value("27.70", "amount", (None, None))
    assert value is None and "单位" in reason


@pytest.mark.parametrize("text", ["/", "—", "八万", "5美元", "-5"])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    value, reason = read_value(text, "amount", ("元",))
    assert value is None
    assert reason


@pytest.mark.parametrize(
    ("text", "kind", "value", "doubt"),
    [
        ("2026年度", "year", "2026", ""),
        ("2026.0", "year", "2026", ""),
        ("26年", "year", None, "不是四位数的年份"),
        ("1899年", "year", None, "不是四位数的年份"),
        ("10分", "number", "10", "原文是“10分”"),
        ("10", "number", "10", ""),
        ("十", "count", None, "不是数字"),
        ("甲\n乙", "line", "甲乙", ""),
    ],
)
def test_other_kinds(text: str, kind: str, value: str | None, doubt: str) -> None:
    assert read_value(text, kind, ()) == (value, doubt)
