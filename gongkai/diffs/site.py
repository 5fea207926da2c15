"""All records now against the published site: departments compared in this process or, when many, on all cores."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gongkai.building.pool import Pool, SerialExecutor, cores, run_all
from gongkai.diffs.disclosure import Difference, State, compare_disclosure, title_of
from gongkai.diffs.fields import Data
from gongkai.exports.disclosure import data_address
from gongkai.problems import Place, Problem, Severity, ordered
from gongkai.publishing.manifest import Manifest
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.records import Locality
from gongkai.workspace import Workspace

_PUBLISHED = re.compile(r"([a-z0-9-]+)/([a-z0-9-]+)/([a-z0-9-]+)/\1-\2-\3\.json")
_POOL_FROM = 32  # departments; below that starting processes takes longer than it saves


@dataclass(frozen=True)
class SiteDifference:
    """All that changes. ``published``: whether there is a published site to compare with."""

    published: bool
    disclosures: tuple[Difference, ...]
    unchanged: int
    problems: tuple[Problem, ...] = ()
    """Files that cannot be read, and therefore cannot be compared."""

    def count(self, state: State) -> int:
        """How many disclosures are in this state."""
        return sum(one.state == state for one in self.disclosures)


def compare_with_published(workspace: Workspace, workers: int = 0) -> SiteDifference:
    """Every disclosure of ``content/`` against the data files in the output folder; writes nothing."""
    forms, problems = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    localities = loader.localities() if loader.site() else []
    manifest = Manifest.read(workspace.output)
    places = [(one, folder) for one in localities for folder in loader.department_folders(one)]
    before = _published(manifest or ())
    wanted: dict[str, set[str]] = {}
    for locality, department, year in before:
        wanted.setdefault(f"{locality}/{department}", set()).add(year)
    tasks = [(one, folder, frozenset(wanted.pop(f"{one.slug}/{folder.name}", ()))) for one, folder in places]
    found: dict[str, tuple[list[Difference], int, list[Problem]]] = {}
    workers = workers or cores()
    if workers > 1 and len(tasks) > _POOL_FROM:
        executor: Executor = Pool(workers, _start, (workspace, forms))
    else:
        executor = SerialExecutor()
        _start(workspace, forms)
    try:
        for key, *rest in run_all(executor, _department, tasks, 4 * workers, _lost):
            found[key] = tuple(rest)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    listed = [found[f"{one.slug}/{folder.name}"] for one, folder in places]
    # A folder that is there, but not among what could be read, has not ended.
    gone = [key for key in wanted if not (workspace.content / key).is_dir()]
    ended = [_ended(workspace, *key.split("/"), year) for key in gone for year in sorted(wanted[key])]
    return SiteDifference(
        manifest is not None,
        (*(each for one in listed for each in one[0]), *ended),
        sum(one[1] for one in listed),
        tuple(ordered([*problems, *loader.problems, *(each for one in listed for each in one[2])])),
    )


def _published(files: Iterable[Any]) -> list[tuple[str, str, str]]:
    """Locality, department and year of every disclosure whose data is published."""
    matches = (_PUBLISHED.fullmatch(file.path) for file in files)
    return [(match[1], match[2], match[3]) for match in matches if match]


# -- one department, in a process of the pool or in this one --------------------------------------

_here: tuple[Workspace, Mapping[str, Form]] | None = None


def _start(workspace: Workspace, forms: Mapping[str, Form]) -> None:
    global _here
    _here = (workspace, forms)


Task = tuple[Locality, Path, frozenset[str]]
"""A department: its locality, its folder, and the years whose data is published."""


def _lost(task: Task) -> tuple[str, list[Difference], int, list[Problem]]:
    """Nothing can be said of a department whose reading ended its process twice."""
    key = f"{task[0].slug}/{task[1].name}"
    message = f"比较 {key} 的进程两次被系统终止"
    return key, [], 0, [Problem(Place(f"content/{key}"), "diff.lost", Severity.ERROR, message)]


def _department(task: Task) -> tuple[str, list[Difference], int, list[Problem]]:
    """(key, differences, how many disclosures are the same, problems); a year that cannot be read is left out."""
    assert _here is not None
    locality, folder, published = task
    workspace, forms = _here
    loader = Loader(workspace.root, forms)
    loaded = loader.department(locality, folder)
    key = f"{locality.slug}/{folder.name}"
    unread = {Path(problem.place.file).parent.name for problem in loader.problems if problem.blocks}
    if loaded is None:
        return key, [], 0, loader.problems
    differences, same = [], 0
    for disclosure in loaded.department.disclosures:
        if disclosure.slug in unread | loaded.incomplete:
            continue
        old = (
            published_data(workspace, *key.split("/"), disclosure.slug)
            if disclosure.slug in published
            else None
        )
        difference = compare_disclosure(loaded, disclosure, old)
        same += difference is None
        differences += [difference] if difference else []
    there = {one.slug for one in loaded.department.disclosures} | unread
    differences += [_ended(workspace, *key.split("/"), year) for year in sorted(published - there)]
    return key, differences, same, loader.problems


def published_data(workspace: Workspace, *slugs: str) -> Data | None:
    """A disclosure as published, by its three slugs; None where its file is gone or damaged, as if it had never been published."""
    try:
        text = (workspace.output / data_address(*slugs, ending=".json")).read_text(encoding="utf-8")
        found: Data = json.loads(text, parse_float=Decimal)["disclosures"][0]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return found


def _ended(workspace: Workspace, *slugs: str) -> Difference:
    old = published_data(workspace, *slugs)
    return Difference("ended", "公开", title_of(old) if old else "/".join(slugs), "/".join(slugs))
