"""Artifacts: what is published, or kept to make that from; each is made of named inputs, and again when one changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any, NamedTuple

from gongkai.keys import key_of
from gongkai.parts import INTERNAL as INTERNAL
from gongkai.parts import File as File
from gongkai.problems import Problem, ProblemError, from_data, to_data


@dataclass(frozen=True, slots=True)
class Made:
    """What an artifact came to, and the key it had then."""

    key: str
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def blocked(self) -> bool:
        """Something stops publication."""
        return any(problem.blocks for problem in self.problems)

    def to_data(self) -> list[Any]:
        """Plain data for JSON."""
        return [self.key, [*map(list, self.files)], [*map(to_data, self.problems)]]

    @classmethod
    def from_data(cls, data: list[Any]) -> Made:
        """What ``to_data`` took apart."""
        key, files, problems = data
        return cls(key, tuple(File(*one) for one in files), tuple(map(from_data, problems)))


class Input(NamedTuple):
    """One thing an artifact is made from: what it is called, and the key of its content."""

    name: str
    key: str


class Content(NamedTuple):
    """A file that was made, whole or in blocks; ``extent`` is how many pages, rows or tables it has."""

    address: str
    data: bytes | Iterable[bytes]
    extent: int = 0


@dataclass(frozen=True)
class Artifact:
    """One file by its address, or files that are made together by a name.

    ``make`` gives the files and what is wrong with them; it is a function of the inputs and of nothing else, and may
    raise ProblemError.
    """

    name: str
    inputs: tuple[Input, ...]
    make: Callable[[], Iterable[Content | Problem]]

    @property
    def key(self) -> str:
        """The hash of all it is made from."""
        return key_of(self.name, *chain.from_iterable(self.inputs))


LastLook = Callable[[str, bytes], Iterable[Problem]]
"""What is wrong with a finished file, by its address and content."""
Put = Callable[[bytes | Iterable[bytes]], tuple[str, int, str]]
"""Stores content: its SHA-256, size and stamp (store.Objects.put)."""


def bring(artifact: Artifact, known: Mapping[str, Made], put: Put, last_look: LastLook) -> Made:
    """What is known of an artifact if its key is still the same; otherwise it is made.

    Every file that is another then is kept and looked at once more. What comes in blocks is joined from departments'
    parts, which have been looked at.
    """
    former, key = known.get(artifact.name), artifact.key
    if former is not None and former.key == key:
        return former
    good = {file.path: file for file in former.files} if former and not former.problems else {}
    files: list[File] = []
    problems: list[Problem] = []
    try:
        for found in artifact.make():
            if isinstance(found, Problem):
                problems.append(found)
                continue
            old = good.get(found.address)
            if old and isinstance(found.data, bytes) and sha256(found.data).hexdigest() == old.sha256:
                files.append(old._replace(extent=found.extent))
                continue
            name, size, stamp = put(found.data)
            file = File(found.address, name, size, found.extent, stamp)
            files.append(file)
            if file.published and isinstance(found.data, bytes):
                problems += last_look(found.address, found.data)
    except ProblemError as error:
        problems.append(error.problem)
    return Made(key, tuple(files), tuple(problems))
