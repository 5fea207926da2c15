"""Marks that meet, and those that may stand beyond a line's edge."""

import pytest

from gongkai.printing.punctuation import CLOSING, OPENING, halved


@pytest.mark.parametrize(
    "text, places",
    [
        ("甲，乙", ()),
        ("甲，“乙", (1,)),
        ("甲）。", (1,)),
        ("（《甲》）", (0, 3)),
        ("”）。", (0, 1)),
        ("甲“（", (1,)),
        ("……——", ()),
        ("", ()),
    ],
)
def test_the_first_of_two_marks_is_halved(text, places):
    assert halved(text) == places


def test_no_mark_both_opens_and_closes():
    assert not OPENING & CLOSING
