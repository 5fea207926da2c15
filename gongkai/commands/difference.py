"""Records now against the published site: what changes on it, in words for a terminal and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby, takewhile
from operator import eq
from pathlib import Path
from typing import Any

from gongkai.building.load import Loaded
from gongkai.building.pipeline import planned_files
from gongkai.diffs.differences import Difference, FieldChange, compare_disclosure, title_of
from gongkai.diffs.pairs import published
from gongkai.planning.plan import file_address
from gongkai.problems import Problem, ordered
from gongkai.publishing.manifest import File, Manifest, matches
from gongkai.reading.load import Loader
from gongkai.workspace import Workspace

_STATES = {"new": "新公开", "ended": "不再公开", "changed": "改变"}
_PARTS = {"new": "新增", "ended": "删去", "changed": ""}
_LONG = 32  # characters; of a longer text only what changed is shown
_AROUND = 10  # characters shown before and after what changed
_Key = tuple[str, str, str]


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
    """Every disclosure of ``content/`` against the output folder; writes nothing.

    Only of those whose data would be another file the records are read again.
    """
    loaded, planned = planned_files(workspace, workers)
    site = Manifest.read(workspace.output)
    now = {key: file.sha256 for key, file in _data(planned)}
    # What is damaged counts as not published.
    before = {
        key: file.sha256
        for key, file in _data(site or Manifest())
        if matches(workspace.output / file.path, file)
    }
    other = sorted(key for key in now.keys() | before.keys() if now.get(key) != before.get(key))
    found: list[Difference] = []
    problems = [one for one in loaded.problems if one.place.file.startswith("content/")]
    same = now.keys() - set(other)
    for unit, keys in groupby(other, key=lambda key: (key[0], key[1])):
        years = {key[2]: key in before for key in keys}
        differences, alike, told = _department(workspace, loaded, unit, years)
        found, problems = [*found, *differences], [*problems, *told]
        same = same | {(*unit, year) for year in alike}
    return SiteDifference(site is not None, tuple(found), len(same), tuple(ordered(problems)))


def _data(files: Manifest) -> Iterator[tuple[_Key, File]]:
    """The data files of disclosures, each by 地区, 部门 and 年度."""
    for file in files:
        parts = file.path.split("/")
        if len(parts) == 4 and file.path == file_address(*parts[:3], ending=".json"):
            yield (parts[0], parts[1], parts[2]), file


def _department(
    workspace: Workspace, loaded: Loaded, unit: tuple[str, str], years: dict[str, bool]
) -> tuple[list[Difference], list[str], list[Problem]]:
    """What differs in these ``years`` (and whether each is published), the years that do not, and problems.

    A year that cannot be read is left out; a folder that is there, but cannot be read, has not ended.
    """
    loader = Loader(workspace.root, loaded.forms)
    known = loaded.folders.get(unit)
    department = loader.department(*known) if known else None
    if department is None and workspace.content.joinpath(*unit).is_dir():
        return [], [], loader.problems
    unread = {Path(problem.place.file).parent.name for problem in loader.problems if problem.blocks}
    found, same = [], []
    for one in department.department.disclosures if department else ():
        public = years.pop(one.slug, None)
        if department and public is not None and one.slug not in unread | department.incomplete:
            old = published(workspace.output, *unit, one.slug) if public else None
            difference = compare_disclosure(department, one, old)
            found += [difference] if difference else []
            same += [] if difference else [one.slug]
    for year in sorted(years.keys() - unread):
        key, gone = "/".join((*unit, year)), published(workspace.output, *unit, year)
        found.append(Difference("ended", "公开", title_of(gone) if gone else key, key))
    return found, same, loader.problems


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
    paragraphs = (
        [f"{_STATES[one.state]}：{one.name}（{one.key}）", *_inside(one, "  ")] for one in found.disclosures
    )
    return "\n\n".join(map("\n".join, [head, *paragraphs]))


def difference_json(found: SiteDifference) -> str:
    """The same for programs: whole texts, null where blank."""
    whole: dict[str, Any] = {
        "published": found.published,
        "counts": {**found.counts, "unchanged": found.unchanged},
        "disclosures": [asdict(one) for one in found.disclosures],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


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
