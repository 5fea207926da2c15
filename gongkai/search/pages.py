"""Records → what of each page can be found: title and labelled texts, in the order of the record."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from gongkai.amounts import Amount, total
from gongkai.exports.text import script_text
from gongkai.planning.summaries import DisclosureSummary, summarise
from gongkai.reading.evaluation import total_score
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Indicator
from gongkai.tables.richtext import rich
from gongkai.targets import Target

_BLOCK_END = re.compile(r"<br\s*/?>|</(?:p|li|h\d|tr|div|blockquote)>")
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
# Names are titles, and some are pages of their own; the rest says nothing a reader would look for.
_ELSEWHERE = frozenset(
    [
        "name",
        "order",
        "accepted",
        "signed",
        "disclosed",
        "withheld_reason",
        "own",
        "sort_key",
        "slug",
        "projects",
        "articles",
        "disclosures",
    ]
)
_PER_FILE = 8
"""Pages in one file of texts: a query's first results load a file each. The same number stands in search-index.js."""


@dataclass
class FoundPage:
    """One page: year folder and project or text ("" where it has none), title, (label, text) pairs, amounts of its fields."""

    year: str
    slug: str
    title: str
    texts: list[tuple[str, str]] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    budget: Decimal | None = None
    """In 元: what a project has for the year; of a disclosure the largest sum stated."""
    score: Decimal | None = None
    """总分 of a project's 自评."""


def found_pages(loaded: LoadedDepartment) -> Iterator[FoundPage]:
    """The department's page, then year by year (newest first) the disclosure's, each disclosed project's, each text's."""
    department = loaded.department
    whose = [("部门", department.name), ("地区", loaded.locality.name)]
    first = FoundPage("", "", department.name)
    _read(first, department, ())
    first.texts.append(whose[1])
    yield first
    by_slug = {disclosure.slug: disclosure for disclosure in department.disclosures}
    for year in summarise(department).disclosures:
        for page in _disclosure(loaded, year, by_slug[year.slug]):
            page.texts += whose
            yield page


def _disclosure(
    loaded: LoadedDepartment, year: DisclosureSummary, disclosure: Disclosure
) -> Iterator[FoundPage]:
    used = loaded.forms[disclosure.slug].all
    page = FoundPage(disclosure.slug, "", year.title)
    _read(page, disclosure, used)
    sums = [amount.yuan for amount in page.amounts]
    page.budget = max([*sums, year.funds] if year.funds is not None else sums, default=None)
    yield page
    for project in disclosure.projects:
        if project.disclosed:
            page = FoundPage(disclosure.slug, project.slug, project.name, score=total_score(project))
            page.budget = total([project.funds.total])
            _read(page, project, used)
            yield page
    for article in disclosure.articles:
        yield FoundPage(disclosure.slug, article.slug, article.title, [("说明", shown_text(article.html))])


def _read(page: FoundPage, record: Record, forms: Sequence[Form]) -> None:
    """Note a record's values with their printed labels."""
    declared = [own for form in forms for own in form.declared.own]
    labels = {one.id: one.label for own in declared for one in (own, *own.columns)}
    for label, values in _labelled("", record, labels):
        page.amounts += (one for one in values if isinstance(one, Amount))
        if text := "\t".join(filter(None, map(_text, values))):
            page.texts.append((label, text))


def _labelled(label: str, value: Any, labels: Mapping[str, str]) -> Iterator[tuple[str, list[Any]]]:
    """Values that stand under one label, in order; a row of a list is one. ``labels`` are those of forms' own fields."""
    if isinstance(value, Indicator):
        yield "绩效指标", [*_leaves(value)]
    elif isinstance(value, Record):
        if label and isinstance(name := getattr(value, "name", None), str):
            yield label, [name]
        for name, info in type(value).model_fields.items():
            if name not in _ELSEWHERE:
                yield from _labelled(info.alias or name, getattr(value, name), labels)
        for name, one in getattr(value, "own", {}).items():
            yield from _labelled(labels.get(name, ""), one, labels)
    elif isinstance(value, tuple):
        for one in value:
            yield from (
                [(label, [*_leaves(one)])] if isinstance(one, Mapping) else _labelled(label, one, labels)
            )
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _labelled(str(key), one, labels)
    else:
        yield label, [value]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Record):
        value = tuple(getattr(value, name) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def _text(value: Any) -> str:
    """One value as readers see it; long texts without their markup."""
    if isinstance(value, Amount):
        return value.text if value.unit else f"{value.text}元"
    if isinstance(value, str):
        return shown_text(str(rich(value))) if re.search(r"[\n<&*_`#\[]", value) else value
    if isinstance(value, Target):
        return value.text
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None or isinstance(value, bool) else str(value)


def shown_text(markup: str) -> str:
    """The words that HTML shows; paragraphs on lines, cells after tabs."""
    shown = _CELL_END.sub("\t", _BLOCK_END.sub("\n", markup))
    lines = (line.strip() for line in html.unescape(_TAG.sub("", shown)).split("\n"))
    return "\n".join(line for line in lines if line)


def text_files(locality: str, department: str, pages: Sequence[FoundPage]) -> Iterator[tuple[str, bytes]]:
    """The texts behind the index, for snippets, as (address, bytes): scripts of a few pages each, of one year.

    The department's own page, which is the first, stands in none: the manifest names it.
    """
    for year, same in groupby(pages[1:], key=lambda page: page.year):
        listed = list(same)
        for number, start in enumerate(range(0, len(listed), _PER_FILE)):
            name = f"{locality}/{department}/{year}-{number}"
            content = [
                [page.slug, nfc(page.title), [nfc(part) for pair in page.texts for part in pair]]
                for page in listed[start : start + _PER_FILE]
            ]
            yield f"search/t/{name}.js", f'gongkaiSearch.texts("{name}",{script_text(content)});\n'.encode()


def nfc(text: str) -> str:
    """Characters composed, as they are typed."""
    return unicodedata.normalize("NFC", text)
