"""gongkai's printer in processes of a pool: what fills forms and prints them, stage by stage or at once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from gongkai.printing.documents import (
    Documents,
    PrintJob,
    yearbook_document,
)
from gongkai.printing.fonts import find_fonts
from gongkai.printing.pdf import write
from gongkai.printing.printer import Printer
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

Fill = Callable[[], PrintJob | None]
_forms: Mapping[str, Form]
_templates: Templates
_printer: Printer
_departments: list[LoadedDepartment]
_projects: list[Fill]
_parts: list[bytes | None]


def read(root: Path, forms: Mapping[str, Form]) -> Iterator[LoadedDepartment]:
    """All departments below a folder."""
    loader = Loader(root, forms)
    for place in loader.localities():
        for folder in loader.department_folders(place):
            loaded = loader.department(place, folder)
            assert loaded is not None, loader.problems
            yield loaded


def projects(templates: Templates, departments: Iterable[LoadedDepartment]) -> Iterator[Fill]:
    """What fills the forms of all projects."""
    for loaded in departments:
        for disclosure in loaded.department.disclosures:
            for project in disclosure.projects:
                yield partial(Documents(templates, loaded, disclosure).project, project)


def open_press(root: Path) -> None:
    """Read forms and records, find the fonts."""
    global _forms, _templates, _printer
    workspace = Workspace.at(root)
    fonts, problems = find_fonts(workspace.font_cache, workspace.font_folders)
    assert fonts is not None, problems
    fonts.prepare()
    _forms, _ = load_forms(workspace.layouts)
    _templates, _printer = Templates(workspace.layouts), Printer(_forms, fonts)
    _take(root)


def start(root: Path, others: Path, folder: Path) -> None:
    """Print ``others`` first, so that everything is warm and nothing of the records to be printed is known."""
    open_press(others)
    for number in range(len(_projects)):
        print_project(number, folder)
    _take(root)


def _take(root: Path) -> None:
    global _departments, _projects
    _departments = list(read(root, _forms))
    _projects = list(projects(_templates, _departments))


def start_yearbook(root: Path, others: Path, folder: Path) -> None:
    """The same, and the filled tables that departments give to a yearbook."""
    global _parts
    start(root, others, folder)
    _parts = [
        Documents(_templates, one, one.department.disclosures[0]).yearbook_part() for one in _departments
    ]


def print_project(number: int, folder: Path) -> int:
    """The PDF of one project."""
    return _print(_projects[number](), folder)


def print_disclosure(folder: Path) -> int:
    """The PDF of the first department's disclosure, all tables in one."""
    loaded = _departments[0]
    return _print(Documents(_templates, loaded, loaded.department.disclosures[0]).whole(), folder)


def print_yearbook(folder: Path) -> int:
    """The PDF of a yearbook of all departments."""
    parts = [part for part in _parts if part is not None]
    return _print(yearbook_document("yearbook.pdf", "测试市", 2026, parts), folder)


def _print(job: PrintJob | None, folder: Path) -> int:
    assert job is not None
    printed, problems = _printer.print(job)
    assert not any(problem.blocks for problem in problems), problems
    (folder / job.path.replace("/", "-")).write_bytes(printed.data)
    return 1


class Stages(NamedTuple):
    """Medians over many project PDFs: CPU milliseconds by stage, and bytes of those that have two pages."""

    milliseconds: Mapping[str, float]
    size: float


def stages(most: int) -> Stages:
    """Print at most so many projects, stage by stage."""
    names = ("套用模板", "读成网格", "排版", "写成文件")
    taken: list[tuple[float, ...]] = []
    sizes: list[int] = []
    for fill in _projects[:: -(-len(_projects) // most)]:
        marks = [time.process_time()]
        job = fill()
        assert job is not None
        marks.append(time.process_time())
        for sheet in job.parts[0].sheets:
            _ = sheet.html.pieces  # kept for the next stage
        marks.append(time.process_time())
        composed = _printer.compose(job)
        marks.append(time.process_time())
        data = write(composed, _printer.setter.fonts)
        marks.append(time.process_time())
        taken.append(tuple(1000 * (ended - begun) for begun, ended in pairwise(marks)))
        if len(composed.pages) == 2:
            sizes.append(len(data))
    medians = {
        name: statistics.median(column) for name, column in zip(names, zip(*taken, strict=True), strict=True)
    }
    return Stages({**medians, "一共": statistics.median(map(sum, taken))}, statistics.median(sizes))
