"""Site-wide files: each collector is left alone, brought up to date or run anew, whichever what has changed allows."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gongkai.building.jobs import Surveyed
from gongkai.building.state import Collected, Unit, UnitState
from gongkai.exports.listing import FileList, Holding
from gongkai.kept import read_checked, write_checked, write_pickled
from gongkai.keys import key_of
from gongkai.pages.render import PdfFacts
from gongkai.planning.plan import Plan
from gongkai.publishing.collect import Collector, Desk, Former, Part, SiteFile, Unsuited, Updating
from gongkai.publishing.publish import Staging
from gongkai.publishing.scratch import Finished
from gongkai.publishing.swap import reported
from gongkai.reading.records import SiteSettings


class Parts:
    """The departments' parts, kept on the disk from when a department is read until it changes."""

    def __init__(self, folder: Path, code: str, survey: Callable[[Unit], Surveyed]) -> None:
        self._folder, self._code, self._survey = folder, code, survey

    def keep(self, surveyed: Surveyed) -> None:
        """Keep what a department gave to each collector."""
        for name, part in surveyed.parts.items():
            write_pickled(self._file(name, surveyed.unit), self._code + surveyed.state.content, part)

    def of(self, collector: Collector, units: Iterable[tuple[Unit, UnitState]]) -> Iterator[Part]:
        """The parts of these departments; one that is lost is made again."""
        if not collector.parted:
            return
        for unit, state in units:
            content = read_checked(self._file(collector.name, unit), self._code + state.content)
            if content is None:
                surveyed = self._survey(unit)
                self.keep(surveyed)
                part = surveyed.parts.get(collector.name)
                content = pickle.loads(part) if part else None
            yield Part(*unit, content)

    def _file(self, collector: str, unit: Unit) -> Path:
        return self._folder / collector / "/".join(unit)


@dataclass
class Gatherer:
    """Runs collectors over the departments of a build. ``base`` is the key of everything but the departments."""

    parts: Parts
    memos: Path
    """Folder of what collectors keep for the next run."""
    code: str
    base: str
    plan: Plan
    plan_key: str
    site: SiteSettings
    old: Mapping[Unit, UnitState]
    new: Mapping[Unit, UnitState]
    staging: Staging
    facts: Callable[[UnitState], Mapping[str, PdfFacts]]
    """The facts of a department's PDFs and data files by address."""

    def gather(self, collector: Collector, last: Collected) -> Collected:
        """Stage the files of one collector; ``last`` is what it came to in the published site."""
        units = [f"{unit}" for unit in self.new]
        base = key_of(self.code, self.base, collector.name, *units)
        contents = (state.content for state in self.new.values() if collector.parted)
        key = key_of(base, self.plan_key, *contents)

        def files(desk: Desk) -> Iterator[SiteFile]:
            return collector.files(self._parts(collector, self.new), self.plan, self.site, desk)

        def update(former: Former, desk: Desk) -> Iterator[SiteFile]:
            if not isinstance(collector, Updating):
                raise Unsuited
            changed = [unit for unit, new in self.new.items() if self.old[unit].content != new.content]
            return collector.update(self._parts(collector, changed), self.plan, self.site, former, desk)

        return self._run(collector.name, Collected(key, base), last, files, update)

    def list_files(self, single: Mapping[str, PdfFacts], last: Collected) -> Collected:
        """Stage the list of all files for taking away: those of departments, and single ones of the site."""
        lister = FileList()
        holdings = [
            Holding(f"{'/'.join(unit)}/", state.facts_key, partial(self.facts, state))
            for unit, state in self.new.items()
        ]
        holdings += [
            Holding(path, repr(facts), partial(dict, {path: facts})) for path, facts in single.items()
        ]
        base = key_of(self.code, lister.name)
        key = key_of(base, *(part for one in holdings for part in (one.place, one.key)))
        files, update = partial(lister.files, holdings), partial(lister.update, holdings)
        return self._run(lister.name, Collected(key, base), last, files, update)

    def _parts(self, collector: Collector, units: Iterable[Unit]) -> Iterator[Part]:
        return self.parts.of(collector, ((unit, self.new[unit]) for unit in units))

    def _run(
        self,
        name: str,
        new: Collected,
        last: Collected,
        files: Callable[[Desk], Iterator[SiteFile]],
        update: Callable[[Former, Desk], Iterator[SiteFile]],
    ) -> Collected:
        """``new`` with its files: kept, brought up to date or made anew, whichever comes first."""
        kept = last.base == new.base and all(self.staging.keep(path) for path in last.files)
        if kept and last.key == new.key:
            return last
        desk = Desk(self.staging.scratch)
        made = None
        if kept and (memo := read_checked(self.memos / name, self.code + last.key)):
            try:
                made = last.files | self._stage(update(Former(memo, self.staging.published), desk))
            except Unsuited:
                desk = Desk(self.staging.scratch)
        if made is None:
            self.staging.drop(last.files)
            made = self._stage(files(desk))
        if desk.memo:
            write_checked(self.memos / name, self.code + new.key, desk.memo)
        return replace(new, files=dict(sorted(made.items())))

    def _stage(self, made: Iterable[SiteFile]) -> dict[str, PdfFacts]:
        files = {}
        with reported():
            for path, data, rows in made:
                if isinstance(data, Finished):
                    self.staging.take(path, data)
                    files[path] = PdfFacts(path, data.size, rows)
                else:
                    self.staging.write(path, data)
                    files[path] = PdfFacts(path, len(data), rows)
        return files
