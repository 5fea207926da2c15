"""Steps 1 to 6 for all departments: what is known of one that has not changed is kept, the others are one task each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gongkai.building.artifacts import File
from gongkai.building.findings import Pack, packed
from gongkai.building.load import Loaded
from gongkai.building.look import Look, Terms, alike
from gongkai.building.pool import Pool, SerialExecutor, cores, run_all
from gongkai.building.store import Objects, Store
from gongkai.building.tasks import Common, Result, Task, Unit, forms_of, name_of
from gongkai.building.work import work
from gongkai.building.worker import start
from gongkai.keys import key_of
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.records import Locality
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")
Progress = Callable[[str, int, int], None]
"""Told of each step: its Chinese name, how much is done, and of how much."""
Connect = Callable[[Workspace, Loaded, Objects], Executor]
"""Connects to machines elsewhere that do the tasks; what they make goes to the objects."""
RECORDS, LISTINGS = "department", "files"
"""The kinds of facts that say how departments were found, and which files they publish."""


@dataclass
class Departments:
    """All departments as they are now, in order of their names."""

    found: dict[Unit, Result] = field(default_factory=dict)
    held: dict[Unit, Result] = field(default_factory=dict)
    """What the records came to of those that have errors and stay as they were last published (holding.hold)."""

    @property
    def read(self) -> Iterable[Result]:
        """What all records came to, in the place of what stays of departments that are held."""
        return (*(one for unit, one in self.found.items() if unit not in self.held), *self.held.values())

    @property
    def failed(self) -> set[Unit]:
        """Those whose records have an error."""
        return {one.unit for one in self.read if one.blocked}

    @property
    def findings(self) -> list[Pack]:
        """What was found in the records."""
        return [pack for one in self.read for pack in one.findings]

    @property
    def dates(self) -> set[str]:
        """All 发布日期."""
        return {day for one in self.read for day in one.dates}

    @property
    def summaries(self) -> dict[Unit, DepartmentSummary]:
        """What is known of those whose records can be read."""
        return {unit: one.summary for unit, one in self.found.items() if one.summary}

    def tree(self, localities: Iterable[Locality]) -> Iterator[LocalitySummary]:
        """The same, by locality."""
        there = self.summaries
        for one in localities:
            yield LocalitySummary(one, tuple(each for unit, each in there.items() if unit[0] == one.slug))

    @property
    def listings(self) -> dict[str, str]:
        """All their files, made or planned, by department."""
        return {name_of(unit): one.files for unit, one in self.found.items()}

    @property
    def told(self) -> list[Pack]:
        """What was found as their files were made."""
        return [pack for one in self.found.values() for pack in one.told]

    @property
    def parts(self) -> Iterator[File]:
        """What they give to files of the whole site."""
        return (file for one in self.found.values() for file in one.parts)

    def hold(self, failed: Collection[Unit], kept: Mapping[Unit, Result]) -> None:
        """``kept`` is what is there of those that failed; the others among them are not there."""
        self.held = {unit: self.found.get(unit) or Result(unit, (), True) for unit in sorted(failed)}
        going = {unit: one for unit, one in self.found.items() if unit not in failed}
        self.found = dict(sorted({**going, **kept}.items()))


@dataclass(frozen=True)
class Staff:
    """Who does the work: this process for a little, so many processes for much, machines elsewhere where there are."""

    workspace: Workspace
    workers: int = 1
    progress: Progress | None = None
    connect: Connect | None = None
    terms: Terms = field(default_factory=Terms)

    @property
    def size(self) -> int:
        """How many tasks are worked on at once."""
        return self.workers or cores()

    @contextmanager
    def on(self, tasks: int, loaded: Loaded, store: Store) -> Iterator[Executor]:
        """Where so many tasks are done; stopped at once when the caller leaves early."""
        arguments = (self.workspace, loaded.forms, store.folder, loaded.program)
        executor: Executor
        if self.connect is not None and tasks:
            executor = self.connect(self.workspace, loaded, store.objects)
        elif self.size > 1 and tasks > 2 * self.size:
            executor = Pool(self.size, start, arguments)
        else:
            start(*arguments)
            executor = SerialExecutor()
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def bring_departments(
    loaded: Loaded,
    common: Common,
    seen: Look,
    store: Store,
    staff: Staff,
    *,
    standing: Mapping[str, str],
    make: bool,
) -> Departments:
    """Read and check those that changed and make what is stale of them; where it is strict only until an error.

    ``standing`` are the listings of files that are known to be there, whatever the store has of them.
    """
    due = staff.terms.due
    unchanged = _unchanged(loaded, common, seen, store, due)
    found = {one.unit: one for one, made in unchanged if _is_there(one, made, store, standing)}
    stale = {unit: place for unit, place in loaded.folders.items() if unit not in found}
    log.info("check: %d departments, %d changed", len(loaded.folders), len(stale))

    def tasks() -> Iterator[Task]:
        for unit, place in stale.items():
            wanted = make and not (staff.terms.strict and any(one.blocked for one in found.values()))
            known = store.artifacts(name_of(unit)) if wanted else {}
            yield Task(unit, *place, common, known, wanted, due)

    with staff.on(len(stale), loaded, store) as executor:
        in_flight = getattr(executor, "size", staff.size)
        for number, result in enumerate(run_all(executor, work, tasks(), 2 * in_flight, _lost), 1):
            if make:
                base = _base(loaded, stale[result.unit][0], common)
                read = {"base": base, "signature": seen.settled(name_of(result.unit)), "on": due.isoformat()}
                _learn(store, result, read | {"keys": _form_keys(result, common)})
            found[result.unit] = replace(result, made={})
            if staff.progress:
                staff.progress("读取、校验、制作", number, len(stale))
    # In order of names, whoever was ready first.
    return Departments({unit: found[unit] for unit in loaded.folders if unit in found})


def _unchanged(
    loaded: Loaded, common: Common, seen: Look, store: Store, due: date
) -> Iterator[tuple[Result, int]]:
    """What is known of departments that are as they were when they were read, and how many artifacts they had then."""
    records, files, bases = store.facts(RECORDS), store.texts(LISTINGS), dict[str, str]()
    for unit, (locality, _) in loaded.folders.items():
        name = name_of(unit)
        if name not in records or name not in files:
            continue
        if locality.slug not in bases:
            bases[locality.slug] = _base(loaded, locality, common)
        record = records[name]
        if (record["base"], record["signature"]) == (bases[locality.slug], seen.signature(name)):
            forms = all(common.keys.get(f"forms/{one}") == key for one, key in record["keys"].items())
            if forms and alike(record["dates"], record["on"], due.isoformat()):
                yield Result.from_data(unit, record, files[name]), record["made"]


def _is_there(one: Result, made: int, store: Store, standing: Mapping[str, str]) -> bool:
    """Whether the content of all that was made of a department is there."""
    if standing.get(name_of(one.unit)) == one.files:
        return all(store.objects.has(part.sha256, part.stamp) for part in one.parts)
    return len(store.artifacts(name_of(one.unit))) == made


def _learn(store: Store, result: Result, read: dict[str, Any]) -> None:
    """Keep what a department came to; one of which something failed is read again by the next build."""
    name = name_of(result.unit)
    with store.together():
        store.forget(RECORDS, name)
        if result.made:
            store.made(name, result.made)
        if result.made and not result.failed:
            store.keep(LISTINGS, {name: result.files})
            store.learn(RECORDS, {name: read | {"made": len(result.made)} | result.to_data()})


def _form_keys(result: Result, common: Common) -> dict[str, str | None]:
    return {form: common.keys.get(f"forms/{form}") for form in result.forms}


def _base(loaded: Loaded, locality: Locality, common: Common) -> str:
    """What tells that nothing has changed that all departments of a locality are read and made with."""
    shared = (key for name, key in common.keys.items() if not name.startswith("forms"))
    forms = (one.key for one in forms_of(locality, common))
    return key_of(*shared, locality.slug, locality.model_dump_json(), *forms)


def settle(store: Store, seen: Look) -> None:
    """Note the signatures of departments that were too young when they were read, and have not changed since."""
    records = store.facts(RECORDS)
    young = {name: one for name, one in records.items() if not one["signature"] and seen.settled(name)}
    store.learn(RECORDS, {name: one | {"signature": seen.settled(name)} for name, one in young.items()})


def _lost(task: Task) -> Result:
    """What comes of a task that ended its worker twice."""
    hint = "多半是内存不够，或记录里有极长的表格；请减少 --workers，或把记录分成几条。"
    name = name_of(task.unit)
    problem = Problem(
        Place(f"content/{name}"), "print.lost", Severity.ERROR, f"制作 {name} 的进程两次被系统终止", hint
    )
    return Result(task.unit, packed([problem]), True)
