"""Bytes of a record file → text: UTF-8, with a mark at its beginning or without, and no characters nobody can see."""

from __future__ import annotations

import codecs
import re

from gongkai.problems import Place, Problem, Severity


def problem(file: str, line: int, column: int, rule: str, message: str, hint: str) -> Problem:
    """An error in a file."""
    return Problem(Place(file, line, column), rule, Severity.ERROR, message, hint)


_SAVE_HINT = "请用记事本打开，选“另存为”，编码选“UTF-8”，保存后再试。"


def decode(raw: bytes, name: str) -> tuple[str | None, list[Problem]]:
    """The text of a file; None with what is wrong where it cannot be read. ``name`` is how it is called in problems."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None, [problem(name, 1, 1, "source.encoding", "文件的编码是 UTF-16，应当是 UTF-8", _SAVE_HINT)]
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _byte_position(raw, error.start)
        kind = "GBK（ANSI）" if _is_gbk(raw) else "未知"
        return None, [
            problem(
                name, line, column, "source.encoding", f"文件的编码不是 UTF-8，看起来是 {kind}", _SAVE_HINT
            ),
        ]
    bad = re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ue000-\uf8ff\u200b-\u200f\u2028-\u202e\u2060-\u2069]",
        text,
    )
    if bad:
        line, column = _position(text, bad.start())
        message = f"这里有一个看不见或不能印出的字符 U+{ord(bad.group()):04X}"
        return None, [
            problem(name, line, column, "source.character", message, "请删去这个字符后重新输入。"),
        ]
    return text, []


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _byte_position(raw: bytes, offset: int) -> tuple[int, int]:
    head = raw[:offset]
    start = head.rfind(b"\n") + 1
    return head.count(b"\n") + 1, len(head[start:].decode("utf-8", "replace")) + 1


def _position(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1
