"""What a department's task is given and gives back, and what all pages of a site share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from gongkai.building.artifacts import INTERNAL, File, Input, Made
from gongkai.building.findings import Pack
from gongkai.pages.texts import Text
from gongkai.planning.summaries import DepartmentSummary, summary_from
from gongkai.publishing.manifest import File as Listed
from gongkai.reading.acts import SiteSettings
from gongkai.reading.records import Locality

Unit = tuple[str, str]
"""A department: locality and department slugs."""
SEARCH, DATA, LINKS = ":search", ":data", ":links"
"""Parts for the whole site: its search index, its open data, the links that must lead somewhere."""


@dataclass(frozen=True)
class Common:
    """What all pages share; ``keys`` are those of the inputs that are no record: program, fonts, settings …

    ``texts`` are the site's own pages without their HTML, which nobody shows but these.
    """

    site: SiteSettings
    texts: tuple[Text, ...]
    assets: Mapping[str, str]
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
        return self.inputs("program", "layouts/site", "settings", "navigation", "assets")


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
    """What a department comes to: what a task gives, and what the store keeps of it."""

    unit: Unit
    findings: tuple[Pack, ...]
    blocked: bool
    """Whether the records have an error: nothing was made then."""
    text: str = ""
    """The summary as JSON; blank where the records can't be read."""
    dates: tuple[str, ...] = ()
    """The 发布日期 of its disclosures and notices, in ISO 8601."""
    forms: tuple[str, ...] = ()
    """The forms that its records use, be they the locality's or named in a record."""
    made: dict[str, Made] = field(default_factory=dict)
    planned: tuple[Listed, ...] = ()
    """The files that would be made, where none were."""

    @cached_property
    def summary(self) -> DepartmentSummary | None:
        """What pages of the whole site show of it."""
        return summary_from(self.text) if self.text else None

    @property
    def failed(self) -> bool:
        """Something that was made can't be published."""
        return any(one.blocked for one in self.made.values())

    @property
    def complete(self) -> bool:
        """Whether all its files are known, made or planned."""
        return bool(self.made or self.planned) and not self.failed

    @property
    def files(self) -> Iterator[File]:
        """Everything that was made, parts among it."""
        return (file for one in self.made.values() for file in one.files)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, without what was made."""
        known = {"text": self.text, "dates": self.dates, "forms": self.forms}
        return known | {"findings": [pack.to_data() for pack in self.findings]}

    @classmethod
    def from_data(cls, unit: Unit, data: Mapping[str, Any], made: dict[str, Made]) -> Result:
        """What ``to_data`` took apart, of a department without errors."""
        findings = tuple(map(Pack.from_data, data["findings"]))
        return cls(unit, findings, False, data["text"], tuple(data["dates"]), tuple(data["forms"]), made)


def forms_of(locality: Locality, common: Common) -> tuple[Input, ...]:
    """The forms that a locality has in force in any year; one that is not there is told when records are read."""
    names = sorted({f"forms/{name}" for entry in locality.forms for _, name in entry.named()})
    return common.inputs(*(name for name in names if name in common.keys))


def part_address(name: str, unit: Unit) -> str:
    """What a department's part is called in the store."""
    return f"{INTERNAL}{name_of(unit)}/{name.removeprefix(INTERNAL)}"


def name_of(unit: Unit) -> str:
    """What a department is called in the store and in looks."""
    return "/".join(unit)
