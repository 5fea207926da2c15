"""Rules of wording: known typos, brackets of document numbers and titles, marks of Chinese text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.indicators import repeat, targets
from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import SEPARATOR, Examined, Hit
from gongkai.checks.typos import PATTERN, SUSPECTS, correction
from gongkai.problems import Problem, Severity

_HAN = r"[\u4e00-\u9fff]"
_DOCUMENT = re.compile(
    rf"(?<={_HAN})(?P<open>[\[【（(［])(?P<year>(?:19|20)\d\d)(?P<close>[\]】）)］])(?=第?\d{{1,5}}\s*号)"
)
_NESTED = re.compile(r"《[^》《\x1e]*《[^》\x1e]*》[^《》\x1e]{0,20}》")
_HALF = re.compile(
    rf"(?<=[\u4e00-\u9fff”》）])[,;:!?](?=\s?[\u4e00-\u9fff“《（])|(?<={_HAN})\.(?=\s*(?:$|[\n\x1e]))"
)
_HALF_BRACKETS = re.compile(rf"\([^()\x1e\n]*{_HAN}[^()\x1e\n]*\)")
_DOUBLED = re.compile(r"。[。；，、：]|，[，。；、]|；[；。，、]|、[、。，；]|：[：。，；]|,,|;;")
_ENGLISH_WORDS = ("and", "or", "the", "of", "for", "with", "in", "to", "by", "from")
_WORD = "|".join(_ENGLISH_WORDS)
_ENGLISH = re.compile(rf"(?<={_HAN})\s*(?<![A-Za-z])(?:{_WORD})(?![A-Za-z])\s*(?={_HAN})")
_SPACE = re.compile(rf"(?<={_HAN})[ \u3000]+(?={_HAN})")
_PAIRS = {"）": "（", "》": "《", "”": "“", "】": "【", "〕": "〔", "〉": "〈", "’": "‘"}
_OPENING = frozenset(_PAIRS.values())
_MARKS = re.compile(r"[（）()《》“”【】〔〕〈〉]")
_FULL = str.maketrans("()", "（）")
_LIST_MARK = re.compile(
    r"(?:(?<=[\n\x1e，。；：、\s])|^)(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]"
)


@rule("wording.typo", Severity.WARNING, "常见的错别字")
def typo(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """公开文本里反复出现的错别字。程序只报告，不改动原文。

    错：`建立建全工作机制`、`及时拔付资金`、`防汛抗汗`
    对：`建立健全工作机制`、`及时拨付资金`、`防汛抗旱`
    """
    for case in department.texts():
        blob = case.blob
        if not any(suspect in blob for suspect in SUSPECTS):
            continue
        for match in PATTERN.finditer(blob):
            hit = case.hit(match.start(), match.end())
            message = f"“{hit.found}”像是“{correction(hit.found)}”之误：…{hit.around()}…"
            yield self.in_text(case, hit, message, f"请改为“{correction(hit.found)}”。")


@rule("wording.document-number", Severity.NOTICE, "发文字号的年份用六角括号〔〕")
def document_number(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """发文字号的年份写在六角括号〔〕里（GB/T 9704—2012），不用【】、[]、（）。

    错：`东组通【2021】12号`、`工委[2022]69号`
    对：`东组通〔2021〕12号`
    """
    for case in department.texts():
        if "号" in case.blob:
            yield from _first_in_each(
                self, case, _DOCUMENT, "发文字号的年份写成了“{found}”", "请改为六角括号，例如“〔2021〕”。"
            )


@rule("wording.nested-title", Severity.NOTICE, "书名号里的书名号用〈〉")
def nested_title(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """书名号里面还有书名号的，里面的用单书名号〈〉（GB/T 15834—2011）。

    错：`《关于印发《管理办法》的通知》`
    对：`《关于印发〈管理办法〉的通知》`
    """
    for case in department.texts():
        if "《" in case.blob:
            yield from _first_in_each(
                self, case, _NESTED, "书名号套书名号：“{short}”", "里面的书名号请改为〈〉。"
            )


@rule("wording.half-width", Severity.NOTICE, "中文里用全角标点")
def half_width(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """中文句子里用全角的逗号、分号、冒号和括号；数字、字母之间和编号的半角不算。

    错：`推动政府提升办事效率, 增强群众满意度`、`“三转”(转职能、转方式、转作风)`
    对：`推动政府提升办事效率，增强群众满意度`
    """
    for case in department.texts():
        blob = case.blob
        if any(mark in blob for mark in ",;:!?.("):
            yield from _first_in_each(
                self, case, _HALF, "中文里用了半角标点“{found}”：…{around}…", "请改为全角标点。"
            )
            yield from _first_in_each(
                self, case, _HALF_BRACKETS, "中文里用了半角括号：“{short}”", "请改为全角括号（）。"
            )


@rule("wording.doubled", Severity.NOTICE, "标点不能连用")
def doubled(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """句号、逗号、分号、顿号连在一起，多半是改稿时漏删。

    错：`推动党建工作提质增效。；四、党管武装`
    对：`推动党建工作提质增效；四、党管武装`
    """
    for case in department.texts():
        for match in _DOUBLED.finditer(case.blob):
            hit = case.hit(match.start(), match.end())
            message = f"标点连用“{hit.found}”：…{hit.around()}…"
            yield self.in_text(case, hit, message, "请删去一个。")


@rule("wording.unbalanced", Severity.WARNING, "括号和引号要成对")
def unbalanced(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """括号、书名号、引号要有始有终。编号的“1）”不算。

    错：`（开展网络考评相关工作，抽调2名人员`
    对：`（开展网络考评相关工作），抽调2名人员`
    """
    for case in department.texts():
        if _counts_match(case.blob):
            continue
        start = 0
        for text in case.blob.split(SEPARATOR):
            lone = None if _counts_match(text) else _lone_mark(text)
            if lone is not None:
                hit = case.hit(start + lone, start + lone + 1)
                message = f"“{hit.found}”没有配对：…{hit.around(8)}…"
                yield self.in_text(case, hit, message, "请补上另一半，或删去这个标点。")
            start += len(text) + 1


def _counts_match(text: str) -> bool:
    """A quick look: as many closing as opening marks of each kind (a text with them in a wrong order is rare)."""
    plain = text.translate(_FULL) if "(" in text or ")" in text else text
    return all(plain.count(close) == plain.count(open_) for close, open_ in _PAIRS.items() if close != "’")


def _lone_mark(text: str) -> int | None:
    """Where the first mark without its partner stands."""
    skipped = {match.end() - 1 for match in _LIST_MARK.finditer(text)}
    stack: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text):
        mark = match.group().translate(_FULL)
        if mark in _OPENING:
            stack.append((mark, match.start()))
        elif stack and stack[-1][0] == _PAIRS[mark]:
            stack.pop()
        elif match.start() not in skipped:
            return match.start()
    return stack[0][1] if stack else None


@rule("wording.english", Severity.NOTICE, "中文里不夹英文虚词")
def english(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """and、of、the 一类的英文词夹在中文里，多半是机器翻译或转换留下的。

    错：`新时代中国特色社会主义思想 and 党的二十大精神`
    对：`新时代中国特色社会主义思想和党的二十大精神`
    """
    for case in department.texts():
        if any(word in case.blob for word in _ENGLISH_WORDS):
            yield from _first_in_each(
                self, case, _ENGLISH, "中文里夹着英文“{found}”：…{around}…", "请改为中文。"
            )


@rule("wording.space", Severity.NOTICE, "汉字之间不留空格")
def space(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """汉字之间的空格多半是从表格或 PDF 里复制时带来的，搜索时会找不到这个词。

    错：`三级指标: 党 支部数量`
    对：`三级指标: 党支部数量`
    """
    for case in department.texts():
        if " " in case.blob or "\u3000" in case.blob:
            yield from _first_in_each(self, case, _SPACE, "汉字之间有空格：…{around}…", "请删去空格。")


@rule("wording.end-mark", Severity.NOTICE, "指标名称末尾不加标点")
def end_mark(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """三级指标是名称，末尾不用句号、分号、逗号。

    错：`三级指标: 开展集中评议、暗访访谈评议等活动。`
    对：`三级指标: 开展集中评议、暗访访谈评议等活动`
    """
    for case in department.records:
        for row in case.rows:
            if row.name and row.name[-1] in "。；;，,、：:":
                path = (*row.path, "三级指标")
                hit = Hit(path, row.name, len(row.name) - 1, len(row.name))
                message = f"指标名称末尾有标点“{row.name[-1]}”"
                yield self.in_text(case, hit, message, "请删去末尾的标点。")


def _first_in_each(
    self: Rule, case: Examined, pattern: re.Pattern[str], message: str, hint: str
) -> Iterator[Problem]:
    """One finding for each text, at the first match; further ones are counted, so that style does not shout."""
    found: dict[tuple[str | int, ...], list[Hit]] = {}
    for match in pattern.finditer(case.blob):
        hit = case.hit(match.start(), match.end())
        found.setdefault(hit.path, []).append(hit)
    for hits in found.values():
        first = hits[0]
        shown = first.found.strip()
        short = shown if len(shown) <= 24 else shown[:22] + "…"
        text = message.format(found=shown, short=short, around=first.around())
        more = f"（这一段里共 {len(hits)} 处）" if len(hits) > 1 else ""
        yield self.in_text(case, first, text + more, hint)


@rule("wording.quoted-value", Severity.NOTICE, "指标值外面不要加中文引号")
def quoted_value(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """以 > < * % 开头的值要用半角引号括起来；用了中文引号，引号会原样印在表上。

    错：`年度指标值: ‘>95%’`
    对：`年度指标值: '>95%'`
    """
    for case in department.records:
        for row in case.rows:
            for key, target in targets(row):
                text = target.text.strip()
                if len(text) > 1 and text[0] in "‘’“”" and text[-1] in "‘’“”":
                    message = f"指标值“{text}”外面的中文引号会印在表上"
                    hint = f"请删去引号，或换成半角引号：'{text[1:-1]}'。"
                    yield self.at(case, (*row.path, key), message, hint, repeat(case, row, key))


RULES = (
    typo, document_number, nested_title, half_width, doubled, unbalanced, english, space, end_mark, quoted_value,
)  # fmt: skip
