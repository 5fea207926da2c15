"""The printer's own work: papers, what is laid out once, and problems at their places."""

from __future__ import annotations

import dataclasses

import pytest
from printing import changed, forms, printer, single, whole, yearbook

from gongkai.printing.composed import ARTIFACT, Composed
from gongkai.printing.documents import PrintJob
from gongkai.printing.faces import FontSet
from gongkai.printing.flow import Flow
from gongkai.printing.fonts import Fonts
from gongkai.printing.printer import Printer, lay_out
from gongkai.printing.setting import Setter
from gongkai.printing.style import FormStyle
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


DOCUMENT, PROJECT = "langxi-document-2023", "langxi-project-2023"
COLUMNS = '<colgroup><col data-width="50"><col data-width="50"></colgroup>'


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces)


def flow_of(setter: Setter, html: str, form: str = DOCUMENT) -> Flow:
    styles = {name: FormStyle(one.declared) for name, one in forms().items()}
    return lay_out(setter, styles, form, Rendered(html), 400.0, 600.0)


def drawn(flow: Flow) -> list[tuple[str, str]]:
    """Role and text of everything on all pages."""
    return [
        (
            "artifact" if one.element == ARTIFACT else flow.elements[one.element].role,
            "".join(run.text for run in one.runs),
        )
        for page in flow.pages
        for one in page.content
    ]


def test_headings_go_down_one_level_at_a_time_and_are_bookmarks(setter: Setter) -> None:
    flow = flow_of(setter, "<div><h3>一、题</h3><h5>（一）目</h5><p>文</p></div>")
    assert drawn(flow) == [("H1", "一、题"), ("H2", "（一）目"), ("P", "文")]
    assert [(level, title) for level, title, _, _ in flow.marks] == [(3, "一、题"), (5, "（一）目")]


def test_paragraphs_stand_in_and_titles_in_the_middle(setter: Setter) -> None:
    flow = flow_of(setter, '<div><p class="form-title">公开</p><p>文字</p></div>')
    title, text = (one.runs[0] for one in flow.pages[0].content)
    assert title.face == "song-bold" and title.x > 150
    assert text.x == 2 * text.size


def test_a_list_of_a_long_text_keeps_its_structure(setter: Setter) -> None:
    flow = flow_of(setter, "<div><p>前</p><ul><li>甲</li></ul><p>后</p></div>")
    assert drawn(flow) == [("P", "前"), ("Lbl", "•"), ("LBody", "甲"), ("P", "后")]


def table(caption: str, classes: str = "form") -> str:
    return f'<table class="{classes}"><caption>{caption}</caption>{COLUMNS}<tbody><tr><th scope="row">目</th><td>甲</td></tr></tbody></table>'


def test_note_and_unit_share_a_line_above_the_table(setter: Setter) -> None:
    caption = '<span class="form-title">表</span><span class="form-note">局</span><span class="form-unit">单位：万元</span>'
    flow = flow_of(setter, table(caption), PROJECT)
    assert drawn(flow) == [
        ("Caption", "表"),
        ("Caption", "局"),
        ("Caption", "单位：万元"),
        ("TH", "目"),
        ("TD", "甲"),
    ]
    title, note, unit, *_ = (one.runs[0] for one in flow.pages[0].content)
    assert note.y == unit.y > title.y and note.x == 0
    assert unit.x + setter.fonts.advance("song", unit.text) * unit.size == pytest.approx(400)


def test_a_table_in_a_document_is_set_as_its_own_form_says(setter: Setter) -> None:
    """National tables indent no long text; the document's own style is another."""
    inner = table("", f"form {PROJECT}").replace("<td>甲</td>", '<td class="long"><p>甲</p></td>')
    own = flow_of(setter, f"<div>{inner}</div>").pages[0].content[-1].runs[0]
    other = (
        flow_of(setter, f"<div>{inner.replace(PROJECT, 'dongguan-project-2026')}</div>")
        .pages[0]
        .content[-1]
        .runs[0]
    )
    assert own.x == pytest.approx(other.x - 2 * own.size)


def test_lines_to_be_signed_stand_two_beside_each_other(setter: Setter) -> None:
    form = forms()[PROJECT]
    lines = ("填报单位", "负责人", "填报日期")
    signed = form.declared.model_copy(update={"signature": lines})
    styles = {PROJECT: FormStyle(signed)}
    flow = lay_out(setter, styles, PROJECT, Rendered(table("表")), 400.0, 600.0)
    runs = [run for one in flow.pages[0].content for run in one.runs if run.text.endswith("：")]
    assert [run.text for run in runs] == [f"{line}：" for line in lines]
    assert (runs[0].x, runs[1].x, runs[2].x) == (0, 200, 0) and runs[0].y == runs[1].y < runs[2].y
