"""On which terms a site is published: the day, and whether what is public is guarded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Terms:
    """What a build may do; the command line's switches."""

    today: date = field(default_factory=date.today)
    guarded: bool = True
    """False: whatever is public may change without a word. For tests, and for a site that nobody reads yet."""
    strict: bool = False
    """Whether an error in one department stops all; otherwise it stays as it was last published."""
    public: Path | None = None
    """The folder of the site that readers have, where it is not the one that is built: the guard only warns then."""

    @property
    def due(self) -> date:
        """The last 发布日期 that is published; a preview shows all."""
        return date.max if self.public else self.today


def alike(dates: Iterable[str], one: str, other: str) -> bool:
    """Whether the same of these 发布日期 have come on two days; all as ISO 8601."""
    return all((date <= one) == (date <= other) for date in dates)
