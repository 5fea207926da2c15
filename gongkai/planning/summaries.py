"""What the pages of a site need to know of each record: small enough to be held for all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from sys import intern
from typing import NamedTuple

from pydantic import TypeAdapter

from gongkai.amounts import total
from gongkai.planning.matching import LEVELS, common_level, rate_of
from gongkai.reading.acts import Notice
from gongkai.reading.evaluation import Reached, Results, reached
from gongkai.reading.records import Department, Disclosure, Indicator, Locality, Project

_MATTERS = {"目标": "绩效目标", "自评": "绩效自评", "转移支付": "转移支付绩效目标", "其他": "绩效信息"}


def year_text(year: int | None) -> str:
    """``2026年``; 年度未注明 for None and 0."""
    return f"{year}年" if year else "年度未注明"


@dataclass(frozen=True)
class OfYear:
    """What pages show of one year (None or 0: 未注明)."""

    year: int | None

    @property
    def text(self) -> str:
        """Its heading."""
        return year_text(self.year)

    @property
    def anchor(self) -> str:
        """The id of its part of a page."""
        return f"y{self.year}" if self.year else "undated"


class ProjectSummary(NamedTuple):
    """One project; ``funds`` is the year's total in 元 (None: blank)."""

    slug: str
    name: str
    type: str | None
    funds: Decimal | None
    indicators: int
    former: tuple[str, ...] = ()
    reached: Reached | None = None
    """None: not evaluated."""


class ArticleSummary(NamedTuple):
    """One text published with a year's tables."""

    slug: str
    title: str


class WithdrawnSummary(NamedTuple):
    """One project or text that was published and is no longer."""

    slug: str
    name: str
    day: date
    reason: str = ""
    former: tuple[str, ...] = ()


class CorrectionSummary(NamedTuple):
    """One correction; ``wording`` where no figure was touched."""

    day: date
    text: str
    wording: bool


class DisclosureSummary(NamedTuple):
    """One year of a department; ``funds`` is the sum of its published projects in 元."""

    slug: str
    year: int | None
    title: str
    published: date | None
    projects: tuple[ProjectSummary, ...]
    has_target: bool
    all_projects: int | None
    funds: Decimal | None
    levels: tuple[tuple[str, int], ...] = ()
    """Indicators by the common names of level 1 (LEVELS); of the whole department where it lists no projects."""

    former: tuple[str, ...] = ()
    updated: date | None = None
    """When it was published, last corrected or withdrawn, as far as the record says."""

    articles: tuple[ArticleSummary, ...] = ()
    withdrawn: tuple[WithdrawnSummary, ...] = ()
    notices: tuple[Notice, ...] = ()
    """Each with a title."""

    withdrawal: date | None = None
    """When the whole of it was withdrawn."""

    reason: str = ""
    """Why it was."""

    corrections: tuple[CorrectionSummary, ...] = ()
    """What was corrected after publication, wording among it, in the record's order."""

    rates: tuple[tuple[str, tuple[tuple[Decimal, int], ...]], ...] = ()
    """What indicators aim at in per cent, by kind (满意度, 完成率 …): each value, the lowest first, and how many aim at it."""

    reached: Reached | None = None
    """What the whole department reached; None: not evaluated."""

    @property
    def results(self) -> Results:
        """The 自评 of its projects together."""
        return Results.of(one.reached for one in self.projects if one.reached)

    @property
    def unstated(self) -> int:
        """How many of its projects state no amount."""
        return sum(one.funds is None for one in self.projects)

    @property
    def year_text(self) -> str:
        """``2026年`` or 年度未注明."""
        return year_text(self.year)


class DepartmentSummary(NamedTuple):
    """One department with its years, newest first; ``withheld`` are year, project and name of what is not published."""

    slug: str
    name: str
    short: str | None
    sort_key: str | None
    disclosures: tuple[DisclosureSummary, ...]
    former: tuple[str, ...] = ()
    withheld: tuple[tuple[str, str, str], ...] = ()

    @property
    def projects(self) -> dict[str, list[tuple[DisclosureSummary, ProjectSummary]]]:
        """Each project by its file name, in all the years that publish it, the newest first."""
        found: dict[str, list[tuple[DisclosureSummary, ProjectSummary]]] = {}
        for disclosure in self.disclosures:
            for project in disclosure.projects:
                found.setdefault(project.slug, []).append((disclosure, project))
        return found


@dataclass(frozen=True, slots=True)
class LocalitySummary:
    """One locality with its departments."""

    locality: Locality
    departments: tuple[DepartmentSummary, ...]

    @property
    def slug(self) -> str:
        """Folder name and address."""
        return self.locality.slug

    @property
    def name(self) -> str:
        """地区名称."""
        return self.locality.name

    @property
    def disclosures(self) -> Iterator[DisclosureSummary]:
        """All years of all its departments."""
        return (year for department in self.departments for year in department.disclosures)


def summary_text(summary: DepartmentSummary) -> str:
    """A summary as JSON; ``summary_from`` makes it again."""
    return _adapter().dump_json(summary, by_alias=True).decode()


def summary_from(text: str) -> DepartmentSummary:
    """The summary of a text. Raises ValueError."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[DepartmentSummary]:
    return TypeAdapter(DepartmentSummary)


def summarise(department: Department) -> DepartmentSummary:
    """The summary of a department; projects that are not disclosed are left out."""
    disclosures = sorted(department.disclosures, key=lambda one: (-(one.year or 0), one.slug))
    years = tuple(_disclosure(department, one) for one in disclosures)
    withheld = tuple(
        (disclosure.slug, project.slug, project.name)
        for disclosure in disclosures
        for project in disclosure.projects
        if not project.disclosed
    )
    return DepartmentSummary(
        department.slug,
        department.name,
        department.short,
        department.sort_key,
        years,
        department.former,
        withheld,
    )


def disclosure_title(department: Department, disclosure: Disclosure) -> str:
    """The stated title, or ``…委员会2026年预算绩效目标公开``; without the year when 未注明."""
    year = f"{disclosure.year}年" if disclosure.year else ""
    return disclosure.title or f"{department.name}{year}预算绩效目标公开"


def notice_title(department: Department, disclosure: Disclosure, notice: Notice) -> str:
    """The stated title, or ``…局2022年度绩效自评``, ``…转移支付绩效目标``."""
    year = f"{disclosure.year}年度" if disclosure.year else ""
    return notice.title or f"{department.name}{year}{_MATTERS[notice.kind]}"


def _disclosure(department: Department, disclosure: Disclosure) -> DisclosureSummary:
    shown, target = disclosure.shown, disclosure.department_target
    of_all, own = target.indicators if target else (), [each for one in shown for each in one.indicators]
    withdrawn = tuple(
        WithdrawnSummary(one.slug, one.name, one.withdrawal.day, one.withdrawal.reason, one.former)
        for one in disclosure.withdrawn
        if one.withdrawal
    )
    whole = disclosure.withdrawal.day if disclosure.withdrawal else None
    changed = [*(one.day for one in disclosure.corrections), *(one.day for one in withdrawn)]
    published = (disclosure.published, *(one.published for one in disclosure.notices))
    dates = [day for day in (*published, whole, *changed) if day]
    return DisclosureSummary(
        disclosure.slug,
        disclosure.year,
        disclosure_title(department, disclosure),
        disclosure.published,
        tuple(map(_project, shown)),
        target is not None,
        disclosure.all_projects,
        total(project.funds.total for project in shown),
        _levels(own if shown else of_all),
        disclosure.former,
        max(dates) if dates else None,
        tuple(ArticleSummary(one.slug, one.title) for one in disclosure.articles),
        withdrawn,
        tuple(
            one.model_copy(update={"title": notice_title(department, disclosure, one)})
            for one in disclosure.notices
        ),
        whole,
        disclosure.withdrawal.reason if disclosure.withdrawal else "",
        (
            *(CorrectionSummary(one.day, one.text, False) for one in disclosure.corrections),
            *(CorrectionSummary(one.day, one.text, True) for one in disclosure.wording_fixes),
        ),
        _rates((*of_all, *own)),
        reached(target) if target else None,
    )


def _rates(indicators: Iterable[Indicator]) -> tuple[tuple[str, tuple[tuple[Decimal, int], ...]], ...]:
    kinds: dict[str, Counter[Decimal]] = {}
    for one in indicators:
        aim, kind = one.annual_target, rate_of(one)
        if not kind or aim is None or aim.number is None or aim.number > 100:
            continue
        if (aim.unit or one.unit or "").startswith(("%", "％")):
            kinds.setdefault(kind, Counter())[aim.number.normalize()] += 1
    return tuple((kind, tuple(sorted(kinds[kind].items()))) for kind in sorted(kinds))


def _levels(indicators: Iterable[Indicator]) -> tuple[tuple[str, int], ...]:
    counts = Counter(common_level(one.level1) for one in indicators)
    return tuple((level, counts[level]) for level in LEVELS if counts[level])


def _project(project: Project) -> ProjectSummary:
    return ProjectSummary(  # years have the same projects: held once, and sent from process to process once
        intern(project.slug),
        intern(project.name),
        intern(project.type) if project.type else project.type,
        total([project.funds.total]),
        len(project.indicators),
        project.former,
        reached(project),
    )
