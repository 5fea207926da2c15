"""Cover and contents of a document: laid out from titles and page numbers, whatever follows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongkai.printing.blocks import Span
from gongkai.printing.composed import ARTIFACT, Content, Element, Link, Run
from gongkai.printing.faces import FontSet
from gongkai.printing.filling import runs_of
from gongkai.printing.placing import Draft
from gongkai.printing.setting import Setter, SetText
from gongkai.printing.style import MM, TextStyle

_COVER_TITLE = TextStyle(22.0, 1.6, "center", role="song-bold")
_COVER_LINE = TextStyle(16.0, 1.5, "center")
_HEADING = TextStyle(16.0, 0.0, "center", role="hei")
_OUTER, _INNER = TextStyle(12.0, 1.5), TextStyle(10.5, 1.5)
_ENTRY_AFTER = 2.5 * MM
_LEADER = ". "
_LEAST_LEADER = 36.0
"""Points that a line of the contents keeps free for leader and number."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: the title on one or two lines, and lines below it."""

    title: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: ``inner`` stands in, below the one it belongs to; ``target`` names what it leads to."""

    title: str
    target: str
    inner: bool = False


def cover_page(setter: Setter, cover: Cover, width: float) -> tuple[Draft, list[Element]]:
    """The cover in a text area of this width."""
    page, elements, y = Draft(), [Element("Sect", -1)], 70 * MM
    title = tuple(span for line in cover.title for span in (Span("\n"), Span(line)))[1:]
    texts = [("H1", 0.0, setter.paragraph(title, _COVER_TITLE, width))]
    for number, line in enumerate(cover.lines):
        texts.append(("P", (6 if number else 12) * MM, setter.paragraph((Span(line),), _COVER_LINE, width)))
    for role, before, text in texts:
        elements.append(Element(role, 0))
        page.put_lines(text.lines, len(elements) - 1, 0.0, y + before)
        y += before + text.height
    return page, elements


class Contents:
    """The table of contents in a text area: how many pages it takes is known before the numbers in it are."""

    def __init__(self, setter: Setter, entries: Sequence[Entry], width: float, height: float) -> None:
        self.setter, self.width = setter, width
        heading = setter.paragraph((Span("目录"),), _HEADING, width)
        self._heading = heading
        self._places: list[tuple[Entry, TextStyle, float, SetText, int, float]] = []
        y, page = heading.height + 8 * MM, 0
        for entry in entries:
            style = _INNER if entry.inner else _OUTER
            left = 2 * style.size if entry.inner else 0.0
            text = setter.paragraph((Span(entry.title),), style, width - left - _LEAST_LEADER)
            if y + text.height > height and y:
                y, page = 0.0, page + 1
            self._places.append((entry, style, left, text, page, y))
            y += text.height + _ENTRY_AFTER
        self.count = page + 1

    def draw(self, starts: Mapping[str, int]) -> tuple[list[Draft], list[Element]]:
        """The pages with the number of the page that each entry begins on, and links to it; counted from 0."""
        pages = [Draft() for _ in range(self.count)]
        elements = [Element("Sect", -1), Element("H2", 0), Element("TOC", 0)]
        pages[0].put_lines(self._heading.lines, 1, 0.0, 0.0)
        for entry, style, left, text, page, y in self._places:
            item = len(elements)
            elements += [Element("TOCI", 2), Element("Link", item)]
            pages[page].put_lines(text.lines, item + 1, left, y)
            last = text.lines[-1]
            start = starts[entry.target]
            self._leader(pages[page], style, left, y + text.height - last.height, text, str(start + 1))
            pages[page].links.append(
                Link(left, y, self.width - left, text.height, (start, 0.0), item + 1, entry.title)
            )
        return pages, elements

    def _leader(
        self, page: Draft, style: TextStyle, left: float, top: float, text: SetText, number: str
    ) -> None:
        """Dots from the title's end to the number, which stands at the right edge; the dots of all lines are aligned."""
        fonts = self.setter.fonts
        runs = text.lines[-1].parts[0][1]
        end = left + max(run.x + _width(fonts, style, run) for run in runs)
        right = self.width - fonts.advance(style.role, number) * style.size
        step = fonts.advance(style.role, _LEADER) * style.size
        first = right - step * int(max(right - end, 0.0) // step)
        dots = _LEADER * int(max(right - end, 0.0) // step)
        made = [
            run
            for piece, x in ((dots.rstrip(), first), (number, right))
            if piece
            for run in runs_of(fonts, style.role, piece, style.size, x, top + runs[0].y)
        ]
        page.content.append(Content(ARTIFACT, tuple(made)))


def _width(fonts: FontSet, style: TextStyle, run: Run) -> float:
    return fonts.advance(style.role, run.text) * run.size
