"""Rules of indicators: levels and their pairing against the form's indicator system."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.checks.rule import Rule, rule
from gongkai.declaration import IndicatorSystem
from gongkai.forms import Form
from gongkai.load import LoadedDepartment
from gongkai.problems import Problem, Severity
from gongkai.records import Disclosure, Indicator
from gongkai.source import Path_


def all_indicators(
    loaded: LoadedDepartment, disclosure: Disclosure
) -> Iterator[tuple[Form | None, str, Path_, Indicator]]:
    """Every indicator of a disclosure: form, project slug ("" for the department), its YAML path, itself."""
    forms = loaded.forms[disclosure.slug]
    if disclosure.department_target:
        for index, indicator in enumerate(disclosure.department_target.indicators):
            yield forms.department, "", ("部门整体绩效目标", "绩效指标", index), indicator
    for project in disclosure.projects:
        for key, rows in (("绩效指标", project.indicators), ("中期绩效指标", project.period_indicators)):
            for index, indicator in enumerate(rows):
                yield forms.for_projects, project.slug, (key, index), indicator


@rule("indicators.system", Severity.WARNING, "一级、二级指标要与表式的指标体系一致")
def system(self: Rule, loaded: LoadedDepartment) -> Iterator[Problem]:
    """每张表式有自己的指标体系；二级指标要放在它所属的一级指标下面。

    错：`一级指标: 效益指标`、`二级指标: 服务对象满意度`（服务对象满意度属于满意度指标）。
    对：`一级指标: 满意度指标`、`二级指标: 服务对象满意度`
    """
    for disclosure in loaded.department.disclosures:
        for form, project, path, indicator in all_indicators(loaded, disclosure):
            if form is None or not form.declared.indicators.levels:
                continue
            found = _against(form.declared.indicators, indicator)
            if found:
                key, message, hint = found
                yield self.at(loaded, disclosure.slug, project, (*path, key), message, hint)


def _against(known: IndicatorSystem, indicator: Indicator) -> tuple[str, str, str] | None:
    level1 = next((level for level in known.levels if level.name == indicator.level1), None)
    if indicator.level1 and level1 is None:
        names = "、".join(level.name for level in known.levels)
        return (
            "一级指标",
            f"一级指标“{indicator.level1}”不在本表式的指标体系里",
            f"本表式的一级指标：{names}。",
        )
    if (
        level1 is None
        or indicator.level2 is None
        or indicator.level2 in {level.name for level in level1.level2}
    ):
        return None
    owner = next(
        (one.name for one in known.levels if indicator.level2 in {level.name for level in one.level2}), None
    )
    if owner:
        message = f"二级指标“{indicator.level2}”属于“{owner}”，这里却在“{indicator.level1}”下面"
        return "二级指标", message, f"请把一级指标改为“{owner}”；原文如此的，可以认可这一条。"
    names = "、".join(level.name for level in level1.level2)
    return "二级指标", f"“{indicator.level1}”下面没有二级指标“{indicator.level2}”", f"可以写：{names}。"


RULES = (system,)
