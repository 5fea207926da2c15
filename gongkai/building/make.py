"""Steps 4 to 6 over all departments: what is fresh is kept, the rest is printed and rendered by the executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from gongkai.building import worker
from gongkai.building.executors import Aside, Task, run_all
from gongkai.building.jobs import Made, SiteContext, Surveyed, UnitJob
from gongkai.building.state import State, Store, Unit, UnitFiles, UnitState
from gongkai.kept import read_checked, write_checked
from gongkai.keys import key_of
from gongkai.planning.plan import Page
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.pathmap import groups_of
from gongkai.publishing.publish import Staging

PDFS_PER_TASK = 64
_ENOUGH = 64
"""So many tasks are known before it is decided where all of them run."""


@dataclass
class Pending:
    """One department on its way: what is still to be printed before its pages can be rendered."""

    job: UnitJob
    state: UnitState
    files: UnitFiles
    old: UnitState | None
    """As it is published."""
    published: UnitFiles
    pages: tuple[Page, ...]
    to_print: list[str] = field(default_factory=list)
    waiting: int = 0
    drafted: bool = False
    """Whether some of its files come from an unfinished build."""


@dataclass
class Maker:
    """Makes what is not fresh and keeps what is; ``shell`` is the key of all that every page shares."""

    run_on: Callable[[int], Executor]
    """Where so many tasks run."""
    in_flight: Callable[[], int]
    staging: Staging
    context: SiteContext
    shell: str
    old: State
    new: State
    store: Store
    survey: Callable[[Unit], Surveyed]
    """Reads a department again of which too little is known."""
    drafts: Path
    """Where what is printed is kept until it is published: a build that fails or is stopped loses no printing."""
    problems: list[Problem] = field(default_factory=list)
    made_files: int = 0
    to_make: int = 0
    """How many PDFs and data files may have to be made."""
    remade: set[str] = field(default_factory=set)
    """The pages made anew: of departments their groups (pathmap.groups_of), of others the page."""
    _pending: dict[Unit, Pending] = field(default_factory=dict)

    def departments(
        self, jobs: Mapping[Unit, UnitJob], meanwhile: Callable[[], object] | None = None
    ) -> Iterator[Made]:
        """Print and render every department; yields what was made, for progress.

        ``meanwhile`` is done here where another process does all the tasks, and there are few.
        """
        stale = [job for unit, job in jobs.items() if not self._kept_whole(unit, job)]
        self.to_make = sum(self.new.units[job.unit].count for job in stale)
        tasks = (task for job in stale for task in self._begin(job))
        first = list(islice(tasks, _ENOUGH))
        executor = self.run_on(len(first))
        yield from run_all(
            executor,
            chain(first, tasks),
            self.in_flight,
            lambda result: self._after(self._pending[result.unit], result),
            _lost,
            meanwhile if isinstance(executor, Aside) else None,
        )

    def _kept_whole(self, unit: Unit, job: UnitJob) -> bool:
        """Take over a department of whose files none can be another, without looking at each."""
        state, old = self.new.units[unit], self.old.units.get(unit)
        state.made_key = key_of(self.shell, job.base, state.content, state.summary_key, state.keys_key)
        if old is None or old.made_key != state.made_key or not self.staging.keep_groups(groups_of(*unit)):
            return False
        self.new.units[unit] = replace(old, trusted=state.trusted, signature=state.signature)
        self.problems += old.made_problems
        return True

    def _begin(self, job: UnitJob) -> list[Task]:
        """Keep every PDF whose key is that of the published one; the tasks that make the others."""
        state, old = self.new.units[job.unit], self.old.units.get(job.unit)
        published = self.store.files(old)
        known = published if old and old.files == state.files else self.store.files(state)
        keys = known.keys if len(known.keys) == state.count else self.survey(job.unit).keys
        one = Pending(job, state, UnitFiles(keys), old, published, self._pages(job.unit, state))
        for path, key in keys.items():
            made = published.made.get(path)
            if made and made[0] == key and self.staging.keep(path):
                one.files.made[path] = made
                one.files.problems[path] = published.problems.get(path, ())
            elif not self._from_draft(one, path, key):
                one.to_print.append(path)
        self.to_make -= len(keys) - len(one.to_print)
        self._pending[job.unit] = one
        return self._first_tasks(one)

    def _pages(self, unit: Unit, state: UnitState) -> tuple[Page, ...]:
        return self.context.plan.pages_of(*unit) if state.summary else ()

    def _from_draft(self, one: Pending, path: str, key: str) -> bool:
        """Take a file that an unfinished build has made from just the same."""
        draft = read_checked(self.drafts / key, key)
        if draft is None:
            return False
        data, facts, problems = draft
        self.staging.write(path, data)
        self.made_files += 1
        one.files.made[path], one.files.problems[path] = (key, facts), problems
        one.drafted = True
        return True

    def _first_tasks(self, one: Pending) -> list[Task]:
        return self._print_tasks(one, one.to_print, PDFS_PER_TASK)

    def _print_tasks(self, one: Pending, paths: Sequence[str], size: int) -> list[Task]:
        chunks = [paths[start : start + size] for start in range(0, len(paths), size)]
        one.waiting = len(chunks)
        if chunks:
            return [(worker.print_documents, (one.job, frozenset(chunk))) for chunk in chunks]
        return self._page_tasks(one)

    def _after(self, one: Pending, made: Made) -> list[Task]:
        """Take a result in; when a department's last PDF is there, its pages can be rendered."""
        self._take(one, made)
        if one.waiting:
            one.waiting -= 1
            return self._print_tasks(one, (), 1) if one.waiting == 0 else []
        one.state.links = made.leaving
        self.remade.update(groups_of(*one.job.unit))
        self._finish(one)
        return []

    def _take(self, one: Pending, made: Made) -> None:
        for path, data in made.files.items():
            self.staging.write(path, data)
        self.made_files += len(made.files)
        one.files.problems.update(made.problems)
        for path, facts in made.pdfs.items():
            key = one.files.keys[path]
            one.files.made[path] = (key, facts)
            found = made.problems.get(path, ())
            if path.endswith(".pdf") and not any(problem.blocks for problem in found):
                write_checked(self.drafts / key, key, (made.files[path], facts, found))

    def _page_tasks(self, one: Pending) -> list[Task]:
        """Keep the pages where they are made from just the same, else the task that makes them."""
        state, old, files = one.state, one.old, one.files
        facts = {path: made[1] for path, made in sorted(files.made.items())}
        if old and not one.to_print and not one.drafted and one.published.keys == files.keys:
            state.facts_key = old.facts_key
        else:
            state.facts_key = key_of(repr(facts))
        key = key_of(self.shell, one.job.base, state.content, state.summary_key, state.facts_key)
        fresh = old is not None and old.page_key == key and bool(one.published.pages)
        state.page_key = key
        files.pages = one.published.pages if fresh else tuple(page.path for page in one.pages)
        if old and fresh and all(self.staging.keep(path) for path in files.pages):
            state.links = old.links
            files.problems |= {path: one.published.problems.get(path, ()) for path in files.pages}
            self._finish(one)
            return []
        context = replace(self.context, plan=self.context.plan.only(*one.job.unit))
        return [(worker.render_pages, (one.job, context, one.pages, facts))]

    def _finish(self, one: Pending) -> None:
        """Everything of a department is there."""
        state, files = one.state, one.files
        files.problems = {path: found for path, found in files.problems.items() if found}
        state.made_problems = tuple(problem for found in files.problems.values() for problem in found)
        self.problems += state.made_problems
        state.documents = {
            path: key
            for path, (key, _) in files.made.items()
            if path.endswith(".pdf") and path.count("/") == 3
        }
        self.store.keep(one.job.unit, state, files)
        self.staging.complete(groups_of(*one.job.unit))
        del self._pending[one.job.unit]


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
