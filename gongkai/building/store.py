"""The store: what each artifact was made from and came to, in one SQLite file; and content by its hash.

It holds data alone and may be deleted at any time. What is damaged in it is not there: every row carries the hash
of its own text, every object is known by that of its content.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from gongkai.keys import key_of
from gongkai.problems import Problem, from_data, to_data
from gongkai.publishing.swap import reported

_SCHEMA = """
CREATE TABLE IF NOT EXISTS artifacts (owner TEXT PRIMARY KEY, made TEXT, sum TEXT);
CREATE TABLE IF NOT EXISTS facts (kind TEXT, name TEXT, value TEXT, sum TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""
FILE = "store.sqlite"
FORMAT = 1
"""Counts how what is kept is written; a store of another number is as good as none. One more with every change."""
_FAILURES = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EACCES,
}
INTERNAL = ":"
"""What the address of a file begins with that is not published. No published name has it."""


class File(NamedTuple):
    """A made file: its address, content, size, and how many pages, rows or tables it has.

    ``stamp`` tells whether the stored content was touched since it was written.
    """

    path: str
    sha256: str
    size: int
    extent: int
    stamp: str

    @property
    def published(self) -> bool:
        """Whether it is part of the site."""
        return not self.path.startswith(INTERNAL)


@dataclass(frozen=True, slots=True)
class Made:
    """What an artifact came to, and the key it had then."""

    key: str
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def blocked(self) -> bool:
        """Something stops publication."""
        return any(problem.blocks for problem in self.problems)

    def to_data(self) -> list[Any]:
        """Plain data for JSON."""
        return [self.key, [*map(list, self.files)], [*map(to_data, self.problems)]]

    @classmethod
    def from_data(cls, data: list[Any]) -> Made:
        """What ``to_data`` took apart."""
        key, files, problems = data
        return cls(key, tuple(File(*one) for one in files), tuple(map(from_data, problems)))


class Objects:
    """Content by its SHA-256 below a folder: written once, then only linked to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes | Iterable[bytes]) -> tuple[str, int, str]:
        """Store content: its SHA-256, its size, and the stamp of the file. Raises OutputError."""
        part = self._folder / f"part-{os.getpid()}-{threading.get_ident()}"
        with reported():
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                name, size = _written(part, (data,) if isinstance(data, bytes) else data)
                place = self.path(name)
                if not place.exists() or not _is(place, name):
                    place.parent.mkdir(exist_ok=True)
                    part.replace(place)
                return name, size, _stamp(place)
            finally:
                with suppress(OSError):
                    part.unlink()

    def path(self, sha256: str) -> Path:
        """Where the content of this hash lies, if it is there."""
        return self._folder / sha256[:2] / sha256[2:]

    def has(self, file: File) -> bool:
        """Whether the content is there, untouched since it was written; damaged content is removed."""
        place = self.path(file.sha256)
        try:
            if _stamp(place) == file.stamp or _is(place, file.sha256):
                return True
            place.unlink()
        except OSError:
            pass
        return False

    def remove(self, names: Iterable[str]) -> None:
        """Content nobody refers to."""
        for name in names:
            with suppress(OSError):
                self.path(name).unlink()

    def names(self) -> set[str]:
        """The hashes of all there are."""
        folders = self._folder.glob("??")
        return {folder.name + entry.name for folder in folders for entry in os.scandir(folder)}


def _written(file: Path, blocks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with file.open("wb") as stream:
        for block in blocks:
            stream.write(block)
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


class Damaged(Exception):
    """The store can't be used as it is; without it everything is made anew."""


class Store:
    """What is known of the last builds of one site. Raises Damaged from any of its methods."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects = Objects(folder / "objects")
        self.renewed: set[str] = set()
        """The published files of the artifacts that were kept anew."""
        with _checked(), reported():
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(folder / FILE, isolation_level=None, timeout=30)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            _prepare(self._base)

    @classmethod
    def copy(cls, folder: Path) -> Store:
        """A copy in memory of what is in a folder, or of nothing: what it learns is forgotten."""
        store = cls.__new__(cls)
        store.folder, store.objects, store.renewed = folder, Objects(folder / "objects"), set()
        store._base = sqlite3.connect(":memory:", isolation_level=None)
        with suppress(Damaged), _checked(), closing(_opened(folder)) as source:
            source.backup(store._base)
        with _checked():
            _prepare(store._base)
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All or nothing of what is kept meanwhile."""
        with _checked():
            self._base.execute("BEGIN")
            yield
            self._base.execute("COMMIT")

    # -- facts --------------------------------------------------------------------------------

    def facts(self, kind: str) -> dict[str, Any]:
        """Everything known of a kind, by name."""
        with _checked():
            rows = self._base.execute(
                "SELECT name, value, sum FROM facts WHERE kind = ? ORDER BY name", (kind,)
            )
            return {
                name: json.loads(value) for name, value, total in rows if key_of(kind, name, value) == total
            }

    def fact(self, kind: str, name: str = "") -> Any:
        """One of these; None if it is not known."""
        with _checked():
            row = self._base.execute(
                "SELECT value, sum FROM facts WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
        return json.loads(row[0]) if row and key_of(kind, name, row[0]) == row[1] else None

    def learn(self, kind: str, values: Mapping[str, Any]) -> None:
        """Keep facts, each in the place of what was known by its name."""
        texts = ((name, json.dumps(value, ensure_ascii=False)) for name, value in values.items())
        rows = [(kind, name, text, key_of(kind, name, text)) for name, text in texts]
        with _checked():
            self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", rows)

    def forget(self, kind: str, names: Iterable[str]) -> None:
        """Facts that are so no longer."""
        with _checked():
            self._base.executemany(
                "DELETE FROM facts WHERE kind = ? AND name = ?", [(kind, one) for one in names]
            )

    # -- artifacts ----------------------------------------------------------------------------

    def artifacts(self, owner: str) -> dict[str, Made]:
        """What is known of an owner's artifacts, by name."""
        with _checked():
            row = self._base.execute("SELECT made, sum FROM artifacts WHERE owner = ?", (owner,)).fetchone()
            if row is None or key_of(owner, row[0]) != row[1]:
                return {}
            return {name: Made.from_data(one) for name, one in json.loads(row[0]).items()}

    def keep(self, owner: str, made: Mapping[str, Made]) -> None:
        """These are an owner's artifacts now; those of other names go. What failed is not kept."""
        good = {name: one for name, one in made.items() if not one.blocked}
        known = self.artifacts(owner)
        if good == known:
            return
        fresh = (one for name, one in good.items() if known.get(name) != one)
        self.renewed.update(file.path for one in fresh for file in one.files if file.published)
        text = json.dumps({name: one.to_data() for name, one in good.items()}, ensure_ascii=False)
        with _checked():
            row = (owner, text, key_of(owner, text))
            self._base.execute("INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?)", row)

    def drop(self, owners: Iterable[str]) -> None:
        """All artifacts of these owners."""
        with _checked():
            self._base.executemany("DELETE FROM artifacts WHERE owner = ?", [(one,) for one in owners])

    def owners(self) -> list[str]:
        """Everybody who has artifacts."""
        with _checked():
            return [owner for (owner,) in self._base.execute("SELECT DISTINCT owner FROM artifacts")]

    def prune(self, used: Collection[str]) -> None:
        """Remove all content but this."""
        self.objects.remove(self.objects.names().difference(used))


@contextmanager
def _checked() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        number = _FAILURES.get(error.sqlite_errorcode & 0xFF)
        if number is None:
            raise Damaged(str(error)) from error
        with reported():
            raise OSError(number, os.strerror(number)) from error
    except (sqlite3.Error, ValueError, TypeError, LookupError) as error:
        raise Damaged(str(error)) from error


def _prepare(base: sqlite3.Connection) -> None:
    """Make the tables of a new store. Raises Damaged where those there are were written in another way."""
    if base.execute("SELECT 1 FROM sqlite_master").fetchone():
        _refuse_others(base)
    else:
        base.executescript(f"{_SCHEMA} PRAGMA user_version = {FORMAT};")


def _refuse_others(base: sqlite3.Connection) -> None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version != FORMAT:
        base.close()
        raise Damaged(f"written as format {version}, this is {FORMAT}")


def _opened(folder: Path) -> sqlite3.Connection:
    """The store's file to read from. Raises sqlite3.Error, and Damaged."""
    base = sqlite3.connect(f"{(folder / FILE).absolute().as_uri()}?mode=ro", uri=True)
    _refuse_others(base)
    return base


def discard(folder: Path) -> None:
    """Forget everything a store knows."""
    shutil.rmtree(folder, ignore_errors=True)


def last_build(folder: Path) -> Any:
    """What is known of the last build (fact ``build``) of a store that nobody need open; None if nothing is."""
    try:
        with _checked(), closing(_opened(folder)) as base:
            row = base.execute("SELECT value, sum FROM facts WHERE kind = 'build' AND name = ''").fetchone()
            return json.loads(row[0]) if row and key_of("build", "", row[0]) == row[1] else None
    except Damaged:
        return None


def _stamp(place: Path) -> str:
    status = os.lstat(place)
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _is(place: Path, sha256: str) -> bool:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
