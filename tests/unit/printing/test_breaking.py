"""Where lines may break: by examples, and pair by pair against another implementation of UAX 14."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uniseg.linebreak import line_break_units

from gongkai.printing.breaking import CLOSING, OPENING, class_of, halved, may_break, opportunities

ROOT = Path(__file__).parents[3]
EXAMPLES = (
    "总|体|绩|效|目|标",
    "培|训，|覆|盖|全|体。",
    "（一）|概|述",
    "《办|法》|（试|行）",
    "满|意|度|≥95%",
    "≥95%",
    "1,234.50|元",
    "¥1,234.50",
    "2026|年",
    "第|1|项",
    "Budget |2026",
    "and/|or",
    "（95%）",
    "小|学、|中|学",
    "完|成|率：|98%",
    "进|度:|98%",
    "8:30",
    "做|好“三|公”经|费",
    "多|项……|工|作",
    "甲|——|乙",
    "A4|纸",
    "50-60|人",
    "甲 |乙",
    "□|是 |■|否",
    "甲 ）",
)
"""Texts with a bar where a line may end."""


@pytest.mark.parametrize("marked", EXAMPLES)
def test_lines_end_where_readers_expect(marked: str) -> None:
    text = marked.replace("|", "")
    ends = list(accumulate(len(piece) for piece in marked.split("|")))[:-1]
    assert list(opportunities(text)) == ends


def by_uniseg(text: str) -> tuple[int, ...]:
    return tuple(accumulate(len(unit) for unit in line_break_units(text)))[:-1]


# Pairs on which the two differ: UAX 14 changed since the Pango that first set our tables, or they are in no text.
DEVIATIONS = {
    ("IS", "NU"): "a break after the colon before a number: 进度:|98%, as Pango sets it",
    ("NU", "OP"): "upright brackets are wide",
    ("AL", "OP"): "upright brackets are wide",
    ("ID", "OP"): "√ and ☑ are letters of European texts there, and upright brackets are not wide",
    ("BA", "AL"): "word-initial hyphens (LB 20a)",
    ("BA", "ID"): "word-initial hyphens (LB 20a)",
    ("HY", "AL"): "word-initial hyphens (LB 20a)",
    ("HY", "ID"): "word-initial hyphens (LB 20a)",
    ("BA", "GL"): "a hyphen and a no-break space (LB 12a)",
    ("HY", "GL"): "a hyphen and a no-break space (LB 12a)",
    ("SP", "GL"): "a word joiner after a space",
    ("SP", "QU"): "a closing quotation mark after a space (LB 15b)",
    ("ZW", "SP"): "a space after a place to break, which takes no room",
    ("ZW", "ZW"): "two places to break",
}
CHARACTERS = (
    "国的龘𠮷□■√☑①aZéα#*=@_~ \u200b\xa0\u2060!?！？\"'«»“”‘’([{（［｛〈《「『【〔︵)]}、。〉》」』】〕），．］｝,.:;-/"
    "0189\t|‐–\u3000—․‥…⋯々〻：；・ぁァー$+￥￡−№%‰℃％"
)


@pytest.mark.parametrize("before", CHARACTERS)
def test_pairs_break_as_another_implementation_says(before: str) -> None:
    differing = {
        (class_of(before), class_of(after))
        for after in CHARACTERS
        if opportunities(before + after) != by_uniseg(before + after)
    }
    assert differing <= DEVIATIONS.keys()


def texts_of_the_records() -> list[str]:
    files = sorted((ROOT / "content").rglob("*.yaml"))
    return sorted({line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines()})


def test_real_texts_break_as_another_implementation_says() -> None:
    """But for quotation marks, which have no breaks at them here, and have in Chinese text since Unicode 16 (LB 19a)."""
    texts = texts_of_the_records()
    assert len(texts) > 500
    for text in texts:
        for place in set(opportunities(text)) ^ set(by_uniseg(text)):
            assert "QU" in (class_of(text[place - 1]), class_of(text[place])), (text, place)


@given(st.text(st.sampled_from(CHARACTERS), max_size=30))
def test_places_are_inside_the_text_in_order_and_not_before_a_closing_mark(text: str) -> None:
    places = opportunities(text)
    assert list(places) == sorted(set(places)) and all(0 < place < len(text) for place in places)
    for place in places:
        assert text[place] not in "，。、；）》”" or text[place - 1] in "\u200b "


def test_a_character_outside_the_table_is_an_ideograph_or_a_letter() -> None:
    assert class_of("滘") == class_of("𬱖") == "ID" and class_of("ß") == "AL"
    assert may_break("滘", "𬱖") and not may_break("ß", "a")


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
