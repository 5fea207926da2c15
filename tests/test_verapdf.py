"""What is published conforms to PDF/A-3a and PDF/UA-1: veraPDF has nothing to say of any file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest
from verapdf import FLAVOURS, verapdf

from gongkai.building import pipeline
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
LONG = Path(__file__).parent / "sites" / "long"
"""Made-up records of all forms: 60 rows, long texts, lists, tables inside cells, landscape among portrait."""


def pdfs(source: Path, folder: Path) -> list[Path]:
    """Every PDF of the site that is built of a project folder's content."""
    shutil.copytree(source / "content", folder / "content")
    outcome = pipeline.build(Workspace.at(folder), workers=2)
    assert outcome.published, [problem for problem in outcome.problems if problem.blocks]
    return sorted((folder / "output").rglob("*.pdf"))


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return pdfs(ROOT, tmp_path_factory.mktemp("seeds"))


def test_every_pdf_of_the_seeds_conforms(seeds: list[Path]) -> None:
    assert sum(file.name.endswith("-yearbook.pdf") for file in seeds) >= 5
    assert len(seeds) >= 33
    assert verapdf(seeds) == []


def test_every_pdf_of_long_records_conforms(tmp_path: Path) -> None:
    files = pdfs(LONG, tmp_path)
    assert sum(len(pikepdf.open(file).pages) > 4 for file in files) >= 5, "long"
    assert verapdf(files) == []


@pytest.mark.parametrize(
    ("entry", "clauses"),
    [
        ("OutputIntents", {("3a", "6.2.4.3-2")}),
        ("Lang", {("ua1", "7.2-33"), ("ua1", "7.2-34")}),
        ("StructTreeRoot", {("3a", "6.7.3.3-1"), ("ua1", "7.1-11")}),
    ],
)
def test_a_file_without_an_entry_of_its_catalogue_fails(
    seeds: list[Path], tmp_path: Path, entry: str, clauses: set[tuple[str, str]]
) -> None:
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(seeds[0]) as pdf:
        del pdf.Root[f"/{entry}"]
        pdf.save(broken)
    failures = verapdf([seeds[0], broken])
    assert {one.file for one in failures} == {str(broken)}
    assert {(one.flavour, one.clause) for one in failures} >= clauses


def test_what_is_no_pdf_fails_both(tmp_path: Path) -> None:
    file = tmp_path / "none.pdf"
    file.write_text("nothing")
    assert {one.flavour for one in verapdf([file])} == set(FLAVOURS)
