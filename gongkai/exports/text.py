"""Rows as CSV and JSON text: CSV that no spreadsheet runs as a formula, JSON with exact numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import simplejson
from simplejson.raw_json import RawJSON

from gongkai.exports.tables import Table
from gongkai.exports.values import Row, Value

BOM = b"\xef\xbb\xbf"
"""What tells Excel that a CSV is UTF-8."""
# A text that begins like this is run by one spreadsheet or another; the wide signs by East Asian ones.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_STARTS = frozenset("'=+-@\t\r\n＝＋－＠")
# Text inside a script element ends at "</"; a line separator would end a string in old browsers.
_UNSAFE = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def neutral(text: str) -> str:
    """A text that a spreadsheet would run gets one ``'`` in front; so does one that already looks like such a text.

    Who takes one ``'`` off such a cell has the text as written, always.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def as_written(cell: str) -> str:
    """The text of a cell of CSV, without what ``neutral`` put before it."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def csv_head(table: Table) -> bytes:
    """The byte order mark and the line of column labels."""
    return BOM + csv_lines([tuple(column.label for column in table.columns)])


def csv_body(rows: Iterable[Row]) -> bytes:
    """The lines of rows, to be put one part behind the other; a blank is an empty cell, never 0."""
    return csv_lines(tuple(map(_cell, row)) for row in rows)


def csv_lines(rows: Iterable[tuple[str | int, ...]]) -> bytes:
    """Lines of cells as they are to stand there."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return neutral(value) if value[:1] in _STARTS else value
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def json_text(value: Any) -> str:
    """JSON in one line; a Decimal is written digit by digit (the standard library would need a float)."""
    return simplejson.dumps(
        value, ensure_ascii=False, separators=(",", ":"), use_decimal=False, default=_encoded
    )


def _encoded(value: Decimal | date) -> RawJSON | str:
    return RawJSON(f"{value:f}") if isinstance(value, Decimal) else date.isoformat(value)


def script_text(value: object) -> str:
    """A value as JSON that may stand in a script, in a file or in a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
