"""Sheets laid out → a whole document: covers, contents, pages numbered through, bookmarks, structure, attachments.

A sheet is laid out once for a text area and stands in its project's document, in its disclosure's and in the yearbook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gongkai.printing.composed import ARTIFACT, Bookmark, Content, Element, Page
from gongkai.printing.flow import Flow
from gongkai.printing.front import Contents, Cover, Entry, cover_page
from gongkai.printing.furniture import Paper, Running, draft_mark, furniture
from gongkai.printing.placing import Draft
from gongkai.printing.setting import Setter


@dataclass(frozen=True, slots=True)
class SheetPages:
    """One sheet: its name in the document, its bookmarks (level and title), its paper, its pages."""

    name: str
    marks: tuple[tuple[int, str], ...]
    paper: Paper
    flow: Flow


@dataclass(frozen=True, slots=True)
class PartPages:
    """A part of a document: what its margins say, its cover, its contents, its sheets.

    ``name`` is what a table of contents before it leads to. ``marks`` stand above those of its sheets, whose levels
    are ``deeper`` by so many.
    """

    name: str
    running: Running
    cover: Cover | None
    entries: tuple[Entry, ...]
    sheets: tuple[SheetPages, ...]
    marks: tuple[tuple[int, str], ...] = ()
    deeper: int = 0
    on_odd_page: bool = False


@dataclass(slots=True)
class _Block:
    """Some pages that follow each other: made late, when numbers of pages are known. ``first`` is counted from 0."""

    name: str
    paper: Paper
    running: Running | None
    count: int
    make: Callable[[], tuple[Sequence[Draft], Sequence[Element]]]
    marks: tuple[tuple[int, str, int, float], ...] = ()
    first: int = 0


@dataclass(slots=True)
class Body:
    """Pages, elements and bookmarks of a document."""

    pages: list[Page] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)


def compose(setter: Setter, parts: Sequence[PartPages], *, draft: bool = False) -> Body:
    """All parts one after another; every page of a ``draft`` says that it is one."""
    composer = _Composer(setter, draft=draft)
    for part in parts:
        composer.add(part)
    return composer.finish()


class _Composer:
    """Parts while they are put together."""

    def __init__(self, setter: Setter, *, draft: bool) -> None:
        self.setter, self.draft = setter, draft
        self.blocks: list[_Block] = []
        self.ends: dict[str, tuple[int, float]] = {}
        """Where each part and sheet begins: page from 0, y."""

    def add(self, part: PartPages) -> None:
        """One more part."""
        paper = Paper.of("A4", "portrait")
        if part.on_odd_page and self._count() % 2:
            self._append(_Block("", paper, part.running, 1, lambda: ([Draft()], [])))
        self.ends[part.name] = (self._count(), 0.0)
        marks = [(level, title, 0, 0.0) for level, title in part.marks]
        if part.cover is not None:
            cover = part.cover
            title = "".join(cover.title)
            own = (*marks, (1 + part.deeper, title, 0, 0.0))
            marks = []
            self._append(_Block("", paper, None, 1, lambda: self._cover(cover, paper), own))
        if part.entries:
            self._add_contents(part, paper)
        for sheet in part.sheets:
            flow = sheet.flow
            own = (*marks, *((level + part.deeper, title, 0, 0.0) for level, title in sheet.marks))
            marks = []
            inner = ((3 + part.deeper, title, spot.page, spot.y) for title, spot in flow.records)
            heads = ((level + part.deeper, title, spot.page, spot.y) for level, title, spot in flow.headings)
            self.ends[_end(part, sheet.name)] = (self._count(), 0.0)
            self._append(
                _Block(
                    sheet.name,
                    sheet.paper,
                    part.running,
                    len(flow.pages),
                    _made(flow),
                    (*own, *inner, *heads),
                )
            )

    def _add_contents(self, part: PartPages, paper: Paper) -> None:
        contents = Contents(self.setter, part.entries, *paper.area)

        def draw() -> tuple[Sequence[Draft], Sequence[Element]]:
            ends = {
                entry.target: self.ends[
                    entry.target if entry.target in self.ends else _end(part, entry.target)
                ]
                for entry in part.entries
            }
            return contents.draw({name: page + 1 for name, (page, _) in ends.items()}, ends)

        marks = ((2 + part.deeper, "目录", 0, 0.0),)
        self._append(_Block("", paper, part.running, contents.count, draw, marks))

    def _cover(self, cover: Cover, paper: Paper) -> tuple[Sequence[Draft], Sequence[Element]]:
        page, elements = cover_page(self.setter, cover, paper.area[0])
        return [page], elements

    def _count(self) -> int:
        return sum(block.count for block in self.blocks[-1:]) + (self.blocks[-1].first if self.blocks else 0)

    def _append(self, block: _Block) -> None:
        block.first = self._count()
        self.blocks.append(block)

    def finish(self) -> Body:
        """Everything with its final numbers."""
        body, total = Body(), self._count()
        for block in self.blocks:
            drafts, elements = block.make()
            base = len(body.elements)
            if elements:
                body.elements += _moved(elements, base)
            for number, draft in enumerate(drafts, block.first + 1):
                body.pages.append(self._page(block, draft, number, total, base))
            body.bookmarks += (
                Bookmark(level, title, block.first + page, y) for level, title, page, y in block.marks
            )
        return body

    def _page(self, block: _Block, draft: Draft, number: int, total: int, base: int) -> Page:
        paper = block.paper
        left, top = paper.origin(number)
        content = tuple(draft.content)
        links = tuple(draft.links)
        if base:
            content = tuple(
                one if one.element == ARTIFACT else Content(one.element + base, one.runs) for one in content
            )
            links = tuple(link._replace(element=link.element + base) for link in links)
        fonts = self.setter.fonts
        around = tuple(furniture(fonts, paper, block.running, number, total)) if block.running else ()
        if self.draft:
            around = (*draft_mark(fonts, paper, number), *around)
        return Page(paper.width, paper.height, left, top, content, tuple(draft.rules), links, around)


def _end(part: PartPages, name: str) -> str:
    return f"{part.name}\n{name}"


def _moved(elements: Sequence[Element], base: int) -> list[Element]:
    if not base:
        return list(elements)
    return [
        Element(one.role, one.parent + base if one.parent >= 0 else -1, one.attributes) for one in elements
    ]


def _made(flow: Flow) -> Callable[[], tuple[Sequence[Draft], Sequence[Element]]]:
    return lambda: (flow.pages, flow.elements)
