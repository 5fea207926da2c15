"""Step 2: every rule over one department; what a record accepts keeps its reason and does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gongkai.checks import RULES
from gongkai.checks.examined import DepartmentCase
from gongkai.problems import Problem, Severity
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Accepted
from gongkai.reading.source import Document

UNUSED = "accepted.unused"


def check_department(loaded: LoadedDepartment) -> list[Problem]:
    """The findings in one department's records; those its records accept carry the reason.

    An acceptance that matches nothing is a finding itself.
    """
    department = DepartmentCase(loaded)
    found = [problem for rule in RULES for problem in rule.check(department)]
    acceptances = _acceptances(loaded)
    return [*_marked(found, acceptances), *_unused(found, acceptances)]


def _acceptances(loaded: LoadedDepartment) -> dict[str, tuple[Document, tuple[Accepted, ...]]]:
    """What is accepted in each file, and the record that says so: a disclosure's holds for its texts, too."""
    result = {}
    for disclosure in loaded.department.disclosures:
        for slug, accepted in (
            ("", disclosure.accepted),
            *((project.slug, project.accepted) for project in disclosure.projects),
        ):
            if accepted:
                document = loaded.document(disclosure.slug, slug)
                files = (
                    [document.file] if slug else [document.file, *(one.file for one in disclosure.articles)]
                )
                result.update(dict.fromkeys(files, (document, accepted)))
    return result


def _marked(
    found: Iterable[Problem], acceptances: dict[str, tuple[Document, tuple[Accepted, ...]]]
) -> Iterator[Problem]:
    for problem in found:
        _, accepted = acceptances.get(problem.place.file, (None, ()))
        match = next((one for one in accepted if _matches(one, problem)), None)
        yield replace(problem, accepted=match.reason) if match else problem


def _unused(
    found: Sequence[Problem], acceptances: Mapping[str, tuple[Document, tuple[Accepted, ...]]]
) -> Iterator[Problem]:
    by_record: dict[str, list[Problem]] = defaultdict(list)
    for problem in found:
        if problem.place.file in acceptances:
            by_record[acceptances[problem.place.file][0].file].append(problem)
    records = {document.file: (document, accepted) for document, accepted in acceptances.values()}
    for document, accepted in records.values():
        mine = by_record[document.file]
        for number, one in enumerate(accepted):
            if not any(_matches(one, problem) for problem in mine):
                where = f"（{one.path}）" if one.path else ""
                message = f"已认可的“{one.rule}”{where}没有对应的问题"
                hint = "问题可能已经改正，或规则名、位置写错；请删去或改正这一条。"
                place = document.place(("已认可", number))
                yield Problem(place, UNUSED, Severity.WARNING, message, hint, f"已认可[{number + 1}]")


def _matches(accepted: Accepted, problem: Problem) -> bool:
    return problem.rule == accepted.rule and (accepted.path is None or accepted.path == problem.path)
