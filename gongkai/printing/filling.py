"""Spans → lines of a given width: where each line ends, and where its text stands on it.

Lines are filled greedily; justified ones get one spacing between all characters, and of two centred lines the second
is no mere rest. What is to be kept together is let go where the column is too narrow for it; a word that is wider than
its column is broken anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
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
        self.refined = not style.plain
        self.halved = halved(self.text) if self.refined else ()
        self.height, self.baseline = line_height(fonts, style), baseline(fonts, style)

    def fill(self, width: float, indent: float) -> list[Filled]:
        """All lines; the first stands in by ``indent``."""
        widths = self._widths()
        reach = list(accumulate(widths, initial=0.0))
        if reach[-1] + indent <= width + _ROUNDING:
            return [self._line(0, len(self.text), width, indent, reach)]
        ends = self._ends(widths, width, indent, reach)
        lines, start = [], 0
        for end in ends:
            lines.append(self._line(start, end, width, indent, reach))
            start, indent = self._next(end), 0.0
        return lines

    def _ends(
        self, widths: Sequence[float], width: float, indent: float, reach: Sequence[float]
    ) -> list[int]:
        """Where the lines end."""
        places, loose = self._places(widths, width), opportunities(self.text)
        ends, start = [], 0
        while start < len(self.text):
            room = width - indent
            end = self._end(start, room, reach, places)
            if end is None:
                anywhere = bisect_right(reach, reach[start] + room + _ROUNDING) - 1
                end = self._end(start, room, reach, loose) or max(anywhere, start + 1)
            ends.append(end)
            start, indent = self._next(end), 0.0
        if self.refined and self.style.align == "center" and len(ends) == 2 and not self.style.indent:
            ends[0] = self._balanced(ends[0], reach, places)
        return ends

    def _balanced(self, end: int, reach: Sequence[float], places: Sequence[int]) -> int:
        """Where the first of two centred lines ends: where the second would be a mere rest, it gets half as much.

        A unit in brackets is no rest.
        """
        whole = reach[-1]
        if whole - reach[end] >= _REST * reach[end] or self.text[end] in "（(":
            return end
        return max((place for place in places if whole - reach[place] >= reach[place] / 2), default=end)

    def _widths(self) -> list[float]:
        widths: list[float] = []
        for span in self.spans:
            of = self.fonts.advances[_BOLD[self.style.role] if span.bold else self.style.role]
            size = self.style.size * SMALL if span.shift else self.style.size
            widths += [of[char] * size for char in span.text]
        for place in self.halved:
            if widths[place] >= self.style.size * SMALL:  # a narrow face has narrow marks
                widths[place] -= HALF * self.style.size
        return widths

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
        most = max(bisect_right(reach, reach[start] + room + _ROUNDING) - 1, start)
        if self.refined and self.text[most : most + 1] in CLOSING:
            blank = HALF * self.style.size
            most += reach[most + 1] - reach[start] - blank <= room + _ROUNDING
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

    def _next(self, end: int) -> int:
        while end < len(self.text) and self.text[end] == " ":
            end += 1
        return end

    def _line(self, start: int, end: int, width: float, indent: float, reach: Sequence[float]) -> Filled:
        while end > start + 1 and self.text[end - 1] == " ":
            end -= 1
        taken = reach[end] - reach[start]
        if self.refined and self.text[start:end].endswith(tuple(CLOSING)):
            taken -= HALF * self.style.size
        rest = width - indent - taken
        x, spacing = indent, 0.0
        if self.style.align == "justify":
            spacing = self._spacing(rest, end - start) if self.refined and end < len(self.text) else 0.0
        else:
            x += {"left": 0.0, "center": rest / 2, "right": rest}[self.style.align]
        reached = (
            [reach[place] + spacing * (place - start) for place in range(len(reach))] if spacing else reach
        )
        parts = tuple(self._parts(start, end, x - reached[start], reached, spacing))
        wide = self.text[start:end] if taken > width + self.overhang + 1 else ""
        return Filled(parts, self.height, wide)

    def _spacing(self, rest: float, count: int) -> float:
        """What is put between the characters of a justified line; nothing where they would stand too far apart."""
        spacing = rest / (count - 1) if count > 1 else 0.0
        return spacing if 0 < spacing <= _STRETCH * self.style.size else 0.0

    def _parts(
        self, start: int, end: int, shift: float, reach: Sequence[float], spacing: float
    ) -> Iterator[tuple[str, tuple[Run, ...], float, float]]:
        if len(self.spans) == 1:
            runs = tuple(self._span_runs(self.spans[0], start, end, shift, reach, spacing))
            yield self.spans[0].href, runs, shift + reach[start], reach[end] - reach[start]
            return
        pieces = []
        place = 0
        for span in self.spans:
            first, last = max(place, start), min(place + len(span.text), end)
            if first < last:
                runs = tuple(self._span_runs(span, first, last, shift, reach, spacing))
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

    def _span_runs(
        self, span: Span, start: int, end: int, shift: float, reach: Sequence[float], spacing: float
    ) -> Iterator[Run]:
        """A piece of text that is set alike; a mark of half its width ends a run, as the next begins sooner."""
        role = _BOLD[self.style.role] if span.bold else self.style.role
        size = self.style.size * SMALL if span.shift else self.style.size
        y = self.baseline + _SHIFTS[span.shift] * self.style.size
        cuts = [place + 1 for place in self.halved if start <= place < end - 1]
        for first, last in pairwise((start, *cuts, end)):
            text = self.text[first:last]
            yield from runs_of(self.fonts, role, text, size, shift + reach[first], y, spacing)


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


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs that go on where the one before ends, in the same face and size and on the same line, as one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        follows = last is not None and (last.face, last.size, last.y) == (run.face, run.size, run.y)
        # A mark at the end of a run may have been set to half its width for what follows.
        if last is not None and follows and not halved(last.text[-1] + run.text[0]):
            joined[-1] = last._replace(text=last.text + run.text)
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
