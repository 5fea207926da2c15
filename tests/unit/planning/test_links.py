"""A broken link is told at a record that is there: the one the page is made from, or the one above."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.planning.links import link_problem
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LocalitySummary, summarise
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.workspace import Workspace

MADE = Path("tests/sites/compare")


def plan() -> Plan:
    """The site of comparisons, with all its departments."""
    forms, _ = load_forms(Workspace.at(MADE).layouts)
    loader = Loader(MADE, forms)
    localities = []
    for locality in loader.localities():
        loaded = [loader.department(locality, folder) for folder in loader.department_folders(locality)]
        departments = tuple(summarise(one.department) for one in loaded if one)
        localities.append(LocalitySummary(locality, departments))
    return Plan(localities)


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("jia/jiaoyu/2024/books/index.html", "content/jia/jiaoyu/2024/books.yaml"),
        ("jia/jiaoyu/2024/index.html", "content/jia/jiaoyu/2024/disclosure.yaml"),
        ("jia/jiaoyu/2025/evaluation/index.html", "content/jia/jiaoyu/2025/disclosure.yaml"),
        ("jia/jiaoyu/2024-2025/index.html", "content/jia/jiaoyu/department.yaml"),
        ("jia/jiaoyu/history/books/index.html", "content/jia/jiaoyu/department.yaml"),
        ("jia/jiaoyu/index.html", "content/jia/jiaoyu/department.yaml"),
        ("jia/compare/index.html", "content/jia/locality.yaml"),
        ("index/projects/b/index.html", "output/index/projects/b/index.html"),
        ("data/dictionary.html", "output/data/dictionary.html"),
        ("index.html", "output/index.html"),
    ],
)
def test_the_record_of_a_page(page: str, file: str) -> None:
    record = plan().record_of(page)
    assert record.file == file and link_problem(page, "x.html", record).place == record


def test_every_page_of_a_site_has_a_record_that_is_there() -> None:
    found = plan().pages
    assert {"compare-years", "compare-project", "compare-locality"} <= {page.kind for page in found}
    for page in found:
        file = page.record.file
        assert file == f"output/{page.path}" or (MADE / file).is_file(), page.path
