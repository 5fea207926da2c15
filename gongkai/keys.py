"""Keys of artifacts: hashes of everything they are made from, by content; and cheap fingerprints of folders."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

LIBRARIES = (
    "cssselect2",
    "fonttools",
    "jinja2",
    "lxml",
    "markdown",
    "markupsafe",
    "nh3",
    "openpyxl",
    "pikepdf",
    "pillow",
    "pydantic",
    "pydyf",
    "pypinyin",
    "pyyaml",
    "segno",
    "tinycss2",
    "tinyhtml5",
    "weasyprint",
    "xlsxwriter",
)
"""What shapes the bytes of a page or a PDF besides gongkai itself."""
_PACKAGE = Path(__file__).resolve().parent
_ENGINES = (
    ("pango_version_string", ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")),
    ("hb_version_string", ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll")),
)


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
    sources = sorted(_PACKAGE.rglob("*.py"))
    code = (part for file in sources for part in (file.relative_to(_PACKAGE).as_posix(), file.read_bytes()))
    return key_of(*code, *(f"{name} {_version(name)}" for name in LIBRARIES), sys.version, engine_versions())


@cache
def engine_versions() -> str:
    """The versions of the system's libraries that lay out and shape text; blank where there are none."""
    return " ".join(_engine_version(call, names) for call, names in _ENGINES)


def _engine_version(call: str, names: Iterable[str]) -> str:
    for name in names:
        try:
            ask = getattr(ctypes.CDLL(name), call)
        except (OSError, AttributeError):
            continue
        ask.restype = ctypes.c_char_p
        return (ask() or b"").decode()
    return ""


def _version(name: str) -> str:
    # Imported here as it imports much, and a quick look at a stamp needs none of it.
    from importlib.metadata import PackageNotFoundError, version

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
                f"{name}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_size}\0{status.st_ino}\0".encode(
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
            with contextlib.suppress(OSError):  # a link that leads nowhere; a file that has just gone
                yield entry.path, entry.stat()
