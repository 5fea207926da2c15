"""Problems found in content and layouts: what one is, how they are ordered and counted; and what stops a command."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any


class ExitCode(enum.IntEnum):
    """What the command line returns; documented in docs/命令.md."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    SETUP = 3
    BUSY = 4
    BUG = 70
    INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot do what was asked: a Chinese message, what to do about it, and what the command line returns."""

    def __init__(self, message: str, hint: str = "", exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message + hint)
        self.message, self.hint, self.exit_code = message, hint, exit_code


class Severity(enum.StrEnum):
    """How much a problem weighs: an error stops publication, a warning does not, a notice informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The Chinese word shown to people."""
        return {"error": "错误", "warning": "警告", "notice": "提示"}[self.value]

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file relative to the project folder, line and column from 1 (0: unknown)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: place, rule id, severity, a Chinese message and what to do about it.

    ``path`` names the field in the record's own keys (``绩效指标[3].权重``) and is what 已认可 matches.
    ``related`` are the other places a comparison looked at. ``accepted`` is the reason the record gives for
    leaving the finding as it is; an accepted finding is shown in reports, but neither counts nor blocks.
    """

    place: Place
    rule: str
    severity: Severity
    message: str
    hint: str = ""
    path: str = ""
    related: tuple[Place, ...] = ()
    accepted: str = ""

    @property
    def sort_key(self) -> tuple[Place, int, str, str]:
        """Order by file and position, graver first at one place."""
        return (self.place, self.severity.rank, self.rule, self.message)

    @property
    def blocks(self) -> bool:
        """Whether it stops publication."""
        return self.severity is Severity.ERROR and not self.accepted


class ProblemError(Exception):
    """Something can't be made; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def to_data(problem: Problem) -> list[Any]:
    """A problem as plain data for JSON; ``from_data`` makes it again."""
    one = problem
    places = [[place.file, place.line, place.column] for place in (one.place, *one.related)]
    return [places, one.rule, one.severity.value, one.message, one.hint, one.path, one.accepted]


def from_data(data: list[Any]) -> Problem:
    """The problem that ``to_data`` took apart."""
    places, rule, severity, message, hint, path, accepted = data
    place, *others = (Place(*one) for one in places)
    return Problem(place, rule, Severity(severity), message, hint, path, tuple(others), accepted)


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """The problems sorted, each once."""
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.sort_key)


def concerning(problems: Iterable[Problem], address: str) -> list[Problem]:
    """The problems below ``content/<address>``, and the errors outside every other locality and department.

    These are errors of the site, of layouts, and of the files that the address's own folders lie beside.
    """
    folder = PurePosixPath("content", address)
    shared = {*folder.parents, PurePosixPath("content/pages"), PurePosixPath("content/theme")}

    def concerns(problem: Problem) -> bool:
        file = PurePosixPath(problem.place.file)
        if file.is_relative_to(folder):
            return True
        return problem.blocks and (file.parts[:1] != ("content",) or file.parent in shared)

    return [problem for problem in problems if concerns(problem)]
