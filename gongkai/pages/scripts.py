"""Script files that pages load: every project with its amounts over the years, every department with its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gongkai.exports.text import script_text
from gongkai.planning.explore import ProjectRow, project_rows, years_of
from gongkai.planning.matching import LEVELS
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import DisclosureSummary

COMPARE = "compare/data.js"
PER_FILE = 2000
"""How many projects a file has: some 200 KB."""


def project_files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """``projects/data/*.js``, a locality in each run of files: address and content."""
    for locality in plan.localities:
        rows = list(project_rows([locality]))
        for number, start in enumerate(range(0, len(rows), PER_FILE), 1):
            text = script_text(_part(rows[start : start + PER_FILE]))
            call = f'gongkaiProjects("{locality.slug}",{number},{text});\n'
            yield f"projects/data/{locality.slug}-{number}.js", call.encode()


def listing(plan: Plan, rows: Sequence[ProjectRow]) -> dict[str, Any]:
    """What the explorer knows before the files are there: localities with their number of files, and the years."""
    counts = Counter(row.locality.slug for row in rows)
    places = [[one.slug, one.name, _files(counts[one.slug])] for one in plan.localities if one.slug in counts]
    return {"places": places, "years": years_of(rows)}


def _files(count: int) -> int:
    """In how many files so many projects stand."""
    return -(-count // PER_FILE)


def _part(rows: Sequence[ProjectRow]) -> dict[str, Any]:
    """Departments [slug, name], 项目类型, and of each project [department, folder, name, 类型 or -1, year, 分 or null …]."""
    departments = dict.fromkeys((row.department.slug, row.department.name) for row in rows)
    kinds = dict.fromkeys(row.type for row in rows if row.type)
    department_at = {slug: at for at, (slug, _) in enumerate(departments)}
    kind_at = {kind: at for at, kind in enumerate(kinds)}
    listed = [
        [
            department_at[row.department.slug],
            row.slug,
            row.name,
            kind_at.get(row.type or "", -1),
            *(value for year, yuan in row.years.items() for value in (year, _fen(yuan))),
        ]
        for row in rows
    ]
    return {"departments": list(departments), "kinds": list(kinds), "rows": listed}


def compare_data(plan: Plan) -> bytes:
    """One script, small enough to compare any two in a browser: of each locality
    [slug, name, departments [slug, name, years], 级别 or null, files of projects].
    """
    localities = [
        [
            one.slug,
            one.name,
            [[each.slug, each.name, list(map(_year, each.disclosures))] for each in one.departments],
            one.locality.level,
            _files(sum(1 for _ in project_rows([one]))),
        ]
        for one in plan.localities
    ]
    return f"gongkaiCompare({script_text({'levels': LEVELS, 'localities': localities})});\n".encode()


def _year(disclosure: DisclosureSummary) -> list[object]:
    """[year or 0, projects, funds in 分 or null, how many state none, indicators by level], and where there is 自评 of
    projects [how many, of how many the scores are known, 100 times their sum, 全年预算数 and 执行数 in 分].
    """
    counts = dict(disclosure.levels)
    levels = [counts.get(level, 0) for level in LEVELS]
    funds = _fen(disclosure.funds)
    found: list[object] = [disclosure.year or 0, len(disclosure.projects), funds, disclosure.unstated, levels]
    projects, scored, *sums = disclosure.results
    return [*found, [projects, scored, *map(_fen, sums)]] if projects else found


def _fen(yuan: Decimal | None) -> int | None:
    """元 → 分, half up: whole numbers stay exact in a browser."""
    return None if yuan is None else int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
