"""Site-wide files made of parts from every department: open data, search, feeds; the parts are made by workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from gongkai.planning.plan import Plan
from gongkai.publishing.scratch import Finished, Scratch
from gongkai.reading.load import LoadedDepartment
from gongkai.reading.records import SiteSettings


@dataclass(frozen=True)
class Part:
    """What a collector took from one department: picklable, and a pure function of that department's records."""

    locality: str
    department: str
    content: Any


class SiteFile(NamedTuple):
    """A file: its address, its content or the scratch file that is moved there, and its rows if it is data."""

    address: str
    data: bytes | Finished
    rows: int = 0


Memo = dict[str, Any]
"""What a collector keeps of its last run to make the next one short: picklable and small."""


@dataclass(frozen=True)
class Desk:
    """Where a collector works. ``memo`` begins empty and comes back with ``Former`` when the site is built again."""

    scratch: Scratch
    memo: Memo = field(default_factory=dict)


class Collector(Protocol):
    """One family of site-wide files."""

    name: str
    parted: bool
    """False where the plan has all the files need: there are no parts then."""

    def part(self, loaded: LoadedDepartment) -> Any:
        """What the files need of one department; runs in a worker."""

    def files(self, parts: Iterable[Part], plan: Plan, site: SiteSettings, desk: Desk) -> Iterator[SiteFile]:
        """All files; runs in the parent. Parts come in the plan's order."""


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
        self, parts: Iterable[Part], plan: Plan, site: SiteSettings, former: Former, desk: Desk
    ) -> Iterator[SiteFile]:
        """The files that differ from the last run; all others stay as they are published, none goes.

        ``parts`` are those of the changed departments. The desk's memo is kept in place of the former's.
        Raises Unsuited, before the first file, where everything has to be made again.
        """


class Unsuited(Exception):
    """What changed is more than an update can follow."""
