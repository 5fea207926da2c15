"""Rules of the narrative: figures in the objective's text equal those of the record, where the pattern is sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gongkai.amounts import parse_amount
from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.money import agree, written
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Hit
from gongkai.problems import Problem, Severity
from gongkai.reading.source import Path_
from gongkai.targets import Target

_COUNTED = re.compile(
    r"(?P<number>\d{1,7})(?P<unit>个班次|班次|个|名|人次|人|场次|场|次|期|项|篇|份|台|套|户|家|件)(?!/)"
)
_PLANNED = re.compile(r"计划|拟|预计|将(?!来)|现有|完成|举办|开展|组织|聘请|新建")
_MONEY = re.compile(
    r"(?:年度预算|本年预算|预算安排|安排预算|预算资金|项目预算)(?:资金|总额|共|为|约|金额)*(?P<amount>[\d,]+(?:\.\d+)?万?元)"
)
_CLAUSE = re.compile(r"[^，。；,;\n]+")
_SAME_UNIT = {"名": "人", "场": "次", "场次": "次", "个班次": "班次", "个班": "班次"}
_NOISE = re.compile(r"数量|次数|人数|个数|场次|班次|期数|的|[^\u4e00-\u9fff]")
_VERB = re.compile(
    r"^(?:创建|新建立?|新成立|建立|成立|开展|举办|组织|完成|新增|聘请)(?=[\u4e00-\u9fff]{4})|数$"
)
_ENOUGH = 0.5


@rule("narrative.count", Severity.WARNING, "目标里的数要与指标值相同")
def count(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度目标里写明的数量（计划举办1场、现有36人），与名称相近、单位相同的指标的年度值要相同。

    错：年度目标“计划新建立约5个党支部”，`三级指标: 新建立党支部数量`、`年度指标值: 3个`
    对：`年度指标值: 5个`
    """
    for case in department.records:
        path, text = case.annual_objective
        if not text or not _COUNTED.search(text):
            continue
        counts = [row for row in case.rows if row.path[-2] == "绩效指标" and _is_count(row)]
        for clause in _CLAUSE.finditer(text) if counts else ():
            found = _COUNTED.findall(clause.group())
            if len(found) != 1 or not _PLANNED.search(clause.group()):
                continue
            yield from _compare(self, case, path, text, clause, counts)


def _is_count(row: Row) -> bool:
    target = row.indicator.annual_target
    return target is not None and target.number is not None and bool(target.unit) and target.unit != "%"


def _compare(
    self: Rule, case: RecordCase, path: Path_, text: str, clause: re.Match[str], counts: list[Row]
) -> Iterator[Problem]:
    match = _COUNTED.search(clause.group())
    assert match is not None
    row = _about(clause.group(), _unit(match["unit"]), counts)
    target = row.indicator.annual_target if row else None
    if row is None or target is None or _satisfies(Decimal(match["number"]), target):
        return
    hit = Hit(path, text, clause.start() + match.start(), clause.start() + match.end())
    message = f"目标里写的是“{clause.group().strip()}”，指标“{row.short}”的年度值却是“{target}”"
    related = (case.place((*row.path, "年度指标值")),)
    yield self.at(case, path, message, "请核对两处的数。", related, case.spot(hit))


def _about(clause: str, unit: str, counts: list[Row]) -> Row | None:
    """The one indicator of the same unit whose name the clause repeats; None when none or several do."""
    plain = _NOISE.sub("", clause)
    fitting = []
    for row in counts:
        target = row.indicator.annual_target
        words = _pairs(_VERB.sub("", _NOISE.sub("", row.name)))
        if target and _unit(target.unit or "") == unit and words:
            share = sum(word in plain for word in words) / len(words)
            if share >= _ENOUGH:
                fitting.append((share, row))
    if not fitting:
        return None
    best = max(share for share, _ in fitting)
    leading = [row for share, row in fitting if share == best]
    return leading[0] if len(leading) == 1 else None


def _pairs(text: str) -> list[str]:
    return [text[index : index + 2] for index in range(len(text) - 1)]


def _unit(unit: str) -> str:
    return _SAME_UNIT.get(unit, unit)


def _satisfies(number: Decimal, target: Target) -> bool:
    assert target.number is not None
    if target.comparator in ("≥", ">"):
        return number >= target.number
    if target.comparator in ("≤", "<"):
        return number <= target.number
    return number == target.number


@rule("narrative.money", Severity.WARNING, "目标里的预算要与年度资金相同")
def money(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度目标里写明“年度预算……万元”的，要等于年度资金总额（统一单位后比较，允许四舍五入）。

    错：`年度目标: 年度预算9万元，用于网站维护。`，`总额: 27,700元`
    对：`年度目标: 年度预算2.77万元，用于网站维护。`
    """
    for case, project in department.projects():
        path, text = case.annual_objective
        whole = project.funds.total
        if whole is None or "预算" not in text:
            continue
        for match in _MONEY.finditer(text):
            try:
                stated = parse_amount(match["amount"])
            except ValueError:
                continue
            if not agree(stated, whole):
                hit = Hit(path, text, match.start("amount"), match.end("amount"))
                message = f"目标里写的是“{match.group()}”，年度资金总额是 {written(whole)}"
                related = (case.place(("年度资金", "总额")),)
                yield self.at(case, path, message, "请核对两处的金额。", related, case.spot(hit))


RULES = (count, money)
