"""Files written: whole or not at all where others may read them; and what is said where they can't be."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import shown


def write_whole(file: Path, data: bytes) -> None:
    """Write a file beside and rename, so that several processes may write the same one. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".part-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.chmod(0o644)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def writing(name: object) -> Iterator[None]:
    """Raises CommandError where what is done inside cannot write; ``name`` is how people are told the file."""
    try:
        yield
    except OSError as error:
        hint = "请检查文件夹的权限和磁盘空间，以及文件是否正被别的程序打开。"
        raise CommandError(f"写不了 {name}（{error.strerror}）。", hint, ExitCode.SETUP) from error


def write_file(file: Path, data: bytes) -> str:
    """Write a file that a person asks for, with the folders on the way; its name. Raises CommandError."""
    name = shown(file.absolute())
    with writing(name):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return name


def must_be_new(file: Path, hint: str) -> None:
    """Raises CommandError where a file is there already; ``hint`` is what to do then."""
    if file.exists():
        raise CommandError(f"{shown(file.absolute())} 已经存在，没有改动它。", hint)
