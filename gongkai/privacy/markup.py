"""Text as a reader sees it: what inline tags part is one, other tags part two; width, blanks and marks make no difference."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

APART = "\x1e"
"""Stands between texts that do not belong together; no pattern goes over it."""
# No comment goes over the beginning of another: many that do not end would be looked through to the end each.
_COMMENT = r"<!--((?:(?!<!--).)*?)-->"
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|code|del|em|font|i|ins|label|mark|q|s|small|span|strong|sub|sup|tspan|u|wbr)"
    rf"(?:\s[^<>]*)?>|{_COMMENT}",
    re.I | re.S,
)
TAG = re.compile(rf"{_COMMENT}|</?[A-Za-z!?][^<>]*>", re.S)
"""A tag, or a comment, whose text is the first group; ``<5万元`` is none."""


def as_seen(text: str) -> str:
    """The text with inline tags leaving nothing, and every other tag parting what it stands between."""
    return unescape(TAG.sub(APART, _INLINE.sub("", text)))


def parted(text: str) -> str:
    """The text with every tag parting what it stands between: links in a row are not one number."""
    return unescape(TAG.sub(APART, text))


_MARKS = re.compile(r"[\W_]")
_WIDER = 0xFEE0
"""What lies between a character of ASCII and its full-width form."""


def plain(text: str) -> str:
    """Letters, Han characters and digits alone, in capitals."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()


@lru_cache(maxsize=256)
def as_written(name: str) -> re.Pattern[str]:
    """Finds a name in a text in any width and case, with blanks and marks anywhere inside; it crosses no \\x1e."""
    return re.compile(r"[^\w\x1e]*".join(map(_any_width, plain(name))))


def _any_width(character: str) -> str:
    if not character.isascii():
        return re.escape(character)
    forms = {character, character.lower()}
    return f"[{''.join(sorted(forms | {chr(ord(one) + _WIDER) for one in forms}))}]"
