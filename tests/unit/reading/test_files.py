"""Bytes of files: all of them up to the limit, and of nothing that is no file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.files import (
    MAX_BYTES,
    TooLarge,
    decode,
    read_bytes,
    read_regular,
    readable,
    true_path,
)

POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")


def test_all_bytes_up_to_the_limit(tmp_path: Path) -> None:
    data = b"\r\n\x1a\x00" * 300_000
    (tmp_path / "a").write_bytes(data)
    assert read_regular(tmp_path / "a", len(data)) == data
    assert read_regular(tmp_path / "a", len(data) + 1) == data
    with pytest.raises(TooLarge) as raised:
        read_regular(tmp_path / "a", len(data) - 1)
    assert raised.value.size == len(data)
    assert (raised.value.errno, raised.value.strerror) == (errno.EFBIG, "文件太大")


@POSIX
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="不是普通文件") as raised:
            read_regular(path, 100)
        assert raised.value.errno == errno.EINVAL
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "nothing", 100)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux lists open files there")
def test_every_file_is_closed_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for limit, path in ((2, "a"), (1, "a"), (1, ".")):
        try:
            read_regular(tmp_path / path, limit)
        except OSError:
            continue
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@POSIX
def test_links_are_followed_and_a_ring_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "ring").symlink_to("ring")
    assert true_path(tmp_path / "link") == (tmp_path / "a").resolve()
    assert read_regular(tmp_path / "link", 1) == b"1"
    assert true_path(tmp_path / "ring") == tmp_path.resolve() / "ring"
    with pytest.raises(OSError):
        read_regular(tmp_path / "ring", 1)


def test_a_record_up_to_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a" * MAX_BYTES)
    assert read_bytes(file, "a.yaml", "分开", "看看") == b"a" * MAX_BYTES
    file.write_bytes(b"a" * (MAX_BYTES + 1))
    message = "文件有 1,048,577 字节，超过上限 1,048,576 字节"
    assert read_bytes(file, "x/a.yaml", "分开", "看看") == Problem(
        Place("x/a.yaml", 0, 0), "source.too-large", Severity.ERROR, message, "分开"
    )
    found = read_bytes(tmp_path / "b.yaml", "x/b.yaml", "分开", "看看")
    assert isinstance(found, Problem)
    assert (found.place, found.rule, found.hint) == (Place("x/b.yaml", 0, 0), "source.unreadable", "看看")
    assert found.message == f"读不了这个文件：{os.strerror(errno.ENOENT)}"


def test_text_with_a_mark_of_its_encoding_and_without() -> None:
    assert decode("甲\r\n\t乙".encode(), "a") == decode("\ufeff甲\r\n\t乙".encode(), "a") == "甲\r\n\t乙"
    assert decode(b"", "a") == ""


@pytest.mark.parametrize(
    ("raw", "place", "rule", "message"),
    [
        ("甲".encode("utf-16"), (1, 1), "source.encoding", "文件的编码是 UTF-16，应当是 UTF-8"),
        ("甲".encode("utf-16-be").join([b"\xfe\xff", b""]), (1, 1), "source.encoding", "文件的编码是 UTF-16，应当是 UTF-8"),
        ("a\nbc甲".encode("gbk"), (2, 3), "source.encoding", "文件的编码不是 UTF-8，看起来是 GBK（ANSI）"),
        ("甲".encode() + b"\xff", (1, 2), "source.encoding", "文件的编码不是 UTF-8，看起来是 未知"),
        ("甲\n乙\u200b丙".encode(), (2, 2), "source.character", "这里有一个看不见或不能印出的字符 U+200B"),
        (b"\x00", (1, 1), "source.character", "这里有一个看不见或不能印出的字符 U+0000"),
    ],
)  # fmt: skip
def test_where_and_why_bytes_are_no_text(raw: bytes, place: tuple[int, int], rule: str, message: str) -> None:
    found = decode(raw, "x/a.yaml")
    assert isinstance(found, Problem)
    assert (found.place, found.rule, found.message) == (Place("x/a.yaml", *place), rule, message)
    assert found.blocks
    assert found.hint == (
        "请删去这个字符后重新输入。"
        if rule == "source.character"
        else "请用记事本打开，选“另存为”，编码选“UTF-8”，保存后再试。"
    )


def test_text_to_be_looked_at_however_it_was_saved() -> None:
    assert readable("\ufeff甲".encode()) == readable("甲".encode()) == readable("甲".encode("gbk")) == "甲"
    assert readable("㐀".encode("gb18030")) == "㐀"
    assert readable(b"a\xff") == "a\ufffd"
