"""Parts put together: numbers of pages, bookmarks, links, odd beginnings, and one structure."""

from __future__ import annotations

import pytest

from gongkai.printing.blocks import Span
from gongkai.printing.composed import ARTIFACT, Bookmark, Page
from gongkai.printing.composing import Composer, Cover, Entry, Paper, Running, furniture
from gongkai.printing.faces import FontSet
from gongkai.printing.flow import Flow, Text
from gongkai.printing.setting import Setter
from gongkai.printing.style import MM, TextStyle

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


WIDTH, HEIGHT = Paper.of("A4", "portrait").area


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


def drawn(composer: Composer, entries, numbers, pages=1):
    """The pages of contents whose entries lead to the given page numbers."""
    composer.contents(entries)
    last = pages
    for name, number in numbers.items():
        if number > last + 1:
            add(composer, "—", number - last - 1)
        add(composer, name, 1)
        last = number
    return composer.pages()[:pages], composer.elements


def right_end(setter: Setter, run) -> float:
    return run.x + setter.fonts.advance("song", run.text) * run.size


def test_entries_lead_to_their_pages(composer: Composer) -> None:
    entries = [Entry("项目绩效目标表", "a"), Entry("民兵事业费", "b", inner=True)]
    (page,), elements = drawn(composer, entries, {"a": 3, "b": 12})
    assert texts(page) == ["目录", "项目绩效目标表", "民兵事业费"]
    assert [one.rpartition(".")[2] for one in texts(page, artifacts=True)] == ["3", "12"]
    assert [link.target for link in page.links] == [(2, 0.0), (11, 0.0)]
    assert [link.text for link in page.links] == ["项目绩效目标表", "民兵事业费"]
    assert [one.role for one in elements[:7]] == ["Sect", "H2", "TOC", "TOCI", "Link", "TOCI", "Link"]
    assert [elements[link.element].role for link in page.links] == ["Link", "Link"]
    assert page.content[3].runs[0].x > page.content[1].runs[0].x, "an inner one stands in"


def test_numbers_end_at_the_right_edge_and_leaders_before_them(composer: Composer, setter: Setter) -> None:
    (page,), _ = drawn(composer, [Entry("表", "a"), Entry("表" * 60, "b")], {"a": 3, "b": 23})
    for one in page.content:
        if one.element == ARTIFACT:
            dots, number = one.runs
            assert right_end(setter, number) == pytest.approx(WIDTH)
            assert right_end(setter, dots) < number.x
    title = page.content[3].runs
    assert len({run.y for run in title}) == 2, "a title of two lines has its number on the second"
    assert page.content[4].runs[-1].y == title[-1].y > title[0].y
    assert page.content[4].runs[0].x > right_end(setter, title[-1])


def test_long_contents_go_on_on_further_pages(composer: Composer) -> None:
    names = [f"n{number}" for number in range(80)]
    numbers = {name: number for number, name in enumerate(names, 4)}
    pages, _ = drawn(composer, [Entry(name, name) for name in names], numbers, 3)
    assert [text for page in pages for text in texts(page)] == ["目录", *names]
    assert all(run.y < HEIGHT for page in pages for one in page.content for run in one.runs)


OFFICE = Running("某某局", "2026年")
A4 = Paper.of("A4", "portrait")


def margins(paper, number, fonts, total=9, running=OFFICE):
    return {one.run.text: one for one in furniture(fonts, paper, running, number, total)}


def ends(one, fonts):
    return one.run.x + fonts.advance("song", one.run.text) * one.run.size


@pytest.mark.parametrize(
    "size, sheet", [(size, sheet) for size in ("A4", "A3") for sheet in ("portrait", "landscape", "turned")]
)
def test_text_areas_of_odd_and_even_pages_are_alike_and_inside(size, sheet):
    paper = Paper.of(size, sheet)
    width, height = paper.area
    for number in (1, 2):
        left, top = paper.origin(number)
        assert 0 < left < left + width < paper.width and 0 < top < top + height < paper.height


def test_the_binding_edge_is_at_the_left_of_odd_pages_and_at_the_right_of_even_ones():
    assert A4.origin(1) == pytest.approx((25 * MM, 22 * MM)) and A4.origin(2) == pytest.approx(
        (18 * MM, 22 * MM)
    )
    turned = Paper.of("A4", "turned")
    assert turned.origin(1) == pytest.approx((20 * MM, 25 * MM)), "the head is at the binding edge"
    assert turned.origin(2) == pytest.approx((20 * MM, 18 * MM))


def test_a3_is_twice_a4():
    assert Paper.of("A3", "portrait").width == pytest.approx(Paper.of("A4", "landscape").width)


def test_numbers_stand_at_the_outer_edge_and_heads_at_both(faces):
    odd, even = margins(A4, 3, faces), margins(A4, 4, faces)
    left, right = A4.origin(3)[0], A4.origin(3)[0] + A4.area[0]
    assert odd.keys() == {"某某局", "2026年", "— 3 —", "共 9 页"}
    assert ends(odd["— 3 —"], faces) == pytest.approx(right) and odd["共 9 页"].run.x == pytest.approx(left)
    assert odd["某某局"].run.x == pytest.approx(left) and ends(odd["2026年"], faces) == pytest.approx(right)
    assert even["— 4 —"].run.x == pytest.approx(A4.origin(4)[0])
    assert {one.part for one in odd.values()} == {"Header", "Footer"}


def test_what_is_not_stated_has_no_place(faces):
    assert margins(A4, 1, faces, running=Running("某某局", "")).keys() == {"某某局", "— 1 —", "共 9 页"}


def test_the_number_of_a_turned_page_is_read_from_the_side(faces):
    """Where portrait pages have theirs when the book is held upright: at the outer edge, below."""
    paper = Paper.of("A4", "turned")
    odd, even = margins(paper, 1, faces)["— 1 —"], margins(paper, 2, faces)["— 2 —"]
    assert odd.turned == even.turned == 90 and odd.run.x == even.run.x < paper.left
    assert odd.run.y > paper.height / 2 > even.run.y
    assert "共 9 页" not in margins(paper, 1, faces)
