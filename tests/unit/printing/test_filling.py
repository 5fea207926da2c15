"""Lines: where they end, where their text stands, and what is never torn, hung or stretched too far."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.printing.blocks import Span
from gongkai.printing.filling import SMALL, baseline, fill, line_height
from gongkai.printing.style import TextStyle

PLAIN = TextStyle(10.0, 1.5, plain=True)


def spans(*texts):
    """Spans; a text in braces is kept together."""
    return [Span(text.strip("{}"), kept=n if text.startswith("{") else 0) for n, text in enumerate(texts, 1)]


def lines(faces, texts, width, style=PLAIN, overhang=0.0):
    made = fill(faces, spans(*texts), style, width, overhang)
    return ["".join(run.text for _, runs, _, _ in line.parts for run in runs) for line in made]


def left_of(line):
    return line.parts[0][1][0].x


def test_lines_take_what_fits(faces):
    assert lines(faces, ["总体绩效目标"], 40) == ["总体绩效", "目标"]
    assert lines(faces, ["总体绩效目标"], 60) == ["总体绩效目标"]
    assert lines(faces, ["总体绩效，目标"], 40) == ["总体绩", "效，目标"], "no line begins with a mark"


@pytest.mark.parametrize("style", (PLAIN, TextStyle(10.0, 1.5)))
def test_a_new_line_of_the_text_ends_a_line_and_an_empty_one_stays(faces, style):
    made = fill(faces, [Span("甲"), Span("\n"), Span("\n"), Span("乙")], style, 100)
    assert [[run.text for _, runs, _, _ in line.parts for run in runs] for line in made] == [
        ["甲"],
        [],
        ["乙"],
    ]


def test_kept_pieces_are_whole_as_long_as_they_fit(faces):
    assert lines(faces, ["每年", "{400人}", "次"], 37) == ["每年", "400人次"]
    assert lines(faces, ["{每年四百人}", "次"], 30) == ["每年四", "百人次"], "wider than its column: let go"


def test_a_kept_piece_may_reach_into_the_margin(faces):
    assert lines(faces, ["{总体绩}", "目标"], 28, overhang=4) == ["总体绩", "目标"]
    assert lines(faces, ["{总体绩}", "目标"], 28, overhang=1) == ["总体", "绩目", "标"]


def test_a_word_wider_than_its_column_is_broken_anywhere(faces):
    pieces = lines(faces, ["a" * 100], 50)
    assert "".join(pieces) == "a" * 100 and len(pieces) > 5
    assert all(faces.advance("song", piece) * 10 <= 50.01 for piece in pieces)


def test_a_character_wider_than_its_column_is_told(faces):
    made = fill(faces, [Span("总体")], PLAIN, 5)
    assert [line.too_wide for line in made] == ["总", "体"]
    assert not any(line.too_wide for line in fill(faces, [Span("总体")], PLAIN, 10))


@pytest.mark.parametrize("width", (-20.0, 0.0, 3.0))
def test_a_column_without_room_takes_a_character_a_line(faces, width):
    assert lines(faces, ["总", "{绩效}", "目"], width, overhang=4) == ["总", "绩", "效", "目"]


def test_spaces_at_the_end_of_a_line_take_no_room(faces):
    assert lines(faces, ["总体 绩效"], 20) == ["总体", "绩效"]


def test_alignment(faces):
    def left(align):
        return left_of(fill(faces, [Span("甲乙")], TextStyle(10.0, 1.5, align, plain=True), 100)[0])

    assert (left("left"), left("justify")) == (0, 0)
    assert left("center") == pytest.approx(40) and left("right") == pytest.approx(80)


def test_the_first_line_stands_in(faces):
    style = TextStyle(10.0, 1.5, indent=2.0, plain=True)
    first, second = fill(faces, [Span("总体绩效目标")], style, 50)
    assert (left_of(first), left_of(second)) == (20, 0)
    again = fill(faces, [Span("甲"), Span("\n"), Span("乙")], style, 50)
    assert [left_of(line) for line in again] == [20, 0], "a line within a paragraph does not"


def test_raised_and_bold_text_is_smaller_higher_and_bold(faces):
    (line,) = fill(faces, [Span("m"), Span("2", shift=1), Span("粗", bold=True)], PLAIN, 100)
    m, two, bold = (run for _, runs, _, _ in line.parts for run in runs)
    assert two.size == 10 * SMALL and two.y < m.y == bold.y and bold.face == "song-bold"
    assert two.x == pytest.approx(faces.advance("song", "m") * 10)


def test_links_are_parts_of_their_own(faces):
    (line,) = fill(
        faces, [Span("见"), Span("网", href="u"), Span("站", bold=True, href="u"), Span("。")], PLAIN, 100
    )
    assert [(href, x, width) for href, _, x, width in line.parts] == [
        ("", 0, 10), ("u", 10, pytest.approx(20)), ("", pytest.approx(30), pytest.approx(10)),
    ]  # fmt: skip


def test_lines_are_as_high_as_their_leading_says(faces):
    face = faces.face("song")
    assert line_height(faces, PLAIN) == 15.0
    assert line_height(faces, TextStyle(10.0, 0.0)) == pytest.approx((face.ascent + face.descent) * 10)
    assert 0 < baseline(faces, PLAIN) < 15


# -- refinements ----------------------------------------------------------------------------------

JUSTIFIED = TextStyle(10.0, 1.5, "justify")


def ends(line):
    runs = [run for _, runs, _, _ in line.parts for run in runs]
    return runs[0].x, runs[-1]


def test_justified_lines_end_at_the_edge_and_the_last_does_not(faces):
    made = fill(faces, [Span("总体绩效目标，本年度")], JUSTIFIED, 54)
    for line in made[:-1]:
        _, last = ends(line)
        right = last.x + faces.advance("song", last.text) * 10 + last.spacing * (len(last.text) - 1)
        assert right == pytest.approx(54) and 0 < last.spacing <= 2
    assert ends(made[-1])[1].spacing == 0


def test_a_line_that_would_be_torn_apart_is_not_justified(faces):
    made = fill(faces, [Span("总体"), Span("a" * 30)], JUSTIFIED, 60)
    assert ends(made[0])[1].spacing == 0


def test_marks_that_meet_are_half_as_wide(faces):
    (line,) = fill(faces, [Span("（《甲》）")], TextStyle(), 100)
    runs = [run for _, runs, _, _ in line.parts for run in runs]
    assert [run.text for run in runs] == ["（", "《甲》", "）"]
    assert [run.x for run in runs] == pytest.approx([0, 5, 30])
    assert len(fill(faces, [Span("（《甲》）")], PLAIN, 100)[0].parts[0][1]) == 1


def test_a_stop_may_end_a_line_beyond_its_edge(faces):
    assert lines(faces, ["总体绩效。目标"], 45, TextStyle()) == ["总体绩效。", "目标"]
    assert lines(faces, ["总体绩效。目标"], 45) == ["总体绩", "效。目标"]


def test_of_two_centred_lines_the_second_is_no_mere_rest(faces):
    centred = TextStyle(10.0, 1.5, "center")
    assert lines(faces, ["总体绩效目标表"], 60, centred) == ["总体绩效", "目标表"]
    assert lines(faces, ["总体绩效目标表"], 60, TextStyle(10.0, 1.5)) == ["总体绩效目标", "表"]
    assert lines(faces, ["年度预算金额（元）"], 60, centred) == ["年度预算金额", "（元）"], (
        "a unit is no rest"
    )


texts = st.lists(
    st.text(st.sampled_from("总体，。（）《》“”12 %a-—/"), min_size=1, max_size=12).flatmap(
        lambda text: st.sampled_from((text, f"{{{text}}}"))
    ),
    min_size=1,
    max_size=8,
)
styles = st.builds(
    TextStyle,
    size=st.sampled_from((9.0, 10.5)),
    align=st.sampled_from(("left", "center", "right", "justify")),
    indent=st.sampled_from((0.0, 2.0)),
    plain=st.booleans(),
)


@given(texts, st.floats(-10, 120), styles, st.sampled_from((0.0, 4.0)))
@example(["总", "{绩效}"], -5.0, PLAIN, 4.0)
def test_no_letter_is_lost_and_none_stands_outside(faces, pieces, width, style, overhang):
    made = fill(faces, spans(*pieces), style, width, overhang)
    shown = "".join(run.text for line in made for _, runs, _, _ in line.parts for run in runs)
    wanted = "".join(piece.strip("{}") for piece in pieces)
    assert shown.replace(" ", "") == wanted.replace(" ", "")
    for line in made:
        runs = [run for _, runs, _, _ in line.parts for run in runs]
        wide = sum(faces.advance("song", run.text) * run.size + run.spacing * len(run.text) for run in runs)
        room = width - (style.indent * style.size if line is made[0] else 0)
        if style.plain and not overhang and len("".join(run.text for run in runs)) > 1:
            assert wide <= room + 0.02
