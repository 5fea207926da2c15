"""The plan and the finished files against what is withheld: nothing of a project marked 公开: 否 may be among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gongkai.planning.plan import address, pdf_address
from gongkai.planning.summaries import LocalitySummary
from gongkai.problems import Place, Problem, Severity

RULE = "withheld.planned"


def leaks(localities: Sequence[LocalitySummary], paths: Iterable[str]) -> list[Problem]:
    """Problems for every withheld project that a summary lists, or whose folder or PDF is among ``paths``.

    ``paths`` are files of the site, planned or made. The planner leaves withheld projects out; this is the
    second pair of eyes, and does not ask it.
    """
    folders: dict[str, Place] = {}
    problems = []
    for locality in localities:
        for department in locality.departments:
            for year, project in department.withheld:
                place = Place(f"content/{locality.slug}/{department.slug}/{year}/{project}.yaml", 1, 1)
                folders[address(locality.slug, department.slug, year, project).removesuffix("index.html")] = (
                    place
                )
            shown = {(one.slug, project.slug) for one in department.disclosures for project in one.projects}
            problems += [
                _problem(
                    Place(f"content/{locality.slug}/{department.slug}/{year}/{project}.yaml", 1, 1),
                    "各页的项目列表",
                )
                for year, project in department.withheld
                if (year, project) in shown
            ]
    files = {pdf_address(*folder.strip("/").split("/")): place for folder, place in folders.items()}
    for path in paths if folders else ():
        parts = path.split("/")
        found = folders.get("/".join(parts[:4]) + "/") or files.get(path)
        if found is not None:
            problems.append(_problem(found, f"/{path}"))
    return problems


def _problem(place: Place, where: str) -> Problem:
    message = f"这个项目标明不公开，却会出现在 {where}"
    return Problem(place, RULE, Severity.ERROR, message, "请不要发布，并报告这个错误。", "公开")
