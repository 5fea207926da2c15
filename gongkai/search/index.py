"""Pages → the index: postings of two-character keys per department, put together into shards by concatenation.

A department's part is one run of bytes ordered by bucket, so that its share of any shard is a single slice: when
one department changes, the texts of the others are not needed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Any

from gongkai.parts import Part, pack
from gongkai.planning.plan import Plan
from gongkai.reading.loaded import LoadedDepartment
from gongkai.search.normal import ALONE, BREAK, FINE_BUCKETS, bucket, money_in, money_of, normalise
from gongkai.search.pages import FoundPage, found_pages

MANIFEST = "search/manifest.js"
SHARD_BYTES = 40_000
"""Shards are doubled in number until they are smaller than this on average."""
ONCE, OFTEN, TITLE = 0, 1, 2
"""Where a page has a key: in its text, there three times or more, in its title."""
_OFTEN_FROM = 3
_ENDS, _CONTINUES = 20, 6


def search_part(loaded: LoadedDepartment) -> bytes:
    """A department's index (parts.pack): ``postings`` are the entries of all buckets in order, bucket n at
    ``starts[n]:starts[n + 1]`` (32 bits each, little-endian).

    Its head says its name, its version, which changes with any text of it, its years as (folder, year or 0, number
    of pages, of these texts), newest first, and its short name and code. Page 0 is the department's own; then come its years: the
    disclosure, its projects, its texts.
    """
    pages = list(found_pages(loaded))
    postings, starts = _packed(_collected(pages))
    years = {one.slug: one for one in loaded.department.disclosures}
    counts = Counter(page.year for page in pages if page.year)
    runs = [(slug, years[slug].year or 0, count, len(years[slug].articles)) for slug, count in counts.items()]
    version = hashlib.sha256(repr([(page.title, page.texts) for page in pages]).encode()).hexdigest()[:8]
    department = loaded.department
    known_as = list(filter(None, (department.short, department.code)))
    if sys.byteorder == "big":
        starts.byteswap()
    head = [department.name, version, runs, known_as]
    return pack(head, {"starts": starts.tobytes(), "postings": postings})


def index_files(plan: Plan, parts: Mapping[tuple[str, str], Part]) -> Iterator[tuple[str, bytes]]:
    """``search/manifest.js`` and the shards ``search/i/*.js``; ``parts`` by locality and department, in order."""
    places = {one.slug: number for number, one in enumerate(plan.localities)}
    entries = [(places[unit[0]], unit[1], *part.head) for unit, part in parts.items()]
    count = shard_count(sum(part.pieces["postings"].size for part in parts.values()))
    yield MANIFEST, _manifest(plan, entries, count)
    lines: list[list[bytes]] = [[b"gongkaiSearch.shard(%d,{\n" % number] for number in range(count)]
    for department, part in enumerate(parts.values()):
        starts, postings = _starts(part.pieces["starts"].read()), part.pieces["postings"].read()
        for number, (start, end) in enumerate(pairwise(starts[:: FINE_BUCKETS // count])):
            if start != end:
                lines[number].append(b'%d:"%b",\n' % (department, postings[start:end]))
    for number, shard in enumerate(lines):
        yield shard_path(number), b"".join([*shard, b"});\n"])


def _starts(data: bytes) -> array[int]:
    starts = array("I", data)
    if sys.byteorder == "big":
        starts.byteswap()
    return starts


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
    in_title = (*map(add, title, title[1:]), *(character + ALONE for character in title))
    keys.update((key, TITLE) for key in in_title if BREAK not in key)
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


def _manifest(plan: Plan, entries: Sequence[tuple[Any, ...]], shards: int) -> bytes:
    """What the search page knows before a query: number of shards, localities, departments with their years."""
    names = [(one.slug, one.name) for one in plan.localities]
    version = hashlib.sha256(json.dumps(entries).encode()).hexdigest()[:8]
    data = {"shards": shards, "version": version, "localities": names, "departments": entries}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"gongkaiSearch.manifest({text});\n".encode()
