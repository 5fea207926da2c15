"""A filled spreadsheet of a form → its records, exactly: unchanged cells keep what the record had, inserted rows count."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils.cell import range_boundaries
from xlsxwriter.utility import xl_rowcol_to_cell as address

from gongkai.exchange.binding import MAP_SHEET, SPARE, keys_for, put_at, value_at
from gongkai.exchange.guard import kind_of
from gongkai.exchange.read_excel import open_xlsx
from gongkai.exchange.sheets import Sheet
from gongkai.exchange.tables import RawDocument, clean
from gongkai.exchange.values import NUMBERED, read_value, split_composite
from gongkai.problems import Severity
from gongkai.reading.forms import Form
from gongkai.reading.source import Path_
from gongkai.reading.vocabulary import without_rows

log = logging.getLogger("gongkai")
_ROW = re.compile(r"((?:own\.)?\w+)\.(\d+)\.")
"""A row of a list: the list, and the number of the row."""
_LEVEL = re.compile(r"\.(level[12])$")
_LEVEL_KEYS = ("一级指标", "二级指标")
_Spot = tuple[str, int, int]
"""A sheet, a row and a column from 0."""


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

    targets: list[tuple[str, str]]
    kind: str
    prefix: str
    shown: str
    place: _Spot | None
    """None: its row or column was deleted."""

    @property
    def where(self) -> str:
        """The sheet, a blank, the cell."""
        return f"{self.place[0]} {address(*self.place[1:])}" if self.place else ""


def is_form_sheet(raw: bytes) -> bool:
    """Whether the workbook is a spreadsheet of a form (it has the hidden map)."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)).open("xl/workbook.xml") as stream:
            return MAP_SHEET.encode() in stream.read(1_000_000)
    except (EOFError, KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        return False


def read_sheet(
    raw: bytes, forms: Mapping[str, Form], document: RawDocument
) -> tuple[Form | None, list[SheetRecord]]:
    """The records of a form's spreadsheet; ``document`` takes what is wrong and which cells were not read."""
    book = open_xlsx(raw, document) if kind_of(raw, "xlsx", document) == "xlsx" else None
    if book is None:
        return None, []
    form = None
    try:
        sheets = {sheet.name: sheet for sheet in book.sheets}
        name = sheets[MAP_SHEET].texts[0, 0]
        form = forms.get(name)
        if form is not None:
            return form, _Reader(sheets, book.names, form, forms, document).read()
        message = f"这张表用的表式“{name}”这里没有"
        document.tell("sheet", message, "请用本机的 sheet 命令重新生成空白表。")
    except MemoryError:  # the limit of the child it is read in
        raise
    except Exception as error:
        # The map is data of ours in a file of somebody else's: damaged, it can say anything.
        log.debug("the map of %s", document.file, exc_info=True)
        message = f"表格损坏，或里面隐藏的对照表被改动过，读不了（{type(error).__name__}）"
        document.tell("damaged", message, "请用 sheet 命令重新生成空白表，把内容抄过去。")
        return form, []
    return None, []


class _Reader:
    """Reads the sheets of one workbook back; ``names`` are its names for cells."""

    def __init__(
        self, sheets: Mapping[str, Sheet], names: Mapping[str, str], form: Form, forms: Mapping[str, Form],
        document: RawDocument,
    ) -> None:  # fmt: skip
        self.sheets, self.names, self.document = sheets, names, document
        self.form, self.forms = form, forms
        self.entries: list[_Entry] = []
        self.records: dict[str, SheetRecord] = {}
        self.labels: set[str] = set()

    def read(self) -> list[SheetRecord]:
        self._read_map()
        if gone := sum(entry.place is None for entry in self.entries):
            message = f"表里有 {gone} 个格子被删掉了，这些内容按空白读"
            self.document.tell("sheet", message, "如果不是有意删的，请重新生成表格。", Severity.WARNING)
        self._insert_rows()
        for entry in self.entries:
            self._take(entry)
        self._strays()
        for record in self.records.values():
            _tidy(record)
        return [record for record in self.records.values() if record.data]

    # -- the map ------------------------------------------------------------------------------

    def _read_map(self) -> None:
        texts = self.sheets[MAP_SHEET].texts
        rows = sorted(row for row, column in texts if row and not column)
        held = json.loads("".join(texts[row, 0][1:-1] for row in rows))
        for name, targets, kind, prefix, shown in held["cells"]:
            pairs = [(str(record), str(path)) for record, path in targets]
            self.entries.append(_Entry(pairs, kind, prefix, shown, self._place(name)))
        self.records = {
            slug: SheetRecord(slug, kind, data, counts) for slug, kind, data, counts in held["records"]
        }
        self.labels = set(held["labels"])

    def _place(self, name: str) -> _Spot | None:
        """Where a named cell is now; names move with rows that are inserted or deleted."""
        quoted, _, cell = self.names.get(name, "#REF!").rpartition("!")
        sheet = quoted.strip("'").replace("''", "'")
        if "#REF" in cell or sheet not in self.sheets:
            return None
        column, row, *_ = range_boundaries(cell)
        return sheet, (row or 1) - 1, (column or 1) - 1

    # -- cells --------------------------------------------------------------------------------

    def _text(self, place: _Spot | None) -> str:
        return _plain(self.sheets[place[0]].texts.get(place[1:], "")) if place else ""

    def _take(self, entry: _Entry) -> None:
        text = self._text(entry.place)
        unchanged = text == _plain(entry.shown)
        for slug, path in entry.targets:
            record = self._record(slug)
            if entry.place:
                record.cells[keys_for(self._form(path), path)] = entry.where
            is_new = slug.startswith(SPARE) or not (record.counts or record.data)
            if unchanged and not (text and (is_new or self._is_spare(record, path))):
                continue
            has_own = not text.startswith(entry.prefix)  # number, typed over the one that the form prints
            bare = NUMBERED.sub("", text) if has_own else text.removeprefix(entry.prefix).strip()
            self._put(record, path, bare, entry)

    def _record(self, slug: str) -> SheetRecord:
        new = SheetRecord("" if slug.startswith(SPARE) else slug, "project", {})
        return self.records.setdefault(slug, new)

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

    def _put(self, record: SheetRecord, path: str, text: str, entry: _Entry) -> None:
        form = self._form(path)
        keys = keys_for(form, path)
        if not text:
            if value_at(record.data, keys) is not None:
                put_at(record.data, keys, None)
            return
        if entry.kind == "list":
            rows, rest = split_composite(text)
            record.data[str(keys[0])] = rows
            for part in rest:
                self.document.set_aside(entry.where, part, "这一段指标的写法不认识")
            return
        style = form.amount_style(without_rows(path))
        value, doubt = read_value(clean(text) if entry.kind != "rich" else text, entry.kind, (style.unit,))
        if value is None:
            self.document.set_aside(entry.where, text, doubt)
            self.document.tell("value", f"{entry.where} 的“{text[:40]}”{doubt}", "请改正后重新导入。")
            return
        put_at(record.data, keys, value)

    # -- what was added -----------------------------------------------------------------------

    def _insert_rows(self) -> None:
        """Rows put in between: their cells mean what the cells of the row above mean, one row on."""
        listed: dict[str, dict[int, list[_Entry]]] = {}
        for entry in self.entries:
            if entry.place and _ROW.match(entry.targets[0][1]):
                listed.setdefault(entry.place[0], {}).setdefault(entry.place[1], []).append(entry)
        done = {entry.place for entry in self.entries if entry.place}
        for name, rows in listed.items():
            unread = {
                row for row, column in self.sheets[name].texts
                if min(rows) < row <= max(rows) + 1 and (name, row, column) not in done
                and self._text((name, row, column)) not in ("", *self.labels)
            }  # fmt: skip
            for row in sorted(unread - rows.keys(), reverse=True):
                self._insert(row, rows[max(above for above in rows if above < row)])

    def _insert(self, row: int, above: list[_Entry]) -> None:
        for start in dict.fromkeys(_ROW.match(entry.targets[0][1])[1] for entry in above):  # type: ignore[index]
            mine = [(entry, (entry.place[0], row, entry.place[2])) for entry in above if entry.place and entry.targets[0][1].startswith(f"{start}.")]  # fmt: skip
            if not any(self._text(place) for _, place in mine):
                continue
            first = next((one for one, _ in mine if not _LEVEL.search(one.targets[0][1])), mine[0][0])
            slug, path = first.targets[-1]
            number = int(path.removeprefix(f"{start}.").partition(".")[0])
            record, key = self._record(slug), str(keys_for(self._form(path), path)[0])
            rows = record.data.get(key, [])
            if number < len(rows):
                levels = {level: rows[number][level] for level in _LEVEL_KEYS if level in rows[number]}
                rows.insert(number + 1, levels)
                record.counts[key] += 1
            for entry in self.entries:
                moved = [(one, _row_on(path, start, number) if one == slug else path) for one, path in entry.targets]  # fmt: skip
                beside = [(slug, f"{start}.{number + 1}.{found[2]}") for one, path in entry.targets if one == slug and (found := re.fullmatch(rf"({start})\.{number}\.(level[12])", path))]  # fmt: skip
                entry.targets = moved + beside
            for entry, place in mine:
                inner = entry.targets[0][1].removeprefix(f"{start}.").partition(".")[2]
                if not _LEVEL.search(f".{inner}") or self._text(place):
                    new = (slug, f"{start}.{number + 1}.{inner}")
                    self.entries.append(_Entry([new], entry.kind, entry.prefix, "", place))

    def _strays(self) -> None:
        """Texts in cells that belong to no field and are no label of the form; titles stand above the first input cell."""
        done = {entry.place for entry in self.entries if entry.place}
        for name, sheet in self.sheets.items():
            first = min((row for its, row, _ in done if its == name), default=0)
            for row, column in sorted(sheet.texts):
                text = self._text((name, row, column))
                is_ours = name == MAP_SHEET or (name, row, column) in done
                if is_ours or row < first or text in ("", *self.labels):
                    continue
                where = f"{name} {address(row, column)}"
                self.document.set_aside(where, text, "这个格子不对应任何一项")
                message = f"{where} 的“{text[:40]}”不对应任何一项，没有读"
                self.document.tell("sheet", message, "请写到对应的格子里。", Severity.WARNING)


def _row_on(path: str, start: str, after: int) -> str:
    """The path of a row that stands below row ``after`` of a list, once one is put in between."""
    found = _ROW.match(path)
    is_below = found and found[1] == start and int(found[2]) > after
    return f"{start}.{int(found[2]) + 1}.{path[found.end() :]}" if found and is_below else path


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


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
