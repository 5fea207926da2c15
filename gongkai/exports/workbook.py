"""Tables of the open data as one workbook: rows of departments as cells, each kind of value in its own form."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape

import yaml

from gongkai.exports.tables import BY_NAME, Table
from gongkai.exports.text import as_written
from gongkai.parts import Piece
from gongkai.workspace import built_in_layouts

SHEETS = ("disclosures", "department_targets", "tasks", "projects", "indicators")
"""The tables a year's workbook has, where they have rows."""
_EPOCH = date(1899, 12, 30)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST = 32_000
_HEAD, _MONEY, _DAY, _QUOTED = ' s="1"', ' s="2"', ' s="3"', ' s="4"'
"""Styles of cells; who edits a quoted text makes no formula of it."""
_STYLED = {"amount": _MONEY, "date": _DAY, "number": "", "integer": ""}


def workbook(tables: Mapping[str, Iterable[Piece]]) -> Iterator[bytes]:
    """The file in blocks, the same for the same rows; ``tables`` have a table's lines of CSV. After ECMA-376, part 1, 18."""
    with tempfile.TemporaryFile(prefix="gongkai-") as made:
        with zipfile.ZipFile(made, "w") as archive:
            for name, text in _frame([BY_NAME[name] for name in tables]):
                _put(archive, name, [text])
            for number, (name, pieces) in enumerate(tables.items(), 1):
                _put(archive, f"xl/worksheets/sheet{number}.xml", _sheet(BY_NAME[name], pieces))
        made.seek(0)
        while block := made.read(1 << 18):
            yield block


def _put(archive: zipfile.ZipFile, name: str, texts: Iterable[str]) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w") as target:
        for text in texts:
            target.write(text.encode())


def _frame(tables: list[Table]) -> Iterator[tuple[str, str]]:
    """What the file has besides its sheets, as ``layouts/shared/workbook.yaml`` says."""
    frame = yaml.load((built_in_layouts() / "shared/workbook.yaml").read_text("utf-8"), yaml.CSafeLoader)
    said = {
        name: "".join(text.format(number=number, title=table.title) for number, table in enumerate(tables, 1))
        for name, text in frame["each"].items()
    }
    return ((name, text.format(**said)) for name, text in frame["parts"].items())


def _sheet(table: Table, pieces: Iterable[Piece]) -> Iterator[str]:
    """The first row stays in sight; amounts and days are numbers, and no text is a formula."""
    letters = [_letters(number) for number in range(len(table.columns))]
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    yield f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="{len(letters)}" width="16"/></cols><sheetData>'
    heads = (
        _text(f"{letter}1", column.label, _HEAD)
        for letter, column in zip(letters, table.columns, strict=True)
    )
    yield f'<row r="1">{"".join(heads)}</row>'
    columns = [
        (letter, _STYLED.get(column.kind)) for letter, column in zip(letters, table.columns, strict=True)
    ]
    row = 1
    for piece in pieces:
        for cells in csv.reader(io.StringIO(piece.read().decode(), newline="")):
            row += 1
            found = [
                _cell(f"{at}{row}", kind, text)
                for (at, kind), text in zip(columns, cells, strict=True)
                if text
            ]
            yield f'<row r="{row}">{"".join(found)}</row>'
    yield f'</sheetData><autoFilter ref="A1:{letters[-1]}{row}"/></worksheet>'


def _cell(place: str, style: str | None, text: str) -> str:
    if style is None:
        return _text(place, as_written(text), _QUOTED if text[0] == "'" else "")
    value = (date.fromisoformat(text) - _EPOCH).days if style == _DAY else text
    return f'<c r="{place}"{style}><v>{value}</v></c>'


def _text(place: str, text: str, style: str = "") -> str:
    """A text; what XML cannot hold as Excel writes it, and no more than a cell can hold."""
    if len(text) > _MOST:
        text = f"{text[:_MOST]}…"
    text = _BARRED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(text, quote=False)}</t></is></c>'


def _letters(number: int) -> str:
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)
