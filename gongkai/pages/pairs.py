"""``compare/data.js``: the figures of every department and year, small enough to compare any two in a browser."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal

from gongkai.planning.compare import largest
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LEVELS, DisclosureSummary

DATA = "compare/data.js"


def compare_data(plan: Plan) -> bytes:
    """One script: [slug, name, departments [slug, name, years], 级别 or null] of each locality."""
    localities = [
        [
            one.slug,
            one.name,
            [[each.slug, each.name, list(map(_year, each.disclosures))] for each in one.departments],
            one.locality.level,
        ]
        for one in plan.localities
    ]
    data = {"levels": LEVELS, "localities": localities}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"gongkaiCompare({text});\n".encode()


def _year(disclosure: DisclosureSummary) -> list[object]:
    """[folder, year or 0, projects, funds in 分 or null, indicators by level, largest: [folder, name, 分] or null]."""
    counts = dict(disclosure.levels)
    top = largest(disclosure.projects)
    return [
        disclosure.slug,
        disclosure.year or 0,
        len(disclosure.projects),
        _fen(disclosure.funds),
        [counts.get(level, 0) for level in LEVELS],
        [top.slug, top.name, _fen(top.funds)] if top else None,
    ]


def _fen(yuan: Decimal | None) -> int | None:
    """元 → 分, half up: whole numbers stay exact in a browser."""
    return None if yuan is None else int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
