"""Departments and projects by 拼音: what the index pages show, in pages short enough to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from gongkai.planning.summaries import LocalitySummary

PER_PAGE = 400
"""Entries a page lists at most; longer lists are split by letter, and a long letter into parts."""
OTHER = "#"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of the index: the name, what follows it, and its pages as (label, address slugs), newest first."""

    name: str
    of: str
    pages: tuple[tuple[str, tuple[str, ...]], ...]
    key: str

    @property
    def letter(self) -> str:
        """A to Z, or ``#`` for what begins with neither a Chinese character nor a Latin letter."""
        first = self.key[:1].upper()
        return first if "A" <= first <= "Z" else OTHER


@dataclass(frozen=True, slots=True)
class Letter:
    """The entries of one letter, as far as they stand on one page."""

    letter: str
    entries: tuple[IndexEntry, ...]

    @property
    def anchor(self) -> str:
        """The id of the letter on its page."""
        return "other" if self.letter == OTHER else self.letter.lower()


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One page: ``of`` is 部门 or 项目; ``letters`` links every letter to the page and anchor where it starts."""

    slugs: tuple[str, ...]
    of: str
    title: str
    sections: tuple[Letter, ...]
    letters: tuple[tuple[str, tuple[str, ...], str], ...]
    count: int
    previous: tuple[str, ...] | None = None
    next: tuple[str, ...] | None = None


def index_pages(localities: Sequence[LocalitySummary]) -> list[IndexPage]:
    """All pages of the index: departments at ``index/``, projects at ``index/projects/``."""
    departments = _pages("部门", ("index",), _departments(localities))
    return departments + _pages("项目", ("index", "projects"), _projects(localities))


@lru_cache(maxsize=200_000)
def sort_key(name: str) -> str:
    """``中共东莞市委`` → ``zhong gong dong guan shi wei``; other characters stay as they are."""
    # Loaded when first needed: commands that list nothing need not wait for its dictionary.
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name.lstrip("“”‘’《》（）()\"' "))).lower()


def _departments(localities: Iterable[LocalitySummary]) -> Iterator[IndexEntry]:
    for locality in localities:
        for one in locality.departments:
            years = tuple((year.year_text, (locality.slug, one.slug, year.slug)) for year in one.disclosures)
            pages = (("", (locality.slug, one.slug)), *years)
            yield IndexEntry(one.name, locality.name, pages, (one.sort_key or sort_key(one.name)).lower())


def _projects(localities: Iterable[LocalitySummary]) -> Iterator[IndexEntry]:
    """The same project of several years is one entry, under the name it had last."""
    for locality in localities:
        for department in locality.departments:
            for slug, years in department.projects.items():
                base, name = (locality.slug, department.slug), years[0][1].name
                pages = tuple((year.year_text, (*base, year.slug, slug)) for year, _ in years)
                yield IndexEntry(name, department.name, pages, sort_key(name))


def _pages(of: str, base: tuple[str, ...], entries: Iterable[IndexEntry]) -> list[IndexPage]:
    ordered = sorted(entries, key=lambda one: (one.letter == OTHER, one.key, one.name, one.pages))
    parts = list(_split(ordered))
    slugs = [base if not number else (*base, _slug(parts, number)) for number in range(len(parts))]
    letters: dict[str, tuple[str, tuple[str, ...], str]] = {}
    for sections, where in zip(parts, slugs, strict=True):
        for one in sections:
            letters.setdefault(one.letter, (one.letter, where, one.anchor))
    around = [None, *slugs, None]
    return [
        IndexPage(
            slugs[number],
            of,
            f"{of}索引" if len(parts) == 1 else f"{of}索引：{_span(sections)}",
            sections,
            tuple(letters.values()),
            len(ordered),
            around[number],
            around[number + 2],
        )
        for number, sections in enumerate(parts)
    ]


def _split(ordered: Sequence[IndexEntry]) -> Iterator[tuple[Letter, ...]]:
    """Letters gathered into pages of at most PER_PAGE entries; one page even when there is nothing to list.

    A letter that does not fit begins a page, and ends it where it fills more than one.
    """
    page: list[Letter] = []
    room = PER_PAGE
    for letter, group in groupby(ordered, key=lambda one: one.letter):
        entries = tuple(group)
        for start in range(0, len(entries), PER_PAGE):
            if page and (start or len(entries) > room):
                yield tuple(page)
                page, room = [], PER_PAGE
            page.append(Letter(letter, entries[start : start + PER_PAGE]))
            room -= len(page[-1].entries)
    if page or not ordered:
        yield tuple(page)


def _slug(parts: Sequence[tuple[Letter, ...]], number: int) -> str:
    """The first letter of a page, numbered where the letter fills several."""
    first = parts[number][0]
    before = sum(any(one.letter == first.letter for one in part) for part in parts[:number])
    return f"{first.anchor}-{before + 1}" if before else first.anchor


def _span(sections: Sequence[Letter]) -> str:
    first, last = sections[0].letter, sections[-1].letter
    if first != last:
        return f"{first}–{last}"
    entries = sections[0].entries
    return f"{first}（{entries[0].name}～{entries[-1].name}）"
