"""A first build whose PDFs are stand-ins: the way to a large published site that does not take an hour.

Everything measured afterwards is real; the stand-ins only stand where nothing is printed again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.records import Maker
from gongkai import pipeline, worker
from gongkai.pdf import Printed, Printer
from gongkai.workspace import Workspace

_PDF = b"%PDF-1.7\n% a stand-in\n" + b"%" * 60_000 + b"\n%%EOF\n"
_real_start, _real_print = worker.start, Printer.print


def published_site(root: Path, projects: int, workers: int = 2) -> Workspace:
    """A site of so many projects, published, with stand-ins for its PDFs."""
    Maker().write(root, projects)
    workspace = Workspace.at(root)
    worker.start = start
    try:
        outcome = pipeline.build(workspace, workers=workers)
    finally:
        worker.start = _real_start
        Printer.print = _real_print  # type: ignore[method-assign]
    if not outcome.published:
        raise RuntimeError(str(outcome.problems[:3]))
    return workspace


def start(*arguments: Any) -> None:
    """Start a process of the pool whose printer is a stand-in."""
    Printer.print = _stand_in  # type: ignore[assignment,method-assign]
    _real_start(*arguments)


def _stand_in(_: Any, job: Any) -> tuple[Printed, list[Any]]:
    return Printed(job.path, _PDF, 2), []
