"""Sheets laid out → a whole document: covers, contents, pages numbered through, bookmarks, one structure.

A sheet is laid out once for a text area and stands in its project's document, in its disclosure's and in the yearbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gongkai.printing.composed import ARTIFACT, Bookmark, Content, Element, Page
from gongkai.printing.flow import Flow
from gongkai.printing.front import Contents, Cover, Entry, cover_page
from gongkai.printing.furniture import Paper, Running, draft_mark, furniture
from gongkai.printing.placing import Draft
from gongkai.printing.setting import Setter

Mark = tuple[int, str, int, float]
"""A bookmark of some pages: its level, its title, the page among these, y."""
Drawn = tuple[Sequence[Draft], Sequence[Element]]


@dataclass(frozen=True, slots=True)
class _Block:
    """Some pages that follow each other: made late, when numbers of pages are known. ``first`` is counted from 0."""

    first: int
    count: int
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
        page, elements = cover_page(self.setter, cover, self._plain.area[0])
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
        self._blocks.append(_Block(self._count, count, paper, running, make))
        self._count += count

    def pages(self) -> list[Page]:
        """Everything with its final numbers; the structure of all pages is in ``elements`` then."""
        pages: list[Page] = []
        for block in self._blocks:
            drafts, elements = block.make()
            base = len(self.elements)
            self.elements += elements if not base else map(_moved(base), elements)
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


def _moved(base: int) -> Callable[[Element], Element]:
    """Elements as they stand behind ``base`` others."""
    return lambda one: Element(one.role, one.parent + base if one.parent >= 0 else -1, one.attributes)
