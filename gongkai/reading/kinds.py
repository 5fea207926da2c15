"""Records and the kinds of their fields: how what a file says becomes text, an amount, a year, a date, a file name …"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gongkai.amounts import Amount, AmountError, parse_amount
from gongkai.problems import CommandError
from gongkai.targets import Target, parse_target

MAX_TEXT = 2_000
MAX_RICH_TEXT = 20_000
_BREAKS = re.compile(r"\s*\n\s*")
_DAY = re.compile(r"(?:19|20)\d\d\s*[年.\-/]\s*\d{1,2}(?:\s*月|\s*[.\-/]\s*\d{1,2})?")
"""A date as documents write it: 2024年3月5日, 2024.3.5, 2024年3月."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FILE_NAME = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*\.(pdf|xlsx?|docx?|csv|json|jpg|png)")
"""Files that are published as they are: no page, no script, nothing a browser would run."""


class Address(NamedTuple):
    """Where a record file is, as people write it: 地区/部门/年度 with a project's file name, or "" for disclosure.yaml."""

    locality: str
    department: str
    year: str
    project: str = ""

    @classmethod
    def of(cls, text: str) -> Address:
        """``dongguan/gongwei/2026[/minbing]``. Raises CommandError for what no such address can be."""
        parts = text.strip("/").split("/")
        if len(parts) not in (3, 4) or not all(map(SLUG.fullmatch, parts)) or parts[3:] == ["disclosure"]:
            hint = "应当写成 地区/部门/年度 或 地区/部门/年度/项目。"
            raise CommandError(f"“{text}”不是一条记录的地址，", hint)
        return cls(*parts)

    @property
    def unit(self) -> tuple[str, str]:
        """The department."""
        return self.locality, self.department

    @property
    def folder(self) -> str:
        """``地区/部门/年度``."""
        return "/".join(self[:3])

    @property
    def file(self) -> str:
        """What the file is called in problems."""
        return f"content/{self.folder}/{self.project or 'disclosure'}.yaml"

    def __str__(self) -> str:
        return "/".join(filter(None, self))


def _text(value: Any, most: int) -> Any:
    if isinstance(value, str):
        if len(value) > most:
            raise PydanticCustomError("text_too_long", "too long", {"length": len(value), "most": most})
        return value.strip()
    if value is None or isinstance(value, (dict, list)):
        raise PydanticCustomError("text_expected", "text expected", {"got": type(value).__name__})
    return value


def _line(value: Any) -> Any:
    text = _text(value, MAX_TEXT)
    return _BREAKS.sub("", text) if isinstance(text, str) and "\n" in text else text


def _read(pattern: str, error: str, convert: Callable[[str], Any]) -> BeforeValidator:
    """What a text of this pattern stands for; what is no text was read before, and stays."""
    written = re.compile(pattern)

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not written.fullmatch(value.strip()):
            raise PydanticCustomError(error, "not what is asked for", {"text": value})
        return convert(value.strip())

    return BeforeValidator(read)


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            meant = _meant_day(value)
            kind = "day_meant" if meant else "day"
            raise PydanticCustomError(kind, "no date", {"text": value, "meant": str(meant)}) from None
    return value


def _meant_day(text: str) -> date | None:
    """The day of ``2026年2月13日``, ``2026/2/13``, or of a day number of Excel (days after 1899-12-30)."""
    if re.fullmatch(r"[34]\d{4}", text.strip()):
        return date(1899, 12, 30) + timedelta(days=int(text))
    match = re.fullmatch(r"((?:19|20)\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?", text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _written_day(value: Any) -> Any:
    text = _line(value)
    if isinstance(text, str) and not _DAY.search(text):
        raise PydanticCustomError("day", "no date", {"text": text})
    return text


def _amount(value: Any) -> Amount:
    if isinstance(value, Amount):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("text_expected", "text expected", {"got": type(value).__name__})
    try:
        return parse_amount(value)
    except AmountError as error:
        meant = _meant_amount(value)
        kind = "amount_meant" if meant else f"amount_{error.reason}"
        raise PydanticCustomError(kind, "no amount", {"text": value, "meant": meant}) from None


def _meant_amount(text: str) -> str:
    """What is most likely meant by ``4.8E+05`` or ``0.0936万元万元``; "" where nothing is."""
    if match := re.fullmatch(r"\s*(\d(?:\.\d{1,9})?)[Ee]\+?(\d{1,2})\s*(元?)", text):
        return f"{Decimal(match[1]).scaleb(int(match[2])):,f}{match[3] or '元'}"
    match = re.fullmatch(r"\s*([\d,.]+)\s*(元|万元|亿元)(?:\s*\2)+\s*", text)
    return match[1] + match[2] if match else ""


def _target(value: Any) -> Target:
    return value if isinstance(value, Target) else parse_target(_line(value))


class Kind(NamedTuple):
    """Marks a field's kind in the vocabulary: text, rich, amount, target, year, date, count, number, choice, slug, file."""

    name: str


Line = Annotated[str, BeforeValidator(_line), Kind("text")]
Rich = Annotated[str, BeforeValidator(partial(_text, most=MAX_RICH_TEXT)), Kind("rich")]
Money = Annotated[
    Amount, PlainValidator(_amount), PlainSerializer(lambda amount: str(amount.yuan)), Kind("amount")
]
Goal = Annotated[Target, PlainValidator(_target), PlainSerializer(str), Kind("target")]
Year = Annotated[int, _read(r"(19|20)\d\d", "year", int), Kind("year")]
Day = Annotated[date, BeforeValidator(_day), Kind("date")]
Count = Annotated[int, _read(r"\d{1,9}", "count", int), Kind("count")]
_NUMBER = r"\d{1,9}(\.\d{1,6})?"
Number = Annotated[Decimal, _read(_NUMBER, "number", Decimal), PlainSerializer(str), Kind("number")]
YesNo = Annotated[bool, _read("是|否", "yes_no", lambda text: text == "是"), Kind("choice")]
Width = Annotated[
    Decimal | Literal["*"],
    _read(rf"{_NUMBER}|\*", "number", lambda text: text if text == "*" else Decimal(text)),
    Kind("number"),
]
"""A column's share in per cent; ``*``: what the others leave, for one column of each name."""
WrittenDay = Annotated[str, BeforeValidator(_written_day), Kind("day")]
Slug = Annotated[str, _read(SLUG.pattern, "slug", str), Kind("slug")]
FileName = Annotated[str, _read(FILE_NAME.pattern, "file_name", str), Kind("file")]
Former = Annotated[
    tuple[Slug, ...],
    Field(alias="曾用文件名", description="改名以前的文件名（不含 .yaml）或文件夹名；旧网址会转到新网址"),
]


def label(key: str, description: str | None = None, *, default: Any = None, exclude: bool = False) -> Any:
    """A field that may be left out: its key in YAML, which is the printed label, and what its writers are told of it."""
    return Field(default, alias=key, description=description, exclude=exclude or None)


OwnValue = Any
"""A value of a form's own field: str, Amount, Decimal, date, or a tuple of mappings of these."""


class Record(BaseModel):
    """A frozen piece of content; YAML keys are the aliases, unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict) or None not in data.values():
            return data
        known = _labels(cls)
        return {key: value for key, value in data.items() if value is not None or key not in known}


@cache
def _labels(record: type[Record]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in record.model_fields.items())
