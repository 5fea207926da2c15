"""Rules of personal data: numbers of identity cards, mobile phones and bank cards must not be published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.privacy import Kind, find_personal, starred
from gongkai.problems import Problem, Severity

_MAYBE = re.compile(r"\d(?:[ \-－]?\d){10}")
_HINT = "请删去或隐去这个号码；公开个人信息违反《个人信息保护法》，网站检查会一票否决。"


def _numbers(self: Rule, department: DepartmentCase, kind: Kind, name: str) -> Iterator[Problem]:
    for case in department.texts():
        if not _MAYBE.search(case.blob):
            continue
        for found in find_personal(case.blob):
            if found.kind == kind:
                hit = case.hit(found.start, found.end)
                whole = sum(character.isalnum() for character in hit.found) == 18
                fault = "校验码不对，可能写错了" if whole else "不是十八位，没有校验码可以核对"
                doubt = "" if found.checked else f"（{fault}，也不能公开）"
                yield self.in_text(case, hit, f"这里有{name}“{starred(hit.found)}”{doubt}", _HINT)


@rule("personal.identity", Severity.ERROR, "不能公开身份证号码")
def identity(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """十八位、地区码和出生日期合理、校验码正确的，是身份证号码；写在“身份证号”“证件号码”后面的十五至十八位数字，校验码不对也算。报告里只显示头尾几位。

    错：`补贴对象张某，身份证号 11010519491231002X`
    对：`补贴对象36人`
    """
    yield from _numbers(self, department, "identity", "身份证号码")


@rule("personal.mobile", Severity.ERROR, "不能公开手机号码")
def mobile(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """十一位、以 13 至 19 开头的，是手机号码；紧跟在“代码”“编号”后面的不算。确需公开的办公用号可以认可。

    错：`联系人李某 13800138000`
    对：`联系电话：0769-22830000`
    """
    yield from _numbers(self, department, "mobile", "手机号码")


@rule("personal.bank", Severity.ERROR, "不能公开银行卡号")
def bank(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """十六至十九位、以银行卡的号段开头、校验码正确的，是银行卡号。

    错：`补贴发放到 6222020200112233446`（校验码正确的卡号）
    对：`补贴通过银行代发`
    """
    yield from _numbers(self, department, "bank", "银行卡号")


RULES = (identity, mobile, bank)
