"""Sheets laid out → a whole document: covers, contents, pages numbered through, bookmarks, one structure.

A sheet is laid out once for a text area and stands in its project's document, in its disclosure's and in the yearbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gongkai.printing.blocks import Span
from gongkai.printing.composed import ARTIFACT, Bookmark, Content, Element, Elements, Link, Page
from gongkai.printing.filling import runs_of
from gongkai.printing.flow import Draft, Flow
from gongkai.printing.furniture import Paper, Running, draft_mark, furniture
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
        end = left + max(run.x + fonts.advance(style.role, run.text) * run.size for run in runs)
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


Drawn = tuple[Sequence[Draft], Sequence[Element]]


@dataclass(frozen=True, slots=True)
class _Block:
    """Some pages that follow each other: made late, when numbers of pages are known. ``first`` is counted from 0."""

    first: int
    paper: Paper
    running: Running | None
    make: Callable[[], Drawn]


class Composer:
    """A document while its parts are added one after another; every page of a ``draft`` says that it is one."""

    def __init__(self, setter: Setter, *, draft: bool = False) -> None:
        self.setter, self.draft = setter, draft
        self.bookmarks: list[Bookmark] = []
        self.elements: list[Element] = []
        self._blocks: list[_Block] = []
        self._count = 0
        self._starts: dict[str, int] = {}
        """The page, from 0, that each part and each sheet begins on."""
        self._plain = Paper.of("A4", "portrait")
        self._part, self._running = "", Running("", "")

    def begin(self, part: str, running: Running, *, on_odd_page: bool = False) -> None:
        """A part, which a table of contents before it calls ``part``, and what its margins say."""
        self._part, self._running = part, running
        if on_odd_page and self._count % 2:
            self._add(1, self._plain, running, lambda: ([Draft()], []))
        self._starts[part] = self._count

    def mark(self, level: int, title: str, page: int = 0, y: float = 0.0) -> None:
        """A bookmark that leads to one of the pages that are added next."""
        self.bookmarks.append(Bookmark(level, title, self._count + page, y))

    def cover(self, cover: Cover) -> None:
        """A cover, without anything in its margins."""
        page, elements, y = Draft(), Elements(), 70 * MM
        sheet, width = elements.add("Sect"), self._plain.area[0]
        title = tuple(span for line in cover.title for span in (Span("\n"), Span(line)))[1:]
        texts = [("H1", 0.0, self.setter.paragraph(title, _COVER_TITLE, width))]
        for number, line in enumerate(cover.lines):
            before = (6 if number else 12) * MM
            texts.append(("P", before, self.setter.paragraph((Span(line),), _COVER_LINE, width)))
        for role, before, text in texts:
            page.put_lines(text.lines, elements.add(role, sheet), 0.0, y + before)
            y += before + text.height
        self._add(1, self._plain, None, lambda: ([page], elements))

    def contents(self, entries: Sequence[Entry]) -> None:
        """A table of contents, of sheets of this part or of parts."""
        contents, part = Contents(self.setter, entries, *self._plain.area), self._part

        def draw() -> Drawn:
            own = {one.target: f"{part}/{one.target}" for one in entries}
            starts = self._starts
            return contents.draw({name: starts[key if key in starts else name] for name, key in own.items()})

        self._add(contents.count, self._plain, self._running, draw)

    def sheet(self, name: str, paper: Paper, flow: Flow) -> None:
        """A sheet of the part."""
        self._starts[f"{self._part}/{name}"] = self._count
        self._add(len(flow.pages), paper, self._running, lambda: (flow.pages, flow.elements))

    def _add(self, count: int, paper: Paper, running: Running | None, make: Callable[[], Drawn]) -> None:
        self._blocks.append(_Block(self._count, paper, running, make))
        self._count += count

    def pages(self) -> list[Page]:
        """Everything with its final numbers; the structure of all pages is in ``elements`` then."""
        pages: list[Page] = []
        for block in self._blocks:
            drafts, elements = block.make()
            base = len(self.elements)
            self.elements += (
                Element(one.role, one.parent + base if one.parent >= 0 else -1, one.attributes)
                for one in elements
            )
            pages += (
                self._page(block, draft, number, base) for number, draft in enumerate(drafts, block.first + 1)
            )
        return pages

    def _page(self, block: _Block, draft: Draft, number: int, base: int) -> Page:
        paper, fonts = block.paper, self.setter.fonts
        content: Iterable[Content] = draft.content
        links = draft.links
        if base:
            content = (
                one if one.element == ARTIFACT else Content(one.element + base, one.runs) for one in content
            )
            links = [link._replace(element=link.element + base) for link in links]
        around = tuple(draft_mark(fonts, paper, number)) if self.draft else ()
        if block.running:
            around += tuple(furniture(fonts, paper, block.running, number, self._count))
        left, top = paper.origin(number)
        rules = tuple(draft.rules)
        return Page(paper.width, paper.height, left, top, tuple(content), rules, tuple(links), around)
