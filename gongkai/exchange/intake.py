"""One file from outside → its tables and texts, and what was recognised in it; a form's own spreadsheet is read exactly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gongkai.exchange.binding import value_at
from gongkai.exchange.convert import BECOMES, converted
from gongkai.exchange.drafts import Notebook, Read
from gongkai.exchange.guard import MAX_FILE, OUTSIDE, kind_of
from gongkai.exchange.layout import Known
from gongkai.exchange.read_excel import read_xls, read_xlsx
from gongkai.exchange.read_html import read_html
from gongkai.exchange.read_odf import read_odf
from gongkai.exchange.read_pdf import read_pdf
from gongkai.exchange.read_word import read_docx
from gongkai.exchange.recognise import recognise
from gongkai.exchange.sheet_in import is_form_sheet, read_sheet
from gongkai.exchange.tables import RawDocument, Spot
from gongkai.problems import Problem, Severity
from gongkai.reading.files import TooLarge, read_regular
from gongkai.reading.forms import Form

READERS = {"xlsx": read_xlsx, "xls": read_xls, "docx": read_docx, "pdf": read_pdf, "html": read_html, "odf": read_odf}  # fmt: skip


def read_file(file: Path, name: str = "") -> RawDocument:
    """One file as raw tables; what is wrong with it is in ``problems``. ``name`` is how it is called there."""
    document = RawDocument(name or file.name)
    raw = _bytes(file, name, document)
    if raw is not None:
        _read(raw, file, document)
    return document


def _read(raw: bytes | None, file: Path, document: RawDocument) -> None:
    kind = kind_of(raw or b"", file.suffix.lower().lstrip("."), document)
    if kind in BECOMES and raw:
        raw, kind = converted(raw, kind, document), BECOMES[kind]
    if raw and kind:
        READERS[kind](raw, document)
        if not document.blocks and not document.problems:
            document.tell("empty", "文件里没有表格，也没有文字", "请检查是不是拿错了文件。")


def _bytes(file: Path, name: str, document: RawDocument) -> bytes | None:
    if name.endswith(OUTSIDE):
        document.tell("link", "这是链接，指到了交来的文件夹以外，没有读", "请把文件本身放进文件夹。")
        return None
    try:
        return read_regular(file, MAX_FILE)
    except TooLarge as error:
        message = f"文件有 {error.size:,} 字节，超过上限 {MAX_FILE:,} 字节"
        document.tell("too-large", message, "请删去图片和无关的内容，或分成几个文件。")
    except OSError as error:
        document.tell(
            "unreadable", f"读不了这个文件：{error.strerror}", "请检查文件是否存在，是否正被 Excel 打开。"
        )
    return None


def take_in(file: Path, name: str, known: Known, in_force: Sequence[Form]) -> tuple[Notebook, list[Problem]]:
    """Drafts and leftovers of a file, and what is wrong with it.

    ``name`` is how the file is called there, ``in_force`` are the forms of the year it is read for.
    """
    document = RawDocument(name)
    raw = _bytes(file, name, document)
    if raw is None or not is_form_sheet(raw):
        if raw is not None:
            _read(raw, file, document)
        return recognise(document, known, in_force), document.problems
    form, records = read_sheet(raw, known.forms, document)
    book = Notebook(name, leftovers=document.leftovers)
    for record in records:
        draft = book.start(record.kind, "")
        draft.data = record.data
        draft.slug = record.slug
        draft.exact = True
        for path, where in record.cells.items():
            if value_at(record.data, path) is None:
                continue  # blank
            sheet, _, ref = where.rpartition(" ")
            book.read.append(Read(Spot(sheet, ref), "", draft.number, path))
    if form:
        book.forms.append(f"表式 {form.id} 的填报表，按格子读")
    if form and not records:
        document.tell("empty", "表里没有填写内容", "请填写以后再导入。", Severity.WARNING)
    return book, document.problems
