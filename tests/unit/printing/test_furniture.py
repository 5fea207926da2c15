"""Sizes and margins of pages, odd and even, and what stands in them."""

import pytest

from gongkai.printing.furniture import Paper, Running, furniture
from gongkai.printing.style import MM

A4 = Paper.of("A4", "portrait")
RUNNING = Running("某某局", "2026年")


def texts(paper, number, fonts, total=9, running=RUNNING):
    return {one.run.text: one for one in furniture(fonts, paper, running, number, total)}


def right_end(one, fonts):
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
    odd, even = texts(A4, 3, faces), texts(A4, 4, faces)
    left, right = A4.origin(3)[0], A4.origin(3)[0] + A4.area[0]
    assert odd.keys() == {"某某局", "2026年", "— 3 —", "共 9 页"}
    assert right_end(odd["— 3 —"], faces) == pytest.approx(right) and odd["共 9 页"].run.x == pytest.approx(
        left
    )
    assert odd["某某局"].run.x == pytest.approx(left) and right_end(odd["2026年"], faces) == pytest.approx(
        right
    )
    assert even["— 4 —"].run.x == pytest.approx(A4.origin(4)[0])
    assert {one.part for one in odd.values()} == {"Header", "Footer"}


def test_what_is_not_stated_has_no_place(faces):
    assert texts(A4, 1, faces, running=Running("某某局", "")).keys() == {"某某局", "— 1 —", "共 9 页"}


def test_the_number_of_a_turned_page_is_read_from_the_side(faces):
    """Where portrait pages have theirs when the book is held upright: at the outer edge, below."""
    paper = Paper.of("A4", "turned")
    odd, even = texts(paper, 1, faces)["— 1 —"], texts(paper, 2, faces)["— 2 —"]
    assert odd.turned == even.turned == 90 and odd.run.x == even.run.x < paper.left
    assert odd.run.y > paper.height / 2 > even.run.y
    assert "共 9 页" not in texts(paper, 1, faces)
