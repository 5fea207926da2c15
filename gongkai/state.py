"""What the published site was made from: kept between builds; damaged or foreign state is simply no state."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gongkai.kept import read_checked, write_checked
from gongkai.problems import Problem
from gongkai.render import PdfFacts
from gongkai.summaries import DepartmentSummary

Unit = tuple[str, str]
"""A department: locality and department slugs."""


@dataclass
class UnitState:
    """One department as it was last read and made."""

    signature: str
    """Names, sizes and times of its files: while it holds, they need not be read."""
    base: str
    """Key of what its records are read with (locality, forms, code)."""
    content: str
    """Key of its files' content."""
    summary: DepartmentSummary | None
    problems: tuple[Problem, ...]
    pdf_keys: dict[str, str]
    """PDF address → key of all it is made from."""
    trusted: bool = True
    """False when a file was changed too shortly before it was read for its time to be told apart."""
    made_pdfs: dict[str, tuple[str, PdfFacts]] = field(default_factory=dict)
    made_problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    page_key: str = ""
    pages: tuple[str, ...] = ()
    summary_key: str = ""
    """Key of the summary: what pages outside the department show of it."""
    facts_key: str = ""
    """Key of the facts of its PDFs and data files."""
    links: dict[str, str] = field(default_factory=dict)
    """Address elsewhere that its pages link to → one of the pages."""

    def facts(self) -> dict[str, PdfFacts]:
        """The facts of its PDFs and data files by address."""
        return {path: facts for path, (_, facts) in self.made_pdfs.items()}


@dataclass(frozen=True)
class Collected:
    """A collector's files, with what pages state of them."""

    key: str = ""
    """Key of all they are made from."""
    base: str = ""
    """Key of all that is no department's content."""
    files: dict[str, PdfFacts] = field(default_factory=dict)


@dataclass
class State:
    """The last publication: its departments, the key of each page made from summaries, and collectors' files."""

    units: dict[Unit, UnitState] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    shared_links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Page made from summaries → the addresses it links to."""
    collected: dict[str, Collected] = field(default_factory=dict)
    """Collector, or address of a yearbook → its files."""


def load_state(file: Path, code: str) -> State:
    """The state of the last build by the same code; an empty one where there is none or it is damaged."""
    found = read_checked(file, code)
    return found if isinstance(found, State) else State()


def save_state(file: Path, code: str, state: State) -> None:
    """Keep the state for the next build."""
    write_checked(file, code, state)
