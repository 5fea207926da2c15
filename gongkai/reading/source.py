"""A record file → its data with the place of every key and value, scalars as text; and as a record, all problems told."""

from __future__ import annotations

import difflib
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.files import decode, problem, read_bytes
from gongkai.reading.nodes import Data, NodeReader, compose, diagnose
from gongkai.reading.vocabulary import inner_record

Path_ = tuple[str | int, ...]
Spot = tuple[int, int]
Spots = Mapping[Path_, Spot]
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
    "file_name": ("record.file", "“{text}”不能作公开文件的名字", "只用小写英文字母、数字、连字符和点，扩展名是 pdf、xls、xlsx、doc、docx、csv、json、jpg 或 png。"),
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


@dataclass(frozen=True)
class Document:
    """One file as read: its data, and where each value and each key stands.

    Places are looked up in ``marks`` when the first is asked for: most files have nothing to tell of.
    """

    file: str
    data: Data
    marks: array[int] = field(default_factory=lambda: array("I"), repr=False, compare=False)
    """Line and column of every key and value of the file, in the order of the file."""
    text: str = ""
    whole: Data = field(default=None, repr=False, compare=False)
    """For a part of a file: the data of all of it, and where the part stands there."""
    base: Path_ = ()

    @property
    def values(self) -> Spots:
        """Line and column of each value, by the path into ``data``."""
        return self._places[0]

    @property
    def keys(self) -> Spots:
        """Line and column of each key, by the path of its value."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[Spots, Spots]:
        """Those of this part of the file, from its own beginning."""
        found: tuple[dict[Path_, Spot], dict[Path_, Spot]] = ({}, {})
        paths, marks, size = _noted(self.whole if self.base else self.data), iter(self.marks), len(self.base)
        for (path, is_key), spot in zip(paths, zip(marks, marks, strict=True), strict=False):
            if path[:size] == self.base:
                found[is_key][path[size:]] = spot
        return found

    @property
    def fields(self) -> dict[str, Data]:
        """Its data by key; none for a part that is a list or a text."""
        return self.data if isinstance(self.data, dict) else {}

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Where ``path`` stands (its key with ``key``); for a path that is absent, its nearest parent."""
        first, other = (self.keys, self.values) if key else (self.values, self.keys)
        parts = (path[:end] for end in range(len(path), -1, -1))
        spots = (spot for part in parts if (spot := first.get(part) or other.get(part)))
        return Place(self.file, *next(spots, (1, 1)))

    def part(self, base: Path_) -> Document:
        """What stands at ``base``, as a document of its own with its places in the whole file."""
        data: Any = self.data
        for step in base:
            data = data[step] if isinstance(data, list) or step in (data or {}) else None
        whole = self.whole if self.base else self.data
        return Document(self.file, data, self.marks, self.text, whole, (*self.base, *base))


def _noted(data: Data, path: Path_ = ()) -> Iterator[tuple[Path_, bool]]:
    """The path of every value, and of every key (True), in the order in which the reader notes their marks."""
    yield path, False
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key), True
            yield from _noted(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _noted(value, (*path, index))


def leaves(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Path and text of everything that is stated in a file, or in a part of it."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from leaves(value, (*path, number))
    elif isinstance(data, str) and data:
        yield path, data


def keys_of(path: Path_) -> tuple[str, ...]:
    """The keys of a path, row numbers left out."""
    return tuple(part for part in path if isinstance(part, str))


def path_text(path: Path_) -> str:
    """``绩效指标[3].权重``: a path as people write it, rows counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(file: Path, name: str) -> tuple[Document | None, list[Problem]]:
    """Read one record file; ``name`` is how it is called in problems. None when nothing could be read."""
    smaller = "一个文件只写一条记录；图片、附件不要放进记录。"
    raw = read_bytes(file, name, smaller, "请检查文件是否存在、权限是否正确。")
    return parse_yaml(raw, name) if isinstance(raw, bytes) else (None, [raw])


def parse_yaml(raw: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse the bytes of one record file; see ``read_yaml``."""
    text = decode(raw, name)
    if isinstance(text, Problem):
        return None, [_unchecked(text)]
    if not text.strip():
        return None, [problem(name, 1, 1, "source.empty", "文件是空的", "请填写内容，或删除这个文件。")]
    try:
        root = compose(text)
    except yaml.YAMLError as error:
        return None, [_unchecked(diagnose(error, text, name))]
    if root is None:
        message, hint = "文件里只有注释，没有内容", "请填写内容，或删除这个文件。"
        return None, [problem(name, 1, 1, "source.empty", message, hint)]
    reader = NodeReader(name, text)
    data = reader.read(root, in_list=False)
    if any(one.rule == "source.limit" for one in reader.problems):
        return None, reader.problems
    if not isinstance(data, dict):
        message = "这不是一条记录：应当由“名称: 值”的行组成"
        hint = "冒号用半角“:”，后面空一格，例如“项目名称: 民兵事业费”。"
        spot = reader.marks[0], reader.marks[1]
        return None, [*reader.problems, problem(name, *spot, "source.not-a-record", message, hint)]
    return Document(name, data, reader.marks, text), reader.problems


def _unchecked(found: Problem) -> Problem:
    """One such fault hides all others: the clerk is told, lest the next report be a surprise."""
    return replace(found, hint=f"{found.hint}（改正以前，这个文件里的其他内容没有核对。）")


# -- as a record -------------------------------------------------------------------------------------


def validated(
    model: type[M], document: Document, problems: list[Problem], data: Mapping[str, Any] | None = None
) -> M | None:
    """A document as a record; None with all that is wrong added to ``problems``.

    ``data`` is what is read where the loader changed something.
    """
    try:
        return model.model_validate(document.data if data is None else data)
    except ValidationError as error:
        problems += [_explained(one, document, model) for one in error.errors(include_url=False)]
        return None


def _explained(details: ErrorDetails, document: Document, model: type[BaseModel]) -> Problem:
    loc: Path_ = tuple(part for part in details["loc"] if part != "[key]")
    if details["type"] == "extra_forbidden":
        if found := _inside(document, loc, model):
            return found
        known, name = _keys_at(model, loc[:-1]), str(loc[-1])
        hint = suggestion(name, known, 0.5) or f"这里可以写：{'、'.join(known)}。"
        place = document.place(loc, key=True)
        return _error(place, "record.unknown-key", f"不认识“{name}”", hint, document, loc)
    otherwise = ("record.value", "“{field}”的值不对", "请对照手册改正。")
    rule, message, hint = _MESSAGES.get(details["type"], otherwise)
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
    context["expected"] = re.sub(" or |, ", "、", str(context.get("expected", ""))).replace("'", "")
    return context


def _inside(document: Document, loc: Path_, model: type[BaseModel]) -> Problem | None:
    """The problem of a key that belongs below another one of the record and is not indented: 年度目标."""
    for name, info in model.model_fields.items() if len(loc) == 1 else ():
        record, is_list = inner_record(info.annotation)
        if record and not is_list and any(one.alias == loc[0] for one in record.model_fields.values()):
            owner = info.alias or name
            message = f"“{loc[0]}”没有缩进，它是“{owner}”下面的一项"
            hint = f"请放在“{owner}:”的下面，前面空两格。"
            return _error(document.place(loc, key=True), "record.unknown-key", message, hint, document, loc)
    return None


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
        named = {info.alias or name: info for name, info in current.model_fields.items()}
        current = inner_record(named[part].annotation)[0] if part in named else None
    keys = (field.alias or name for name, field in current.model_fields.items()) if current else ()
    return [key for key in keys if not key.startswith("\0")]
