"""manifest.json: every file of the published site with its size and SHA-256; compared with what is there."""

from __future__ import annotations

import enum
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

MANIFEST = "manifest.json"
CARRIED = ".gitignore"  # only at the top of the site: it is the repository's, and left as it is

_FORMAT = "gongkai-manifest-1"
_HEAD = f'{{\n"format": "{_FORMAT}",\n"files": {{\n'.encode()
_FOOT = b"\n}\n}\n"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HASHES = re.compile(r'"sha256": "([0-9a-f]{64})"')


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


def listing(files: Iterable[File]) -> str:
    """Files as the manifest lists them, a line each."""
    named = ((json.dumps(one.path, ensure_ascii=False), one) for one in files)
    return ",\n".join(f'{name}: {{"size": {one.size}, "sha256": "{one.sha256}"}}' for name, one in named)


class Changes(NamedTuple):
    """What has to be done to a tree of one manifest to make another's of it, each in order of path."""

    gone: list[str]
    new: list[File]
    other: list[File]
    """Files of the same names with other content."""

    @property
    def fresh(self) -> list[File]:
        """All that has to be put there."""
        return sorted([*self.new, *self.other])


class Manifest:
    """The files of a site, put together from listings by name; the same listings give the same bytes.

    A listing is looked into only where it differs from another manifest's or is asked for: a department that has not
    changed costs nothing. Where a listing is named by two folders (``locality/department``) all files below stand in it.
    """

    def __init__(self, listings: Mapping[str, str] | None = None) -> None:
        self.listings: Mapping[str, str] = {name: text for name, text in (listings or {}).items() if text}
        self._parsed: dict[str, dict[str, tuple[int, str]]] = {}

    def __len__(self) -> int:
        return sum(text.count("\n") + 1 for text in self.listings.values())

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def __iter__(self) -> Iterator[File]:
        """In order of path."""
        files = self._all(self.listings)
        return (File(path, *files[path]) for path in sorted(files))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Manifest) and not any(self.changes(other))

    __hash__ = None  # type: ignore[assignment]  # equal ones may be put together differently

    def get(self, path: str) -> File | None:
        """A file, if it is listed."""
        listings = map(self._of, self._beside(path))
        return next((File(path, *found[path]) for found in listings if path in found), None)

    def lists(self, path: str, data: bytes) -> bool:
        """Whether a file is listed with just this content."""
        return self.get(path) == File(path, len(data), hashlib.sha256(data).hexdigest())

    def below(self, folder: str) -> dict[str, str]:
        """The files below a folder of a department with their SHA-256."""
        found = self._all(self._beside(f"{folder}/")).items()
        return {path: one[1] for path, one in found if path.startswith(f"{folder}/")}

    @property
    def folders(self) -> set[str]:
        """All folders that its files stand in, the site's own ("") too."""
        found = {""}
        lines = (line for text in self.listings.values() for line in text.split("\n"))
        for folder in {line[1:].rpartition("/")[0] for line in lines}:  # nothing but paths has a slash
            while folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return found

    @property
    def hashes(self) -> set[str]:
        """The SHA-256 of all files."""
        return {found for text in self.listings.values() for found in _HASHES.findall(text)}

    def changes(self, former: Manifest) -> Changes:
        """What has to be done to a tree of the former."""
        names = [
            name
            for name in self.listings.keys() | former.listings.keys()
            if self.listings.get(name) != former.listings.get(name)
        ]
        now, then = self._all(names), former._all(names)
        other = (path for path in now.keys() & then.keys() if now[path] != then[path])
        new, others = (
            sorted(File(path, *now[path]) for path in paths) for paths in (now.keys() - then.keys(), other)
        )
        return Changes(sorted(then.keys() - now.keys()), new, others)

    def _beside(self, path: str) -> Iterable[str]:
        """The names of the listings that a file may stand in."""
        name = "/".join(path.split("/")[:2])
        return [name] if name in self.listings else self.listings

    def _all(self, names: Iterable[str]) -> dict[str, tuple[int, str]]:
        found: dict[str, tuple[int, str]] = {}
        for name in names:
            found |= self._of(name)
        return found

    def _of(self, name: str) -> dict[str, tuple[int, str]]:
        if name not in self._parsed:
            listed = json.loads(f"{{{self.listings.get(name, '')}}}")
            self._parsed[name] = {path: (one["size"], one["sha256"]) for path, one in listed.items()}
        return self._parsed[name]

    def blocks(self) -> Iterator[bytes]:
        """The JSON text, one file a line, without dates, in blocks."""
        between = _HEAD
        for _, text in sorted(self.listings.items()):
            yield between + text.encode()
            between = b",\n"
        yield _FOOT if self.listings else _HEAD + _FOOT

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
        """A manifest from its text, as one listing; None if it is damaged."""
        try:
            data = json.load(file)
            files = [
                File(path, int(one["size"]), _SHA256.fullmatch(one["sha256"])[0])  # type: ignore[index]
                for path, one in data["files"].items()
            ]
            return cls({"": listing(files)}) if data["format"] == _FORMAT else None
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
