"""A form's spreadsheet filled in and read back: every cell that can be written in must give its field."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

import openpyxl
from openpyxl.workbook import Workbook

from gongkai.authoring.filling import Trial, fill
from gongkai.exchange.binding import NAME_PREFIX
from gongkai.exchange.proposals import same_text
from gongkai.exchange.sheet_in import read_sheet
from gongkai.exchange.sheet_out import write_sheet
from gongkai.exchange.tables import RawDocument
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Project
from gongkai.reading.source import keys_of, leaves
from gongkai.reading.write_yaml import record_data
from gongkai.tables.templates import Templates

_OTHER = Trial(first=5037)
"""As many rows as the plain trial, nothing in common with it."""


def unread(
    form: Form, forms: Mapping[str, Form], loaded: LoadedDepartment, templates: Templates
) -> Iterator[tuple[str, str]]:
    """Each declared field that the sheet has no cell for, or that is not read from its cell; and which of these it is.

    The sheet of one record is filled with what the sheet of another one shows, and must give that one.
    """
    # A unit and a column's name stand once over several rows or columns, as heads.
    heads = {*form.named_lists, "spending_unit", *(f"own.{own.id}" for own in form.own_on("unit"))}
    terms = {term.keys: term.path for term in form.shown_terms() if term.path not in heads}
    own = loaded.forms[loaded.department.disclosures[0].slug].project if form.subject == "document" else form
    before, after = (fill(form, loaded, trial).disclosure for trial in (Trial(), _OTHER))
    document = RawDocument(form.id)
    _, read = read_sheet(
        _copied(*(_sheet(form, own, one, templates) for one in (before, after))), forms, document
    )
    if document.leftovers:
        return  # all indicators in one cell: these are read by names that a real table has
    told: dict[str, str] = {}
    for record, was, wanted in zip(read, _records(before), _records(after), strict=True):
        old, got = dict(leaves(record_data(was, own))), dict(leaves(record.data))
        for keys, text in leaves(record_data(wanted, own)):
            path = terms.get(keys_of(keys))
            if path and not same_text(got.get(keys), text):
                kept = got.get(keys) == old.get(keys)
                told.setdefault(path, "在填报表里没有可填的格" if kept else "填在填报表里，读回来不一样")
    yield from told.items()


def _records(disclosure: Disclosure) -> Sequence[Project | DepartmentTarget]:
    return disclosure.projects or tuple(filter(None, [disclosure.department_target]))


def _sheet(form: Form, own: Form | None, disclosure: Disclosure, templates: Templates) -> Workbook:
    records = disclosure.department_target if form.subject == "department" else disclosure.projects
    raw = write_sheet(form, records, templates, disclosure=disclosure, project_form=own)
    return openpyxl.load_workbook(io.BytesIO(raw))


def _copied(book: Workbook, other: Workbook) -> bytes:
    """The first workbook with the second one's texts in its cells to be filled in."""
    for name, defined in book.defined_names.items():
        if name.startswith(NAME_PREFIX):
            sheet, place = next(iter(defined.destinations))
            book[sheet][place].value = other.worksheets[book.sheetnames.index(sheet)][place].value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
