"""What the pages of a site need to know of each record: small enough to be held for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongkai.amounts import total
from gongkai.records import Department, Disclosure, Locality, Project


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """One project; ``funds`` is the year's total in 元 (None: blank)."""

    slug: str
    name: str
    type: str | None
    funds: Decimal | None
    indicators: int


@dataclass(frozen=True, slots=True)
class DisclosureSummary:
    """One year of a department; ``funds`` is the sum of its published projects in 元."""

    slug: str
    year: int | None
    title: str | None
    published: date | None
    projects: tuple[ProjectSummary, ...]
    has_target: bool
    all_projects: int | None
    funds: Decimal | None

    @property
    def year_text(self) -> str:
        """``2026年`` or 年度未注明."""
        return f"{self.year}年" if self.year else "年度未注明"


@dataclass(frozen=True, slots=True)
class DepartmentSummary:
    """One department with its years, newest first."""

    slug: str
    name: str
    short: str | None
    sort_key: str | None
    disclosures: tuple[DisclosureSummary, ...]


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


def summarise(department: Department) -> DepartmentSummary:
    """The summary of a department; projects that are not disclosed are left out."""
    disclosures = sorted(department.disclosures, key=lambda one: (-(one.year or 0), one.slug))
    years = tuple(_disclosure(disclosure) for disclosure in disclosures)
    return DepartmentSummary(department.slug, department.name, department.short, department.sort_key, years)


def _disclosure(disclosure: Disclosure) -> DisclosureSummary:
    shown = tuple(project for project in disclosure.projects if project.disclosed)
    return DisclosureSummary(
        disclosure.slug,
        disclosure.year,
        disclosure.title,
        disclosure.published,
        tuple(map(_project, shown)),
        disclosure.department_target is not None,
        disclosure.all_projects,
        total(project.funds.total for project in shown),
    )


def _project(project: Project) -> ProjectSummary:
    return ProjectSummary(
        project.slug,
        project.name,
        project.type,
        amount.yuan if (amount := project.funds.total) else None,
        len(project.indicators),
    )
