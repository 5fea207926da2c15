"""Validation errors → problems in the clerk's words, at their places."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.source import Document, Path_, path_text
from gongkai.reading.vocabulary import inner_record

M = TypeVar("M", bound=BaseModel)
_AMOUNT_HINT = "例如 27,700.00元 或 2.77万元；没有数的留空，零写 0。"
_MESSAGES: dict[str, tuple[str, str, str]] = {
    "missing": ("record.missing", "缺少“{field}”", "请补上这一项，例如“{field}: …”。"),
    "text_expected": ("record.text", "“{field}”应当是一段文字，这里却是{got}", "请检查缩进；文字里有冒号时请用引号括起来。"),
    "text_too_long": ("record.too-long", "“{field}”有 {length:,} 个字，超过上限 {most:,} 个字", "请缩短，或放进附件。"),
    "year": ("record.year", "“{text}”不是年份", "请写四位数字，例如 2026。"),
    "day": ("record.date", "“{text}”不是日期", "请写成 2026-02-13 的样子。"),
    "day_meant": ("record.date", "“{text}”不是日期的写法，它是 {meant}", "请写 {meant}：日期写成“年-月-日”（从 Excel 复制的会变成一个数）。"),
    "amount_meant": ("record.amount", "“{text}”不是金额的写法，像是 {meant}", "请核对原文，写成 {meant}。"),
    "count": ("record.count", "“{text}”不是整数", "请只写数字，例如 12。"),
    "number": ("record.number", "“{text}”不是数", "请只写数字，例如 10 或 12.5。"),
    "yes_no": ("record.choice", "“{text}”应当是“是”或“否”", "请改成 是 或 否。"),
    "slug": ("record.slug", "“{text}”不能作文件名", "只用小写英文字母、数字和连字符，例如 dang-jian-huodong。"),
    "file_name": (
        "record.file",
        "“{text}”不能作公开文件的名字",
        "只用小写英文字母、数字、连字符和点，扩展名是 pdf、xls、xlsx、doc、docx、csv、json、jpg 或 png。",
    ),
    "literal_error": ("record.choice", "“{input}”不在可选的值里", "请从下列值中选一个：{expected}。"),
    "choice": ("record.choice", "“{text}”不在可选的值里", "请从下列值中选一个：{expected}。"),
    "amount_number": ("record.amount", "“{text}”不是金额", _AMOUNT_HINT),
    "amount_empty": ("record.amount", "金额是空的", _AMOUNT_HINT),
    "amount_grouping": ("record.amount", "“{text}”的千位分隔符位置不对", "请每三位一个逗号，例如 1,172.47；或不写逗号。"),
    "amount_unit": ("record.amount", "“{text}”的单位不认识", "单位写 元、万元 或 亿元。"),
    "amount_negative": ("record.amount", "金额“{text}”是负数", "预算金额不能小于零；请核对原文。"),
    "amount_size": ("record.amount", "金额“{text}”太长", "请核对位数。"),
    "model_type": ("record.mapping", "“{field}”下面应当分行写各项，这里却是{got}", "每项一行，比“{field}”多缩进两个空格。"),
    "dict_type": ("record.mapping", "“{field}”下面应当分行写各项，这里却是{got}", "每项一行，比“{field}”多缩进两个空格。"),
    "tuple_type": ("record.list", "“{field}”应当是一个列表，这里却是{got}", "每一行前面加“- ”。"),
}  # fmt: skip
_KINDS = {"str": "一段文字", "list": "一个列表", "dict": "几个分项", "NoneType": "空白"}


def validated(
    model: type[M], document: Document, data: Mapping[str, Any] | None = None
) -> tuple[M | None, list[Problem]]:
    """A document as a record, with every problem of it; ``data`` is what is read where the loader changed something."""
    try:
        return model.model_validate(document.data if data is None else data), []
    except ValidationError as error:
        return None, [_explained(one, document, model) for one in error.errors(include_url=False)]


def _explained(details: ErrorDetails, document: Document, model: type[BaseModel]) -> Problem:
    loc: Path_ = tuple(part for part in details["loc"] if part != "[key]")
    if details["type"] == "extra_forbidden":
        return _inside(document, loc, model) or _unknown_key(document, loc, _keys_at(model, loc[:-1]))
    rule, message, hint = _MESSAGES.get(
        details["type"], ("record.value", "“{field}”的值不对", "请对照手册改正。")
    )
    context = _context(details, (*document.base, *loc))
    if details["type"] == "tuple_type" and isinstance(details["input"], str):
        message = "“{field}”下面应当一条一条地写，这里却是“{input}”"
        hint = "读者在表上看不到别处的内容；请把每一条写在这里，前面加“- ”。"
        context["input"] = str(details["input"])[:20]
    missing = details["type"] == "missing"
    place = document.place(loc[:-1] if missing else loc, key=missing)
    return _error(place, rule, message.format(**context), hint.format(**context), document, loc)


def _error(place: Place, rule: str, message: str, hint: str, document: Document, loc: Path_) -> Problem:
    return Problem(place, rule, Severity.ERROR, message, hint, path_text((*document.base, *loc)))


def _context(details: ErrorDetails, loc: Path_) -> dict[str, Any]:
    names = [part for part in loc if isinstance(part, str)]
    context = {"field": names[-1] if names else "记录", "text": "", **details.get("ctx", {})}
    value = details["input"]
    context["got"] = _KINDS.get(context.get("got") or type(value).__name__, "别的内容")
    context["input"] = value
    context["expected"] = (
        str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、").replace("'", "")
    )
    return context


def _inside(document: Document, loc: Path_, model: type[BaseModel]) -> Problem | None:
    """The problem of a key that belongs below another one of the record and is not indented: 年度目标."""
    for name, field in model.model_fields.items() if len(loc) == 1 else ():
        record, is_list = inner_record(field.annotation)
        if record and not is_list and any(one.alias == loc[0] for one in record.model_fields.values()):
            owner = field.alias or name
            message = f"“{loc[0]}”没有缩进，它是“{owner}”下面的一项"
            hint = f"请放在“{owner}:”的下面，前面空两格。"
            return _error(document.place(loc, key=True), "record.unknown-key", message, hint, document, loc)
    return None


def _unknown_key(document: Document, loc: Path_, known: list[str]) -> Problem:
    hint = suggestion(str(loc[-1]), known, 0.5) or f"这里可以写：{'、'.join(known)}。"
    message = f"不认识“{loc[-1]}”"
    return _error(document.place(loc, key=True), "record.unknown-key", message, hint, document, loc)


def suggestion(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """What a wrong name was most likely meant to be, as a hint; "" where nothing is near."""
    near = difflib.get_close_matches(name, list(known), 1, cutoff)
    return f"你是不是要写“{near[0]}”？" if near else ""


def _keys_at(model: type[BaseModel], loc: Path_) -> list[str]:
    """The keys allowed at a place inside a model."""
    current: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, int) or current is None:
            continue
        info = next(
            (field for name, field in current.model_fields.items() if part == (field.alias or name)), None
        )
        current = inner_record(info.annotation)[0] if info else None
    keys = (field.alias or name for name, field in current.model_fields.items()) if current else ()
    return [key for key in keys if not key.startswith("\0")]
