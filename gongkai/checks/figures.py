"""Rules of what texts state: budgets, sums and their parts, growth, and texts that are the same but for a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise

from gongkai.amounts import parse_amount
from gongkai.checks.examined import DepartmentCase, RecordCase
from gongkai.checks.money import agree, written
from gongkai.checks.rule import rule
from gongkai.checks.texts import Examined, Finding, Hit
from gongkai.reading.records import Project

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
_LONG, _LONGEST, _NEARLY, _WORTH_QUOTING = 60, 1_500, 0.85, 24


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
        if (
            whole
            and not another
            and not agree(stated, whole)
            and not _OF_SEVERAL_YEARS.match(text, match.end())
        ):
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
    known = [
        (path, re.sub(r"\s+", "", text)) for path, text in texts if text and _LONG <= len(text) <= _LONGEST
    ]
    for (path, one), (other_path, other) in pairwise(known):
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if one == other or bare(one) == bare(other):
            continue
        if matcher.quick_ratio() >= _NEARLY and matcher.ratio() >= _NEARLY:
            changes = [(one[a:b], other[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
            told = "；".join(f"“{_cut(first)}”对“{_cut(second)}”" for first, second in changes[:3])
            message = f"{other_path[-1]}与{path[-1]}只有 {len(changes)} 处不同：{told}"
            yield case.at(other_path, message, "请核对哪一处是对的。", path)


def _cut(text: str) -> str:
    return text if 0 < len(text) <= _WORTH_QUOTING else f"{text[: _WORTH_QUOTING - 1]}…" if text else "（无）"


def bare(text: str) -> str:
    """A goal without what makes no difference: marks, blanks, markup and years."""
    return re.sub(r"<[^>]*>|[\W_]+|(?:20\d\d年?(?:[至到]20\d\d)?)?年?度?|本年|当年|全年", "", text)
