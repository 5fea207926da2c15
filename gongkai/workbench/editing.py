"""One record on the page: shown as its table, checked as somebody types, written where nobody else wrote meanwhile."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gongkai.atomic import write_whole, writing
from gongkai.problems import CommandError, Problem
from gongkai.reading.declaration import IndicatorSystem
from gongkai.reading.files import MAX_BYTES, decode, read_regular, true_path
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Address
from gongkai.reading.load import TARGET
from gongkai.reading.loaded import FormSet
from gongkai.reading.records import Disclosure, Project
from gongkai.reading.source import Document, parse_yaml
from gongkai.tables.grid import Rendered
from gongkai.tables.sheets import disclosure_sheets, project_sheet
from gongkai.tables.templates import TemplateProblem
from gongkai.tables.view import View
from gongkai.workbench.cells import (
    Cell,
    broken_fields,
    marks_in,
    other_cells,
    problem_data,
    table_cells,
    text_at,
)
from gongkai.workbench.changes import Change, changed_text
from gongkai.workbench.desk import Desk, Reading

_ROUNDS = 3
_UNDO = 200


class Conflict(Exception):
    """The file was changed by somebody else since it was shown; arguments: what stands in it, what would."""


class Editor:
    """Records shown and written for one desk; what was written here can be taken back."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._steps: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """By file: what it said before each write, and the hash of what was written."""

    # -- shown --------------------------------------------------------------------------------

    def state(self, address: Address, text: str | None = None) -> dict[str, Any]:
        """The record for the page: table, inputs, problems, marks to look again, hash.

        Of the file, or of a ``text`` somebody is typing: where that can't be read it has no table.
        """
        with self.desk.lock:
            stored = self._stored(address)
            text = stored if text is None else text
            reading = self.desk.read(address.unit, None if text == stored else {address.file: text})
            document, _ = parse_yaml(text.encode(), address.file)
            problems = reading.of_file(address.file)
            view, html = self._table(address, stored if text == stored else "", reading)
            cells = self._cells(address, view, html, document, reading)
            form = _form_of(view)
            name = text_at(document and document.data, ("项目名称" if address.project else "标题",))
            return {
                "address": str(address),
                "file": address.file,
                "hash": hash_of(stored),
                "text": text,
                "title": name or address.project or address.year,
                "html": html,
                "cells": [asdict(cell) for cell in cells],
                "problems": [problem_data(one, document) for one in problems],
                "elsewhere": sum(one.blocks for one in reading.of_year(address) if one not in problems),
                "marks": marks_in(document) if document else [],
                "levels": _levels(form.declared.indicators) if form else [],
                "data": document.data if document else None,
                "undo": len(self._steps[address.file]),
            }

    def _table(self, address: Address, text: str, reading: Reading) -> tuple[View | None, Rendered]:
        """The record in its form; of a record that can't be read, without the fields that are to blame."""
        view = _view(reading, address)
        for _ in range(_ROUNDS):
            if view is not None or not text:
                break
            document, _problems = parse_yaml(text.encode(), address.file)
            broken = broken_fields(reading.of_file(address.file), document) if document else []
            if not broken:
                return None, Rendered()
            text = changed_text(text, [{"do": "delete", "keys": path} for path in broken])
            reading = self.desk.read(address.unit, {address.file: text})
            view = _view(reading, address)
        if view is None:
            return None, Rendered()
        try:
            return view, self.desk.templates.form_table(view)
        except TemplateProblem as error:
            message = f"{error.problem.place} {error.problem.message}。"
            raise CommandError(message, error.problem.hint) from error

    def _cells(
        self, address: Address, view: View | None, html: Rendered, document: Document | None, reading: Reading
    ) -> list[Cell]:
        data = document.fields if document else {}
        base = () if address.project else (TARGET,)
        shown = list(table_cells(html, view, data, base, address.project)) if view else []
        if address.project:
            return [*shown, *other_cells(Project, _form_of(view), data, shown)]
        forms = (reading.loaded.forms if reading.loaded else {}).get(address.year, FormSet())
        return [*shown, *other_cells(Disclosure, forms.document or forms.summary, data, shown)]

    # -- written ------------------------------------------------------------------------------

    def check(self, address: Address, changes: Sequence[Change]) -> dict[str, Any]:
        """The record as it would be after some steps; nothing is written."""
        with self.desk.lock:
            return self.state(address, changed_text(self._stored(address), changes))

    def save(self, address: Address, changes: Sequence[Change], seen: str) -> dict[str, Any]:
        """Take some steps and write them. Raises Conflict where the file is not what the page has ``seen`` (a hash)."""
        with self.desk.lock:
            stored = self._stored(address)
            text = changed_text(stored, changes)
            if hash_of(stored) != seen:
                raise Conflict(stored, text)
            if text != stored:
                self._write(address, stored, text)
                steps = self._steps[address.file]
                steps.append((stored, hash_of(text)))
                del steps[:-_UNDO]
            return self.state(address)

    def undo(self, address: Address) -> dict[str, Any]:
        """Take the last write back. Raises CommandError where there is none, or somebody wrote since."""
        with self.desk.lock:
            steps, stored = self._steps[address.file], self._stored(address)
            if not steps:
                raise CommandError("没有可以撤销的改动。")
            if steps[-1][1] != hash_of(stored):
                steps.clear()
                raise CommandError("这个文件后来在别处改过，不能撤销。")
            self._write(address, stored, steps.pop()[0])
            return self.state(address)

    def create(self, address: Address, text: str) -> None:
        """Write a file that is not there yet. Raises CommandError where it is."""
        with self.desk.lock:
            file = self.desk.path(address)
            if file.exists():
                raise CommandError(f"{address.file} 已经存在，没有改动它。")
            self._put(file, text)

    def _stored(self, address: Address) -> str:
        try:
            raw = read_regular(self.desk.path(address), MAX_BYTES)
        except FileNotFoundError as error:
            raise CommandError(f"没有 {address.file}。", "它可能已经改名或移走。") from error
        except OSError as error:
            raise CommandError(f"读不了 {address.file}（{error.strerror}）。") from error
        text = decode(raw, address.file)
        if isinstance(text, Problem):
            raise CommandError(f"{address.file}：{text.message}。", text.hint)
        return text

    def _write(self, address: Address, before: str, text: str) -> None:
        """The last look at the file is right before it is replaced."""
        now = self._stored(address)
        if now != before:
            raise Conflict(now, text)
        self._put(true_path(self.desk.path(address)), text)

    def _put(self, file: Path, text: str) -> None:
        with writing(file.name):
            write_whole(file, text.encode())
        self.desk.refresh()


def hash_of(text: str) -> str:
    """What tells one content of a file from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def _view(reading: Reading, address: Address) -> View | None:
    """The record in the form that shows it; None where it can't be read, or no form shows it."""
    disclosure = reading.disclosure(address.year)
    if reading.loaded is None or disclosure is None:
        return None
    if not address.project:
        sheets = disclosure_sheets(reading.loaded, disclosure)
        return next((sheet.view for sheet in sheets if sheet.key == "department"), None)
    project = next((one for one in disclosure.projects if one.slug == address.project), None)
    sheet = project_sheet(reading.loaded, disclosure, project) if project else None
    return sheet.view if sheet else None


def _form_of(view: View | None) -> Form | None:
    return next((one.form for one in view.projects), view.form) if view else None


def _levels(system: IndicatorSystem) -> list[list[str]]:
    below = [[level.name, inner.name] for level in system.levels for inner in level.level2]
    return below + [[level.name, ""] for level in system.levels if not level.level2]
