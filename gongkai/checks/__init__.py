"""The rules, one file per family; RULES lists them all in the handbook's order."""

from gongkai.checks import (
    agreement,
    amounts,
    completeness,
    correction,
    cost,
    dates,
    department,
    evaluation,
    figures,
    history,
    indicators,
    measurability,
    names,
    narrative,
    period,
    personal,
    residue,
    signoff,
    timeliness,
    withheld,
    wording,
    years,
)
from gongkai.checks.rule import Rule

FAMILIES: dict[str, tuple[Rule, ...]] = {
    "是否齐全": completeness.RULES,
    "个人信息": personal.RULES,
    "不公开的项目": withheld.RULES,
    "金额": amounts.RULES,
    "部门整体": department.RULES,
    "成本与预算": cost.RULES,
    "彼此一致": agreement.RULES,
    "指标": indicators.RULES,
    "指标名称与指标值": names.RULES,
    "实施周期与年度": period.RULES,
    "年份": years.RULES,
    "日期": dates.RULES,
    "目标与指标": (*narrative.RULES, *figures.RULES),
    "能否考核": measurability.RULES,
    "自评": evaluation.RULES,
    "模板残留": residue.RULES,
    "文字与标点": wording.RULES,
    "是否按时": timeliness.RULES,
    "更正": correction.RULES,
    "签发": signoff.RULES,
    "与上年比较": history.RULES,
}
"""Families of rules by their heading in the handbook."""

RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES.values() for rule in family)
