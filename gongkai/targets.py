"""Indicator values: the text as written, and what can be read from it (comparator, number, unit)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Comparator = Literal["=", "≥", "≤", ">", "<", "≈"]

_SIGNS: dict[str, Comparator] = {
    "≥": "≥", "≧": "≥", ">=": "≥", "=>": "≥", "不低于": "≥", "不少于": "≥", "至少": "≥", "大于等于": "≥",
    "≤": "≤", "≦": "≤", "<=": "≤", "=<": "≤", "不高于": "≤", "不超过": "≤", "不多于": "≤", "至多": "≤", "小于等于": "≤",
    ">": ">", "大于": ">", "超过": ">", "高于": ">", "<": "<", "小于": "<", "低于": "<", "少于": "<",
    "=": "=", "约": "≈", "≈": "≈",
}  # fmt: skip
_TAILS: dict[str, Comparator] = {
    "及以上": "≥", "或以上": "≥", "以上": "≥", "及以下": "≤", "或以下": "≤", "以内": "≤", "以下": "≤",
}  # fmt: skip
_TAIL = "|".join(_TAILS)
_PATTERN = re.compile(
    rf"(?P<sign>{'|'.join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))})?\s*"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,12})?)\s*"
    rf"(?P<unit>[^\d\s,.;，。；、~～—–-]{{0,12}}?)(?P<tail>{_TAIL})?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A planned value: ``text`` exactly as written; the rest None where it cannot be read (or, for the sign, is not written)."""

    text: str
    comparator: Comparator | None = None
    number: Decimal | None = None
    unit: str | None = None

    def __str__(self) -> str:
        return self.text


def sign_of(text: str | None) -> Comparator | None:
    """The sign that a 指标性质 names (``大于等于``, ``>=``); None for 定性 and the like."""
    plain = unicodedata.normalize("NFKC", text or "")
    return "=" if plain == "等于" else _SIGNS.get(plain)


@lru_cache(maxsize=50_000)
def parse_target(text: str) -> Target:
    """Read ``≥95%``, ``=4次``, ``90%及以上``, ``约300人次``, ``1000元/人/月``; anything else is kept as text only."""
    written = text.strip()
    plain = unicodedata.normalize("NFKC", written)
    match = _PATTERN.fullmatch(plain)
    if match is None:
        return Target(written)
    number = Decimal(match["number"].replace(",", ""))
    unit = match["unit"].strip("()") or None
    # ``2026年全年`` is a time, not 2026 of something.
    year = len(match["number"]) == 4 and match["number"][:2] in ("19", "20") and (unit or "").startswith("年")
    if year or (match["sign"] and match["tail"]):
        return Target(written)
    sign = _SIGNS.get(match["sign"] or "") or _TAILS.get(match["tail"] or "")
    return Target(written, sign, number, unit)
