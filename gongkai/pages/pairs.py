"""``compare/data.js``: the figures of every department and year, small enough to compare any two in a browser."""

from __future__ import annotations

from gongkai.pages.explorer import fen, files, script_text
from gongkai.planning.explore import project_rows
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LEVELS, DisclosureSummary

DATA = "compare/data.js"


def compare_data(plan: Plan) -> bytes:
    """One script: [slug, name, departments [slug, name, years], 级别 or null, files of projects] of each locality."""
    localities = [
        [
            one.slug,
            one.name,
            [[each.slug, each.name, list(map(_year, each.disclosures))] for each in one.departments],
            one.locality.level,
            files(sum(1 for _ in project_rows([one]))),
        ]
        for one in plan.localities
    ]
    data = {"levels": LEVELS, "localities": localities}
    return f"gongkaiCompare({script_text(data)});\n".encode()


def _year(disclosure: DisclosureSummary) -> list[object]:
    """[year or 0, projects, funds in 分 or null, how many state none, indicators by level]."""
    counts = dict(disclosure.levels)
    return [
        disclosure.year or 0,
        len(disclosure.projects),
        fen(disclosure.funds),
        disclosure.unstated,
        [counts.get(level, 0) for level in LEVELS],
    ]
