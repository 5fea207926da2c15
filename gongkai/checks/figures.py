"""Rules of what texts state: budgets, sums and their parts, growth, and texts that are the same but for a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise

from gongkai.amounts import parse_amount
from gongkai.checks.examined import DepartmentCase
from gongkai.checks.money import agree, written
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Hit
from gongkai.problems import Problem, Severity

_MONEY = re.compile(
    r"(?:年度预算|本年预算|预算安排|安排预算|预算资金|项目预算)(?:资金|总额|共|为|约|金额)*(?P<amount>[\d,]+(?:\.\d+)?万?元)"
)
_NOT_THE_YEAR = re.compile(r"总额$|项目$|总投资$|概算$|周期$|累计$|三年$|上年$|去年$|(?:20\d\d)年度?$")
_PARTS = re.compile(
    r"(?P<whole>\d[\d,]*(?:\.\d+)?)\s*万元?\s*(?:[，,（(]\s*其中|[（(])[:：]?(?P<parts>[^。；;\x1e\n]{4,160}?)(?=[。；;）)\x1e\n]|$)"
)
_WAN = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*万元")
_GROWTH = re.compile(
    r"(?P<now>\d[\d,]*(?:\.\d+)?)\s*万元，?(?:比|较)[^，。；\x1e]{2,12}?(?P<way>增加|减少)\s*(?P<change>\d[\d,]*(?:\.\d+)?)\s*万元，?(?:增长|下降|增幅|降幅|增加|减少)[为约]?\s*(?P<percent>\d+(?:\.\d+)?)\s*%"
)
_LONG, _LONGEST, _NEARLY, _WORTH_QUOTING = 60, 1_500, 0.85, 24


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
            if _NOT_THE_YEAR.search(text[max(0, match.start() - 14) : match.start()]):
                continue
            after = text[match.end() : match.end() + 16]
            if not agree(stated, whole) and not re.match(
                r"[，,]?\s*(?:其中)?[：:]?\s*20\d\d年度?(?:安排|预算|投入|拨付|支出|资金)|[，,]?\s*(?:其中)?(?:当年|本年|年度)",
                after,
            ):
                hit = Hit(path, text, match.start("amount"), match.end("amount"))
                message = f"目标里写的是“{match.group()}”，年度资金总额是 {written(whole)}"
                related = (case.place(("年度资金", "总额")),)
                yield self.at(case, path, message, "请核对两处的金额。", related, case.spot(hit))


@rule("narrative.parts", Severity.WARNING, "文字里的分项要等于合计")
def parts(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一句话里写明合计，又用“其中”或括号列出全部分项的，分项合计要等于合计；只列一部分的，不能超过。

    错：`安排15万元，其中：培训费8万元、资料费9万元`
    对：`安排15万元，其中：培训费8万元、资料费7万元`
    """
    for case in department.texts():
        for match in _PARTS.finditer(case.blob) if "万元" in case.blob else ():
            amounts = [Decimal(one.replace(",", "")) for one in _WAN.findall(match["parts"])]
            whole = Decimal(match["whole"].replace(",", ""))
            if len(amounts) >= 2 and sum(amounts) > whole and max(amounts) <= whole:
                hit = case.hit(match.start("whole"), match.end("whole"))
                message = f"这里合计是 {whole:f}万元，分项 {' + '.join(f'{one:f}' for one in amounts)} = {sum(amounts):f}万元"
                yield self.in_text(case, hit, message, "请核对合计和各个分项。")


@rule("narrative.growth", Severity.WARNING, "增减的数和百分比要对得上")
def growth(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """“安排15.67万元，比上年增加3万元，增长23.68%”：增加的数除以上年的数，要等于百分比。

    错：`安排15.67万元，比2022年增加3万元，增长32.68%`
    对：`安排15.67万元，比2022年增加3万元，增长23.68%`
    """
    for case in department.texts():
        for match in _GROWTH.finditer(case.blob) if "%" in case.blob else ():
            now, change, stated = (
                Decimal(match[name].replace(",", "")) for name in ("now", "change", "percent")
            )
            before = now - change if match["way"] in "增加增长" else now + change
            exact = change * 100 / before if before > 0 else Decimal(0)
            if before > 0 and abs(exact - stated) > Decimal("0.06") + exact / 100:
                hit = case.hit(match.start("percent"), match.end("percent"))
                message = f"{change:f} ÷ 上年的 {before:f} 是 {exact:.2f}%，这里写的是 {stated:f}%"
                yield self.in_text(case, hit, message, "请核对增减的数和百分比。")


@rule("narrative.variants", Severity.NOTICE, "几处大体相同的文字要完全一致")
def variants(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """项目概述、项目内容、年度目标是同一段话的，几处却有一两个字不同，多半有一处抄错、漏抄，或数已经改过。

    错：概述写“县级安排的各项任务”，年度目标写“县创建赋市的各项任务”
    对：几处一致，或各写各的
    """
    for case, project in department.projects():
        goal = case.annual_objective
        texts = [
            (("项目概述",), project.overview),
            (("项目内容",), project.content),
            goal,
            (("总体绩效目标", "实施周期总目标"), project.objective.period),
        ]
        known = [
            (path, re.sub(r"\s+", "", text))
            for path, text in texts
            if text and _LONG <= len(text) <= _LONGEST
        ]
        for (path, one), (other_path, other) in pairwise(known):
            matcher = SequenceMatcher(None, one, other, autojunk=False)
            if (
                one == other
                or matcher.quick_ratio() < _NEARLY
                or _bare(one) == _bare(other)
                or matcher.ratio() < _NEARLY
            ):
                continue
            changes = [(one[a:b], other[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
            told = "；".join(f"“{_cut(first)}”对“{_cut(second)}”" for first, second in changes[:3])
            message = f"{other_path[-1]}与{path[-1]}只有 {len(changes)} 处不同：{told}"
            yield self.at(case, other_path, message, "请核对哪一处是对的。", (case.place(path),))


def _cut(text: str) -> str:
    return text if 0 < len(text) <= _WORTH_QUOTING else f"{text[: _WORTH_QUOTING - 1]}…" if text else "（无）"


def _bare(text: str) -> str:
    return re.sub(r"[\W\d]|年度?|本|当", "", text)


RULES = (money, parts, growth, variants)
