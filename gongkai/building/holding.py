"""Departments with errors stay as they were last published, and all others go out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set

from gongkai.building.artifacts import File
from gongkai.building.departments import RECORDS, Departments, Staff
from gongkai.building.guarding import guard_site
from gongkai.building.load import Loaded
from gongkai.building.store import MADE, Store
from gongkai.building.tasks import Result, Unit, name_of
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.manifest import Manifest

_RECORDS, _MADE = f"public {RECORDS}", f"public {MADE}"
"""The kinds of facts of what readers have."""
HELD = "hold.department"
"""The rule that says of a department that it is held while others go out."""


def note_published(store: Store, departments: Departments) -> None:
    """These are what readers have now; others are forgotten."""
    fresh = [
        name_of(unit) for unit, one in departments.found.items() if one.made and unit not in departments.held
    ]
    with store.together():
        for kind, public in ((RECORDS, _RECORDS), (MADE, _MADE)):
            store.repeat(kind, public, fresh)
            store.retain(public, map(name_of, departments.found))


def last_published(store: Store, unit: Unit, published: Manifest) -> Result | None:
    """None where it is not known, its content is lost, or another version of the program made it.

    Nor where it is not what stands in the published site: a build may be killed before it notes what it has published.
    """
    record = store.fact(_RECORDS, name_of(unit))
    found = Result.from_data(unit, record, store.artifacts(name_of(unit), _MADE)) if record else None
    files = list(found.files) if found else []
    public = all(published.has(one.path, one.size, one.sha256) for one in files if one.published)
    if found is None or not files or not public or not all(map(store.objects.has, files)):
        return None
    return found


def guard_all(
    staff: Staff, loaded: Loaded, departments: Departments, store: Store, site: Manifest, *, hold: bool
) -> tuple[Set[Unit], Sequence[Problem]]:
    """Which departments can't be published as they are, and what the guard says of all; ``hold`` puts them back.

    ``site`` is what is published.
    """
    said = list(guard_site(staff, loaded, departments))
    broken = [one for one in departments.found.values() if one.failed]
    refused = {unit for unit, problem in said if problem.blocks}
    failed = departments.failed | refused | {one.unit for one in broken}
    hold = hold and {locality for locality, _ in failed} <= {one.slug for one in loaded.localities}
    problems = [*(problem for _, problem in said), *(_hold(departments, failed, store, site) if hold else ())]
    if departments.held:
        problems += (problem for one in broken for made in one.made.values() for problem in made.problems)
    return failed, problems


def _hold(
    departments: Departments, failed: Collection[Unit], store: Store, site: Manifest
) -> Iterator[Problem]:
    """Put what was last published in the place of what failed; one that never was is left out.

    Nothing is held where nothing else would be left to publish, or where one of them can't be: problems say so.
    """
    if not failed or not any(one.made for unit, one in departments.found.items() if unit not in failed):
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
