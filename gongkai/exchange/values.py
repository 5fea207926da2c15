"""Texts of cells → values as records write them: amounts with their units, years, numbers, long texts, composite cells."""

from __future__ import annotations

import re

from gongkai.amounts import AmountError, parse_amount
from gongkai.exchange.labels import is_level1, is_level2, level_name, unit_in

BOX = re.compile("[□☐■☑√✓✔○]")
_TICKS = re.compile("[■☑√✓✔]")
_OPTION = re.compile(r"([□☐■☑√✓✔○])\s*([^\s□☐■☑√✓✔○]+)|([^\s□☐■☑√✓✔○]+?)\s*([□☐■☑√✓✔○])")
NUMBERED = re.compile(r"^(?:指标|目标|任务)\s*\d+\s*[:：、.]?\s*")
"""What a form prints before a text to be filled in."""
SUM = re.compile(r"(?:金\s*额)?\s*[总合小]\s*计.{0,4}")
"""What stands before a sum, which the program computes itself."""
_BLANK = re.compile(r"[-—–/\\／无]+|…+|\.{3,}")
_RESIDUE = re.compile(r"(?:(?:目标|任务|指标)\s*\d*\s*[:：]?[\s…]*)+|…+|[×xX]{2,}|待填写?")
# A line break in the middle of a long sentence is one of the page, not of the text.
_WRAPPED = re.compile(r"(?<=[^\s。！？；：.;:!?]{15})\n(?=[^\s\d（(①-⑳一二三四五六七八九十目])")
_START = re.compile(
    r"(?:(?<=^)|(?<=[。；;.\n])|(?<=[^\d.])(?=\d{1,3}、\d{1,2}-))\s*\d{1,3}\s*[、.．]\s*(?=\d{0,2}\s*[-—－]?\s*[\u4e00-\u9fff]{2,8}(?:指标)?\s*[；;，,])"
)
_TARGET = re.compile(r"(?:^|[；;])\s*(实施周期指标值|当年度指标值|年度指标值|指标值)\s*[:：]")


def read_value(text: str, kind: str, units: tuple[str | None, ...]) -> tuple[str | None, str]:
    """A text as the record writes a field of ``kind``, and a doubt about it; (None, reason) where it cannot be.

    ``units`` are the money units stated around the cell, the nearest first.
    """
    line = re.sub(r"\s*\n\s*", "", text).strip()
    if kind == "amount":
        return _amount(line, units)
    if kind == "year":
        found = re.fullmatch(r"((?:19|20)\d\d)\s*(?:年度?)?(?:\.0)?", line)
        return (found[1], "") if found else (None, "不是四位数的年份")
    if kind in ("count", "number"):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:分|%|人|个)?", line)
        return (found[1], "" if found[1] == line else f"原文是“{line}”") if found else (None, "不是数字")
    options = options_in(line) if kind in ("text", "choice") and re.search("[□☐☑]", line) else {}
    if options:
        ticked = [option for option, is_ticked in options.items() if is_ticked]
        return ticked[0] if len(ticked) == 1 else None, "" if len(
            ticked
        ) == 1 else "没有勾选" if not ticked else "勾选了不止一项"
    if kind == "rich":
        return _WRAPPED.sub("", _without_paragraph_tags(text)), ""
    return line, ""


def options_in(text: str) -> dict[str, bool]:
    """The choices of check boxes, before or behind their box, and whether each is ticked; none where there is no box."""
    found = _OPTION.findall(text) if BOX.search(text) else ()
    return {name or named: _TICKS.match(box or mark) is not None for box, name, named, mark in found}


def _without_paragraph_tags(text: str) -> str:
    """What upstream systems wrap in ``<p>…</p>`` as paragraphs with a blank line between."""
    if not re.search(r"</p>|<br\s*/?>", text, re.IGNORECASE):
        return text.strip()
    text = re.sub(r"\s*</p>\s*(?:<p[^>]*>)?\s*", "\n\n", text, flags=re.IGNORECASE)
    return re.sub(r"<p[^>]*>|<br\s*/?>", "\n", text, flags=re.IGNORECASE).strip()


def _amount(line: str, units: tuple[str | None, ...]) -> tuple[str | None, str]:
    if _BLANK.fullmatch(line):
        return None, "是空白的记号"
    plain = re.sub(r"[\s￥¥]", "", line).replace("，", ",").rstrip("。；;")
    unit = unit_in(plain) or next(filter(None, units), None)
    value = re.sub(r"(亿元|万元|元)$", "", plain) + (unit or "元")
    try:
        parse_amount(value)
    except AmountError:
        return None, "不是一个金额"
    return (value, "") if unit else (None, "没有读入：表上没有写金额的单位（元、万元）")


def is_blank_mark(text: str) -> bool:
    """``/``, ``—``, ``……``: what people write where there is nothing."""
    return _BLANK.fullmatch(text.strip()) is not None


def is_residue(text: str) -> bool:
    """``指标1：``, ``××``: what a form prints where something is to be filled in."""
    return _RESIDUE.fullmatch(text.strip()) is not None


def split_composite(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """The indicators of a composite cell as YAML rows, and the pieces that could not be read.

    ``1、1-产出指标；11-数量指标；名称；实施周期指标值:…；年度指标值:…。2、…``
    """
    joined = re.sub(r"\s*\n\s*", "", text)
    starts = [found.start() for found in _START.finditer(joined)]
    rows: list[dict[str, str]] = []
    rest = [joined[: starts[0]].strip()] if starts else [text]
    for start, end in zip(starts, [*starts[1:], len(joined)], strict=False):
        piece = joined[start:end]
        row = _composite_row(re.sub(r"^\s*\d{1,3}\s*[、.．]\s*", "", piece).strip())
        if row is None:
            rest.append(piece)
        else:
            rows.append(row)
    return rows, [part for part in rest if part]


def _composite_row(text: str) -> dict[str, str] | None:
    text = re.sub(r"[。.]$", "", text)
    levels = re.match(r"([^；;]+)[；;]([^；;]+)[；;]", text)
    if levels is None or not is_level1(levels[1]) or not is_level2(levels[2]):
        return None
    name, *pairs = _TARGET.split(text[levels.end() :])
    row = {
        "一级指标": level_name(levels[1]),
        "二级指标": level_name(levels[2]),
        "三级指标": name.strip(" ；;"),
    }
    for label, value in zip(pairs[::2], pairs[1::2], strict=True):
        row["实施周期指标值" if label == "实施周期指标值" else "年度指标值"] = value.strip(" ；;")
    return {key: value for key, value in row.items() if value}
