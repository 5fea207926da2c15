"""Step 2: the rules by their ids, and all of them over one department; what a record accepts does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from gongkai.checks import (  # noqa: F401  (their rules are noted as they are made)
    agreement,
    amounts,
    completeness,
    cost,
    evaluation,
    indicators,
    narrative,
    period,
    withheld,
    years,
)
from gongkai.checks.examined import DepartmentCase
from gongkai.checks.patterns import compiled, load_rules
from gongkai.checks.rule import BUILT_IN, CODED, FOLDER, Rule
from gongkai.problems import Problem, Severity
from gongkai.reading.acts import Accepted
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.source import Document

DepartmentRule = Rule[DepartmentCase]
UNUSED = "accepted.unused"
ORDER = (
    "completeness", "personal", "withheld", "amounts", "department", "cost", "agreement", "indicators", "names", "period",
    "years", "dates", "narrative", "measurability", "evaluation", "residue", "wording", "timeliness", "correction",
    "signoff", "history",
)  # fmt: skip
"""The families as the handbook has them."""
RULES: dict[str, DepartmentRule] = {
    one.id: compiled(one) if not one.coded else CODED[one.id]
    for name in ORDER
    for one in BUILT_IN[name][1].rules
    if not one.elsewhere
}


def check_department(loaded: LoadedDepartment, own: Sequence[DepartmentRule] = ()) -> list[Problem]:
    """The findings in one department's records; those its records accept carry the reason.

    ``own`` are the site's rules, beside gongkai's.
    An acceptance that matches nothing is a finding itself.
    """
    department = DepartmentCase(loaded)
    rules = RULES | {rule.written.id: rule for rule in own}
    found = [problem for rule in rules.values() for problem in rule.check(department)]
    acceptances = list(_acceptances(loaded))
    places = {(one.rule, place) for one in found for place in (one.place, *one.related)}
    told = []
    for one in found:
        if not any((cause, one.place) in places for cause in rules[one.rule].written.yields_to):
            reasons = (its.accepted.reason for its in acceptances if its.holds_for(one))
            told.append(replace(one, accepted=next(reasons, "")))
    return [*_folded(told, rules), *_unused(found, acceptances)]


def own_rules(layouts: Sequence[Path]) -> tuple[tuple[DepartmentRule, ...], list[Problem]]:
    """The rules of a site's own layouts: further ones, and gongkai's without code written in the site's way."""
    found = [load_rules(folder / FOLDER) for folder in layouts[:-1]]
    return tuple(rule for rules, _ in found for rule in rules), [one for _, wrong in found for one in wrong]


def _folded(found: Iterable[Problem], rules: Mapping[str, DepartmentRule]) -> Iterator[Problem]:
    """One mistake that a file repeats is one finding, with its other places; what is accepted stays by itself."""
    groups: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for number, one in enumerate(found):
        folds = rules[one.rule].written.merges and not one.accepted
        key = (one.rule, one.place.file, one.hint) if folds else (str(number),)
        groups[key].append(one)
    for first, *others in (sorted(group, key=lambda one: one.place) for group in groups.values()):
        places = dict.fromkeys(place for one in others for place in (one.place, *one.related))
        related = tuple(dict.fromkeys((*first.related, *places)))
        more = f"；同样的还有 {len(others)} 处" if others else ""
        yield replace(first, message=first.message + more, related=related)


class _Acceptance(NamedTuple):
    """An 已认可 of a record: the record, which one it is, what it says, and the files it holds for."""

    document: Document
    number: int
    accepted: Accepted
    files: frozenset[str]

    def holds_for(self, problem: Problem) -> bool:
        """Whether it is this finding that is right all the same."""
        rule, path = self.accepted.rule, self.accepted.path
        return problem.place.file in self.files and problem.rule == rule and path in (None, problem.path)


def _acceptances(loaded: LoadedDepartment) -> Iterator[_Acceptance]:
    """What the records accept: a disclosure's holds for its texts, too, and where it says so for its projects."""
    for disclosure in loaded.department.disclosures:
        projects = {one.slug: loaded.document(disclosure.slug, one.slug) for one in disclosure.projects}
        document = loaded.document(disclosure.slug)
        texts = frozenset({document.file, *(one.file for one in disclosure.articles)})
        whole = texts | {one.file for one in projects.values()}
        for number, one in enumerate(disclosure.accepted):
            yield _Acceptance(document, number, one, whole if one.scope == "本次公开" else texts)
        for project in disclosure.projects:
            document = projects[project.slug]
            for number, one in enumerate(project.accepted):
                yield _Acceptance(document, number, one, frozenset({document.file}))


def _unused(found: Sequence[Problem], acceptances: Sequence[_Acceptance]) -> Iterator[Problem]:
    for one in acceptances:
        if not any(map(one.holds_for, found)):
            where = f"（{one.accepted.path}）" if one.accepted.path else ""
            message = f"已认可的“{one.accepted.rule}”{where}没有对应的问题"
            hint = "问题可能已经改正，或规则名、位置写错；请删去或改正这一条。"
            place = one.document.place(("已认可", one.number))
            yield Problem(place, UNUSED, Severity.WARNING, message, hint, f"已认可[{one.number + 1}]")
