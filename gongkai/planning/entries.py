"""Every disclosure of a site with what it belongs to, and what happened to it on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary


class Happened(NamedTuple):
    """What happened to a disclosure on a day: 公开, 公告, 更正, 改错字 or 撤回.

    ``slug`` is the notice, or the project or text, that it happened to; "" for the whole.
    """

    day: date
    kind: str
    slug: str
    name: str
    text: str


class Entry(NamedTuple):
    """One disclosure and where it belongs."""

    locality: LocalitySummary
    department: DepartmentSummary
    disclosure: DisclosureSummary

    @property
    def slugs(self) -> tuple[str, str, str]:
        """Its address."""
        return self.locality.slug, self.department.slug, self.disclosure.slug

    @property
    def happened(self) -> Iterator[Happened]:
        """All that has a day in the record."""
        year = self.disclosure
        if year.published:
            yield Happened(year.published, "公开", "", year.title, "")
        for one in year.notices:
            if one.published:
                yield Happened(one.published, "公告", one.slug, one.title or "", "")
        for it in year.corrections:
            yield Happened(it.day, "改错字" if it.wording else "更正", "", year.title, it.text)
        for gone in year.withdrawn:
            yield Happened(gone.day, "撤回", gone.slug, gone.name, gone.reason)
        if year.withdrawal:
            yield Happened(year.withdrawal, "撤回", "", year.title, year.reason)


def entries(localities: Iterable[LocalitySummary]) -> list[Entry]:
    """Every disclosure, in the site's order."""
    return [
        Entry(place, one, each)
        for place in localities
        for one in place.departments
        for each in one.disclosures
    ]
