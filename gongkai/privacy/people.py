"""Words that tell of a person: a telephone beside a name, where somebody lives, a child with age and school."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.privacy.found import BETWEEN, NAME, UNSEEN, Personal, is_name

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
        yield from (
            Personal("address", one.start(1), one.end()) for one in _HOME.finditer(text) if is_name(one[1])
        )
    if "岁" in text:
        yield from _children(text)


def _landlines(text: str) -> Iterator[Personal]:
    for line in _LINE.finditer(text):
        before = text[max(0, line.start() - 30) : line.start()]
        name = _NAME_AND.search(before)
        # Seven or eight digits alone are a telephone only where the text says so: 20260213 is a day.
        local = line.group()[0] not in "0０"
        told = name and (
            name[2] or (_CONTACT.search(before[: name.start(1)]) and not _DAY.match(line.group()))
        )
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
