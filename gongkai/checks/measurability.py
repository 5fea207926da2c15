"""Rules of measurability: values nobody can hold anyone to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, Row
from gongkai.checks.indicators import COUNT_NAME
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity

_DEGREE = (
    "有效|有所|明显|显著|较大|较好|进一步|不断|持续|逐步|大幅度?|稳步|切实|基本|全面|长期|中长期|及时|按时|按期|尽快|第一时间|逐年|迅速|快速|高效|便捷|有序|平稳|适时|良好|优秀|优良|较高|较低|较少|较多"
    "|很好|比较|非常|较强|较|很|一定|充分|优|好|高|低|强|可控|可持续|稳定|正常|合理|适当|一般|健全|规范|顺利|满意|到位|有力|完善|得到|不"
)
_CHANGE = "提高|提升|改善|增强|加强|保障|保证|促进|降低|下降|减少|优化|完善|推进|推动|发展|增加|实现|健全|强化|改进|规范|缓解|扩大|增长|影响|持续|保持|维护|落实"
_NOUN = "社会|经济|生态|环境|群众|质量|服务|效果|程度|水平|成效|作用|情况|状态|运行|工作|各项|能力|完成|开展|进行|按计划|按?(?:照)?时间节点|按进度|达到预期|预期|目标|要求|的|了|和|、|，"
_VAGUE = re.compile(rf"(?:{_DEGREE}|{_CHANGE}|{_NOUN})+[。；]?")
_SAYS_SOMETHING = re.compile(rf"不影响|不低|^达到预期目标$|^(?:{_NOUN})$")
_DIRECTION = re.compile(
    rf"(?:{_DEGREE})*(?:{_CHANGE}|确保|营造|激发|深化|巩固|丰富|引导|助力|带动|解决)[\u4e00-\u9fff“”、，,； 。（）]{{4,}}"
)
_COUNTABLE = re.compile(
    r"[\d〇一二两三四五六七八九十百千万半零]|全部|全覆盖|名录|无|未|不(?:低于|少于|超过)|月底|年底|季度|当年|当日|入围|名次|以上|以内|之前|[年月日]前"
)
_HINTS = (
    (re.compile("满意"), "请写比率，例如 ≥90%。"),
    (
        re.compile("及时|按时|按期|尽快|第一时间|逐年|迅速|快速|高效|便捷|有序|平稳|适时|时间节点|进度"),
        "请写期限或比率，例如“12月20日前完成”“及时率 100%”。",
    ),
    (re.compile("长期|可持续|持续"), "请写年限或可以核对的事，例如“≥5年”“管理制度1项”。"),
)
_LEAST_HIGH, _LEAST_ROWS = 90, 3
_PARTS = re.compile(r"(?:^|[；;。\n])\s*(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]|[①-⑩])")


@rule("measurability.vague", Severity.NOTICE, "指标值要能判断是否达到", folds=True)
def vague(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """指标值只是“有所提高”“增强”“及时”“可控”“长期”“良好”“按时间节点推进各项工作”一类的话，或只写一个方向（推动政府提升办事效率），没有数、
    期限或可以核对的事，年末无法判断是否达到。“是”“合格”“达标”不算。

    错：`三级指标: 民兵满意度`、`年度指标值: 满意`
    对：`年度指标值: ≥90%`
    """
    for case, row, key, target in department.values():
        text = target.text
        if target.number is not None or COUNT_NAME.search(row.name) or not is_vague(text):
            continue
        if row.name and len(row.name) >= 4 and _restates(row, text):
            continue
        message = f"“{row.short}”的值是“{text if len(text) <= 30 else text[:28] + '…'}”，无法判断是否达到"
        hint = next(
            (hint for pattern, hint in _HINTS if pattern.search(text)),
            "请写数值或可以核对的标准，例如 ≥90%。",
        )
        yield self.at_value(case, row, key, message, hint)


def is_vague(text: str) -> bool:
    """Whether a value is words of degree and direction alone, which nobody can hold anyone to."""
    if _VAGUE.fullmatch(text):
        return not _SAYS_SOMETHING.search(text)
    return bool(_DIRECTION.fullmatch(text)) and not _COUNTABLE.search(
        re.sub("进一步|一定|统一|一体化|唯一", "", text)
    )


@rule("measurability.restated", Severity.NOTICE, "指标值不要重复指标名称", folds=True)
def restated(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """指标值只是把三级指标的名称再说一遍，没有写要达到的程度。

    错：`三级指标: 解决人手不足问题`、`年度指标值: 解决人手不足问题，效益良好`
    对：`三级指标: 缺编岗位补充率`、`年度指标值: 100%`
    """
    for case, row, key, target in department.values():
        if target.number is None and len(row.name) >= 4 and _restates(row, target.text):
            message = f"指标值“{target}”只是重复了指标名称“{row.short}”"
            yield self.at_value(case, row, key, message, "请写明要达到的程度。")


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
        values = [row.indicator.annual_target for row in case.rows if row.of_year]
        stated = [value for value in values if value is not None]
        if len(stated) < _LEAST_ROWS or len(stated) != len(values):
            continue
        if all(
            value.unit == "%" and value.number is not None and value.number >= _LEAST_HIGH for value in stated
        ):
            shown = "、".join(str(value) for value in stated[:4])
            message = f"{len(stated)} 个指标的值全是 {_LEAST_HIGH}% 以上的比率（{shown}{'…' if len(stated) > 4 else ''}）"
            yield self.at(case, ("绩效指标",), message, "请加上数量指标。")


@rule("measurability.composite", Severity.NOTICE, "一个指标只写一件事", folds=True)
def composite(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一个三级指标里编号写了几件事，一个指标值无法分别判断。

    错：`三级指标: 1.素质提升；2.支部规范化；3.经费保障`、`年度指标值: 明显`
    对：分成三个指标，各写指标值
    """
    for case, row in department.rows():
        parts = _PARTS.findall(row.name) if len(row.name) > 8 else ()
        if len(parts) >= 2:
            message = (
                f"一个三级指标里写了 {len(parts)} 件事，只有一个指标值“{row.indicator.annual_target or ''}”"
            )
            yield self.at(case, (*row.path, "三级指标"), message, "请分成几个指标。")


RULES = (vague, restated, all_high, composite)
