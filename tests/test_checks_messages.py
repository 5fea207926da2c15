"""What is said of mistakes that used to mislead, and that one cause is told once."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_checks import FORMS, findings, site

from gongkai.checks import check_department
from gongkai.problems import Problem
from gongkai.reading.load import Loader

YEAR = "年度: 2026\n发布日期: 2026-02-05\n"
RECORD = """\
项目名称: 民兵事业费
项目类型: 其他运转类（综合类）
项目等级: 二级项目
主管部门: 市直机关工委
用款单位: 市直机关工委
实施周期:
  起始年度: 2026
  到期年度: 2028
年度资金:
  总额: 8万元
总体绩效目标:
  年度目标: 2026年组织民兵训练2次。
绩效指标:
  - 一级指标: 产出指标
    二级指标: 数量指标
    三级指标: 民兵训练次数
    年度指标值: 2次
"""


def told(folder: Path, old: str, new: str) -> list[Problem]:
    """What reading and the rules say of a site with one mistake, but for what other tests look at."""
    assert old in YEAR + RECORD
    site(folder, {"2026/disclosure.yaml": YEAR.replace(old, new), "2026/a.yaml": RECORD.replace(old, new)})
    loader = Loader(folder, FORMS)
    loaded = loader.department(*next((one, loader.department_folders(one)[0]) for one in loader.localities()))
    return [*loader.problems, *(check_department(loaded) if loaded else ())]


@pytest.mark.parametrize(
    ("old", "new", "rules", "message", "hint"),
    [
        ("年度: 2026\n发布", "发布", ["load.year-folder"], "没有写“年度”，文件夹却叫“2026”", "请补上一行“年度: 2026”"),
        ("发布日期: 2026-02-05", "发布日期: 46058", ["record.date"], "它是 2026-02-05", "请写 2026-02-05"),
        ("发布日期: 2026-02-05", "发布日期: 2026年2月5日", ["record.date"], "它是 2026-02-05", "年-月-日"),
        ("发布日期: 2026-02-05", "发布日期: 2062-02-05", ["timeliness.after"], "晚了好几年", "年份多半写错了"),
        ("8万元", "0.0936万元万元", ["record.amount"], "像是 0.0936万元", "写成 0.0936万元"),
        ("8万元", "4.8E+05", ["record.amount"], "像是 480,000元", "写成 480,000元"),
        (RECORD.partition("绩效指标:")[2], " 见附件\n", ["record.list"], "这里却是“见附件”", "读者在表上看不到别处的内容"),
        ("  年度目标", "年度目标", ["record.unknown-key"], "“年度目标”没有缩进", "前面空两格"),
        ("2次。", "2次（每次5天。", ["wording.unbalanced"], "【（】没有配对", "请补上另一半"),
    ],
    ids=["no-year", "serial", "words", "2062", "twice", "scientific", "attachment", "indent", "unbalanced"],
)  # fmt: skip
def test_a_mistake_is_told_once_with_what_to_do(
    old: str, new: str, rules: list[str], message: str, hint: str, tmp_path: Path
) -> None:
    found = [one for one in told(tmp_path, old, new) if one.rule != "load.unchecked"]
    assert [one.rule for one in found] == rules
    assert message in found[0].message
    assert hint in found[0].hint


def test_a_mistake_that_a_file_repeats_is_one_finding_with_its_places(tmp_path: Path) -> None:
    row = "  - 一级指标: 效益指标\n    二级指标: 社会效益\n    三级指标: 第{}项\n    年度指标值: 有所提高\n"
    record = RECORD + "".join(map(row.format, "甲乙丙"))
    (one,) = findings(site(tmp_path, {"2026/a.yaml": record}))
    assert (one.rule, one.message.endswith("；同样的还有 2 处")) == ("measurability.vague", True)
    assert {place.line for place in one.related} >= {25, 29}


@pytest.mark.parametrize(
    ("old", "new", "cause", "follower"),
    [
        ("到期年度: 2028", "到期年度: 2025", "years.order", "years.outside"),
        ("数量指标\n    三级指标: 民兵训练次数\n    年度指标值: 2次", "质量指标\n    三级指标: 民兵参训率\n    年度指标值: 有所提高", "measurability.vague", "indicators.count"),
        ("一级指标: 产出指标", "一级指标: (50分)", "evaluation.template", "indicators.system"),
        ("绩效指标:", "自评:\n  全年预算数: {总额: 9万元, 财政拨款: 9万元}\n  执行数: {总额: 9万元, 财政拨款: 8万元}\n绩效指标:", "amounts.sources", "evaluation.rate"),
    ],
    ids=["order", "vague", "level", "sum"],
)  # fmt: skip
def test_what_follows_from_another_mistake_is_not_told(
    old: str, new: str, cause: str, follower: str, tmp_path: Path
) -> None:
    rules = [one.rule for one in told(tmp_path, old, new)]
    assert cause in rules
    assert follower not in rules
