"""Full-width punctuation: which marks are set to half their width, and which may end a line beyond its edge.

A mark's ink fills one half of its square. Where two meet, the blank half between them is taken out, and at the end of
a line the blank half of the last one needs no room (W3C, Requirements for Chinese Text Layout, 3.1.6 and 3.1.7).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

OPENING = frozenset("（〔［｛〈《「『【〖“‘")
CLOSING = frozenset("，。、；：？！．）〕］｝〉》」』】〗”’")
HALF = 0.5
"""What is taken out, in em."""


@lru_cache(maxsize=4096)
def halved(text: str) -> tuple[int, ...]:
    """The marks that are followed so closely by another that they are set to half their width."""
    return tuple(
        place
        for place, (mark, following) in enumerate(pairwise(text))
        if (mark in CLOSING and (following in CLOSING or following in OPENING))
        or (mark in OPENING and following in OPENING)
    )
