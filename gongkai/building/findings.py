"""Problems of a whole site in order, each once: counted without being unpacked, unpacked only as they are looked at."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, overload

from gongkai.problems import Problem, Severity, from_data, ordered, to_data


@dataclass(frozen=True)
class Pack:
    """Problems in order, each once, of files from ``first`` to ``last`` in the order of their names.

    ``open`` counts those not accepted by severity (gravest first), ``accepted`` the others by their reason.
    """

    first: str
    last: str
    open: tuple[int, ...]
    accepted: tuple[tuple[str, int], ...]
    _held: bytes | tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is in it."""
        if isinstance(self._held, tuple):
            return self._held
        return tuple(map(from_data, json.loads(zlib.decompress(self._held))))

    @property
    def size(self) -> int:
        """How many, accepted ones too."""
        return sum(self.open) + sum(count for _, count in self.accepted)

    def to_data(self) -> list[Any]:
        """The pack as plain data for JSON; ``from_data`` makes it again."""
        held = self._held if isinstance(self._held, bytes) else _pressed(self._held)
        return [self.first, self.last, self.open, self.accepted, base64.b64encode(held).decode()]

    @classmethod
    def from_data(cls, data: list[Any]) -> Pack:
        """The pack that ``to_data`` took apart."""
        first, last, counts, accepted, held = data
        reasons = tuple((reason, count) for reason, count in accepted)
        return cls(first, last, tuple(counts), reasons, base64.b64decode(held))


def packed(problems: Iterable[Problem], *, press: bool = True) -> tuple[Pack, ...]:
    """One pack of all these problems, or none of none; ``press``: small in memory, slower to look at."""
    listed = tuple(ordered(problems))
    if not listed:
        return ()
    held = _pressed(listed) if press else listed
    found = Counter(one.severity for one in listed if not one.accepted)
    counts = tuple(found[severity] for severity in Severity)
    reasons = Counter(problem.accepted for problem in listed if problem.accepted)
    return (Pack(listed[0].place.file, listed[-1].place.file, counts, tuple(reasons.items()), held),)


def _pressed(problems: Iterable[Problem]) -> bytes:
    return zlib.compress(json.dumps([to_data(one) for one in problems], ensure_ascii=False).encode(), 1)


class Findings(Sequence[Problem]):
    """A sequence of problems like any other, made of packs; it compares equal to the same problems in a tuple."""

    def __init__(self, packs: Iterable[Pack] = (), loose: Iterable[Problem] = ()) -> None:
        by_file = groupby(ordered(loose), key=lambda problem: problem.place.file)
        single = (pack for _, group in by_file for pack in packed(group, press=False))
        self.packs: Sequence[Pack] = sorted((*packs, *single), key=lambda pack: (pack.first, pack.last))
        """What it is made of."""

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Findings:
        """The same problems; what is ``Findings`` already stays so."""
        return problems if isinstance(problems, cls) else cls((), problems)

    @cached_property
    def _all(self) -> list[Problem]:
        return sorted((one for pack in self.packs for one in pack.problems), key=lambda one: one.sort_key)

    def __len__(self) -> int:
        return sum(pack.size for pack in self.packs)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Problem]: ...
    def __getitem__(self, index: int | slice) -> Problem | Sequence[Problem]:
        return self._all[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Findings, tuple)) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Findings({self._all!r})"

    @property
    def errors(self) -> int:
        """How many stop publication."""
        return sum(pack.open[0] for pack in self.packs)

    def counts(self) -> dict[Severity, int]:
        """How many of each severity, gravest first, accepted ones left out."""
        return {
            severity: sum(pack.open[number] for pack in self.packs)
            for number, severity in enumerate(Severity)
        }

    def accepted(self) -> Counter[str]:
        """How many are accepted, by the reason their records give."""
        found: Counter[str] = Counter()
        for pack in self.packs:
            found.update(dict(pack.accepted))
        return found

    def open(self, most: int) -> list[Problem]:
        """In order what is not accepted: all errors, and of the others the first that make it up to ``most``."""
        errors: list[Problem] = []
        others: list[Problem] = []
        room = max(0, most - self.errors) if sum(self.counts().values()) > most else len(self)
        for pack in self.packs:
            if not pack.open[0] and len(others) >= room:
                continue
            for problem in pack.problems:
                if problem.blocks:
                    errors.append(problem)
                elif not problem.accepted:
                    others.append(problem)
        return ordered([*errors, *others[:room]])
