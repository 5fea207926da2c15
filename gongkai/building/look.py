"""Terms of a build; and a look at all it reads and has published, without opening a file: nothing changed, nothing to do."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from gongkai.building.findings import Findings, Pack
from gongkai.building.store import Damaged, Store
from gongkai.keys import PACKAGE, installed, key_of
from gongkai.problems import Problem
from gongkai.publishing.disk import Signature, signature, site_groups
from gongkai.workspace import Workspace

RESOLUTION_NS = 2_000_000_000
"""A file changed less than this before a look could change again with the same times: FAT counts in two seconds."""
AROUND, CONTENT = "", "content"
_WHOLE = ("pages", "theme")
"""Folders in ``content/`` that are no locality's."""


@dataclass(frozen=True)
class Terms:
    """What a build may do; the command line's switches."""

    today: date = field(default_factory=date.today)
    guarded: bool = True
    """False: whatever is public may change without a word. For tests, and for a site that nobody reads yet."""
    strict: bool = False
    """Whether an error in one department stops all; otherwise it stays as it was last published."""
    public: Path | None = None
    """The folder of the site that readers have, where it is not the one that is built: the guard only warns then."""

    @property
    def due(self) -> date:
        """The last 发布日期 that is published; a preview shows all."""
        return date.max if self.public else self.today


def alike(dates: Iterable[str], one: str, other: str) -> bool:
    """Whether the same of these 发布日期 have come on two days; all as ISO 8601."""
    return all((date <= one) == (date <= other) for date in dates)


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the problems in order, whether the site was published, how many files were made anew."""

    problems: Sequence[Problem]
    published: bool = False
    files: int = 0
    made: int = 0
    held: tuple[str, ...] = ()
    """Departments with errors, which stay as they were last published."""

    @property
    def ok(self) -> bool:
        """Nothing stopped publication."""
        return not Findings.of(self.problems).errors


@dataclass(frozen=True)
class Look:
    """Signatures of what is read: AROUND (layouts, code, fonts), CONTENT (what is no department's), departments."""

    signatures: Mapping[str, Signature]
    taken: int = field(default_factory=time.time_ns, compare=False)

    def signature(self, name: str) -> str:
        """The signature of one now; blank where it is not there."""
        found = self.signatures.get(name)
        return found.key if found else ""

    def settled(self, name: str) -> str:
        """The signature by which a later look is compared; blank where something is too young to tell."""
        found = self.signatures.get(name)
        return found.key if found and found.newest < self.taken - RESOLUTION_NS else ""

    @property
    def all_settled(self) -> dict[str, str]:
        """Every one of them."""
        return {name: self.settled(name) for name in self.signatures}


def look(workspace: Workspace) -> Look:
    """All that a build may read, as it is now."""
    taken = time.time_ns()
    found = {AROUND: _around(workspace)}
    content = str(workspace.content)
    own = [signature(content, deep=False)]
    for entry in _folders(content):
        if entry.name in _WHOLE:
            own.append(signature(entry.path))
            continue
        own.append(signature(entry.path, deep=False))
        for department in _folders(entry.path):
            found[f"{entry.name}/{department.name}"] = signature(department.path)
    found[CONTENT] = _joined(own)
    return Look(found, taken)


def _around(workspace: Workspace) -> Signature:
    own = (*workspace.layouts, workspace.root / "layouts", PACKAGE)
    folders = dict.fromkeys((*own, *workspace.font_folders))
    names = [*map(str, (workspace.root, *workspace.layouts)), *installed()]
    return _joined([Signature(key_of(*names), 0), *(signature(str(folder)) for folder in folders)])


def _joined(several: Sequence[Signature]) -> Signature:
    return Signature(key_of(*(one.key for one in several)), max(one.newest for one in several))


def _folders(folder: str) -> list[os.DirEntry[str]]:
    try:
        return sorted(
            (entry for entry in os.scandir(folder) if _is_folder(entry)), key=lambda entry: entry.name
        )
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


# -- what the last build left ---------------------------------------------------------------------


def store_folder(workspace: Workspace) -> Path:
    """Where what is known of the site in the output folder is kept."""
    return workspace.cache / f"store-{key_of(os.path.relpath(workspace.output, workspace.root))[:12]}"


def fresh(workspace: Workspace, today: date) -> Outcome | None:
    """The outcome of the last build, when nothing it read or published has changed since; None: build.

    On ``today`` the same must be due as then.
    """
    try:
        with closing(Store(store_folder(workspace), reading=True)) as store:
            last = store.fact("build")
        if last is None or "" in last["look"].values() or last["look"] != look(workspace).all_settled:
            return None
        if not alike(last["dates"], last["on"], today.isoformat()):
            return None
        if last["site"]["groups"] != site_groups(str(workspace.output)):
            return None
        return Outcome(Findings(map(Pack.from_data, last["findings"])), True, last["files"], 0)
    except (Damaged, LookupError, TypeError, ValueError, AttributeError):
        return None


def remember(
    store: Store, seen: Look, site: Mapping[str, Any], outcome: Outcome, today: date, dates: Collection[str]
) -> None:
    """Keep what ``fresh`` asks for, ``dates`` being all 发布日期; where departments are held, the next build looks again."""
    value = {
        "look": {"": ""} if outcome.held else seen.all_settled,
        "site": site,
        "files": outcome.files,
        "findings": [pack.to_data() for pack in Findings.of(outcome.problems).packs],
        "on": today.isoformat(),
        "dates": sorted(dates),
    }
    store.learn("build", {"": value})
