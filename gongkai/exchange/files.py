"""A file from outside → its tables and texts, whatever its format."""

from __future__ import annotations

from pathlib import Path

from gongkai.exchange.found import OUTSIDE
from gongkai.exchange.guard import MAX_FILE, kind_of
from gongkai.exchange.read_excel import read_xls, read_xlsx
from gongkai.exchange.read_html import read_html
from gongkai.exchange.read_pdf import read_pdf
from gongkai.exchange.read_word import read_docx
from gongkai.exchange.tables import RawDocument
from gongkai.reading.files import TooLarge, read_regular

READERS = {"xlsx": read_xlsx, "xls": read_xls, "docx": read_docx, "pdf": read_pdf, "html": read_html}


def read_file(file: Path, name: str = "") -> RawDocument:
    """One file as raw tables; what is wrong with it is in ``problems``. ``name`` is how it is called there."""
    document = RawDocument(name or file.name)
    if name.endswith(OUTSIDE):
        document.tell("link", "这是链接，指到了交来的文件夹以外，没有读", "请把文件本身放进文件夹。")
        return document
    try:
        raw = read_regular(file, MAX_FILE)
    except TooLarge as error:
        message = f"文件有 {error.size:,} 字节，超过上限 {MAX_FILE:,} 字节"
        document.tell("too-large", message, "请删去图片和无关的内容，或分成几个文件。")
        return document
    except OSError as error:
        document.tell(
            "unreadable", f"读不了这个文件：{error.strerror}", "请检查文件是否存在，是否正被 Excel 打开。"
        )
        return document
    kind = kind_of(raw, file.suffix.lower().lstrip("."), document)
    if kind:
        READERS[kind](raw, document)
        if not document.blocks and not document.problems:
            document.tell("empty", "文件里没有表格，也没有文字", "请检查是不是拿错了文件。")
    return document
