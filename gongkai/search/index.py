"""Pages → the index: postings of two-character keys per department, put together into shards by concatenation.

A department's part is one run of bytes ordered by bucket, so that its share of any shard is a single slice: when
one department changes, the texts of the others are not needed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import add
from struct import Struct
from typing import Any

from gongkai.exports.text import script_text
from gongkai.parts import Part, pack
from gongkai.planning.plan import Plan
from gongkai.reading.records import Department
from gongkai.search.normal import (
    ALONE,
    BREAK,
    FINE_BUCKETS,
    bucket,
    money_in,
    money_of,
    normalise,
    plain,
    readings,
    sound_keys,
    sounds_file,
    variants_file,
)
from gongkai.search.pages import FoundPage, nfc

MANIFEST = "search/manifest.js"
TITLE_BYTES = 8_000
"""Departments are put together in files of titles until one is larger than this."""
SHARD_BYTES = {"k": 4_000, "i": 12_000}
"""Shards are doubled in number until they are smaller than this on average: titles are the first thing that a reader
waits for, and one query asks for several shards."""
ONCE, OFTEN, TITLE = 0, 1, 2
"""Where a page has a key: in its text, there three times or more, in its title."""
_OFTEN_FROM = 3
_NUMBERS = Struct(f"<{FINE_BUCKETS + 1}I")
_ENDS, _CONTINUES = 20, 6


def search_part(department: Department, pages: Sequence[FoundPage]) -> bytes:
    """The index of a department's pages (parts.pack): of titles (``k``) and of all texts (``i``) the entries of all buckets in
    order, bucket n at ``starts[n]:starts[n + 1]`` (32 bits each, little-endian); titles: [file name, title, 元 or null, 总分 of a 自评 if there is
    one] of every page but the department's own; how these are read.

    Its head says its name, its version, which changes with any text of it, its years as (folder, year or 0, number
    of pages, of these texts), newest first, its short name and code, and its largest amount.
    Page 0 is the department's own; then come its years: the disclosure, its projects, its texts.
    """
    sounds = sorted({pair for page in pages for pair in readings(page.title)})
    titles = [
        (one.slug, nfc(one.title), None if one.budget is None else plain(one.budget))
        + (() if one.score is None else (plain(one.score),))
        for one in pages[1:]
    ]
    pieces = {
        "titles": script_text(titles).encode(),
        "sounds": json.dumps(sounds, ensure_ascii=False).encode(),
    }
    for name, keys in (("k", _title_keys), ("i", _keys)):
        pieces[name], pieces[f"{name}-starts"] = _packed(pages, keys)
    years = {one.slug: one for one in department.disclosures}
    counts = Counter(page.year for page in pages if page.year)
    runs = [(slug, years[slug].year or 0, count, len(years[slug].articles)) for slug, count in counts.items()]
    version = hashlib.sha256(repr([(page.title, page.texts) for page in pages]).encode()).hexdigest()[:8]
    known_as = list(filter(None, (department.short, department.code)))
    top = max((page.budget for page in pages if page.budget is not None), default=None)
    head = [department.name, version, runs, known_as, None if top is None else plain(top)]
    return pack(head, pieces)


def index_files(
    plan: Plan, parts: Mapping[tuple[str, str], Part], synonyms: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """All files below ``search/`` but the texts; ``parts`` by locality and department, in order."""
    places = {one.slug: number for number, one in enumerate(plan.localities)}
    counts = {
        name: shard_count(sum(part.pieces[name].size for part in parts.values()), most)
        for name, most in SHARD_BYTES.items()
    }
    files: list[list[bytes]] = []
    entries, size = [], 0
    for number, (unit, part) in enumerate(parts.items()):
        piece = part.pieces["titles"]
        if not files or size > TITLE_BYTES:
            files.append([b"gongkaiSearch.titles(%d,{" % len(files)])
            size = 0
        files[-1].append(b"%d:%b,\n" % (number, piece.read()))
        size += piece.size
        entries.append((places[unit[0]], unit[1], *part.head, len(files) - 1))
    yield MANIFEST, _manifest(plan, entries, counts, synonyms)
    for number, lines in enumerate(files):
        yield f"search/p/{number:03x}.js", b"".join([*lines, b"});\n"])
    for name, count in counts.items():
        yield from _shards(name, count, parts.values())
    sounds = (pair for part in parts.values() for pair in json.loads(part.pieces["sounds"].read()))
    yield "search/sounds.js", sounds_file(map(tuple, sounds))
    yield "search/variants.js", variants_file()


def _shards(name: str, count: int, parts: Iterable[Part]) -> Iterator[tuple[str, bytes]]:
    columns = []
    for number, part in enumerate(parts):
        starts = _NUMBERS.unpack(part.pieces[f"{name}-starts"].read())
        postings, head = part.pieces[name].read(), b'%d:"' % number
        slices = pairwise(starts[:: FINE_BUCKETS // count])
        columns.append(
            [head + postings[start:end] + b'",\n' if start != end else b"" for start, end in slices]
        )
    for number in range(count):
        lines = b"".join([column[number] for column in columns])
        yield (
            shard_path(name, number),
            b'gongkaiSearch.shard("%b",%d,{\n%b});\n' % (name.encode(), number, lines),
        )


def shard_path(name: str, number: int) -> str:
    """The file of a shard: of titles (``k``) or of all texts (``i``)."""
    return f"search/{name}/{number:03x}.js"


def shard_count(size: int, most: int) -> int:
    """How many shards an index of ``size`` bytes has, each ``most`` bytes: a power of two, so that buckets divide evenly."""
    count = 1
    while count < FINE_BUCKETS and size > count * most:
        count *= 2
    return count


def _keys(page: FoundPage) -> dict[str, int]:
    """Every key of a page and where it has it."""
    text = BREAK.join(normalise(text) for _, text in page.texts)
    counts = Counter(map(add, text, text[1:]))
    keys = {key: OFTEN if count >= _OFTEN_FROM else ONCE for key, count in counts.items() if BREAK not in key}
    for key in money_in(text):
        keys[key] = ONCE
    for amount in page.amounts:
        keys.update(dict.fromkeys(money_of(amount), ONCE))
    return keys | _title_keys(page)


def _title_keys(page: FoundPage) -> dict[str, int]:
    title = normalise(page.title)
    keys = (*map(add, title, title[1:]), *(character + ALONE for character in title), *sound_keys(page.title))
    return {key: TITLE for key in keys if BREAK not in key}


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


def _packed(
    pages: Sequence[FoundPage], keys: Callable[[FoundPage], Mapping[str, int]]
) -> tuple[bytes, bytes]:
    """The entries of a department ordered by bucket as UTF-8, and where each bucket starts.

    An entry is a key and its postings: each is the distance from the page before and where the page has it.
    """
    postings: dict[str, str] = {}
    last: dict[str, int] = {}
    for number, page in enumerate(pages):
        for key, place in keys(page).items():
            step = number - last.get(key, -1) - 1
            postings[key] = postings.get(key, "") + _written(step * 3 + place)
            last[key] = number
    sizes = [0] * FINE_BUCKETS
    written = []
    for at, key, value in sorted((_bucket(key), key, value) for key, value in postings.items()):
        written.append((key + value).encode())
        sizes[at] += len(written[-1])
    return b"".join(written), _NUMBERS.pack(*accumulate(sizes, initial=0))


def _manifest(
    plan: Plan, entries: Sequence[tuple[Any, ...]], shards: Mapping[str, int], synonyms: Mapping[str, str]
) -> bytes:
    """What the search page knows before a query: numbers of shards, localities, departments with their years, words."""
    names = [(one.slug, one.name) for one in plan.localities]
    data = {"shards": shards, "localities": names, "departments": entries, "words": dict(synonyms)}
    version = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:8]
    return f"gongkaiSearch.manifest({script_text({'version': version, **data})});\n".encode()
