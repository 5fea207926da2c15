"""Steps 4 to 6 over all departments: what is fresh is kept, the rest is printed and rendered by the executor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from gongkai import worker
from gongkai.executors import Task, run_all
from gongkai.kept import read_checked, write_checked
from gongkai.keys import key_of
from gongkai.plan import Page, Plan, pdf_address
from gongkai.problems import Place, Problem, Severity
from gongkai.publish import Staging
from gongkai.render import PdfFacts
from gongkai.state import State, Unit, UnitState
from gongkai.worker import Made, SiteContext, UnitJob

PDFS_PER_TASK = 8


@dataclass
class Pending:
    """One department on its way: what is still to be printed before its pages can be rendered."""

    job: UnitJob
    state: UnitState
    pages: tuple[Page, ...]
    to_print: list[str]
    to_bind: list[str] = field(default_factory=list)
    """What of it comes after the rest."""
    waiting: int = 0
    facts: dict[str, PdfFacts] = field(default_factory=dict)
    drafted: bool = False
    """Whether some of its files come from an unfinished build."""


@dataclass
class Maker:
    """Makes what is not fresh and keeps what is; ``shell`` is the key of all that every page shares."""

    run_on: Callable[[int], Executor]
    """Where so many tasks run."""
    in_flight: int
    staging: Staging
    context: SiteContext
    shell: str
    old: State
    new: State
    problems: list[Problem] = field(default_factory=list)
    drafts: Path | None = None
    """Where what is printed is kept until it is published: a build that fails or is stopped loses no printing."""
    made_files: int = 0
    to_make: int = 0
    """How many PDFs and data files are made anew."""

    def departments(self, jobs: Mapping[Unit, UnitJob]) -> Iterator[Made]:
        """Print and render every department; yields what was made, for progress."""
        pages_of: dict[Unit, list[Page]] = {}
        for page in self.context.plan.pages:
            if page.unit != ("", ""):
                pages_of.setdefault(page.unit, []).append(page)
        compared = (self._compare(job, tuple(pages_of.get(unit, ()))) for unit, job in jobs.items())
        stale = [(one, tasks) for one in compared if (tasks := self._first_tasks(one))]
        pending = {one.job.unit: one for one, _ in stale}
        self.to_make = sum(len(one.to_print) for one, _ in stale)
        first = (task for _, tasks in stale for task in tasks)
        yield from run_all(
            self.run_on(sum(len(tasks) for _, tasks in stale)),
            first,
            self.in_flight,
            lambda result: self._after(pending[result.unit], result),
            _lost,
        )

    def _compare(self, job: UnitJob, pages: tuple[Page, ...]) -> Pending:
        """Keep every PDF whose key is that of the published one."""
        state = self.new.units[job.unit]
        old = self.old.units.get(job.unit)
        pending = Pending(job, state, pages, [])
        for path, key in state.pdf_keys.items():
            made = old.made_pdfs.get(path) if old else None
            if old and made and made[0] == key and self.staging.keep(path):
                state.made_pdfs[path] = made
                state.made_problems[path] = old.made_problems.get(path, ())
                self.problems += state.made_problems[path]
                pending.facts[path] = made[1]
            elif not self._from_draft(pending, path, key):
                pending.to_print.append(path)
        return pending

    def _from_draft(self, one: Pending, path: str, key: str) -> bool:
        """Take a file that an unfinished build has made from just the same."""
        draft = read_checked(self.drafts / key, key) if self.drafts else None
        if draft is None:
            return False
        data, facts, problems = draft
        self.staging.write(path, data)
        self.made_files += 1
        one.state.made_pdfs[path], one.state.made_problems[path] = (key, facts), problems
        one.facts[path] = facts
        one.drafted = True
        self.problems += problems
        return True

    def _first_tasks(self, one: Pending) -> list[Task]:
        """A disclosure's PDF is bound from those of its projects: it comes after them, in one task or in the next."""
        if len(one.to_print) > PDFS_PER_TASK:
            whole = _whole(one)
            one.to_bind = [path for path in one.to_print if path in whole]
        bound = set(one.to_bind)
        return self._print_tasks(one, [path for path in one.to_print if path not in bound], PDFS_PER_TASK)

    def _print_tasks(self, one: Pending, paths: Sequence[str], size: int) -> list[Task]:
        chunks = [paths[start : start + size] for start in range(0, len(paths), size)]
        one.waiting = len(chunks)
        if chunks:
            return [(worker.print_documents, (one.job, frozenset(chunk))) for chunk in chunks]
        if one.to_bind:
            bound, one.to_bind = one.to_bind, []
            return self._print_tasks(one, bound, 1)
        return self._page_tasks(one)

    def _after(self, one: Pending, made: Made) -> list[Task]:
        """Take a result in; when a department's last PDF is there, its pages can be rendered."""
        self._take(one, made)
        if not made.pdfs and not one.waiting:
            return []
        one.waiting -= 1
        return self._print_tasks(one, (), 1) if one.waiting == 0 else []

    def _take(self, one: Pending, made: Made) -> None:
        for path, data in made.files.items():
            self.staging.write(path, data)
        self.made_files += len(made.files)
        for path, problems in made.problems.items():
            self.problems += problems
            one.state.made_problems[path] = problems
        if made.leaving:
            one.state.links = made.leaving
        for path, facts in made.pdfs.items():
            key = one.state.pdf_keys[path]
            one.state.made_pdfs[path] = (key, facts)
            one.facts[path] = facts
            found = made.problems.get(path, ())
            if self.drafts and path.endswith(".pdf") and not any(problem.blocks for problem in found):
                write_checked(self.drafts / key, key, (made.files[path], facts, found))

    def _page_tasks(self, one: Pending) -> list[Task]:
        state, old = one.state, self.old.units.get(one.job.unit)
        facts = dict(sorted(one.facts.items()))
        if old and not one.to_print and not one.drafted and old.pdf_keys == state.pdf_keys:
            state.facts_key = old.facts_key
        else:
            state.facts_key = key_of(repr(facts))
        key = key_of(self.shell, one.job.base, state.content, state.summary_key, state.facts_key)
        paths = old.pages if old and old.page_key == key else tuple(page.path for page in one.pages)
        state.page_key, state.pages = key, paths
        if old and old.page_key == key and all(self.staging.keep(path) for path in paths):
            state.links = old.links
            return []
        context = replace(self.context, plan=_only(self.context.plan, one.job.unit))
        return [(worker.render_pages, (one.job, context, one.pages, facts))]


def _whole(one: Pending) -> frozenset[str]:
    """The addresses of PDFs of whole disclosures."""
    department = one.state.summary
    disclosures = department.disclosures if department else ()
    return frozenset(pdf_address(*one.job.unit, disclosure.slug) for disclosure in disclosures)


def _only(plan: Plan, unit: Unit) -> Plan:
    """The plan's tree with one department: what its own pages need, small enough to send."""
    return Plan((), (replace(plan.locality(unit[0]), departments=(plan.department(*unit),)),))


def _lost(task: Task) -> Made:
    """What comes of a task that ended its worker twice: a problem of what it was to make."""
    job: UnitJob = task[1][0]
    wanted = task[1][1] if task[0] is worker.print_documents else [page.path for page in task[1][2]]
    hint = "多半是内存不够，或记录里有极长的表格；请减少 --workers，或把记录分成几条。"
    problems: dict[str, tuple[Problem, ...]] = {
        path: (Problem(Place(path), "print.lost", Severity.ERROR, f"制作 {path} 的进程两次被系统终止", hint),)
        for path in sorted(wanted)
    }
    return Made(job.unit, problems=problems)


def shared_pages(plan: Plan) -> Iterable[Page]:
    """The pages made from summaries alone."""
    return (page for page in plan.pages if page.unit == ("", ""))
