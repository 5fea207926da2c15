"""Indicator values: every way of writing a comparison is read as what it says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.targets import Target, parse_target, sign_of

SIGNS = {
    "≥": "≥ >= => 不低于 不少于 至少 大于等于",
    "≤": "≤ <= =< 不高于 不超过 不多于 至多 小于等于",
    ">": "> 大于 超过 高于",
    "<": "< 小于 低于 少于",
    "=": "=",
    "≈": "约 ≈",
}
TAILS = {"≥": "及以上 或以上 以上", "≤": "及以下 或以下 以内 以下"}


@pytest.mark.parametrize(
    ("written", "read"), [(one, sign) for sign, words in SIGNS.items() for one in words.split()]
)
def test_a_sign_or_word_in_front(written: str, read: str) -> None:
    text = f"{written}95%"
    assert parse_target(text) == Target(text, read, Decimal(95), "%")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "read"), [(one, sign) for sign, words in TAILS.items() for one in words.split()]
)
def test_a_word_behind_counts_its_own_number_in(written: str, read: str) -> None:
    """以内 and 以下 hold for the number itself: ≤, not <."""
    text = f"30天{written}"
    assert parse_target(text) == Target(text, read, Decimal(30), "天")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "comparator", "number", "unit"),
    [
        ("95%", None, "95", "%"),
        ("=4次", "=", "4", "次"),
        ("约300人次", "≈", "300", "人次"),
        ("1000元/人/月", None, "1000", "元/人/月"),
        ("≥1,000.50万元", "≥", "1000.50", "万元"),
        (" ≥ 95 % ", "≥", "95", "%"),
        ("５（人）", None, "5", "人"),
        ("90%及以上", "≥", "90", "%"),
        ("2026", None, "2026", None),
        ("2026次", None, "2026", "次"),
        ("1899年", None, "1899", "年"),
    ],
)
def test_comparator_number_and_unit(text: str, comparator: str | None, number: str, unit: str | None) -> None:
    assert parse_target(text) == Target(text.strip(), comparator, Decimal(number), unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["良好", "2026年全年", "1999年", "2026年12月", "3～5次", "3-5次", "≥90%以上", "", "1,23", "约"]
)
def test_what_cannot_be_read_is_kept_as_text_only(text: str) -> None:
    found = parse_target(text)
    assert found == Target(text)
    assert found.number is None
    assert str(found) == text


def test_what_is_read_is_no_quality() -> None:
    assert parse_target("0").number is not None


@pytest.mark.parametrize(
    ("written", "sign"),
    [
        ("等于", "="),
        ("大于等于", "≥"),
        ("小于", "<"),
        ("＞＝", "≥"),
        ("定性", None),
        ("", None),
        (None, None),
    ],
)
def test_the_sign_that_a_nature_names(written: str | None, sign: str | None) -> None:
    assert sign_of(written) == sign
