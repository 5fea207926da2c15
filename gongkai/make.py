"""Steps 4 to 6 over all departments: what is fresh is kept, the rest is printed and rendered by the executor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from gongkai import worker
from gongkai.executors import Task, run_all
from gongkai.keys import key_of
from gongkai.plan import Page, Plan
from gongkai.problems import Problem
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
    waiting: int = 0
    facts: dict[str, PdfFacts] = field(default_factory=dict)


@dataclass
class Maker:
    """Makes what is not fresh and keeps what is; ``shell`` is the key of all that every page shares."""

    executor: Executor
    in_flight: int
    staging: Staging
    context: SiteContext
    shell: str
    old: State
    new: State
    problems: list[Problem] = field(default_factory=list)
    made_files: int = 0

    def departments(self, jobs: Mapping[Unit, UnitJob]) -> Iterator[Made]:
        """Print and render every department; yields what was made, for progress."""
        pages_of: dict[Unit, list[Page]] = {}
        for page in self.context.plan.pages:
            if page.unit != ("", ""):
                pages_of.setdefault(page.unit, []).append(page)
        pending = {unit: self._compare(job, tuple(pages_of.get(unit, ()))) for unit, job in jobs.items()}
        first = (task for one in pending.values() for task in self._first_tasks(one))
        yield from run_all(
            self.executor, first, self.in_flight, lambda result: self._after(pending[result.unit], result)
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
            else:
                pending.to_print.append(path)
        return pending

    def _first_tasks(self, one: Pending) -> list[Task]:
        chunks = [
            one.to_print[start : start + PDFS_PER_TASK]
            for start in range(0, len(one.to_print), PDFS_PER_TASK)
        ]
        one.waiting = len(chunks)
        if not chunks:
            return self._page_tasks(one)
        return [(worker.print_documents, (one.job, frozenset(chunk))) for chunk in chunks]

    def _after(self, one: Pending, made: Made) -> list[Task]:
        """Take a result in; when a department's last PDF is there, its pages can be rendered."""
        self._take(one, made)
        if not made.pdfs and not one.waiting:
            return []
        one.waiting -= 1
        return self._page_tasks(one) if one.waiting == 0 else []

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
            one.state.made_pdfs[path] = (one.state.pdf_keys[path], facts)
            one.facts[path] = facts

    def _page_tasks(self, one: Pending) -> list[Task]:
        facts = dict(sorted(one.facts.items()))
        key = key_of(self.shell, one.job.base, one.state.content, repr(facts), repr(one.pages))
        paths = tuple(page.path for page in one.pages)
        old = self.old.units.get(one.job.unit)
        one.state.page_key, one.state.pages = key, paths
        if old and old.page_key == key and all(self.staging.keep(path) for path in paths):
            one.state.links = old.links
            return []
        context = replace(self.context, plan=_only(self.context.plan, one.job.unit))
        return [(worker.render_pages, (one.job, context, one.pages, facts))]


def _only(plan: Plan, unit: Unit) -> Plan:
    """The plan's tree with one department: what its own pages need, small enough to send."""
    locality = next(one for one in plan.localities if one.slug == unit[0])
    department = next(one for one in locality.departments if one.slug == unit[1])
    return Plan((), (replace(locality, departments=(department,)),))


def shared_pages(plan: Plan) -> Iterable[Page]:
    """The pages made from summaries alone."""
    return (page for page in plan.pages if page.unit == ("", ""))
