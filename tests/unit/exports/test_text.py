"""CSV cells that a spreadsheet would run as a formula are told apart from texts, and nothing else is touched."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from handbook import restored

from gongkai.exports.tables import TABLES
from gongkai.exports.text import as_written, csv_body, csv_head, json_text, neutral

STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", "'", "''"])
def test_every_start_of_a_formula_is_made_text(start: str, before: str) -> None:
    text = f"{before}{start}1+1"
    assert neutral(text) == f"'{text}"
    assert restored(f"'{text}") == as_written(f"'{text}") == text
    (row,) = csv.reader(io.StringIO(csv_body([(text,)]).decode(), newline=""))
    assert row == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "民兵", "1=2", "a@b", "'引'", "（＝）", "3－5次", "≥95%"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == restored(text) == as_written(text) == text
    (row,) = csv.reader(io.StringIO(csv_body([(text, "x")]).decode(), newline=""))
    assert row == [text, "x"]


def test_cells_are_written_digit_by_digit_and_a_blank_is_no_zero() -> None:
    row = (None, Decimal("1E+3"), Decimal("0.10"), 0, True, date(2026, 2, 1), "甲,乙")
    assert csv_body([row]).decode() == ',1000,0.10,0,True,2026-02-01,"甲,乙"\r\n'
    assert csv_body([]) == b""


def test_the_head_has_the_mark_and_the_labels() -> None:
    table = TABLES[0]
    labels = ",".join(column.label for column in table.columns)
    assert csv_head(table) == b"\xef\xbb\xbf" + labels.encode() + b"\r\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": Decimal("1.10"), "b": [1, "甲\n"], "c": {}}, '{"a":1.10,"b":[1,"甲\\n"],"c":{}}'),
        ([], "[]"),
        ((None, True, False, date(2026, 2, 1)), '[null,true,false,"2026-02-01"]'),
        (Decimal("1E+3"), "1000"),
        ('"', '"\\""'),
    ],
)
def test_json_with_exact_numbers(value: object, text: str) -> None:
    assert json_text(value) == text


def test_what_has_no_json_is_a_bug() -> None:
    with pytest.raises(TypeError, match="set"):
        json_text({"a": {1}})
