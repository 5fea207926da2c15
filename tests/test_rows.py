"""Indicator rows: order, spans, empty rows, side by side; an indicator is never lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gongkai.reading.declaration import IndicatorSystem
from gongkai.reading.records import Indicator
from gongkai.tables.rows import IndicatorRow, SideRow, indicator_rows, side_by_side

SYSTEM = {
    "产出指标": ["数量指标", "质量指标"],
    "效益指标": ["经济效益指标", "社会效益指标"],
    "满意度指标": ["服务对象满意度指标"],
}


def system(print_empty: str) -> IndicatorSystem:
    levels = [{"name": one, "level2": [{"name": two} for two in twos]} for one, twos in SYSTEM.items()]
    return IndicatorSystem.model_validate({"levels": levels, "print_empty": print_empty})


AS_WRITTEN, BY_SYSTEM = system("否"), system("是")


def indicator(level1: str | None, level2: str | None, level3: str = "甲") -> Indicator:
    data = {"一级指标": level1, "二级指标": level2, "三级指标": level3}
    return Indicator.model_validate({key: value for key, value in data.items() if value})


def heads(rows: list[IndicatorRow]) -> list[tuple[int | None, str, int, str, int]]:
    return [(row.index, row.level1, row.span1, row.level2, row.span2) for row in rows]


def test_rows_keep_the_written_order_and_neighbours_share_a_label() -> None:
    written = [
        ("效益指标", "社会效益指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
    ]
    assert heads(indicator_rows([indicator(*one) for one in written], AS_WRITTEN)) == [
        (0, "效益指标", 1, "社会效益指标", 1),
        (1, "产出指标", 3, "数量指标", 2),
        (2, "产出指标", 0, "数量指标", 0),
        (3, "产出指标", 0, "质量指标", 1),
    ]


def test_rows_by_system_print_every_second_level_once() -> None:
    written = [("效益指标", "社会效益指标"), ("产出指标", "质量指标"), ("产出指标", "质量指标")]
    assert heads(indicator_rows([indicator(*one) for one in written], BY_SYSTEM)) == [
        (None, "产出指标", 3, "数量指标", 1),
        (1, "产出指标", 0, "质量指标", 2),
        (2, "产出指标", 0, "质量指标", 0),
        (None, "效益指标", 2, "经济效益指标", 1),
        (0, "效益指标", 0, "社会效益指标", 1),
        (None, "满意度指标", 1, "服务对象满意度指标", 1),
    ]


def test_rows_number_indicators_within_their_second_level() -> None:
    rows = indicator_rows(
        [indicator("产出指标", two) for two in ("数量指标", "数量指标", "质量指标")], AS_WRITTEN
    )
    assert [row.number for row in rows] == [1, 2, 1]


def test_an_indicator_outside_the_system_stands_after_its_first_level() -> None:
    written = [
        ("产出指标", "成本指标"),
        ("成本指标", "经济成本指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "成本指标"),
    ]
    rows = indicator_rows([indicator(*one) for one in written], BY_SYSTEM)
    assert heads(rows)[:5] == [
        (2, "产出指标", 4, "数量指标", 1),
        (None, "产出指标", 0, "质量指标", 1),
        (0, "产出指标", 0, "成本指标", 2),
        (3, "产出指标", 0, "成本指标", 0),
        (None, "效益指标", 2, "经济效益指标", 1),
    ]
    assert heads(rows)[-1] == (1, "成本指标", 1, "经济成本指标", 1)


def test_levels_that_are_not_named_keep_a_cell() -> None:
    rows = indicator_rows([indicator(None, "生态环境成本指标"), indicator("产出指标", None)], AS_WRITTEN)
    assert heads(rows) == [(0, "", 1, "生态环境成本指标", 1), (1, "产出指标", 1, "", 1)]


def test_a_first_level_without_second_levels_has_a_row_of_its_own() -> None:
    bare = IndicatorSystem.model_validate({"levels": [{"name": "成本指标"}], "print_empty": "是"})
    assert heads(indicator_rows([], bare)) == [(None, "成本指标", 1, "", 1)]
    assert heads(indicator_rows([indicator("成本指标", "经济成本指标")], bare)) == [
        (0, "成本指标", 1, "经济成本指标", 1)
    ]


LEVELS = st.one_of(
    st.sampled_from([(one, two) for one, twos in SYSTEM.items() for two in twos]),
    st.tuples(
        st.sampled_from(["产出指标", "效益指标", "成本指标", None]),
        st.sampled_from(["数量指标", "社会效益指标", "别的指标", None]),
    ),
)
INDICATORS = st.lists(LEVELS.map(lambda levels: indicator(*levels)), max_size=12)


@given(INDICATORS, st.sampled_from([AS_WRITTEN, BY_SYSTEM]))
def test_every_indicator_has_one_row_and_spans_tile_the_column(
    indicators: list[Indicator], known: IndicatorSystem
) -> None:
    rows = indicator_rows(indicators, known)
    assert sorted(row.index for row in rows if row.index is not None) == list(range(len(indicators)))
    for spans in ([row.span1 for row in rows], [row.span2 for row in rows]):
        covered = [place + step for place, span in enumerate(spans) for step in range(span)]
        assert covered == list(range(len(rows)))
    for row in rows:
        if row.indicator:
            assert (row.indicator.level1 or "", row.indicator.level2 or "") == (row.level1, row.level2)


def cells(rows: list[SideRow], side: str) -> list[tuple[int | None, int]]:
    """Index and height of a side's cells, those covered from above left out."""
    found = [(getattr(row, side), getattr(row, f"{side}_span")) for row in rows]
    return [(index, span) for index, span in found if span]


def test_forty_annual_against_three_period_indicators() -> None:
    period = [indicator("产出指标", "数量指标") for _ in range(3)]
    annual = [indicator("产出指标", "数量指标") for _ in range(40)]
    rows = side_by_side(period, annual, BY_SYSTEM)
    assert len(rows) == 40 + 4
    assert [(row.span1, row.span2) for row in rows[:2]] == [(41, 40), (0, 0)]
    assert cells(rows, "left")[:3] == [(0, 1), (1, 1), (2, 38)]
    assert cells(rows, "right")[:40] == [(index, 1) for index in range(40)]
    assert cells(rows, "left")[3:] == cells(rows, "right")[40:] == [(None, 1)] * 4


def test_a_blank_side_is_one_tall_cell() -> None:
    rows = side_by_side([], [indicator("效益指标", "社会效益指标") for _ in range(5)], BY_SYSTEM)
    assert (None, 5) in cells(rows, "left")
    assert [row.right_number for row in rows if row.right is not None] == [1, 2, 3, 4, 5]


@given(INDICATORS, INDICATORS)
def test_side_by_side_loses_nothing_and_fills_both_columns(
    period: list[Indicator], annual: list[Indicator]
) -> None:
    rows = side_by_side(period, annual, BY_SYSTEM)
    for side, indicators in (("left", period), ("right", annual)):
        assert sorted(n for n, _ in cells(rows, side) if n is not None) == list(range(len(indicators)))
        assert sum(span for _, span in cells(rows, side)) == len(rows)
    assert sum(row.span1 for row in rows) == sum(row.span2 for row in rows) == len(rows)
