"""Rules of years and days: those written in texts, against each other, the period and the disclosure's year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.rule import rule
from gongkai.checks.texts import Examined, Finding, Hit
from gongkai.reading.acts import deadline
from gongkai.reading.records import Project
from gongkai.reading.source import Path_

_GOAL: Path_ = ("总体绩效目标", "实施周期总目标")
_PLACEHOLDER = 2090
"""A last year from here on stands for “not known” (2099)."""
_RANGE = re.compile(r"(?<!\d)(?P<first>20\d\d)年?度?\s*(?:-|—+|–|~|～|至|到)\s*(?P<last>20\d\d)年(?!代)")
_TITLE = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_THIS_YEAR = re.compile(
    r"(?<![\d\-—–~～至到于])(?P<year>20\d\d)年(?:度目标|全年|，?(?:计划|拟|预计|将)|内完成|底前(?!已)|年底|1月(?:1日)?(?:至|-|—)12月|度?预算)"
)
_YEAR = re.compile(r"(?<!\d)(?P<year>20\d\d)(?=年|[-—–~～至到])(?!\d*号)")
_DEADLINE = re.compile(r"(?P<year>20\d\d)年(?:[4-9]|1[0-2])月(?:\d{1,2}日|底|末)?(?:以?前|完成)")
_HISTORY_BEFORE = re.compile(
    r"(?:较|比|与|同|自|从|截至|截止|于|按照?|根据|依据|执行|参照|续|在|对|以|原|[〔（(\[【《]|以来|上年|去年|超过|不低于|相比)\s*$|[-—–~～至到]\s*$"
)
_HISTORY_AFTER = re.compile(
    r"^年?(?:度|末|底|初)?(?:以来|起|至今|的?(?:基础|水平|基数|同期|实际|决算|标准|文件|通知|批复|规划|方案|数据|价格)|相比|结转|尾款|续建|跨年|年?底前已|前(?:已|完工|建成)|及以前"
    r"|[^，。；]{0,8}(?:项目)?(?:尾款|结转|续建|质保金|余款|欠款|已|了|获|被|遗留|完工|验收|建成|投入使用|启用|开工|立项|成立|出台|印发))|^\s*[-—–~～至到]"
)
_SCHEDULED = re.compile(r"(?P<year>(?:19|20)\d\d)年(?:\d{1,2}月)?")


_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2})日?|月)?"
)
_IN_TEXT = re.compile(r"(?<![\d.])(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?(?!\d)")
_SPAN = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})月(?:(?P<first_day>\d{1,2})日)?\s*(?:[-—–~～至到]|－)+\s*(?P<last>\d{1,2})月(?:(?P<last_day>\d{1,2})日)?"
)
_MOST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


_MONTHS_OF = re.compile(r"[的内均]|(?:工资|补贴|标准)")
_PLAN = re.compile(r"[^，。；]{0,10}(?:规划|计划|方案|行动|纲要)")
_NEXT_YEAR = re.compile(r"[^，。；]{0,6}次年|（?(?:次|第二|翌)年")


# -- years ----------------------------------------------------------------------------------------


def _in_title(text: str, offset: int) -> bool:
    """Whether an offset lies inside 《…》: the years of a plan's name are not the project's."""
    return any(match.start() < offset < match.end() for match in _TITLE.finditer(text))


@rule("years.annual", DepartmentCase.records)
def annual(case: RecordCase) -> Iterator[Finding]:
    """What is planned for a year is planned for the disclosure's."""
    for path, text in _fields_of_year(case) if case.year else ():
        for match in _THIS_YEAR.finditer(text):
            if int(match["year"]) != case.year and not _in_title(text, match.start()):
                hit = Hit(path, text, *match.span())
                message = f"这里写的是“{hit.found}”，公开的年度却是 {case.year}"
                yield case.in_text(hit, message, "请核对年份。", case.of.place(("年度",)))


@rule("years.stray", DepartmentCase.texts)
def stray(case: Examined) -> Iterator[Finding]:
    """What speaks of years speaks of the disclosure's, unless it tells of the past."""
    of = case.of if isinstance(case, RecordCase) else case
    year = (of.disclosure.year if isinstance(of, DisclosureCase) else None) or 0
    for path, text in _fields_of_year(case) if year else ():
        years = [match for match in _YEAR.finditer(text) if not _in_title(text, match.start())]
        late = _late_end(path, text, year)
        if not late and any(_covers(match, text, year) for match in years):
            continue
        old = next((one for one in years if int(one["year"]) < year and not _is_history(text, one)), late)
        if old is not None and not _THIS_YEAR.match(text, old.start()):
            hit = Hit(path, text, *old.span())
            message = f"“{path[-1]}”里写的是“{hit.around(4)}”，公开的年度却是 {year}"
            yield case.in_text(hit, message, "请核对年份，是不是沿用了别的年度的文字。")


def _late_end(path: Path_, text: str, year: int) -> re.Match[str] | None:
    """An annual target that ends after the year's accounts are closed: ``2026年12月前`` of 2025."""
    match = _DEADLINE.search(text) if path[-1] == "年度指标值" else None
    return match if match and int(match["year"]) > year else None


def _fields_of_year(case: Examined) -> Iterator[tuple[Path_, str]]:
    record = case.record
    if isinstance(case, DisclosureCase) and case.disclosure.title:
        yield ("标题",), case.disclosure.title
    elif isinstance(case, RecordCase):
        yield case.annual_objective
        if isinstance(record, Project):
            yield ("项目名称",), record.name
        for number, task in enumerate(getattr(record, "tasks", ())):
            for key, text in (("名称", task.name), ("期望达到的目标", task.goal)):
                yield (*case.base, "年度重点工作任务", number, key), text or ""
        yield from ((row.annual, str(row.indicator.annual_target or "")) for row in case.annual_rows)


def _covers(match: re.Match[str], text: str, year: int) -> bool:
    """Whether a year is the disclosure's, later, or the end of a range that includes it."""
    before = re.search(r"(20\d\d)年?度?\s*[-—–~～至到]+\s*$", text[: match.start()])
    return int(match["year"]) >= year and (before is None or int(before[1]) <= year)


def _is_history(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 14]
    return bool(_HISTORY_BEFORE.search(before) or _HISTORY_AFTER.search(after))


@rule("years.ranges", DepartmentCase.projects)
def ranges(case: RecordCase, project: Project) -> Iterator[Finding]:
    """Ranges of years neither cross each other nor the period."""
    period = (project.period.start or 0, project.period.end or 0)
    whole = 0 < period[0] <= period[1] < _PLACEHOLDER
    earlier: list[tuple[Hit, tuple[int, int]]] = []
    told = set()
    for hit, span in _ranges(case):
        other = next((one for one, known in earlier if _crossed(span, known)), None)
        apart = span[1] < period[0] or period[1] < span[0]
        earlier.append((hit, span))
        if span in told or not (other or whole):
            continue
        if other is not None:
            told.add(span)
            message = f"这里写的是“{hit.found}”，别处写的是“{other.found}”"
            yield case.in_text(hit, message, "请统一起止年份。", case.spot(other))
        elif _crossed(span, period) or (hit.path == _GOAL and apart):
            told.add(span)
            message = f"这里写的是“{hit.found}”，实施周期却是 {period[0]} 到 {period[1]} 年"
            bounds = (("实施周期", "起始年度"), ("实施周期", "到期年度"))
            yield case.in_text(hit, message, "请核对起止年份。", *bounds)


def _ranges(case: RecordCase) -> Iterator[tuple[Hit, tuple[int, int]]]:
    for match, hit in case.matches(_RANGE):
        first, last = int(match["first"]), int(match["last"])
        plan = _PLAN.match(hit.text[hit.end :]) or _in_title(hit.text, hit.start)
        if first <= last and not plan and hit.path[-1] != "起止时间":
            yield hit, (first, last)


def _crossed(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Overlapping, yet neither within the other: 2025–2027 and 2026–2028. Apart altogether may be history."""
    first, second = set(range(one[0], one[1] + 1)), set(range(other[0], other[1] + 1))
    return bool(first & second) and not (first <= second or second <= first)


@rule("years.schedule", DepartmentCase.projects)
def schedule(case: RecordCase, project: Project) -> Iterator[Finding]:
    """起止时间 includes the year; with one year alone, it may begin before."""
    stated = [int(match["year"]) for match in _SCHEDULED.finditer(project.schedule or "")]
    first, last = min(stated, default=0), max(stated, default=0)
    if case.year and (first > case.year or (len(stated) > 1 and last < case.year)):
        message = f"起止时间是“{project.schedule}”，公开的年度却是 {case.year}"
        yield case.at(("起止时间",), message, "请核对起止时间。", case.of.place(("年度",)))


# -- days -----------------------------------------------------------------------------------------


def _read(text: str | None) -> list[date]:
    """The days a text states; a month alone is its first day, what is no day is left out."""
    found = []
    for match in _DAY.finditer(text or ""):
        try:
            found.append(date(int(match["year"]), int(match["month"]), int(match["day"] or 1)))
        except ValueError:
            continue
    return found


@rule("dates.exist", DepartmentCase.texts)
def exist(case: Examined) -> Iterator[Finding]:
    """Days are days of the calendar; a number of months is no month."""
    for match, hit in case.matches(_IN_TEXT):
        month, day = int(match["month"]), int(match["day"] or 1)
        count = match["day"] is None and month > 12 and _MONTHS_OF.match(case.blob, match.end())
        if not count and not (1 <= month <= 12 and 1 <= day <= _MOST_DAYS[month - 1]):
            yield case.in_text(hit, f"没有“{hit.found}”这个日期", "请核对月和日。")
    if isinstance(record := case.record, Project):
        for key, text in (("计划开始日期", record.start_date), ("计划完成日期", record.finish_date)):
            if text and re.search(r"\d{4}\D\d", text) and not _read(text):
                yield case.at((key,), f"没有“{text}”这个日期", "请核对月和日，例如 2026-12-31。")


@rule("dates.order", DepartmentCase.texts)
def order(case: Examined) -> Iterator[Finding]:
    """What begins ends later, but for what ends in the next year."""
    if isinstance(record := case.record, Project):
        start, finish, days = _read(record.start_date), _read(record.finish_date), _read(record.schedule)
        if start and finish and finish[0] < start[0]:
            message = f"计划完成日期 {record.finish_date} 早于计划开始日期 {record.start_date}"
            yield case.at(("计划完成日期",), message, "请核对两个日期是否写反。", ("计划开始日期",))
        if len(days) == 2 and days[1] < days[0]:
            message = f"起止时间“{record.schedule}”的止早于起"
            yield case.at(("起止时间",), message, "请核对两个日期是否写反。")
    for match, hit in case.matches(_SPAN):
        first = (int(match["first"]), int(match["first_day"] or 1))
        last = (int(match["last"]), int(match["last_day"] or 31))
        across = _NEXT_YEAR.match(case.blob, match.end()) or "次年" in match.group()
        if last < first and not across and max(first[0], last[0]) <= 12:
            yield case.in_text(hit, f"“{hit.found}”的止早于起", "请核对月份；跨年的请写明“次年”。")


@rule("dates.period", DepartmentCase.projects)
def in_period(case: RecordCase, project: Project) -> Iterator[Finding]:
    """What is reached in the period is reached before its last year ends."""
    last = project.period.end or _PLACEHOLDER
    for row in case.rows:
        text = str(row.indicator.period_target or "")
        if (match := _DEADLINE.search(text)) and int(match["year"]) > last:
            message = f"“{row.short}”的实施周期指标值是“{text}”，到期年度却是 {last}"
            yield case.at(row.period, message, "请统一两处的年份。", ("实施周期", "到期年度"))


@rule("timeliness.late", DepartmentCase.disclosures)
def late(case: DisclosureCase) -> Iterator[Finding]:
    """A budget is published within the locality's time limit after its approval."""
    approved, published = case.disclosure.approved, case.disclosure.published
    limit = case.loaded.locality.time_limit
    if approved and published and published > (last := deadline(approved, limit)):
        day = f"是批复后第 {(published - approved).days} 日，超过 {limit}"
        until = f"（{last} 以前）" if limit != "20日" else ""
        message = f"{approved} 批复，{published} 发布，{day}{until}"
        hint = "请核对两个日期；确实逾期的，可以认可并写明原因。"
        yield case.at(("发布日期",), message, hint, ("批复日期",))
