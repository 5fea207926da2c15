"""What is the same in different years and forms: rows in pairs, common names of levels and of what rates measure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

from gongkai.reading.records import Indicator

T = TypeVar("T")
_RATE = re.compile(r"([\u4e00-\u9fff]{2}率)(?:[（(][^（）()]*[）)])?$")
_SIGNS = {"成本": ("成本",), "产出": ("产出", "完成"), "满意度": ("满意",), "效益": ("效益", "效果")}
LEVELS = ("成本", "产出", "效益", "满意度", "其他")
"""Common names of level 1, in which indicators of different forms can be counted together."""
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


def rate_of(indicator: Indicator) -> str:
    """Of which kind the rate is that an indicator is named for: 满意度 by its level, 及时率 of 资金拨付及时率; or none."""
    if "满意" in f"{indicator.level1}{indicator.level2}":
        return "满意度"
    found = _RATE.search(indicator.level3 or "")
    return found[1] if found else ""


def common_level(name: str | None) -> str:
    """The common name of a level 1: forms call the same 产出指标, 产出, 项目完成指标 …"""
    for level, signs in _SIGNS.items():
        if any(sign in (name or "") for sign in signs):
            return level
    return "其他"
