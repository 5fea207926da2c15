"""Rules of dates: days that exist, beginnings before ends, and a plan's days within its year and period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.checks.years import PLACEHOLDER
from gongkai.problems import Problem, Severity

_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2})日?|月)?"
)
_IN_TEXT = re.compile(r"(?<![\d.])(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?(?!\d)")
_SPAN = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})月(?:(?P<first_day>\d{1,2})日)?\s*(?:[-—–~～至到]|－)+\s*(?P<last>\d{1,2})月(?:(?P<last_day>\d{1,2})日)?"
)
_MOST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _read(text: str) -> list[date]:
    """The days a text states; a month alone is its first day, what is no day is left out."""
    found = []
    for match in _DAY.finditer(text):
        try:
            found.append(date(int(match["year"]), int(match["month"]), int(match["day"] or 1)))
        except ValueError:
            continue
    return found


@rule("dates.exist", Severity.WARNING, "日期要是日历上有的")
def exist(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """没有13月，也没有2月30日、6月31日。

    错：`年度目标: 6月31日前完成。`
    对：`年度目标: 6月30日前完成。`
    """
    for case in department.texts():
        for match in _IN_TEXT.finditer(case.blob) if "月" in case.blob else ():
            month, day = int(match["month"]), int(match["day"] or 1)
            if (
                match["day"] is None
                and month > 12
                and re.match(r"[的内均]|(?:工资|补贴|标准)", case.blob[match.end() : match.end() + 2])
            ):
                continue
            if not 1 <= month <= 12 or not 1 <= day <= _MOST_DAYS[month - 1]:
                yield self.in_text(
                    case, case.hit(*match.span()), f"没有“{match.group()}”这个日期", "请核对月和日。"
                )
    for case, project in department.projects():
        for key, text in (("计划开始日期", project.start_date), ("计划完成日期", project.finish_date)):
            if text and re.search(r"\d{4}\D\d", text) and not _read(text):
                yield self.at(case, (key,), f"没有“{text}”这个日期", "请核对月和日，例如 2026-12-31。")


@rule("dates.order", Severity.WARNING, "开始不能晚于完成")
def order(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """计划开始日期、计划完成日期，起止时间，文字里一年之内的“几月至几月”，都是先开始后完成。

    错：`计划开始日期: 2026-12-31`、`计划完成日期: 2026-01-01`
    对：`计划完成日期: 2026-12-31`
    """
    for case, project in department.projects():
        start, finish = _read(project.start_date or ""), _read(project.finish_date or "")
        if start and finish and finish[0] < start[0]:
            message = f"计划完成日期 {project.finish_date} 早于计划开始日期 {project.start_date}"
            yield self.at(
                case, ("计划完成日期",), message, "请核对两个日期是否写反。", (case.place(("计划开始日期",)),)
            )
        days = _read(project.schedule or "")
        if len(days) == 2 and days[1] < days[0]:
            yield self.at(
                case, ("起止时间",), f"起止时间“{project.schedule}”的止早于起", "请核对两个日期是否写反。"
            )
    for record in department.texts():
        for match in _SPAN.finditer(record.blob) if "月" in record.blob else ():
            first = (int(match["first"]), int(match["first_day"] or 1))
            last = (int(match["last"]), int(match["last_day"] or 31))
            across = (
                re.match(r"[^，。；]{0,6}次年|（?(?:次|第二|翌)年", record.blob[match.end() :])
                or "次年" in match.group()
            )
            if last < first and not across and max(first[0], last[0]) <= 12:
                hit = record.hit(*match.span())
                yield self.in_text(
                    record, hit, f"“{hit.found}”的止早于起", "请核对月份；跨年的请写明“次年”。"
                )


@rule("dates.year", Severity.WARNING, "计划日期要与年度、实施周期相符")
def year(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """公开的年度要在计划开始和计划完成之间；与起始年度、到期年度也要相符。

    错：2026 年公开的项目，`计划完成日期: 2025-12-31`
    对：`计划完成日期: 2026-12-31`
    """
    for case, project in department.projects():
        bounds = (("计划开始日期", _read(project.start_date or ""), project.period.start, "起始年度"),
                  ("计划完成日期", _read(project.finish_date or ""), project.period.end, "到期年度"))  # fmt: skip
        for key, days, stated, label in bounds:
            if not days:
                continue
            wrong = case.year is not None and (
                days[0].year > case.year if key == "计划开始日期" else days[0].year < case.year
            )
            if wrong:
                message = f"{key}是 {days[0]}，公开的年度却是 {case.year}"
                yield self.at(case, (key,), message, "请核对年份。", (case.of.place(("年度",)),))
            elif stated is not None and stated < PLACEHOLDER and stated != days[0].year:
                message = f"{key}是 {days[0]}，{label}却是 {stated}"
                yield self.at(case, (key,), message, "请统一两处的年份。", (case.place(("实施周期", label)),))


RULES = (exist, order, year)
