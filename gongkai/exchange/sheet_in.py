"""A filled spreadsheet of a form → its records, exactly: unchanged cells keep what the record had, inserted rows count."""

from __future__ import annotations

import io
import json
import logging
import re
import traceback
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.exchange.binding import MAP_SHEET, MAP_VERSION, SPARE, keys_for, put_at, value_at
from gongkai.exchange.guard import kind_of
from gongkai.exchange.read_excel import safe_package, shown, tell_formulas
from gongkai.exchange.tables import RawDocument, clean
from gongkai.exchange.values import read_value, split_composite
from gongkai.problems import Severity
from gongkai.reading.forms import Form
from gongkai.reading.source import Path_, parse_yaml
from gongkai.reading.vocabulary import without_rows

log = logging.getLogger("gongkai")
_ROW = re.compile(r"((?:own\.)?\w+)\.(\d+)\.")
"""A row of a list: the list, and the number of the row."""
_LEVEL = re.compile(r"\.(level[12])$")
_LEVEL_KEYS = ("一级指标", "二级指标")


@dataclass
class SheetRecord:
    """One record of a sheet: its file name ("" for a new one), kind, and YAML data."""

    slug: str
    kind: str
    data: dict[str, Any]
    counts: dict[str, int] = field(default_factory=dict)
    """How many rows each of its lists has; rows beyond are there to be filled in."""
    cells: dict[Path_, str] = field(default_factory=dict)
    """Where each field stands: the sheet, a blank, the cell."""


@dataclass
class _Entry:
    """A mapped cell: its fields, kind, prefix, the text it was written with, and where it is now."""

    name: str
    targets: list[tuple[str, str]]
    kind: str
    prefix: str
    shown: str
    sheet: str = ""
    row: int = 0
    column: int = 0


def is_form_sheet(raw: bytes) -> bool:
    """Whether the workbook is a spreadsheet of a form (it has the hidden map)."""
    return raw.startswith(b"PK") and MAP_SHEET.encode() in _workbook_xml(raw)


def _workbook_xml(raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)).open("xl/workbook.xml") as stream:
            return stream.read(1_000_000)
    except (EOFError, KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        return b""


def read_sheet(
    raw: bytes, forms: Mapping[str, Form], document: RawDocument
) -> tuple[Form | None, list[SheetRecord]]:
    """The records of a form's spreadsheet; ``document`` takes what is wrong and which cells were not read."""
    safe = safe_package(raw, document) if kind_of(raw, "xlsx", document) == "xlsx" else None
    if safe is None:
        return None, []
    form = None
    try:
        book = openpyxl.load_workbook(io.BytesIO(safe[0]), data_only=True)
        if safe[2]:
            tell_formulas(safe[0], book, document)
        maker, version, name = (str(book[MAP_SHEET].cell(1, column).value) for column in (1, 2, 3))
        form = forms.get(name)
        if (maker, version) == ("gongkai", MAP_VERSION) and form is not None:
            return form, _Reader(book, form, forms, document).read()
        message = f"这张表用的表式“{name}”这里没有，或是别的版本写的"
        document.tell("sheet", message, "请用本机的 sheet 命令重新生成空白表。")
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # openpyxl raises whatever the broken part of the file makes it raise; and the map is data of ours in a file
        # of somebody else's: damaged, it can say anything.
        log.debug("%s", traceback.format_exc())
        message = f"表格损坏，或里面隐藏的对照表被改动过，读不了（{type(error).__name__}）"
        document.tell("damaged", message, "请用 sheet 命令重新生成空白表，把内容抄过去。")
        return form, []
    return None, []


class _Reader:
    """Reads one workbook back."""

    def __init__(self, book: Workbook, form: Form, forms: Mapping[str, Form], document: RawDocument) -> None:
        self.book, self.form, self.forms, self.document = book, form, forms, document
        self.entries: list[_Entry] = []
        self.records: dict[str, SheetRecord] = {}
        self.labels: set[str] = set()
        self.done: set[tuple[str, int, int]] = set()

    def read(self) -> list[SheetRecord]:
        self._read_map()
        self._place()
        self._insert_rows()
        for entry in self.entries:
            self._take(entry)
        self._strays()
        for record in self.records.values():
            _tidy(record)
        return [record for record in self.records.values() if record.data or record.slug == "" == record.kind]

    # -- the map ------------------------------------------------------------------------------

    def _read_map(self) -> None:
        lines: list[list[str]] = []
        sheet = self.book[MAP_SHEET]
        for number in sorted({number for number, _ in sheet._cells if number > 1}):
            row = [sheet.cell(number, column).value for column in (1, 2, 3, 4)]
            texts = [_unmarked(value) for value in row]
            if row[0] == "+":
                for column in (1, 2, 3):
                    lines[-1][column] += texts[column]
            elif row[0]:
                lines.append(texts)
        for kind, *rest in lines:
            if kind == "cell":
                targets, field_kind, prefix = json.loads(rest[1])
                pairs = [(str(record), str(path)) for record, path in targets]
                self.entries.append(_Entry(rest[0], pairs, field_kind, prefix, rest[2]))
            elif kind == "record":
                slug, record_kind, counts = json.loads(rest[0])
                parsed = parse_yaml(rest[1].encode(), self.document.file)[0] if rest[1] else None
                data = parsed.data if parsed and isinstance(parsed.data, dict) else {}
                self.records[slug] = SheetRecord(slug, record_kind, dict(data), counts)
            elif kind == "labels":
                self.labels = set(json.loads(rest[0]))

    def _place(self) -> None:
        """Where each named cell is now; names move with rows that are inserted or deleted."""
        gone = 0
        for entry in self.entries:
            name = self.book.defined_names.get(entry.name)
            places = (
                list(name.destinations) if name is not None and "#REF" not in (name.attr_text or "") else []
            )
            if not places or places[0][0] not in self.book.sheetnames:
                gone += 1
                continue
            entry.sheet, address = places[0]
            cell = self.book[entry.sheet][address.replace("$", "")]
            entry.row, entry.column = cell.row, cell.column
            self.done.add((entry.sheet, entry.row, entry.column))
        if gone:
            self.document.tell(
                "sheet",
                f"表里有 {gone} 个格子被删掉了，这些内容按空白读",
                "如果不是有意删的，请重新生成表格。",
                Severity.WARNING,
            )

    # -- cells --------------------------------------------------------------------------------

    def _text(self, sheet: str, row: int, column: int) -> str:
        cell = self.book[sheet].cell(row, column)
        text = shown(cell.value, cell.number_format.replace("@", "General")) if cell.value is not None else ""
        return _unescaped(text).replace("\r\n", "\n").replace("\r", "\n").strip()

    def _take(self, entry: _Entry) -> None:
        text = self._text(entry.sheet, entry.row, entry.column) if entry.sheet else ""
        unchanged = text == entry.shown.replace("\r\n", "\n").replace("\r", "\n").strip()
        for slug, path in entry.targets:
            record = self._record(slug)
            where = f"{entry.sheet} {_address(entry.row, entry.column)}" if entry.sheet else ""
            if where:
                record.cells[keys_for(self._form(path), path)] = where
            spare = (
                self._is_spare(record, path)
                or slug.startswith(SPARE)
                or (not record.counts and not record.data)
            )
            if unchanged and not (spare and text):
                continue
            bare = text.removeprefix(entry.prefix).strip() if entry.prefix else text
            if entry.prefix and not text.startswith(entry.prefix):
                bare = re.sub(r"^指标\s*\d+\s*[:：]\s*", "", text)
            self._put(record, path, bare, entry.kind, where)

    def _record(self, slug: str) -> SheetRecord:
        if slug not in self.records:
            self.records[slug] = SheetRecord("" if slug.startswith(SPARE) else slug, "project", {})
        return self.records[slug]

    def _is_spare(self, record: SheetRecord, path: str) -> bool:
        found = _ROW.match(path)
        return bool(found) and int(found[2]) >= record.counts.get(str(keys_for(self._form(path), path)[0]), 0)  # type: ignore[index]

    def _form(self, path: str) -> Form:
        """The form that knows the path: this one, or the project form of a document."""
        for form in (self.form, *self.forms.values()):
            try:
                keys_for(form, path)
            except (KeyError, StopIteration, AssertionError):
                continue
            return form
        return self.form

    def _put(self, record: SheetRecord, path: str, text: str, kind: str, where: str) -> None:
        form = self._form(path)
        keys = keys_for(form, path)
        if not text:
            if value_at(record.data, keys) is not None:
                put_at(record.data, keys, None)
            return
        if kind == "list":
            rows, rest = split_composite(text)
            record.data[str(keys[0])] = rows
            for part in rest:
                self.document.set_aside(where, part, "这一段指标的写法不认识")
            return
        style = form.amount_style(without_rows(path))
        value, doubt = read_value(clean(text) if kind != "rich" else text, kind, (style.unit,))
        if value is None:
            self.document.set_aside(where, text, doubt)
            self.document.tell("value", f"{where} 的“{text[:40]}”{doubt}", "请改正后重新导入。")
            return
        put_at(record.data, keys, value)

    # -- what was added -----------------------------------------------------------------------

    def _insert_rows(self) -> None:
        """Rows put in between: their cells mean what the cells of the row above mean, one row on."""
        listed: dict[str, dict[int, list[_Entry]]] = {}
        for entry in self.entries:
            if entry.sheet and _ROW.match(entry.targets[0][1]):
                listed.setdefault(entry.sheet, {}).setdefault(entry.row, []).append(entry)
        for name, rows in listed.items():
            # Only cells that are there: one stray character far out would make all those before it.
            places = [place for place in self.book[name]._cells if min(rows) < place[0] <= max(rows) + 1]
            unread = {row for row, column in places if (name, row, column) not in self.done and self._text(name, row, column) not in ("", *self.labels)}  # fmt: skip
            for row in sorted(unread - rows.keys(), reverse=True):
                self._insert(row, rows[max(above for above in rows if above < row)])

    def _insert(self, row: int, above: list[_Entry]) -> None:
        for start in dict.fromkeys(_ROW.match(entry.targets[0][1])[1] for entry in above):  # type: ignore[index]
            mine = [entry for entry in above if entry.targets[0][1].startswith(f"{start}.")]
            if not any(self._text(entry.sheet, row, entry.column) for entry in mine):
                continue
            slug, path = next((one for one in mine if not _LEVEL.search(one.targets[0][1])), mine[0]).targets[
                -1
            ]
            number = int(path.removeprefix(f"{start}.").partition(".")[0])
            record, key = self._record(slug), str(keys_for(self._form(path), path)[0])
            rows = record.data.get(key, [])
            if number < len(rows):
                rows.insert(
                    number + 1, {level: rows[number][level] for level in _LEVEL_KEYS if level in rows[number]}
                )
                record.counts[key] += 1
            for entry in self.entries:
                moved = [
                    (one, _row_on(path, start, number) if one == slug else path)
                    for one, path in entry.targets
                ]
                beside = [(slug, f"{start}.{number + 1}.{_LEVEL.search(path)[1]}") for one, path in entry.targets if one == slug and re.fullmatch(rf"{start}\.{number}\.level[12]", path)]  # type: ignore[index]  # fmt: skip
                entry.targets = moved + beside
            for entry in mine:
                inner = entry.targets[0][1].removeprefix(f"{start}.").partition(".")[2]
                if not _LEVEL.search(f".{inner}") or self._text(entry.sheet, row, entry.column):
                    new = _Entry("", [(slug, f"{start}.{number + 1}.{inner}")], entry.kind, entry.prefix, "", entry.sheet, row, entry.column)  # fmt: skip
                    self.entries.append(new)
                    self.done.add((entry.sheet, row, entry.column))

    def _strays(self) -> None:
        """Texts in cells that belong to no field and are no label of the form."""
        for sheet in self.book.worksheets:
            if sheet.title == MAP_SHEET:
                continue
            for (row, column), cell in sorted(sheet._cells.items()):
                if cell.value is None or (sheet.title, row, column) in self.done:
                    continue
                text = self._text(sheet.title, row, column)
                if text and text not in self.labels and not self._is_caption(sheet, row):
                    self.document.set_aside(
                        f"{sheet.title} {cell.coordinate}", text, "这个格子不对应任何一项"
                    )
                    self.document.tell(
                        "sheet",
                        f"{sheet.title} {cell.coordinate} 的“{text[:40]}”不对应任何一项，没有读",
                        "请写到对应的格子里。",
                        Severity.WARNING,
                    )

    def _is_caption(self, sheet: Worksheet, row: int) -> bool:
        """Title lines stand above the first input cell and run over the whole width."""
        first = min((entry.row for entry in self.entries if entry.sheet == sheet.title), default=0)
        return row < first


def _row_on(path: str, start: str, after: int) -> str:
    """The path of a row that stands below row ``after`` of a list, once one is put in between."""
    found = _ROW.match(path)
    if not found or found[1] != start or int(found[2]) <= after:
        return path
    return f"{start}.{int(found[2]) + 1}.{path[found.end() :]}"


def _tidy(record: SheetRecord) -> None:
    """Rows that nobody filled in are taken away again: empty ones, and new ones with nothing but level names."""
    for key, rows in list(record.data.items()):
        if isinstance(rows, list):
            old, count = list(enumerate(rows)), record.counts.get(key, 0)
            kept = [number for number, row in old if row and (number < count or not isinstance(row, dict) or set(row) - set(_LEVEL_KEYS))]  # fmt: skip
            rows[:] = [rows[number] for number in kept]
            record.cells = {
                (key, kept.index(int(path[1])), *path[2:]) if path[0] == key and len(path) > 1 else path: where
                for path, where in record.cells.items()
                if path[0] != key or len(path) == 1 or path[1] in kept
            }  # fmt: skip
        if rows in ([], {}):
            record.data.pop(key)


def _unmarked(value: Any) -> str:
    text = _unescaped(str(value)) if value is not None else ""
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def _unescaped(text: str) -> str:
    """``_x000D_`` as Office writes control characters."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"
