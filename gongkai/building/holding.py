"""Departments with errors stay as they were last published, and all others go out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set

from gongkai.building.artifacts import File
from gongkai.building.departments import RECORDS, Departments, Staff
from gongkai.building.guarding import guard_site
from gongkai.building.load import Loaded
from gongkai.building.store import Store
from gongkai.building.tasks import Result, Unit, name_of
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.manifest import Manifest

PUBLISHED = "published"
"""The kind of facts that say which files the site has that readers have."""
_RECORDS = f"public {RECORDS}"
"""How its departments were found."""
HELD = "hold.department"
"""The rule that says of a department that it is held while others go out."""


def note_published(store: Store, departments: Departments, listings: Mapping[str, str]) -> None:
    """This is what readers have now; the rest is forgotten."""
    known = store.texts(PUBLISHED)
    with store.together():
        fresh = (unit for unit in departments.found if unit not in departments.held)
        store.repeat(RECORDS, _RECORDS, map(name_of, fresh))
        store.retain(_RECORDS, map(name_of, departments.found))
        store.keep(PUBLISHED, {name: text for name, text in listings.items() if known.get(name) != text})
        store.retain(PUBLISHED, listings)


def last_published(store: Store, unit: Unit, published: Manifest) -> Result | None:
    """None where it is not known, its content is lost, or another version of the program made it.

    Nor where it is not what stands in the published site: a build may be killed before it notes what it has published.
    """
    name, objects = name_of(unit), store.objects
    record, files = store.fact(_RECORDS, name), store.texts(PUBLISHED).get(name)
    if record is None or files is None:
        return None
    there = all(
        published.get(file.path) == file and objects.has(file.sha256) for file in Manifest({name: files})
    )
    found = Result.from_data(unit, record, files)
    return found if there and all(objects.has(part.sha256, part.stamp) for part in found.parts) else None


def guard_all(
    staff: Staff,
    loaded: Loaded,
    departments: Departments,
    store: Store,
    published: Manifest | None,
    *,
    hold: bool,
) -> tuple[Set[Unit], Sequence[Problem]]:
    """Which departments can't be published as they are, and what the guard says of all; ``hold`` puts them back."""
    said = list(guard_site(staff, loaded, departments, published))
    broken = [one for one in departments.found.values() if one.failed]
    refused = {unit for unit, problem in said if problem.blocks}
    failed = departments.failed | refused | {one.unit for one in broken}
    hold = hold and {locality for locality, _ in failed} <= {one.slug for one in loaded.localities}
    site = published or Manifest()
    problems = [*(problem for _, problem in said), *(_hold(departments, failed, store, site) if hold else ())]
    if departments.held:
        problems += (problem for one in broken for pack in one.told for problem in pack.problems)
    return failed, problems


def _hold(
    departments: Departments, failed: Collection[Unit], store: Store, site: Manifest
) -> Iterator[Problem]:
    """Put what was last published in the place of what failed; one that never was is left out.

    Nothing is held where nothing else would be left to publish, or where one of them can't be: problems say so.
    """
    if not failed or not any(one.files for unit, one in departments.found.items() if unit not in failed):
        return
    public = [unit for unit in sorted(failed) if f"{name_of(unit)}/index.html" in site]
    kept = {unit: last_published(store, unit, site) for unit in public}
    lost = [unit for unit, one in kept.items() if one is None]
    for unit in lost:
        message = "这个部门有错误，又没有上次发布的资料可以保留，所以全部没有发布"
        hint = "资料在 .cache 里，删去或升级以后要有一次没有错误的生成。请先改正它的错误。"
        yield Problem(Place(f"content/{name_of(unit)}"), "hold.unknown", Severity.WARNING, message, hint)
    if lost:
        return
    departments.hold(failed, {unit: one for unit, one in kept.items() if one})
    for unit in sorted(failed):
        told = "按上次发布的内容保留" if unit in kept else "它还没有发布过，这次也不发布"
        hint = "其余部门已经照常发布。改正上面的错误以后再生成一次。"
        message = f"这个部门有错误，{told}"
        yield Problem(Place(f"content/{name_of(unit)}"), HELD, Severity.WARNING, message, hint)


def assets_of_held(
    departments: Departments, published: Manifest | None, files: Collection[str]
) -> list[File]:
    """Style sheets and the like that pages of held departments may link to, and no other page does any more."""
    if not departments.held or published is None:
        return []
    old = (one for one in published if one.path.startswith("assets/") and one.path not in files)
    return [File(one.path, one.sha256, one.size, 0, "") for one in old]
