"""One writing of texts that are the same to a reader: without width, blanks, marks and invisible characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
