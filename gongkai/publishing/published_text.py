"""A published file → its texts, whatever its kind: what is shown, what tags and comments say, each cell by itself."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape

from gongkai.exchange.guard import MAX_MEMBER, MAX_UNPACKED
from gongkai.privacy.prefilter import may_hold

APART = "\x1e"
"""Stands between texts that do not belong together; no pattern goes over it."""
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|code|del|em|font|i|ins|label|mark|q|s|small|span|strong|sub|sup|tspan|u|wbr)(?:\s[^<>]*)?>|<!--.*?-->",
    re.I | re.S,
)
_TAG = re.compile(r"<!--(.*?)-->|<[^<>]*>", re.S)
# Drawings are made of numbers; the names of files are looked at as names.
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DRAWN = frozenset(("d", "points", "transform", "viewbox", "viewBox", "integrity", "nonce"))
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|//[^\n]*|/\*.*?\*/", re.S)
_MONEY = ("资金", "金额", "支出", "拨款", "预算", "总额", "合计", "执行数", "元")
_PARAGRAPH = re.compile(r"</(?:w:p|a:p|si|c|is|text:p)>|<w:(?:br|tab)/>|<(?:w:br|w:tab)[^>]*>")
_SAYING = re.compile(r"xl/(?:sharedStrings|workbook|worksheets/.*)\.xml|docProps/core\.xml")
_VALUE = re.compile(rb"<v>[^<]*</v>")


def texts_of(address: str, data: bytes) -> Iterator[str]:
    """The texts of a file; one of a kind that holds no text, or of which the text cannot be read, gives none.

    Numbers of data files are amounts, not texts: a workbook that was handed in (in ``files/``) may have telephones as
    numbers, and there they count.
    """
    ending = address.rpartition(".")[2].lower()
    if data[:5] == b"%PDF-":
        yield from _pdf(data)
    elif data[:2] == b"PK":
        yield from _zipped(data) if "/files/" in address else _workbook(data)
    elif ending in ("json", "geojson", "js", "map"):
        yield from _strings(data.decode("utf-8", "replace"))
    elif ending == "csv":
        yield from _csv(data.decode("utf-8-sig", "replace"))
    elif ending in ("html", "htm", "xml", "svg"):
        yield from _markup(data.decode("utf-8", "replace"))
    elif ending in ("txt", "md", "css", "yaml", "yml", "webmanifest"):
        yield data.decode("utf-8", "replace")


def is_readable(address: str, data: bytes) -> bool:
    """Whether ``texts_of`` knows the kind of a file."""
    ending = address.rpartition(".")[2].lower()
    known = {
        "json",
        "geojson",
        "js",
        "map",
        "csv",
        "html",
        "htm",
        "xml",
        "svg",
        "txt",
        "md",
        "css",
        "yaml",
        "yml",
    }
    return ending in known or data[:5] == b"%PDF-" or data[:2] == b"PK"


def _markup(text: str) -> Iterator[str]:
    """The text twice, with inline tags leaving nothing and parting what they stand between; then what tags say."""
    whole = _INLINE.sub("", text)
    yield unescape(_TAG.sub(APART, whole))
    if whole != text:
        yield unescape(_TAG.sub(APART, text))
    said = []
    for tag in _TAG.finditer(text):
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
    yield unescape(_TAG.sub("", _PARAGRAPH.sub(APART, text)))


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
