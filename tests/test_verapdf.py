"""What is published conforms to PDF/A-3a and PDF/UA-1: veraPDF has nothing to say of any file."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from published import LONG, ROOT, pdfs
from verapdf import FLAVOURS, verapdf


def test_every_pdf_of_the_seeds_conforms() -> None:
    files = pdfs(ROOT)
    assert len(files) >= 33
    assert sum(file.name.endswith("-yearbook.pdf") for file in files) >= 5
    assert verapdf(files) == []


def test_every_pdf_of_long_records_conforms() -> None:
    files = pdfs(LONG)
    assert sum(len(pikepdf.open(file).pages) > 4 for file in files) >= 5, "long"
    assert verapdf(files) == []


@pytest.mark.parametrize(
    ("entry", "clauses"),
    [
        ("OutputIntents", {("3a", "6.2.4.3")}),
        ("Lang", {("ua1", "7.2")}),
        ("StructTreeRoot", {("3a", "6.7.3.3"), ("ua1", "7.1")}),
    ],
)
def test_a_file_without_an_entry_of_its_catalogue_fails(
    tmp_path: Path, entry: str, clauses: set[tuple[str, str]]
) -> None:
    whole, broken = pdfs(ROOT)[0], tmp_path / "broken.pdf"
    with pikepdf.open(whole) as pdf:
        del pdf.Root[f"/{entry}"]
        pdf.save(broken)
    failures = verapdf([whole, broken])
    assert {one.file for one in failures} == {str(broken)}
    assert {(one.flavour, one.clause.partition("-")[0]) for one in failures} >= clauses


def test_what_is_no_pdf_fails_both(tmp_path: Path) -> None:
    file = tmp_path / "none.pdf"
    file.write_text("nothing")
    assert {one.flavour for one in verapdf([file])} == set(FLAVOURS)
