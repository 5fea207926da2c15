"""Whether bytes may hold anything personal: one look at all of them, so that nearly every file needs no other."""

from __future__ import annotations

import re

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
_SPLIT = re.compile(rb"0(?:%s+0|&#)" % _MARKUP)
_SPLIT_ROW = re.compile(rb"0(?:%s*(?:0|&#x?\w{1,4};)){10}" % _MARKUP, re.I)
_ENTITIES = re.compile(rb"&#x?\w{1,4};(?:0|(?:&#x?\w{1,4};){2})", re.I)
_WORDS = tuple(word.encode() for word in ("岁", "住址", "家住", "现住", "住在", "户籍地", "座机", "办电"))


def may_hold(data: bytes) -> bool:
    """Whether a text in UTF-8, with markup or without, may hold something personal.

    False is certain for numbers of eleven digits or more; of persons' addresses it knows those that say 住址, 家住 …
    """
    plain = data.translate(_TABLE, _DELETED)
    if _ROW in plain or (b"&#" in data and _ENTITIES.search(plain)):
        return True
    for split in _SPLIT.finditer(plain):
        head = plain[max(0, split.start() - len(_ROW)) : split.start() + 1]
        if _SPLIT_ROW.match(plain, split.start() + 1 - len(head) + len(head.rstrip(b"0"))):
            return True
    return any(word in data for word in _WORDS)
