"""Rules of measurability: values nobody can hold anyone to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, Row
from gongkai.checks.indicators import COUNT_NAME, repeat, targets
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity

_DEGREE = r"(?:有效|有所|明显|显著|较大|较好|进一步|不断|持续|逐步|大幅|稳步|切实|基本)"
_CHANGE = r"(?:提高|提升|改善|增强|加强|保障|促进|降低|减少|优化|完善|推进|推动|发展|增加|满意|实现)"
_VAGUE = re.compile(
    rf"(?:{_DEGREE}{_CHANGE}|较少|较多|较高|较低|较好|较大|很好|良好|优秀|明显|显著|满意|比较满意|基本满意|效果(?:明显|显著|良好|较好)"
    r"|按?时间节点推进(?:各项)?工作|按时间节点推进|按计划(?:推进|进行|完成)|适当|合理|正常|一般|不断提高|好|有效|大幅度?)[。；]?"
)
_LEAST_HIGH, _LEAST_ROWS = 90, 3
_PARTS = re.compile(r"(?:^|[；;。\n])\s*(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]|[①-⑩])")


@rule("measurability.vague", Severity.NOTICE, "指标值要能判断是否达到")
def vague(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """整个指标值只是“有所提高”“良好”“明显”“满意”“按时间节点推进各项工作”一类的话，年末无法判断是否达到。

    错：`三级指标: 民兵满意度`、`年度指标值: 满意`
    对：`年度指标值: ≥90%`
    """
    for case in department.records:
        for row in case.rows:
            for key, target in targets(row):
                if (
                    target.number is None
                    and _VAGUE.fullmatch(target.text)
                    and not COUNT_NAME.search(row.name)
                ):
                    message = f"“{row.short}”的值是“{target}”，无法判断是否达到"
                    hint = "请写数值或可以核对的标准，例如 ≥90%。"
                    yield self.at(case, (*row.path, key), message, hint, repeat(case, row, key))


@rule("measurability.restated", Severity.NOTICE, "指标值不要重复指标名称")
def restated(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """指标值只是把三级指标的名称再说一遍，没有写要达到的程度。

    错：`三级指标: 解决人手不足问题`、`年度指标值: 解决人手不足问题，效益良好`
    对：`三级指标: 缺编岗位补充率`、`年度指标值: 100%`
    """
    for case in department.records:
        for row in case.rows:
            for key, target in targets(row):
                if target.number is None and len(row.name) >= 4 and _restates(row, target.text):
                    message = f"指标值“{target}”只是重复了指标名称“{row.short}”"
                    related = (case.place((*row.path, "三级指标")), *repeat(case, row, key))
                    yield self.at(case, (*row.path, key), message, "请写明要达到的程度。", related)


def _restates(row: Row, text: str) -> bool:
    if not text.startswith(row.name):
        return False
    rest = text[len(row.name) :].strip("，,。；;、 ")
    return not re.search(r"\d", rest) and len(rest) <= 6


@rule("measurability.all-high", Severity.NOTICE, "指标值不要全是百分之九十以上")
def all_high(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一个项目的指标值全是 90% 以上的比率，没有一个数量，看不出做了多少事。

    错：四个指标的值是 100%、100%、95%以上、95%以上
    对：加上数量，例如 `三级指标: 保障编外人员`、`年度指标值: 12人`
    """
    for case, _ in department.projects():
        values = [row.indicator.annual_target for row in case.rows if row.path[-2] == "绩效指标"]
        stated = [value for value in values if value is not None]
        if len(stated) < _LEAST_ROWS or len(stated) != len(values):
            continue
        if all(
            value.unit == "%" and value.number is not None and value.number >= _LEAST_HIGH for value in stated
        ):
            shown = "、".join(str(value) for value in stated[:4])
            message = f"{len(stated)} 个指标的值全是 {_LEAST_HIGH}% 以上的比率（{shown}{'…' if len(stated) > 4 else ''}）"
            yield self.at(case, ("绩效指标",), message, "请加上数量指标。")


@rule("measurability.composite", Severity.NOTICE, "一个指标只写一件事")
def composite(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一个三级指标里编号写了几件事，一个指标值无法分别判断。

    错：`三级指标: 1.素质提升；2.支部规范化；3.经费保障`、`年度指标值: 明显`
    对：分成三个指标，各写指标值
    """
    for case in department.records:
        for row in case.rows:
            parts = _PARTS.findall(row.name) if len(row.name) > 8 else ()
            if len(parts) >= 2:
                message = f"一个三级指标里写了 {len(parts)} 件事，只有一个指标值“{row.indicator.annual_target or ''}”"
                yield self.at(case, (*row.path, "三级指标"), message, "请分成几个指标。")


RULES = (vague, restated, all_high, composite)
