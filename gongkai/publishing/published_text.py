"""A published file → its texts, whatever its kind: what is shown, what tags and comments say, each cell by itself."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape

from gongkai.exchange.guard import MAX_MEMBER, MAX_UNPACKED
from gongkai.privacy.markup import APART, TAG, as_seen, may_hold, parted

# Drawings are made of numbers; the names of files are looked at as names.
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DRAWN = frozenset(("d", "points", "transform", "viewbox", "viewBox", "integrity", "nonce"))
_STRING = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|//[^\n]*|/\*(?:(?!/\*).)*?\*/", re.S
)
_MONEY = ("资金", "金额", "支出", "拨款", "预算", "总额", "合计", "执行数", "元")
_PARAGRAPH = re.compile(r"</(?:w:p|a:p|si|c|is|text:p)>|<w:(?:br|tab)/>|<(?:w:br|w:tab)[^>]*>")
_SAYING = re.compile(r"xl/(?:sharedStrings|workbook|worksheets/.*)\.xml|docProps/core\.xml")
_VALUE = re.compile(rb"<v>[^<]*</v>")


def texts_of(address: str, data: bytes) -> Iterator[str]:
    """The texts of a file; one of a kind that holds no text, or of which the text cannot be read, gives none.

    Numbers of data files are amounts, not texts: a workbook that was handed in (in ``files/``) may have telephones as
    numbers, and there they count.
    """
    if data.startswith(b"%PDF-"):
        yield from _pdf(data)
    elif data.startswith(b"PK"):
        yield from _zipped(data) if "/files/" in address else _workbook(data)
    elif reader := _READERS.get(_ending(address)):
        yield from reader(data.decode("utf-8-sig", "replace"))


def is_readable(address: str, data: bytes) -> bool:
    """Whether ``texts_of`` knows the kind of a file."""
    return data.startswith((b"%PDF-", b"PK")) or _ending(address) in _READERS


def _ending(address: str) -> str:
    return address.rpartition(".")[2].lower()


def _markup(text: str) -> Iterator[str]:
    """The text twice, with inline tags leaving nothing and parting what they stand between; then what tags say."""
    yield as_seen(text)
    yield parted(text)
    said = []
    for tag in TAG.finditer(text):
        if tag[1] is not None:
            said.append(tag[1])
        else:
            said += [one[2] or one[3] or "" for one in _ATTRIBUTE.finditer(tag[0]) if one[1] not in _DRAWN]
    yield unescape(APART.join(said))


def _strings(text: str) -> Iterator[str]:
    """Strings and comments of JSON and scripts; bare numbers are amounts and counts."""
    found = []
    for one in _STRING.finditer(text):
        piece = one[0]
        try:
            found.append(json.loads(piece) if piece[0] == '"' else piece)
        except ValueError:
            found.append(piece)
    yield APART.join(found)


def _csv(text: str) -> Iterator[str]:
    """Each cell with its column's name before it, as a record has its label."""
    rows = csv.reader(io.StringIO(text))
    head = next(rows, [])
    cells = list(head)
    for row in rows:
        for number, cell in enumerate(row):
            name = head[number] if number < len(head) else ""
            if cell and not (cell.isdecimal() and any(word in name for word in _MONEY)):
                cells.append(f"{name}：{cell}")
    yield APART.join(cells)


def _workbook(data: bytes) -> Iterator[str]:
    """The texts of a workbook of gongkai's own: its strings, its sheets' names, and what it says of itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in filter(_SAYING.match, archive.namelist()):
            content = _VALUE.sub(b"", archive.read(name))
            if may_hold(content):
                yield from _office(content)


_READERS: dict[str, Callable[[str], Iterator[str]]] = {
    **dict.fromkeys(("html", "htm", "xml", "svg"), _markup),
    **dict.fromkeys(("json", "geojson", "js", "map", "webmanifest"), _strings),
    **dict.fromkeys(("txt", "md", "css", "yaml", "yml"), lambda text: iter((text,))),
    "csv": _csv,
}


def _zipped(data: bytes) -> Iterator[str]:
    """Word and Excel files, and the texts in any other archive. A damaged one gives what can be read of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(one.file_size for one in members) > MAX_UNPACKED:
                return
            yield APART.join(one.filename for one in members)
            for one in members:
                if one.file_size <= MAX_MEMBER and not one.flag_bits & 1:
                    content = archive.read(one)
                    if one.filename.startswith(("word/", "xl/", "ppt/", "docProps/")):
                        yield from _office(content)
                    else:
                        yield from texts_of(f"/files/{one.filename}", content)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
        return


def _office(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8", "replace")
    yield unescape(TAG.sub("", _PARAGRAPH.sub(APART, text)))


def _pdf(data: bytes) -> Iterator[str]:
    """Pages, what the file says of itself, and attachments with their names."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            yield APART.join(map(str, document.get_metadata_dict().values()))
            for number in range(len(document)):
                # A telephone that the line's end parts is one still; a column of amounts is none.
                yield document[number].get_textpage().get_text_bounded().replace("\r\n", "\n")
            for number in range(document.count_attachments()):
                attached = document.get_attachment(number)
                yield attached.get_name()
                yield from texts_of(f"/files/{attached.get_name()}", bytes(attached.get_data()))
    except pypdfium2.PdfiumError:
        return
