"""A record file → its data with the place of every key and value; scalars stay text."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from gongkai.problems import Place, Problem
from gongkai.reading.files import decode, problem, read_bytes
from gongkai.reading.nodes import Data, NodeReader, compose, diagnose

Path_ = tuple[str | int, ...]
Spots = Mapping[Path_, tuple[int, int]]


@dataclass(frozen=True)
class Document:
    """One file as read: its data, and where each value and each key stands.

    Places are looked up in ``marks`` when the first is asked for: most files have nothing to tell of.
    """

    file: str
    data: Data
    marks: array[int] = field(default_factory=lambda: array("I"), repr=False, compare=False)
    """Line and column of every key and value of the file, in the order of the file."""
    text: str = ""
    whole: Data = field(default=None, repr=False, compare=False)
    """For a part of a file: the data of all of it, and where the part stands there."""
    base: Path_ = ()

    @property
    def values(self) -> Spots:
        """Line and column of each value, by the path into ``data``."""
        return self._places[0]

    @property
    def keys(self) -> Spots:
        """Line and column of each key, by the path of its value."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[Spots, Spots]:
        values: dict[Path_, tuple[int, int]] = {}
        keys: dict[Path_, tuple[int, int]] = {}
        if self.marks:
            marks = iter(self.marks)
            _note_places(
                self.whole if self.base else self.data, (), zip(marks, marks, strict=True), values, keys
            )
        return self._below(values), self._below(keys)

    def _below(self, spots: Spots) -> Spots:
        """Those of this part of the file, from its own beginning."""
        size = len(self.base)
        if not size:
            return spots
        return {path[size:]: spot for path, spot in spots.items() if path[:size] == self.base}

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Where ``path`` stands (its key with ``key``); for a path that is absent, its nearest parent."""
        for end in range(len(path), -1, -1):
            part = path[:end]
            spots = (self.keys, self.values) if key else (self.values, self.keys)
            for spot in spots:
                if part in spot:
                    return Place(self.file, *spot[part])
        return Place(self.file, 1, 1)

    def part(self, base: Path_) -> Document:
        """What stands at ``base``, as a document of its own with its places in the whole file."""
        data: Any = self.data
        for step in base:
            data = data[step] if isinstance(data, list) or step in (data or {}) else None
        whole = self.whole if self.base else self.data
        return Document(self.file, data, self.marks, self.text, whole, (*self.base, *base))


def _note_places(
    data: Data,
    path: Path_,
    marks: Iterator[tuple[int, int]],
    values: dict[Path_, tuple[int, int]],
    keys: dict[Path_, tuple[int, int]],
) -> None:
    """Give every key and value its place, in the order in which the reader notes their marks."""
    values[path] = next(marks)
    if isinstance(data, dict):
        for key, value in data.items():
            inner = (*path, key)
            keys[inner] = next(marks)
            _note_places(value, inner, marks, values, keys)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            _note_places(value, (*path, index), marks, values, keys)


def leaves(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Path and text of everything that is stated in a file, or in a part of it."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from leaves(value, (*path, number))
    elif isinstance(data, str) and data:
        yield path, data


def path_text(path: Path_) -> str:
    """``绩效指标[3].权重``: a path as people write it, rows counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(file: Path, name: str) -> tuple[Document | None, list[Problem]]:
    """Read one record file; ``name`` is how it is called in problems. None when nothing could be read."""
    smaller = "一个文件只写一条记录；图片、附件不要放进记录。"
    raw = read_bytes(file, name, smaller, "请检查文件是否存在、权限是否正确。")
    return parse_yaml(raw, name) if isinstance(raw, bytes) else (None, [raw])


def parse_yaml(raw: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse the bytes of one record file; see ``read_yaml``."""
    text = decode(raw, name)
    if isinstance(text, Problem):
        return None, [_unchecked(text)]
    if not text.strip():
        return None, [problem(name, 1, 1, "source.empty", "文件是空的", "请填写内容，或删除这个文件。")]
    try:
        root = compose(text)
    except yaml.YAMLError as error:
        return None, [_unchecked(diagnose(error, text, name))]
    if root is None:
        message, hint = "文件里只有注释，没有内容", "请填写内容，或删除这个文件。"
        return None, [problem(name, 1, 1, "source.empty", message, hint)]
    reader = NodeReader(name, text)
    data = reader.read(root, in_list=False)
    if any(one.rule == "source.limit" for one in reader.problems):
        return None, reader.problems
    if not isinstance(data, dict):
        message = "这不是一条记录：应当由“名称: 值”的行组成"
        hint = "冒号用半角“:”，后面空一格，例如“项目名称: 民兵事业费”。"
        spot = reader.marks[0], reader.marks[1]
        return None, [*reader.problems, problem(name, *spot, "source.not-a-record", message, hint)]
    return Document(name, data, reader.marks, text), reader.problems


def _unchecked(found: Problem) -> Problem:
    """One such fault hides all others: the clerk is told, lest the next report be a surprise."""
    return replace(found, hint=f"{found.hint}（改正以前，这个文件里的其他内容没有核对。）")
