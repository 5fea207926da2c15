"""A first build whose PDFs are stand-ins: the way to a large published site that does not take an hour.

Everything measured afterwards is real; the stand-ins only stand where nothing is printed again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.records import Maker
from gongkai import pdf, pipeline
from gongkai.pdf import Printed
from gongkai.workspace import Workspace

_PDF = b"%PDF-1.7\n% a stand-in\n" + b"%" * 60_000 + b"\n%%EOF\n"


def published_site(root: Path, projects: int) -> Workspace:
    """A site of so many projects, published, with stand-ins for its PDFs."""
    Maker().write(root, projects)
    workspace = Workspace.at(root)
    real = pdf.Printer.print

    def stand_in(_: Any, job: Any) -> tuple[Printed, list[Any]]:
        return Printed(job.path, _PDF, 2), []

    pdf.Printer.print = stand_in  # type: ignore[assignment,method-assign]
    try:
        outcome = pipeline.build(workspace, workers=1)
    finally:
        pdf.Printer.print = real  # type: ignore[method-assign]
    if not outcome.published:
        raise RuntimeError(str(outcome.problems[:3]))
    return workspace
