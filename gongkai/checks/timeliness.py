"""Rules of timeliness: published within twenty days of the approval, and not before it."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.deadline import deadline
from gongkai.problems import Problem, Severity

_FAR = 2


@rule("timeliness.late", Severity.WARNING, "批复后二十日内公开")
def late(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """部门预算在财政部门批复后二十日内公开（预算法第十四条）；locality.yaml 写了“公开期限: 20个工作日”的按工作日算。
    写了批复日期和发布日期的才查。

    错：`批复日期: 2026-01-20`、`发布日期: 2026-02-13`（第 24 日）
    对：`发布日期: 2026-02-09`
    """
    for case in department.disclosures:
        approved, published = case.disclosure.approved, case.disclosure.published
        limit = department.loaded.locality.time_limit
        if approved and published and published > (last := deadline(approved, limit)):
            message = f"{approved} 批复，{published} 发布，是批复后第 {(published - approved).days} 日，超过 {limit}"
            message += f"（{last} 以前）" if limit != "20日" else ""
            related = (case.place(("批复日期",)),)
            yield self.at(
                case, ("发布日期",), message, "请核对两个日期；确实逾期的，可以认可并写明原因。", related
            )


@rule("timeliness.early", Severity.WARNING, "发布日期不能早于批复日期")
def early(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """预算批复以后才公开。

    错：`批复日期: 2026-02-13`、`发布日期: 2026-01-20`
    对：`批复日期: 2026-01-20`、`发布日期: 2026-02-03`
    """
    for case in department.disclosures:
        approved, published = case.disclosure.approved, case.disclosure.published
        if approved and published and published < approved:
            related = (case.place(("批复日期",)),)
            message = f"发布日期 {published} 早于批复日期 {approved}"
            yield self.at(case, ("发布日期",), message, "请核对两个日期是否写反。", related)


@rule("timeliness.year", Severity.WARNING, "发布日期要与年度相符")
def year(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """当年的预算在当年（最早是上一年末）公开；发布日期离年度一年以上，多半是年份写错。

    错：`年度: 2026`、`发布日期: 2024-02-13`
    对：`发布日期: 2026-02-13`
    """
    for case in department.disclosures:
        stated, published = case.disclosure.year, case.disclosure.published
        if stated and published and published.year < stated - 1:
            related = (case.place(("年度",)),)
            message = f"年度是 {stated}，发布日期却是 {published}"
            yield self.at(case, ("发布日期",), message, "请核对年份。", related)


@rule("timeliness.after", Severity.WARNING, "目标要在年度结束以前公开")
def after(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """绩效目标随预算公开；年度过了才公开，就只能说明做过什么。只有自评、决算的公开不在此列。

    错：`年度: 2021`、`发布日期: 2022-03-01`
    对：`发布日期: 2021-03-01`
    """
    for case in department.disclosures:
        stated, published = case.disclosure.year, case.disclosure.published
        if stated and published and published.year > stated:
            related = (case.place(("年度",)),)
            message = f"{stated} 年的目标，{published} 才发布，年度已经结束"
            hint = "请核对年份；确实逾期的，可以认可并写明原因。"
            if published.year > stated + _FAR:
                message = f"{stated} 年的目标，发布日期却是 {published}，晚了 {published.year - stated} 年"
                hint = "年份多半写错了，请照原件改正。"
            yield self.at(case, ("发布日期",), message, hint, related)


RULES = (late, early, year, after)
