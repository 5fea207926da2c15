"""Text as readers see it: inline tags hide nothing, other tags part, a name is found however it is written."""

from __future__ import annotations

import pytest

from gongkai.privacy.markup import APART, as_seen, as_written, may_hold, parted, plain


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("138<b>0013</b>8000", "13800138000"),
        ("138<SPAN class='a'>0013</Span\n>8000", "13800138000"),
        ("138<!-- x -->0013", "1380013"),
        ("138<!--\n-->0013", "1380013"),
        ("<td>138</td>0013", f"{APART}138{APART}0013"),
        ("a<br>b<bogus>", f"a{APART}b{APART}"),
        ("&#49;3&amp;<5万元", "13&<5万元"),
        ("<!DOCTYPE html>甲", f"{APART}甲"),
    ],
)
def test_what_a_reader_sees(html: str, seen: str) -> None:
    assert as_seen(html) == seen


def test_links_in_a_row_are_not_one_text() -> None:
    assert parted("<a>138</a><b>0013</b>&lt;") == f"{APART}138{APART}{APART}0013{APART}<"


@pytest.mark.parametrize(("text", "letters"), [(" Ａb-1_，甲 乙", "AB1甲乙"), ("“”", ""), ("①", "1")])
def test_letters_and_digits_alone(text: str, letters: str) -> None:
    assert plain(text) == letters


@pytest.mark.parametrize(
    ("name", "text", "is_there"),
    [
        ("甲A1项目", "甲a１ 项-目", True),
        ("甲A1项目", "《甲“ａ”1（项目）》", True),
        ("甲A1项目", f"甲A1{APART}项目", False),
        ("甲A1项目", "甲A1子项目", False),
        ("甲.目", "甲乙目", False),
        ("A1", "X1", False),
    ],
)
def test_a_name_however_it_is_written(name: str, text: str, is_there: bool) -> None:
    assert bool(as_written(name).search(text)) is is_there


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("<p>13800138000</p>", True),
        ("１３８００１３８０００", True),
        ("1380013800", False),
        ("1234567890年1", False),
        ("138<b>0013</b>8000", True),
        ("138<b class='x'>0013</b>8000", True),
        ("138&nbsp;0013&nbsp;8000", True),
        ("138<td>0013</td>8000", False),
        ("1380&nbsp;013800", False),
        ("000&nbsp;1<!--x-->380013&#45;8000", True),
        ("年龄9岁", True),
        ("家住东城", True),
        ("2026年", False),
        ("&#34;&#61;2026", False),
        ("&#65;", False),
        ("&#x39;", True),
    ],
)
def test_the_look_at_bytes(text: str, may: bool) -> None:
    assert may_hold(text.encode()) is may
