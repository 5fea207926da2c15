"""Records now against the published site: what changes on it, in words for a terminal and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import Any

from gongkai.building.pool import Pool, SerialExecutor, cores, run_all
from gongkai.diffs.differences import Difference, FieldChange, compare_disclosure, title_of
from gongkai.diffs.pairs import published
from gongkai.exports.disclosure import data_address
from gongkai.problems import Place, Problem, Severity, ordered
from gongkai.publishing.manifest import Manifest
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.records import Locality
from gongkai.workspace import Workspace

_STATES = {"new": "新公开", "ended": "不再公开", "changed": "改变"}
_PARTS = {"new": "新增", "ended": "删去", "changed": ""}
_LONG = 32  # characters; of a longer text only what changed is shown
_AROUND = 10  # characters shown before and after what changed
_POOL_FROM = 32  # departments; below that starting processes takes longer than it saves


@dataclass(frozen=True)
class SiteDifference:
    """All that changes. ``published``: whether there is a published site to compare with."""

    published: bool
    disclosures: tuple[Difference, ...]
    unchanged: int
    problems: tuple[Problem, ...] = ()
    """Files that cannot be read, and therefore cannot be compared."""

    @property
    def counts(self) -> dict[str, int]:
        """How many disclosures are in each state."""
        return {state: sum(one.state == state for one in self.disclosures) for state in _STATES}


def compare_with_published(workspace: Workspace, workers: int = 0) -> SiteDifference:
    """Every disclosure of ``content/`` against the data files in the output folder; writes nothing.

    Departments are compared in this process or, when many, on all cores.
    """
    forms, problems = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    localities = loader.localities() if loader.site() else []
    manifest = Manifest.read(workspace.output)
    years: dict[str, set[str]] = {}
    for path in (file.path for file in manifest or ()):
        *slugs, _ = path.split("/")
        if len(slugs) == 3 and path == data_address(*slugs, ending=".json"):
            years.setdefault("/".join(slugs[:2]), set()).add(slugs[2])
    places = [
        (f"{one.slug}/{folder.name}", one, folder)
        for one in localities
        for folder in loader.department_folders(one)
    ]
    tasks = [(key, one, folder, frozenset(years.pop(key, ()))) for key, one, folder in places]
    workers = workers or cores()
    if workers > 1 and len(tasks) > _POOL_FROM:
        executor: Executor = Pool(workers, _start, (workspace, forms))
    else:
        executor = SerialExecutor()
        _start(workspace, forms)
    try:
        found: dict[str, _Found] = dict(run_all(executor, _department, tasks, 4 * workers, _lost))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    listed = [found[key] for key, _, _ in places]
    # A folder that is there, but not among what could be read, has not ended.
    gone = {key: those for key, those in years.items() if not (workspace.content / key).is_dir()}
    ended = (each for key, those in gone.items() for each in _ended(workspace, key, those))
    return SiteDifference(
        manifest is not None,
        (*(each for one, _, _ in listed for each in one), *ended),
        sum(same for _, same, _ in listed),
        tuple(ordered([*problems, *loader.problems, *(each for _, _, told in listed for each in told)])),
    )


# -- one department, in a process of the pool or in this one --------------------------------------

_here: tuple[Workspace, Mapping[str, Form]] | None = None
Task = tuple[str, Locality, Path, frozenset[str]]
"""A department: 地区/部门, its locality, its folder, and the years whose data is published."""
_Found = tuple[list[Difference], int, list[Problem]]
"""Differences, how many disclosures are the same, problems."""


def _start(workspace: Workspace, forms: Mapping[str, Form]) -> None:
    global _here
    _here = (workspace, forms)


def _lost(task: Task) -> tuple[str, _Found]:
    """Nothing can be said of a department whose reading ended its process twice."""
    message = f"比较 {task[0]} 的进程两次被系统终止"
    return task[0], ([], 0, [Problem(Place(f"content/{task[0]}"), "diff.lost", Severity.ERROR, message)])


def _department(task: Task) -> tuple[str, _Found]:
    """A year that cannot be read is left out."""
    assert _here is not None
    key, locality, folder, public = task
    workspace, forms = _here
    loader = Loader(workspace.root, forms)
    loaded = loader.department(locality, folder)
    unread = {Path(problem.place.file).parent.name for problem in loader.problems if problem.blocks}
    if loaded is None:
        return key, ([], 0, loader.problems)
    years = [one for one in loaded.department.disclosures if one.slug not in unread | loaded.incomplete]
    compared = (
        compare_disclosure(
            loaded,
            one,
            published(workspace.output, *key.split("/"), one.slug) if one.slug in public else None,
        )
        for one in years
    )
    found = [one for one in compared if one]
    there = {one.slug for one in loaded.department.disclosures} | unread
    return key, ([*found, *_ended(workspace, key, public - there)], len(years) - len(found), loader.problems)


def _ended(workspace: Workspace, key: str, years: Iterable[str]) -> Iterator[Difference]:
    for year in sorted(years):
        old = published(workspace.output, *key.split("/"), year)
        yield Difference("ended", "公开", title_of(old) if old else f"{key}/{year}", f"{key}/{year}")


# -- in words, and as data ------------------------------------------------------------------------


def difference_text(found: SiteDifference) -> str:
    """All of it for people: one paragraph a disclosure; says so when nothing changes."""
    head = [] if found.published else ["网站还没有发布过，下面全部是新公开的。"]
    if not found.disclosures:
        nothing = "公开的内容没有变化。" if found.published else "没有可以公开的内容。"
        if any(problem.blocks for problem in found.problems):
            nothing = "其余公开的内容没有变化。"
        return "\n".join([*head, nothing])
    counts = "，".join(f"{_STATES[state]} {count} 份" for state, count in found.counts.items())
    head.append(f"与已发布的网站相比：{counts}，没有变化 {found.unchanged} 份。")
    paragraphs = ["\n".join(_disclosure(one)) for one in found.disclosures]
    return "\n\n".join(["\n".join(head), *paragraphs])


def difference_json(found: SiteDifference) -> str:
    """The same for programs: whole texts, null where blank."""
    whole: dict[str, Any] = {
        "published": found.published,
        "counts": {**found.counts, "unchanged": found.unchanged},
        "disclosures": [asdict(one) for one in found.disclosures],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _disclosure(one: Difference) -> Iterator[str]:
    yield f"{_STATES[one.state]}：{one.name}（{one.key}）"
    yield from _inside(one, "  ")


def _inside(one: Difference, indent: str) -> Iterator[str]:
    for field in one.fields:
        yield f"{indent}{_field(field, one.state)}"
    for part in one.parts:
        key = f"（{part.key}）" if part.kind == "项目" else ""
        state = (_STATES if part.kind == "项目" and part.state != "changed" else _PARTS)[part.state]
        head = f"{indent}{state}{part.kind}“{part.name}”{key}"
        if part.state != "changed":
            told = "，".join(_field(field, part.state) for field in part.fields)
            yield f"{head}：{told}" if told else head
            if part.was:
                yield f"{indent}  → {_renamed(part, one.key)}"
            continue
        yield head
        yield from _inside(part, indent + "  ")


def _renamed(part: Difference, folder: str) -> str:
    """What to do about a file name that changed; the old address would lead nowhere."""
    if part.was in part.former:
        return f"由 {part.was} 改名，旧网址会转到这里。"
    return (
        f"与不再公开的 {part.was} 同名。只是改了文件名的，请在 content/{folder}/{part.key}.yaml 里写："
        f"曾用文件名: [{part.was}]，旧网址才会转到新网址。"
    )


def _field(field: FieldChange, state: str) -> str:
    if state != "changed":
        return f"{field.label} {_one_line(field.new if state == 'new' else field.old)}"
    old, new = _narrowed(field.old, field.new)
    return f"{field.label}：{old} → {new}"


def _narrowed(old: str | None, new: str | None) -> tuple[str, str]:
    """Of two long texts, what differs with a little around it."""
    if old is None or new is None or max(len(old), len(new)) <= _LONG:
        return _one_line(old), _one_line(new)
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    first = max(0, start - _AROUND)
    return _cut(old, first, len(old) - max(0, end - _AROUND)), _cut(
        new, first, len(new) - max(0, end - _AROUND)
    )


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(bool, map(eq, one, other)))


def _cut(text: str, start: int, end: int) -> str:
    inside = _one_line(text[start:end])
    return f"{'…' if start else ''}{inside}{'…' if end < len(text) else ''}"


def _one_line(text: str | None) -> str:
    return "空白" if text is None else " ".join(text.split("\n"))
