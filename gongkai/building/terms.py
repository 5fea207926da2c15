"""On which terms a site is published: the day, and whether what is public is guarded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Terms:
    """What a build may do; the command line's switches."""

    today: date = field(default_factory=date.today)
    guarded: bool = True
    """False: whatever is public may change without a word. For tests, and for a site that nobody reads yet."""
    public: Path | None = None
    """The folder of the site that readers have, where it is not the one that is built: the guard only warns then."""
