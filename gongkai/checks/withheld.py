"""Rules of what is not published: a project marked 公开: 否 needs a reason and must not show anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, RecordCase
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Examined
from gongkai.problems import Problem, Severity
from gongkai.reading.records import Project

_LEAST_NAME = 6


@rule("withheld.reason", Severity.ERROR, "不公开的项目要写原因")
def reason(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """不公开是例外（涉密等），`公开: 否` 必须写明 `不公开原因`；原因只留在记录里，不会公开。

    错：`公开: 否`
    对：`公开: 否`、`不公开原因: 涉及国家秘密`
    """
    for disclosure in department.disclosures:
        for case in disclosure.withheld:
            if not _project(case).withheld_reason:
                yield self.at(
                    case,
                    ("公开",),
                    "标明不公开，却没有写不公开原因",
                    "请补上“不公开原因: …”，或改为“公开: 是”。",
                )


@rule("withheld.unmarked", Severity.WARNING, "写了不公开原因，却没有标明不公开")
def unmarked(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """只写“不公开原因”而没有“公开: 否”的项目会照常公开。

    错：`不公开原因: 涉及国家秘密`，没有 `公开: 否`
    对：`公开: 否`、`不公开原因: 涉及国家秘密`
    """
    for case, project in department.projects():
        if project.withheld_reason:
            message = "写了不公开原因，但没有“公开: 否”，这个项目会公开"
            yield self.at(case, ("不公开原因",), message, "不公开的请加上“公开: 否”；公开的请删去原因。")


@rule("withheld.named", Severity.ERROR, "不公开的项目不能出现在公开的文字里")
def named(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """不公开的项目，名称（六个字以上）不能出现在同一次公开的标题、部门整体绩效目标和其他项目里。

    错：项目“涉密机房改造专项”不公开，部门的年度重点工作任务里却写着 `名称: 涉密机房改造专项`
    对：从重点工作任务里去掉，或改用可以公开的说法
    """
    for disclosure in department.disclosures:
        for case in disclosure.withheld:
            name = _project(case).name
            if len(name) >= _LEAST_NAME:
                for shown in (disclosure, *disclosure.records):
                    yield from _mentions(self, shown, case, name)


def _mentions(self: Rule, shown: Examined, withheld: RecordCase, name: str) -> Iterator[Problem]:
    start = shown.blob.find(name)
    if start < 0:
        return
    hit = shown.hit(start, start + len(name))
    message = f"不公开的项目“{name}”出现在公开的文字里"
    related = (withheld.place(("公开",)),)
    yield self.at(shown, hit.path, message, "请去掉，或改用可以公开的说法。", related, shown.spot(hit))


def _project(case: RecordCase) -> Project:
    assert isinstance(case.record, Project)
    return case.record


RULES = (reason, unmarked, named)
