"""Parts put together: numbers of pages, bookmarks, links, odd beginnings, and one structure."""

from __future__ import annotations

import pytest

from gongkai.printing.blocks import Span
from gongkai.printing.composed import ARTIFACT, Bookmark, Page
from gongkai.printing.composing import Composer, Contents, Cover, Entry
from gongkai.printing.faces import FontSet
from gongkai.printing.flow import Flow, Text
from gongkai.printing.furniture import Paper, Running
from gongkai.printing.setting import Setter
from gongkai.printing.style import TextStyle

RUNNING = Running("某局", "2026年")


@pytest.fixture
def composer(faces: FontSet) -> Composer:
    made = Composer(Setter(faces))
    made.begin("0", RUNNING)
    return made


def add(composer: Composer, name: str, pages: int, kind="portrait", title="") -> None:
    """A sheet of so many pages."""
    paper, setter = Paper.of("A4", kind), composer.setter
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
    composer.sheet(name, paper, flow)


def numbers(pages: list[Page]) -> list[str]:
    return [next((one.run.text for one in page.furniture if "—" in one.run.text), "") for page in pages]


def test_pages_are_numbered_through_and_a_cover_is_not(composer: Composer) -> None:
    composer.cover(Cover(("题",), ()))
    add(composer, "a", 2)
    add(composer, "b", 1)
    pages = composer.pages()
    assert numbers(pages) == ["", "— 2 —", "— 3 —", "— 4 —"]
    assert not pages[0].furniture
    assert {one.run.text for one in pages[1].furniture} == {"某局", "2026年", "— 2 —", "共 4 页"}


def test_text_areas_are_mirrored(composer: Composer) -> None:
    add(composer, "a", 2)
    odd, even = composer.pages()
    assert odd.left > even.left and odd.left + even.left == pytest.approx(
        odd.width - Paper.of("A4", "portrait").area[0]
    )


def test_contents_lead_to_the_pages_of_the_sheets(composer: Composer) -> None:
    composer.cover(Cover(("题",), ()))
    composer.contents((Entry("甲", "a"), Entry("乙", "b", inner=True)))
    add(composer, "a", 2)
    add(composer, "b", 1)
    page = composer.pages()[1]
    assert [link.target for link in page.links] == [(2, 0.0), (4, 0.0)]
    assert [composer.elements[link.element].role for link in page.links] == ["Link", "Link"]
    shown = ["".join(run.text for run in one.runs) for one in page.content]
    assert [text.rpartition(".")[2] for text in shown if "." in text] == ["3", "5"]


def test_bookmarks_lead_to_the_pages_that_come_next(composer: Composer) -> None:
    composer.mark(1, "公开")
    add(composer, "a", 2)
    composer.mark(3, "乙", 1, 7.0)
    add(composer, "b", 2)
    assert composer.bookmarks == [Bookmark(1, "公开", 0, 0.0), Bookmark(3, "乙", 3, 7.0)]


def test_several_parts_begin_on_odd_pages(faces: FontSet) -> None:
    composer = Composer(Setter(faces))
    composer.begin("", RUNNING)
    composer.cover(Cover(("汇编",), ()))
    composer.contents((Entry("甲局", "0"), Entry("乙局", "1")))
    for part, count in (("0", 3), ("1", 1)):
        composer.begin(part, RUNNING, on_odd_page=True)
        add(composer, "a", count)
    pages = composer.pages()
    assert [link.target for link in pages[1].links] == [(2, 0.0), (6, 0.0)]
    assert not pages[5].content and numbers(pages)[5] == "— 6 —", "an empty page before the second part"


def test_sheets_of_the_same_name_in_two_parts_are_told_apart(faces: FontSet) -> None:
    composer = Composer(Setter(faces))
    for part in "01":
        composer.begin(part, RUNNING)
        composer.contents((Entry("甲", "a"),))
        add(composer, "a", 1)
    assert [page.links[0].target[0] for page in composer.pages() if page.links] == [1, 3]


def test_the_structure_of_all_is_one_and_every_text_has_its_element(composer: Composer) -> None:
    composer.cover(Cover(("题",), ("行",)))
    composer.contents((Entry("a", "a"),))
    for name in "ab":
        add(composer, name, 2, title=name)
    pages, elements = composer.pages(), composer.elements
    assert all(-1 <= element.parent < number for number, element in enumerate(elements))
    used = [one.element for page in pages for one in page.content if one.element >= 0]
    assert len(set(used)) == len(used) and max(used) < len(elements)
    roles = [elements[one].role for one in used]
    assert roles == ["H1", "P", "H2", "Link", "H1", "P", "P", "H1", "P", "P"]


def test_a_turned_sheet_has_its_number_at_the_side(composer: Composer) -> None:
    add(composer, "a", 1)
    add(composer, "b", 1, kind="turned")
    first, second = composer.pages()
    assert first.width < first.height and second.width > second.height
    assert [one.turned for one in second.furniture if "—" in one.run.text] == [90]


WIDTH, HEIGHT = 400.0, 300.0


@pytest.fixture(scope="module")
def setter(faces: FontSet) -> Setter:
    return Setter(faces)


def texts(page, *, artifacts=False):
    return [
        "".join(run.text for run in one.runs)
        for one in page.content
        if (one.element == ARTIFACT) == artifacts
    ]


def test_a_cover_has_its_title_over_its_lines_in_the_middle(composer: Composer) -> None:
    composer.cover(Cover(("某某局", "预算公开"), ("2026年3月1日",)))
    [page], elements = composer.pages(), composer.elements
    assert texts(page) == ["某某局预算公开", "2026年3月1日"]
    assert [element.role for element in elements] == ["Sect", "H1", "P"]
    first, second = page.content[0].runs
    assert second.y > first.y and first.x + 3 * 22 / 2 == pytest.approx(
        Paper.of("A4", "portrait").area[0] / 2
    )


def drawn(setter: Setter, entries, numbers):
    contents = Contents(setter, entries, WIDTH, HEIGHT)
    pages, elements = contents.draw({name: number - 1 for name, number in numbers.items()})
    assert contents.count == len(pages)
    return pages, elements


def right_end(setter: Setter, run) -> float:
    return run.x + setter.fonts.advance("song", run.text) * run.size


def test_entries_lead_to_their_pages(setter: Setter) -> None:
    entries = [Entry("项目绩效目标表", "a"), Entry("民兵事业费", "b", inner=True)]
    (page,), elements = drawn(setter, entries, {"a": 3, "b": 12})
    assert texts(page) == ["目录", "项目绩效目标表", "民兵事业费"]
    assert [one.rpartition(".")[2] for one in texts(page, artifacts=True)] == ["3", "12"]
    assert [link.target for link in page.links] == [(2, 0.0), (11, 0.0)]
    assert [link.text for link in page.links] == ["项目绩效目标表", "民兵事业费"]
    assert [element.role for element in elements] == ["Sect", "H2", "TOC", "TOCI", "Link", "TOCI", "Link"]
    assert [elements[link.element].role for link in page.links] == ["Link", "Link"]
    assert page.content[3].runs[0].x > page.content[1].runs[0].x, "an inner one stands in"


def test_numbers_end_at_the_right_edge_and_leaders_before_them(setter: Setter) -> None:
    (page,), _ = drawn(setter, [Entry("表", "a"), Entry("表" * 60, "b")], {"a": 3, "b": 123})
    for one in page.content:
        if one.element == ARTIFACT:
            dots, number = one.runs
            assert right_end(setter, number) == pytest.approx(WIDTH)
            assert right_end(setter, dots) < number.x
    title = page.content[3].runs
    assert len({run.y for run in title}) == 2, "a title of two lines has its number on the second"
    assert page.content[4].runs[-1].y == title[-1].y > title[0].y
    assert page.content[4].runs[0].x > right_end(setter, title[-1])


def test_long_contents_go_on_on_further_pages(setter: Setter) -> None:
    names = [f"n{number}" for number in range(40)]
    pages, _ = drawn(setter, [Entry(name, name) for name in names], dict.fromkeys(names, 1))
    assert len(pages) > 2
    assert [text for page in pages for text in texts(page)] == ["目录", *names]
    assert all(run.y < HEIGHT for page in pages for one in page.content for run in one.runs)
