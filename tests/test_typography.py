"""What must not be torn over lines stays together; everything else stays as it is."""

import re

import pytest

from gongkai.tables.richtext import keep_together


def kept(html):
    return re.findall(r'<span class="nobreak">(.*?)</span>', keep_together(html))


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("完成党员2次培训", ["2次"]),
        ("《2019—2023年全国党员教育培训工作规划》", ["2019—2023年"]),
        ("2026年至2028年", ["2026年至2028年"]),
        ("资金 15.67 万元，比上年增加3万元", ["15.67 万元", "3万元"]),
        ("满意度≥ 95%", ["≥ 95%"]),
        ("=95 %", ["=95 %"]),
        ("&gt; 95%", ["&gt; 95%"]),
        ("＞95%", ["＞95%"]),
        ("1000元/人/月", ["1000元/人/月"]),
        ("约300人次", ["300人次"]),
        ("36个月", ["36个月"]),
        ("上午10:30至12:00", ["10:30至12:00"]),
    ],
)
def test_runs_that_stay_together(text, runs):
    assert kept(text) == runs


@pytest.mark.parametrize("text", ["100%", "≥95%", "703,644.00", "没有数字", "长期", "第一批"])
def test_what_no_line_break_can_tear_is_left_alone(text):
    assert keep_together(text) == text


def test_tags_and_attributes_are_left_alone():
    html = '<td data-field="indicators.0.annual_target" colspan="2 3">2次</td>'
    marked = keep_together(html)
    assert marked == html.replace(">2次<", '><span class="nobreak">2次</span><')
    assert re.sub(r"</?span[^>]*>", "", marked) == html


def test_a_run_longer_than_a_column_may_break():
    assert kept("1234567890123456789元") == []


@pytest.mark.parametrize(
    ("label", "runs"),
    [
        ("总体绩效目标", ["目标"]),
        ("满意度指标", ["满意度", "指标"]),
        ("服务对象满意度", ["服务", "对象", "满意度"]),
        ("预算金额(万元)", ["金额", "(万元)"]),
        ("中期资金总额：", ["总额："]),
        ("指标值", []),
    ],
)
def test_the_last_character_of_a_label_never_stands_alone(label, runs):
    for cell in (f'<th scope="row">{label}</th>', f'<td data-field="indicators.0.level2">{label}</td>'):
        marked = keep_together(cell)
        assert re.findall(r'<span class="nobreak">(.*?)</span>', marked) == runs
        assert re.sub(r"</?span[^>]*>", "", marked) == cell
    assert kept(f'<th class="vertical"><span>{label}</span></th>') == []
    assert kept(f'<td data-field="objective.annual">{label}</td>') == []
