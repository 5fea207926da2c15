"""Sheets laid out → a whole document: covers, contents, pages numbered through and what stands in their margins.

A sheet is laid out once for a text area and stands in its project's document, in its disclosure's and in the yearbook.

Conventions: GB/T 9704-2012. The binding edge has 25 mm; page numbers ``— 1 —`` stand at the outer edge, so margins of
odd and even pages are mirrored. A landscape page among portrait ones is turned to the left when bound: its head lies at
the binding edge of odd pages, and its number where portrait pages have theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from gongkai.printing.blocks import Span
from gongkai.printing.composed import (
    ARTIFACT,
    Bookmark,
    Content,
    Element,
    Elements,
    Furniture,
    Link,
    Page,
    Run,
)
from gongkai.printing.faces import FontSet
from gongkai.printing.filling import baseline, line_height, runs_of
from gongkai.printing.flow import Draft, Flow
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
Orientation = Literal["portrait", "landscape", "turned"]
HEAD = TextStyle(9.0, 1.5)
NUMBER = TextStyle(12.0, 1.5)
DRAFT = TextStyle(16.0, 1.5, role="hei")
HEAD_AFTER = 3 * MM
"""The room between a running head and the text area."""
_A4, _A3 = (210 * MM, 297 * MM), (297 * MM, 420 * MM)
# Top, right, bottom, left of odd pages, in mm.
_MARGINS = {"portrait": (22, 18, 20, 25), "landscape": (20, 18, 18, 18), "turned": (25, 22, 18, 20)}


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a page and its margins, in points; those of even pages are ``mirrored``."""

    sheet: Orientation
    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @classmethod
    def of(cls, size: str, sheet: Orientation) -> Paper:
        """A4 or A3, upright or on its side."""
        short, long = _A3 if size == "A3" else _A4
        width, height = (short, long) if sheet == "portrait" else (long, short)
        top, right, bottom, left = (side * MM for side in _MARGINS[sheet])
        return cls(sheet, width, height, top, right, bottom, left)

    @property
    def area(self) -> tuple[float, float]:
        """Width and height of the text area: the same on odd and even pages."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom

    def origin(self, number: int) -> tuple[float, float]:
        """Where the text area of page ``number`` begins: from the left, from the top."""
        if number % 2:
            return self.left, self.top
        return (self.left, self.bottom) if self.sheet == "turned" else (self.right, self.top)


@dataclass(frozen=True, slots=True)
class Running:
    """What pages of a part say in their margins: at the upper left whose they are, at the upper right the year."""

    head: str
    year: str


def furniture(
    fonts: FontSet, paper: Paper, running: Running | None, number: int, total: int, *, draft: bool = False
) -> Iterator[Furniture]:
    """What stands in the margins of page ``number`` of ``total``, counted from 1; on every page of a draft, that it is one."""
    left, top = paper.origin(number)
    (width, height), odd = paper.area, number % 2 == 1
    above = top - HEAD_AFTER - line_height(fonts, HEAD)
    if draft:
        y = (above - line_height(fonts, DRAFT)) / 2 + baseline(fonts, DRAFT)
        yield from _text(fonts, DRAFT, "草稿", left + width / 2, y, "Header", before=0.5)
    if running is None:
        return
    y = above + baseline(fonts, HEAD)
    yield from _text(fonts, HEAD, running.head, left, y, "Header")
    yield from _text(fonts, HEAD, running.year, left + width, y, "Header", before=1.0)
    page = f"— {number} —"
    if paper.sheet == "turned":
        # In the left margin, to be read from the left when the page is upright in the bound book.
        x, y = paper.left / 2, top + height - 10 * MM if odd else top + 10 * MM
        yield from _text(fonts, NUMBER, page, x, y, "Footer", before=0.5, turned=90)
        return
    y = (top + height + paper.height) / 2
    for style, text, right in ((HEAD, f"共 {total} 页", not odd), (NUMBER, page, odd)):
        x = left + width if right else left
        below = baseline(fonts, style) - line_height(fonts, style) / 2
        yield from _text(fonts, style, text, x, y + below, "Footer", before=float(right))


def _text(
    fonts: FontSet,
    style: TextStyle,
    text: str,
    x: float,
    y: float,
    part: Literal["Header", "Footer"],
    *,
    before: float = 0.0,
    turned: int = 0,
) -> Iterator[Furniture]:
    """A text at a place, such a share of its length before it; a ``turned`` one in the middle of its line."""
    back = before * fonts.advance(style.role, text) * style.size
    below = baseline(fonts, style) - line_height(fonts, style) / 2
    for run in runs_of(fonts, style.role, text, style.size, 0.0, 0.0) if text else ():
        placed = (x - below, y - back + run.x) if turned else (x - back + run.x, y)
        yield Furniture(Run(*placed, run.text, run.face, run.size), part, turned)


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


@dataclass(frozen=True, slots=True)
class _Block:
    """Some pages that follow each other, and their structure. ``first`` is counted from 0."""

    first: int
    paper: Paper
    running: Running | None
    drafts: Sequence[Draft]
    elements: Sequence[Element]


class Composer:
    """A document while its parts are added one after another; every page of a ``draft`` says that it is one."""

    def __init__(self, setter: Setter, *, draft: bool = False) -> None:
        self.setter, self.draft = setter, draft
        self.bookmarks: list[Bookmark] = []
        self.elements: list[Element] = []
        self._blocks: list[_Block] = []
        self._leaders: list[Callable[[], None]] = []
        """What is written when the numbers of all pages are known."""
        self._count = 0
        self._starts: dict[str, int] = {}
        """The page, from 0, that each part and each sheet begins on."""
        self._plain = Paper.of("A4", "portrait")
        self._part, self._running = "", Running("", "")

    def begin(self, part: str, running: Running, *, on_odd_page: bool = False) -> None:
        """A part, which a table of contents before it calls ``part``, and what its margins say."""
        self._part, self._running = part, running
        if on_odd_page and self._count % 2:
            self._add(self._plain, running, [Draft()], [])
        self._starts[f"/{part}"] = self._count

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
        self._add(self._plain, None, [page], elements)

    def contents(self, entries: Sequence[Entry]) -> None:
        """A table of contents, of sheets of this part or of parts."""
        width, height = self._plain.area
        pages, elements = [Draft()], Elements()
        section = elements.add("Sect")
        heading = self.setter.paragraph((Span("目录"),), _HEADING, width)
        pages[0].put_lines(heading.lines, elements.add("H2", section), 0.0, 0.0)
        y, listed = heading.height + 8 * MM, elements.add("TOC", section)
        for entry in entries:
            style = _INNER if entry.inner else _OUTER
            left = 2 * style.size if entry.inner else 0.0
            text = self.setter.paragraph((Span(entry.title),), style, width - left - _LEAST_LEADER)
            if y + text.height > height and y:
                pages.append(Draft())
                y = 0.0
            element = elements.add("Link", elements.add("TOCI", listed))
            pages[-1].put_lines(text.lines, element, left, y)
            link = Link(
                left, y, width - left, text.height, f"{self._part}/{entry.target}", element, entry.title
            )
            self._leaders.append(partial(self._lead, pages[-1], len(pages[-1].content), text, style, link))
            pages[-1].content.append(Content(ARTIFACT, ()))
            y += text.height + _ENTRY_AFTER
        self._add(self._plain, self._running, pages, elements)

    def _lead(self, page: Draft, place: int, text: SetText, style: TextStyle, link: Link) -> None:
        """Dots from the title's end to the number, which stands at the right edge, and the link.

        The dots of all lines are aligned.
        """
        start = self._starts[str(link.target)]
        page.links.append(link._replace(target=(start, 0.0)))
        fonts, number, last = self.setter.fonts, str(start + 1), text.lines[-1]
        runs, top = last.parts[0][1], link.y + text.height - last.height
        end = link.x + max(run.x + fonts.advance(style.role, run.text) * run.size for run in runs)
        right = link.x + link.width - fonts.advance(style.role, number) * style.size
        step = fonts.advance(style.role, _LEADER) * style.size
        count = int(max(right - end, 0.0) // step)
        made = [
            run
            for piece, x in (((_LEADER * count).rstrip(), right - step * count), (number, right))
            if piece
            for run in runs_of(fonts, style.role, piece, style.size, x, top + runs[0].y)
        ]
        page.content[place] = Content(ARTIFACT, tuple(made))

    def sheet(self, name: str, paper: Paper, flow: Flow) -> None:
        """A sheet of the part."""
        self._starts[f"{self._part}/{name}"] = self._count
        self._add(paper, self._running, flow.pages, flow.elements)

    def _add(
        self, paper: Paper, running: Running | None, drafts: Sequence[Draft], elements: Sequence[Element]
    ) -> None:
        self._blocks.append(_Block(self._count, paper, running, drafts, elements))
        self._count += len(drafts)

    def pages(self) -> list[Page]:
        """Everything with its final numbers; the structure of all pages is in ``elements`` then."""
        for lead in self._leaders:
            lead()
        pages: list[Page] = []
        for block in self._blocks:
            base = len(self.elements)
            self.elements += (
                Element(one.role, one.parent + base if one.parent >= 0 else -1, one.attributes)
                for one in block.elements
            )
            pages += (
                self._page(block, draft, number, base)
                for number, draft in enumerate(block.drafts, block.first + 1)
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
        around = furniture(fonts, paper, block.running, number, self._count, draft=self.draft)
        left, top = paper.origin(number)
        rules = tuple(draft.rules)
        return Page(paper.width, paper.height, left, top, tuple(content), rules, tuple(links), tuple(around))
