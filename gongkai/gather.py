"""Site-wide files: each collector is left alone, brought up to date or run anew, whichever what has changed allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from gongkai.collect import Collector, Desk, Former, Part, SiteFile, Unsuited, Updating
from gongkai.kept import read_checked, write_checked
from gongkai.keys import key_of
from gongkai.plan import Plan
from gongkai.publish import Staging
from gongkai.records import SiteSettings
from gongkai.render import PdfFacts
from gongkai.scratch import Finished
from gongkai.state import Collected, Unit, UnitState
from gongkai.swap import reported
from gongkai.worker import Surveyed


class Parts:
    """The departments' parts, kept on the disk from when a department is read until it changes."""

    def __init__(self, folder: Path, code: str, survey: Callable[[Unit], Surveyed]) -> None:
        self._folder, self._code, self._survey = folder, code, survey

    def keep(self, surveyed: Surveyed) -> None:
        """Keep what a department gave to each collector."""
        for name, part in surveyed.parts.items():
            if part is not None:
                write_checked(self._file(name, surveyed.unit), self._code + surveyed.state.content, part)

    def of(self, collector: Collector, units: Iterable[tuple[Unit, UnitState]]) -> Iterator[Part]:
        """The parts of these departments; one that is lost is made again."""
        if not collector.parted:
            return
        for unit, state in units:
            content = read_checked(self._file(collector.name, unit), self._code + state.content)
            if content is None:
                surveyed = self._survey(unit)
                self.keep(surveyed)
                content = surveyed.parts.get(collector.name)
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

    def gather(self, collector: Collector, last: Collected) -> Collected:
        """Stage the files of one collector; ``last`` is what it came to in the published site."""
        units = [f"{unit}" for unit in self.new]
        base = key_of(self.code, self.base, collector.name, *units)
        contents = (state.content for state in self.new.values() if collector.parted)
        key = key_of(base, self.plan_key, *contents)
        kept = last.base == base and all(self.staging.keep(path) for path in last.files)
        if kept and last.key == key:
            return last
        desk = Desk(self.staging.scratch)
        files = self._updated(collector, last, desk) if kept else None
        if files is None:
            self.staging.drop(last.files)
            desk = Desk(self.staging.scratch)
            parts = self.parts.of(collector, self.new.items())
            files = self._stage(collector.files(parts, self.plan, self.site, desk))
        if desk.memo:
            write_checked(self._memo_file(collector), self.code + key, desk.memo)
        return Collected(key, base, dict(sorted(files.items())))

    def _updated(self, collector: Collector, last: Collected, desk: Desk) -> dict[str, PdfFacts] | None:
        """All files after an update; None when the collector can't do it that way this time."""
        if not isinstance(collector, Updating):
            return None
        memo = read_checked(self._memo_file(collector), self.code + last.key)
        if memo is None:
            return None
        changed = [(unit, new) for unit, new in self.new.items() if self.old[unit].content != new.content]
        former = Former(memo, self.staging.published)
        made = collector.update(self.parts.of(collector, changed), self.plan, self.site, former, desk)
        try:
            with reported():
                first = next(made, None)
        except Unsuited:
            return None
        return last.files | (self._stage(chain([first], made)) if first else {})

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

    def _memo_file(self, collector: Collector) -> Path:
        return self.memos / collector.name
