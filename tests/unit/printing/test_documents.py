"""Records as documents to print: which sheets, covers, contents and bookmarks; what a yearbook gets of a disclosure."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from printing import department, disclosure, single, templates, whole, yearbook

from gongkai.printing.composing import Cover, Entry
from gongkai.printing.documents import Documents, PrintPart, PrintSheet


def sheet(key: str, form: str = "a", *, single: bool = True) -> PrintSheet:
    return PrintSheet(key, f"{key}项目", form, f"{form}表", single, "<table></table>")


def part(*sheets: PrintSheet, title: str = "某局2026年公开", published: str = "") -> PrintPart:
    return PrintPart(title, "某局", "2026年", published, sheets)


def test_from_three_tables_on_there_are_cover_and_contents() -> None:
    assert not part(sheet("a"), sheet("b")).many and part(sheet("a"), sheet("b"), sheet("c")).many


def test_a_cover_has_the_department_on_a_line_of_its_own() -> None:
    assert part(published="2026-03-01").cover == Cover(("某局", "2026年公开"), ("2026年3月1日",))
    assert part(title="年度公开").cover == Cover(("年度公开",), ("某局",))
    assert part().cover.lines == (), "no day is stated"


def test_contents_have_a_line_for_each_form_of_single_tables() -> None:
    sheets = (sheet("整体", "d", single=False), sheet("甲"), sheet("乙"), sheet("丙", "b"))
    assert tuple(part(*sheets).entries()) == (
        Entry("整体项目", "整体"), Entry("a表", "甲"), Entry("甲项目", "甲", True), Entry("乙项目", "乙", True),
        Entry("b表", "丙"), Entry("丙项目", "丙", True),
    )  # fmt: skip


def test_bookmarks_go_from_disclosure_to_form_to_project() -> None:
    two = part(sheet("甲"), sheet("乙"))
    assert list(two.marks()) == [((1, "某局2026年公开"), (2, "a表"), (3, "甲项目")), ((3, "乙项目"),)]
    three = part(sheet("整体", "d", single=False), sheet("甲"), sheet("乙"))
    assert list(three.marks()) == [((2, "d表"),), ((2, "a表"), (3, "甲项目")), ((3, "乙项目"),)], (
        "the cover has the first"
    )


def test_a_project_has_its_table_and_its_record() -> None:
    job = single("dongguan", "2026")
    assert [one.form for one in job.parts[0].sheets] == ["dongguan-project-2026"] and not job.parts[0].many
    assert [source.file for source in job.sources] == [job.record] and job.record.endswith(".yaml")
    assert job.path.endswith(".pdf") and job.author == job.parts[0].department and job.front is None


def test_a_disclosure_has_all_its_tables_and_the_records_shown() -> None:
    loaded = department("dongguan")
    one = disclosure(loaded, "2026")
    job = whole("dongguan", "2026")
    assert [sheet.key for sheet in job.parts[0].sheets] == [project.slug for project in one.projects]
    assert [source.file.rpartition("/")[2] for source in job.sources] == [
        "disclosure.yaml", *(f"{project.slug}.yaml" for project in one.projects),
    ]  # fmt: skip
    assert job.published is None and job.parts[0].published == "" and job.parts[0].year == "2026年"


def test_the_day_of_publication_is_stated_where_the_record_states_it() -> None:
    loaded = department("dongguan")
    dated = disclosure(loaded, "2026").model_copy(update={"published": date(2026, 3, 1)})
    job = Documents(templates(), loaded, dated).project(dated.projects[0])
    assert job is not None and job.published == date(2026, 3, 1) and job.parts[0].published == "2026-03-01"


def test_what_is_not_disclosed_is_in_no_document() -> None:
    loaded = department("dongguan")
    one = disclosure(loaded, "2026")
    first, *others = one.projects
    hidden = one.model_copy(update={"projects": (first.model_copy(update={"disclosed": False}), *others)})
    job = Documents(templates(), loaded, hidden).whole()
    given = Documents(templates(), loaded, hidden).yearbook_part()
    assert job is not None and given is not None
    assert first.slug not in [sheet.key for sheet in job.parts[0].sheets]
    assert not any(source.file.endswith(f"/{first.slug}.yaml") for source in job.sources)
    assert first.name.encode() not in given


def test_a_disclosure_without_tables_gives_nothing() -> None:
    loaded = department("dongguan")
    empty = disclosure(loaded, "2026").model_copy(update={"projects": (), "department_target": None})
    assert Documents(templates(), loaded, empty).whole() is None
    assert Documents(templates(), loaded, empty).yearbook_part() is None


@pytest.mark.parametrize(
    ("locality", "slug"), [("dongguan", "2026"), ("huadu", "undated"), ("langxi", "2023")]
)
def test_a_yearbook_gets_back_the_parts_that_disclosures_gave(locality: str, slug: str) -> None:
    job = yearbook("某市", 2026, (locality, slug))
    assert job.parts == whole(locality, slug).parts
    assert job.sources == () and job.title == "某市2026年预算绩效目标公开汇编"
    assert job.front == Cover(("某市2026年预算绩效目标公开汇编",), ("共 1 个部门",))


def test_parts_are_values() -> None:
    """The same part has the same layout: it is known by what it is."""
    one, other = whole("dongguan", "2026").parts[0], yearbook("某市", 2026, ("dongguan", "2026")).parts[0]
    assert one == other and hash(one) == hash(other) and one != dataclasses.replace(other, year="2025年")
