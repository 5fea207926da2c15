"""Tables look as a general engine prints them: same pages, lines, cells and texts within half a point."""

from __future__ import annotations

from functools import cache

import pytest
from likeness import compare, read_sheets
from published import LONG, ROOT
from reference import Job, Plain, Reference, Tables

from gongkai.reading.forms import load_forms
from gongkai.workspace import Workspace

WORKSPACE = Workspace.at(ROOT)
# The reference lays out declared columns only, none that are as many as the record has names.
FORMS = sorted(
    name for name, form in load_forms(WORKSPACE.layouts)[0].items() if "*" not in form.declared.columns
)


@cache
def reference() -> Reference:
    return Reference(WORKSPACE)


@cache
def printer() -> Plain:
    return Plain(WORKSPACE)


@cache
def examples() -> dict[str, Job]:
    return {job.sheet.view.form.id: job for job in Tables(WORKSPACE).examples()}


@pytest.mark.parametrize("form", FORMS)
def test_the_example_of_every_form_looks_like_its_reference(form: str) -> None:
    job = examples()[form]
    assert [str(one) for one in compare(reference().print(job), printer().print(job))] == []


def long_table() -> Job:
    jobs = (job for _, job in Tables(Workspace.at(LONG)).jobs())
    return next(job for job in jobs if job.sheet.view.form.id == "national-project-2024")


def test_a_table_goes_on_where_that_of_the_reference_does() -> None:
    """The rows on each page, and the labels that are repeated; small tables inside cells have other columns there."""
    job = long_table()
    old, new = read_sheets(reference().print(job)), read_sheets(printer().print(job))
    assert len(old) > 1, "else the reference would agree with a printer that cuts none"
    for page, other in zip(old, new, strict=True):
        assert "".join(sorted("".join(line.text for line in page.lines))) == "".join(
            sorted("".join(line.text for line in other.lines))
        )
    for page in old[1:]:
        assert any(line.text.endswith("（续）") for line in page.lines)
