"""What departments sent: tried on a copy of the records, taken or sent back; and the bureau's list of who has handed in."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import date
from pathlib import Path

from gongkai.building import pipeline
from gongkai.building.look import Terms
from gongkai.commands.report import report_page
from gongkai.exchange.contained import Contained, Stopped
from gongkai.exchange.import_plan import ImportPlan, apply_import, plan_named
from gongkai.exchange.inbox import RETURNED, TAKE_IN, TAKEN, Sent, Unit, departments_of, sort_inbox
from gongkai.exchange.layout import Known
from gongkai.exchange.returned import remarks
from gongkai.exports.text import BOM, neutral
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.acts import deadline
from gongkai.reading.forms import load_forms
from gongkai.reading.load import INBOX, Loader
from gongkai.workspace import Workspace


@dataclass
class Receipt:
    """What one department sent, what an import of it writes, and what is wrong with it."""

    sent: Sent
    plan: ImportPlan
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> str:
        """Its files."""
        return "、".join(file.name for file, _ in self.sent.files)

    @property
    def good(self) -> bool:
        """Whether it may be taken."""
        return not any(one.blocks for one in self.problems)


@dataclass(frozen=True)
class Receipts:
    """All of it; ``lost`` are files that are nobody's."""

    receipts: Sequence[Receipt]
    lost: dict[Path, list[Problem]]

    @property
    def refused(self) -> dict[Unit, int]:
        """Departments of which something goes back, and how many errors it has."""
        wrong = (one for one in self.receipts if not one.good)
        return {one.sent.unit: sum(problem.blocks for problem in one.problems) for one in wrong}


def examine(workspace: Workspace, folder: Path, year: int, today: date) -> Receipts:
    """Sort what lies in ``folder`` and check what its import comes to; nothing of the project is changed.

    ``year`` is that of files that state none. Personal data, sums, and what is public already are checked as by
    ``check``.
    """
    forms, _ = load_forms(workspace.layouts)
    departments, known = departments_of(workspace, forms), Known.of(forms, workspace.layouts)
    with _copy(workspace) as trial, Contained(TAKE_IN) as child:
        sent, lost = sort_inbox(folder, departments, known, year, child)
        receipts = [_receipt(one, trial, child) for one in sent]
        for one in receipts:
            if one.good:
                apply_import(one.plan, replace=True)
        found = pipeline.check(trial, workers=0, terms=Terms(today)).problems if receipts else ()
        for one in receipts:
            home = f"content/{'/'.join(one.sent.unit)}/"
            one.problems += [problem for problem in found if problem.place.file.startswith(home)]
    return Receipts(receipts, lost)


def _receipt(sent: Sent, trial: Workspace, child: Contained) -> Receipt:
    plan = plan_named(sent.files, trial, sent.unit, sent.year, child)
    problems = list(plan.problems)
    if not plan.proposals and not any(one.blocks for one in problems):
        place = Place(Receipt(sent, plan).names)
        hint = "请确认送来的是填好的绩效目标表。"
        problems.append(Problem(place, "import.nothing", Severity.ERROR, "没有读到任何记录", hint))
    return Receipt(sent, plan, problems)


@contextmanager
def _copy(workspace: Workspace) -> Iterator[Workspace]:
    """The records and layouts in a folder of their own, held against the same published site."""
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        root = Path(folder)
        aside = shutil.ignore_patterns(INBOX)
        shutil.copytree(workspace.content, root / "content", symlinks=True, ignore=aside)
        if (workspace.root / "layouts").is_dir():
            shutil.copytree(workspace.root / "layouts", root / "layouts", symlinks=True)
        yield Workspace(root, workspace.output)


def take(workspace: Workspace, folder: Path, receipts: Iterable[Receipt], today: date) -> list[Path]:
    """Write the records of what is right, and put its files by; what was written."""
    written = []
    for one in receipts:
        if one.good:
            written += apply_import(replace(one.plan, workspace=workspace), replace=True)
            for file, _ in one.sent.files:
                _move(file, folder / TAKEN / today.isoformat() / "-".join(one.sent.unit))
    return written


def _move(file: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    free = (into / f"{file.stem}{f'-{n}' if n else ''}{file.suffix}" for n in range(10_000))
    file.rename(next(one for one in free if not one.exists()))


def send_back(folder: Path, found: Receipts) -> list[Path]:
    """For each file that goes back: a workbook with its wrong cells marked, for any other file a text beside it."""
    written = []
    with Contained("gongkai.exchange.returned:marked") as marked:
        for one in found.receipts:
            if one.good:
                continue
            for (file, _), book in zip(one.sent.files, one.plan.books, strict=True):
                mine = [(Path(problem.place.file).stem, problem) for problem in one.problems]
                told = remarks(book, [(_record(one, stem), problem) for stem, problem in mine])
                target = folder / RETURNED / "-".join(one.sent.unit) / file.name
                written.append(_returned(marked, file, target, told or remarks_of(one.problems)))
        for file, problems in found.lost.items():
            written.append(_returned(marked, file, folder / RETURNED / file.name, remarks_of(problems)))
    return written


def remarks_of(problems: Iterable[Problem]) -> list[tuple[str, str, str]]:
    """Problems of a whole file."""
    return [("", "", f"{one.severity.label}：{one.message}。{one.hint}") for one in problems]


def _record(receipt: Receipt, stem: str) -> str:
    """What a draft of the record in a file is called: a new project is known by its name alone."""
    named = {Path(one.file).stem: one.name for one in receipt.plan.proposals if one.status == "new"}
    return named.get(stem, stem)


def _returned(marked: Contained, file: Path, target: Path, told: list[tuple[str, str, str]]) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        try:
            target.write_bytes(marked(file, told))
            return target
        except (Stopped, RuntimeError):  # a damaged workbook can't be marked
            pass
    target = target.with_name(f"{target.name}.txt")
    target.write_text("\n".join(text for _, _, text in told) + "\n", "utf-8")
    return target


# -- the hand-in list ------------------------------------------------------------------------------

_HEADS = ("地区", "部门", "状态", "错误", "项目", "批复日期", "公开期限", "发布日期", "剩余天数")


@dataclass(frozen=True)
class Line:
    """One department; texts are "" where nothing is stated, ``left`` is negative when the time is over."""

    locality: str
    department: str
    state: str
    errors: int
    projects: int
    approved: str
    last: str
    published: str
    left: str


def hand_in_list(
    workspace: Workspace,
    year: int,
    today: date,
    refused: Mapping[Unit, int],
    problems: Iterable[Problem],
    approved: date | None = None,
) -> list[Line]:
    """A line for each department, in order. ``approved`` is the day of those whose record states no 批复日期.

    ``refused`` counts the errors of what has been sent and goes back, ``problems`` are those of the records.
    """
    loader = Loader(workspace.root, load_forms(workspace.layouts)[0])
    wrong: dict[Unit, int] = dict(refused)
    for problem in problems:
        parts = problem.place.file.split("/")
        if problem.blocks and len(parts) > 3:
            wrong[parts[1], parts[2]] = wrong.get((parts[1], parts[2]), 0) + 1
    lines = []
    for locality in loader.localities():
        for folder in loader.department_folders(locality):
            loaded = loader.department(locality, folder)
            errors = wrong.get((locality.slug, folder.name), 0)
            name = loaded.department.name if loaded else folder.name
            years = loaded.department.disclosures if loaded else ()
            disclosure = next((one for one in years if one.slug == str(year)), None)
            day = (disclosure.approved if disclosure else None) or approved
            published = disclosure.published if disclosure else None
            out = bool(published and published <= today)
            last = deadline(day, locality.time_limit) if day else None
            state = "有错误" if errors else "已公开" if out else "已交" if disclosure else "未交"
            if last and (published if published and out else today) > last:
                state += "，逾期"
            approval, limit, publication = (str(one) if one else "" for one in (day, last, published))
            left = str((last - today).days) if last and not out else ""
            projects = len(disclosure.projects) if disclosure else 0
            days = (approval, limit, publication, left)
            lines.append(Line(locality.name, name, state, errors, projects, *days))
    return lines


def as_csv(lines: Iterable[Line]) -> bytes:
    """For a spreadsheet; texts that it would run as formulas are made harmless."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADS)
    for *texts, left in map(astuple, lines):
        writer.writerow([*(neutral(str(one)) for one in texts), left])
    return BOM + buffer.getvalue().encode()


def as_page(lines: list[Line], year: int, today: date) -> bytes:
    """One page to look at and to print; those who must be reminded come first."""
    names = [one.name for one in fields(Line)]
    words = ("已公开", "已交", "有错误", "未交", "逾期")
    states = {word: sum(word in one.state for one in lines) for word in words}
    ordered = sorted(lines, key=lambda one: (_URGENCY.get(one.state[:3], 3), one.last))
    heads = dict(zip(names, _HEADS, strict=True))
    shown = {"lines": ordered, "heads": heads, "states": states, "year": year, "today": today}
    return report_page("handed-in.html", **shown).encode()


_URGENCY = {"有错误": 0, "未交": 1, "未交，": 1, "已交": 2, "已交，": 2}
