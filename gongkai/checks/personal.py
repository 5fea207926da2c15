"""Rules of personal data: numbers and words that tell of a person must not be published, in whatever field they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.checks.wholefile import WholeFile
from gongkai.privacy import NAMES, Kind, find_personal, starred
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.kinds import Record
from gongkai.reading.source import Document

_HINT = "请删去或隐去；公开个人信息违反《个人信息保护法》，网站检查会一票否决。"


def _findings(self: Rule, files: Iterable[WholeFile], kind: Kind) -> Iterator[Problem]:
    for file in files:
        for found in file.personal:
            if found.kind == kind:
                hit = file.hit(found.start, found.end)
                doubt = "" if found.checked else _doubt(kind, hit.found)
                message = f"这里有{NAMES[kind]}“{starred(hit.found, kind)}”{doubt}"
                yield self.in_text(file, hit, message, _HINT)


def _doubt(kind: Kind, number: str) -> str:
    if kind != "identity":
        return "（没有校验码可以核对，也不能公开）"
    whole = sum(character.isalnum() for character in number) == 18
    fault = "校验码不对，可能写错了" if whole else "不是十八位，没有校验码可以核对"
    return f"（{fault}，也不能公开）"


@rule("personal.identity", Severity.ERROR, "不能公开身份证号码")
def identity(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """十八位、地区码和出生日期合理、校验码正确的，是身份证号码，数字之间有空格、点、横线，或者末位的 X 打成别的字母，也算；写在“身份证号”“证件号码”后面的十五至十八位数字，校验码不对也算；姓名后面的十五位旧号码也算。报告里只显示头尾几位。

    错：`补贴对象张某，身份证号 11010519491231002X`
    对：`补贴对象36人`
    """
    yield from _findings(self, department.files, "identity")


@rule("personal.mobile", Severity.ERROR, "不能公开手机号码")
def mobile(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """十一位、以 13 至 19 开头的，是手机号码，前面有 +86、0086，或者数字之间有空格、点、横线、斜线、括号，也算；紧跟在“代码”“编号”后面的，和金额，不算。确需公开的办公用号可以认可。

    错：`联系人李某 138-0013-8000`
    对：`联系电话：0769-22830000`
    """
    yield from _findings(self, department.files, "mobile")


@rule("personal.landline", Severity.ERROR, "电话号码旁边不能写姓名")
def landline(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """办公电话可以公开，和个人的姓名写在一起就是个人信息。确需公开的可以认可。

    错：`联系人：张三，电话：0769-22830000`
    对：`联系电话：0769-22830000（办公室）`
    """
    yield from _findings(self, department.files, "landline")


@rule("personal.bank", Severity.ERROR, "不能公开银行卡号和账号")
def bank(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """十六至十九位、以银行卡的号段开头、校验码正确的，是银行卡号；写在“账号”“卡号”后面的十二位以上数字也算。单位的账户确需公开的可以认可。

    错：`补贴发放到 6222020200112233446`
    对：`补贴通过银行代发`
    """
    yield from _findings(self, department.files, "bank")


@rule("personal.address", Severity.ERROR, "不能公开个人住址")
def address(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写在“住址”“家住”“户籍地址”后面、有门牌号的，或者姓名后面有路名和房号的，是个人住址。单位的办公地址不算。

    错：`张三家住石排镇福隆村3组12号`
    对：`补助石排镇困难群众12户`
    """
    yield from _findings(self, department.files, "address")


@rule("personal.child", Severity.ERROR, "不能公开未成年人的姓名、年龄和学校")
def child(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """同一句话里有姓名、十八岁以下的年龄和学校（或年级）的，能认出是哪一个孩子。

    错：`资助学生王小明，8岁，就读于莞城中心小学`
    对：`资助困难学生1名`
    """
    yield from _findings(self, department.files, "child")


RULES = (identity, mobile, landline, bank, address, child)
_BY_KIND: dict[Kind, Rule] = {"identity": identity, "mobile": mobile, "landline": landline, "bank": bank, "address": address, "child": child}  # fmt: skip


def check_settings(documents: Iterable[Document]) -> list[Problem]:
    """The same rules over files of no department: the site's and the localities'."""
    files = [WholeFile(document, Record()) for document in documents]
    return [problem for kind, one in _BY_KIND.items() for problem in _findings(one, files, kind)]


def check_text(file: str, text: str) -> list[Problem]:
    """The same rules over a file that is no record: a Markdown page, a template, a style; once a line for the same."""
    problems = []
    for found in find_personal(text):
        one, start = _BY_KIND[found.kind], text.rfind("\n", 0, found.start) + 1
        place = Place(file, text.count("\n", 0, found.start) + 1, found.start - start + 1)
        shown = starred(text[found.start : found.end], found.kind)
        message = f"这里有{NAMES[found.kind]}“{shown}”"
        problems.append(Problem(place, one.id, one.severity, message, _HINT))
    return list({(one.place.line, one.message): one for one in reversed(problems)}.values())[::-1]
