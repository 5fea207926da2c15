"""Indicators of two years or versions, paired by their levels: by their text, then by the nearest name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from difflib import SequenceMatcher
from functools import lru_cache

NEAR = 0.6
"""Names at least this alike (difflib's ratio) under the same level 1 may be the same indicator."""
Levels = tuple[str, str, str]


def matched(
    old: Sequence[Levels], new: Sequence[Levels]
) -> list[tuple[int | None, int | None, Decimal | None]]:
    """Places of partners, in the order of ``new``, those without one last; the likeness of names that differ.

    Each is used once, the same text first, then the nearest names under the same level 1.
    """
    partners: dict[int, tuple[int, Decimal | None]] = {}
    free = list(range(len(old)))
    for place, one in enumerate(new):
        found = next((at for at in free if old[at] == one), None)
        if found is not None:
            partners[place] = (found, None)
            free.remove(found)
    rest = [(place, one) for place, one in enumerate(new) if place not in partners]
    for likeness, place, at in sorted(
        _alike([(at, old[at]) for at in free], rest), key=lambda one: (-one[0], *one[1:])
    ):
        if place not in partners and at in free:
            partners[place] = (at, Decimal(likeness).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
            free.remove(at)
    pairs = [(partners.get(place, (None, None)), place) for place in range(len(new))]
    return [*((at, place, likeness) for (at, likeness), place in pairs), *((at, None, None) for at in free)]


def _alike(
    old: Sequence[tuple[int, Levels]], new: Sequence[tuple[int, Levels]]
) -> Iterator[tuple[float, int, int]]:
    matcher = SequenceMatcher(autojunk=False)
    for place, (level1, _, name) in new:
        matcher.set_seq2(name)
        for at, (other, _, was) in old if name else ():
            if other == level1 and was:
                matcher.set_seq1(was)
                # Most names are not alike, and their characters alone tell that.
                if matcher.quick_ratio() >= NEAR and (likeness := matcher.ratio()) >= NEAR:
                    yield likeness, place, at


def levels(level1: str | None, level2: str | None, level3: str | None) -> Levels:
    """The three levels without what forms write differently: width, spaces, the ending 指标 of levels 1 and 2."""
    return plain(level1).removesuffix("指标"), plain(level2).removesuffix("指标"), plain(level3)


@lru_cache(maxsize=8192)
def plain(text: str | None) -> str:
    """A text without what is typed differently: width and spaces."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())
