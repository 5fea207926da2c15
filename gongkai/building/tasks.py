"""What a department's task is given and gives back, and what all pages of a site share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from gongkai.building.artifacts import INTERNAL, File, Input, Made
from gongkai.building.findings import Pack, packed
from gongkai.pages.texts import Text
from gongkai.planning.summaries import DepartmentSummary, summary_from
from gongkai.publishing.manifest import File as Listed
from gongkai.publishing.manifest import listing
from gongkai.reading.acts import SiteSettings
from gongkai.reading.records import Locality

Unit = tuple[str, str]
"""A department: locality and department slugs."""
SEARCH, DATA, LINKS, LISTED = ":search", ":data", ":links", ":files"
"""Parts for the whole site: its search index, its open data, the links that must lead somewhere, its lines of files.csv."""


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


@dataclass(frozen=True)
class Result:
    """What a department comes to: what a task gives, and but for ``made`` what is held of it and kept in the store."""

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
    files: str = ""
    """Its published files, as the manifest lists them (manifest.listing); those that would be made, where none were."""
    parts: tuple[File, ...] = ()
    """What it gives to files of the whole site."""
    told: tuple[Pack, ...] = ()
    """What was found as its files were made."""
    failed: bool = False
    """Something that was made can't be published."""
    made: Mapping[str, Made] = field(default_factory=dict)
    """What its artifacts came to, as they are just made."""
    renewed: int = 0
    """How many published files are of artifacts that were made anew."""

    @cached_property
    def summary(self) -> DepartmentSummary | None:
        """What pages of the whole site show of it."""
        return summary_from(self.text) if self.text else None

    @property
    def complete(self) -> bool:
        """Whether all its files are known, made or planned."""
        return bool(self.files) and not self.failed

    def with_made(self, made: Mapping[str, Made], known: Mapping[str, Made]) -> Result:
        """The same, now that its artifacts are made; ``known`` are those there were before."""
        files = [file for one in made.values() for file in one.files]
        return replace(
            self,
            files=listed(files),
            parts=tuple(file for file in files if not file.published),
            told=packed(problem for one in made.values() for problem in one.problems),
            failed=any(one.blocked for one in made.values()),
            made=made,
            renewed=renewed(made, known),
        )

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, without its files and what was made."""
        packs = {"findings": self.findings, "told": self.told}
        known = {"text": self.text, "dates": self.dates, "forms": self.forms, "parts": self.parts}
        return known | {name: [pack.to_data() for pack in those] for name, those in packs.items()}

    @classmethod
    def from_data(cls, unit: Unit, data: Mapping[str, Any], files: str) -> Result:
        """What ``to_data`` took apart, of a department without errors."""
        findings, told = (tuple(map(Pack.from_data, data[name])) for name in ("findings", "told"))
        dates, forms = tuple(data["dates"]), tuple(data["forms"])
        parts = tuple(File(*one) for one in data["parts"])
        return cls(unit, findings, False, data["text"], dates, forms, files, parts, told)


def listed(files: Iterable[File]) -> str:
    """Those of these files that are published, as the manifest lists them."""
    return listing(sorted(Listed(one.path, one.size, one.sha256) for one in files if one.published))


def renewed(made: Mapping[str, Made], known: Mapping[str, Made]) -> int:
    """How many published files are of artifacts that are not as they were known."""
    anew = (one for name, one in made.items() if not one.blocked and known.get(name) != one)
    return sum(file.published for one in anew for file in one.files)


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
