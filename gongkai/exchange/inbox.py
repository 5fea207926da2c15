"""Files that departments send, all in one folder: whose each is and of which year, and what an import of it would write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.exchange.contained import Contained, Stopped
from gongkai.exchange.drafts import Notebook
from gongkai.exchange.guard import find_files
from gongkai.exchange.layout import Known
from gongkai.exchange.tables import problem_of
from gongkai.problems import Problem
from gongkai.reading.forms import Form
from gongkai.reading.load import Loader
from gongkai.reading.records import Department
from gongkai.workspace import Workspace

Unit = tuple[str, str]
"""地区 and 部门 by their folders."""
TAKE_IN = "gongkai.exchange.intake:take_in"
"""What the child process that reads files calls."""
TAKEN, RETURNED = "已收", "退回"
"""Folders in that of what was sent: for what was taken, and for what goes back."""
_NAMED = ("主管部门", "部门名称")
_CAPTION = re.compile(
    r"(?:部门|单位|填报单位|编制单位|预算部门)(?:名称)?\s*[:：]\s*(\S{4,40}?)(?=\s|$|单位[:：]|金额)"
)


@dataclass
class Sent:
    """What one department sent for one year: files with the names to call them by."""

    unit: Unit
    year: int
    files: list[tuple[Path, str]] = field(default_factory=list)


def departments_of(workspace: Workspace, forms: Mapping[str, Form]) -> dict[Unit, Department]:
    """Every department whose department.yaml can be read."""
    loader = Loader(workspace.root, forms)
    found: dict[Unit, Department] = {}
    for locality in loader.localities():
        for folder in loader.department_folders(locality):
            record = loader.record(folder / "department.yaml", Department, slug=folder.name)
            if record:
                found[locality.slug, folder.name] = record[0]
    return found


def sort_inbox(
    folder: Path, departments: Mapping[Unit, Department], known: Known, year: int, take_in: Contained
) -> tuple[list[Sent], dict[Path, list[Problem]]]:
    """Whose each file is: by the department that it names, its own name, and the folders it lies in.

    Where these contradict each other, or none is known, it is nobody's, and stands in the second with its problems.
    ``year`` is that of files that state none, ``take_in`` the child that reads (intake.take_in).
    """
    sent: dict[tuple[Unit, int], Sent] = {}
    lost: dict[Path, list[Problem]] = {}
    for file, name in find_files([folder] if folder.exists() else []):
        if name.split("/")[0] in (TAKEN, RETURNED):
            continue
        book, problems = read_in_child(take_in, file, name, known, list(known.forms.values()))
        unit = _whose(book, name, departments)
        if isinstance(unit, Problem):
            lost[file] = [*(one for one in problems if one.blocks), unit]
            continue
        stated = stated_years(book)
        key = (unit, int(stated.pop()) if len(stated) == 1 else year)
        sent.setdefault(key, Sent(*key)).files.append((file, name))
    return [one for _, one in sorted(sent.items())], lost


def read_in_child(
    take_in: Contained, file: Path, name: str, known: Known, in_force: Sequence[Form]
) -> tuple[Notebook, list[Problem]]:
    """A file as its child process reads it; of one that ends the child only the problem is known."""
    try:
        book, problems = take_in(file, name, known, in_force)
    except Stopped as stopped:
        wrong = problem_of(name, stopped.rule, str(stopped), stopped.hint)
        return Notebook(name), [wrong]
    return book, problems


def stated_years(book: Notebook) -> set[str]:
    """The years that titles of a file name."""
    return {found for title in book.titles for found in re.findall(r"20\d\d(?=\s*年)", title)}


def _whose(book: Notebook, name: str, departments: Mapping[Unit, Department]) -> Unit | Problem:
    stated = {bare(str(draft.data[key])) for draft in book.drafts for key in _NAMED if draft.data.get(key)}
    inside = [set(_called(one, departments)) for one in stated]
    outside = set(_lying_in(name, departments))
    if unknown := [one for one, found in zip(stated, inside, strict=True) if not found]:
        message = f"表上的主管部门是“{unknown[0]}”，这里没有这个部门"
        hint = "请核对是不是送错了；新的部门请先用 new 建立，改了名称的请改 department.yaml。"
        return problem_of(name, "nobody", message, hint)
    candidates = [one for one in (*inside, *_captions(book, departments), outside) if one]
    units = set[Unit].intersection(*candidates) if candidates else set[Unit]()
    if len(units) == 1:
        return units.pop()
    several = sorted({one for found in candidates for one in found})
    if several:
        message = f"不能确定是哪个部门的：{'、'.join(departments[one].name for one in several[:4])}"
        hint = "表上、文件名和所在文件夹说的部门要一致。请核对是不是送错了；同名的部门请放在“收件/地区/部门/”里。"
    else:
        message = "看不出是哪个部门的"
        hint = "表上没有写主管部门。请在文件名里写上部门的全称，或放在“收件/地区/部门/”里（用 content/ 里的文件夹名）。"
    return problem_of(name, "nobody", message, hint)


def _captions(book: Notebook, departments: Mapping[Unit, Department]) -> list[set[Unit]]:
    """The departments that lines above and below the tables name: ``部门名称：…``."""
    texts = (*book.titles, *(text for _, text in book.labels), *(left.text for left in book.leftovers))
    named = (name for text in texts for name in _CAPTION.findall(text))
    return [found for name in named if (found := set(_called(bare(name), departments)))]


def belongs_elsewhere(book: Notebook, unit: Unit, departments: Mapping[Unit, Department]) -> Problem | None:
    """The problem of a file that names other departments of the site, and not this one."""
    stated = {bare(str(draft.data[key])) for draft in book.drafts for key in _NAMED if draft.data.get(key)}
    found = [*_captions(book, departments), *(set(_called(name, departments)) for name in stated)]
    others = sorted(set[Unit]().union(*found))
    if not others or unit in others:
        return None
    names = "、".join(departments[one].name for one in others)
    message = f"这是“{names}”的文件，没有读入 {'/'.join(unit)}"
    hint = f"请用 --into {'/'.join(others[0])}/年度 导入；名称写错了的，先在文件里改正。"
    return problem_of(book.file, "department", message, hint)


def bare(text: str) -> str:
    """A department's name without white space and the code before it."""
    return re.sub(r"^\d[\d\s—-]*|\s+", "", text)


def _called(name: str, departments: Mapping[Unit, Department]) -> Iterator[Unit]:
    return (unit for unit, one in departments.items() if name in (bare(one.name), bare(one.short or "")))


def _lying_in(name: str, departments: Mapping[Unit, Department]) -> Iterable[Unit]:
    """By the folders, ``地区/部门/``; else by the longest name that the file or a folder has in its own."""
    first, second, *_ = [*name.split("/")[:-1], "", ""]
    if (first, second) in departments:
        return [(first, second)]
    found = [(len(bare(one.name)), unit) for unit, one in departments.items() if bare(one.name) in bare(name)]
    return [unit for length, unit in found if length == max(found)[0]]
