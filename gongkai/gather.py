"""Site-wide files: each collector is left alone, brought up to date or run anew, whichever what has changed allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from gongkai.collect import Collector, Former, Memo, Part, SiteFile, Unsuited, Updating
from gongkai.kept import read_checked, write_checked
from gongkai.keys import key_of
from gongkai.plan import Plan
from gongkai.publish import Staging
from gongkai.records import SiteSettings
from gongkai.render import PdfFacts
from gongkai.state import Collected, Unit, UnitState
from gongkai.worker import Surveyed


class Parts:
    """The departments' parts, kept on the disk from when a department is read until it changes."""

    def __init__(self, folder: Path, code: str, survey: Callable[[Unit], Surveyed]) -> None:
        self._folder, self._code, self._survey = folder, code, survey

    def keep(self, surveyed: Surveyed) -> None:
        """Keep what a department gave to each collector."""
        for name, part in surveyed.parts.items():
            write_checked(self._file(name, surveyed.unit), self._code + surveyed.state.content, part)

    def of(self, collector: Collector, units: Iterable[tuple[Unit, UnitState]]) -> Iterator[Part]:
        """The parts of these departments; one that is lost is made again."""
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
    _memo: Memo = field(default_factory=dict)

    def gather(self, collector: Collector, last: Collected) -> Collected:
        """Stage the files of one collector; ``last`` is what it came to in the published site."""
        units = [f"{unit}" for unit in self.new]
        base = key_of(self.code, self.base, collector.name, *units)
        key = key_of(base, self.plan_key, *(state.content for state in self.new.values()))
        kept = last.base == base and all(self.staging.keep(path) for path in last.files)
        if kept and last.key == key:
            return last
        self._memo = {}
        files = self._updated(collector, last) if kept else None
        if files is None:
            self.staging.drop(last.files)
            parts = self.parts.of(collector, self.new.items())
            files = self._stage(collector.files(parts, self.plan, self.site, self._memo))
        write_checked(self._memo_file(collector), self.code + key, self._memo)
        return Collected(key, base, dict(sorted(files.items())))

    def _updated(self, collector: Collector, last: Collected) -> dict[str, PdfFacts] | None:
        """All files after an update; None when the collector can't do it that way this time."""
        memo = read_checked(self._memo_file(collector), self.code + last.key)
        if not isinstance(collector, Updating) or memo is None:
            return None
        changed = [(unit, new) for unit, new in self.new.items() if self.old[unit].content != new.content]
        former = Former(memo, self.staging.published)
        parts = self.parts.of(collector, changed)
        made = collector.update(parts, self.plan, self.site, former, self._memo)
        try:
            first = next(made, None)
        except Unsuited:
            self._memo = {}
            return None
        return last.files | (self._stage(chain([first], made)) if first else {})

    def _stage(self, made: Iterable[Any]) -> dict[str, PdfFacts]:
        files = {}
        for path, data, rows in (SiteFile(*one) for one in made):
            self.staging.write(path, data)
            files[path] = PdfFacts(path, len(data), rows)
        return files

    def _memo_file(self, collector: Collector) -> Path:
        return self.memos / collector.name
