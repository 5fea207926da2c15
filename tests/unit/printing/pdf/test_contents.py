"""What stands on a page stands where the layout put it."""

import io

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.composed import Composed, Content, Element, Furniture, Page, Rule, Run
from gongkai.printing.flow import joined
from gongkai.printing.pdf import write


def printed(faces, page):
    data = write(Composed("题", "", "", (), None, (page,), (Element("P", -1),)), faces)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return pdf.pages[0].chars, pdf.pages[0].lines


_PLACES = st.floats(0, 500, width=32)
_RUNS = st.builds(
    Run, _PLACES, _PLACES, st.sampled_from(("绩效", "目", "1a")), st.sampled_from(("song", "hei")),
    st.sampled_from((9.0, 10.5, 15.75)), st.sampled_from((0.0, 0.13, -0.25)),
)  # fmt: skip


@given(st.lists(_RUNS, min_size=1, max_size=12))
def test_characters_stand_at_their_places(faces, placed):
    chars, _ = printed(faces, Page(700, 800, 71.3, 59.9, tuple(Content(0, (run,)) for run in placed)))
    rest = iter(chars)
    for run in placed:
        x = 71.3 + run.x
        for char in run.text:
            found = next(rest)
            assert found["text"] == char and found["size"] == pytest.approx(run.size)
            assert found["matrix"][4] == pytest.approx(x, abs=0.02)
            assert found["matrix"][5] == pytest.approx(800 - 59.9 - run.y, abs=0.011)
            face = faces.faces[run.face]
            x += face.glyph(char).advance / face.units * run.size + run.spacing
    assert next(rest, None) is None


@pytest.mark.parametrize("turned, matrix", [(0, (1, 0, 0, 1)), (90, (0, -1, 1, 0)), (270, (0, 1, -1, 0))])
def test_furniture_is_turned_around_its_place(faces, turned, matrix):
    page = Page(600, 800, 70, 60, furniture=(Furniture(Run(500, 100, "页", "song", 9), "Footer", turned),))
    [char], _ = printed(faces, page)
    assert char["matrix"][:4] == pytest.approx(matrix) and char["matrix"][4:] == pytest.approx((500, 700))


def test_rules_that_touch_are_one_stroke(faces):
    rules = [Rule(x, 10, x + 50, 10) for x in (100, 0, 50, 200)] + [Rule(0, y, 0, y + 20) for y in (10, 30)]
    _, lines = printed(faces, Page(600, 800, 70, 60, rules=tuple(joined(rules))))
    ends = sorted((line["x0"], line["top"], line["x1"], line["bottom"]) for line in lines)
    assert ends == [pytest.approx(one) for one in ((70, 70, 70, 110), (70, 70, 220, 70), (270, 70, 320, 70))]
    assert {line["linewidth"] for line in lines} == {0.6}
