"""Marked-up text as a reader sees it: what inline tags part is one, what other tags part is two."""

from __future__ import annotations

import re
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
