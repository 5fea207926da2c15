"""Rows of two years or versions in pairs: by what is the same in them, then by the nearest name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
NEAR = 0.6
"""Names at least this alike (difflib's ratio) under the same level 1 may be the same indicator."""
Levels = tuple[str, str, str]
Partners = Iterable[tuple[int, int, Decimal | None]]
"""Places in the old and the new list, the best first, and how alike names are that differ (0 to 1)."""
Stage = Callable[[Mapping[int, T], Mapping[int, T]], Partners]
"""Which of the rows that are left, by their places, may be partners."""


def matched(
    old: Sequence[T], new: Sequence[T], *stages: Stage[T]
) -> Iterator[tuple[T | None, T | None, Decimal | None]]:
    """Every row with its partner in the order of ``new``, old ones without one last; each is used once."""
    free, waiting = dict(enumerate(old)), dict(enumerate(new))
    partners: dict[int, tuple[T, Decimal | None]] = {}
    for stage in stages:
        for at, place, likeness in list(stage(free, waiting)):
            if at in free and place in waiting:
                del waiting[place]
                partners[place] = free.pop(at), likeness
    for place, row in enumerate(new):
        was, likeness = partners.get(place, (None, None))
        yield was, row, likeness
    yield from ((row, None, None) for row in free.values())


def by(key: Callable[[T], Hashable]) -> Stage[T]:
    """Rows with the same key are partners, in order; a row without one (None) has none."""

    def stage(old: Mapping[int, T], new: Mapping[int, T]) -> Partners:
        known: dict[Hashable, list[int]] = {}
        for at, row in old.items():
            known.setdefault(key(row), []).append(at)
        for place, row in new.items():
            if (wanted := key(row)) is not None and known.get(wanted):
                yield known[wanted].pop(0), place, None

    return stage


def nearest(levels_of: Callable[[T], Levels]) -> Stage[T]:
    """Rows under the same level 1 with names that are alike."""

    def stage(old: Mapping[int, T], new: Mapping[int, T]) -> Partners:
        names = [(at, levels_of(row)) for at, row in old.items()]
        for likeness, place, at in sorted(_alike(names, new, levels_of), key=lambda one: (-one[0], *one[1:])):
            yield at, place, Decimal(likeness).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    return stage


def _alike(
    old: Sequence[tuple[int, Levels]], new: Mapping[int, T], levels_of: Callable[[T], Levels]
) -> Iterator[tuple[float, int, int]]:
    matcher = SequenceMatcher(autojunk=False)
    for place, row in new.items():
        level1, _, name = levels_of(row)
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
