"""The printer's own work: papers, what is laid out once, and problems at their places."""

from __future__ import annotations

import dataclasses

import pytest
from printing import changed, forms, printer, single, whole, yearbook

from gongkai.printing.composed import ARTIFACT, Composed
from gongkai.printing.documents import PrintJob
from gongkai.printing.fonts import Fonts
from gongkai.printing.printer import Printer
from gongkai.tables.grid import Rendered


def texts(document: Composed) -> list[list[str]]:
    return [
        ["".join(run.text for run in one.runs) for one in page.content if one.element != ARTIFACT]
        for page in document.pages
    ]


def test_a_table_stands_in_a_disclosure_and_a_yearbook_as_in_its_own_document() -> None:
    (own,) = printer().compose(single("dongguan", "2026")).pages
    within = printer().compose(whole("dongguan", "2026")).pages[2]
    book = printer().compose(yearbook("某市", 2026, ("dongguan", "2026"))).pages[4]
    for page in (within, book):
        assert [one.runs for one in page.content] == [one.runs for one in own.content]
        assert page.rules == own.rules


def test_landscape_pages_are_turned_only_among_others() -> None:
    alone = printer().compose(single("huadu", "undated"))
    within = printer().compose(yearbook("某市", None, ("huadu", "undated")))
    assert not any(one.turned for page in alone.pages for one in page.furniture)
    assert any(one.turned for one in within.pages[2].furniture)
    assert (alone.pages[0].width, alone.pages[0].height) == (within.pages[2].width, within.pages[2].height)


def test_what_a_document_says_of_itself() -> None:
    job = single("dongguan", "2026")
    document = printer().compose(job)
    assert (document.title, document.author, document.created) == (job.title, job.author, None)
    assert [one.name.rpartition(".")[2] for one in document.attachments] == ["yaml", "json"]
    assert not printer().compose(yearbook("某市", 2026, ("dongguan", "2026"))).attachments


def problems(job: PrintJob) -> list[tuple[str, str, int]]:
    return [(one.rule, one.place.file, one.place.line) for one in printer().print(job)[1]]


def replaced(job: PrintJob, old: str, new: str) -> PrintJob:
    return changed(
        job, lambda sheet: dataclasses.replace(sheet, html=Rendered(str(sheet.html).replace(old, new, 1)))
    )


@pytest.mark.parametrize("char", "\ue000𓀀")
def test_a_character_no_font_has_is_told_once_at_its_place(char: str) -> None:
    job = replaced(single("dongguan", "2026"), "二级", f"{char}{char}")
    source = job.sources[0]
    here = dataclasses.replace(
        job, sources=(dataclasses.replace(source, text=f"项目: 甲\n等级: {char}级\n"),)
    )
    assert problems(here) == [("print.glyph", source.file, 2)]
    assert problems(here) == [("print.glyph", source.file, 2)], "and again for the next document"


def test_a_character_that_stands_in_no_record_is_told_at_the_first() -> None:
    job = dataclasses.replace(single("dongguan", "2026"), title="题\ue000")
    assert problems(job) == [("print.glyph", job.record, 1)]


def test_a_row_of_small_columns_is_told_once_a_cell() -> None:
    """However many lines of it are too wide, and in the order of the table."""
    job = replaced(single("dongguan", "2026"), 'data-width="15"', 'data-width="1"')
    job = replaced(job, 'data-width="21.5"', 'data-width="35.5"')
    messages = [one.message for one in printer().print(job)[1]]
    assert (
        len(messages) == len(set(messages))
        and [one for one in messages if "“项目名称”" in one] == messages[:1]
    )


def test_plain_printing_stretches_nothing(fonts: Fonts) -> None:
    """For comparing with other engines; everything else is the same."""
    plain = Printer(forms(), fonts, plain=True).compose(single("langxi", "2023"))
    refined = printer().compose(single("langxi", "2023"))
    assert not any(run.spacing for page in plain.pages for one in page.content for run in one.runs)
    assert any(run.spacing for page in refined.pages for one in page.content for run in one.runs)
    assert "".join("".join(page) for page in texts(plain)) == "".join(
        "".join(page) for page in texts(refined)
    )


def test_every_page_of_a_draft_says_so_and_the_tables_stay_where_they_are() -> None:
    job = whole("dongguan", "2026")
    published, draft = printer().compose(job), printer().compose(dataclasses.replace(job, draft=True))
    assert draft.title == f"草稿：{published.title}"
    assert [page.content for page in draft.pages] == [page.content for page in published.pages]
    for page, plain in zip(draft.pages, published.pages, strict=True):
        mark, *others = page.furniture
        assert mark.run.text == "草稿" and tuple(others) == plain.furniture
        assert all(other.run.y - other.run.size > mark.run.y for other in others), "above the running heads"


def test_bookmarks_go_from_department_to_disclosure_form_and_project() -> None:
    book = printer().compose(yearbook("某市", 2026, ("dongguan", "2026"), ("dongguan", "2023")))
    marks = [(one.level, one.page) for one in book.bookmarks]
    assert marks[:4] == [(1, 0), (2, 1), (1, 2), (2, 2)], (
        "cover, contents, the first department, its disclosure"
    )
    assert [one.title for one in book.bookmarks][:2] == ["某市2026年预算绩效目标公开汇编", "目录"]
    assert {level for level, _ in marks} == {1, 2, 3, 4}
    own = printer().compose(single("dongguan", "2026")).bookmarks
    assert [one.level for one in own] == [1, 2, 3] and {one.page for one in own} == {0}
