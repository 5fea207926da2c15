"""Where the texts behind the index stand: known from summaries, before the texts are."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.planning.summaries import DepartmentSummary

PAGES_PER_FILE = 8
"""Pages in one file of texts: a query's first results load a file each. The same number stands in search-index.js."""


def text_paths(locality: str, department: DepartmentSummary) -> Iterator[tuple[str, str]]:
    """The text files of a department as (year folder, address): pages of the disclosure, its projects and its texts."""
    for year in department.disclosures:
        pages = 1 + len(year.projects) + len(year.articles)
        for number in range(-(-pages // PAGES_PER_FILE)):
            yield year.slug, text_path(locality, department.slug, year.slug, number)


def text_path(locality: str, department: str, year: str, number: int) -> str:
    """The address of one file of texts."""
    return f"search/t/{locality}/{department}/{year}-{number}.js"
