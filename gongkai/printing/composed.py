"""A finished layout: pages of placed text and lines, the structure they belong to, and what the file says of itself.

All lengths are points. Texts, lines and links of a page are placed from the upper left corner of its text area, y
downwards, so that a table is laid out once and serves pages of any margins; furniture is placed from the page's corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

ARTIFACT = -1
"""The element of text that belongs to no structure: repeated labels, leaders of the contents."""


class Run(NamedTuple):
    """One piece of text in one face and size; ``y`` is its baseline. ``spacing`` is added after every character."""

    x: float
    y: float
    text: str
    face: str
    """Key of a face of the font set."""
    size: float
    spacing: float = 0.0


class Content(NamedTuple):
    """What is marked as one piece: the text of one structure element on one page, in reading order."""

    element: int
    """Index into the document's elements; ``ARTIFACT`` for text that is repeated or decoration."""
    runs: tuple[Run, ...]


class Rule(NamedTuple):
    """A straight line, level or upright."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.6


def box(left: float, top: float, right: float, bottom: float) -> tuple[Rule, ...]:
    """The borders of a cell."""
    return (
        Rule(left, top, right, top),
        Rule(left, bottom, right, bottom),
        Rule(left, top, left, bottom),
        Rule(right, top, right, bottom),
    )


class Link(NamedTuple):
    """A rectangle that leads somewhere: an address of the web, or the place (page from 0, y in its text area)."""

    x: float
    y: float
    width: float
    height: float
    target: str | tuple[int, float]
    element: int
    """The structure element (/Link) it belongs to."""
    text: str
    """What it says, for those who can't see it."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """A text in the page's margins, from the page's upper left corner; ``turned``: read from the right edge, upwards.

    ``turned`` is the rotation in degrees, clockwise, around (x, y) of the run.
    """

    run: Run
    part: Literal["Header", "Footer"]
    turned: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size, where its text area begins, and what stands on it."""

    width: float
    height: float
    left: float
    top: float
    content: tuple[Content, ...] = ()
    rules: tuple[Rule, ...] = ()
    links: tuple[Link, ...] = ()
    furniture: tuple[Furniture, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the structure tree; parents come before their children, and children in reading order."""

    role: str
    """A standard structure type of ISO 32000-1, 14.8.4: ``Table``, ``TH``, ``P`` …"""
    parent: int
    """Index of the element it is in; -1 for those directly under ``Document``."""
    attributes: Mapping[str, int | str] = field(default_factory=dict)
    """``RowSpan``, ``ColSpan``, ``Scope`` (Row, Column), ``ListNumbering`` (Disc, Decimal)."""


class Elements(list[Element]):
    """A structure while it grows."""

    def add(
        self,
        role: str,
        parent: int = -1,
        attributes: Mapping[str, int | str] = MappingProxyType({}),
        inside: Iterable[Element] = (),
    ) -> int:
        """One more element, with those that are ``inside`` it; its index."""
        own = len(self)
        self.append(Element(role, parent, attributes))
        self += (
            Element(one.role, own if one.parent < 0 else own + 1 + one.parent, one.attributes)
            for one in inside
        )
        return own


def spans(rows: int, columns: int) -> dict[str, int | str]:
    """The attributes of a cell that covers so many rows and columns."""
    counts = {"RowSpan": rows, "ColSpan": columns}
    return {name: count for name, count in counts.items() if count > 1}


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark: its level from 1, and the place it leads to (page from 0, y in its text area)."""

    level: int
    title: str
    page: int
    y: float


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF that it was made from (PDF/A-3, relation Source)."""

    name: str
    data: bytes
    media_type: str
    description: str


class Printed(NamedTuple):
    """A finished PDF: its bytes, and how many pages it has."""

    data: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Composed:
    """A whole document, ready to be written. ``created`` dates it; None: it says no date."""

    title: str
    author: str
    description: str
    keywords: tuple[str, ...]
    created: date | None
    pages: tuple[Page, ...]
    elements: tuple[Element, ...]
    bookmarks: tuple[Bookmark, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    language: str = "zh-CN"
