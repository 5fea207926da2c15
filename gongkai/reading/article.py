"""A text published with a year's tables, and its pictures, as they are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a text: its file's name, its size in pixels as shown, the SHA-256 of its bytes."""

    name: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Article:
    """说明: a text published with a year's tables; ``file`` is what it is called in problems, ``text`` what stands in it."""

    slug: str
    title: str
    html: str
    """Sanitised; what follows the title."""
    file: str
    text: str
    pictures: tuple[Picture, ...] = ()
