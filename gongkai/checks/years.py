"""Rules of years: the period's own, and those written in texts, against each other and the disclosure's year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Examined, Hit
from gongkai.problems import Problem, Severity
from gongkai.reading.records import Project
from gongkai.reading.source import Path_

PLACEHOLDER = 2090
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
_DAYS = re.compile(r"(?P<year>(?:19|20)\d\d)年(?:\d{1,2}月)?")


@rule("years.placeholder", Severity.WARNING, "到期年度不能用 2099 代替")
def placeholder(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """2099 不是真的到期年度，读者会以为项目要做到 2099 年。没有到期年度的，不写。

    错：`到期年度: 2099`
    对：`到期年度: 2028`
    """
    for case, project in department.projects():
        end = project.period.end
        if end is not None and end >= PLACEHOLDER:
            message = f"到期年度 {end} 像是系统的占位值，不是真的年度"
            yield self.at(
                case, ("实施周期", "到期年度"), message, "请改为真实的到期年度；没有的，删去这一行。"
            )


@rule("years.order", Severity.ERROR, "到期年度不能早于起始年度")
def order(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """实施周期从起始年度到到期年度。

    错：`起始年度: 2028`、`到期年度: 2026`
    对：`起始年度: 2026`、`到期年度: 2028`
    """
    for case, project in department.projects():
        start, end = project.period.start, project.period.end
        if start is not None and end is not None and end < start:
            message = f"到期年度 {end} 早于起始年度 {start}"
            related = (case.place(("实施周期", "起始年度")),)
            yield self.at(case, ("实施周期", "到期年度"), message, "请核对两个年度是否写反。", related)


@rule("years.outside", Severity.WARNING, "公开的年度要在实施周期之内")
def outside(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """项目在公开的那一年应当正在实施。

    错：2026 年公开的项目，`起始年度: 2022`、`到期年度: 2024`
    对：`到期年度: 2026`
    """
    for case, project in department.projects():
        start, end, year = project.period.start, project.period.end, case.year
        if year is None or (start is not None and end is not None and end < start):
            continue
        key = (
            "起始年度"
            if start is not None and year < start
            else "到期年度"
            if end is not None and year > end
            else ""
        )
        if key:
            stated = start if key == "起始年度" else end
            message = f"这次公开的是 {year} 年，{key}却是 {stated}"
            related = (case.of.place(("年度",)),)
            yield self.at(case, ("实施周期", key), message, "请核对实施周期，或项目是否放错了年度。", related)


@rule("years.annual", Severity.WARNING, "年度目标和年度指标值里的年份要是公开的年度")
def annual(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """“2025年计划…”“2025年全年”写在 2026 年的年度目标或年度指标值里，多半是沿用上年的文字忘了改。

    错：2026 年的 `年度指标值: 2025年全年`
    对：`年度指标值: 2026年全年`
    """
    for case in department.records:
        if case.year is None or "年" not in case.blob:
            continue
        path, text = case.annual_objective
        fields = [(path, text)] if text else []
        fields += [
            ((*row.path, "年度指标值"), target.text)
            for row in case.rows
            if (target := row.indicator.annual_target) is not None and "年" in target.text
        ]
        for path, text in fields:
            for match in _THIS_YEAR.finditer(text):
                if int(match["year"]) != case.year and not _in_title(text, match.start()):
                    hit = Hit(path, text, match.start(), match.end())
                    message = f"这里写的是“{hit.found}”，公开的年度却是 {case.year}"
                    related = (case.of.place(("年度",)),)
                    yield self.at(case, path, message, "请核对年份。", related, case.spot(hit))


def _in_title(text: str, offset: int) -> bool:
    """Whether an offset lies inside 《…》: the years of a plan's name are not the project's."""
    return any(match.start() < offset < match.end() for match in _TITLE.finditer(text))


@rule("years.stray", Severity.WARNING, "目标、任务、标题里的年份要是公开的年度")
def stray(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度目标、重点工作、项目名称、标题里只写着过去的年份，没有提到公开的年度，多半是沿用上年的文字。书名号、发文字号里的，
    与上年比较的，说明来历（自、已于、批复、结转、上年）的，起止年份包括公开年度的，不算。

    错：2026 年的 `年度目标: 2025年完成培训4次。`
    对：`年度目标: 2026年完成培训4次。`
    """
    for case in department.texts():
        of = case.of if isinstance(case, RecordCase) else case
        year = of.disclosure.year if isinstance(of, DisclosureCase) else None
        if year is None:
            continue
        for path, text in _fields_of_year(case):
            years = [match for match in _YEAR.finditer(text) if not _in_title(text, match.start())]
            if any(_covers(match, text, year) for match in years) and not _late_end(path, text, year):
                continue
            old = next((one for one in years if int(one["year"]) < year and not _is_history(text, one)), None)
            old = old or _late_end(path, text, year)
            if old is not None and not _THIS_YEAR.match(text, old.start()):
                hit = Hit(path, text, old.start(), old.end())
                message = f"“{path[-1]}”里写的是“{hit.around(4)}”，公开的年度却是 {year}"
                yield self.at(
                    case, path, message, "请核对年份，是不是沿用了别的年度的文字。", (), case.spot(hit)
                )


def _late_end(path: Path_, text: str, year: int) -> re.Match[str] | None:
    """An annual target that ends after the year's accounts are closed: ``2026年12月前`` of 2025."""
    match = _DEADLINE.search(text) if path[-1] == "年度指标值" else None
    return match if match and int(match["year"]) > year else None


def _fields_of_year(case: Examined) -> Iterator[tuple[Path_, str]]:
    record = case.record
    if isinstance(case, DisclosureCase) and case.disclosure.title:
        yield ("标题",), case.disclosure.title
    elif isinstance(case, RecordCase):
        path, text = case.annual_objective
        yield path, text
        if isinstance(record, Project):
            yield ("项目名称",), record.name
        for number, task in enumerate(getattr(record, "tasks", ())):
            base = (*case.base, "年度重点工作任务", number)
            yield from (
                ((*base, key), text)
                for key, text in (("名称", task.name), ("期望达到的目标", task.goal))
                if text
            )
        for row in case.rows:
            if row.of_year and row.indicator.annual_target:
                yield (*row.path, "年度指标值"), row.indicator.annual_target.text


def _covers(match: re.Match[str], text: str, year: int) -> bool:
    """Whether a year is the disclosure's, later, or the end of a range that includes it."""
    stated = int(match["year"])
    before = re.search(r"(20\d\d)年?度?\s*[-—–~～至到]+\s*$", text[: match.start()])
    return stated >= year and (before is None or int(before.group(1)) <= year)


def _is_history(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 14]
    return bool(_HISTORY_BEFORE.search(before) or _HISTORY_AFTER.search(after))


@rule("years.ranges", Severity.WARNING, "文字里的起止年份要彼此一致")
def ranges(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一个项目里写的起止年份（某年至某年）不能互相错开，也不能越出实施周期。书名号里的、2099 占位的不比较。

    错：目标里写“2025-2027年在线访谈”，指标值写“2026年至2028年”
    对：两处都写 2026—2028年
    """
    for case, project in department.projects():
        found = _ranges(case)
        start, end = project.period.start, project.period.end
        told: set[tuple[int, int]] = set()
        for number, (hit, first, last) in enumerate(found):
            other = next((one for one in found[:number] if _crossed((first, last), one[1:])), None)
            if (first, last) in told:
                continue
            if other is not None:
                told.add((first, last))
                message = f"这里写的是“{hit.found}”，别处写的是“{other[0].found}”"
                related = (case.spot(other[0]),)
                yield self.at(case, hit.path, message, "请统一起止年份。", related, case.spot(hit))
            elif start and end and start <= end < PLACEHOLDER and _crossed((first, last), (start, end)):
                told.add((first, last))
                message = f"这里写的是“{hit.found}”，实施周期却是 {start} 到 {end} 年"
                bounds = (case.place(("实施周期", "起始年度")), case.place(("实施周期", "到期年度")))
                yield self.at(case, hit.path, message, "请核对起止年份。", bounds, case.spot(hit))


def _ranges(case: RecordCase) -> list[tuple[Hit, int, int]]:
    found = []
    if "20" not in case.blob:
        return []
    for match in _RANGE.finditer(case.blob):
        hit = case.hit(match.start(), match.end())
        first, last = int(match["first"]), int(match["last"])
        plan = re.match(r"[^，。；]{0,10}(?:规划|计划|方案|行动|纲要)", hit.text[hit.end :])
        if first <= last and not plan and not _in_title(hit.text, hit.start) and hit.path[-1] != "起止时间":
            found.append((hit, first, last))
    return found


def _crossed(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Overlapping, yet neither within the other: 2025–2027 and 2026–2028. Apart altogether may be history."""
    overlap = one[0] <= other[1] and other[0] <= one[1]
    within = (one[0] >= other[0] and one[1] <= other[1]) or (other[0] >= one[0] and other[1] <= one[1])
    return overlap and not within


@rule("years.schedule", Severity.WARNING, "起止时间要包括公开的年度")
def schedule(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """起止时间里的年份应当包括公开的那一年。

    错：2023 年公开的项目，`起止时间: 2022年1月1日-2022年12月31日`
    对：`起止时间: 2023年1月1日-2023年12月31日`
    """
    for case, project in department.projects():
        stated = [int(match["year"]) for match in _DAYS.finditer(project.schedule or "")]
        if case.year is None or not stated or min(stated) <= case.year <= max(stated):
            continue
        open_ended = len(stated) == 1 and stated[0] < case.year
        if not open_ended:
            message = f"起止时间是“{project.schedule}”，公开的年度却是 {case.year}"
            related = (case.of.place(("年度",)),)
            yield self.at(case, ("起止时间",), message, "请核对起止时间。", related)


RULES = (placeholder, order, outside, annual, stray, ranges, schedule)
