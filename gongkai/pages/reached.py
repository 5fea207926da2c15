"""What was reached, in a minute: promised beside reached, scores, money spent; and the page of a notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongkai.amounts import Amount
from gongkai.exports.listing import Facts, disclosure_listing
from gongkai.pages.glance import value_text
from gongkai.planning.plan import Page, pdf_address
from gongkai.planning.summaries import DisclosureSummary
from gongkai.reading.evaluation import (
    EVALUATED,
    execution_rate,
    in_notice,
    is_evaluated,
    percent,
    total_score,
)
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Evaluation, Project
from gongkai.tables.sheets import notice_sheets


@dataclass(frozen=True, slots=True)
class Reached:
    """One indicator: what was promised, what was reached, its score of how many points, and why it lost some."""

    level1: str
    name: str
    promised: str
    actual: str
    score: Decimal | None
    weight: Decimal | None
    reason: str

    @property
    def lost(self) -> bool:
        """Whether it has less than its full score."""
        return self.score is not None and self.weight is not None and self.score < self.weight


@dataclass(frozen=True, slots=True)
class Result:
    """A 自评 for reading; ``spent``/``budget`` are the year's totals, ``rate`` as stated or computed (``99.97%``)."""

    evaluation: Evaluation | None
    score: Decimal | None
    budget: Amount | None
    spent: Amount | None
    rate: str
    rows: tuple[Reached, ...]


def result_of(record: Project | DepartmentTarget) -> Result | None:
    """What a record says of what was reached; None where it says nothing."""
    if not is_evaluated(record):
        return None
    one = record.evaluation
    return Result(
        one,
        total_score(record),
        one.adjusted.total or one.initial.total if one else None,
        one.spent.total if one else None,
        (one.rate or percent(execution_rate(one))) if one else "",
        tuple(
            Reached(
                each.level1 or "",
                each.level3 or each.level2 or "",
                value_text(each, "annual_target"),
                each.actual.text if each.actual else "",
                each.score,
                each.weight,
                each.reason or "",
            )
            for each in record.indicators
        ),
    )


def notice_context(
    page: Page,
    disclosure: Disclosure,
    summary: DisclosureSummary,
    loaded: LoadedDepartment,
    files: Mapping[str, Facts],
) -> dict[str, Any]:
    """What the page of a notice shows: its tables and texts, and of 自评 what every project came to."""
    notice = next(one for one in disclosure.notices if one.slug == page.article)
    slugs = (page.locality, page.department, page.year, notice.slug)
    named = [one.slug for one in in_notice(disclosure, notice)]
    by_slug = {one.slug: one for one in summary.projects}
    target = disclosure.department_target if notice.kind == EVALUATED and not notice.projects else None
    return {
        "notice": notice,
        "evaluated": notice.kind == EVALUATED,
        "sheets": notice_sheets(loaded, disclosure, notice),
        "pdf": files.get(pdf_address(*slugs)),
        "data_files": disclosure_listing(slugs, files),
        "projects": [by_slug[slug] for slug in named],
        "texts_of": [one for one in summary.articles if one.slug in notice.texts],
        "result": result_of(target) if target else None,
        "description": f"{page.title}：{len(named)} 个项目",
    }
