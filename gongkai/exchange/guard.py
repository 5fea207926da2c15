"""Which files an import is given, what kind each really is, and whether it is safe to open: size, passwords, zip bombs."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from gongkai.exchange.tables import RawDocument
from gongkai.problems import Severity
from gongkai.reading.files import true_path

MAX_FILE = 50 * 1024 * 1024
MAX_MEMBER = 100 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_MEMBERS = 5_000
OUTSIDE = "（链接到文件夹以外）"
"""Stands behind the name of a link that leads out of the folder: what is there was not handed in, and is not read."""
MAX_FILES = 500
"""Files that one import reads."""
Kind = Literal["xlsx", "docx", "xls", "pdf", "html", "odf", "doc", "rtf", "xml"]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = {b"\x89PNG": "PNG 图片", b"\xff\xd8\xff": "JPEG 图片", b"GIF8": "GIF 图片", b"BM": "BMP 图片", b"II*\0": "TIFF 图片", b"MM\0*": "TIFF 图片"}  # fmt: skip
KINDS: dict[Kind, tuple[str, tuple[str, ...]]] = {
    "xlsx": ("Excel 工作簿（.xlsx）", ("xlsx", "xlsm", "xltx", "xltm")),
    "docx": ("Word 文档（.docx）", ("docx", "docm", "dotx")),
    "xls": ("Excel 97-2003 工作簿（.xls）", ("xls", "xlt", "et", "ett")),
    "pdf": ("PDF", ("pdf",)),
    "html": ("网页（HTML）", ("html", "htm", "mht")),
    "odf": ("OpenDocument 文件（.ods、.odt）", ("ods", "ots", "odt", "ott")),
    "doc": ("旧格式的 Word 或 WPS 文档（.doc、.wps）", ("doc", "dot", "wps", "wpt")),
    "rtf": ("RTF 文档", ("rtf", "doc")),
    "xml": ("XML 格式的电子表格（2003）", ("xml", "xls")),
}
"""What can be read: each kind's name, and how names of its files end."""


def find_files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file of the given files and folders with the name to call it by; temporary Office files are left out."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            if file.is_dir() or file.name.startswith(("~$", ".")):
                continue
            if path.is_dir() and true_path(path) not in true_path(file).parents:
                name = f"{name}{OUTSIDE}"
            yield file, name


def kind_of(raw: bytes, suffix: str, document: RawDocument) -> Kind | None:
    """The kind by content, whatever the name says; None (with a problem) for what cannot be read.

    ``suffix`` is the name's ending without the dot, in lower case.
    """
    if not raw:
        document.tell("empty", "文件是空的（0 字节）", "请重新导出或下载。")
        return None
    if len(raw) > MAX_FILE:
        document.tell("too-large", f"文件有 {len(raw):,} 字节，超过上限 {MAX_FILE:,} 字节", "请删去图片和无关的工作表，或分成几个文件。")  # fmt: skip
        return None
    kind = _sniff(raw, document)
    if kind and suffix not in KINDS[kind][1]:
        message = f"扩展名是 .{suffix}，内容其实是{KINDS[kind][0]}；已按内容读取"
        document.tell(
            "renamed", message, "请核对读出的内容；文件最好按原来的类型重新保存。", Severity.WARNING
        )
    return kind


def _sniff(raw: bytes, document: RawDocument) -> Kind | None:
    if raw.startswith(b"PK"):
        return _zip_kind(raw, document)
    if raw.startswith(_OLE):
        return _ole_kind(raw, document)
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    for magic, name in _IMAGES.items():
        if raw.startswith(magic):
            document.tell("image", f"这是一张{name}，里面没有文字", "请找可以复制文字的原始文件（Excel、Word、PDF），或照图填写空白表。")  # fmt: skip
            return None
    head = raw[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"").lower()
    if b"<html" in head or b"<table" in head or head.startswith(b"<!doctype html") or b"mime-version" in head:
        return "html"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    document.tell("format", "认不出这是什么文件", "能读的有 .xlsx、.xls、.et、.docx、.doc、.wps、.ods、.odt、.pdf 和网页；别的请先另存为其中一种。")  # fmt: skip
    return None


def _ole_kind(raw: bytes, document: RawDocument) -> Kind | None:
    """Old Office files and encrypted new ones share one container; its directory names tell them apart."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        document.tell("password", "文件有打开密码", "请在 Excel 或 Word 里取消密码（文件 → 信息 → 保护），保存后再试。")  # fmt: skip
        return None
    if "WordDocument".encode("utf-16-le") in raw:
        return "doc"
    if "_VBA_PROJECT_CUR".encode("utf-16-le") in raw or "_VBA_PROJECT".encode("utf-16-le") in raw:
        _tell_macros(document)
    return "xls"


def _zip_kind(raw: bytes, document: RawDocument) -> Kind | None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        document.tell("damaged", "文件损坏，打不开", "请重新导出或下载；也可用 Excel、Word 的“打开并修复”。")
        return None
    names = {info.filename for info in infos}
    if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        document.tell("too-large", "文件解开后太大，像是压缩炸弹，没有打开", "请向来源核实；正常的绩效目标表只有几百 KB。")  # fmt: skip
        return None
    if any(info.flag_bits & 1 for info in infos):
        document.tell("password", "文件有打开密码", "请取消密码，保存后再试。")
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        _tell_macros(document)
    if "xl/workbook.xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        return "docx"
    if {"mimetype", "content.xml"} <= names:
        return "odf"
    document.tell("format", "这是压缩包，不能直接读取", "请先解开，把文件夹交给导入。")
    return None


def _tell_macros(document: RawDocument) -> None:
    document.tell("macros", "文件里有宏；宏没有运行，只读取了单元格里保存的内容", "请核对由宏算出的数。", Severity.WARNING)  # fmt: skip


def read_member(archive: zipfile.ZipFile, name: str, document: RawDocument) -> bytes | None:
    """One part of a zipped document, at most MAX_MEMBER bytes whatever its header says; None with a problem."""
    try:
        with archive.open(name) as stream:
            data = stream.read(MAX_MEMBER + 1)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        KeyError,
        NotImplementedError,
        ValueError,
        zlib.error,
    ) as error:
        document.tell(
            "damaged", f"文件损坏：“{name}”读不出来（{type(error).__name__}）", "请重新导出或下载。"
        )
        return None
    if len(data) > MAX_MEMBER:
        document.tell("too-large", f"文件里的“{name}”解开后超过 {MAX_MEMBER // 1024 // 1024} MB，没有打开", "请向来源核实，或删去无关的内容后再试。")  # fmt: skip
        return None
    if name.endswith((".xml", ".rels")) and re.search(rb"<!(?:DOCTYPE|ENTITY)", data.replace(b"\0", b"")):
        document.tell("unsafe", f"文件里的“{name}”含有外部实体声明，不是 Office 保存的文件", "请用 Excel 或 Word 打开后另存一份。")  # fmt: skip
        return None
    return data
