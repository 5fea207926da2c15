"""Parts put together: numbers of pages, bookmarks, links, odd beginnings, and one structure."""

from __future__ import annotations

import pytest

from gongkai.printing.blocks import Span
from gongkai.printing.composed import Bookmark
from gongkai.printing.composing import Body, PartPages, SheetPages, compose
from gongkai.printing.faces import FontSet
from gongkai.printing.flow import Flow, Text
from gongkai.printing.front import Cover, Entry
from gongkai.printing.furniture import Paper, Running
from gongkai.printing.setting import Setter
from gongkai.printing.style import TextStyle

RUNNING = Running("某局", "2026年")


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces)


def sheet(setter: Setter, name: str, pages: int, marks=(), kind="portrait", title="") -> SheetPages:
    paper = Paper.of("A4", kind)
    flow = Flow(*paper.area)
    if title:
        text = setter.paragraph((Span(title),), TextStyle(), flow.width)
        flow.add_text(Text(text, "H1", keeps_next=True, mark=3))
    for _ in range(pages):
        text = setter.paragraph((Span(name),), TextStyle(), flow.width)
        filler = text._replace(
            lines=(text.lines[0]._replace(height=flow.height - 40),), height=flow.height - 40
        )
        flow.add_text(Text(filler))
    flow.finish()
    assert len(flow.pages) == pages
    return SheetPages(name, marks, paper, flow)


def part(name="0", cover=None, entries=(), sheets=(), **more) -> PartPages:
    return PartPages(name, RUNNING, cover, entries, tuple(sheets), **more)


def numbers(body: Body) -> list[str]:
    return [next((one.run.text for one in page.furniture if "—" in one.run.text), "") for page in body.pages]


def test_pages_are_numbered_through_and_a_cover_is_not(setter: Setter) -> None:
    body = compose(
        setter, [part(cover=Cover(("题",), ()), sheets=[sheet(setter, "a", 2), sheet(setter, "b", 1)])]
    )
    assert numbers(body) == ["", "— 2 —", "— 3 —", "— 4 —"]
    assert not body.pages[0].furniture
    assert {one.run.text for one in body.pages[1].furniture} == {"某局", "2026年", "— 2 —", "共 4 页"}


def test_text_areas_are_mirrored(setter: Setter) -> None:
    body = compose(setter, [part(sheets=[sheet(setter, "a", 2)])])
    odd, even = body.pages
    assert odd.left > even.left and odd.left + even.left == pytest.approx(
        odd.width - Paper.of("A4", "portrait").area[0]
    )


def test_contents_lead_to_the_pages_of_the_sheets(setter: Setter) -> None:
    entries = (Entry("甲", "a"), Entry("乙", "b", inner=True))
    body = compose(
        setter,
        [
            part(
                cover=Cover(("题",), ()),
                entries=entries,
                sheets=[sheet(setter, "a", 2), sheet(setter, "b", 1)],
            )
        ],
    )
    assert [link.target for link in body.pages[1].links] == [(2, 0.0), (4, 0.0)]
    assert [body.elements[link.element].role for link in body.pages[1].links] == ["Link", "Link"]
    shown = ["".join(run.text for run in one.runs) for one in body.pages[1].content]
    assert [text.rpartition(".")[2] for text in shown if "." in text] == ["3", "5"]


def test_bookmarks_of_a_part_lead_to_its_sheets_and_headings(setter: Setter) -> None:
    marks = ((1, "公开"), (2, "表"))
    sheets = [sheet(setter, "a", 1, marks, title="一"), sheet(setter, "b", 1, ((3, "乙"),))]
    body = compose(setter, [part(sheets=sheets)])
    assert body.bookmarks == [
        Bookmark(1, "公开", 0, 0.0), Bookmark(2, "表", 0, 0.0), Bookmark(3, "一", 0, 0.0), Bookmark(3, "乙", 1, 0.0),
    ]  # fmt: skip


def test_several_parts_begin_on_odd_pages_and_their_bookmarks_are_deeper(setter: Setter) -> None:
    front = PartPages("", RUNNING, Cover(("汇编",), ()), (Entry("甲局", "0"), Entry("乙局", "1")), ())
    inner = [
        part(
            str(n),
            sheets=[sheet(setter, "a", pages, ((1, "公开"),))],
            marks=((1, name),),
            deeper=1,
            on_odd_page=True,
        )
        for n, (name, pages) in enumerate((("甲局", 3), ("乙局", 1)))
    ]
    body = compose(setter, [front, *inner])
    assert [link.target for link in body.pages[1].links] == [(2, 0.0), (6, 0.0)]
    assert not body.pages[5].content and numbers(body)[5] == "— 6 —", "an empty page before the second part"
    assert [(one.level, one.title, one.page) for one in body.bookmarks] == [
        (1, "汇编", 0), (2, "目录", 1), (1, "甲局", 2), (2, "公开", 2), (1, "乙局", 6), (2, "公开", 6),
    ]  # fmt: skip


def test_sheets_of_the_same_name_in_two_parts_are_told_apart(setter: Setter) -> None:
    entries = (Entry("甲", "a"),)
    body = compose(setter, [part(str(n), None, entries, [sheet(setter, "a", 1)]) for n in range(2)])
    assert [page.links[0].target[0] for page in body.pages if page.links] == [1, 3]


def test_the_structure_of_all_is_one_and_every_text_has_its_element(setter: Setter) -> None:
    sheets = [sheet(setter, name, 2, title=name) for name in "ab"]
    body = compose(setter, [part(cover=Cover(("题",), ("行",)), entries=(Entry("a", "a"),), sheets=sheets)])
    assert all(-1 <= element.parent < number for number, element in enumerate(body.elements))
    used = [one.element for page in body.pages for one in page.content if one.element >= 0]
    assert len(set(used)) == len(used) and max(used) < len(body.elements)
    assert [body.elements[one].role for one in used] == [
        "H1",
        "P",
        "H2",
        "Link",
        "H1",
        "P",
        "P",
        "H1",
        "P",
        "P",
    ]


def test_a_turned_sheet_has_its_number_at_the_side(setter: Setter) -> None:
    body = compose(setter, [part(sheets=[sheet(setter, "a", 1), sheet(setter, "b", 1, kind="turned")])])
    first, second = body.pages
    assert first.width < first.height and second.width > second.height
    assert [one.turned for one in second.furniture if "—" in one.run.text] == [90]
