"""Records of two years → what changed between them; summaries → departments and localities side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise, starmap
from operator import attrgetter

from gongkai.amounts import total
from gongkai.planning.matching import Levels, by, levels, matched, nearest, plain
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary
from gongkai.reading.evaluation import is_evaluated, stated_rate, total_score
from gongkai.reading.records import Department, Disclosure, Indicator, Project

ANY_TWO = 5
"""How many years, the newest, are compared each with each."""


@dataclass(frozen=True, slots=True)
class Change:
    """An amount in 元 in two years; None where it is not stated."""

    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New less old; None unless both are stated."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def per_cent(self) -> Decimal | None:
        """The difference in per cent of the old amount, one decimal, half up; None where that says nothing."""
        if self.difference is None or not self.old:
            return None
        return (self.difference * 100 / self.old).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class IndicatorPair:
    """An indicator in two years; ``likeness`` of the names (0 to 1) of two that were not matched by their text."""

    old: Indicator | None
    new: Indicator | None
    likeness: Decimal | None = None

    @property
    def how(self) -> str:
        """text: all three levels are the same; name: level 1 is, and the names are alike; added; dropped."""
        if self.old is None or self.new is None:
            return "dropped" if self.new is None else "added"
        return "text" if self.likeness is None else "name"

    @property
    def changed(self) -> bool:
        """Whether a target is written differently; always so for what was added or dropped."""
        if self.old is None or self.new is None:
            return True
        return _targets(self.old) != _targets(self.new)


@dataclass(frozen=True, slots=True)
class ProjectPair:
    """The same project (by its file name) in two years; one side None where it was not published."""

    old: Project | None
    new: Project | None
    funds: Change
    indicators: tuple[IndicatorPair, ...]

    @property
    def slug(self) -> str:
        """Its file name."""
        return (self.new or self.old).slug  # type: ignore[union-attr]

    @property
    def name(self) -> str:
        """The name it had last."""
        return (self.new or self.old).name  # type: ignore[union-attr]

    @property
    def moved(self) -> Decimal | None:
        """What it adds to the difference of the sums, in 元: all of it where it is new or ended; None if not stated."""
        if self.old and self.new:
            return self.funds.difference
        if self.new:
            return self.funds.new
        return None if self.funds.old is None else -self.funds.old

    @property
    def renamed(self) -> bool:
        """Published in both years under different names."""
        return self.old is not None and self.new is not None and self.old.name != self.new.name


@dataclass(frozen=True, slots=True)
class SameName:
    """A project or key task of the old year and another of the new one with the same name: no claim to be the same."""

    name: str
    old_kind: str
    new_kind: str
    funds: Change
    slug: str = ""
    """The new year's project, where it is one."""


@dataclass(frozen=True, slots=True)
class YearComparison:
    """Two years of one department. ``funds`` are the sums of the published projects."""

    old: Disclosure
    new: Disclosure
    funds: Change
    expenditure: Change
    projects: tuple[ProjectPair, ...]
    indicators: tuple[IndicatorPair, ...]
    """Indicators of the whole department, where both years have its target."""
    same_names: tuple[SameName, ...]

    @property
    def comparable(self) -> bool:
        """Both years publish projects: only then can a project be new or ended."""
        return bool(self.old.shown and self.new.shown)

    @property
    def unstated(self) -> int:
        """How many projects state no amount in a year that publishes them: the rows do not add up by what these had."""
        return sum(
            (pair.old is not None and pair.funds.old is None)
            or (pair.new is not None and pair.funds.new is None)
            for pair in self.projects
        )

    @property
    def kept(self) -> list[ProjectPair]:
        """Published in both years."""
        return [pair for pair in self.projects if pair.old and pair.new]

    @property
    def added(self) -> list[ProjectPair]:
        """Published in the new year only."""
        return [pair for pair in self.projects if pair.old is None]

    @property
    def ended(self) -> list[ProjectPair]:
        """Published in the old year only."""
        return [pair for pair in self.projects if pair.new is None]


@dataclass(frozen=True, slots=True)
class ProjectHistory:
    """One project over its years, oldest first, and each year beside the one before."""

    years: tuple[tuple[Disclosure, Project], ...]
    steps: tuple[tuple[Disclosure, Disclosure, ProjectPair], ...]

    @property
    def reached(self) -> dict[str, tuple[Decimal | None, str]]:
        """总分 and 执行率 of each year with a 自评, by its slug."""
        found = ((year.slug, project) for year, project in self.years if is_evaluated(project))
        return {slug: (total_score(project), stated_rate(project.evaluation)) for slug, project in found}


def compare_years(old: Disclosure, new: Disclosure) -> YearComparison:
    """What changed in a department from one disclosure to a later one."""
    before, after = old.department_target, new.department_target
    return YearComparison(
        old,
        new,
        Change(*(total(one.funds.total for one in side.shown) for side in (old, new))),
        Change(*(total([side.expenditure.total]) if side else None for side in (before, after))),
        tuple(
            compare_project(was, now) for was, now, _ in matched(old.shown, new.shown, by(attrgetter("slug")))
        ),
        match_indicators(before.indicators, after.indicators) if before and after else (),
        tuple(_same_names(old, new)),
    )


def compare_project(old: Project | None, new: Project | None) -> ProjectPair:
    """One project in two years."""
    pairs = match_indicators(old.indicators, new.indicators) if old and new else ()
    return ProjectPair(old, new, Change(_yuan(old), _yuan(new)), pairs)


def project_history(department: Department, slug: str) -> ProjectHistory:
    """A project in every dated year that publishes it."""
    dated = sorted((one for one in department.disclosures if one.year), key=lambda one: one.year or 0)
    years = [(one, project) for one in dated for project in one.shown if project.slug == slug]
    steps = [(before, after, compare_project(old, new)) for (before, old), (after, new) in pairwise(years)]
    return ProjectHistory(tuple(years), tuple(steps))


def match_indicators(old: Sequence[Indicator], new: Sequence[Indicator]) -> tuple[IndicatorPair, ...]:
    """Indicators of two years, paired by their levels."""
    return tuple(starmap(IndicatorPair, matched(old, new, by(_levels), nearest(_levels))))


def _levels(indicator: Indicator) -> Levels:
    return levels(indicator.level1, indicator.level2, indicator.level3)


def _targets(indicator: Indicator) -> tuple[str, ...]:
    written = (indicator.nature, indicator.annual_target, indicator.period_target, indicator.unit)
    return tuple(plain(str(one) if one is not None else None) for one in written)


def _same_names(old: Disclosure, new: Disclosure) -> Iterator[SameName]:
    """Names that stand in both years, but not as the same project."""
    after = {name: (kind, yuan, slug) for kind, yuan, slug, name in _named(new)}
    same = {project.slug for project in old.shown} & {project.slug for project in new.shown}
    for kind, yuan, slug, name in _named(old):
        if name in after and slug not in same and after[name][2] not in same:
            new_kind, new_yuan, new_slug = after[name]
            yield SameName(name, kind, new_kind, Change(yuan, new_yuan), new_slug)


def _named(disclosure: Disclosure) -> Iterator[tuple[str, Decimal | None, str, str]]:
    """Kind, amount, file name ("" for key tasks) and name of all a disclosure names; projects last, so that they win."""
    target = disclosure.department_target
    for task in target.tasks if target else ():
        if task.name:
            yield "年度重点工作任务", task.funds.yuan if task.funds else None, "", plain(task.name)
    for project in disclosure.shown:
        yield "项目", _yuan(project), project.slug, plain(project.name)


def _yuan(project: Project | None) -> Decimal | None:
    return total([project.funds.total]) if project else None


# -- from summaries -------------------------------------------------------------------------------


def year_pairs(department: DepartmentSummary) -> list[tuple[DisclosureSummary, DisclosureSummary]]:
    """Any two of the newest dated years, and of older ones each with the one before it; newest first."""
    dated = [one for one in department.disclosures if one.year]
    places = [
        (newer, older)
        for newer in range(len(dated))
        for older in range(newer + 1, len(dated))
        if older == newer + 1 or older < ANY_TWO
    ]
    return [(dated[older], dated[newer]) for newer, older in places]


def repeated_projects(department: DepartmentSummary) -> dict[str, str]:
    """Projects published in two dated years or more: file name → the name it had last."""
    dated = {slug: [one for year, one in found if year.year] for slug, found in department.projects.items()}
    return {slug: found[0].name for slug, found in dated.items() if len(found) > 1}
