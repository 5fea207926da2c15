"""Spans → lines of a given width: where each line ends, and where its text stands on it.

Lines are filled greedily. What is to be kept together is let go where the column is too narrow for it; a word that is
wider than its column is broken anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from gongkai.printing.blocks import Span
from gongkai.printing.breaking import opportunities
from gongkai.printing.composed import Run
from gongkai.printing.faces import FontSet
from gongkai.printing.style import TextRole, TextStyle

SMALL = 0.83
"""Raised and lowered text is this much smaller."""
_SHIFTS = {1: -0.35, 0: 0.0, -1: 0.15}
_ROUNDING = 0.01
"""Points by which a line may be wider than its column: what adding widths up may lose."""
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
    """
    filled: list[Filled] = []
    for index, one in enumerate(_split_lines(spans)):
        indented = style.indent * style.size if index == 0 else 0.0
        filled += _Filler(fonts, one, style, overhang).fill(width, indented)
    return filled


class Filled(NamedTuple):
    """One line that was filled: its runs by link (none: ""), and the room it takes."""

    parts: tuple[tuple[str, tuple[Run, ...], float, float], ...]
    """Link, runs, from x, width."""
    height: float
    too_wide: str = ""


class _Filler:
    """Fills one paragraph's spans, without line ends in them, into lines."""

    def __init__(self, fonts: FontSet, spans: Sequence[Span], style: TextStyle, overhang: float) -> None:
        self.fonts, self.spans, self.style, self.overhang = fonts, spans, style, overhang
        self.text = "".join(span.text for span in spans)
        self.height, self.baseline = line_height(fonts, style), baseline(fonts, style)

    def fill(self, width: float, indent: float) -> list[Filled]:
        """All lines; the first stands in by ``indent``."""
        widths = self._widths()
        reach = list(accumulate(widths, initial=0.0))
        if reach[-1] + indent <= width + _ROUNDING:
            return [self._line(0, len(self.text), width, indent, reach)]
        places = self._places(widths, width)
        loose = opportunities(self.text)
        lines, start = [], 0
        while start < len(self.text):
            end = self._end(start, width - indent, reach, places)
            if end is None:
                end = self._end(start, width - indent, reach, loose) or self._anywhere(start, width - indent, reach)
            lines.append(self._line(start, end, width, indent, reach))
            start, indent = self._next(end), 0.0
        return lines

    def _widths(self) -> list[float]:
        size = self.style.size
        if len(self.spans) == 1 and not (self.spans[0].bold or self.spans[0].shift):
            of = self.fonts.advances[self.style.role]
            return [of[char] * size for char in self.text]
        found = []
        for span in self.spans:
            of = self.fonts.advances[_BOLD[self.style.role] if span.bold else self.style.role]
            own = size * SMALL if span.shift else size
            found += [of[char] * own for char in span.text]
        return found

    def _places(self, widths: Sequence[float], width: float) -> Sequence[int]:
        """Where lines may end; kept pieces are whole unless one of them is wider than the column."""
        places = opportunities(self.text)
        inside: set[int] = set()
        start = 0
        for kept, group in groupby(self.spans, key=lambda span: span.kept):
            end = start + sum(len(span.text) for span in group)
            if kept:
                if sum(widths[start:end]) > width + self.overhang + _ROUNDING:
                    return places
                inside.update(range(start + 1, end))
            start = end
        return [place for place in places if place not in inside] if inside else places

    def _end(self, start: int, room: float, reach: Sequence[float], places: Sequence[int]) -> int | None:
        """Where the line that begins at ``start`` ends: spaces at its end take no room. None where nothing fits."""
        most = bisect_right(reach, reach[start] + room + _ROUNDING) - 1
        while most < len(self.text) and self.text[most] == " ":
            most += 1
        if most >= len(self.text):
            return len(self.text)
        place = bisect_right(places, most) - 1
        if place >= 0 and places[place] > start:
            return places[place]
        following = places[place + 1] if place + 1 < len(places) else len(self.text)
        hangs = any(span.kept for span in self.spans) and self.overhang
        if hangs and reach[following] - reach[start] <= room + self.overhang + _ROUNDING:
            return following
        return None

    def _anywhere(self, start: int, room: float, reach: Sequence[float]) -> int:
        """Where a line ends that has no place to end at."""
        return max(bisect_right(reach, reach[start] + room + _ROUNDING) - 1, start + 1)

    def _next(self, end: int) -> int:
        while end < len(self.text) and self.text[end] == " ":
            end += 1
        return end

    def _line(self, start: int, end: int, width: float, indent: float, reach: Sequence[float]) -> Filled:
        while end > start + 1 and self.text[end - 1] == " ":
            end -= 1
        taken = reach[end] - reach[start]
        rest = width - indent - taken
        x = indent + {"left": 0.0, "center": rest / 2, "right": rest}[self.style.align]
        parts = tuple(self._parts(start, end, x - reach[start], reach))
        wide = self.text[start:end] if taken > width + self.overhang + 1 else ""
        return Filled(parts, self.height, wide)

    def _parts(
        self, start: int, end: int, shift: float, reach: Sequence[float]
    ) -> Iterator[tuple[str, tuple[Run, ...], float, float]]:
        if len(self.spans) == 1:
            span, text = self.spans[0], self.text[start:end]
            x = shift + reach[start]
            yield span.href, tuple(self._span_runs(span, text, x)), x, reach[end] - reach[start]
            return
        pieces = []
        place = 0
        for span in self.spans:
            first, last = max(place, start), min(place + len(span.text), end)
            if first < last:
                runs = tuple(self._span_runs(span, self.text[first:last], shift + reach[first]))
                pieces.append((span.href, runs, shift + reach[first], reach[last] - reach[first]))
            place += len(span.text)
        for href, group in groupby(pieces, key=lambda piece: piece[0]):
            same = list(group)
            yield (
                href,
                _joined(run for piece in same for run in piece[1]),
                same[0][2],
                sum(piece[3] for piece in same),
            )

    def _span_runs(self, span: Span, text: str, x: float) -> Iterator[Run]:
        role = _BOLD[self.style.role] if span.bold else self.style.role
        size = self.style.size * SMALL if span.shift else self.style.size
        y = self.baseline + _SHIFTS[span.shift] * self.style.size
        return runs_of(self.fonts, role, text, size, x, y)


def runs_of(
    fonts: FontSet, role: TextRole, text: str, size: float, x: float, y: float
) -> Iterator[Run]:
    """A text as runs of one face each, from (x, y) on."""
    pieces = fonts.pieces(role, text)
    if len(pieces) == 1:
        yield Run(x, y, text, pieces[0][0], size)
        return
    for face, piece in pieces:
        yield Run(x, y, piece, face, size)
        x += fonts.advance(role, piece) * size


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs that go on where the one before ends, in the same face and size and on the same line, as one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last is not None and (last.face, last.size, last.y) == (run.face, run.size, run.y):
            joined[-1] = Run(last.x, last.y, last.text + run.text, last.face, last.size)
        else:
            joined.append(run)
    return tuple(joined)


def _split_lines(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans by the lines that the text itself ends (``<br>``)."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        if span.text == "\n":
            lines.append([])
        else:
            lines[-1].append(span)
    return [line or [Span("")] for line in lines]
