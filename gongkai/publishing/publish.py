"""Publishing: a whole new tree beside the site, made of hard links and the files that changed, then swapped in."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from gongkai.publishing.disk import entries, mode, sync_all, sync_file
from gongkai.publishing.lock import locked
from gongkai.publishing.manifest import CARRIED, MANIFEST, Manifest
from gongkai.publishing.names import check_path
from gongkai.publishing.scratch import Finished, Scratch, hashed
from gongkai.publishing.swap import (
    Ground,
    discard,
    recover,
    refuse_foreign,
    reported,
    site_token,
    survey,
    swap,
    sync_folder,
)
from gongkai.publishing.upcoming import READY, WRITTEN, Upcoming

log = logging.getLogger("gongkai")

_SYNCED_AT_ONCE = 8  # file systems put what comes at the same time into one step of their journals
_MANY = 32  # above this one sync of the whole file system is quicker than one a file or folder
_KNOWN = 2_000  # so many folders are remembered: files come a folder at a time


@contextmanager
def publishing(
    output: Path, token: tuple[int, ...] = (), stands: Callable[[], bool] = lambda: True
) -> Iterator[Staging]:
    """A new state of the site in ``output``; nothing published changes before ``commit``, and nothing without it.

    ``token``: that (swap.site_token) of a site whose files, and whose double's folders, have just been found as they
    were left, if ``stands`` says so, which is asked when it matters; they are not looked at one by one again.
    Heals what an interrupted publication left. Raises OutputError if nothing can be published there, and Busy
    (an OutputError) while another build is at work.
    """
    ground = survey(output)
    with locked(ground.lock):
        with reported():
            recover(ground)
            refuse_foreign(ground)
            if not stat.S_ISDIR(mode(ground.spare)):
                discard(ground.spare)
                ground.spare.mkdir()
        staging = Staging(ground, stands if token and token == site_token(ground.output) else None)
        try:
            yield staging
        finally:
            staging.close()


class Staging:
    """The next state of the site: each file is written or kept, all others go at ``commit``."""

    changed: frozenset[str] | None = None
    """After ``commit``: the files written or gone; None when the site was not known to stand as it was left."""
    double = False
    """After ``commit``: whether the tree beside the site is its double."""

    def __init__(self, ground: Ground, stands: Callable[[], bool] | None = None) -> None:
        self._ground = ground
        self._output, self._spare = str(ground.output), str(ground.spare)
        published = Manifest.read(ground.output)
        self._first = published is None  # nothing published, or nothing we can rely on
        self._published = published or Manifest()
        self._stands = stands
        self._plan = Upcoming(self._published)
        self._real: dict[str, bool] = {"": True}
        self._made = {""}
        self._touched: set[str] = set()
        self._open = True
        self.scratch = Scratch(ground.work / "scratch")
        """For files to be taken; what is left there goes at the end."""
        with reported():
            self.scratch.clear()

    @cached_property
    def _standing(self) -> bool:
        """Whether what is published need not be looked at; without its manifest a site is a heap of files."""
        return not self._first and self._stands is not None and self._stands()

    def write(self, path: str, data: bytes | memoryview) -> None:
        """Put a file; ``path`` is relative and posix. Once a path; a kept file may still be written.

        Raises OutputError for a name not every system takes, a full disk and the like.
        """
        digest = hashlib.sha256(data).digest()
        if not self._same(path, len(data), digest, lambda file: file.read_bytes() == data):
            with reported(), self._place(path).open("xb") as file:
                file.write(data)
            self._plan.next.add(path, len(data), digest)

    def take(self, path: str, made: Finished) -> None:
        """Put a finished scratch file by moving it; otherwise like ``write``."""
        if self._same(path, made.size, made.sha256, lambda file: hashed(file).sha256 == made.sha256):
            discard(made.path)
            return
        with reported():
            made.path.replace(self._place(path))
        self._plan.next.add(path, made.size, made.sha256)

    def keep(self, path: str) -> bool:
        """Carry a published file over as it is. False if it is not there as published: then make it again.

        Looks at the size, not at the content (that is what ``verify`` does), and never at a time.
        """
        self._expect_open()
        size = self._published.size(path)
        if self._standing and size is not None:
            return self._keep(path, READY)
        folder = path.rpartition("/")[0]
        if size is None or not (self._real.get(folder) or self._is_real(folder)):
            return False
        try:
            found = os.lstat(f"{self._output}/{path}")
        except (OSError, ValueError):
            return False
        if found.st_size != size or not stat.S_ISREG(found.st_mode):
            return False
        return self._keep(path, found.st_ino)

    def keep_groups(self, groups: Iterable[str]) -> bool:
        """Carry over all published files of these groups (groups.group_of). False: each has to be looked at."""
        self._expect_open()
        if self._standing:
            for group in groups:
                self._plan.keep_group(group)
        return self._standing

    def complete(self, groups: Iterable[str]) -> None:
        """Most likely nothing more is written or kept in these groups: they take less memory from now on."""
        for group in groups:
            self._plan.complete(group)

    def drop(self, paths: Iterable[str]) -> None:
        """Don't carry over what was kept after all; what is written stays."""
        for path in paths:
            self._plan.drop(path)

    def __contains__(self, path: str) -> bool:
        """Whether a file is written or kept."""
        return path in self._plan

    def read(self, path: str) -> bytes:
        """A written or kept file's content."""
        return self.file(path).read_bytes()

    def file(self, path: str) -> Path:
        """Where a written or kept file lies until ``commit``; to be read only."""
        return Path(self._spare if self._plan.mark(path) == WRITTEN else self._output, path)

    def gone(self) -> bool:
        """Whether anything that is published will not be."""
        return self._first or any(True for _ in self._plan.gone())

    def published(self, path: str) -> Path:
        """Where a published file lies, also when it is written anew; to be read only."""
        return Path(self._output, path)

    @property
    def site(self) -> str:
        """SHA-256 of the manifest of the published site; blank when there is none."""
        return "" if self._first else self._published.sha256

    def commit(self, ready: Callable[[Manifest], None] | None = None) -> Manifest:
        """Publish: the site is now what was written and kept, whole and durable, and this is its manifest.

        If nothing would change, nothing is touched. ``ready`` is told the manifest just before it is published.
        """
        self._expect_open()
        plan, gone = self._plan, sorted(self._plan.gone())
        plan.settle()
        with reported():
            same = not any(plan.written()) and not gone if self._standing else self._is_published()
            if not same:
                self._write_manifest()  # which tells its SHA-256; asked for before, it would be put together twice
            if ready:
                ready(plan.next)
            if same:
                self._open = False
                self.changed, self.double = (frozenset(), True) if self._standing else (None, False)
                return plan.next
            if self._standing:
                self._remove(gone)
            else:
                self._align()
            self._sync()
            swap(self._ground)
        self._open = False
        try:
            self._follow(gone)
            self.double = True
        except OSError as error:  # the site is published; the next build brings the spare up to date
            log.info("publish: the spare tree was not brought up to date: %s", error)
        self.changed = frozenset((*gone, *plan.written())) if self._standing else None
        return plan.next

    def close(self) -> None:
        """Without ``commit``: give back the space of what was written."""
        with suppress(OSError):
            self.scratch.clear()
        if self._open:
            self._open = False
            for path in self._plan.written():
                with suppress(OSError):
                    discard(self._ground.spare / path)
        self._published = Manifest()
        self._plan = Upcoming(self._published)  # what was planned is held no longer

    def _expect_open(self) -> None:
        if not self._open:
            raise ValueError("this publication is over")

    def _keep(self, path: str, mark: int) -> bool:
        if self._plan.mark(path) is None:
            self._plan.plan(path, mark)
        return True

    def _same(self, path: str, size: int, sha256: bytes, holds: Callable[[Path], bool]) -> bool:
        """Whether a file that is put is the published one; then it is kept. ``holds`` looks at its content."""
        self._expect_open()
        if self._plan.mark(path) == WRITTEN:
            raise ValueError(f"{path} is written twice")
        if not self._published.has(path, size, sha256):
            return False
        try:
            return holds(self._ground.output / path) and self.keep(path)
        except (OSError, ValueError):
            return False

    def _place(self, path: str) -> Path:
        """Where a file is put in the spare tree; its folder is there, and nothing has its name."""
        check_path(path)
        folder = path.rpartition("/")[0]
        self._make_folder(folder)
        target = self._ground.spare / path
        discard(target)  # never write into it: it may be the published file by another name
        self._plan.plan(path, WRITTEN)
        self._touch(folder)
        return target

    def _is_real(self, folder: str) -> bool:
        """Whether a published folder is one, and not a link or a name that leads elsewhere."""
        if folder not in self._real:
            if len(self._real) > _KNOWN:
                self._real = {"": True}
            above, _, name = folder.rpartition("/")
            inside = name not in ("", ".", "..") and self._is_real(above)
            self._real[folder] = inside and stat.S_ISDIR(mode(f"{self._output}/{folder}"))
        return self._real[folder]

    def _make_folder(self, folder: str) -> None:
        """Make a folder in the spare tree; what else has its name goes."""
        if folder in self._made:
            return
        if len(self._made) > _KNOWN:
            self._made = {""}
        above = folder.rpartition("/")[0]
        self._make_folder(above)
        place = self._ground.spare / folder
        try:
            place.mkdir()
            self._touch(above, folder)
        except FileExistsError:
            if not stat.S_ISDIR(mode(place)):
                discard(place)
                place.mkdir()
                self._touch(above, folder)
        self._made.add(folder)

    def _is_published(self) -> bool:
        """Whether the published tree is just what was planned, and holds nothing else."""
        plan, known = self._plan, {MANIFEST, CARRIED}
        if self._first or plan.next != self._published or any(plan.written()):
            return False
        return not any(
            not (plan.is_folder(path) if is_folder else path in plan or path in known)
            for path, is_folder, _ in entries(self._output, plan.is_folder)
        )

    def _write_manifest(self) -> None:
        root = self._ground.spare
        if self._ground.output.exists():
            root.chmod(stat.S_IMODE(self._ground.output.stat().st_mode))
            carried = self._ground.output / CARRIED
            if stat.S_ISREG(mode(carried)):
                self._plan.plan(CARRIED, carried.lstat().st_ino)
        discard(root / MANIFEST)
        with (root / MANIFEST).open("xb") as file:
            self._plan.next.write(file)
        self._plan.plan(MANIFEST, WRITTEN)
        self._touch("")

    def _align(self) -> None:
        """Make the spare tree what is planned: what is wrong in it goes, what is missing is linked."""
        plan = self._plan
        for path, is_folder, entry in entries(self._spare, plan.is_folder):
            if is_folder and plan.is_folder(path):
                continue
            mark = None if is_folder else plan.mark(path)
            if mark is not None and mark >= 0 and mark == entry.inode():
                plan.linked(path)
            elif mark != WRITTEN:
                discard(Path(entry.path))
                self._touch(path.rpartition("/")[0])
        for path in plan.missing():
            self._link(path)

    def _remove(self, paths: Iterable[str]) -> None:
        """Take files out of the spare tree, and the folders that are empty then."""
        for path in paths:
            discard(self._ground.spare / path)
            while folder := path.rpartition("/")[0]:
                self._touch(folder)
                try:
                    (self._ground.spare / folder).rmdir()
                except OSError as error:
                    if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
                        raise
                    break
                self._made.discard(folder)
                path = folder

    def _link(self, path: str) -> None:
        """The published file by a second name in the spare tree; a copy where there are no hard links."""
        folder = path.rpartition("/")[0]
        self._make_folder(folder)
        self._touch(folder)
        source, target = f"{self._output}/{path}", f"{self._spare}/{path}"
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target, follow_symlinks=False)
            sync_file(target)

    def _touch(self, *folders: str) -> None:
        """Remember that names in these folders changed; more than _MANY need not be told apart."""
        if len(self._touched) <= _MANY:
            self._touched.update(folders)

    def _sync(self) -> None:
        """Everything prepared reaches the disk before it is swapped in."""
        few = len(self._touched) <= _MANY
        all_few = few and len(list(islice(self._plan.written(), _MANY + 1))) <= _MANY
        if not all_few and sync_all(self._ground.work):
            return
        with ThreadPoolExecutor(_SYNCED_AT_ONCE) as pool:
            each = pool.map if all_few else map
            folders = self._touched if few else chain([""], self._plan.folders())
            for _ in each(sync_file, (f"{self._spare}/{path}" for path in self._plan.written())):
                pass
            for _ in each(sync_folder, filter(Path.is_dir, (self._ground.spare / one for one in folders))):
                pass

    def _follow(self, gone: Iterable[str]) -> None:
        """Bring the spare, now the old tree, to the published state: the next build has only its own changes to
        make, and replaced files don't keep their space.
        """
        self._made = {""}
        self._ground.spare.mkdir(exist_ok=True)
        self._remove(gone)
        for path in self._plan.written():
            self._make_folder(path.rpartition("/")[0])
            discard(self._ground.spare / path)
            self._link(path)
        if not self._standing:
            self._align()
