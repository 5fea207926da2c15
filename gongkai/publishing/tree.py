"""Publishing: a whole new tree beside the site, made of links to what was made, then swapped in."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gongkai.publishing.disk import folders_key, group_key, group_of, mode, site_groups, sync_all, sync_file
from gongkai.publishing.lock import locked
from gongkai.publishing.manifest import CARRIED, MANIFEST, Changes, File, Manifest, walk
from gongkai.publishing.names import check_path, folders_of
from gongkai.publishing.swap import (
    Ground,
    discard,
    recover,
    refuse_foreign,
    reported,
    survey,
    swap,
    sync_folder,
)

log = logging.getLogger("gongkai")

_MANY = 32  # above this one sync of the whole file system is quicker than one a file or folder
_SYNCED_AT_ONCE = 8  # file systems put what comes at the same time into one step of their journals


@contextmanager
def publishing(output: Path) -> Iterator[Site]:
    """The site in ``output``, for one build alone; heals what an interrupted publication left.

    Raises OutputError if nothing can be published there, and Busy (an OutputError) while another build is at work.
    """
    ground = survey(output)
    with locked(ground.lock):
        with reported():
            recover(ground)
            refuse_foreign(ground)
        yield Site(ground)


class Site:
    """A published site and, beside it, its double: a second tree of links, which changes places with it.

    A double that is not as the last publication left it is made again from nothing.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.published: Manifest | None = None
        """None where nothing is published, or nothing that can be relied on; known from ``compare`` on."""
        self.damaged: set[str] = set()
        """The groups (disk.group_of) of the published tree that are not as they were left; see ``compare``."""
        self._groups: dict[str, str] = {}
        self._doubled: Manifest | None = None
        """What the double holds; None where that is not known, and while it is worked on."""

    def compare(self, left: Mapping[str, Any] | None, listed: Mapping[str, str] | None = None) -> None:
        """Find out whether the site and its double are as they were left: ``left`` is what ``state`` said then.

        ``listed`` are the listings of the manifest that was published then: it is read only where it may be another.
        """
        left = left or {}
        self._groups, before = site_groups(str(self._ground.output)), left.get("groups", {})
        self.damaged = {
            group
            for group in before.keys() | self._groups.keys()
            if before.get(group) != self._groups.get(group)
        }
        known = listed and "" not in self.damaged and left.get("listings") == sorted(listed)
        self.published = Manifest(listed) if known else Manifest.read(self._ground.output)
        self._doubled = self.published if left and left.get("double") == self._double() else None

    @property
    def standing(self) -> Mapping[str, str]:
        """The listings of what stands in both trees, undamaged; none where that is not known."""
        return self.published.listings if self.published and self._doubled and not self.damaged else {}

    @property
    def folder(self) -> Path:
        """Where it is published."""
        return self._ground.output

    def scratch(self, name: str) -> Path:
        """An empty folder beside the site, on its file system; who asks for it takes it away."""
        folder = self._ground.work / name
        with reported():
            discard(folder)
            folder.mkdir()
        return folder

    @property
    def state(self) -> dict[str, Any]:
        """What the system says of the site and its double, as plain data."""
        listings = sorted(self.published.listings) if self.published else []
        double = self._double() if self._doubled else ""
        return {"groups": self._groups, "double": double, "listings": listings}

    def _double(self) -> str:
        return folders_key(str(self._ground.spare), self.published.folders if self.published else ())

    def _foreign(self, groups: Collection[str]) -> list[str]:
        """Files in these groups of the published tree that gongkai did not put there."""
        known = self.published
        if known is None or not groups:
            return []
        listed = (path for path, _ in walk(self._ground.output) if not path.endswith("/"))
        return sorted(
            path
            for path in listed
            if group_of(path) in groups and path not in known and path not in (MANIFEST, CARRIED)
        )

    def publish(self, new: Manifest, source: Callable[[File], Path]) -> list[str]:
        """The site is now what ``new`` lists, whole and durable; without touching anything if it was so already.

        ``source`` tells where the content of a file lies. What is damaged is made again, and files in damaged groups
        that gongkai did not put there are kept in a folder beside, and told. Raises OutputError; the old site stands
        then, unless the message says otherwise.
        """
        output, changes = self._ground.output, new.changes(self.published or Manifest())
        if self.published is not None and not any(changes) and not self.damaged:
            return []
        with reported():
            _check_names(new, changes)
            foreign = self._foreign(self.damaged)
            self._prepare(new, source)
            swap(self._ground)
        self.published, self._doubled = new, self.published
        try:
            self._put_by(foreign)
            self._bring(new, lambda file: output / file.path).link(MANIFEST, output / MANIFEST)
            self._doubled = new
        except OSError as error:  # the site is published; the next build makes the double again
            log.info("publish: the double was not brought up to date: %s", error)
        paths = (*changes.gone, *(file.path for file in changes.fresh))
        touched = set(map(group_of, paths)) | self.damaged
        self._look_again({above for group in touched for above in (group, group.partition("/")[0], "")})
        return foreign

    def _look_again(self, groups: Collection[str]) -> None:
        output = self._ground.output
        there = [group for group in groups if (output / group).is_dir()]
        gone = set(groups).difference(there)
        self._groups = {group: key for group, key in self._groups.items() if group not in gone}
        self._groups |= {group: group_key(str(output), group) for group in there}
        self.damaged = set()

    def _prepare(self, new: Manifest, source: Callable[[File], Path]) -> None:
        try:
            self._bring(new, source).finish(new, self._ground)
        except OSError:
            with suppress(OSError):  # it may be the room it takes that is missing
                discard(self._ground.spare)
            raise

    def _bring(self, new: Manifest, source: Callable[[File], Path]) -> _Work:
        """Make the double what ``new`` lists, but for its manifest; damaged groups are made again."""
        root, output = self._ground.spare, self._ground.output
        former, self._doubled = self._doubled, None
        if former is None:
            discard(root)
            root.mkdir()
        changes = new.changes(former or Manifest())
        work = _Work(root)
        for group in self.damaged:
            work.clear(group)
        for path in changes.gone:
            work.remove(path)
        again = (file for file in (new if self.damaged else ()) if group_of(file.path) in self.damaged)
        for file in sorted({*again, *changes.fresh}):
            work.link(file.path, source(file))
        if stat.S_ISREG(mode(output / CARRIED)):
            work.link(CARRIED, output / CARRIED)
        return work

    def _put_by(self, foreign: Iterable[str]) -> None:
        """Keep what stood in the site and is no part of it in a folder beside."""
        for path in foreign:
            place = self._ground.removed / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                (self._ground.spare / path).replace(place)


class _Work:
    """Changes to a tree, remembered to be made durable."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[str] = {""}
        self._written: list[str] = []
        self._touched: set[str] = {""}

    def clear(self, group: str) -> None:
        """Remove everything of a group."""
        folder = self._root / group
        whole = group.count("/") == 1 or not stat.S_ISDIR(mode(folder))
        for entry in [folder] if whole else list(folder.iterdir()):
            if whole or not stat.S_ISDIR(mode(entry)):
                discard(entry)
        self._tidy(group)

    def remove(self, path: str) -> None:
        """Remove a file, and the folders that are empty then."""
        discard(self._root / path)
        self._tidy(path.rpartition("/")[0])

    def _tidy(self, folder: str) -> None:
        """Remove a folder that is empty, and those above that are empty then."""
        while folder:
            self._touched.add(folder)
            try:
                (self._root / folder).rmdir()
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    return
                if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                    raise
            self._made.discard(folder)
            folder = folder.rpartition("/")[0]

    def link(self, path: str, source: Path) -> None:
        """A file by another name; a copy where there are no hard links."""
        target = self._place(path)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target, follow_symlinks=False)

    def finish(self, manifest: Manifest, ground: Ground) -> None:
        """The manifest is put there, and everything that was done reaches the disk."""
        with self._place(MANIFEST).open("xb") as file:
            for block in manifest.blocks():
                file.write(block)
        if ground.output.exists():
            self._root.chmod(stat.S_IMODE(ground.output.stat().st_mode))
        self._sync(ground.work)

    def _place(self, path: str) -> Path:
        """Where a file is put; its folder is there, and nothing has its name."""
        self._folder(path.rpartition("/")[0])
        target = self._root / path
        discard(target)
        self._written.append(path)
        return target

    def _folder(self, folder: str) -> None:
        self._touched.add(folder)
        if folder in self._made:
            return
        self._folder(folder.rpartition("/")[0])
        place = self._root / folder
        if not stat.S_ISDIR(mode(place)):
            discard(place)
            place.mkdir()
        self._made.add(folder)

    def _sync(self, work: Path) -> None:
        few = len(self._written) + len(self._touched) <= 2 * _MANY
        if not few and sync_all(work):
            return
        folders = [self._root / folder for folder in self._touched]
        with ThreadPoolExecutor(_SYNCED_AT_ONCE) as pool:
            list(pool.map(sync_file, (self._root / path for path in self._written)))
            list(pool.map(sync_folder, filter(Path.is_dir, folders)))


def _check_names(manifest: Manifest, changes: Changes) -> None:
    """Raise OutputError unless every new name can be published, beside all others."""
    for file in changes.new:
        check_path(file.path)
    if changes.new:
        folders_of(file.path for file in manifest)
