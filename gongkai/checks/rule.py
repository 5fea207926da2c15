"""What a rule is: an id, a severity, a check over one department, and a docstring that is its handbook entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc

from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.texts import Examined, Hit
from gongkai.privacy import masked
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.source import Path_, path_text

Check = Callable[["Rule", DepartmentCase], Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    """One rule; ``title`` and ``text`` are the handbook's (Chinese, with a right and a wrong example)."""

    id: str
    severity: Severity
    title: str
    text: str
    run: Check
    folds: bool = False
    """Whether what it finds several times in one file, with the same hint, is one mistake: one finding with its places."""

    def check(self, department: DepartmentCase) -> Iterator[Problem]:
        """The problems this rule finds."""
        return self.run(self, department)

    def at(
        self,
        examined: Examined,
        path: Path_,
        message: str,
        hint: str,
        related: tuple[Place, ...] = (),
        place: Place | None = None,
    ) -> Problem:
        """A finding at a field (its YAML keys and row numbers); no personal number is repeated in it."""
        found = place or examined.place(path)
        return Problem(found, self.id, self.severity, masked(message), masked(hint), path_text(path), related)

    def in_text(self, examined: Examined, hit: Hit, message: str, hint: str) -> Problem:
        """A finding at a piece of text; the same text in another field of the record is a related place."""
        return self.at(examined, hit.path, message, hint, examined.repeat_of(hit.path), examined.spot(hit))

    def at_value(self, case: RecordCase, row: Row, key: str, message: str, hint: str) -> Problem:
        """A finding at a planned value; the period value is a related place where it is the same."""
        one = row.indicator
        same = (
            key == "年度指标值" and one.period_target is not None and one.period_target == one.annual_target
        )
        related = (case.place((*row.path, "实施周期指标值")),) if same else ()
        return self.at(case, (*row.path, key), message, hint, related)


def rule(identifier: str, severity: Severity, title: str, *, folds: bool = False) -> Callable[[Check], Rule]:
    """Make a rule of a function; its docstring becomes the handbook's text."""

    def make(run: Check) -> Rule:
        return Rule(identifier, severity, title, cleandoc(run.__doc__ or ""), run, folds)

    return make
