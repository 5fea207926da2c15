"""Path → some bytes, for every file of a site: held by groups of files, packed where a group is complete."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_TEXTS = ["search", "t"]
_MOST = 5_000
"""Files of a group that is packed: to find one takes as long as there are many."""


def group_of(path: str) -> str:
    """The group of a published file: its first two folders, below ``search/t`` its first four; the site's own: blank.

    A department's files are in two groups, and no others are. All files below the folder of a group are in it.
    """
    parts = path.split("/", 4)
    if parts[:2] == _TEXTS:
        return "/".join(parts[:4]) if len(parts) == 5 else ""
    return "/".join(parts[:2]) if len(parts) > 2 else ""


def groups_of(locality: str, department: str) -> tuple[str, str]:
    """The groups of a department's files."""
    return f"{locality}/{department}", "/".join((*_TEXTS, locality, department))


class _Packed(NamedTuple):
    """A group: its paths below its folder, in order and joined by line feeds, and their values one behind the other.

    What was read lies there as it is, what was made anew compressed: reading is to be quick.
    """

    names: str | bytes
    values: bytearray

    @property
    def text(self) -> str:
        """The names."""
        return self.names if isinstance(self.names, str) else _expanded(self.names)


class PathMap:
    """A mapping of paths to values of ``width`` bytes each; paths are relative and posix, without line feeds.

    A path in a packed group takes little more than its value: with all of them held in a dict, a
    site of 100,000 files would take 30 MB more. Any group may be changed at any time; it is no longer packed then.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._open: dict[str, dict[str, bytes]] = {}
        self._packed: dict[str, _Packed] = {}

    def __len__(self) -> int:
        packed = sum(len(one.values) for one in self._packed.values()) // self._width
        return packed + sum(map(len, self._open.values()))

    def __contains__(self, path: str) -> bool:
        group = group_of(path)
        found = self._open.get(group)
        return path in found if found is not None else self._place(group, path) >= 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PathMap):
            return NotImplemented
        groups = self.groups()
        return groups == other.groups() and all(self._same(group, other) for group in groups)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def get(self, path: str) -> bytes | None:
        """The value of a path; None where it has none."""
        group = group_of(path)
        found = self._open.get(group)
        if found is not None:
            return found.get(path)
        place = self._place(group, path)
        return bytes(self._packed[group].values[place : place + self._width]) if place >= 0 else None

    def __setitem__(self, path: str, value: bytes) -> None:
        self._opened(group_of(path))[path] = value

    def __delitem__(self, path: str) -> None:
        group = group_of(path)
        found = self._opened(group)
        del found[path]
        if not found:
            del self._open[group]

    def replace(self, path: str, value: bytes) -> None:
        """Another value for a path that has one; a packed group stays packed. For maps that share no group."""
        group = group_of(path)
        place = self._place(group, path)
        if place >= 0:
            self._packed[group].values[place : place + self._width] = value
        else:
            self[path] = value

    def groups(self) -> set[str]:
        """The groups that have a path; the blank one among them."""
        return {*self._open, *self._packed}

    def names(self, group: str) -> str:
        """The paths of a group below its folder, in order and joined by line feeds."""
        packed = self._packed.get(group)
        start = len(group) + 1 if group else 0
        return (
            packed.text if packed else "\n".join(path[start:] for path in sorted(self._open.get(group, ())))
        )

    def of(self, group: str) -> Iterator[tuple[str, bytes]]:
        """Paths and values of a group, in order of path."""
        packed, width = self._packed.get(group), self._width
        if packed is None:
            found = self._open.get(group, {})
            yield from [(path, found[path]) for path in sorted(found)]
            return
        for number, name in enumerate(packed.text.split("\n")):
            yield f"{group}/{name}", bytes(packed.values[number * width : (number + 1) * width])

    def items(self) -> Iterator[tuple[str, bytes]]:
        """All paths and values, in order of path."""
        blank = self._open.get("", {})
        # What begins with a group's folder comes in one run: no other path can lie between.
        runs = [(f"{group}/", group) for group in self.groups() if group] + [(path, "") for path in blank]
        for start, group in sorted(runs):
            if group:
                yield from self.of(group)
            else:
                yield start, blank[start]

    def fill(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Take in paths, each group packed at once where all of it comes in order and together."""
        group, start = "", ""
        paths: list[str] = []
        values: list[bytes] = []
        for path, value in items:
            if not (start and path.startswith(start)):
                self._put(group, paths, values)
                group = group_of(path)
                start = f"{group}/" if group else ""
                paths, values = [], []
            paths.append(path)
            values.append(value)
        self._put(group, paths, values)

    def pack(self, group: str, like: PathMap | None = None) -> None:
        """A group is complete; ``like``: a map that most likely has the same paths there, packed."""
        found = self._open.get(group)
        if not group or found is None or len(found) > _MOST:
            return
        paths = sorted(found)
        del self._open[group]
        self._set(group, paths, [found[path] for path in paths])
        text, values = self._packed[group].text, self._packed[group].values
        known = like._packed.get(group) if like else None
        names = known.names if known and known.text == text else zlib.compress(text.encode(), 1)
        self._packed[group] = _Packed(names, values)

    def share(self, group: str, other: PathMap) -> None:
        """All paths and values of a group as another map has them, packed if they are there."""
        if group in other._packed:
            self._open.pop(group, None)
            self._packed[group] = other._packed[group]
        elif group in other._open:
            self._opened(group).update(other._open[group])

    def below(self, folder: str) -> bool:
        """Whether any path lies below a folder, which is a group's or in one; of others: False."""
        group = group_of(f"{folder}/")
        found = self._open.get(group) if group else {}
        if found is not None:
            return any(path.startswith(f"{folder}/") for path in found)
        packed = self._packed.get(group)
        if packed is None or "\n" in folder:
            return False
        return folder == group or f"\n{folder[len(group) + 1 :]}/" in f"\n{packed.text}"

    def alike(self, group: str, other: PathMap) -> bool:
        """Whether another map surely has the same paths in a group: both have it packed."""
        one, two = self._packed.get(group), other._packed.get(group)
        return one is not None and two is not None and one.text == two.text

    def _same(self, group: str, other: PathMap) -> bool:
        if group in self._packed and group in other._packed:
            return self.alike(group, other) and self._packed[group].values == other._packed[group].values
        return dict(self.of(group)) == dict(other.of(group))

    def _place(self, group: str, path: str) -> int:
        """Where the value of a path begins in a packed group; below 0 where it has none."""
        packed = self._packed.get(group)
        if packed is None or "\n" in path:
            return -1
        names = f"\n{packed.text}\n"
        found = names.find(f"\n{path[len(group) + 1 :]}\n")
        return found if found < 0 else names.count("\n", 0, found) * self._width

    def _opened(self, group: str) -> dict[str, bytes]:
        """A group to be changed."""
        if group in self._packed:
            self._open[group] = dict(self.of(group))
            del self._packed[group]
        return self._open.setdefault(group, {})

    def _put(self, group: str, paths: list[str], values: list[bytes]) -> None:
        new = group not in self._open and group not in self._packed
        if group and new and len(paths) <= _MOST and all(one < other for one, other in pairwise(paths)):
            self._set(group, paths, values)
        elif paths:
            self._opened(group).update(zip(paths, values, strict=True))
            self.pack(group)

    def _set(self, group: str, paths: list[str], values: list[bytes]) -> None:
        start = len(group) + 1
        self._packed[group] = _Packed("\n".join([path[start:] for path in paths]), bytearray().join(values))


@lru_cache(maxsize=8)
def _expanded(names: bytes) -> str:
    """Compressed names: one is mostly asked for many files of a group, one after the other."""
    return zlib.decompress(names).decode()
