"""Borders are few lines, and cover exactly the edges of the cells."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.borders import borders
from gongkai.printing.composed import Rule
from gongkai.printing.style import BORDER


def test_a_grid_of_cells_has_one_line_an_edge():
    boxes = [(x, y, x + 10, y + 5) for x in (0, 10, 20) for y in (0, 5)]
    assert borders(boxes) == (
        *(Rule(0, y, 30, y, BORDER) for y in (0, 5, 10)),
        *(Rule(x, 0, x, 10, BORDER) for x in (0, 10, 20, 30)),
    )


def test_lines_end_at_cells_that_span():
    rules = borders([(0, 0, 10, 10), (10, 0, 20, 5), (10, 5, 20, 10)])
    assert Rule(10, 5, 20, 5, BORDER) in rules and Rule(0, 0, 20, 0, BORDER) in rules


def test_no_cells_have_no_lines():
    assert borders([]) == ()


sides = st.integers(0, 12).map(float)


@given(st.lists(st.tuples(sides, sides, sides, sides), max_size=12))
def test_lines_cover_all_edges_and_nothing_else(drawn):
    boxes = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in drawn if a != c and b != d]
    wanted = set()
    for left, top, right, bottom in boxes:
        wanted |= {("level", y, x) for y in (top, bottom) for x in range(int(left), int(right))}
        wanted |= {("upright", x, y) for x in (left, right) for y in range(int(top), int(bottom))}
    covered = []
    for rule in borders(boxes):
        if rule.y1 == rule.y2:
            covered += [("level", rule.y1, x) for x in range(int(rule.x1), int(rule.x2))]
        else:
            assert rule.x1 == rule.x2
            covered += [("upright", rule.x1, y) for y in range(int(rule.y1), int(rule.y2))]
    assert set(covered) == wanted
    assert all(one != other for one, other in pairwise(sorted(covered))), "no piece is drawn twice"
