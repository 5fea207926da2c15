"""Cells as people see them: the format's literals and decimals, and never fewer digits than the value has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from gongkai.exchange.number_formats import BUILT_IN, shown, shown_number

EPOCH = datetime(1899, 12, 30)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.95, "0%", "95%"),
        (0.955, "0%", "95.5%"),  # what the format hides is kept
        (0.95, "0.00%", "95.00%"),
        (27700, "#,##0.00", "27,700.00"),
        (27700.125, "#,##0.00", "27,700.125"),
        (27700, "#,##0", "27,700"),
        (27700.5, "General", "27700.5"),
        (0.1 + 0.2, "General", "0.3"),
        (5, '0"人次"', "5人次"),
        (5, "0元", "5元"),
        (5, '"约"0\\次', "约5次"),
        (5, '[红色][$-804]"约"0;-0', "约5"),
        (-5, "0.0;[Red]-0.0", "-5.0"),
        (5, "@", "5"),
        (1e20, "0.00", "100000000000000000000"),
        (float("inf"), "0.00", "inf"),
        (1e-7, "General", "0.0000001"),
        (1000, "General", "1000"),
    ],
)
def test_numbers(value: float, number_format: str, text: str) -> None:
    assert shown_number(value, number_format) == text
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (46053, "yyyy-mm-dd", "2026-01-31"),
        (46053, BUILT_IN[27], "2026年1月"),
        (46053, BUILT_IN[31], "2026年1月31日"),
        (46053, 'yyyy"年"', "2026年"),
        (46053.5, "yyyy-mm-dd hh:mm", "2026-01-31 12:00"),
        (46053 + 1 / 96, "yyyy-mm-dd hh:mm", "2026-01-31 00:15"),
        (1e9, "yyyy-mm-dd", "1000000000"),
        (0.5, "hh:mm", "12:00:00"),
    ],
)
def test_dates(value: float, number_format: str, text: str) -> None:
    assert shown(value, number_format, EPOCH) == text
    assert shown(value, number_format) == shown_number(value, number_format)  # no day to count from


@pytest.mark.parametrize(
    ("value", "text"), [(True, "TRUE"), (False, "FALSE"), ("甲", "甲"), (5, "5"), (46053, "46053")]
)
def test_other_values(value: Any, text: str) -> None:
    assert shown(value) == text
    assert shown(value, "", EPOCH) == text


def test_a_workbook_may_count_from_another_day() -> None:
    assert shown(46053 - 1462, "yyyy-mm-dd", datetime(1904, 1, 1)) == "2026-01-31"
