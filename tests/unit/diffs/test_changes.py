"""What changes between two versions of a disclosure's data: figures, wording, what is gone; and nothing else."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.diffs.changes import Change, changes, same_statement


def indicator(number: int, name: str, target: str, level: str = "产出指标") -> dict[str, Any]:
    return {
        "id": f"x/{number}", "list": "年度", "number": number, "level1": level, "level3": name,
        "annual_target": {"text": target},
    }  # fmt: skip


def data() -> dict[str, Any]:
    return {
        "id": "a/b/2026",
        "published": "2026-02-13",
        "facts": [{"name": "发文字号", "value": "东直工〔2026〕3号"}],
        "department_target": {
            "id": "a/b/2026/_department", "name": "某局", "expenditure": {"total": 100}, "indicators": [],
            "tasks": [
                {"id": "t1", "number": 1, "name": "培训", "funds": 10},
                {"id": "t2", "number": 2, "name": "宣传", "funds": 20},
            ],
        },
        "projects": [
            {
                "id": "a/b/2026/p", "key": "p", "number": 1, "name": "民兵", "funds": {"total": Decimal("83370.5")},
                "objective": {"annual": "训练5天，健全制度。"},
                "own": [
                    {"field": "n", "label": "人数", "type": "count", "text": "5"},
                    {"field": "r", "label": "表", "row": 1, "column": "c", "column_label": "列", "type": "text", "text": "甲"},
                    {"field": "r", "label": "表", "row": 2, "column": "c", "column_label": "列", "type": "text", "text": "乙"},
                ],
                "indicators": [indicator(1, "人数", "100人"), indicator(2, "天数", "5天")],
            }
        ],
    }  # fmt: skip


def found(new: dict[str, Any], **renamed: str) -> list[Change]:
    return changes(data(), new, renamed)


def project(new: dict[str, Any]) -> dict[str, Any]:
    one: dict[str, Any] = new["projects"][0]
    return one


def test_the_same_data_has_no_changes() -> None:
    assert found(data()) == []


def test_an_amount_is_told_with_its_place_and_both_values() -> None:
    new = data()
    project(new)["funds"]["total"] = 90000
    assert found(new) == [
        Change("p", "民兵 › 年度资金 › 总额", ("年度资金", "总额"), "83,370.5", "90,000", True)
    ]


def test_the_place_is_that_of_the_new_record() -> None:
    new = data()
    rows = project(new)["indicators"]
    rows.insert(0, indicator(1, "新的", "1次"))
    rows[1]["number"], rows[2] = 2, indicator(3, "天数", "6天")
    (change,) = found(new)
    assert change.keys == ("绩效指标", 2, "年度指标值")
    assert (change.old, change.new, change.figure) == ("5天", "6天", True)


def test_a_row_that_goes_is_a_figure() -> None:
    new = data()
    project(new)["indicators"].pop()
    new["department_target"]["tasks"].pop(0)
    new["department_target"]["tasks"][0]["number"] = 1
    assert [(one.label, one.old, one.new, one.figure) for one in found(new)] == [
        ("部门整体绩效目标 › 年度重点工作任务“培训”", "10", "", True),
        ("民兵 › 绩效指标“天数”", "5天", "", True),
    ]


def test_a_row_with_another_name_at_another_place_is_still_the_same() -> None:
    new = data()
    project(new)["indicators"] = [
        indicator(1, "新的", "1次"), indicator(2, "新增的", "1次"), indicator(3, "民兵人数", "100人"),
        indicator(4, "天数", "5天"),
    ]  # fmt: skip
    (change,) = found(new)
    assert change == Change(
        "p", "民兵 › 绩效指标“人数” › 三级指标", ("绩效指标", 2, "三级指标"), "人数", "民兵人数", False
    )


def test_own_values_and_rows_are_compared_by_what_stands_in_them() -> None:
    new = data()
    own = project(new)["own"]
    own.insert(1, {**own[1], "text": "新"})
    own[2]["row"], own[3]["row"] = 2, 3
    assert found(new) == []
    own[0]["text"] = "6"
    own[3]["text"] = "丙"
    assert [(one.label, one.figure) for one in found(new)] == [
        ("民兵 › 人数", True),
        ("民兵 › 表 › 第 2 行 › 列", False),
    ]


def test_names_and_texts_are_wording_and_their_numbers_figures() -> None:
    new = data()
    project(new)["objective"]["annual"] = "训练5天，完善制度。"
    assert [one.figure for one in found(new)] == [False]
    project(new)["objective"]["annual"] = "训练6天，健全制度。"
    assert [one.figure for one in found(new)] == [True]


def test_a_project_under_another_file_name_is_compared_too() -> None:
    new = data()
    project(new)["key"] = "q"
    project(new)["funds"]["total"] = 1
    assert found(new) == []  # gone, which the guard tells
    (change,) = found(new, p="q")
    assert change.project == "q"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("建立建全制度5项", "建立健全制度5项", True),
        ("8.3370万元", "8.3370万", False),
        ("83,370元", "83370元", True),
        ("培训５天", "培训5天", True),
        ("5天", "6天", False),
        ("不低于90%", "低于90%", False),
        ("二十人", "三十人", False),
        ("≥90%", "≤90%", False),
        ("", "5天", False),
    ],
)
def test_the_statement_is_its_numbers_units_comparators_and_negations(old: str, new: str, same: bool) -> None:
    assert same_statement(old, new) is same


@given(st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), unique=True), st.data())
def test_any_order_and_any_addition_is_free(names: list[str], draw: st.DataObject) -> None:
    old = deepcopy(data())
    old["projects"][0]["indicators"] = [
        indicator(number, name, "1次") for number, name in enumerate(names, 1)
    ]
    more = draw.draw(st.permutations([*names, "新"]))
    new = deepcopy(old)
    new["projects"][0]["indicators"] = [indicator(number, name, "1次") for number, name in enumerate(more, 1)]
    assert changes(old, new, {}) == []
