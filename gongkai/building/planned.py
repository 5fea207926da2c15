"""What a department would publish, where nothing is made of it: the addresses, and of data and kept files the content."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from datetime import date

from gongkai.building.artifacts import Artifact
from gongkai.building.store import INTERNAL
from gongkai.exports.disclosure import data_files
from gongkai.pages.copied import superseded_files
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary
from gongkai.problems import Problem, Severity
from gongkai.program import COMMAND
from gongkai.publishing.manifest import File
from gongkai.reading.loaded import LoadedDepartment
from gongkai.workspace import Workspace


def planned_files(
    workspace: Workspace, loaded: LoadedDepartment, summary: DepartmentSummary, files: Iterable[Artifact]
) -> Iterator[File]:
    """``files`` are the artifacts that are no pages; size and hash are blank where they are not known."""
    plan = Plan((LocalitySummary(loaded.locality, (summary,)),))
    pages = (page.path for page in plan.pages_of(loaded.locality.slug, loaded.department.slug))
    names = (artifact.name for artifact in files if not artifact.name.startswith(INTERNAL))
    yield from (File(name, 0, "") for name in (*names, *pages))
    for target in data_files(loaded):
        yield _file(target.address, target.make()[0])
    for address, file in superseded_files(workspace.root, loaded):
        # One that goes away while it is read is told when it is copied.
        with contextlib.suppress(OSError):
            yield _file(address, file.read_bytes())


def _file(address: str, data: bytes) -> File:
    return File(address, len(data), hashlib.sha256(data).hexdigest())


def later(loaded: LoadedDepartment, today: date) -> Iterator[Problem]:
    """What is not published yet."""
    for one in loaded.department.disclosures:
        if one.published and one.published > today:
            message = f"到 {one.published} 才公开，这次生成没有公开它"
            hint = f"到那一天再生成一次，就会公开。要先看样子，请用预览：{COMMAND} serve。"
            place = loaded.document(one.slug).place(("发布日期",))
            yield Problem(place, "publish.later", Severity.NOTICE, message, hint)
