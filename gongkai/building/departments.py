"""Steps 1 to 6 for all departments: what is known of one that has not changed is kept, the others are one task each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gongkai.building.department import work
from gongkai.building.findings import Pack, packed
from gongkai.building.load import Loaded
from gongkai.building.look import Look
from gongkai.building.pool import Pool, SerialExecutor, cores, run_all
from gongkai.building.store import Made, Objects, Store
from gongkai.building.tasks import Common, Result, Task, Unit, forms_of
from gongkai.building.terms import Terms, alike
from gongkai.building.worker import start
from gongkai.keys import key_of
from gongkai.planning.summaries import DepartmentSummary, summary_from, summary_text
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.manifest import File as Listed
from gongkai.publishing.manifest import Manifest
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")
Progress = Callable[[str, int, int], None]
"""Told of each step: its Chinese name, how much is done, and of how much."""
Connect = Callable[[Workspace, Loaded, Objects], Executor]
"""Connects to machines elsewhere that do the tasks; what they make goes to the objects."""
RECORDS = "department"
"""The kind of facts that say how departments were found."""


class Held(NamedTuple):
    """A department as it was last published: all it came to, and its summary with its JSON."""

    made: dict[str, Made]
    summary: DepartmentSummary
    text: str


@dataclass
class Departments:
    """All departments as they are now."""

    summaries: dict[Unit, DepartmentSummary] = field(default_factory=dict)
    texts: dict[Unit, str] = field(default_factory=dict)
    """The summaries as JSON."""
    findings: list[Pack] = field(default_factory=list)
    made: dict[Unit, dict[str, Made]] = field(default_factory=dict)
    planned: dict[Unit, tuple[Listed, ...]] = field(default_factory=dict)
    """Of those that were only checked, the files they would have."""
    failed: set[Unit] = field(default_factory=set)
    """Those whose records have an error."""
    dates: set[str] = field(default_factory=set)
    """All 发布日期."""
    held: tuple[Unit, ...] = ()
    """Those that stay as they were last published (holding.hold)."""
    unpublished: dict[Unit, DepartmentSummary] = field(default_factory=dict)
    """Of these, the summaries of their records as they are now: what those withhold is withheld."""

    def manifest(self) -> Manifest:
        """All their files, made or planned."""
        found = Manifest()
        for several in self.made.values():
            for file in (file for made in several.values() for file in made.files if file.published):
                found.add(file.path, file.size, file.sha256)
        for listed in (one for several in self.planned.values() for one in several):
            found.add(*listed)
        return found

    def complete(self, unit: Unit) -> bool:
        """Whether all the files of a department are known, made or planned."""
        made = self.made.get(unit, {})
        return bool(made or self.planned.get(unit)) and not any(one.blocked for one in made.values())

    def hold(self, failed: Collection[Unit], kept: Mapping[Unit, Held]) -> None:
        """``kept`` is what is there of those that failed; the others among them are not there."""
        self.unpublished = {unit: self.summaries[unit] for unit in failed if unit in self.summaries}
        for unit in failed:
            for known in (self.made, self.planned, self.summaries, self.texts):
                known.pop(unit, None)
        for unit, one in kept.items():
            self.made[unit], self.summaries[unit], self.texts[unit] = one.made, one.summary, one.text
        self.summaries = dict(sorted(self.summaries.items()))
        self.held = tuple(sorted(failed))

    @property
    def summary_keys(self) -> Iterator[str]:
        """What tells whether a summary has changed."""
        return (part for unit in self.summaries for part in (name_of(unit), self.texts[unit]))


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
    loaded: Loaded, common: Common, seen: Look, store: Store, staff: Staff, *, make: bool
) -> Departments:
    """Read and check those that changed and make what is stale of them; where it is strict only until an error."""
    found = Departments()
    records = store.facts(RECORDS)
    stale: dict[Unit, str] = {}
    for unit, (locality, _) in loaded.folders.items():
        forms = (one.key for one in forms_of(locality, common))
        base = key_of(
            loaded.keys["program"], loaded.keys["rules"], locality.slug, locality.model_dump_json(), *forms
        )
        record = records.get(name_of(unit), {})
        known = (record.get("base"), record.get("signature")) == (base, seen.signature(name_of(unit)))
        known = known and alike(record["dates"], record["on"], staff.terms.due.isoformat())
        known = known and all(common.keys.get(f"forms/{one}") == key for one, key in record["forms"].items())
        made = store.artifacts(name_of(unit)) if known else {}
        if known and record["made"] == _made_key(made, common):
            _keep(found, unit, record, made)
        else:
            stale[unit] = base
    log.info("check: %d departments, %d changed", len(loaded.folders), len(stale))

    due = staff.terms.due

    def tasks() -> Iterator[Task]:
        for unit in stale:
            locality, folder = loaded.folders[unit]
            wanted = make and not (staff.terms.strict and found.failed)
            yield Task(
                unit, locality, folder, common, store.artifacts(name_of(unit)) if wanted else {}, wanted, due
            )

    with staff.on(len(stale), loaded, store) as executor:
        in_flight = getattr(executor, "size", staff.size)
        for number, result in enumerate(run_all(executor, work, tasks(), 2 * in_flight, _lost), 1):
            read = {
                "base": stale[result.unit],
                "signature": seen.settled(name_of(result.unit)),
                "dates": [day.isoformat() for day in result.dates],
                "on": due.isoformat(),
                "forms": {name: common.keys.get(f"forms/{name}") for name in result.forms},
            }
            _take(found, result, common, store, read)
            if staff.progress:
                staff.progress("读取、校验、制作", number, len(stale))
    # In order of names, whoever was ready first.
    found.summaries = {unit: found.summaries[unit] for unit in loaded.folders if unit in found.summaries}
    return found


def settle(store: Store, seen: Look) -> None:
    """Note the signatures of departments that were too young when they were read, and have not changed since."""
    records = store.facts(RECORDS)
    young = {name: one for name, one in records.items() if not one["signature"] and seen.settled(name)}
    store.learn(RECORDS, {name: one | {"signature": seen.settled(name)} for name, one in young.items()})


def forget_others(store: Store, units: Iterable[Unit], owners: Iterable[str]) -> None:
    """Departments that are no longer there."""
    names = set(map(name_of, units))
    store.forget(RECORDS, store.facts(RECORDS).keys() - names)
    store.drop(set(store.owners()) - names - set(owners))


def _keep(found: Departments, unit: Unit, record: Mapping[str, Any], made: dict[str, Made]) -> None:
    found.findings += map(Pack.from_data, record["findings"])
    found.dates |= set(record["dates"])
    found.failed |= {unit} if record["blocked"] else set()
    found.made[unit] = made
    if record["summary"]:
        found.summaries[unit], found.texts[unit] = summary_from(record["summary"]), record["summary"]


def _take(found: Departments, result: Result, common: Common, store: Store, record: dict[str, Any]) -> None:
    found.findings += result.findings
    found.dates |= set(record["dates"])
    found.failed |= {result.unit} if result.blocked else set()
    if result.summary:
        found.summaries[result.unit], found.texts[result.unit] = result.summary, summary_text(result.summary)
    found.made[result.unit], found.planned[result.unit] = result.made, result.planned
    complete = bool(result.made) and not any(one.blocked for one in result.made.values())
    record |= {
        "blocked": result.blocked,
        "findings": [pack.to_data() for pack in result.findings],
        "summary": found.texts.get(result.unit, ""),
        "made": _made_key(result.made, common) if complete else "",
    }
    with store.together():
        if result.made:
            store.keep(name_of(result.unit), result.made)
        store.learn(RECORDS, {name_of(result.unit): record})


def _lost(task: Task) -> Result:
    """What comes of a task that ended its worker twice."""
    hint = "多半是内存不够，或记录里有极长的表格；请减少 --workers，或把记录分成几条。"
    name = name_of(task.unit)
    problem = Problem(
        Place(f"content/{name}"), "print.lost", Severity.ERROR, f"制作 {name} 的进程两次被系统终止", hint
    )
    return Result(task.unit, packed([problem]), True)


def _made_key(made: Mapping[str, Made], common: Common) -> str:
    """Tells whether all that a department came to is known, and made with what all pages share now."""
    shared = (key for name, key in common.keys.items() if not name.startswith("forms"))  # these are in "base"
    return key_of(*shared, *(f"{name} {one.key}" for name, one in sorted(made.items())))


def name_of(unit: Unit) -> str:
    """What a department is called in the store and in looks."""
    return "/".join(unit)
