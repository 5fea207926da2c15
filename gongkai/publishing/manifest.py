"""manifest.json: every file of the published site with its size and SHA-256; compared with what is there."""

from __future__ import annotations

import enum
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

MANIFEST = "manifest.json"
CARRIED = ".gitignore"  # only at the top of the site: it is the repository's, and left as it is

_FORMAT = "gongkai-manifest-1"
_HEAD = f'{{\n"format": "{_FORMAT}",\n"files": {{\n'.encode()
_FOOT = b"\n}\n}\n"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class File(NamedTuple):
    """One published file: posix path below the site, size in bytes, SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


class State(enum.StrEnum):
    """How a file differs from the manifest."""

    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The Chinese word shown to people."""
        return {"missing": "缺少", "extra": "多余", "changed": "已改动"}[self.value]


class Difference(NamedTuple):
    """One file that is not as the manifest says; an empty folder nobody planned ends in ``/``."""

    path: str
    state: State


class Manifest:
    """The files of a site. Iterates as ``File`` in order of path; the same files give the same bytes."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[int, str]] = {}

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[File]:
        for path in sorted(self._files):
            yield File(path, *self._files[path])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Manifest) and self._files == other._files

    __hash__ = None  # type: ignore[assignment]  # it grows

    def add(self, path: str, size: int, sha256: str) -> None:
        """List a file by what is known of its content."""
        self._files[path] = (size, sha256)

    def has(self, path: str, size: int, sha256: str) -> bool:
        """Whether a file is listed with content of this size and hash."""
        return self._files.get(path) == (size, sha256)

    def lists(self, path: str, data: bytes) -> bool:
        """Whether a file is listed with just this content."""
        return self.has(path, len(data), hashlib.sha256(data).hexdigest())

    @property
    def folders(self) -> set[str]:
        """All folders that its files stand in, the site's own ("") too."""
        found = {""}
        for folder in {path.rpartition("/")[0] for path in self._files}:
            while folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return found

    def below(self, folder: str) -> dict[str, str]:
        """The files below a folder with their SHA-256."""
        return {path: one[1] for path, one in self._files.items() if path.startswith(f"{folder}/")}

    def changes(self, former: Manifest) -> tuple[list[str], list[str]]:
        """What has to be done to a tree of the former: (files that go, files that are new or other), in order."""
        gone = sorted(former._files.keys() - self._files.keys())
        return gone, sorted(path for path, entry in self._files.items() if former._files.get(path) != entry)

    def blocks(self) -> Iterator[bytes]:
        """The JSON text, one file a line, without dates, in blocks."""
        yield _HEAD
        lines: list[str] = []
        separator = ""
        for path, size, sha256 in self:
            lines.append(f'{separator}"{path}": {{"size": {size}, "sha256": "{sha256}"}}')
            separator = ",\n"
            if len(lines) == 1000:
                yield "".join(lines).encode()
                lines.clear()
        yield "".join(lines).encode() + _FOOT

    @classmethod
    def read(cls, site: Path) -> Manifest | None:
        """The manifest of the site in a folder; None if there is none or it is damaged."""
        try:
            if not stat.S_ISREG((site / MANIFEST).lstat().st_mode):
                return None
            with (site / MANIFEST).open("rb") as file:
                return cls.parse(file)
        except OSError:
            return None

    @classmethod
    def parse(cls, file: IO[bytes]) -> Manifest | None:
        """A manifest from its text; None if it is damaged."""
        manifest = cls()
        try:
            data = json.load(file)
            for path, one in data["files"].items():
                manifest.add(path, int(one["size"]), _SHA256.fullmatch(one["sha256"])[0])  # type: ignore[index]
            return manifest if data["format"] == _FORMAT else None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None


def verify(output: Path) -> list[Difference]:
    """Every file of the published site that is missing, extra or changed, in order of path; [] if all is right.

    Reads every file. Links are never followed: a link where a file should be is a change.
    """
    site = Path(os.path.realpath(output))
    manifest = Manifest.read(site)
    if manifest is None:
        there = os.path.lexists(site / MANIFEST)
        return [Difference(MANIFEST, State.CHANGED if there else State.MISSING)]
    missing = {file.path: file for file in manifest}
    folders = {path[: end + 1] for path in missing for end, letter in enumerate(path) if letter == "/"}
    differences: list[Difference] = []
    for path, entry in walk(site):
        if path in (MANIFEST, CARRIED) or path in folders:  # such a folder is empty as its files are missing
            continue
        file = missing.pop(path, None)
        if file is None:
            differences.append(Difference(path, State.EXTRA))
        elif not matches(entry.path, file):
            differences.append(Difference(path, State.CHANGED))
    return sorted([*differences, *(Difference(path, State.MISSING) for path in missing)])


def walk(site: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder that is not a folder, as posix paths; an empty folder comes as ``path/``."""
    pending = [("", str(site))]
    while pending:
        prefix, folder = pending.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    yield prefix + entry.name, entry
                elif any(os.scandir(entry.path)):
                    pending.append((f"{prefix}{entry.name}/", entry.path))
                else:
                    yield f"{prefix}{entry.name}/", entry


def matches(place: str | Path, file: File) -> bool:
    """Whether a regular file has the content that is listed."""
    try:
        status = os.lstat(place)
        if not stat.S_ISREG(status.st_mode) or status.st_size != file.size:
            return False
        with Path(place).open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    except OSError:
        return False
