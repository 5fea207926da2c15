"""Keys of artifacts: hashes of everything they are made from, by content; and cheap fingerprints of folders."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "jinja2",
    "markdown",
    "nh3",
    "pyyaml",
    "pydantic",
    "weasyprint",
    "fonttools",
    "pikepdf",
    "lxml",
    "xlsxwriter",
    "segno",
)
"""What shapes the bytes of a page or a PDF besides gongkai itself."""


def key_of(*parts: str | bytes) -> str:
    """One key of several parts; no two lists of parts share one by concatenation."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def folder_key(folder: Path) -> str:
    """The content of every file below a folder, by relative name; a missing folder has a key too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return key_of(
        *(part for path in files for part in (path.relative_to(folder).as_posix(), path.read_bytes()))
    )


@cache
def code_key() -> str:
    """gongkai's own code and the versions of the libraries that shape its output."""
    package = Path(__file__).resolve().parent
    sources = sorted(package.rglob("*.py"))
    code = (part for file in sources for part in (file.relative_to(package).as_posix(), file.read_bytes()))
    return key_of(*code, *(f"{name} {_version(name)}" for name in LIBRARIES))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def fingerprint(folders: Iterable[Path]) -> tuple[str, int]:
    """A key of names, sizes, times and inodes below folders, without reading a file; and the newest time (ns)."""
    digest = hashlib.blake2b(digest_size=20)
    newest = 0
    for folder in folders:
        for name, status in sorted(_walk(str(folder))):
            digest.update(
                f"{name}\0{status.st_mtime_ns}\0{status.st_size}\0{status.st_ino}\0".encode(
                    "utf-8", "surrogateescape"
                )
            )
            newest = max(newest, status.st_mtime_ns)
    return digest.hexdigest(), newest


def _walk(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.name == "__pycache__":
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        else:
            yield entry.path, entry.stat()
