"""``projects/data/*.js``: every project with its amounts over the years, a locality in each run of files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gongkai.planning.explore import ProjectRow, project_rows, years_of
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LocalitySummary

FOLDER = "projects/data"
PER_FILE = 2000
"""How many projects a file has: some 200 KB."""


def project_files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Address and content of every file."""
    for locality in plan.localities:
        rows = list(project_rows([locality]))
        for number in range(files(len(rows))):
            part = rows[number * PER_FILE : (number + 1) * PER_FILE]
            text = script_text(_part(part))
            call = f'gongkaiProjects("{locality.slug}",{number + 1},{text});\n'
            yield f"{FOLDER}/{locality.slug}-{number + 1}.js", call.encode()


def listing(localities: Sequence[LocalitySummary], rows: Sequence[ProjectRow]) -> dict[str, Any]:
    """What the page knows before the files are there: localities with their number of files, and the years."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.locality.slug] = counts.get(row.locality.slug, 0) + 1
    places = [[one.slug, one.name, files(counts[one.slug])] for one in localities if one.slug in counts]
    return {"places": places, "years": years_of(rows)}


def files(count: int) -> int:
    """In how many files so many projects stand."""
    return -(-count // PER_FILE)


def _part(rows: Sequence[ProjectRow]) -> dict[str, Any]:
    """Departments [slug, name], 项目类型, and of each project [department, folder, name, 类型 or -1, year, 分 or null …]."""
    departments = dict.fromkeys((row.department.slug, row.department.name) for row in rows)
    kinds = dict.fromkeys(row.type for row in rows if row.type)
    department_at = {slug: at for at, (slug, _) in enumerate(departments)}
    kind_at = {kind: at for at, kind in enumerate(kinds)}
    return {
        "departments": list(departments),
        "kinds": list(kinds),
        "rows": [
            [
                department_at[row.department.slug],
                row.slug,
                row.name,
                kind_at.get(row.type or "", -1),
                *(value for year, yuan in row.years.items() for value in (year, fen(yuan))),
            ]
            for row in rows
        ],
    }


def script_text(data: Any) -> str:
    """JSON that may stand in a script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")


def fen(yuan: Decimal | None) -> int | None:
    """元 → 分, half up: whole numbers stay exact in a browser."""
    return None if yuan is None else int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
