"""Changes that keep the shape of an input: lines of records, elements of markup, words that mean something."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_MARKUP = re.compile(r"<[^<>]{0,400}>|[^<]+|<")
_VALUE = re.compile(r'="[^"]*"')
ODD = (
    "", " ", "0", "-1", "1e999", "9" * 40, "NaN", "是", "否", "2026", "1899-12-31", "\u3000", "\ufeff", "\u202e", "\x00",
    "万元", "95%", "≥", "[", "{", "|", ">", "&a", "*a", "!!python/object:os.system x", "#", "项目名称", "a" * 3000,
    "\U0001f600", "<b>", "&amp;", "&#0;", "]]>", "<!--", "rowspan=\"9999999\"", "A1:XFD1048576", "-",
)  # fmt: skip


def mutated(text: str, shape: str, words: Sequence[str], chance: random.Random) -> str:
    """The text with one to four changes; ``shape`` as a door names it."""
    pieces = text.split("\n") if shape == "lines" else _MARKUP.findall(text) if shape == "markup" else [*text]
    joint = "\n" if shape == "lines" else ""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(pieces)) if pieces else 0
        _CHANGES[chance.randrange(len(_CHANGES))](pieces, at, words, chance)
    return joint.join(pieces)


def _word(words: Sequence[str], chance: random.Random) -> str:
    return chance.choice(words) if words and chance.random() < 0.5 else chance.choice(ODD)


def _remove(pieces: list[str], at: int, words: Sequence[str], chance: random.Random) -> None:
    del pieces[at : at + chance.choice((1, 1, 1, 2, 5, 20))]


def _again(pieces: list[str], at: int, words: Sequence[str], chance: random.Random) -> None:
    pieces[at:at] = pieces[at : at + chance.choice((1, 2, 5, 20))] * chance.choice((1, 1, 3))


def _move(pieces: list[str], at: int, words: Sequence[str], chance: random.Random) -> None:
    taken = pieces[at : at + chance.choice((1, 2, 5))]
    del pieces[at : at + len(taken)]
    to = chance.randint(0, len(pieces))
    pieces[to:to] = taken


def _insert(pieces: list[str], at: int, words: Sequence[str], chance: random.Random) -> None:
    pieces.insert(at, _word(words, chance))


def _value(pieces: list[str], at: int, words: Sequence[str], chance: random.Random) -> None:
    """Another value for the same key or attribute, or another text."""
    if at >= len(pieces):
        return
    word, piece = _word(words, chance), pieces[at]
    if _VALUE.search(piece):
        values = list(_VALUE.finditer(piece))
        start, end = chance.choice(values).span()
        pieces[at] = f'{piece[:start]}="{word}"{piece[end:]}'
    elif ": " in piece:
        pieces[at] = f"{piece.split(': ')[0]}: {word}"
    elif piece.startswith("<"):
        pieces[at] = piece.replace(">", f" {word}>")
    else:
        cut = chance.randint(0, len(piece))
        pieces[at] = piece[:cut] + word + piece[cut + chance.choice((0, 0, 1, 5)) :]


def _indent(pieces: list[str], at: int, words: Sequence[str], chance: random.Random) -> None:
    if at < len(pieces):
        pieces[at] = " " * chance.choice((1, 2, 4)) + pieces[at]


_CHANGES = (_remove, _again, _move, _insert, _insert, _value, _value, _value, _value, _indent)
