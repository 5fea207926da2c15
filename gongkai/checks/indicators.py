"""Rules of indicators: level names against the form's system, units, signs, weights, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.declaration import IndicatorSystem
from gongkai.reading.records import Indicator

RATE_NAME = re.compile(r"(?:率|满意度|满意程度|占比|比例|比重)(?:[（(][^（()）]*[)）])?$")
COUNT_NAME = re.compile(
    r"(?:数|数量|次数|人数|个数|场次|班次|期数|篇数|件数|份数|面积|里程)(?:[（(][^（()）]*[)）])?$"
)
_AT_MOST_100 = re.compile(
    r"(?:完成|合格|达标|覆盖|参训|参与|参赛|出勤|及时|准确|合规|到位|满意|知晓|受理|反馈|处理|上线|巡查|支付|验收|优良|就业)(?:率|度)$"
)
_MORE_THAN_PLANNED = Decimal(200)
"""A plan may be exceeded: 完成率 ≥102% is meant."""
_SIGNS = {
    "大于等于": "≥",
    "小于等于": "≤",
    ">=": "≥",
    "<=": "≤",
    "大于": ">",
    "小于": "<",
    "等于": "=",
    "＝": "=",
}
_WHOLE_WEIGHTS = (Decimal(80), Decimal(90), Decimal(100))


@rule("indicators.system", Severity.WARNING, "一级、二级指标要与表式的指标体系一致", folds=True)
def system(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """每张表式有自己的指标体系；二级指标要放在它所属的一级指标下面。

    错：`一级指标: 效益指标`、`二级指标: 服务对象满意度`（服务对象满意度属于满意度指标）。
    对：`一级指标: 满意度指标`、`二级指标: 服务对象满意度`
    """
    for case in department.records:
        known = case.form.declared.indicators if case.form else None
        if known is None or not known.levels:
            continue
        for row in case.rows:
            found = _against(known, row.indicator)
            if found:
                key, message, hint = found
                yield self.at(case, (*row.path, key), message, hint)


def _against(known: IndicatorSystem, indicator: Indicator) -> tuple[str, str, str] | None:
    level1 = next((level for level in known.levels if level.name == indicator.level1), None)
    if level1 is None:
        if not indicator.level1:
            return None
        names = "、".join(level.name for level in known.levels)
        message = f"一级指标“{indicator.level1}”不在本表式的指标体系里"
        return "一级指标", message, f"本表式的一级指标：{names}。"
    if indicator.level2 is None or any(level.name == indicator.level2 for level in level1.level2):
        return None
    for one in known.levels:
        if any(level.name == indicator.level2 for level in one.level2):
            message = f"二级指标“{indicator.level2}”属于“{one.name}”，这里却在“{indicator.level1}”下面"
            return "二级指标", message, f"请把一级指标改为“{one.name}”；原文如此的，可以认可这一条。"
    if not level1.level2:
        return None
    names = "、".join(level.name for level in level1.level2)
    return "二级指标", f"“{indicator.level1}”下面没有二级指标“{indicator.level2}”", f"可以写：{names}。"


@rule("indicators.unit", Severity.WARNING, "指标值要有单位，比率要有百分号", folds=True)
def unit(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """比率（……率、满意度）的值要写 %，数量的值要写单位；单位写在“度量单位”里的也可以。零可以不写单位。

    错：`三级指标: 培训满意度`、`年度指标值: 90或以上`
    对：`年度指标值: 90%或以上`
    """
    for case, row in department.rows():
        if row.indicator.unit or row.indicator.own:
            continue
        for key, target in row.targets:
            if target.number is None or target.unit is not None or not target.number:
                continue
            if RATE_NAME.search(row.name):
                message, hint = f"“{row.short}”的值是“{target}”，没有百分号", "请写成百分数，例如 90%。"
            elif re.search(
                r"[（(][^（()）]*[)）]$|指数|系数|倍数|倍率|得分|分数|评分|名次|排名|等级|基尼|pH|PH|密度$|次/|之比",
                row.name,
            ):
                continue
            else:
                message, hint = f"“{row.short}”的值是“{target}”，没有单位", "请写上单位，例如 1次、36人。"
            yield self.at_value(case, row, key, message, hint)


@rule("indicators.rate-as-quantity", Severity.NOTICE, "数量指标下面不放比率", folds=True)
def rate_as_quantity(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """数量指标写做多少（次、人、个）；完成率、覆盖率一类的比率放在质量指标或时效指标下面。

    错：`二级指标: 数量指标`、`三级指标: 活动方案制定率`、`年度指标值: 90%`
    对：`二级指标: 数量指标`、`三级指标: 制定活动方案`、`年度指标值: 2个`
    """
    for case, row in department.rows():
        one = row.indicator
        target = one.annual_target or one.period_target
        if one.level2 and one.level2.startswith("数量") and target and target.unit in ("%", "%%"):
            message = f"数量指标“{row.short}”的值是百分数“{target}”"
            related = (case.place((*row.path, "年度指标值")),)
            hint = "请写绝对数；要考核比率的，放到质量指标或时效指标下面。"
            yield self.at(case, (*row.path, "二级指标"), message, hint, related)


@rule("indicators.over-100", Severity.WARNING, "完成率、满意度不能超过百分之百")
def over_100(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """合格率、覆盖率、满意度等比率最高是 100%。增长率、执行率不查。

    错：`三级指标: 党员参训率`、`年度指标值: ≥950%`
    对：`年度指标值: ≥95%`
    """
    for case, row, key, target in department.values():
        unit_ = target.unit or row.indicator.unit
        if target.number is None or target.number <= 100 or unit_ != "%":
            continue
        if _AT_MOST_100.search(row.name) and not (
            row.name.endswith("完成率") and target.number < _MORE_THAN_PLANNED
        ):
            message = f"“{row.short}”的值是“{target}”，超过了 100%"
            yield self.at_value(case, row, key, message, "请核对小数点。")


@rule("indicators.sign", Severity.WARNING, "指标性质要与指标值的符号一致")
def sign(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """单列的指标性质（≥、≤、=）与指标值里写的符号不能矛盾；性质是“定性”的，指标值不能是数。

    错：`指标性质: ≥`、`年度指标值: ≤95%`
    对：`指标性质: ≥`、`年度指标值: 95%`
    """
    for case, row in department.rows():
        nature = row.indicator.nature
        if nature is None:
            continue
        wanted = _SIGNS.get(nature, nature)
        for key, target in row.targets:
            clash = target.comparator is not None and wanted in "≥≤=><" and target.comparator != wanted
            if clash or (nature == "定性" and target.number is not None):
                message = f"“{row.short}”的指标性质是“{nature}”，指标值却是“{target}”"
                related = (case.place((*row.path, "指标性质")),)
                yield self.at(case, (*row.path, key), message, "请改正其中一处。", related)


@rule("indicators.weight", Severity.WARNING, "权重合计要与表式写明的相符")
def weight(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """各指标的权重合计为 100；预算执行率另占 10 分的表式合计为 90，另占 20 分的为 80；栏目名称里写明分数的（分值权重（90）、
    产出指标（50分）），就是那个数。没有写全权重的不查。

    错：三个指标的权重是 40、30、10
    对：三个指标的权重是 50、30、20
    """
    for case in department.records:
        rows = [row for row in case.rows if row.of_year]
        if not rows or any(row.indicator.weight is None for row in rows):
            continue
        label = case.form.declared.fields.get("indicators.weight") if case.form else None
        stated = _points(label)
        yield from _weighed(self, case, "", rows, (stated,) if stated else _WHOLE_WEIGHTS)
        for name in dict.fromkeys(row.indicator.level1 for row in rows):
            points = _points(name)
            below = [row for row in rows if row.indicator.level1 == name]
            yield from _weighed(self, case, f"“{name}”下", below, (points,) if points else ())


def _points(label: str | None) -> Decimal | None:
    """The points that a printed label states: ``分值权重（90）``, ``产出指标(50分)``."""
    match = re.search(r"[（(](\d{1,3})分?[)）]$", label or "")
    return Decimal(match[1]) if match else None


def _weighed(
    self: Rule, case: RecordCase, where: str, rows: list[Row], right: tuple[Decimal, ...]
) -> Iterator[Problem]:
    added = sum((row.indicator.weight or Decimal(0) for row in rows), Decimal(0))
    if right and added not in right:
        message = f"{where}{len(rows)} 个指标的权重合计是 {added:f}"
        wanted = f"{right[0]:f}" if len(right) == 1 else "100 或 90"
        related = tuple(case.place((*row.path, "权重")) for row in rows)
        hint = f"请核对权重，合计应当是 {wanted}。"
        yield self.at(case, (*case.base, "绩效指标"), message, hint, related)


@rule("indicators.repeated", Severity.WARNING, "同一个指标不能写两次")
def repeated(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一级、二级、三级指标都相同的，是重复的指标。

    错：两行都是 `产出指标`、`数量指标`、`三级指标: 培训次数`
    对：删去一行，或写明不同的内容
    """
    for case in department.records:
        seen: dict[tuple[str, str | None, str | None, str], Row] = {}
        for row in case.rows:
            if not row.name or row.indicator.own:
                continue
            one = row.indicator
            first = seen.setdefault((str(row.path[-2]), one.level1, one.level2, row.name), row)
            if first is not row:
                number = int(first.path[-1]) + 1
                message = f"指标“{row.short}”与第 {number} 个指标重复"
                related = (case.place((*first.path, "三级指标")),)
                yield self.at(
                    case, (*row.path, "三级指标"), message, "请删去一个，或写明不同的内容。", related
                )


@rule("indicators.count", Severity.WARNING, "数量要写数", folds=True)
def count(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """三级指标是次数、人数、数量的，指标值里要有数。

    错：`三级指标: 网络安全事件数量`、`年度指标值: 较少`
    对：`年度指标值: ≤2次`
    """
    for case, row in department.rows():
        if not COUNT_NAME.search(row.name):
            continue
        for key, target in row.targets:
            if target.number is None and not re.search(
                r"[\d〇一二两三四五六七八九十百千半]|按|完成|定性", target.text
            ):
                message = f"“{row.short}”是数量，值却是“{target}”"
                yield self.at_value(case, row, key, message, "请写数和单位。")


RULES = (system, unit, rate_as_quantity, over_100, sign, weight, repeated, count)
