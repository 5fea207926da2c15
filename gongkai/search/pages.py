"""Records → what of each page can be found: title and labelled texts, in the order of the record."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from gongkai.amounts import Amount
from gongkai.planning.finding import PAGES_PER_FILE, text_path
from gongkai.planning.plan import disclosure_title
from gongkai.planning.summaries import DepartmentSummary, summarise
from gongkai.reading.evaluation import total_score
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Department, Disclosure, Indicator
from gongkai.tables.richtext import rich
from gongkai.targets import Target

_BLOCK_END = re.compile(r"<br\s*/?>|</(?:p|li|h\d|tr|div|blockquote)>")
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
# Names are titles; the rest says nothing a reader would look for.
_ELSEWHERE = frozenset(
    ("name", "order", "accepted", "signed", "disclosed", "withheld_reason", "own", "sort_key")
)

_PAGES = frozenset(("slug", "projects", "articles", "disclosures"))
"""Pages of their own, and what they are called."""


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
    summary = summarise(department)
    whose = [("部门", department.name), ("地区", loaded.locality.name)]
    first = FoundPage("", "", department.name)
    _Reader(first, ()).record(department)
    first.texts.append(whose[1])
    yield first
    by_slug = {disclosure.slug: disclosure for disclosure in department.disclosures}
    for year in summary.disclosures:
        disclosure = by_slug[year.slug]
        for page in _disclosure(loaded, department, summary, disclosure):
            page.texts += whose
            yield page


def _disclosure(
    loaded: LoadedDepartment, department: Department, summary: DepartmentSummary, disclosure: Disclosure
) -> Iterator[FoundPage]:
    forms = loaded.forms.get(disclosure.slug)
    used = forms.all if forms else ()
    year = next(one for one in summary.disclosures if one.slug == disclosure.slug)
    page = FoundPage(disclosure.slug, "", disclosure_title(summary, year))
    _Reader(page, used).record(disclosure)
    sums = [amount.yuan for amount in page.amounts]
    page.budget = max([*sums, year.funds] if year.funds is not None else sums, default=None)
    yield page
    for project in disclosure.projects:
        if project.disclosed:
            total = project.funds.total
            budget = total.yuan if total else None
            page = FoundPage(
                disclosure.slug, project.slug, project.name, budget=budget, score=total_score(project)
            )
            _Reader(page, used).record(project)
            yield page
    for article in disclosure.articles:
        yield FoundPage(disclosure.slug, article.slug, article.title, [("说明", shown_text(article.html))])


class _Reader:
    """Walks a record and notes its values with their printed labels."""

    def __init__(self, page: FoundPage, forms: Any) -> None:
        self.page = page
        self.labels = {own.id: own.label for form in forms for own in _own_fields(form)}

    def record(self, record: Record) -> None:
        for name, info in type(record).model_fields.items():
            value = getattr(record, name)
            if name in _ELSEWHERE or value is None or name in _PAGES:
                continue
            self.value(info.alias or name, value)
        for identifier, value in getattr(record, "own", {}).items():
            self.value(self.labels.get(identifier, ""), value)

    def value(self, label: str, value: Any) -> None:
        if isinstance(value, Indicator):
            self.row("绩效指标", self._cells(value))
        elif isinstance(value, Record):
            name = getattr(value, "name", None)
            if isinstance(name, str):
                self.note(label, name)
            self.record(value)
        elif isinstance(value, tuple):
            for one in value:
                self.row(label, self._own_cells(one)) if isinstance(one, Mapping) else self.value(label, one)
        elif isinstance(value, Mapping):
            for key, one in value.items():
                self.value(str(key), one)
        else:
            self.note(label, self._text(value))

    def row(self, label: str, cells: Iterator[str]) -> None:
        self.note(label, "\t".join(cell for cell in cells if cell))

    def note(self, label: str, text: str) -> None:
        if text:
            self.page.texts.append((label, text))

    def _cells(self, indicator: Indicator) -> Iterator[str]:
        for name in type(indicator).model_fields:
            value = getattr(indicator, name)
            if name != "own" and value is not None:
                yield self._text(value)
        yield from self._own_cells(indicator.own)

    def _own_cells(self, own: Mapping[str, Any]) -> Iterator[str]:
        for value in own.values():
            if isinstance(value, tuple):
                for one in value:
                    yield from self._own_cells(one)
            elif value is not None:
                yield self._text(value)

    def _text(self, value: Any) -> str:
        """One value as readers see it; long texts without their markup."""
        if isinstance(value, Amount):
            self.page.amounts.append(value)
            return value.text if value.unit else f"{value.text}元"
        if isinstance(value, str):
            return plain_text(value) if re.search(r"[\n<&*_`#\[]", value) else value
        if isinstance(value, Target):
            return value.text
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return f"{value:f}"
        return "" if isinstance(value, bool) else str(value)


def plain_text(text: str) -> str:
    """Markdown or upstream HTML as the words that are shown; paragraphs on lines, cells after tabs."""
    return shown_text(str(rich(text)))


def shown_text(markup: str) -> str:
    """The words that HTML shows; paragraphs on lines, cells after tabs."""
    shown = _CELL_END.sub("\t", _BLOCK_END.sub("\n", markup))
    lines = (line.strip() for line in html.unescape(_TAG.sub("", shown)).split("\n"))
    return "\n".join(line for line in lines if line)


def _own_fields(form: Form) -> Iterator[Any]:
    for own in form.declared.own:
        yield own
        yield from own.columns


def text_files(locality: str, department: str, pages: Sequence[FoundPage]) -> Iterator[tuple[str, bytes]]:
    """The texts behind the index, for snippets, as (address, bytes): scripts of a few pages each, of one year.

    The department's own page, which is the first, stands in none: the manifest names it.
    """
    for year, same in groupby(pages[1:], key=lambda page: page.year):
        listed = list(same)
        for number, start in enumerate(range(0, len(listed), PAGES_PER_FILE)):
            path = text_path(locality, department, year, number)
            name = path.removeprefix("search/t/").removesuffix(".js")
            content = [_entry(page) for page in listed[start : start + PAGES_PER_FILE]]
            yield path, f'gongkaiSearch.texts("{name}",{script_text(content)});\n'.encode()


def _entry(page: FoundPage) -> list[object]:
    return [page.slug, nfc(page.title), [nfc(part) for pair in page.texts for part in pair]]


def nfc(text: str) -> str:
    """Characters composed, as they are typed."""
    return unicodedata.normalize("NFC", text)


def script_text(value: object) -> str:
    """A value as JSON that may stand in a script: a line separator would end the string in old browsers."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
