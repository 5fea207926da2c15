"""What departments sent: tried on a copy of the records, taken where it is right, sent back where it is not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from gongkai.building import pipeline
from gongkai.building.look import Terms
from gongkai.exchange.contained import Contained, Stopped
from gongkai.exchange.import_plan import ImportPlan, apply_import, plan_named
from gongkai.exchange.inbox import RETURNED, TAKE_IN, TAKEN, Sent, Unit, departments_of, sort_inbox
from gongkai.exchange.layout import Known
from gongkai.exchange.returned import remarks
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.forms import load_forms
from gongkai.reading.load import INBOX
from gongkai.workspace import Workspace


@dataclass
class Receipt:
    """What one department sent, what an import of it writes, and what is wrong with it."""

    sent: Sent
    plan: ImportPlan
    problems: list[Problem] = field(default_factory=list)

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
        problems.append(_nothing(sent))
    return Receipt(sent, plan, problems)


def _nothing(sent: Sent) -> Problem:
    names = "、".join(file.name for file, _ in sent.files)
    hint = "请确认送来的是填好的绩效目标表。"
    return Problem(Place(names), "import.nothing", Severity.ERROR, "没有读到任何记录", hint)


@contextmanager
def _copy(workspace: Workspace) -> Iterator[Workspace]:
    """The records and layouts in a folder of their own, held against the same published site."""
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        root = Path(folder)
        shutil.copytree(
            workspace.content, root / "content", symlinks=True, ignore=lambda _, names: {INBOX} & set(names)
        )
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
                written.append(_returned(marked, file, target, told, one.problems))
        for file, problems in found.lost.items():
            told = remarks_of(problems)
            written.append(_returned(marked, file, folder / RETURNED / file.name, told, problems))
    return written


def remarks_of(problems: Iterable[Problem]) -> list[tuple[str, str, str]]:
    """Problems of a whole file."""
    return [("", "", f"{one.severity.label}：{one.message}。{one.hint}") for one in problems]


def _record(receipt: Receipt, stem: str) -> str:
    """What a draft of the record in a file is called: a new project is known by its name alone."""
    named = {Path(one.file).stem: one.name for one in receipt.plan.proposals if one.status == "new"}
    return named.get(stem, stem)


def _returned(
    marked: Contained,
    file: Path,
    target: Path,
    told: list[tuple[str, str, str]],
    problems: Iterable[Problem],
) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        try:
            target.write_bytes(marked(file, told))
            return target
        except (Stopped, RuntimeError):  # a damaged workbook can't be marked
            pass
    target = target.with_name(f"{target.name}.txt")
    target.write_text("\n".join(text for _, _, text in told or remarks_of(problems)) + "\n", "utf-8")
    return target
