"""Departments with errors stay as they were last published, and all others go out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from gongkai.building.departments import Departments, Held, name_of
from gongkai.building.store import File, Store
from gongkai.building.tasks import Unit
from gongkai.keys import code_key, key_of
from gongkai.planning.summaries import summary_from
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.manifest import Manifest

_OWNER = "public:"
"""What the owner of artifacts in the store begins with that are those of the published site."""
HELD = "hold.department"
"""The rule that says of a department that it is held while others go out."""
_KEYS, _SUMMARIES = "public", "public-summary"


def note_published(store: Store, departments: Departments) -> None:
    """These are what readers have now; others are forgotten."""
    known, code = store.facts(_KEYS), code_key()
    there = {name_of(unit): (unit, made) for unit, made in departments.made.items() if made}
    for name, (unit, made) in there.items():
        key = key_of(code, *(f"{one} {each.key}" for one, each in sorted(made.items())))
        if known.get(name) != key:
            with store.together():
                store.keep(_OWNER + name, made)
                store.learn(_SUMMARIES, {name: {"code": code, "summary": departments.texts[unit]}})
                store.learn(_KEYS, {name: key})
    store.forget(_KEYS, known.keys() - there.keys())
    store.forget(_SUMMARIES, known.keys() - there.keys())


def owners(units: Iterable[Unit]) -> list[str]:
    """Who has the published artifacts of these departments in the store."""
    return [_OWNER + name_of(unit) for unit in units]


def last_published(store: Store, unit: Unit, published: Manifest) -> Held | None:
    """None where it is not known, its content is lost, or another version of the program made it.

    Nor where it is not what stands in the published site: a build may be killed before it notes what it has published.
    """
    name = name_of(unit)
    fact = store.fact(_SUMMARIES, name)
    if not fact or fact["code"] != code_key():
        return None
    made = store.artifacts(_OWNER + name)
    files = [file for one in made.values() for file in one.files]
    public = all(published.has(one.path, one.size, one.sha256) for one in files if one.published)
    if not files or not public or not all(map(store.objects.has, files)):
        return None
    return Held(made, summary_from(fact["summary"]), fact["summary"])


def hold(
    departments: Departments, failed: Collection[Unit], store: Store, published: Manifest | None
) -> Iterator[Problem]:
    """Put what was last published in the place of what failed; one that never was is left out.

    Nothing is held where nothing else would be left to publish, or where one of them can't be: problems say so.
    """
    if not failed or not departments.made.keys() - set(failed):
        return
    site = published or Manifest()
    public = [unit for unit in sorted(failed) if f"{name_of(unit)}/index.html" in site]
    found = {unit: last_published(store, unit, site) for unit in public}
    lost = [unit for unit, one in found.items() if one is None]
    for unit in lost:
        message = "这个部门有错误，又没有上次发布的资料可以保留，所以全部没有发布"
        hint = "资料在 .cache 里，删去或升级以后要有一次没有错误的生成。请先改正它的错误。"
        yield Problem(Place(f"content/{name_of(unit)}"), "hold.unknown", Severity.WARNING, message, hint)
    if lost:
        return
    departments.hold(failed, {unit: one for unit, one in found.items() if one})
    for unit in sorted(failed):
        kept = "按上次发布的内容保留" if unit in found else "它还没有发布过，这次也不发布"
        hint = "其余部门已经照常发布。改正上面的错误以后再生成一次。"
        message = f"这个部门有错误，{kept}"
        yield Problem(Place(f"content/{name_of(unit)}"), HELD, Severity.WARNING, message, hint)


def assets_of_held(
    departments: Departments, published: Manifest | None, files: Collection[str]
) -> list[File]:
    """Style sheets and the like that pages of held departments may link to, and no other page does any more."""
    if not departments.held or published is None:
        return []
    old = (one for one in published if one.path.startswith("assets/") and one.path not in files)
    return [File(one.path, one.sha256, one.size, 0, "") for one in old]
