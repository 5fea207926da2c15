"""Rules of the narrative: what texts state equals the record's figures and adds up, and texts nearly alike are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from gongkai.amounts import parse_amount
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import agree, written
from gongkai.checks.rule import rule
from gongkai.checks.texts import Examined, Finding, Hit, cut
from gongkai.reading.records import Project
from gongkai.reading.source import Path_
from gongkai.targets import Target

_COUNTED = re.compile(
    r"(?<![\d.第〔（(])(?P<number>\d{1,3}(?:[,，]\d{3})+|\d{1,7})(?P<about>余|多)?(?P<unit>个班次|班次|个|名|人次|人|场次|场|次|期|项|篇|份|台|套|户|家|件|公里|亩|座|处|所|辆|条|栋|平方米|米|吨|天|课时|%)(?![/a-z]|工作日)"
)
_PLANNED = re.compile(
    r"计划|拟|预计|将(?!来)|现有|完成|举办|开展|组织|聘请|聘用|新建|新增|培训|发放|建设|改造|覆盖|服务|补助|资助|慰问|检查|制作|印发|购置|采购|维护|训练|评选|参加|参训|发布|达到|约|共"
)
_EACH = re.compile(r"每|人均|/|之一|分之|上年|去年|已|原有|现有|其中|由$|较|比|增加|减少|标准")
_TIMES = re.compile(r"各(?:自|组织|举办|开展|召开|完成|进行)[^各]*$")
"""Before a number that is not the sum: 上、下半年各组织1次."""
_YEARS = re.compile(r"[两三四五六七八2-8]年[内间]|累计|周期内")
"""What is said of several years is no promise for one."""
_WORTH_SAYING, _SEVERAL = 3, 2
_ANNUAL, _PERIOD, _ACTUAL = "年度指标值", "实施周期指标值", "实际完成值"
_FIELDS = {_ANNUAL: "annual_target", _PERIOD: "period_target", _ACTUAL: "actual"}
_CLAUSE = re.compile(r"(?:[^，。；,;\n]|(?<=\d)[,，](?=\d{3}(?!\d)))+")
_SAME_UNIT = {
    "名": "人", "人次": "人", "场": "次", "场次": "次", "期": "次", "座": "个",
    "处": "个", "家": "个", "所": "个", "个班次": "班次", "个班": "班次",
}  # fmt: skip
_NOISE = re.compile(r"数量|次数|人数|个数|场次|班次|期数|的|[^\u4e00-\u9fff]")
_VERB = re.compile(
    r"^(?:创建|新建立?|新成立|建立|成立|开展|举办|组织|完成|新增|聘请)(?=[\u4e00-\u9fff]{4})|数$"
)
_ENOUGH = 0.5
_COMMON = {"开展", "组织", "完成", "举办", "工作", "项目", "活动", "年度", "计划", "实施", "建设", "管理"}
_MONEY = re.compile(
    r"(?:年度预算|本年预算|预算安排|安排预算|预算资金|项目预算)(?:资金|总额|共|为|约|金额)*(?P<amount>[\d,]+(?:\.\d+)?万?元)"
)
_NOT_THE_YEAR = re.compile(r"总额$|项目$|总投资$|概算$|周期$|累计$|三年$|上年$|去年$|(?:20\d\d)年度?$")
_PARTS = re.compile(
    r"(?P<whole>\d[\d,]*(?:\.\d+)?)\s*万元?\s*(?:[，,（(]\s*其中|[（(])[:：]?(?P<parts>[^。；;\x1e\n]{4,160}?)(?=[。；;）)\x1e\n]|$)"
    r"|(?P<sum>\d[\d,]*(?:\.\d+)?)\s*万元[。；;]其中[:：](?P<items>[^。\x1e\n]{4,200})"
)
_WAN = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*万元")
_GROWTH = re.compile(
    r"(?P<now>\d[\d,]*(?:\.\d+)?)\s*万元，?(?:比|较)[^，。；\x1e]{2,12}?(?P<way>增加|减少)\s*(?P<change>\d[\d,]*(?:\.\d+)?)\s*万元，?(?:增长|下降|增幅|降幅|增加|减少)[为约]?\s*(?P<percent>\d+(?:\.\d+)?)\s*%"
)
_OF_SEVERAL_YEARS = re.compile(
    r"[，,]?\s*(?:其中)?[：:]?\s*20\d\d年度?(?:安排|预算|投入|拨付|支出|资金)|[，,]?\s*(?:其中)?(?:当年|本年|年度)"
)
_LONG, _LONGEST, _NEARLY = 60, 1_500, 0.85


@rule("narrative.count", DepartmentCase.records)
def count(case: RecordCase) -> Iterator[Finding]:
    """What a goal promises is the value of the indicator it speaks of."""
    for path, text, column in _goals(case):
        counts = _counts(case, column) if _COUNTED.search(text) else []
        told = list(_promised(text, counts, column)) if counts else []
        for start, match, one in told:
            # Several numbers for one indicator are parts of it, or of different years.
            alike = {_number(other) for _, other, count in told if count is one}
            if len(alike) == 1 and not _satisfies(match, one):
                said = match.string.strip(" 、，和及")
                message = f"{path[-1]}里写的是“{said}”，指标“{one.row.short}”的{column}却是“{one.target}”"
                hit = Hit(path, text, start + match.start(), start + match.end())
                yield case.in_text(hit, message, "请核对两处的数。", (*one.row.path, column))


def _goals(case: RecordCase) -> Iterator[tuple[Path_, str, str]]:
    """The texts that promise quantities, each with the column of what it promises: goals, what a project does, and
    what key tasks are to reach."""
    yield *case.annual_objective, _ANNUAL
    if case.record.evaluation:
        yield (*case.base, "自评", "完成情况"), case.record.evaluation.result or "", _ACTUAL
    if isinstance(record := case.record, Project):
        yield ("项目概述",), record.overview or "", _ANNUAL
        yield ("项目内容",), record.content or "", _ANNUAL
        yield ("总体绩效目标", "实施周期总目标"), record.objective.period or "", _PERIOD
    else:
        for number, task in enumerate(record.tasks):
            yield (*case.base, "年度重点工作任务", number, "期望达到的目标"), task.goal or "", _ANNUAL


class Count(NamedTuple):
    """An indicator whose value is a quantity, with its unit as others of its kind are written."""

    row: Row
    target: Target
    number: Decimal
    unit: str


def _counts(case: RecordCase, column: str = _ANNUAL) -> list[Count]:
    stated = ((row, getattr(row.indicator, _FIELDS[column])) for row in case.annual_rows)
    return [
        Count(row, target, target.number, _unit(target.unit))
        for row, target in stated
        if target and target.number is not None and target.unit is not None
    ]


def _promised(text: str, counts: list[Count], column: str) -> Iterator[tuple[int, re.Match[str], Count]]:
    """The planned quantities of a text: where the words around each begin, itself in them, what it is about."""
    for clause in _CLAUSE.finditer(text):
        found = list(_COUNTED.finditer(clause.group())) if _PLANNED.search(clause.group()) else []
        ends = [0, *(match.end() for match in found[:-1]), len(clause.group())]
        for begin, end in pairwise(ends) if found else ():
            said = clause.group()[begin:end]
            match = _COUNTED.search(said)
            aside = (len(found) > 1 and _EACH.search(said)) or (column == _ANNUAL and _YEARS.search(said))
            if match and not aside and not _TIMES.search(said, 0, match.start()):
                one = _about(said, [count for count in counts if count.unit == _unit(match["unit"])])
                if one is not None:
                    yield clause.start() + begin, match, one


def _about(clause: str, counts: list[Count]) -> Count | None:
    """The one indicator, of those of the clause's unit, that it speaks of; None when none or several may be meant.

    It repeats half of the name, or it alone shares words with a clause that states no price or part.
    """
    plain = _NOISE.sub("", clause)
    shares = []
    for one in counts:
        words = _pairs(_VERB.sub("", _NOISE.sub("", one.row.name)))
        shares.append(sum(word in plain for word in words) / len(words) if words else 0)
    best = max(shares, default=0)
    if best >= _ENOUGH:
        return counts[shares.index(best)] if shares.count(best) == 1 else None
    known = set(_pairs(plain)) - _COMMON
    sharing = [one for one in counts if known.intersection(_pairs(_NOISE.sub("", one.row.name)))]
    return sharing[0] if len(sharing) == 1 and not _EACH.search(clause) else None


def _number(match: re.Match[str]) -> Decimal:
    return Decimal(re.sub("[,，]", "", match["number"]))


def _pairs(text: str) -> list[str]:
    return [text[index : index + 2] for index in range(len(text) - 1)]


def _unit(unit: str | None) -> str:
    return _SAME_UNIT.get(unit or "", unit or "")


def _satisfies(match: re.Match[str], one: Count) -> bool:
    """Whether the value is what is promised; 80余人 is from 80 to 90."""
    least = _number(match)
    digits = str(int(least))
    most = least + 10 ** (len(digits) - len(digits.rstrip("0"))) if match["about"] else least
    if one.target.comparator in ("≥", ">"):
        return most >= one.number
    if one.target.comparator in ("≤", "<"):
        return least <= one.number
    return least <= one.number <= most


@rule("narrative.unsupported", DepartmentCase.records)
def unsupported(case: RecordCase) -> Iterator[Finding]:
    """Where texts state several quantities and other indicators use them, each value comes from the texts."""
    stated, counts = _stated(case), _counts(case)
    known = [one for one in counts if (one.number, one.unit) in stated]
    for one in counts if known else ():
        mine = [number for number, unit in stated if unit == one.unit]
        exact = one.target.comparator in (None, "=")
        if one not in known and exact and one.number >= _WORTH_SAYING and len(mine) >= _SEVERAL:
            others = {other.number for other in counts if other is not one}
            sums = {number + other for number in mine for other in mine if number != other} | {sum(mine)}
            if one.number not in sums and not any(one.number + other in mine for other in others):
                told = "、".join(f"{number:f}" for number in sorted(mine)[:6])
                message = f"“{one.row.short}”的值是“{one.target}”，目标和概述里同样单位的数是 {told}"
                yield case.at(one.row.annual, message, "请核对文字和指标，哪一处是对的。")


def _stated(case: RecordCase) -> set[tuple[Decimal, str]]:
    """The quantities of a record's long texts, each with its unit."""
    others = (getattr(case.record, name, None) or "" for name in ("overview", "content"))
    texts = [case.annual_objective[1], *others]
    found = (match for text in texts for match in _COUNTED.finditer(re.sub(r"\s+", "", text)))
    return {(_number(one), _unit(one["unit"])) for one in found}


# -- what texts state by themselves ------------------------------------------------------------------


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@rule("narrative.money", DepartmentCase.projects)
def money(case: RecordCase, project: Project) -> Iterator[Finding]:
    """The year's budget in the goal is the year's total."""
    (path, text), whole = case.annual_objective, project.funds.total
    for match in _MONEY.finditer(text) if whole else ():
        try:
            stated = parse_amount(match["amount"])
        except ValueError:
            continue
        another = _NOT_THE_YEAR.search(text[max(0, match.start() - 14) : match.start()])
        another = another or _OF_SEVERAL_YEARS.match(text, match.end())
        if whole and not another and not agree(stated, whole):
            hit = Hit(path, text, *match.span("amount"))
            message = f"目标里写的是“{match.group()}”，年度资金总额是 {written(whole)}"
            yield case.in_text(hit, message, "请核对两处的金额。", ("年度资金", "总额"))


@rule("narrative.parts", DepartmentCase.texts)
def parts(case: Examined) -> Iterator[Finding]:
    """Parts of a sum are together no more than it."""
    for match in _PARTS.finditer(case.blob) if "万元" in case.blob else ():
        stated = "whole" if match["whole"] else "sum"
        amounts = [_decimal(one) for one in _WAN.findall(match["parts"] or match["items"])]
        whole = _decimal(match[stated])
        if len(amounts) >= 2 and sum(amounts) > whole and max(amounts) <= whole:
            terms = " + ".join(f"{one:f}" for one in amounts)
            message = f"这里合计是 {whole:f}万元，分项 {terms} = {sum(amounts):f}万元"
            yield case.in_text(case.hit(*match.span(stated)), message, "请核对合计和各个分项。")


@rule("narrative.growth", DepartmentCase.texts)
def growth(case: Examined) -> Iterator[Finding]:
    """What was added, divided by last year's, is the per cent that is stated."""
    for match in _GROWTH.finditer(case.blob) if "%" in case.blob else ():
        now, change, stated = (_decimal(match[name]) for name in ("now", "change", "percent"))
        before = now - change if match["way"] == "增加" else now + change
        exact = change * 100 / before if before > 0 else Decimal(0)
        if before > 0 and abs(exact - stated) > Decimal("0.06") + exact / 100:
            message = f"{change:f} ÷ 上年的 {before:f} 是 {exact:.2f}%，这里写的是 {stated:f}%"
            yield case.in_text(case.hit(*match.span("percent")), message, "请核对增减的数和百分比。")


@rule("narrative.variants", DepartmentCase.projects)
def variants(case: RecordCase, project: Project) -> Iterator[Finding]:
    """Texts that are the same but for a word or two are the same."""
    texts = (
        (("项目概述",), project.overview),
        (("项目内容",), project.content),
        case.annual_objective,
        (("总体绩效目标", "实施周期总目标"), project.objective.period),
    )
    long = ((path, text) for path, text in texts if text and _LONG <= len(text) <= _LONGEST)
    known = [(path, re.sub(r"\s+", "", text)) for path, text in long]
    for (path, one), (other_path, other) in pairwise(known):
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if one == other or bare(one) == bare(other):
            continue
        if matcher.quick_ratio() >= _NEARLY and matcher.ratio() >= _NEARLY:
            changes = [(one[a:b], other[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
            shown = ([cut(part) or "（无）" for part in change] for change in changes[:3])
            told = "；".join(f"“{first}”对“{second}”" for first, second in shown)
            message = f"{other_path[-1]}与{path[-1]}只有 {len(changes)} 处不同：{told}"
            yield case.at(other_path, message, "请核对哪一处是对的。", path)


def bare(text: str) -> str:
    """A goal without what makes no difference: marks, blanks, markup and years."""
    return re.sub(r"<[^>]*>|[\W_]+|(?:20\d\d年?(?:[至到]20\d\d)?)?年?度?|本年|当年|全年", "", text)
