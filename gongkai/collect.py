"""Site-wide files made of parts from every department: open data, search, feeds; the parts are made by workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from gongkai.load import LoadedDepartment
from gongkai.plan import Plan
from gongkai.records import SiteSettings


@dataclass(frozen=True)
class Part:
    """What a collector took from one department: picklable, and a pure function of that department's records."""

    locality: str
    department: str
    content: Any


class SiteFile(NamedTuple):
    """A finished file: its address, its content (to be used before the next is taken), and its rows if it is data."""

    address: str
    data: bytes | memoryview
    rows: int = 0


class Collector(Protocol):
    """One family of site-wide files."""

    name: str

    def part(self, loaded: LoadedDepartment) -> Any:
        """What the files need of one department; runs in a worker."""

    def files(
        self, parts: Iterable[Part], plan: Plan, site: SiteSettings, memo: Memo
    ) -> Iterator[SiteFile] | Iterator[tuple[str, bytes]]:
        """The finished files; runs in the parent, parts come in the plan's order.

        ``memo`` is empty; what is put in it comes back with ``Former`` when the site is built again.
        """


Memo = dict[str, Any]
"""What a collector keeps of its last run to make the next one short: picklable and small."""


@dataclass(frozen=True)
class Former:
    """A collector's last run: what it kept, and where its files are published.

    The departments are the same in the same order, settings and code are the same; only the departments of the
    parts given have changed since, and whatever of the plan follows from them.
    """

    memo: Memo
    file: Callable[[str], Path]
    """Address → the published file; to be read only."""


@runtime_checkable
class Updating(Collector, Protocol):
    """A collector that need not make everything again for a few changed departments."""

    def update(
        self, parts: Iterable[Part], plan: Plan, site: SiteSettings, former: Former, memo: Memo
    ) -> Iterator[SiteFile]:
        """The files that differ from the last run; all others stay as they are published, none goes.

        ``parts`` are those of the changed departments. ``memo`` begins empty and is kept in place of the former's.
        Raises Unsuited, before the first file, where everything has to be made again.
        """


class Unsuited(Exception):
    """What changed is more than an update can follow."""
