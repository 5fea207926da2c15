"""Step 2: every rule over one department; findings accepted in a record are taken out, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.checks import RULES
from gongkai.load import LoadedDepartment
from gongkai.problems import Problem, Severity
from gongkai.records import Accepted
from gongkai.source import Document


def check_department(loaded: LoadedDepartment) -> list[Problem]:
    """Problems of one department's records, less those accepted; an acceptance that matches nothing is one."""
    found = [problem for rule in RULES for problem in rule.check(loaded)]
    problems: list[Problem] = []
    for file, (document, accepted) in _acceptances(loaded).items():
        mine = [problem for problem in found if problem.place.file == file]
        found = [problem for problem in found if problem.place.file != file]
        problems += _without_accepted(mine, accepted, document)
    return problems + found


def _acceptances(loaded: LoadedDepartment) -> dict[str, tuple[Document, tuple[Accepted, ...]]]:
    result = {}
    for disclosure in loaded.department.disclosures:
        document = loaded.document(disclosure.slug)
        result[document.file] = (document, disclosure.accepted)
        for project in disclosure.projects:
            document = loaded.document(disclosure.slug, project.slug)
            result[document.file] = (document, project.accepted)
    return result


def _without_accepted(
    found: list[Problem], accepted: tuple[Accepted, ...], document: Document
) -> Iterable[Problem]:
    used: set[int] = set()
    for problem in found:
        matches = [n for n, one in enumerate(accepted) if _matches(one, problem)]
        used.update(matches)
        if not matches:
            yield problem
    for number, one in enumerate(accepted):
        if number not in used:
            place = document.place(("已认可", number))
            message = f"已认可的“{one.rule}”没有对应的问题"
            hint = "问题可能已经改正，或规则名、位置写错；请删去或改正这一条。"
            yield Problem(place, "accepted.unused", Severity.WARNING, message, hint, f"已认可[{number + 1}]")


def _matches(accepted: Accepted, problem: Problem) -> bool:
    return problem.rule == accepted.rule and (accepted.path is None or accepted.path == problem.path)
