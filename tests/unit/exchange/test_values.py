"""Values read from foreign tables: an amount is in the nearest unit that is stated, and in no other."""

from __future__ import annotations

import pytest

from gongkai.exchange.values import is_blank_mark, is_residue, options_in, read_value, split_composite


@pytest.mark.parametrize(
    ("text", "units", "value"),
    [
        ("27.70", ("万元", "元"), "27.70万元"),
        ("27.70", ("元", "万元"), "27.70元"),
        ("27.70", (None, "万元"), "27.70万元"),
        ("27.70", (None, None, "亿元"), "27.70亿元"),
        ("27.70元", ("万元",), "27.70元"),
        ("27.70万元", ("元", "元"), "27.70万元"),
        ("￥27，700。", ("元",), "27,700元"),
    ],
)
def test_the_nearest_unit_that_is_stated(text: str, units: tuple[str | None, ...], value: str) -> None:
    assert read_value(text, "amount", units) == (value, "")


def test_without_any_unit_no_amount_is_read() -> None:
    value, reason = read_value("27.70", "amount", (None, None))
    assert value is None and "单位" in reason


@pytest.mark.parametrize("text", ["/", "—", "八万", "5美元", "-5"])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    value, reason = read_value(text, "amount", ("元",))
    assert value is None
    assert reason


@pytest.mark.parametrize(
    ("text", "kind", "value", "doubt"),
    [
        ("2026年度", "year", "2026", ""),
        ("2026.0", "year", "2026", ""),
        ("26年", "year", None, "不是四位数的年份"),
        ("1899年", "year", None, "不是四位数的年份"),
        ("10分", "number", "10", "原文是“10分”"),
        ("10", "number", "10", ""),
        ("十", "count", None, "不是数字"),
        ("甲\n乙", "line", "甲乙", ""),
    ],
)
def test_other_kinds(text: str, kind: str, value: str | None, doubt: str) -> None:
    assert read_value(text, kind, ()) == (value, doubt)


@pytest.mark.parametrize(
    ("text", "value", "doubt"),
    [
        ("☑新增 □延续", "新增", ""),
        ("新增□ 延续☑", "延续", ""),
        ("□新增 □延续", None, "没有勾选"),
        ("☑新增 ☑延续 □一次性", None, "勾选了不止一项"),
        ("√新增", "√新增", ""),  # a tick alone may be a sign of the text
    ],
)
@pytest.mark.parametrize("kind", ["text", "choice"])
def test_the_box_that_is_ticked(kind: str, text: str, value: str | None, doubt: str) -> None:
    assert read_value(text, kind, ()) == (value, doubt)
    assert read_value(text, "line", ()) == (text, "")


def test_every_option_and_whether_it_is_ticked() -> None:
    assert options_in("■ 新增 ☐延续") == {"新增": True, "延续": False}
    assert options_in("新增✔ 延续○") == {"新增": True, "延续": False}
    assert options_in("新增") == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<p>一、建成。</p><p class='x'>二、运行。</p>", "一、建成。\n\n二、运行。"),
        ("甲<BR/>乙<br>丙", "甲\n乙\n丙"),
        (" <p>甲 ", "<p>甲"),  # no paragraph that ends, so it is the text's own
        (
            "一二三四五六七八九十一二三四五\n六",
            "一二三四五六七八九十一二三四五\n六",
        ),  # a number begins a paragraph
        ("完善基础设施建设提高公共服务水平\n和质量。", "完善基础设施建设提高公共服务水平和质量。"),
        ("目标：\n完成。", "目标：\n完成。"),
    ],
)
def test_long_texts_keep_their_paragraphs_and_lose_the_page(text: str, value: str) -> None:
    assert read_value(text, "rich", ()) == (value, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("—", "是空白的记号"), ("八万", "不是一个金额"), ("5", "没有读入：表上没有写金额的单位（元、万元）")],
)
def test_why_an_amount_is_not_read(text: str, reason: str) -> None:
    assert read_value(text, "amount", ()) == (None, reason)


@pytest.mark.parametrize(
    ("text", "is_it"), [(" / ", True), ("……", True), ("...", True), ("无", True), ("0", False), ("/5", False)]
)
def test_marks_of_a_blank(text: str, is_it: bool) -> None:
    assert is_blank_mark(text) is is_it


@pytest.mark.parametrize(
    ("text", "is_it"),
    [("指标1： ", True), ("××", True), ("待填写", True), ("指标1：人数", False), ("x", False)],
)
def test_what_a_form_prints_to_be_filled_in(text: str, is_it: bool) -> None:
    assert is_residue(text) is is_it


def test_indicators_in_one_cell() -> None:
    first = "1、1-产出指标；11-数量指标；民兵 人数；实施周期指标值:约300人次；年度指标值：约100人。"
    second = "2、2-效益指标；22-社会效益指标；影响；当年度指标值:好。"
    rows, rest = split_composite(f"说明\n{first}\n{second}3、产出指标，没有完")
    assert rows == [
        {"一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "民兵 人数", "实施周期指标值": "约300人次", "年度指标值": "约100人"},
        {"一级指标": "效益指标", "二级指标": "社会效益指标", "三级指标": "影响", "年度指标值": "好"},
    ]  # fmt: skip
    assert rest == ["说明", "3、产出指标，没有完"]
    assert split_composite("没有指标") == ([], ["没有指标"])
    assert split_composite("") == ([], [])


@pytest.mark.parametrize(
    "text", ["1、产出指标；没有这一级；甲", "1、没有这样的一级指标；数量指标；甲；年度指标值：1"]
)
def test_what_is_no_indicator_is_given_back(text: str) -> None:
    rows, rest = split_composite(text)
    assert (rows, "".join(rest)) == ([], text)
