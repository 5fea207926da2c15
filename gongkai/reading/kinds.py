"""The kinds of fields in records: how what a file says becomes text, an amount, a year, a date, a file name …"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gongkai.amounts import Amount, AmountError, parse_amount
from gongkai.targets import Target, parse_target

MAX_TEXT = 2_000
MAX_RICH_TEXT = 20_000
_BREAKS = re.compile(r"\s*\n\s*")
_DAY = re.compile(r"(?:19|20)\d\d\s*[年.\-/]\s*\d{1,2}(?:\s*月|\s*[.\-/]\s*\d{1,2})?")
"""A date as documents write it: 2024年3月5日, 2024.3.5, 2024年3月."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FILE_NAME = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*\.(pdf|xlsx?|docx?|csv|json|jpg|png)")
"""Files that are published as they are: no page, no script, nothing a browser would run."""


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


def _rich(value: Any) -> Any:
    return _text(value, MAX_RICH_TEXT)


def _year(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"(19|20)\d\d", value.strip()):
            raise PydanticCustomError("year", "no year", {"text": value})
        return int(value)
    return value


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


def _count(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,9}", value.strip()):
            raise PydanticCustomError("count", "no count", {"text": value})
        return int(value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value.strip()):
            raise PydanticCustomError("number", "no number", {"text": value})
        return Decimal(value.strip())
    return value


def _width(value: Any) -> Any:
    return value if value == "*" else _number(value)


def _written_day(value: Any) -> Any:
    text = _line(value)
    if isinstance(text, str) and not _DAY.search(text):
        raise PydanticCustomError("day", "no date", {"text": text})
    return text


def _yes_no(value: Any) -> Any:
    if isinstance(value, str):
        if value.strip() not in ("是", "否"):
            raise PydanticCustomError("yes_no", "yes or no", {"text": value})
        return value.strip() == "是"
    return value


def _slug(value: Any) -> Any:
    if isinstance(value, str) and not SLUG.fullmatch(value):
        raise PydanticCustomError("slug", "no file name", {"text": value})
    return value


def _file_name(value: Any) -> Any:
    if isinstance(value, str) and not FILE_NAME.fullmatch(value):
        raise PydanticCustomError("file_name", "no file to publish", {"text": value})
    return value


class _AmountSchema:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda amount: str(amount.yuan)),
        )

    @staticmethod
    def read(value: Any) -> Amount:
        if isinstance(value, Amount):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("text_expected", "text expected", {"got": type(value).__name__})
        try:
            return parse_amount(value)
        except AmountError as error:
            if meant := _meant_amount(value):
                raise PydanticCustomError(
                    "amount_meant", "no amount", {"text": value, "meant": meant}
                ) from None
            raise PydanticCustomError(f"amount_{error.reason}", "no amount", {"text": value}) from None


def _meant_amount(text: str) -> str:
    """What is most likely meant by ``4.8E+05`` or ``0.0936万元万元``; "" where nothing is."""
    if match := re.fullmatch(r"\s*(\d(?:\.\d{1,9})?)[Ee]\+?(\d{1,2})\s*(元?)", text):
        return f"{Decimal(match[1]).scaleb(int(match[2])):,f}{match[3] or '元'}"
    match = re.fullmatch(r"\s*([\d,.]+)\s*(元|万元|亿元)(?:\s*\2)+\s*", text)
    return match[1] + match[2] if match else ""


class _TargetSchema:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @staticmethod
    def read(value: Any) -> Target:
        return value if isinstance(value, Target) else parse_target(_line(value))


class Kind:
    """Marks a field's kind in the vocabulary: text, rich, amount, target, year, date, count, number, choice,
    slug, file.
    """

    def __init__(self, name: str) -> None:
        self.name = name


Line = Annotated[str, BeforeValidator(_line), Kind("text")]
Rich = Annotated[str, BeforeValidator(_rich), Kind("rich")]
Money = Annotated[Amount, _AmountSchema, Kind("amount")]
Goal = Annotated[Target, _TargetSchema, Kind("target")]
Year = Annotated[int, BeforeValidator(_year), Kind("year")]
Day = Annotated[date, BeforeValidator(_day), Kind("date")]
Count = Annotated[int, BeforeValidator(_count), Kind("count")]
Number = Annotated[Decimal, BeforeValidator(_number), PlainSerializer(str), Kind("number")]
YesNo = Annotated[bool, BeforeValidator(_yes_no), Kind("choice")]
Width = Annotated[Decimal | Literal["*"], BeforeValidator(_width), Kind("number")]
"""A column's share in per cent; ``*``: what the others leave, for one column of each name."""
WrittenDay = Annotated[str, BeforeValidator(_written_day), Kind("day")]
Slug = Annotated[str, BeforeValidator(_slug), Kind("slug")]
FileName = Annotated[str, BeforeValidator(_file_name), Kind("file")]
Former = Annotated[
    tuple[Slug, ...],
    Field(alias="曾用文件名", description="改名以前的文件名（不含 .yaml）或文件夹名；旧网址会转到新网址"),
]
OwnValue = Any
"""A value of a form's own field: str, Amount, Decimal, date, or a tuple of mappings of these."""
