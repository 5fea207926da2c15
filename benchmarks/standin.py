"""A first build whose PDFs are stand-ins: the way to a large published site that does not take an hour.

Each process prints one document and gives it for all others. Everything measured afterwards is real; the stand-ins
only stand where nothing is printed again.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from benchmarks.records import Maker
from gongkai.building import department, departments, pipeline
from gongkai.printing.printer import Printed, Printer
from gongkai.workspace import Workspace

_real_start, _real_print = department.start, Printer.print
_printed: list[Printed] = []


def published_site(root: Path, projects: int, workers: int = 2) -> Workspace:
    """A site of so many projects, published, with stand-ins for its PDFs."""
    Maker().write(root, projects)
    workspace = Workspace.at(root)
    departments.start = start
    try:
        outcome = pipeline.build(workspace, workers=workers)
    finally:
        departments.start = _real_start
        Printer.print = _real_print  # type: ignore[method-assign]
    if not outcome.published:
        raise RuntimeError(str(outcome.problems[:3]))
    return workspace


def start(*arguments: Any) -> department.Worker:
    """Start a process of the pool whose printer is a stand-in."""
    Printer.print = _stand_in  # type: ignore[assignment,method-assign]
    return _real_start(*arguments)


def _stand_in(printer: Printer, job: Any) -> tuple[Printed, list[Any]]:
    if not _printed:
        _printed.append(_real_print(printer, job)[0])
    return dataclasses.replace(_printed[0], path=job.path), []
