"""Files that commands write where they are told to: refused before the work where there is no folder for them."""

from __future__ import annotations

from pathlib import Path

import click

from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import shown


def in_a_folder(context: click.Context, parameter: click.Parameter, file: Path | None) -> Path | None:
    """The file of an option, for ``callback=``. Raises CommandError where its folder is missing."""
    if file is not None and not file.parent.is_dir():
        message = f"没有文件夹 {shown(file.parent.absolute())}，写不了 {file.name}。"
        raise CommandError(message, "请先建好这个文件夹，或换一个地方。")
    return file


def write_file(file: Path, data: bytes) -> str:
    """Write a file and give its name as people are told it. Raises CommandError."""
    name = shown(file.absolute())
    try:
        file.write_bytes(data)
    except OSError as error:
        hint = "请检查文件夹的权限和磁盘空间，以及文件是否正被别的程序打开。"
        raise CommandError(f"写不了 {name}（{error.strerror}）。", hint, ExitCode.SETUP) from error
    return name
