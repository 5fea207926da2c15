"""Keys of artifacts: hashes of everything they are made from, by content."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
"""gongkai's own folder."""
_ENGINES = (
    ("pango_version_string", ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")),
    ("hb_version_string", ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll")),
)


def key_of(*parts: str | bytes) -> str:
    """One key of several parts; no two lists of parts share one by concatenation."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def folder_key(folder: Path) -> str:
    """The content of every file below a folder, by relative name, also behind links; a missing folder has a key too."""
    files = sorted(
        Path(above, name)
        for above, _, names in os.walk(folder, followlinks=True)
        for name in names
        if "__pycache__" not in above and Path(above, name).is_file()
    )
    return key_of(
        *(part for path in files for part in (path.relative_to(folder).as_posix(), path.read_bytes()))
    )


@cache
def code_key() -> str:
    """gongkai's own code, and everything installed beside it that may shape its output."""
    sources = sorted(PACKAGE.rglob("*.py"))
    code = (part for file in sources for part in (file.relative_to(PACKAGE).as_posix(), file.read_bytes()))
    return key_of(*code, *installed())


def installed() -> list[str]:
    """Python, the distributions that can be imported with their versions, and the libraries that lay out text."""
    found = {file.name for folder in sys.path for file in Path(folder or ".").glob("*.dist-info")}
    return [sys.version, engine_versions(), *sorted(found)]


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
