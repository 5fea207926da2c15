"""What a worker is given and what it gives back: the site's context, a department to work on, what was read or made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.building.state import Unit, UnitState
from gongkai.pages.render import PdfFacts, Text
from gongkai.planning.links import PageLinks
from gongkai.planning.plan import Plan
from gongkai.problems import Problem
from gongkai.reading.records import Locality, SiteSettings


@dataclass(frozen=True)
class SiteContext:
    """What every page of a site shares; ``plan`` may hold just the department at hand. Small and picklable."""

    site: SiteSettings
    plan: Plan
    texts: tuple[Text, ...]
    assets: Mapping[str, str]
    feed: bool = False
    """Whether there is a feed to link to."""


@dataclass(frozen=True)
class UnitJob:
    """One department to work on: where it is, and what its reading depends on."""

    unit: Unit
    locality: Locality
    folder: Path
    signature: str
    base: str
    """Key of code, locality and its forms, and of what shapes PDFs besides: page furniture, shared macros, fonts."""
    settled: bool
    """Whether the signature can be trusted later: no file was changed just before it was taken."""


@dataclass
class Made:
    """What came of a task: files of the site by address, facts of PDFs, problems by address."""

    unit: Unit
    files: dict[str, bytes] = field(default_factory=dict)
    pdfs: dict[str, PdfFacts] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    links: dict[str, PageLinks] = field(default_factory=dict)
    """What pages link to; of a department only ``leaving`` links are sent back."""
    leaving: dict[str, str] = field(default_factory=dict)


@dataclass
class Surveyed:
    """A department read and checked: its state, and its part for each collector."""

    unit: Unit
    state: UnitState
    keys: dict[str, str] = field(default_factory=dict)
    """Address of a PDF or data file → key of all it is made from."""
    parts: dict[str, bytes] = field(default_factory=dict)
    """Collector → its part, pickled: who takes it in only puts it away."""
