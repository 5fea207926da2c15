"""Pages → the index: postings of two-character keys per department, put together into shards by concatenation.

A department's part is one run of bytes ordered by bucket, so that its share of any shard is a single slice: when
one department changes, the texts of the others are not needed.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from gongkai.collect import Memo, Part
from gongkai.load import LoadedDepartment
from gongkai.plan import Plan
from gongkai.records import SiteSettings
from gongkai.search.normal import ALONE, BREAK, FINE_BUCKETS, bucket, money_in, money_of, normalise
from gongkai.search.pages import FoundPage, found_pages

SHARD_BYTES = 40_000
"""Shards are doubled in number until they are smaller than this on average."""
ONCE, OFTEN, TITLE = 0, 1, 2
"""Where a page has a key: in its text, there three times or more, in its title."""
_OFTEN_FROM = 3
_ENDS, _CONTINUES = 20, 6


@dataclass(frozen=True)
class IndexPart:
    """One department's index. ``known_as`` are its short name and code. Page 0 is the department's own; then come its years: the disclosure, its projects.

    ``runs`` are (year folder, year or 0, number of pages), newest first; ``postings`` are the entries of all
    buckets in order, bucket n at ``starts[n]:starts[n + 1]``; ``version`` changes with any text of it.
    """

    name: str
    known_as: tuple[str, ...]
    runs: tuple[tuple[str, int, int], ...]
    version: str
    postings: bytes
    starts: array[int]


class SearchIndex:
    """The collector of ``search/manifest.js`` and the shards ``search/i/*.js``."""

    name = "search"

    def part(self, loaded: LoadedDepartment) -> IndexPart:
        """The department's postings."""
        pages = list(found_pages(loaded))
        postings, starts = _packed(_collected(pages))
        years = {one.slug: one.year or 0 for one in loaded.department.disclosures}
        counts = Counter(page.year for page in pages if page.year)
        runs = tuple((year, years[year], count) for year, count in counts.items())
        texts = repr([(page.title, page.texts) for page in pages]).encode()
        version = hashlib.sha256(texts).hexdigest()[:8]
        department = loaded.department
        known_as = tuple(filter(None, (department.short, department.code)))
        return IndexPart(department.name, known_as, runs, version, postings, starts)

    def files(self, parts: Iterable[Part], plan: Plan, site: SiteSettings, memo: Memo) -> Iterator[tuple[str, bytes]]:
        """Manifest and shards."""
        held = [part for part in parts if isinstance(part.content, IndexPart)]
        contents: list[IndexPart] = [part.content for part in held]
        shards = shard_count(sum(len(one.postings) for one in contents))
        yield "search/manifest.js", _manifest(held, plan, shards)
        for number in range(shards):
            yield shard_path(number), _shard(contents, number, shards)


def shard_path(number: int) -> str:
    """The file of a shard."""
    return f"search/i/{number:03x}.js"


def shard_count(size: int) -> int:
    """How many shards an index of ``size`` bytes has: a power of two, so that buckets divide evenly."""
    count = 1
    while count < FINE_BUCKETS and size > count * SHARD_BYTES:
        count *= 2
    return count


def _collected(pages: Sequence[FoundPage]) -> dict[str, str]:
    """Key → postings of a department: each is the distance from the page before and where the page has it."""
    postings: dict[str, str] = {}
    last: dict[str, int] = {}
    for number, page in enumerate(pages):
        for key, place in _keys(page).items():
            step = number - last.get(key, -1) - 1
            postings[key] = postings.get(key, "") + _written(step * 3 + place)
            last[key] = number
    return postings


def _keys(page: FoundPage) -> dict[str, int]:
    """Every key of a page and where it has it."""
    text = BREAK.join(normalise(text) for _, text in page.texts)
    counts = Counter(map(add, text, text[1:]))
    keys = {key: OFTEN if count >= _OFTEN_FROM else ONCE for key, count in counts.items() if BREAK not in key}
    for key in money_in(text):
        keys[key] = ONCE
    for amount in page.amounts:
        keys.update(dict.fromkeys(money_of(amount), ONCE))
    title = normalise(page.title)
    keys.update(dict.fromkeys(map(add, title, title[1:]), TITLE))
    keys.update(dict.fromkeys((character + ALONE for character in title), TITLE))
    return keys


@lru_cache(maxsize=4096)
def _written(value: int) -> str:
    """A number as capital letters (normalised text has none): U–Z say that more follows, A–T end it."""
    rest, end = divmod(value, _ENDS)
    text = chr(65 + end)
    while rest:
        rest -= 1
        text = chr(65 + _ENDS + rest % _CONTINUES) + text
        rest //= _CONTINUES
    return text


_bucket = lru_cache(maxsize=400_000)(bucket)


def _packed(postings: dict[str, str]) -> tuple[bytes, array[int]]:
    """The entries ordered by bucket as UTF-8, and where each bucket starts."""
    sizes = [0] * FINE_BUCKETS
    entries = sorted((_bucket(key), key, value) for key, value in postings.items())
    written = []
    for place, key, value in entries:
        entry = (key + value).encode()
        sizes[place] += len(entry)
        written.append(entry)
    starts = array("I", [0])
    for size in sizes:
        starts.append(starts[-1] + size)
    return b"".join(written), starts


def _shard(contents: Sequence[IndexPart], number: int, shards: int) -> bytes:
    """One shard: its slice of each department's postings, by the department's number in the manifest."""
    width = FINE_BUCKETS // shards
    first, last = number * width, (number + 1) * width
    lines = [b"gongkaiSearch.shard(%d,{" % number]
    for department, part in enumerate(contents):
        start, end = part.starts[first], part.starts[last]
        if start != end:
            lines.append(b'%d:"%b",' % (department, part.postings[start:end]))
    lines.append(b"});\n")
    return b"\n".join(lines)


def _manifest(parts: Sequence[Part], plan: Plan, shards: int) -> bytes:
    """What the search page knows before a query: number of shards, localities, departments with their years."""
    names = [(one.slug, one.name) for one in plan.localities]
    numbers = {slug: number for number, (slug, _) in enumerate(names)}
    departments = [
        (
            numbers[part.locality],
            part.department,
            part.content.name,
            part.content.version,
            part.content.runs,
            part.content.known_as,
        )
        for part in parts
    ]
    version = hashlib.sha256(repr(departments).encode()).hexdigest()[:8]
    data = {"shards": shards, "version": version, "localities": names, "departments": departments}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"gongkaiSearch.manifest({text});\n".encode()
