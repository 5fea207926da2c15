"""Spans → lines of a given width: where each line ends, and where its text stands on it.

Lines are filled greedily; justified ones get one spacing between all characters, and of two centred lines the second
is no mere rest. What is to be kept together is let go where the column is too narrow for it; a word that is wider than
its column is broken anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, groupby, pairwise, repeat
from typing import NamedTuple

from gongkai.printing.blocks import Span
from gongkai.printing.breaking import CLOSING, HALF, halved, opportunities
from gongkai.printing.composed import Run
from gongkai.printing.faces import FontSet, TextRole
from gongkai.printing.style import TextStyle

SMALL = 0.83
"""Raised and lowered text is this much smaller."""
_SHIFTS = {1: -0.35, 0: 0.0, -1: 0.15}
_ROUNDING = 0.01
"""Points by which a line may be wider than its column: what adding widths up may lose."""
_STRETCH = 0.2
"""More than this, in em, is not put between characters to justify a line."""
_REST = 1 / 3
"""A second line shorter than this share of the first is a mere rest."""
_BOLD: dict[TextRole, TextRole] = {"song": "song-bold", "song-bold": "song-bold", "hei": "hei"}


def line_height(fonts: FontSet, style: TextStyle) -> float:
    """The height of a line, in points."""
    face = fonts.face(style.role)
    return (style.leading or face.ascent + face.descent) * style.size


def baseline(fonts: FontSet, style: TextStyle) -> float:
    """How far below the top of a line its letters stand."""
    face = fonts.face(style.role)
    return (line_height(fonts, style) + (face.ascent - face.descent) * style.size) / 2


def fill(
    fonts: FontSet, spans: Sequence[Span], style: TextStyle, width: float, overhang: float = 0.0
) -> list[Filled]:
    """Spans filled into lines; a ``\\n`` among them ends one.

    What is kept together may be wider than the line by ``overhang``, in all: it then reaches into a cell's margins.
    A ``plain`` style asks for no refinement: every character its full width, lines as they are filled.
    """
    paragraphs: list[list[Span]] = [[]]
    for span in spans:
        if span.text == "\n":
            paragraphs.append([])
        else:
            paragraphs[-1].append(span)
    indents = chain([style.indent * style.size], repeat(0.0))
    return [
        line
        for own, indent in zip(paragraphs, indents, strict=False)
        for line in _Filler(fonts, own, style, width, overhang).fill(indent)
    ]


class Filled(NamedTuple):
    """One line that was filled: its runs by link (none: ""), and the room it takes."""

    parts: tuple[tuple[str, tuple[Run, ...], float, float], ...]
    """Link, runs, from x, width."""
    height: float
    too_wide: str = ""


class _Filler:
    """Fills one paragraph's spans, without line ends in them, into lines."""

    def __init__(
        self, fonts: FontSet, spans: Sequence[Span], style: TextStyle, width: float, overhang: float
    ) -> None:
        self.fonts, self.spans, self.style, self.width = fonts, spans, style, width
        self.text = "".join(span.text for span in spans)
        self.refined = not style.plain
        self.halved = halved(self.text) if self.refined else ()
        self.overhang, self.keeps = overhang, any(span.kept for span in spans)
        self.height, self.baseline = line_height(fonts, style), baseline(fonts, style)
        self.widths = [
            advance * size
            for span in spans
            for role, size in (self._set(span),)
            for advance in map(fonts.advances[role].__getitem__, span.text)
        ]
        for place in self.halved:
            if self.widths[place] >= style.size * SMALL:  # a narrow face has narrow marks
                self.widths[place] -= HALF * style.size
        self.reach = [*accumulate(self.widths, initial=0.0)]

    def _set(self, span: Span) -> tuple[TextRole, float]:
        """The face and the size of a span."""
        size = self.style.size * SMALL if span.shift else self.style.size
        return _BOLD[self.style.role] if span.bold else self.style.role, size

    def fill(self, indent: float) -> Iterator[Filled]:
        """All lines; the first stands in by ``indent``."""
        start, whole = 0, self.reach[-1] + indent <= self.width + _ROUNDING
        for end in [len(self.text)] if whole else self._ends(indent):
            yield self._line(start, end, indent)
            start, indent = self._next(end), 0.0

    def _ends(self, indent: float) -> list[int]:
        """Where the lines end."""
        places, loose, reach = self._places(), opportunities(self.text), self.reach
        ends, start = [], 0
        while start < len(self.text):
            room = self.width - indent
            end = self._end(start, room, places)
            if end is None:
                anywhere = bisect_right(reach, reach[start] + room + _ROUNDING) - 1
                end = self._end(start, room, loose) or max(anywhere, start + 1)
            ends.append(end)
            start, indent = self._next(end), 0.0
        if self.refined and self.style.align == "center" and len(ends) == 2 and not self.style.indent:
            # Where the second of two centred lines would be a mere rest, it gets half as much; a unit in brackets is none.
            whole, end = reach[-1], ends[0]
            if whole - reach[end] < _REST * reach[end] and self.text[end] not in "（(":
                halves = (place for place in places if whole - reach[place] >= reach[place] / 2)
                ends[0] = max(halves, default=end)
        return ends

    def _places(self) -> Sequence[int]:
        """Where lines may end; kept pieces are whole unless one of them is wider than the column."""
        places = opportunities(self.text)
        inside: set[int] = set()
        start = 0
        for kept, group in groupby(self.spans, key=lambda span: span.kept):
            end = start + sum(len(span.text) for span in group)
            if kept:
                if sum(self.widths[start:end]) > self.width + self.overhang + _ROUNDING:
                    return places
                inside.update(range(start + 1, end))
            start = end
        return [place for place in places if place not in inside] if inside else places

    def _end(self, start: int, room: float, places: Sequence[int]) -> int | None:
        """Where the line that begins at ``start`` ends: spaces at its end take no room. None where nothing fits."""
        reach = self.reach
        most = max(bisect_right(reach, reach[start] + room + _ROUNDING) - 1, start)
        if self.refined and self.text[most : most + 1] in CLOSING:
            blank = HALF * self.style.size
            most += reach[most + 1] - reach[start] - blank <= room + _ROUNDING
        most = self._next(most)
        if most >= len(self.text):
            return len(self.text)
        place = bisect_right(places, most) - 1
        if place >= 0 and places[place] > start:
            return places[place]
        following = places[place + 1] if place + 1 < len(places) else len(self.text)
        hangs = self.keeps and reach[following] - reach[start] <= room + self.overhang + _ROUNDING
        return following if hangs else None

    def _next(self, end: int) -> int:
        """The first place from ``end`` on that is no space."""
        while end < len(self.text) and self.text[end] == " ":
            end += 1
        return end

    def _line(self, start: int, end: int, indent: float) -> Filled:
        while end > start + 1 and self.text[end - 1] == " ":
            end -= 1
        taken = self.reach[end] - self.reach[start]
        if self.refined and self.text[start:end][-1:] in CLOSING:
            taken -= HALF * self.style.size
        rest = self.width - indent - taken
        x, spacing = indent, 0.0
        if self.style.align != "justify":
            x += {"left": 0.0, "center": rest / 2, "right": rest}[self.style.align]
        elif self.refined and end < len(self.text) and end - start > 1:
            between = rest / (end - start - 1)
            spacing = between if 0 < between <= _STRETCH * self.style.size else 0.0
        wide = self.text[start:end] if taken > self.width + self.overhang + 1 else ""
        return Filled(tuple(self._parts(start, end, x, spacing)), self.height, wide)

    def _parts(
        self, start: int, end: int, x: float, spacing: float
    ) -> Iterator[tuple[str, tuple[Run, ...], float, float]]:
        """The runs of a line by their links; a mark of half its width ends a run, as the next begins sooner."""

        def at(place: int) -> float:
            return x - self.reach[start] + (self.reach[place] + spacing * (place - start))

        place = 0
        alike = groupby(self.spans, key=lambda span: (span.href, span.bold, span.shift))
        for href, styles in groupby(alike, key=lambda one: one[0][0]):
            runs, begin = list[Run](), max(place, start)
            for _, group in styles:
                same = [*group]
                first, place = max(place, start), place + sum(len(span.text) for span in same)
                last = min(place, end)
                if first >= last:
                    continue
                role, size = self._set(same[0])
                y = self.baseline + _SHIFTS[same[0].shift] * self.style.size
                cuts = [mark + 1 for mark in self.halved if first <= mark < last - 1]
                for left, right in pairwise((first, *cuts, last)):
                    text = self.text[left:right]
                    runs += runs_of(self.fonts, role, text, size, at(left), y, spacing)
            if runs:
                yield href, tuple(runs), at(begin), at(min(place, end)) - at(begin)


def runs_of(
    fonts: FontSet, role: TextRole, text: str, size: float, x: float, y: float, spacing: float = 0.0
) -> Iterator[Run]:
    """A text as runs of one face each, from (x, y) on."""
    pieces = fonts.pieces(role, text)
    if len(pieces) == 1:
        yield Run(x, y, text, pieces[0][0], size, spacing)
        return
    for face, piece in pieces:
        yield Run(x, y, piece, face, size, spacing)
        x += fonts.advance(role, piece) * size + spacing * len(piece)
