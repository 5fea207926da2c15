"""Files and folders given to an import → each file with the name to call it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

MAX_FILES = 500
"""Files that one import reads."""


def find_files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file of the given files and folders with the name to call it by; temporary Office files are left out."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            if file.is_dir() or file.name.startswith(("~$", ".")):
                continue
            yield file, name
