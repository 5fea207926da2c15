"""What a build was made from and what it gave, at a glance: while nothing of it has changed there is nothing to do.

A stamp lists every file and folder that was read or published, with one hash over what the system says of them.
Checking it opens no record and imports neither template engine nor models: 10,000 records take a fifth of a second.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gongkai.kept import read_checked, write_checked
from gongkai.keys import LIBRARIES, engine_versions, key_of
from gongkai.problems import Problem
from gongkai.workspace import Workspace

_PACKAGE = Path(__file__).resolve().parent
_RESOLUTION_NS = 2_000_000_000
"""Two changes within this time may bear the same time on the coarsest file system (FAT)."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the problems in order, whether the site was published, how many files were made anew."""

    problems: tuple[Problem, ...]
    published: bool = False
    files: int = 0
    made: int = 0

    @property
    def ok(self) -> bool:
        """Nothing stopped publication."""
        return not any(problem.blocks for problem in self.problems)


@dataclass(frozen=True)
class Look:
    """All that a build may read, as it was before the build read it."""

    paths: tuple[str, ...]
    hash: str
    settled: bool
    """False when something was changed just before: it could change again without a trace."""


def unchanged(workspace: Workspace) -> Outcome | None:
    """The outcome of the last build when nothing it read or published has changed since; None: build."""
    found = read_checked(_file(workspace), "")
    if found is None:
        return None
    surroundings, *lists, outcome = found
    if surroundings != _surroundings(workspace):
        return None
    if any(_hash(paths.split("\n"))[0] != seen for paths, seen in lists):
        return None
    last: Outcome = pickle.loads(outcome)
    return Outcome(last.problems, last.published, last.files, 0)


def look(workspace: Workspace, fonts: Iterable[Path]) -> Look:
    """Everything a build may read: content, layouts, code, fonts, and where libraries are installed."""
    roots = [workspace.content, *workspace.layouts, workspace.root / "layouts", _PACKAGE, *fonts]
    paths = tuple(dict.fromkeys(path for root in roots for path in _below(str(root))))
    paths = (*paths, *_library_folders())
    seen, newest = _hash(paths)
    return Look(paths, seen, newest < time.time_ns() - _RESOLUTION_NS)


def remember(workspace: Workspace, before: Look, published: Iterable[str], outcome: Outcome) -> None:
    """Keep a stamp of a finished build; none when something changed while it ran, or just before."""
    file = _file(workspace)
    if not before.settled or _hash(before.paths)[0] != before.hash:
        file.unlink(missing_ok=True)
        return
    output = os.path.realpath(workspace.output)
    files = list(published)
    folders = {""}
    for path in files:
        while (path := path.rpartition("/")[0]) not in folders:
            folders.add(path)
    site = [f"{output}/{path}" for path in (*sorted(folders), *files)]
    lists = (("\n".join(before.paths), before.hash), ("\n".join(site), _hash(site)[0]))
    write_checked(file, "", (_surroundings(workspace), *lists, pickle.dumps(outcome)))


def _file(workspace: Workspace) -> Path:
    return workspace.cache / f"stamp-{key_of(os.path.relpath(workspace.output, workspace.root))[:12]}"


def _surroundings(workspace: Workspace) -> str:
    """What no file below the folders tells."""
    folders = (str(folder) for folder in (workspace.root, *workspace.layouts))
    return key_of(sys.version, sys.prefix, str(_PACKAGE), str(Path.home()), engine_versions(), *folders)


def _hash(paths: Iterable[str]) -> tuple[str, int]:
    """One hash of what the system says of each path, and the newest time (ns); what is not there counts too."""
    facts: list[int] = []
    newest = 0
    stat = os.stat
    for path in paths:
        try:
            found = stat(path)
        except (OSError, ValueError):
            facts.append(-1)
            continue
        changed = found.st_ctime_ns  # moves with everything, also where a tool restores the time of the content
        facts += (found.st_mtime_ns, changed, found.st_size, found.st_ino)
        if changed > newest:
            newest = changed
    return hashlib.blake2b(repr(facts).encode(), digest_size=20).hexdigest(), newest


def _below(root: str) -> Iterator[str]:
    """A folder and everything in it but compiled Python; only itself when it is missing or a file."""
    yield root
    pending = [root]
    while pending:
        try:
            entries = list(os.scandir(pending.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            yield entry.path
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)


def _library_folders() -> list[str]:
    """The folders the libraries lie in: installing another version changes the times of these."""
    found = set()
    for entry in sys.path:
        if entry and any(Path(entry, name).exists() for name in LIBRARIES):
            found.add(entry)
    return sorted(found)
