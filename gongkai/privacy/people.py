"""Words that tell of a person: names, a telephone beside one, where somebody lives, a child with age and school."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["identity", "mobile", "landline", "bank", "address", "child"]

# Characters nobody sees, which may stand anywhere inside a number; and what people put between its groups. A line
# break parts two numbers: columns of amounts would be read as one.
UNSEEN = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
BETWEEN = (
    " \\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"  # blanks of every width
    "\\-\u2010-\u2015\u2212\u2500\u30fc\ufe58\ufe63\uff0d_\uff3f~\uff5e"  # dashes
    ".\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff0e\u2026*\u3001"  # dots
    "/\\\\|\uff0f\uff3c\uff5c()\uff08\uff09\\[\\]\uff3b\uff3d{}\u3010\u3011\u3014\u3015\u300c\u300d"
)


@dataclass(frozen=True, slots=True)
class Personal:
    """Something personal at ``start``–``end`` of the text it was found in."""

    kind: Kind
    start: int
    end: int
    checked: bool = True
    """False for a number that only the words before it show to be one: its check digit is wrong."""


# The hundred most frequent surnames (公安部 2020 年全国姓名报告 and the census before it), and double ones.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈"
    "任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎闫薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武"
    "莫孔向汤温康施牛葛樊邢翟伍庞柯骆温祝欧岑简卓"
)
_DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|司徒|夏侯|慕容"
_HAN = "\u4e00-\u9fff"
# What begins like a name and is none: places, offices and everyday words of budgets.
_NO_NAME = re.compile(
    "方案|方面|方式|方法|方向|高度|高中|高新|高质|高校|高效|高标|高等|安全|江苏|江西|江门|江北|江南|金额|金融|"
    "程序|程度|万元|万人|万户|万亩|石龙|石碣|石排|石狮|黄江|黄埔|马上|武汉|武装|白云|温泉|温馨|向社|简介|简称|"
    "任务|任何|任职|田间|田野|林业|林地|史料|史志|康复|康养|施工|施行|严格|严重|龙岩|夏季|何时|于是|余额|余下|"
    "许可|许多|谢绝|段落|顾问|顾客|孔子|周边|周年|周期|周岁|马路|陆续|陆地|钟点|石油|白天|白色|毛利|牛奶|温度|钱款|"
    "张贴|张家|胡同|宋代|唐代|汤池|雷达|戴帽|程控|万一|史前|莫过|向上|向下|丁类|卓越|伍佰|杜绝|欧洲|祝福|单位|曾经|曾用"
)
_NO_ENDING = re.compile(
    "[区县市镇乡村街道局委办科处室部所院校厅会队站馆园社馆县省厂店路线号元年月日个项类级费款表册岁][某]?$"
)
NAME = f"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_SURNAMES}][{_HAN}]{{1,2}})"
"""The form of a name, to build patterns of; what it matches is one only if ``is_name`` says so."""


def is_name(text: str) -> bool:
    """Whether a match of NAME is to be taken for a person; a masked one (张某, 李××) names nobody."""
    return not ("某" in text or _NO_NAME.match(text) or _NO_ENDING.search(text))


_GAP = rf"[{UNSEEN}{BETWEEN}]{{0,4}}"
_TITLE = "(?:同志|先生|女士|老师|科长|处长|局长|主任|股长|经理|所长|站长|队长|书记|同学|小朋友)?"
_WORD = r"(?:[（(]?(?:办公|联系|咨询|固定)?(?:电话|座机|办电|联系方式|Tel)\.?(?:号码)?)"
_LINE = re.compile(
    rf"(?<![\dA-Za-z.,])(?:0\d{{2,3}}{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}|[2-9]\d{{2,3}}[- ]?\d{{4}})(?!\d|[.,]\d|[A-Za-z])"
)
_NAME_AND = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[人责员生名主])|(?<=居民))({NAME}){_TITLE}[：:，,、（( \u3000]*({_WORD})?[：:，,、 \u3000]*$"
)
_AND_NAME = re.compile(
    rf"[ \u3000]*[，,、（( \u3000][ \u3000]*(?:联系人|找)?[：:]?({NAME}){_TITLE}(?![\u4e00-\u9fff])"
)

_CONTACT = re.compile(r"(?:联系人|负责人|经办人|责任人|咨询人|填报人|填表人)[：:为是 \u3000]*$")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])")

_LIVES = "家庭住址|家庭地址|现住址|住址|居住地址|居住地|户籍地址|户籍所在地|户籍地|户口所在地|家住|现住|住在|居住于|居住在"
_SPOT = r"(?:[0-9０-９]{1,5}|[一二三四五六七八九十百]{1,4})[ \u3000]*(?:号|栋|幢|座|室|房|单元|组|弄|楼)"
_LIVING = re.compile(
    rf"(?:{_LIVES})[：:为是在于（( \u3000]{{0,4}}[^，。；;\n\x1e]{{2,40}}?{_SPOT}(?:[^，。；;\n\x1e]{{0,12}}?{_SPOT})*"
)
_HOME = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=户主|居民|姓名))({NAME})[，,、：:（( \u3000]+(?:[男女][，,、 ]+)?[^，。；;\n\x1e]{{2,30}}?"
    rf"(?:路|街|巷|村|小区|花园|苑|里|弄|大道)[^，。；;\n\x1e]{{0,12}}?[0-9０-９]{{1,5}}[^，。；;\n\x1e]{{0,12}}?(?:室|房|单元|户)"
)
# Looked for first: hardly a text has one, and names begin with many characters.
_ROOM = re.compile(r"\d[^，。；;\n\x1e]{0,12}?(?:室|房|单元|户)")
_AGE = re.compile(r"(?<![\d.\-~～—至到])(?:[3-9]|1[0-7])[ \u3000]*周?岁(?![以及至到\-~～—上下])")
_SCHOOL = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:小学|中学|学校|幼儿园|高中|初中|一中|二中|三中)|[一二三四五六七八九1-9][ ]?年级|[初高][一二三]"
)
_CHILD = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=学生|儿童|姓名|学员|孤儿|同学|患儿))({NAME}){_TITLE}(?=[，,、：:（( \u3000）)是今年就读]|[男女])"
)
_AROUND = 40
_END = re.compile("[。；;\n\x1e]")


def find_people(text: str) -> Iterator[Personal]:
    """Landlines beside a name, addresses of persons, and children named with age and school."""
    yield from _landlines(text)
    if "住" in text or "户" in text:
        yield from (Personal("address", one.start(), one.end()) for one in _LIVING.finditer(text))
    if _ROOM.search(text):
        homes = (one for one in _HOME.finditer(text) if is_name(one[1]))
        yield from (Personal("address", one.start(1), one.end()) for one in homes)
    if "岁" in text:
        yield from _children(text)


def _landlines(text: str) -> Iterator[Personal]:
    for line in _LINE.finditer(text):
        before = text[max(0, line.start() - 30) : line.start()]
        name = _NAME_AND.search(before)
        # Seven or eight digits alone are a telephone only where the text says so: 20260213 is a day.
        local = line.group()[0] not in "0０"
        contact = name and _CONTACT.search(before[: name.start(1)]) and not _DAY.match(line.group())
        told = name and (name[2] or contact)
        if name and is_name(name[1]) and (told or not local):
            yield Personal("landline", line.start(), line.end())
            continue
        after = None if local else _AND_NAME.match(text, line.end())
        if after and is_name(after[1]):
            yield Personal("landline", line.start(), line.end())


def _children(text: str) -> Iterator[Personal]:
    """A name, an age below eighteen and a school in one sentence."""
    last = 0
    for age in _AGE.finditer(text):
        head = text[max(last, age.start() - _AROUND) : age.start()]
        tail = text[age.end() : age.end() + _AROUND]
        start = age.start() - len(_END.split(head)[-1])
        end = age.end() + len(_END.split(tail)[0])
        named = [one for one in _CHILD.finditer(text, start, end) if is_name(one[1])]
        school = list(_SCHOOL.finditer(text, start, end))
        if named and school:
            begin = named[0].start(1)
            finish = max(age.end(), school[-1].end(), named[0].end(1))
            begin = min(begin, age.start())
            yield Personal("child", begin, finish)
            last = finish
