"""Field changes in a record's text: everything else stays as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.reading.edit_yaml import rewritten
from gongkai.reading.nodes import Data
from gongkai.reading.source import parse_yaml
from gongkai.reading.write_yaml import write_data

TEXT = """# 抬头
# 第二行

项目名称: '民兵事业费'   # 局里的叫法
年度资金:
  # 批复数
  总额: "12.50万元"   # 见批复
  财政拨款: 12.50万元

总体绩效目标:
  年度目标: |
    第一段。

    第二段。

# 指标由业务科提供
绩效指标:
    - 一级指标: 产出指标
      三级指标: 甲   # 旧称
      年度指标值: ≥1次
    # 乙是新的
    - 三级指标: 乙
      年度指标值:
    - 三级指标: 丙
      年度指标值: 100%
"""


DELETE = object()


def edited(text: str, path: tuple[str | int, ...], value: Any) -> str:
    """The text with one field changed; a row after the last is added."""
    document, _ = parse_yaml(text.encode(), "")
    assert document
    holder = data = deepcopy(document.fields)
    for part in path[:-1]:
        holder = holder[part]  # type: ignore[index, assignment]
    if value is DELETE:
        del holder[path[-1]]  # type: ignore[arg-type]
    elif isinstance(holder, list):
        holder[path[-1] :] = [value, *holder[path[-1] + 1 :]]
    else:
        holder[path[-1]] = value  # type: ignore[index]
    return rewritten(text, data)


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        (("项目名称",), "民兵费", "'民兵事业费'", "'民兵费'"),
        (("年度资金", "总额"), "13万元", '"12.50万元"', '"13万元"'),
        (("绩效指标", 0, "年度指标值"), "≥2次", "≥1次", "≥2次"),
        (
            ("绩效指标", 1, "年度指标值"),
            "2",
            "年度指标值:\n    - 三级指标: 丙",
            "年度指标值: 2\n    - 三级指标: 丙",
        ),
        (("绩效指标", 0, "权重"), "20", "≥1次\n", "≥1次\n      权重: 20\n"),
        (("年度资金", "财政拨款"), DELETE, "  财政拨款: 12.50万元\n", ""),
        (("绩效指标", 1), DELETE, "    # 乙是新的\n    - 三级指标: 乙\n      年度指标值:\n", ""),
        (("绩效指标", 0, "一级指标"), DELETE, "- 一级指标: 产出指标\n      三级", "- 三级"),
        (("绩效指标", 3), {"三级指标": "丁"}, "100%\n", "100%\n    - 三级指标: 丁\n"),
        (("总体绩效目标", "年度目标"), "一\n二", "第一段。\n\n    第二段。\n", "一\n    二\n"),
        (("用款单位",), "甲局", "100%\n", "100%\n用款单位: 甲局\n"),
        (("绩效指标",), DELETE, TEXT[TEXT.index("# 指标由") :], ""),
    ],
)
def test_one_change(path: tuple[str | int, ...], value: Data, before: str, after: str) -> None:
    assert edited(TEXT, path, value) == TEXT.replace(before, after)


def test_new_keys_stand_where_the_data_has_them_with_their_comment() -> None:
    document, _ = parse_yaml(TEXT.encode(), "")
    assert document and isinstance(document.data, dict)
    data = {"主管部门": "甲", "项目名称": "民兵事业费", "项目代码": "1", **document.data}
    data = {
        key: data[key] for key in ("主管部门", "项目名称", "项目代码", "年度资金", "总体绩效目标", "绩效指标")
    }
    text = rewritten(TEXT, data, {("项目代码",): "请核对：代码"})
    assert text == TEXT.replace("项目名称", "主管部门: 甲\n项目名称").replace(
        "叫法\n", "叫法\n# 请核对：代码\n项目代码: 1\n"
    )


def test_parts_that_were_not_there() -> None:
    data: dict[str, Data] = {"项目名称": "甲", "年度资金": {"总额": "1元"}, "绩效指标": [{"三级指标": "乙"}]}
    assert rewritten("项目名称: 甲\n", data) == (
        "项目名称: 甲\n年度资金:\n  总额: 1元\n绩效指标:\n  - 三级指标: 乙\n"
    )


_TEXTS = st.text(st.sampled_from("甲乙 :#-\n'\"|,[]{}*&!%1.。，"), max_size=12).map(str.strip)
_ROWS = st.lists(
    st.dictionaries(st.sampled_from(["三级指标", "年度指标值", "权重"]), _TEXTS.filter(bool), min_size=1),
    min_size=1,
    max_size=4,
)
_RECORDS = st.dictionaries(
    st.sampled_from(["项目名称", "年度资金", "绩效指标", "项目代码", "目标"]),
    st.one_of(
        _TEXTS.filter(bool),
        _ROWS,
        st.dictionaries(st.sampled_from(["总额", "拨款"]), _TEXTS.filter(bool), min_size=1),
    ),
    min_size=1,
)


def _stripped(data: Data) -> Data:
    if isinstance(data, dict):
        return {key: _stripped(value) for key, value in data.items()}
    return [_stripped(value) for value in data] if isinstance(data, list) else (data or "").strip()


@settings(max_examples=150, deadline=None)
@given(_RECORDS, _RECORDS)
def test_any_record_becomes_any_other(before: Mapping[str, Data], after: Mapping[str, Data]) -> None:
    document, _ = parse_yaml(rewritten(write_data(before, {}), after).encode(), "")
    assert document and _stripped(document.data) == after


@pytest.mark.parametrize("file", sorted(Path("content").glob("*/*/*/*.yaml"))[:6], ids=lambda file: file.stem)
def test_published_records_stay_as_they_are(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    document, _ = parse_yaml(text.encode(), "")
    assert document and isinstance(document.data, dict)
    assert rewritten(text, document.data) == text
