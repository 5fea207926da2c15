"""The guard of a whole site: which public disclosures would change, and what it says of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from gongkai.building.departments import Departments, Staff
from gongkai.building.load import Loaded
from gongkai.building.tasks import Unit
from gongkai.exports.disclosure import data_address, disclosure_json
from gongkai.exports.values import disclosure_rows
from gongkai.planning.summaries import DepartmentSummary
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.changes import Data, Keys
from gongkai.publishing.guard import Record, Version, guard, vanished
from gongkai.publishing.manifest import Manifest
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure

Key = tuple[str, str, str]
"""A disclosure: the slugs of locality, department and year."""


@dataclass(frozen=True)
class Public:
    """The site that readers have: its folder, and what it lists."""

    folder: Path
    manifest: Manifest

    def touched(self, planned: Manifest) -> list[Key]:
        """The disclosures of which a file would be gone, or data or a kept file be another, in order."""
        gone, fresh = planned.changes(self.manifest)
        paths = (*gone, *(path for path in fresh if path.endswith(".json") or "/files/" in path))
        keys = {tuple(parts[:3]) for parts in (path.split("/") for path in paths) if len(parts) > 3}
        return sorted((a, b, c) for a, b, c in keys if data_address(a, b, c, ending=".json") in self.manifest)

    def version(self, key: Key) -> Version | None:
        """A disclosure as it is published; None where its data is gone or damaged, which ``verify`` tells."""
        try:
            text = (self.folder / data_address(*key, ending=".json")).read_text(encoding="utf-8")
            data: Data = json.loads(text, parse_float=Decimal)["disclosures"][0]
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return Version("/".join(key), data, _below(self.manifest, "/".join(key)))


def _below(manifest: Manifest, address: str) -> dict[str, str]:
    return {file.path: file.sha256 for file in manifest if file.path.startswith(f"{address}/")}


@dataclass(frozen=True)
class Planned:
    """What would be published: the files of all departments, and the summaries of their records."""

    manifest: Manifest
    summaries: Mapping[Unit, DepartmentSummary]

    @cached_property
    def _former(self) -> dict[Key, Key]:
        """Where disclosures went whose department's or year's folder has another name now."""
        found: dict[Key, Key] = {}
        for (locality, name), department in self.summaries.items():
            for year in department.disclosures:
                for one in (name, *department.former):
                    for slug in (year.slug, *year.former):
                        found.setdefault((locality, one, slug), (locality, name, year.slug))
        return found

    def present(self, key: Key) -> Key:
        """What a disclosure is called now."""
        return self._former.get(key, key)


def guard_site(staff: Staff, loaded: Loaded, departments: Departments) -> Iterator[tuple[Unit, Problem]]:
    """What the guard says of what these departments come to, by department; of a preview only warnings."""
    terms = staff.terms
    folder = terms.public or staff.workspace.output
    manifest = Manifest.read(folder) if terms.guarded else None
    if manifest is None:
        return
    guarding = Guarding(staff.workspace.root, loaded, terms.today)
    planned = Planned(departments.manifest(), departments.summaries)
    for unit, problem in guarding.problems(Public(folder, manifest), planned):
        if unit in loaded.folders and not departments.complete(unit):
            continue  # something else is wrong, which is told
        warning = terms.public and problem.blocks
        yield unit, replace(problem, severity=Severity.WARNING) if warning else problem


class Guarding:
    """Asks the guard about every disclosure that is touched; only of those the records are read again."""

    def __init__(self, root: Path, loaded: Loaded, today: date) -> None:
        self._root, self._loaded, self._today = root, loaded, today
        self._departments: dict[Unit, LoadedDepartment | None] = {}

    def problems(self, public: Public, planned: Planned) -> Iterator[tuple[Unit, Problem]]:
        """What the guard says, each with the department as it is called now."""
        for key in public.touched(planned.manifest):
            version = public.version(key)
            now = planned.present(key)
            if version is not None:
                yield from ((now[:2], one) for one in self._about(version, now, planned))

    def _about(self, version: Version, key: Key, planned: Planned) -> list[Problem]:
        department = self._department(key[:2])
        folder = f"content/{'/'.join(key)}"
        disclosures = department.department.disclosures if department else ()
        disclosure = next((one for one in disclosures if one.slug == key[2]), None)
        if department and disclosure and disclosure.published and disclosure.published > self._today:
            return [vanished(version, _place(department, disclosure)("", ("发布日期",)), self._today)]
        if department is None or disclosure is None:
            return [] if self._is_there(key) else [vanished(version, Place(folder), self._today)]
        data = json.loads(
            disclosure_json(department, disclosure_rows(department, disclosure)), parse_float=Decimal
        )
        files = _below(planned.manifest, "/".join(key))
        if version.address != "/".join(key):
            there = {path: _renamed(path, version.address, key) for path in version.files}
            files |= {path: files[now] for path, now in there.items() if now in files}
        record = Record(_place(department, disclosure), _former(disclosure), self._unread(key, department))
        return guard(version, Version(version.address, data, files), record, self._today)

    def _is_there(self, key: Key) -> bool:
        """Whether a record is only unreadable, which is told already."""
        return self._root.joinpath("content", *key, "disclosure.yaml").exists()

    def _unread(self, key: Key, department: LoadedDepartment) -> set[str]:
        files = self._root.joinpath("content", *key).glob("[!._]*.yaml")
        return (
            {file.stem for file in files}
            - {name for year, name in department.files if year == key[2]}
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
        file = department.files.get((disclosure.slug, project))
        if file is None:
            return Place(texts.get(project) or (folder / f"{project}.yaml").as_posix())
        return department.documents[file].place(keys)

    return place


def _former(disclosure: Disclosure) -> dict[str, str]:
    projects = (*disclosure.projects, *disclosure.withdrawn)
    return {name: project.slug for project in projects for name in project.former}
