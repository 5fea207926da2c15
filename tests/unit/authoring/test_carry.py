"""Last year's record as this year's draft."""

from __future__ import annotations

from gongkai.authoring.carry import carry_over
from gongkai.reading.source import parse_yaml


def test_what_was_about_last_years_record_is_left_out() -> None:
    text = (
        "项目名称: 民兵\n撤回说明:\n  日期: 2025-03-02\n  原因: 重复\n项目类型: 其他\n"
        "已认可:\n  - 规则: a.b\n    原因: 原文如此\n"
    )
    document, problems = parse_yaml(text.encode(), "content/a/b/2025/p.yaml")
    assert document is not None and not problems
    assert carry_over(document, 2026) == "项目名称: 民兵\n项目类型: 其他\n"
