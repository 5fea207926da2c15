"""Site-wide files made of parts from every department: open data, search, feeds; the parts are made by workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

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
        self, parts: Iterable[Part], plan: Plan, site: SiteSettings
    ) -> Iterator[SiteFile] | Iterator[tuple[str, bytes]]:
        """The finished files; runs in the parent, parts come in the plan's order."""
