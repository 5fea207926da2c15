"""CSV cells that a spreadsheet would run as a formula are told apart from texts, and nothing else is touched."""

from __future__ import annotations

import csv
import io

import pytest

from gongkai.exports.text import csv_body, neutral, restored

STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", "'", "''"])
def test_every_start_of_a_formula_is_made_text(start: str, before: str) -> None:
    text = f"{before}{start}1+1"
    assert neutral(text) == f"'{text}"
    assert restored(f"'{text}") == text
    (row,) = csv.reader(io.StringIO(csv_body([(text,)]).decode(), newline=""))
    assert row == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "民兵", "1=2", "a@b", "'引'", "（＝）", "3－5次", "≥95%"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == restored(text) == text
    (row,) = csv.reader(io.StringIO(csv_body([(text, "x")]).decode(), newline=""))
    assert row == [text, "x"]
