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


# -- one look at all bytes, so that nearly every file needs no other

# In UTF-8 a full-width digit ends with 0x90-0x99, so do some punctuation and parts of Han characters; these begin with
# 0xE4-0xE9, which is kept, so that only digits and what stands between groups of them make a row of zeros.
_DIGITS = frozenset(b"0123456789") | frozenset(range(0x90, 0x9A))
_LEFT_OUT = (
    frozenset(b" \t\r\n-./\\|()[]{}_~*") | frozenset(range(0x80, 0xC0)) | frozenset(b"\xc2\xe2\xe3\xef")
) - _DIGITS
_TABLE = bytes(0x30 if byte in _DIGITS else byte for byte in range(256))
_DELETED = bytes(sorted(_LEFT_OUT))
_ROW = b"0" * 11
# Tags or entities between digits. Strokes of closing tags, blanks and dashes are gone by then.
_MARKUP = (
    rb"(?:<(?:a|abbr|b|bdi|bdo|code|del|em|font|i|ins|label|mark|q|s|small|span|strong|sub|sup|tspan|u|wbr)"
    rb"(?:[a-z]+=[^<>]*)?>|<![^<>]*>|&#?\w{1,20};)"
)
_SPLIT = re.compile(rb"0%s+0" % _MARKUP)
_SPLIT_ROW = re.compile(rb"0(?:%s*0){10}" % _MARKUP, re.I)
_ENTITY = re.compile(rb"&#\w+;?")
_WORDS = tuple(word.encode() for word in ("岁", "住址", "家住", "现住", "住在", "户籍地", "座机", "办电"))


def may_hold(data: bytes) -> bool:
    """Whether a text in UTF-8, with markup or without, may hold something personal.

    False is certain for numbers of eleven digits or more; of persons' addresses it knows those that say 住址, 家住 …
    """
    plain = data.translate(_TABLE, _DELETED)
    if _ROW in plain or (b"&#" in data and _writes_digits(data)):
        return True
    for split in _SPLIT.finditer(plain):
        head = plain[max(0, split.start() - len(_ROW)) : split.start() + 1]
        if _SPLIT_ROW.match(plain, split.start() + 1 - len(head) + len(head.rstrip(b"0"))):
            return True
    return any(word in data for word in _WORDS)


def _writes_digits(data: bytes) -> bool:
    """Whether a digit is written as an entity: nobody does so but to hide it. Quotes and signs of equality are."""
    written = b"".join(set(_ENTITY.findall(data))).decode("ascii", "replace")
    return any(map(str.isdecimal, unescape(written)))
