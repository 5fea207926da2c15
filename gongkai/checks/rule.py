"""What a rule is: an id, a severity, a check over one department, and a docstring that is its handbook entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gongkai.load import LoadedDepartment
from gongkai.problems import Place, Problem, Severity
from gongkai.source import Path_, path_text

Check = Callable[["Rule", LoadedDepartment], Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    """One rule; ``title`` and ``text`` are the handbook's (Chinese, with a right and a wrong example)."""

    id: str
    severity: Severity
    title: str
    text: str
    run: Check

    def check(self, loaded: LoadedDepartment) -> Iterator[Problem]:
        """The problems this rule finds."""
        return self.run(self, loaded)

    def at(
        self,
        loaded: LoadedDepartment,
        disclosure: str,
        project: str,
        path: Path_,
        message: str,
        hint: str,
        related: tuple[Place, ...] = (),
    ) -> Problem:
        """A finding at a field (its YAML keys and row numbers) of a disclosure's or a project's file."""
        place = loaded.document(disclosure, project).place(path)
        return Problem(place, self.id, self.severity, message, hint, path_text(path), related)


def rule(identifier: str, severity: Severity, title: str) -> Callable[[Check], Rule]:
    """Make a rule of a function; its docstring becomes the handbook's text."""

    def make(run: Check) -> Rule:
        return Rule(identifier, severity, title, (run.__doc__ or "").strip(), run)

    return make
