"""A form's HTML laid out: tables with captions, running text with headings, lists of long texts, lines to be signed."""

from __future__ import annotations

import pytest
from printing import forms

from gongkai.printing.composed import ARTIFACT
from gongkai.printing.faces import FontSet
from gongkai.printing.flow import Flow
from gongkai.printing.setting import Setter
from gongkai.printing.sheets import lay_out
from gongkai.printing.style import FormStyle
from gongkai.tables.grid import Rendered

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
