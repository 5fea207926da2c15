"""Import: files from outside → what would be written, shown before it is written; then written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongkai.exchange.binding import value_at
from gongkai.exchange.contained import Contained
from gongkai.exchange.drafts import Draft, Notebook
from gongkai.exchange.guard import MAX_FILES, find_files
from gongkai.exchange.inbox import (
    TAKE_IN,
    belongs_elsewhere,
    departments_of,
    read_in_child,
    sort_inbox,
    stated_years,
)
from gongkai.exchange.layout import Known
from gongkai.exchange.proposals import Proposal, differences, overlay, same_text, settle, slug_of
from gongkai.exchange.tables import Spot, problem_of
from gongkai.exchange.year_folder import YearFolder, find_year_folder
from gongkai.problems import Problem, Severity
from gongkai.reading.edit_yaml import rewritten
from gongkai.reading.forms import load_forms
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import Path_, leaves
from gongkai.reading.write_yaml import ordered_data, schema_line, write_data
from gongkai.workspace import Workspace

_TARGET = "部门整体绩效目标"


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do: files to write with their differences, what was read of each source, and problems."""

    workspace: Workspace
    proposals: tuple[Proposal, ...]
    books: tuple[Notebook, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Proposal, ...]:
        """The existing files that would be changed."""
        return tuple(proposal for proposal in self.proposals if proposal.status == "changed")


def plan_import(
    files: Iterable[Path],
    workspace: Workspace,
    locality: str,
    department: str,
    year: int | None,
    child: Contained | None = None,
) -> ImportPlan:
    """Read files and folders for one department and year; nothing is written. ``year`` None: 未注明.

    ``locality`` and ``department`` are folder names below content/. ``child`` reads the files (intake.take_in) and goes
    on to live; without it one is started.
    """
    return plan_named(list(find_files(files)), workspace, (locality, department), year, child)


def plan_named(
    found_files: list[tuple[Path, str]],
    workspace: Workspace,
    unit: tuple[str, str],
    year: int | None,
    child: Contained | None = None,
) -> ImportPlan:
    """The same for files with the names to call them by; ``unit`` is (locality, department)."""
    forms, problems = load_forms(workspace.layouts)
    folder, found_wrong = find_year_folder(workspace, forms, unit, year)
    problems += found_wrong
    books: list[Notebook] = []
    if folder is None:
        return ImportPlan(workspace, (), (), tuple(problems))
    drafts: list[tuple[Draft, Notebook]] = []
    known = Known.of(forms, workspace.layouts)
    problems += known.problems
    departments = departments_of(workspace, forms)
    if len(found_files) > MAX_FILES:
        message = f"有 {len(found_files)} 个文件，一次最多读 {MAX_FILES} 个；从“{found_files[MAX_FILES][1]}”起没有读"
        problems.append(problem_of(found_files[MAX_FILES][1], "too-many", message, "请分几次导入。"))  # fmt: skip
    with nullcontext(child) if child else Contained(TAKE_IN) as take_in:
        for file, name in found_files[:MAX_FILES]:
            book, found = read_in_child(take_in, file, name, known, folder.in_force)
            problems += found
            books.append(book)
            book.target = f"{folder.base.removeprefix('content/')}"
            if wrong := belongs_elsewhere(book, unit, departments):
                problems.append(wrong)
                book.set_aside("是别的部门的")
                continue
            _check_year(book, year, problems)
            drafts += [(draft, book) for draft in book.drafts]
    merged = _merged(drafts, problems)
    proposals, doubts = _propose(merged, folder, problems)
    return ImportPlan(workspace, tuple(proposals), tuple(books), tuple(problems), tuple(doubts))


def plan_mixture(paths: Iterable[Path], workspace: Workspace, year: int) -> ImportPlan:
    """Read files and folders of several departments: each file goes to the one that it names.

    ``year`` is that of files that state none.
    """
    forms, problems = load_forms(workspace.layouts)
    departments, known = departments_of(workspace, forms), Known.of(forms, workspace.layouts)
    plans: list[ImportPlan] = []
    lost: list[Notebook] = []
    with Contained(TAKE_IN) as child:
        for path in paths:
            sent, nobodys = sort_inbox(path, departments, known, year, child)
            plans += [plan_named(one.files, workspace, one.unit, one.year, child) for one in sent]
            for file, its in nobodys.items():
                problems += its
                lost.append(Notebook(file.name, forms=["没有读入：不知道是哪个部门的"]))
    return ImportPlan(
        workspace,
        tuple(one for plan in plans for one in plan.proposals),
        (*(one for plan in plans for one in plan.books), *lost),
        tuple(dict.fromkeys((*problems, *(one for plan in plans for one in plan.problems)))),
        tuple(one for plan in plans for one in plan.doubts),
    )


def apply_import(plan: ImportPlan, *, replace: bool = False) -> list[Path]:
    """Write the new files, with ``replace`` also those whose differences were shown; returns what was written."""
    written = []
    for proposal in plan.proposals:
        if proposal.status == "same" or (proposal.status == "changed" and not replace):
            continue
        file = plan.workspace.root / proposal.file
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        draft.write_text(proposal.text, encoding="utf-8", newline="\n")
        draft.replace(file)
        written.append(file)
    return written


# -- reading -----------------------------------------------------------------------------------


def _check_year(book: Notebook, year: int | None, problems: list[Problem]) -> None:
    stated = stated_years(book)
    if year and stated and str(year) not in stated:
        message = f"表上写的是 {'、'.join(sorted(stated))} 年，导入的是 {year} 年"
        hint = "请检查年度或文件是不是弄错了。"
        problems.append(problem_of(book.file, "year", message, hint, Severity.WARNING))


def _merged(drafts: list[tuple[Draft, Notebook]], problems: list[Problem]) -> list[tuple[Draft, Notebook]]:
    """One draft for each record: the same project in two places is put together, contradictions are left over."""
    result: dict[tuple[str, str], tuple[Draft, Notebook]] = {}
    for draft, book in drafts:
        key = (draft.kind, re.sub(r"\s+", "", draft.name))
        if not key[1]:
            _drop(draft, book, problems)
        elif key in result:
            _join(result[key][0], draft, book)
        else:
            result[key] = (draft, book)
    return list(result.values())


def _drop(draft: Draft, book: Notebook, problems: list[Problem]) -> None:
    mine = [read for read in book.read if read.record == draft.number]
    for read in mine:
        book.leave(read.spot, read.text, "这张表没有名称，不知道是哪个项目")
    book.read = [read for read in book.read if read.record != draft.number]
    if draft.data:
        message = f"{draft.where}：有内容，但没有项目名称或部门名称"
        problems.append(problem_of(book.file, "nameless", message, "请在表上补写名称后重新导入。"))


def _join(first: Draft, second: Draft, book: Notebook) -> None:
    known = dict(leaves(first.data))
    for path, text in leaves(second.data):
        if path in known and not same_text(known[path], text):
            spot = next(
                (read.spot for read in book.read if read.record == second.number and read.path == path),
                Spot(second.where),
            )
            book.leave(spot, text, f"{first.file} 里“{path[-1]}”是别的内容")
    missing = {key: value for key, value in second.data.items() if key not in first.data}
    first.data.update(missing)
    first.comments.update({path: text for path, text in second.comments.items() if path[0] in missing})


# -- what would be written ---------------------------------------------------------------------


def _propose(
    merged: list[tuple[Draft, Notebook]], folder: YearFolder, problems: list[Problem]
) -> tuple[list[Proposal], list[str]]:
    proposals: list[Proposal] = []
    doubts: list[str] = []
    order: list[str] = []
    target: Draft | None = None
    taken = folder.taken()
    for draft, book in merged:
        problems += settle(draft, folder.form_for(draft.kind), book)
        problems += _lost(draft, book)
        doubts += [f"{draft.name}　{text}" for text in draft.comments.values()]
        if draft.kind == "department":
            target = draft
            continue
        slug = draft.slug or folder.known_as(draft.name) or slug_of(draft.name, taken)
        taken.add(slug)
        order.append(slug)
        proposals.append(_project(draft, folder, slug))
    source = "、".join(dict.fromkeys(book.file for _, book in merged))
    disclosure = _disclosure(folder, order, target, source)
    return [*proposals, *([disclosure] if disclosure else [])], doubts


def _lost(draft: Draft, book: Notebook) -> list[Problem]:
    """An error where something that was read is neither in the record nor in the report."""
    told = {left.where for left in book.leftovers}
    mine = (read for read in book.read if read.record == draft.number)
    lost = [
        str(read.spot)
        for read in mine
        if value_at(draft.data, read.path) is None and str(read.spot) not in told
    ]
    message = f"{len(lost)} 处读到的内容没有进到记录里：{'、'.join(lost[:5])}"
    hint = "这是程序的错，这个文件不要导入；请把文件交给管理员。"
    return [problem_of(book.file, "lost", message, hint)] if lost else []


def _project(draft: Draft, folder: YearFolder, slug: str) -> Proposal:
    existing = folder.records.get(slug)
    before = existing.fields if existing else None
    data = draft.data if before is None or draft.exact else overlay(before, draft.data)
    data = ordered_data(data, Project, folder.form_for("project"))
    found = differences(before, data) if before is not None else ()
    status = "new" if before is None else "changed" if found else "same"
    if existing is not None and before is not None:
        text = rewritten(existing.text, data, draft.comments)
    else:
        text = write_data(data, draft.comments, _header("project", draft.file))
    return Proposal(f"{folder.base}/{slug}.yaml", draft.name, text, status, found)  # type: ignore[arg-type]


def _header(kind: str, source: str) -> list[str]:
    """The first lines of a new file."""
    return [schema_line(kind), f"# 导入自：{source}"]


def _disclosure(folder: YearFolder, order: list[str], target: Draft | None, source: str) -> Proposal | None:
    """disclosure.yaml with the department's target and the new projects in order; None when nothing changes."""
    existing = folder.disclosure
    before: dict[str, Any] = dict(existing.fields) if existing else {}
    listed = [str(slug) for slug in before.get("项目顺序") or []]
    new = [slug for slug in order if slug not in listed] if listed or not existing else []
    after: dict[str, Any] = dict(before) if existing else ({"年度": str(folder.year)} if folder.year else {})
    comments: dict[Path_, str] = {}
    if new:
        after["项目顺序"] = listed + new
    if target is not None:
        merged = overlay(before.get(_TARGET) or {}, target.data)
        after[_TARGET] = ordered_data(merged, DepartmentTarget, folder.form_for("department"))
        comments = {(_TARGET, *path): text for path, text in target.comments.items()}
    found = differences(before, after)
    if not after or (not found and target is None):
        return None
    file, name = f"{folder.base}/disclosure.yaml", _TARGET if target is not None else "公开信息"
    if existing is None:
        text = write_data(after, comments, _header("disclosure", source))
        return Proposal(file, name, text, "new", found)
    if not found:
        return Proposal(file, name, existing.text, "same")
    return Proposal(file, name, rewritten(existing.text, after, comments), "changed", found)
