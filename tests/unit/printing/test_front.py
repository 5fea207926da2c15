"""Cover and contents: their lines, leaders, numbers and links."""

from __future__ import annotations

import pytest

from gongkai.printing.composed import ARTIFACT
from gongkai.printing.faces import FontSet
from gongkai.printing.front import Contents, Cover, Entry, cover_page
from gongkai.printing.setting import Setter

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


def test_a_cover_has_its_title_over_its_lines_in_the_middle(setter: Setter) -> None:
    page, elements = cover_page(setter, Cover(("某某局", "预算公开"), ("2026年3月1日",)), WIDTH)
    assert texts(page) == ["某某局预算公开", "2026年3月1日"]
    assert [element.role for element in elements] == ["Sect", "H1", "P"]
    first, second = page.content[0].runs
    assert second.y > first.y and first.x + 3 * 22 / 2 == pytest.approx(WIDTH / 2)


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
