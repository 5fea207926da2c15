"""Sites that are built whole, PDFs and all, once for all tests of a process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from gongkai.building import pipeline
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
"""The project folder with the seeds."""
LONG = Path(__file__).parent / "sites" / "long"
"""Made-up records of all forms: 60 rows, long texts, lists, tables inside cells, landscape among portrait."""


@cache
def published(source: Path) -> Workspace:
    """A copy of a project folder's content with its built site."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-published-"))
    atexit.register(shutil.rmtree, folder)
    shutil.copytree(source / "content", folder / "content")
    workspace = Workspace.at(folder)
    outcome = pipeline.build(workspace, workers=2)
    assert outcome.published, [problem for problem in outcome.problems if problem.blocks]
    return workspace


def pdfs(source: Path) -> list[Path]:
    """Every PDF of its site."""
    return sorted(published(source).output.rglob("*.pdf"))
