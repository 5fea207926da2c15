"""One department's task: it is read and checked, and all of it is made that is not up to date, or told what would be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from gongkai import COMMAND
from gongkai.building.artifacts import INTERNAL, Artifact, Made, bring
from gongkai.building.department import Department, unreadable
from gongkai.building.findings import packed
from gongkai.building.tasks import Result, Task, name_of
from gongkai.building.worker import Worker, here
from gongkai.checks import check_department
from gongkai.exports.disclosure import data_files
from gongkai.pages.copied import check_superseded, copied_files
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary, summarise, summary_text
from gongkai.problems import Problem, Severity
from gongkai.publishing.manifest import File as Listed
from gongkai.publishing.manifest import listing
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.workspace import Workspace


def work(task: Task) -> Result:
    """Steps 1 to 6 for one department, by the worker of this process."""
    return work_with(here(), task)


def work_with(worker: Worker, task: Task) -> Result:
    """The same by any worker."""
    loaded, problems = _read(worker, task)
    if loaded is None:
        return Result(task.unit, packed(problems), True)
    waiting = _later(loaded, task.due)
    withheld = summarise(loaded.department).withheld  # also what waits for its day may be named nowhere
    days = {one.published for one in loaded.department.disclosures}.union(
        one.published for one in loaded.notices
    )
    loaded = loaded.due(task.due)
    summary = summarise(loaded.department)._replace(withheld=withheld)
    result = Result(
        task.unit,
        packed([*problems, *waiting]),
        any(problem.blocks for problem in problems),
        summary_text(summary),
        tuple(sorted(day.isoformat() for day in days if day)),
        tuple(sorted({form.id for one in loaded.forms.values() for form in one.all})),
    )
    department = Department(worker, task, loaded, summary)
    if task.make and not result.blocked:
        return result.with_made(_make(department), task.known)
    files = _planned(worker.workspace, loaded, summary, department.files())
    return replace(result, files=listing(sorted(files)))


def _read(worker: Worker, task: Task) -> tuple[LoadedDepartment | None, list[Problem]]:
    root = worker.workspace.root
    loader = Loader(root, worker.forms)
    try:
        loaded = loader.department(task.locality, task.folder)
        if loaded is None:
            return None, loader.problems
        checked = check_department(loaded, worker.own_rules)
        return loaded, [*loader.problems, *check_superseded(root, loaded), *checked]
    except OSError as error:  # something goes away or is moved while it is read
        return None, [*loader.problems, unreadable(f"content/{name_of(task.unit)}", error)]


def _make(department: Department) -> dict[str, Made]:
    made: dict[str, Made] = {}
    put, known = department.worker.objects.put, department.task.known
    for artifact in department.files():
        made[artifact.name] = bring(artifact, known, put, department.last_look)
    facts = {file.path: file for one in made.values() for file in one.files if file.published}
    pages = department.pages(facts)
    made[pages.name] = bring(pages, known, put, department.last_look)
    return made


def _planned(
    workspace: Workspace, loaded: LoadedDepartment, summary: DepartmentSummary, files: Iterable[Artifact]
) -> Iterator[Listed]:
    """``files`` are the artifacts that are no pages; size and hash are blank where they are not known."""
    plan = Plan((LocalitySummary(loaded.locality, (summary,)),))
    pages = (page.path for page in plan.pages_of(loaded.locality.slug, loaded.department.slug))
    names = (artifact.name for artifact in files if not artifact.name.startswith(INTERNAL))
    yield from (Listed(name, 0, "") for name in (*names, *pages))
    for target in data_files(loaded):
        yield _file(target.address, target.make()[0])
    for address, file in copied_files(workspace.root, loaded):
        with suppress(OSError):  # one that goes away while it is read is told when it is copied
            yield _file(address, file.read_bytes())


def _file(address: str, data: bytes) -> Listed:
    return Listed(address, len(data), hashlib.sha256(data).hexdigest())


def _later(loaded: LoadedDepartment, today: date) -> Iterator[Problem]:
    """What is not published yet."""
    for one in loaded.department.disclosures:
        if one.published and one.published > today:
            message = f"到 {one.published} 才公开，这次生成没有公开它"
            hint = f"到那一天再生成一次，就会公开。要先看样子，请用预览：{COMMAND} serve。"
            place = loaded.document(one.slug).place(("发布日期",))
            yield Problem(place, "publish.later", Severity.NOTICE, message, hint)
