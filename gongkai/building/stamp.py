"""What a build was made from and what it gave, at a glance: while nothing of it has changed there is nothing to do.

A stamp lists every file and folder that was read or published, in groups: layouts, code and libraries; each
department's records; each department's published files. Checking it opens no record and imports neither template
engine nor models; a build of one changed department learns from it that all others need not be looked at.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.building.findings import Findings
from gongkai.building.lookout import Lookout
from gongkai.kept import read_checked, write_checked
from gongkai.keys import LIBRARIES, engine_versions, key_of
from gongkai.problems import Problem
from gongkai.publishing.groups import Group, below, beside, named, settled
from gongkai.publishing.manifest import CARRIED, MANIFEST
from gongkai.publishing.pathmap import PathMap, group_of
from gongkai.publishing.swap import Ground, site_token
from gongkai.workspace import Workspace

_PACKAGE = Path(__file__).resolve().parents[1]
_AROUND = "around"
Groups = dict[str, Group]


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the problems in order, whether the site was published, how many files were made anew."""

    problems: Sequence[Problem]
    published: bool = False
    files: int = 0
    made: int = 0

    @property
    def ok(self) -> bool:
        """Nothing stopped publication."""
        return not Findings.of(self.problems).errors


@dataclass(frozen=True)
class Published:
    """The files of a site and the folders of its two trees, by group: nobody but gongkai writes there."""

    files: Groups = field(default_factory=dict)
    folders: Groups = field(default_factory=dict)
    """Of the tree that is published."""
    spare: Groups = field(default_factory=dict)
    """Of the tree that will be."""

    def lookout(self, output: Path) -> Lookout:
        """Tells whether the site is as it was published, and the tree beside it its double: with the site's files."""
        root, spare = _roots(output)
        site = [(group, root) for group in (*self.files.values(), *self.folders.values())]
        return Lookout(site, [(group, spare) for group in self.spare.values()])


@dataclass(frozen=True)
class Glance:
    """What of the last build still stands. ``outcome`` is its outcome when everything does."""

    outcome: Outcome | None = None
    inputs: Groups = field(default_factory=dict)
    """What was read and has not changed."""
    site: Published | None = None
    """The site as it was published; ``ready`` tells whether it stands."""
    token: tuple[int, ...] = ()
    """Tells the published site from any published after it."""
    code: str = ""
    """keys.code_key, where it is known to be what it was."""
    lookout: Lookout | None = None

    def ready(self) -> bool:
        """Whether the site stands as it was published, and the tree beside it is its double.

        This is found out while a build reads records, and waited for here; to be asked before anything is published.
        """
        return self.lookout is not None and self.lookout.doubled()

    def close(self) -> None:
        """Nobody will ask."""
        if self.lookout is not None:
            self.lookout.close()


@dataclass(frozen=True)
class Look:
    """All that a build may read, as it was before the build read it; None for a group too young to tell."""

    groups: Mapping[str, Group | None]
    same: frozenset[str]
    """The groups that are as the last build left them; a folder's is named by its path."""


def glance(workspace: Workspace) -> Glance:
    """Compare everything the last build read or published with what is there."""
    token = site_token(workspace.output)
    found = read_checked(_file(workspace), _form())
    if found is None:
        return Glance()
    site: Published
    surroundings, inputs, site, outcome, code = found
    if surroundings != _surroundings(workspace):
        return Glance()
    lookout = site.lookout(workspace.output)
    same = {name: group for name, group in inputs.items() if group.same()}
    if len(same) == len(inputs) and lookout.stands():
        lookout.close()
        kept: Outcome = pickle.loads(outcome)
        return Glance(Outcome(kept.problems, kept.published, kept.files, 0))
    return Glance(None, same, site, token, code if _AROUND in same else "", lookout)


def unchanged(workspace: Workspace) -> Outcome | None:
    """The outcome of the last build when nothing it read or published has changed since; None: build."""
    found = glance(workspace)
    found.close()
    return found.outcome


def look(workspace: Workspace, fonts: Iterable[Path], last: Glance) -> Look:
    """Everything a build may read: content, layouts, code, fonts, and where libraries are installed."""
    roots = [*workspace.layouts, workspace.root / "layouts", _PACKAGE, *fonts]
    around = list(dict.fromkeys(path for root in roots for path in below(str(root))))
    shallow, folders = beside(str(workspace.content), 2)
    wanted = {_AROUND: [*around, *_library_folders()], str(workspace.content): shallow}
    groups: dict[str, Group | None] = {}
    for name in (*wanted, *folders):
        group = last.inputs.get(name)
        listed = wanted.get(name)
        if group is None or (listed is not None and group.paths != "\n".join(listed)):
            group = settled(below(name), name) if listed is None else settled(listed)
        groups[name] = group
    return Look(groups, frozenset(name for name, group in groups.items() if group is last.inputs.get(name)))


def remember(workspace: Workspace, before: Look, site: Published, outcome: Outcome, code: str) -> None:
    """Keep a stamp of a finished build; none when something it read changed while it ran, or just before."""
    file = _file(workspace)
    inputs = {name: group for name, group in before.groups.items() if group is not None}
    fresh = [group for name, group in inputs.items() if name not in before.same]
    if len(inputs) < len(before.groups) or not all(group.same() for group in fresh):
        file.unlink(missing_ok=True)
        return
    write_checked(file, _form(), (_surroundings(workspace), inputs, site, pickle.dumps(outcome), code))


def published(
    output: Path, files: PathMap, changed: Collection[str] | None, last: Published | None, double: bool
) -> Published:
    """The site as it stands after a publication of ``files``, those of its manifest.

    ``changed`` are the files that are not as ``last`` has them, with those that are gone; None: any may be.
    ``double``: the tree beside is the site's double.
    """
    before, touched = Published(), set[str]()
    if last is not None and changed is not None:
        touched = {group_of(path) for path in changed}
        # The trees have changed places.
        before = Published(last.files, last.spare, last.folders) if changed else last
    root, spare = _roots(output)
    made = Published({}, {}, {})

    def group(name: str, listed: str, folders: Iterable[str]) -> None:
        made.files[name] = named(listed, root, name)
        made.folders[name] = named("\n".join(folders), root, name)
        if double:
            made.spare[name] = named(made.folders[name].paths, spare, name)

    known = {".": None}
    for name in sorted(filter(None, files.groups())):
        known |= _above(name)
        if name not in touched and name in before.spare:
            made.files[name], made.folders[name] = before.files[name], before.folders[name]
            if double:
                made.spare[name] = before.spare[name]
        else:
            listed = files.names(name)
            group(name, listed, {".": None} | _above(*listed.split("\n")))
    own = files.names("")
    listed = "\n".join(filter(None, (MANIFEST, CARRIED, own)))
    group("", listed, known | _above(*own.split("\n")))
    return made


def _above(*paths: str) -> dict[str, None]:
    """Every folder above these files, in a lasting order."""
    found: dict[str, None] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found[folder] = None
            folder = folder.rpartition("/")[0]
    return found


def _roots(output: Path) -> tuple[str, str]:
    ground = Ground(Path(os.path.realpath(output)))
    return f"{ground.output}/", f"{ground.spare}/"


def _form() -> str:
    """Key of the code of everything a stamp is made of: one of another release is none."""
    return key_of(
        *(
            (_PACKAGE / f"{name}.py").read_bytes()
            for name in (
                "building/stamp",
                "publishing/groups",
                "publishing/pathmap",
                "building/findings",
                "problems",
            )
        )
    )


def _file(workspace: Workspace) -> Path:
    return workspace.cache / f"stamp-{key_of(os.path.relpath(workspace.output, workspace.root))[:12]}"


def _surroundings(workspace: Workspace) -> str:
    """What no file below the folders tells."""
    folders = (str(folder) for folder in (workspace.root, *workspace.layouts))
    return key_of(sys.version, sys.prefix, str(_PACKAGE), str(Path.home()), engine_versions(), *folders)


def _library_folders() -> list[str]:
    """The folders the libraries lie in: installing another version changes the times of these."""
    found = set()
    for entry in sys.path:
        if entry and any(Path(entry, name).exists() for name in LIBRARIES):
            found.add(entry)
    return sorted(found)
