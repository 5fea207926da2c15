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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from gongkai.building.artifacts import Made
from gongkai.keys import code_key, key_of
from gongkai.publishing.swap import reported

_SCHEMA = """
CREATE TABLE IF NOT EXISTS known (kind TEXT, name TEXT, value TEXT, sum TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""
FILE = "store.sqlite"
FORMAT = 2
"""Counts how what is kept is written; a store of another number is as good as none. One more with every change."""
_FAILURES = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EACCES,
}

MADE = "made"
"""The kind of facts that say what an owner's artifacts came to."""


class Damaged(Exception):
    """The store can't be used as it is; without it everything is made anew."""


class Objects:
    """Content by its SHA-256 below a folder: written once, then only linked to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes | Iterable[bytes]) -> tuple[str, int, str]:
        """Store content: its SHA-256, its size, and the stamp of the file. Raises OutputError."""
        part = self._folder / f"part-{os.getpid()}-{threading.get_ident()}"
        with reported():
            try:
                name, size = _written(part, (data,) if isinstance(data, bytes) else data)
                place = self.path(name)
                if place.exists() and _is(place, name):
                    part.unlink()
                else:
                    _moved(part, place)
                return name, size, _stamp(place)
            except BaseException:
                part.unlink(missing_ok=True)
                raise

    def path(self, sha256: str) -> Path:
        """Where the content of this hash lies, if it is there."""
        return self._folder / sha256[:2] / sha256[2:]

    def read(self, sha256: str) -> bytes:
        """Content that must be there. Raises Damaged where it is not."""
        try:
            return self.path(sha256).read_bytes()
        except OSError as error:
            raise Damaged(str(error)) from error

    def has(self, sha256: str, stamp: str = "") -> bool:
        """Whether content is there, with the ``stamp`` it was written with or read again; what is damaged is removed."""
        place = self.path(sha256)
        try:
            if _stamp(place) == stamp or _is(place, sha256):
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
    with _opened(file) as stream:
        for block in blocks:
            stream.write(block)
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


# Folders are made when one is missing: to ask for them each time takes longer than to write a small file.


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("wb")
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("wb")


def _moved(part: Path, place: Path) -> None:
    try:
        part.replace(place)
    except FileNotFoundError:
        place.parent.mkdir(exist_ok=True)
        part.replace(place)


class Store:
    """What is known of the last builds of one site. Raises Damaged from any of its methods."""

    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        """``reading``: nothing is learned, and what can't be read is not there."""
        self.folder = folder
        self.objects = Objects(folder / "objects")
        if reading:
            self._base = _reading(folder / FILE)
            return
        with _checked(), reported():
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(folder / FILE, isolation_level=None, timeout=30)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            _prepare(self._base)

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

    def texts(self, kind: str) -> dict[str, str]:
        """Everything known of a kind, by name."""
        sql = "SELECT name, value, sum FROM known WHERE kind = ? ORDER BY name"
        with _checked():
            rows = self._base.execute(sql, (kind,))
            return {name: value for name, value, total in rows if key_of(name, value) == total}

    def keep(self, kind: str, texts: Mapping[str, str]) -> None:
        """Know these, each in the place of what was known by its name."""
        rows = [(kind, name, text, key_of(name, text)) for name, text in texts.items()]
        with _checked():
            self._base.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)", rows)

    def retain(self, kind: str, names: Iterable[str]) -> None:
        """Of a kind only these are known still."""
        with _checked():
            sql = "DELETE FROM known WHERE kind = ? AND name NOT IN (SELECT value FROM json_each(?))"
            self._base.execute(sql, (kind, json.dumps([*names])))

    def forget(self, kind: str, name: str) -> None:
        """One of a kind is not known any more."""
        with _checked():
            self._base.execute("DELETE FROM known WHERE kind = ? AND name = ?", (kind, name))

    def repeat(self, kind: str, other: str, names: Iterable[str]) -> None:
        """What is known by these names is known of the ``other`` kind, too, as it is now."""
        with _checked():
            sql = """INSERT OR REPLACE INTO known SELECT ?, name, value, sum FROM known AS new WHERE kind = ?
                AND name IN (SELECT value FROM json_each(?)) AND NOT EXISTS
                (SELECT 1 FROM known WHERE kind = ? AND name = new.name AND sum = new.sum)"""
            self._base.execute(sql, (other, kind, json.dumps([*names]), other))

    def facts(self, kind: str) -> dict[str, Any]:
        """Texts that are JSON, as data."""
        with _checked():
            return {name: json.loads(text) for name, text in self.texts(kind).items()}

    def fact(self, kind: str, name: str = "") -> Any:
        """One of these; None if it is not known."""
        with _checked():
            return _fact(self._base, kind, name)

    def learn(self, kind: str, values: Mapping[str, Any]) -> None:
        """Keep data as JSON."""
        self.keep(kind, {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()})

    def artifacts(self, owner: str) -> dict[str, Made]:
        """What an owner's artifacts came to, by name: of those whose content is there."""
        with _checked():
            found = _fact(self._base, MADE, owner) or {}
            made = {name: Made.from_data(one) for name, one in found.items()}
        has = self.objects.has
        return {
            name: one for name, one in made.items() if all(has(file.sha256, file.stamp) for file in one.files)
        }

    def made(self, owner: str, made: Mapping[str, Made]) -> None:
        """These are an owner's artifacts now; those of other names go. What failed is not kept."""
        self.learn(MADE, {owner: {name: one.to_data() for name, one in made.items() if not one.blocked}})

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
    """Make the tables of a new store. Raises Damaged where those there are were written in another way.

    What another version of the program made is forgotten, but for what it published.
    """
    if base.execute("SELECT 1 FROM sqlite_master").fetchone():
        _refuse_others(base)
    else:
        base.executescript(f"{_SCHEMA} PRAGMA user_version = {FORMAT};")
    if _fact(base, "code", "") != (code := code_key()):
        text = json.dumps(code)
        base.execute("DELETE FROM known WHERE kind != 'build'")
        base.execute("INSERT INTO known VALUES ('code', '', ?, ?)", (text, key_of("", text)))


def _fact(base: sqlite3.Connection, kind: str, name: str) -> Any:
    row = base.execute("SELECT value, sum FROM known WHERE kind = ? AND name = ?", (kind, name)).fetchone()
    return json.loads(row[0]) if row and key_of(name, row[0]) == row[1] else None


def _refuse_others(base: sqlite3.Connection) -> None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version != FORMAT:
        base.close()
        raise Damaged(f"written as format {version}, this is {FORMAT}")


def _reading(file: Path) -> sqlite3.Connection:
    """What stands in a store's file, or an empty store."""
    with suppress(Damaged), _checked():
        base = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        _refuse_others(base)
        return base
    base = sqlite3.connect(":memory:", isolation_level=None)
    _prepare(base)
    return base


def discard(folder: Path) -> None:
    """Forget everything a store knows."""
    shutil.rmtree(folder, ignore_errors=True)


def _stamp(place: Path) -> str:
    status = os.lstat(place)
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _is(place: Path, sha256: str) -> bool:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
