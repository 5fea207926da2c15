"""The guard of a whole site: which public disclosures would change, and what it says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from gongkai.building.departments import Departments, Staff
from gongkai.building.load import Loaded
from gongkai.building.tasks import Unit
from gongkai.diffs.guard import Record, Version, guard, vanished
from gongkai.diffs.pairs import Keys, planned, published
from gongkai.planning.plan import file_address
from gongkai.planning.summaries import DepartmentSummary
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.manifest import Manifest
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure

Key = tuple[str, str, str]
"""A disclosure: the slugs of locality, department and year."""


def guard_site(
    staff: Staff, loaded: Loaded, departments: Departments, public: Manifest | None
) -> Iterator[tuple[Unit, Problem]]:
    """What the guard says of what these departments come to, by department as it is called now.

    ``public`` is what is published in the output folder; of a preview, which has another, there are only warnings.
    """
    terms = staff.terms
    folder = terms.public or staff.workspace.output
    public = Manifest.read(folder) if terms.public else public
    if public is None or not terms.guarded:
        return
    guarding = _Guarding(staff.workspace.root, loaded, terms.today, folder, public, departments)
    for key in guarding.touched():
        now, said = guarding.about(key)
        if now[:2] in loaded.folders and not departments.found[now[:2]].complete:
            continue  # something else is wrong, which is told
        for problem in said:
            warning = terms.public and problem.blocks
            yield now[:2], replace(problem, severity=Severity.WARNING) if warning else problem


class _Guarding:
    """Asks the guard about every disclosure that is touched; only of those the records are read again.

    ``public`` is what the site lists that readers have, in ``folder``.
    """

    def __init__(
        self,
        root: Path,
        loaded: Loaded,
        today: date,
        folder: Path,
        public: Manifest,
        departments: Departments,
    ) -> None:
        self._root, self._loaded, self._today = root, loaded, today
        self._folder, self._public = folder, public
        self._planned = Manifest(departments.listings)
        self._former = _former_addresses(departments.summaries)
        self._departments: dict[Unit, LoadedDepartment | None] = {}

    def touched(self) -> list[Key]:
        """The disclosures of which a file would be gone, or data or a kept file be another, in order."""
        changes = self._planned.changes(self._public)
        fresh = (file.path for file in changes.fresh)
        paths = (*changes.gone, *(path for path in fresh if path.endswith(".json") or "/files/" in path))
        keys = {tuple(parts[:3]) for parts in (path.split("/") for path in paths) if len(parts) > 3}
        return sorted((a, b, c) for a, b, c in keys if file_address(a, b, c, ending=".json") in self._public)

    def about(self, public: Key) -> tuple[Key, list[Problem]]:
        """What the disclosure is called now, and what the guard says of it."""
        key = self._former.get(public, public)
        version = self._version(public)
        return key, self._said(version, key) if version else []

    def _version(self, key: Key) -> Version | None:
        """A disclosure as it is published; None where its data is gone or damaged, which ``verify`` tells."""
        data = published(self._folder, *key)
        return Version("/".join(key), data, self._public.below("/".join(key))) if data else None

    def _said(self, version: Version, key: Key) -> list[Problem]:
        department = self._department(key[:2])
        disclosures = department.department.disclosures if department else ()
        disclosure = next((one for one in disclosures if one.slug == key[2]), None)
        if department is None or disclosure is None:
            there = self._root.joinpath(
                "content", *key, "disclosure.yaml"
            ).exists()  # unreadable, which is told
            return [] if there else [vanished(version, Place(f"content/{'/'.join(key)}"), self._today)]
        place = _place(department, disclosure)
        if disclosure.published and disclosure.published > self._today:
            return [vanished(version, place("", ("发布日期",)), self._today)]
        files = self._planned.below("/".join(key))
        if version.address != "/".join(key):
            moved = {path: _renamed(path, version.address, key) for path in version.files}
            files |= {path: files[there] for path, there in moved.items() if there in files}
        now = Version(version.address, planned(department, disclosure), files)
        record = Record(place, _former(disclosure), self._unread(key, department))
        return guard(version, now, record, self._today)

    def _unread(self, key: Key, department: LoadedDepartment) -> set[str]:
        files = self._root.joinpath("content", *key).glob("[!._]*.yaml")
        return (
            {file.stem for file in files}
            - {name for year, name in department.documents if year == key[2]}
            - {"disclosure"}
        )

    def _department(self, unit: tuple[str, str]) -> LoadedDepartment | None:
        if unit not in self._departments:
            known = self._loaded.folders.get(unit)
            loader = Loader(self._root, self._loaded.forms)
            self._departments[unit] = loader.department(*known) if known else None
        return self._departments[unit]


def _renamed(path: str, address: str, key: Key) -> str:
    """Where a file of a disclosure lies whose folder has another name: addresses say it twice."""
    return path.replace(address, "/".join(key)).replace(address.replace("/", "-"), "-".join(key))


def _place(department: LoadedDepartment, disclosure: Disclosure) -> Callable[[str, Keys], Place]:
    folder = Path(department.document(disclosure.slug).file).parent
    texts = {article.slug: article.file for article in disclosure.articles}

    def place(project: str, keys: Keys) -> Place:
        document = department.documents.get((disclosure.slug, project))
        if document is None:
            return Place(texts.get(project) or (folder / f"{project}.yaml").as_posix())
        return document.place(keys)

    return place


def _former_addresses(summaries: Mapping[Unit, DepartmentSummary]) -> dict[Key, Key]:
    """Where disclosures went whose department's or year's folder has another name now."""
    found: dict[Key, Key] = {}
    for (locality, name), department in summaries.items():
        for year in department.disclosures:
            for one in (name, *department.former):
                for slug in (year.slug, *year.former):
                    found.setdefault((locality, one, slug), (locality, name, year.slug))
    return found


def _former(disclosure: Disclosure) -> dict[str, str]:
    projects = (*disclosure.projects, *disclosure.withdrawn)
    return {name: project.slug for project in projects for name in project.former}
