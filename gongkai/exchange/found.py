"""Files and folders given to an import → each file with the name to call it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from gongkai.reading.files import true_path

OUTSIDE = "（链接到文件夹以外）"
"""Stands behind the name of a link that leads out of the folder: what is there was not handed in, and is not read."""
MAX_FILES = 500
"""Files that one import reads."""


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
