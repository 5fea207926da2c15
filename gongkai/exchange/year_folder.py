"""The folder of a year that records go to: what is there already, and under which file name a project is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.exchange.tables import problem_of
from gongkai.problems import Problem
from gongkai.reading.forms import Form
from gongkai.reading.load import UNDATED, Loader
from gongkai.reading.loaded import FormSet
from gongkai.reading.source import Document, read_yaml
from gongkai.workspace import Workspace


@dataclass
class YearFolder:
    """A department's year: its folder, the forms in force, and its record files by name. ``year`` None: 未注明."""

    path: Path
    base: str
    """The folder's path below the project folder, with ``/``."""
    year: int | None
    forms: FormSet
    records: dict[str, Document] = field(default_factory=dict)
    disclosure: Document | None = None

    @property
    def in_force(self) -> list[Form]:
        """The forms that the year's tables have."""
        forms = self.forms
        return [form for form in (forms.project, forms.summary, forms.document, forms.department) if form]

    def form_for(self, kind: str) -> Form | None:
        """The form of a department's target, or of projects."""
        return self.forms.for_department if kind == "department" else self.forms.for_projects

    def taken(self) -> set[str]:
        """File names that are not free for another project, of all years: a project keeps its name across years."""
        return {"disclosure", *self.records, *(file.stem for file in self._other_years())}

    def known_as(self, name: str) -> str | None:
        """The file name of the project of this name: in this year, or in the latest of the others."""
        here = (slug for slug, found in self.records.items() if _is_of(found, name))
        return next(here, None) or next(
            (file.stem for file in self._other_years() if _is_of(read_yaml(file, file.name)[0], name)), None
        )

    def _other_years(self) -> list[Path]:
        """Record files of the department's other years, the latest first."""
        files = sorted(self.path.parent.glob("*/*.yaml"), reverse=True)
        return [file for file in files if file.parent != self.path and _is_record(file)]


def _is_record(file: Path) -> bool:
    return file.name != "disclosure.yaml" and not file.name.startswith(("_", "."))


def _is_of(document: Document | None, name: str) -> bool:
    """Whether a record is the project's; white space aside."""
    data = document.data if document else None
    return isinstance(data, dict) and _bare(str(data.get("项目名称"))) == _bare(name)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def find_year_folder(
    workspace: Workspace, forms: Mapping[str, Form], unit: tuple[str, str], year: int | None
) -> tuple[YearFolder | None, list[Problem]]:
    """A year of the department ``unit`` (locality, department), and what is wrong with its files.

    None where there is no such department; the year's own folder need not be there yet.
    """
    loader = Loader(workspace.root, forms)
    found = next((one for one in loader.localities() if one.slug == unit[0]), None)
    home = workspace.content.joinpath(*unit)
    if found is None or not (home / "department.yaml").is_file():
        name, what = ("/".join(unit), "部门") if found else (unit[0], "地区")
        message, hint = f"没有“{name}”这个{what}", "请先用 new 命令建立地区和部门，再导入。"
        return None, [problem_of(f"content/{name}", "target", message, hint)]
    names = {kind: forms.get(name) for one in found.forms if one.covers(year) for kind, name in one.named()}
    slug = str(year) if year else UNDATED
    in_force = FormSet.of(names)
    folder = YearFolder(home / slug, "/".join(("content", *unit, slug)), year, in_force)
    return folder, _read_records(folder, workspace)


def _read_records(folder: YearFolder, workspace: Workspace) -> list[Problem]:
    problems: list[Problem] = []
    for file in sorted(folder.path.glob("*.yaml")) if folder.path.is_dir() else ():
        document, its = read_yaml(file, file.relative_to(workspace.root).as_posix())
        problems += its
        if document is not None and file.name == "disclosure.yaml":
            folder.disclosure = document
        elif document is not None and _is_record(file):
            folder.records[file.stem] = document
    return problems
