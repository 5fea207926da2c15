"""Files somebody else put there: where they lead, their bytes, of regular files only and never too many, and their text."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
from pathlib import Path

from gongkai.problems import Place, Problem, Severity

MAX_BYTES = 1024 * 1024
"""Of a record or a text; pictures and kept files have limits of their own."""
_SAVE_HINT = "请用记事本打开，选“另存为”，编码选“UTF-8”，保存后再试。"
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ue000-\uf8ff\u200b-\u200f\u2028-\u202e\u2060-\u2069]"
)


def problem(file: str, line: int, column: int, rule: str, message: str, hint: str) -> Problem:
    """An error in a file."""
    return Problem(Place(file, line, column), rule, Severity.ERROR, message, hint)


class TooLarge(OSError):
    """A file is larger than may be read; ``size`` is what the system says of it, in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(errno.EFBIG, "文件太大")
        self.size = size


def true_path(path: Path) -> Path:
    """Where a path leads through all links; links in a ring lead to themselves, and reading them fails."""
    return Path(os.path.realpath(path))


def read_regular(file: Path, limit: int) -> bytes:
    """All bytes of a file, at most ``limit``. Raises OSError; TooLarge where it has more.

    A pipe or a device may keep its reader waiting forever, or have no end: it is opened without waiting, and refused.
    """
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "不是普通文件")
        if status.st_size > limit:
            raise TooLarge(status.st_size)
        with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as opened:
            return opened.readall()
    finally:
        os.close(descriptor)


def read_bytes(file: Path, name: str, smaller: str, readable: str) -> bytes | Problem:
    """The bytes of a record or a text, or why there are none; ``smaller`` and ``readable`` say what to do about it.

    ``name`` is how the file is called in problems.
    """
    try:
        return read_regular(file, MAX_BYTES)
    except TooLarge as error:
        message = f"文件有 {error.size:,} 字节，超过上限 {MAX_BYTES:,} 字节"
        return problem(name, 0, 0, "source.too-large", message, smaller)
    except OSError as error:
        return problem(name, 0, 0, "source.unreadable", f"读不了这个文件：{error.strerror}", readable)


def decode(raw: bytes, name: str) -> str | Problem:
    """Bytes in UTF-8 (with a mark at their beginning or without) as text, or what is wrong with them."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return problem(name, 1, 1, "source.encoding", "文件的编码是 UTF-16，应当是 UTF-8", _SAVE_HINT)
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            raw.decode("gb18030")
            kind = "GBK（ANSI）"
        except UnicodeDecodeError:
            kind = "未知"
        message = f"文件的编码不是 UTF-8，看起来是 {kind}"
        return problem(name, *_end_of(raw[: error.start].decode()), "source.encoding", message, _SAVE_HINT)
    if bad := _UNSEEN.search(text):
        message = f"这里有一个看不见或不能印出的字符 U+{ord(bad.group()):04X}"
        spot = _end_of(text[: bad.start()])
        return problem(name, *spot, "source.character", message, "请删去这个字符后重新输入。")
    return text


def readable(raw: bytes) -> str:
    """The same as text to be looked at, however it was saved; what is no character is replaced."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _end_of(head: str) -> tuple[int, int]:
    """Line and column of what follows."""
    return head.count("\n") + 1, len(head) - head.rfind("\n")
