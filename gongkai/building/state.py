"""What the published site was made from: kept between builds; damaged or foreign state is simply no state.

The index is read by every build. What is known of each file of a department lies in a file of its own, named by its
content: it is read only when the department is worked on, and an index never meets the files of another build.
"""

from __future__ import annotations

import hashlib
import pickle
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from gongkai.building.findings import Pack
from gongkai.kept import read_checked, read_each, write_checked, write_each
from gongkai.pages.render import PdfFacts
from gongkai.planning.summaries import DepartmentSummary
from gongkai.problems import Problem

_INDEX, _NEXT = "index", "next"
Unit = tuple[str, str]
"""A department: locality and department slugs."""


@dataclass
class UnitFiles:
    """What is known of each file of a department."""

    keys: dict[str, str] = field(default_factory=dict)
    """Address of a PDF or data file → key of all it is made from."""
    made: dict[str, tuple[str, PdfFacts]] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    pages: tuple[str, ...] = ()


@dataclass
class UnitState:
    """One department as it was last read and made."""

    signature: str
    """Names, sizes and times of its files: while it holds, they need not be read."""
    base: str
    """Key of what its records are read with (locality, forms, code)."""
    content: str
    """Key of its files' content."""
    summary: DepartmentSummary | None
    findings: tuple[Pack, ...]
    """What is wrong with its records."""
    blocked: bool
    trusted: bool = True
    """False when a file was changed too shortly before it was read for its time to be told apart."""
    keys_key: str = ""
    """Key of the keys of its PDFs and data files."""
    summary_key: str = ""
    """Key of the summary: what pages outside the department show of it."""
    made_key: str = ""
    """Key of all its files are made from: while it holds, they need not be told apart."""
    page_key: str = ""
    facts_key: str = ""
    """Key of the facts of its PDFs and data files."""
    links: dict[str, str] = field(default_factory=dict)
    """Address elsewhere that its pages link to → one of the pages."""
    made_problems: tuple[Problem, ...] = ()
    """What was found in making its files."""
    documents: dict[str, str] = field(default_factory=dict)
    """Address of a disclosure's PDF → its key."""
    files: str = ""
    """Name of the file that has its UnitFiles."""
    count: int = 0
    """How many PDFs and data files it has."""

    def unmade(self) -> UnitState:
        """The department as read, with nothing made of it yet in this build."""
        return replace(self, made_key="", page_key="", facts_key="", links={}, made_problems=(), documents={})


@dataclass(frozen=True)
class Collected:
    """A collector's files, with what pages state of them."""

    key: str = ""
    """Key of all they are made from."""
    base: str = ""
    """Key of all that is no department's content."""
    files: dict[str, PdfFacts] = field(default_factory=dict)


@dataclass
class State:
    """The last publication: its departments, the key of each page made from summaries, and collectors' files."""

    site: str = ""
    """SHA-256 of the manifest of the site that is described."""
    units: dict[Unit, UnitState] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    shared_links: dict[str, bytes] = field(default_factory=dict)
    """Page made from summaries → the addresses it links to (links.packed)."""
    collected: dict[str, Collected] = field(default_factory=dict)
    """Collector, or address of a yearbook → its files."""
    plan_key: str = ""
    """Key of what the plan was made from: the tree of summaries."""
    checked_key: str = ""
    """Key of what ``plan_problems`` were found in."""
    plan_problems: tuple[Problem, ...] = ()


class Store:
    """The state of one published site below a folder of the cache; ``code`` is the key of the code that made it."""

    def __init__(self, folder: Path, code: str) -> None:
        self._folder, self._code = folder, code
        self._published: set[str] = set()

    def load(self, site: str | None = None) -> State:
        """The state of this site by the same code; an empty one where there is none or it is damaged.

        ``site``: SHA-256 of its manifest; None: of whatever was published last.
        """
        for name in (_INDEX, _NEXT):
            parts = read_each(self._folder / name, self._code)
            found = next(parts, None)
            if isinstance(found, State) and site in (None, found.site):
                found.units = dict(parts)
                if (
                    name == _NEXT and site is not None
                ):  # a build was killed before it could; the next writes there
                    with suppress(OSError):
                        (self._folder / _NEXT).replace(self._folder / _INDEX)
                self._published = {one.files for one in found.units.values()}
                return found
        return State()

    def prepare(self, new: State) -> None:
        """Keep the state of a site that is about to be published beside that of the one it replaces."""
        # Each department by itself: what pickling remembers of many thousand values takes more than they do.
        parts = chain([replace(new, units={})], new.units.items())
        write_each(self._folder / _NEXT, self._code, parts)

    def settle(self, old: State, new: State) -> None:
        """The site is published: what only the old one needed goes."""
        with suppress(OSError):
            (self._folder / _NEXT).replace(self._folder / _INDEX)
        for unit, state in old.units.items():
            if state.files and (unit not in new.units or new.units[unit].files != state.files):
                with suppress(OSError):
                    (self._folder / state.files).unlink()

    def files(self, state: UnitState | None) -> UnitFiles:
        """What is known of the files of a department; nothing where that is lost."""
        found = read_checked(self._folder / state.files, self._code) if state and state.files else None
        return found if isinstance(found, UnitFiles) else UnitFiles()

    def keep(self, unit: Unit, state: UnitState, files: UnitFiles) -> None:
        """Keep what is known of a department's files, beside what the published site needs."""
        folder = self._folder.joinpath("units", *unit)
        name = hashlib.blake2b(pickle.dumps(files), digest_size=10).hexdigest()
        state.files, state.count = f"units/{'/'.join(unit)}/{name}", len(files.keys)
        with suppress(OSError):
            for entry in list(folder.iterdir()):
                if entry.relative_to(self._folder).as_posix() not in self._published:
                    entry.unlink()
        write_checked(self._folder / state.files, self._code, files)

    def facts(self, state: UnitState) -> dict[str, PdfFacts]:
        """The facts of a department's PDFs and data files by address."""
        return {path: facts for path, (_, facts) in self.files(state).made.items()}
