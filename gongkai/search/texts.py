"""The texts behind the index, for snippets: script files of a few pages each, one year of a department in each run."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from gongkai.planning.finding import PAGES_PER_FILE, text_path
from gongkai.reading.loaded import LoadedDepartment
from gongkai.search.pages import FoundPage, found_pages


def text_files(loaded: LoadedDepartment) -> Iterator[tuple[str, bytes]]:
    """The same files as (address, bytes). The department's own page stands in none: the manifest names it."""
    locality, department = loaded.locality.slug, loaded.department.slug
    for year, pages in groupby(found_pages(loaded), key=lambda page: page.year):
        if not year:
            continue
        listed = list(pages)
        for number, start in enumerate(range(0, len(listed), PAGES_PER_FILE)):
            path = text_path(locality, department, year, number)
            name = path.removeprefix("search/t/").removesuffix(".js")
            content = [_entry(page) for page in listed[start : start + PAGES_PER_FILE]]
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            # A line separator would end the string in old browsers.
            text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
            yield path, f'gongkaiSearch.texts("{name}",{text});\n'.encode()


def _entry(page: FoundPage) -> list[object]:
    shown = [unicodedata.normalize("NFC", part) for pair in page.texts for part in pair]
    return [page.slug, unicodedata.normalize("NFC", page.title), shown]
