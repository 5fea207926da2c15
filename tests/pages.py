"""Sites built for tests of pages: the whole build, but with a printer that costs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from gongkai.building import pipeline, worker
from gongkai.building.look import Outcome, Terms, fresh
from gongkai.printing.composed import Printed
from gongkai.printing.documents import PrintJob
from gongkai.printing.fonts import Fonts
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
THEME = Path(__file__).parent / "sites" / "theme"
UNGUARDED = Terms(guarded=False)
"""What is public may change without a word."""


class NoPrinter:
    """Answers with a small file in place of each PDF; pages only state its size and number of pages."""

    def print(self, job: PrintJob) -> tuple[Printed, list[Any]]:
        return Printed(b"%PDF-1.7\n" + b"%" * 40_000, 2), []


def is_page(file: Path) -> bool:
    """Whether an HTML file is a page of the site, and not a table to embed."""
    return file.name in ("index.html", "404.html", "dictionary.html")


def build(source: Path, folder: Path) -> Path:
    """The site of a project folder's content and own layouts, published into ``folder``; returns its output."""
    outcome = outcome_of(source, folder)
    assert outcome.published, [problem for problem in outcome.problems if problem.blocks]
    return folder / "output"


def outcome_of(source: Path, folder: Path) -> Outcome:
    """What came of building a copy of a project folder."""
    shutil.copytree(source / "content", folder / "content")
    if source != ROOT and (source / "layouts").is_dir():
        shutil.copytree(source / "layouts", folder / "layouts")
    return rebuild(folder)


def rebuild(folder: Path, workers: int = 1, terms: Terms = UNGUARDED) -> Outcome:
    """Build a copy again."""
    return built(Workspace.at(folder), terms, workers)


def built(workspace: Workspace, terms: Terms = UNGUARDED, workers: int = 1) -> Outcome:
    """Build a workspace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker.Worker, "printer", NoPrinter())
        patch.setattr(Fonts, "prepare", lambda fonts, progress=None: None)
        return fresh(workspace, terms.due) or pipeline.build(workspace, workers=workers, terms=terms)
