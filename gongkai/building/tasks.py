"""What a department's task is given and gives back, and what all pages of a site share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gongkai.building.artifacts import Input
from gongkai.building.findings import Pack
from gongkai.building.store import INTERNAL, Made
from gongkai.pages.texts import Text
from gongkai.planning.summaries import DepartmentSummary
from gongkai.publishing.manifest import File as Listed
from gongkai.reading.records import Locality
from gongkai.reading.settings import SiteSettings

Unit = tuple[str, str]
"""A department: locality and department slugs."""
SEARCH, DATA, LINKS = ":search", ":data", ":links"
"""Parts for the whole site: its search index, its open data, the links that must lead somewhere."""


@dataclass(frozen=True)
class Common:
    """What all pages share; ``keys`` are those of the inputs that are no record: program, fonts, settings …

    ``texts`` are without their HTML where they are sent to a department.
    """

    site: SiteSettings
    texts: tuple[Text, ...]
    assets: Mapping[str, str]
    feed: bool
    """Whether there is a feed to link to."""
    keys: Mapping[str, str]

    def inputs(self, *names: str) -> tuple[Input, ...]:
        """Some of the inputs by name."""
        return tuple(Input(name, self.keys[name]) for name in names)

    @property
    def for_print(self) -> tuple[Input, ...]:
        """What every PDF is made from besides what it shows; a draft's says that it is one."""
        return (*self.inputs("program", "fonts"), *([Input("draft", "1")] if self.site.draft else []))

    @property
    def for_pages(self) -> tuple[Input, ...]:
        """What every page is made from besides what it shows."""
        return self.inputs("program", "layouts/site", "settings", "navigation", "assets", "feed")


@dataclass(frozen=True)
class Task:
    """A department to be worked on; ``known`` are its artifacts as they were. Without ``make`` it is only checked."""

    unit: Unit
    locality: Locality
    folder: Path
    common: Common
    known: Mapping[str, Made]
    make: bool = True
    due: date = date.max
    """What has a later 发布日期 is checked, and not made."""


@dataclass
class Result:
    """What came of a task; ``summary`` is None where the records can't be read.

    ``planned`` are the files that would be made, where none were; ``dates`` the 发布日期 of its disclosures.
    """

    unit: Unit
    findings: tuple[Pack, ...]
    blocked: bool
    """Whether the records have an error: nothing was made then."""
    summary: DepartmentSummary | None = None
    made: dict[str, Made] = field(default_factory=dict)
    planned: tuple[Listed, ...] = ()
    dates: tuple[date, ...] = ()
    forms: tuple[str, ...] = ()
    """The forms that its records use, be they the locality's or named in a record."""


def forms_of(locality: Locality, common: Common) -> tuple[Input, ...]:
    """The forms that a locality has in force in any year; one that is not there is told when records are read."""
    names = sorted({f"forms/{name}" for entry in locality.forms for name in entry.ids})
    return common.inputs(*(name for name in names if name in common.keys))


def part_address(name: str, unit: Unit) -> str:
    """What a department's part is called in the store."""
    return f"{INTERNAL}{'/'.join(unit)}/{name.removeprefix(INTERNAL)}"
