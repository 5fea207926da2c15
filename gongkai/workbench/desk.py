"""What the page works on: departments read and checked, from disk or with a text that is not saved yet."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gongkai.building.look import AROUND, CONTENT, look
from gongkai.checks import check_department
from gongkai.pages.copied import check_superseded
from gongkai.problems import CommandError, Problem
from gongkai.reading.acts import SiteSettings
from gongkai.reading.content import ContentReader
from gongkai.reading.forms import load_forms
from gongkai.reading.kinds import Address
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Locality
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

Unit = tuple[str, str]
"""A department: locality and department slugs."""


@dataclass(frozen=True)
class Reading:
    """One department: ``loaded`` is None where department.yaml can't be used."""

    loaded: LoadedDepartment | None
    problems: tuple[Problem, ...]

    def disclosure(self, year: str) -> Disclosure | None:
        """A year by its folder's name; None where it can't be read."""
        found = self.loaded.department.disclosures if self.loaded else ()
        return next((one for one in found if one.slug == year), None)

    def of_year(self, address: Address) -> list[Problem]:
        """The problems of a year's files."""
        folder = f"content/{address.folder}/"
        return [problem for problem in self.problems if problem.place.file.startswith(folder)]

    def of_file(self, name: str) -> list[Problem]:
        """The problems of one file."""
        return [problem for problem in self.problems if problem.place.file == name]


class Desk:
    """The site as it lies on disk; what was read of a department is kept until its files change."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.lock = threading.RLock()
        self._seen = ""
        self._kept: dict[Unit, tuple[str, Reading]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take in what has changed on disk since the last look."""
        with self.lock:
            self._look = look(self.workspace)
            seen = self._look.signature(AROUND) + self._look.signature(CONTENT)
            if seen == self._seen:
                return
            self._seen = seen
            self._kept.clear()
            self.forms, problems = load_forms(self.workspace.layouts)
            self.templates = Templates(self.workspace.layouts)
            loader = Loader(self.workspace.root, self.forms)
            self.site: SiteSettings | None = loader.site()
            self.localities = {one.slug: one for one in loader.localities()} if self.site else {}
            self.folders = {
                (slug, folder.name): folder
                for slug, one in self.localities.items()
                for folder in loader.department_folders(one)
            }
            self.problems = (*problems, *loader.problems)

    def locality(self, slug: str) -> Locality:
        """A locality by its folder's name. Raises CommandError where there is none."""
        if slug not in self.localities:
            raise CommandError(f"没有地区“{slug}”，或它的 locality.yaml 有错误。")
        return self.localities[slug]

    def read(self, unit: Unit, unsaved: Mapping[str, str] | None = None) -> Reading:
        """A department read and checked; ``unsaved`` are texts to take instead of files'. Raises CommandError."""
        with self.lock:
            locality = self.locality(unit[0])
            if unit not in self.folders:
                raise CommandError(f"没有部门“{'/'.join(unit)}”。")
            if unsaved:
                return self._read(locality, unit, unsaved)
            signature = self._look.signature("/".join(unit))
            kept = self._kept.get(unit)
            if kept is None or kept[0] != signature:
                kept = self._kept[unit] = signature, self._read(locality, unit, {})
            return kept[1]

    def _read(self, locality: Locality, unit: Unit, unsaved: Mapping[str, str]) -> Reading:
        texts = {name: text.encode() for name, text in unsaved.items()}
        loader = Loader(self.workspace.root, self.forms, texts)
        try:
            loaded, found = loader.department(locality, self.folders[unit]), loader.problems
            if loaded:
                found += [*check_superseded(self.workspace.root, loaded), *check_department(loaded)]
        except OSError as error:
            raise CommandError(f"读取 {'/'.join(unit)} 时出错：{error.strerror}。", "请再试一次。") from error
        return Reading(loaded, tuple(found))

    def path(self, address: Address) -> Path:
        """Where a record file lies. Raises CommandError for one outside of the content folder."""
        file = self.workspace.root / address.file
        if not ContentReader(self.workspace.root).inside(file):
            raise CommandError(f"{address.file} 是指向 content 文件夹外面的链接。")
        return file
