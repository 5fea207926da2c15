"""One file from outside → what was recognised in it: a spreadsheet of a form read exactly, any other by its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gongkai.exchange.binding import holds
from gongkai.exchange.drafts import Notebook, Read, Spot
from gongkai.exchange.files import read_file
from gongkai.exchange.guard import MAX_FILE
from gongkai.exchange.layout import Layout
from gongkai.exchange.recognise import recognise
from gongkai.exchange.sheet_in import is_form_sheet, read_sheet
from gongkai.exchange.tables import RawDocument
from gongkai.problems import Problem, Severity
from gongkai.reading.files import read_regular
from gongkai.reading.forms import Form


def take_in(
    file: Path, name: str, forms: Mapping[str, Form], in_force: Sequence[Form], layouts: Sequence[Layout] = ()
) -> tuple[Notebook, list[Problem]]:
    """Drafts and leftovers of a file, and what is wrong with it.

    ``name`` is how the file is called there, ``in_force`` are the forms of the year it is read for.
    """
    raw = _sheet_bytes(file)
    if raw is None:
        document = read_file(file, name)
        return recognise(document, forms, list(in_force), layouts), document.problems
    document = RawDocument(name)
    form, records = read_sheet(raw, forms, document)
    book = Notebook(name, leftovers=document.leftovers)
    for record in records:
        draft = book.start(record.kind, "")
        draft.data = record.data
        draft.slug = record.slug
        draft.exact = True
        for path, where in record.cells.items():
            if not holds(record.data, path):
                continue  # blank
            sheet, _, ref = where.rpartition(" ")
            book.read.append(Read(Spot(sheet, ref), "", draft.number, path))
    if form:
        book.forms.append(f"表式 {form.id} 的填报表，按格子读")
    if form and not records:
        document.tell("empty", "表里没有填写内容", "请填写以后再导入。", Severity.WARNING)
    return book, document.problems


def _sheet_bytes(file: Path) -> bytes | None:
    """The bytes of a spreadsheet that gongkai wrote; None for any other file."""
    if file.suffix.lower() not in (".xlsx", ".xlsm"):
        return None
    try:
        raw = read_regular(file, MAX_FILE)
    except OSError:
        return None
    return raw if is_form_sheet(raw) else None
