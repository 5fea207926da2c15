"""The official table in a form's folder, and records with as many rows as it has, for the form to be compared.

official.html is the official table blank, as plain HTML: any browser shows it, any editor mends it, spans are its own,
and the reader of web files reads it. Every text in it is one that the form prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from gongkai.exchange.read_html import read_html
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, RawText
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Indicator, KeyTask, Project
from gongkai.tables.grid import Grid
from gongkai.tables.view import View

FILE = "official.html"
_NOTHING = "\ue000"
"""Stands where a record must say something; compared, it is nothing."""
_LEVELS = "\ue001", "\ue002"
_YEAR = re.compile(r"20\d\d(?=年)|20?[×xX]{2}(?=年)|[_＿]{2,}(?=年)")
_WEIGHT = re.compile(r"[（(][^（）()]*\d[^（）()]*[）)]分?$")
ITEM = re.compile(r"(indicators|period_indicators|tasks|own\.\w+)\.\d+\.")
"""The path of a cell of a list's item."""


@dataclass(frozen=True)
class Official:
    """The official table, its title, and the texts under it."""

    title: str
    below: tuple[str, ...]
    table: RawTable

    @cached_property
    def cells(self) -> Mapping[tuple[int, int], RawCell]:
        """The cells by their top left corner."""
        return {cell.place: cell for cell in self.table.cells}

    def texts(self, row: int) -> list[str]:
        """The texts that begin in a row."""
        return [text for cell in self.table.row(row) if (text := normal(cell.text))]


def read_official(form: Form) -> Official | None:
    """The form's official table; None where its folder has none, or no table is in it."""
    file = form.folder / FILE
    if not file.is_file():
        return None
    document = RawDocument(FILE)
    read_html(file.read_bytes(), document)
    tables = [block for block in document.blocks if isinstance(block, RawTable)]
    if not tables or not tables[0].cells:
        return None
    at = document.blocks.index(tables[0])
    texts = [[block.text for block in part if isinstance(block, RawText)] for part in (document.blocks[:at], document.blocks[at:])]  # fmt: skip
    return Official("".join(texts[0][:1]), tuple(texts[1]), tables[0])


def normal(text: str) -> str:
    """A text as compared: without white space, the year it states, and what only stands for a record's own."""
    return _YEAR.sub("", re.sub(r"[\s\ue000-\ue002]+", "", text))


Rows = dict[str, list[tuple[str, str]]]
"""List → the levels of each of its items ("" for lists without levels)."""


def probe_view(loaded: LoadedDepartment, form: Form) -> View:
    """The form with one item in each of its lists."""
    return _view(loaded, form, [{"indicators": [_LEVELS], "period_indicators": [_LEVELS]}], 1)


def fitted_view(loaded: LoadedDepartment, form: Form, probe: Grid, official: Official) -> View:
    """The form saying nothing, with as many items as its official table has; ``probe`` is its grid with one of each."""
    return _view(loaded, form, _Fit(form, probe, official).rows(), 0)


def _view(loaded: LoadedDepartment, form: Form, records: Sequence[Rows], default: int) -> View:
    """The form over records that say nothing but their levels; ``default`` items in lists not named."""
    disclosure = Disclosure.model_validate({"\0slug": "2026", "年度": "2026"})
    made = [_record(form, rows, default, number) for number, rows in enumerate(records)]
    if form.subject == "department":
        disclosure = disclosure.model_copy(update={"department_target": made[0]})
    else:
        disclosure = disclosure.model_copy(update={"projects": tuple(made)})
    nameless = loaded.department.model_copy(update={"name": _NOTHING, "short": None, "code": None})
    system = form.declared.indicators.model_copy(update={"print_empty": False})
    as_written = replace(form, declared=form.declared.model_copy(update={"indicators": system}))
    views = tuple(View(as_written, loaded.locality, nameless, disclosure, one) for one in made)
    if form.subject != "summary":
        return views[0]
    return View(as_written, loaded.locality, nameless, disclosure, projects=views)


def _record(form: Form, rows: Rows, default: int, number: int) -> Any:
    own: dict[str, tuple[dict[str, Any], ...]] = {one.id: tuple({} for _ in rows.get(f"own.{one.id}", [("", "")] * default)) for one in form.declared.own if one.type == "rows"}  # fmt: skip
    lists: dict[str, Any] = {"own": own, "indicators": _indicators(rows.get("indicators", []))}
    if form.subject == "department":
        tasks = tuple(KeyTask() for _ in rows.get("tasks", [("", "")] * default))
        return DepartmentTarget.model_validate({"部门名称": _NOTHING}).model_copy(
            update={**lists, "tasks": tasks}
        )
    lists["period_indicators"] = _indicators(rows.get("period_indicators", []))
    named = {"项目名称": _NOTHING, "\0slug": f"blank-{number}"}
    return Project.model_validate(named).model_copy(update=lists)


def _indicators(levels: Sequence[tuple[str, str]]) -> tuple[Indicator, ...]:
    pairs = ({"level1": first or None, "level2": second or None} for first, second in levels)
    return tuple(Indicator().model_copy(update=pair) for pair in pairs)


@dataclass
class _Fit:
    """Finds where the lists of the form stand in the official table, by the fixed rows above and below them."""

    form: Form
    probe: Grid
    official: Official
    cursor: int = 0

    def rows(self) -> list[Rows]:
        """The items of each record of the official table."""
        records: list[Rows] = [{}]
        for lists, group in groupby(range(self.probe.height), key=self._lists):
            rows = list(group)
            if not lists:
                continue
            first, last = self._span(rows[0], rows[-1] + 1)
            if self.form.subject == "summary":
                starts = self._projects(rows[0], first, last)
                records = [self._levels(lists, rows[0], *one) for one in pairwise([*starts, last])]
            else:
                records[0] |= self._levels(lists, rows[0], first, last)
        return records

    def _lists(self, row: int) -> frozenset[str]:
        covering = [cell for cell in self.probe.cells if cell.row <= row < cell.row + cell.rows]
        lists = frozenset(found[1] for cell in covering if (found := ITEM.match(cell.path)))
        records = frozenset("·" for cell in covering if cell.record and self.form.subject == "summary")
        return records or lists

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """The rows of the official table between the rows that stand above and below a list."""
        above = next((row for row in range(start - 1, -1, -1) if self._texts(row)), None)
        below = next((row for row in range(end, self.probe.height) if self._texts(row)), None)
        first = start if above is None else self._find(self._texts(above), self.cursor) + start - above
        last = self.official.table.size[0] - self.probe.height + end
        if below is not None:
            last = self._find(self._texts(below), first) - (below - end)
        self.cursor = last = max(last, first)
        return first, last

    def _texts(self, row: int) -> list[str]:
        return [text for cell in self.probe.row(row) if (text := normal(cell.text))]

    def _find(self, texts: list[str], start: int) -> int:
        """The row that has most of the texts, the first of these."""
        rows = range(start, self.official.table.size[0])
        alike = {row: len(set(texts) & set(self.official.texts(row))) for row in rows}
        return max(rows, key=lambda row: (alike[row], -row), default=start)

    def _projects(self, start: int, first: int, last: int) -> list[int]:
        """The rows in which a project begins."""
        column = next((cell.column for cell in self.probe.row(start) if cell.path == "name"), 0)
        return [row for row in range(first, last) if (row, column) in self.official.cells]

    def _levels(self, lists: frozenset[str], start: int, first: int, last: int) -> Rows:
        columns = [next((cell.column for cell in self.probe.cells if mark in cell.text and cell.row <= start < cell.row + cell.rows), None) for mark in _LEVELS]  # fmt: skip
        pairs = [tuple(self._name(self.official.table.at[row, column].text) if column is not None else "" for column in columns) for row in range(first, last)]  # fmt: skip
        return {
            name: [(one, two) for one, two in pairs] for name in ({"indicators"} if "·" in lists else lists)
        }

    def _name(self, text: str) -> str:
        """A level as records name it: without the weight the table prints behind it."""
        system = self.form.declared.indicators.levels
        known = {level.name for level in system} | {two.name for level in system for two in level.level2}
        text = re.sub(r"\s+", "", text)
        short = _WEIGHT.sub("", text)
        return short if text not in known and short in known else text
