"""Bytes of files: all of them up to the limit, and of nothing that is no file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gongkai.reading.files import TooLarge, read_regular, true_path

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
