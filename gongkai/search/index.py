"""Pages → the index: postings of two-character keys per department, put together into shards by concatenation.

A department's part is one run of bytes ordered by bucket, so that its share of any shard is a single slice: when
one department changes, the texts of the others are not needed.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import Any

from gongkai.planning.plan import Plan
from gongkai.publishing.collect import Desk, Former, Part, SiteFile, Unsuited
from gongkai.reading.load import LoadedDepartment
from gongkai.reading.records import SiteSettings
from gongkai.search.normal import ALONE, BREAK, FINE_BUCKETS, bucket, money_in, money_of, normalise
from gongkai.search.pages import FoundPage, found_pages
from gongkai.search.shards import Postings, is_shard, line, line_of, with_lines

MANIFEST = "search/manifest.js"
SHARD_BYTES = 40_000
"""Shards are doubled in number until they are smaller than this on average."""
ONCE, OFTEN, TITLE = 0, 1, 2
"""Where a page has a key: in its text, there three times or more, in its title."""
_OFTEN_FROM = 3
_ENDS, _CONTINUES = 20, 6


@dataclass(frozen=True)
class IndexPart:
    """One department's index. ``known_as`` are its short name and code. Page 0 is the department's own; then come its years: the disclosure, its projects, its texts.

    ``runs`` are (year folder, year or 0, number of pages, of these texts), newest first; ``postings`` are the entries of all
    buckets in order, bucket n at ``starts[n]:starts[n + 1]``; ``version`` changes with any text of it.
    """

    name: str
    known_as: tuple[str, ...]
    runs: tuple[tuple[str, int, int, int], ...]
    version: str
    postings: bytes
    starts: array[int]


class SearchIndex:
    """The collector of ``search/manifest.js`` and the shards ``search/i/*.js``."""

    name = "search"
    parted = True

    def part(self, loaded: LoadedDepartment) -> IndexPart:
        """The department's postings."""
        pages = list(found_pages(loaded))
        postings, starts = _packed(_collected(pages))
        years = {one.slug: one for one in loaded.department.disclosures}
        counts = Counter(page.year for page in pages if page.year)
        runs = tuple(
            (slug, years[slug].year or 0, count, len(years[slug].articles)) for slug, count in counts.items()
        )
        texts = repr([(page.title, page.texts) for page in pages]).encode()
        version = hashlib.sha256(texts).hexdigest()[:8]
        department = loaded.department
        known_as = tuple(filter(None, (department.short, department.code)))
        return IndexPart(department.name, known_as, runs, version, postings, starts)

    def files(self, parts: Iterable[Part], plan: Plan, site: SiteSettings, desk: Desk) -> Iterator[SiteFile]:
        """Manifest and shards."""
        kept = _Kept()
        with Postings(desk.scratch) as postings:
            for part in parts:
                if isinstance(part.content, IndexPart):
                    kept.numbers[part.locality, part.department] = len(kept.sizes)
                    kept.sizes.append(len(part.content.postings))
                    kept.entries.append(_entry(part, plan))
                    postings.add(part.content.postings, part.content.starts)
            kept.shards = shard_count(sum(kept.sizes))
            yield SiteFile(MANIFEST, _manifest(kept, plan))
            for number, shard in enumerate(postings.shards(kept.shards)):
                yield SiteFile(shard_path(number), shard)
        desk.memo["kept"] = kept

    def update(
        self, parts: Iterable[Part], plan: Plan, site: SiteSettings, former: Former, desk: Desk
    ) -> Iterator[SiteFile]:
        """The manifest and the shards in which a changed department's line differs."""
        kept = former.memo.get("kept")
        if not isinstance(kept, _Kept):
            raise Unsuited
        changed: dict[int, IndexPart] = {}
        for part in parts:
            number = kept.numbers.get((part.locality, part.department))
            if number is None or not isinstance(part.content, IndexPart):
                raise Unsuited
            changed[number] = part.content
            kept.sizes[number], kept.entries[number] = len(part.content.postings), _entry(part, plan)
        if shard_count(sum(kept.sizes)) != kept.shards:
            raise Unsuited
        files = [former.file(shard_path(number)) for number in range(kept.shards)]
        lines = [_lines(changed, number, kept.shards) for number in range(kept.shards)]
        stale = [
            number
            for number, file in enumerate(files)
            if any(line != line_of(_published(file, number), which) for which, line in lines[number].items())
        ]
        manifest = _manifest(kept, plan)
        if former.file(MANIFEST).read_bytes() != manifest:
            yield SiteFile(MANIFEST, manifest)
        for number in stale:
            yield SiteFile(shard_path(number), with_lines(_published(files[number], number), lines[number]))
        desk.memo["kept"] = kept


@dataclass
class _Kept:
    """What the last run knew: enough to replace a department's lines."""

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """Locality and department → its number."""
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    """Bytes of each department's postings."""
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    """What the manifest says of each."""
    shards: int = 0


def _published(file: Path, number: int) -> bytes:
    """A published shard. Raises Unsuited if it is none."""
    try:
        shard = file.read_bytes()
    except OSError as error:
        raise Unsuited from error
    if not is_shard(shard, number):
        raise Unsuited
    return shard


def _lines(changed: Mapping[int, IndexPart], number: int, shards: int) -> dict[int, bytes]:
    """The lines of changed departments in one shard, by their numbers; nothing where a department has none of its keys."""
    width = FINE_BUCKETS // shards
    first, last = number * width, (number + 1) * width
    return {
        which: line(which, part.postings[part.starts[first] : part.starts[last]])
        for which, part in changed.items()
    }


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


def _entry(part: Part, plan: Plan) -> tuple[Any, ...]:
    """What the manifest says of a department."""
    locality = next(number for number, one in enumerate(plan.localities) if one.slug == part.locality)
    content: IndexPart = part.content
    return locality, part.department, content.name, content.version, content.runs, content.known_as


def _manifest(kept: _Kept, plan: Plan) -> bytes:
    """What the search page knows before a query: number of shards, localities, departments with their years."""
    names = [(one.slug, one.name) for one in plan.localities]
    version = hashlib.sha256(repr(kept.entries).encode()).hexdigest()[:8]
    data = {"shards": kept.shards, "version": version, "localities": names, "departments": kept.entries}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"gongkaiSearch.manifest({text});\n".encode()
