"""Rules of an indicator's name against its value: direction, numbers in the name, per cents of what is no rate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.records import Project
from gongkai.targets import Target, parse_target

_LESS = re.compile(
    r"(?:响应|处理|处置|办结|办理|修复|恢复|等待|到达|审批|反馈|维修|抢修|支付)(?:的)?(?:时间|时长|时限|周期)$|(?:故障|事故|投诉|差错|错误|失误|泄露|泄漏|违规|违纪"
    r"|延误|逾期|死亡|发病|返工|偏差|流失|空置|缺勤|超支|中断|宕机|案件|上访|信访|信访积案)(?:事件)?(?:发生)?(?:率|数|数量|次数|起数|件数|时间|时长|金额)$"
)
_NOT_LESS = re.compile(
    "处理|办结|整改|查处|解决|结案|侦破|破案|化解|受理|回复|下降|减少|降低|排查|演练|报告|审理|办理率|反馈率|评查"
)
_MORE = re.compile(
    r"(?<![不未非无])(?:满意度|满意率|满意程度|(?:完成|合格|达标|覆盖|参训|参与|参赛|出勤|及时|准确|合规|到位|知晓|受理|办结|验收|优良|就业|整改|入学|巩固)率)$"
)
_RATE = re.compile(
    r"率|感$|通过|度(?!假|汛)|占比|比例|比重|比(?:上年)?|覆盖|百分|程度|情况|性$|[（(]%[）)]|增长|增幅|下降|降幅|提高|提升|完成|达标|合格|进度|指数|系数|满意|到位|足额|及时|是否|评价|损失|损耗"
)
_TAIL = re.compile(
    r"(?P<value>(?:[≥≤=＝]\s*)?\d[\d,，]*(?:\.\d+)?\s*(?:%|％|万元|元|人次|人|名|次|场次|场|期|个|项|篇|份|台|套|户|件|公里|亩|家|天|小时|平方米))(?:以上|以下)?$"
)
_CONSTRUCTION = re.compile(r"[年度月第]\d|\d[年月日]|[“”《》]")
_HUNDRED = Decimal(100)
_LEAST_ROWS = 3


def _annual(case: RecordCase) -> list[Row]:
    return [row for row in case.rows if row.of_year]


@rule("names.direction", Severity.WARNING, "≥、≤ 要与指标名称的意思一致", folds=True)
def direction(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """越小越好的（响应时间、故障次数、成本）用 ≤，越大越好的（完成率、满意度）用 ≥；单列的指标方向性（正向、反向）也要相符。

    错：`三级指标: 故障响应时间`、`年度指标值: ≥2小时`
    对：`年度指标值: ≤2小时`
    """
    for case, row, key, target in department.values():
        wanted, why = _wanted(row)
        sign = target.comparator or {"大于等于": "≥", "小于等于": "≤"}.get(
            row.indicator.nature or "", row.indicator.nature
        )
        if wanted and sign in ("≥", ">", "≤", "<") and (sign in "≥>") != (wanted == "≥") and target.number:
            message = f"“{row.short}”{why}，值却是“{target}”" + (
                "" if target.comparator else f"，性质是“{sign}”"
            )
            hint = f"请核对方向：一般写成“{wanted}”。"
            yield self.at_value(case, row, key, message, hint)


def _wanted(row: Row) -> tuple[str, str]:
    """The comparator a name asks for, and why; "" where the name says neither."""
    stated = row.indicator.direction or ""
    if stated.startswith(("正", "反", "负", "逆")):
        return ("≥" if stated.startswith("正") else "≤"), f"的方向性是“{stated}”"
    name = re.sub(r"[（(][^（()）]*[)）]$", "", row.name)
    if _LESS.search(name) and not _NOT_LESS.search(name):
        return "≤", "越小越好"
    if _MORE.search(name) and not _LESS.search(name):
        return "≥", "越大越好"
    one = row.indicator
    if (
        "成本" in f"{one.level1}{one.level2}"
        and re.search(r"成本|费用|支出|总额|控制数|预算|标准|单价|金额", name)
        and "率" not in name
        and "节约" not in name
    ):
        return "≤", "是成本，越小越好"
    return "", ""


@rule("names.bare-rate", Severity.NOTICE, "名称不是比率的，值不要只写百分数", folds=True)
def bare_rate(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """名称说的是一件事（促进村集体经济发展），值却是 95%，看不出是什么的百分之九十五。

    错：`三级指标: 促进村集体经济发展`、`年度指标值: ≥95%`
    对：`三级指标: 村集体经济收入增长率`、`年度指标值: ≥5%`
    """
    for case, row in department.rows():
        target = row.indicator.annual_target or row.indicator.period_target
        quantity = (row.indicator.level2 or "").startswith("数量")
        percent = (
            target is not None and target.number is not None and _unit(row, target) in ("%", "％", "百分比")
        )
        if percent and row.name and not quantity and not _RATE.search(row.name):
            message = f"“{row.short}”不是比率，值却是“{target}”，看不出是什么的百分数"
            yield self.at(case, (*row.path, "三级指标"), message, "请把名称写成“……率”，或写绝对数。")


def _unit(row: Row, target: Target) -> str | None:
    return target.unit or row.indicator.unit


@rule("names.number", Severity.NOTICE, "数写在指标值里，不写在名称里", folds=True)
def number(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """三级指标是名称；名称末尾的数是指标值。

    错：`三级指标: 村组干部230人`、`年度指标值: ≥230人`
    对：`三级指标: 村组干部人数`、`年度指标值: 230人`
    """
    for case in department.records:
        for row, written, clash in _numbers_in_names(case):
            if not clash:
                message = f"指标名称“{row.short}”末尾带着数“{written}”"
                yield self.at(
                    case, (*row.path, "三级指标"), message, "请把数写在指标值里，名称里只写是什么。"
                )


@rule("names.clash", Severity.WARNING, "名称里的数要与指标值相同")
def clash(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """名称末尾的数与指标值单位相同而数不同，两个里有一个写错。

    错：`三级指标: 聘用人员15人`、`年度指标值: 12人`
    对：`三级指标: 聘用人员`、`年度指标值: 15人`
    """
    for case in department.records:
        for row, written, other in _numbers_in_names(case):
            if other:
                related = (case.place((*row.path, "年度指标值")),)
                message = f"指标名称“{row.short}”写的是“{written}”，指标值却是“{row.indicator.annual_target}”"
                yield self.at(case, (*row.path, "三级指标"), message, "请核对两处的数。", related)


def _numbers_in_names(case: RecordCase) -> Iterator[tuple[Row, str, bool]]:
    """Rows whose name ends in a number, the number as written, and whether the value states another one."""
    for row in case.rows:
        match = _TAIL.search(row.name)
        target = row.indicator.annual_target or row.indicator.period_target
        if match is None or match.start() < 2 or target is None or _CONSTRUCTION.search(row.name):
            continue
        named = parse_target(match["value"])
        same_unit = (named.unit or "").rstrip("次名") == (_unit(row, target) or "").rstrip("次名")
        differs = target.number is not None and same_unit and named.number != target.number
        yield row, match["value"], differs and bool(named.number)


@rule("names.at-least-100", Severity.NOTICE, "≥100% 和 100% 是一回事", folds=True)
def at_least_100(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """完成率、合格率最高就是 100%，写 ≥100% 没有意义；> 100% 则做不到。

    错：`三级指标: 项目完成及时率`、`年度指标值: ≥100%`
    对：`年度指标值: 100%`
    """
    for case, row, key, target in department.values():
        sign = target.comparator or row.indicator.nature
        if (
            target.number == _HUNDRED
            and _unit(row, target) == "%"
            and sign in ("≥", ">")
            and _MORE.search(row.name)
        ):
            message = f"“{row.short}”的值是“{target}”，不会超过 100%"
            yield self.at_value(case, row, key, message, "请写 100%，或实际可以考核的目标。")


@rule("names.one-level", Severity.WARNING, "不能只有产出指标")
def one_level(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """只有产出（或项目完成）指标，没有效益和满意度指标的，看不出花钱的结果。表式里没有这些一级指标的不查。

    错：四个指标都是 `一级指标: 产出指标`
    对：另有 `一级指标: 效益指标`、`一级指标: 满意度指标`
    """
    for case, _ in department.projects():
        known = {level.name for level in case.form.declared.indicators.levels} if case.form else set()
        rows = _annual(case)
        found = {row.indicator.level1 for row in rows}
        if len(rows) >= _LEAST_ROWS and len(found) == 1 and None not in found and len(known) > 1:
            lacking = "、".join(sorted(known - found))
            message = f"{len(rows)} 个指标都是“{rows[0].indicator.level1}”，没有{lacking}"
            yield self.at(case, ("绩效指标",), message, "请补上效益和满意度指标。")


@rule("names.levels", Severity.WARNING, "指标要写明一级、二级指标", folds=True)
def levels(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """有名称和值的指标，不知道属于哪一类，表上就印不到该在的一行。表式里没有这一级的不查。

    错：`三级指标: 培训次数`、`年度指标值: 4次`，没有一级、二级指标
    对：`一级指标: 产出指标`、`二级指标: 数量指标`、`三级指标: 培训次数`
    """
    for case in department.records:
        declared = case.form.declared if case.form else None
        if declared is None:
            continue
        for row in case.rows:
            below = next(
                (one for one in declared.indicators.levels if one.name == row.indicator.level1), None
            )
            lacks = [
                label
                for name, label in (("level1", "一级指标"), ("level2", "二级指标"))
                if not getattr(row.indicator, name)
                and f"indicators.{name}" in declared.fields
                and f"indicators.{name}" not in declared.required
                and (name == "level1" or below is None or below.level2)
            ]
            if lacks and row.name:
                message = f"“{row.short}”没有写{'、'.join(lacks)}"
                yield self.at(case, (*row.path, "三级指标"), message, f"请补上{'、'.join(lacks)}。")


@rule("names.standard", Severity.NOTICE, "绩效标准不要只是再写一遍指标值")
def standard(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """绩效标准是判断的依据（行业标准、上年实际、计划数）；每一行都与指标值一字不差的，等于没有写。

    错：每个指标的 `绩效标准` 都和 `年度指标值` 相同
    对：`绩效标准: 上年实际 92%`
    """
    for case in department.records:
        rows = [row for row in case.rows if row.indicator.standard and row.indicator.annual_target]
        if len(rows) >= _LEAST_ROWS and all(
            row.indicator.standard == str(row.indicator.annual_target) for row in rows
        ):
            path = (*rows[0].path, "绩效标准")
            message = f"{len(rows)} 个指标的绩效标准都与指标值一字不差"
            yield self.at(case, path, message, "请写明标准的来源，例如行业标准、上年实际。")


@rule("names.same-value", Severity.NOTICE, "多年项目的数量，年度不会总和实施周期一样")
def same_value(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """跨几年的项目，累计的数量（次、场、期、个、份）实施周期与年度相同，多半是把年度值抄到了实施周期一栏。人员等存量、每年的标准不查。

    错：2022—2024年的项目，`实施周期指标值: 5个`、`年度指标值: 5个`
    对：`实施周期指标值: 15个`、`年度指标值: 5个`
    """
    for case, project in department.projects():
        start, end = project.period.start, project.period.end
        if not _several_years(project) or start is None or end is None:
            continue
        rows = [row for row in case.rows if _equal_count(row)]
        if rows:
            first = rows[0]
            names = "、".join(f"“{row.short}”{row.indicator.annual_target}" for row in rows)
            message = f"实施周期是 {start} 到 {end} 年，而 {names} 的实施周期值与年度值相同"
            related = tuple(case.place((*row.path, "年度指标值")) for row in rows)
            path = (*first.path, "实施周期指标值")
            yield self.at(case, path, message, "请核对；实施周期的值一般是各年之和。", related)


def _several_years(project: Project) -> bool:
    start, end = project.period.start, project.period.end
    return start is not None and end is not None and start < end


def _equal_count(row: Row) -> bool:
    one = row.indicator
    annual, period = one.annual_target, one.period_target
    if annual is None or period is None or annual.text != period.text or not annual.number:
        return False
    stock = re.search(
        r"人员|编外|在职|供养|补贴人数|保有|维护|管理|现有|每|年均|/|标准", f"{row.name}{annual.text}"
    )
    unit = (annual.unit or "").removesuffix("以上")
    return (
        unit in ("次", "场", "场次", "期", "个", "份", "篇", "件", "项", "班次", "个班次", "人次")
        and not stock
        and (one.level2 or "").startswith("数量")
    )


RULES = (direction, bare_rate, number, clash, at_least_100, one_level, levels, standard, same_value)
