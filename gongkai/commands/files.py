"""Files that commands write where they are told to, with the folders on the way."""

from __future__ import annotations

from pathlib import Path

from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import shown


def write_file(file: Path, data: bytes) -> str:
    """Write a file and give its name as people are told it. Raises CommandError."""
    name = shown(file.absolute())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        hint = "请检查文件夹的权限和磁盘空间，以及文件是否正被别的程序打开。"
        raise CommandError(f"写不了 {name}（{error.strerror}）。", hint, ExitCode.SETUP) from error
    return name
