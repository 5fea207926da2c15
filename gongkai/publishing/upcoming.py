"""The next state of a site as it comes together: which file is written, which is kept and which goes; no file is touched."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.publishing.manifest import Manifest
from gongkai.publishing.names import folders_of
from gongkai.publishing.pathmap import PathMap, group_of

WRITTEN = -1
READY = -2
"""A kept file that stands in the prepared tree, known without a look."""
_ODD = -3  # a kept file whose inode is no number of 62 bits
_LINKED = 1 << 62
_MARK = 8


class Upcoming:
    """What is planned for each file: ``WRITTEN``, or how it is kept (its inode, or ``READY``).

    Of a group (pathmap.group_of) that is complete little more than sizes and hashes is held. ``published`` is the
    manifest of the site that stands, ``next`` that of the site to be; it lists what is kept after ``settle``.
    """

    def __init__(self, published: Manifest) -> None:
        self.published, self.next = published, Manifest()
        self._marks = PathMap(_MARK)
        self._whole: set[str] = set()
        self._complete: set[str] = set()
        self._folders: set[str] = set()

    def mark(self, path: str) -> int | None:
        """What is planned for a file by itself; None for nothing."""
        mark = self._marks.get(path)
        return None if mark is None else _number(mark)

    def __contains__(self, path: str) -> bool:
        return path in self._marks or (
            bool(self._whole) and group_of(path) in self._whole and path in self.published
        )

    def plan(self, path: str, mark: int) -> None:
        """Plan a file; one that is ``WRITTEN`` is listed in ``next`` by whoever writes it."""
        self._complete.discard(group_of(path))
        self._marks[path] = _bytes(mark if mark < _LINKED else _ODD)

    def keep_group(self, group: str) -> None:
        """Keep all files of a group as they are published."""
        self._whole.add(group)

    def drop(self, path: str) -> None:
        """Don't keep what was kept by itself after all; what is written stays."""
        mark = self.mark(path)
        if mark is None or mark == WRITTEN:
            return
        if path in self.next:  # its group seemed complete
            self.next.remove(path)
        self._complete.discard(group_of(path))
        del self._marks[path]

    def complete(self, group: str) -> None:
        """A group is most likely complete: it is held in little space, and opened again if it is not."""
        if group in self._complete or group in self._whole:
            return
        kept = [path for path, mark in self._marks.of(group) if _number(mark) != WRITTEN]
        self.next.take(kept, self.published)
        self.next.files.pack(group, self.published.files)
        self._marks.pack(group, self.next.files)
        self._complete.add(group)

    def gone(self) -> Iterator[str]:
        """The published files that are not planned, in no order."""
        for group in self.published.files.groups() - self._whole:
            if not self._marks.alike(group, self.published.files):
                for path, _ in self.published.files.of(group):
                    if path not in self._marks:
                        yield path

    def settle(self) -> None:
        """Everything is planned: from now on ``next`` lists it all. Raises OutputError for names that can't stand together."""
        planned = self._marks.groups()
        for group in self._whole & self.published.files.groups():
            if group in planned:
                paths = (path for path, _ in self.published.files.of(group))
                self.next.take((path for path in paths if path not in self._marks), self.published)
            else:
                self.next.take_group(group, self.published)
        for group in planned - self._whole:
            self.complete(group)
        for group in planned & self._whole:
            kept = [path for path, mark in self._marks.of(group) if _number(mark) != WRITTEN]
            self.next.take(kept, self.published)
        groups = self.next.files.groups()
        self._folders = folders_of((path for path, _ in self.next.files.of("")), filter(None, groups))
        for group in filter(None, planned):
            folders_of(path for path, _ in self.next.files.of(group))

    def written(self) -> Iterator[str]:
        """The files that are written, in order."""
        return (path for path, mark in self._marks.items() if _number(mark) == WRITTEN)

    def is_folder(self, path: str) -> bool:
        """After ``settle``: whether there will be a folder of this name."""
        return path in self._folders or self.next.files.below(path)

    def folders(self) -> Iterator[str]:
        """Every folder of files that are planned by themselves."""
        yield from folders_of((path for path, _ in self._marks.of("")), filter(None, self._marks.groups()))
        for group in filter(None, self._marks.groups()):
            for folder in folders_of(path for path, _ in self._marks.of(group)):
                if folder.startswith(f"{group}/"):
                    yield folder

    def linked(self, path: str) -> None:
        """Note that a kept file stands where it was to be linked to."""
        mark = self._marks.get(path)
        assert mark is not None
        self._marks.replace(path, _bytes(_number(mark) | _LINKED))

    def missing(self) -> Iterator[str]:
        """The kept files that were not noted as ``linked``, in order; forgets what was noted."""
        for path, mark in self._marks.items():
            number = _number(mark)
            if number >= _LINKED:
                self._marks.replace(path, _bytes(number ^ _LINKED))
            elif number != WRITTEN:
                yield path


def _bytes(mark: int) -> bytes:
    return mark.to_bytes(_MARK, "little", signed=True)


def _number(mark: bytes) -> int:
    return int.from_bytes(mark, "little", signed=True)
