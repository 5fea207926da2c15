"""The texts of a record, joined for patterns to run over them in one go, and the places of what they match."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gongkai.problems import Place
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.source import Document, Path_

SEPARATOR = "\x1e"
"""Stands between the texts of a record: no file can hold it, and no pattern matches it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece of text a pattern matched: the field it stands in, the text there, and where in it."""

    path: Path_
    text: str
    start: int
    end: int

    @property
    def found(self) -> str:
        """What matched."""
        return self.text[self.start : self.end]

    def around(self, more: int = 6) -> str:
        """What matched with a few characters on either side, for quoting."""
        return self.text[max(0, self.start - more) : self.end + more].replace("\n", "")


class Examined:
    """A record file, or a part of one, that rules look at; ``base`` is where it starts in the file."""

    def __init__(self, document: Document, record: Record, base: Path_ = ()) -> None:
        self.document, self.record, self.base = document, record, base
        self._texts: list[str] = []
        self._paths: list[Path_] = []
        self._known: dict[str, int] = {}
        self._repeats: dict[int, Path_] = {}

    def place(self, path: Path_) -> Place:
        """Where a field stands."""
        return self.document.place(path)

    def spot(self, hit: Hit) -> Place:
        """Where in the file the matched text itself stands; its field's place when it was folded away."""
        place = self.document.place(hit.path)
        needle = hit.found.split("\n")[0]
        skip = hit.text.count(needle, 0, hit.start)
        lines = self._lines
        for number in range(place.line, min(place.line + hit.text.count("\n") + 4, len(lines) + 1)):
            line = lines[number - 1]
            column = line.find(needle, place.column - 1 if number == place.line else 0)
            while column >= 0:
                if not skip:
                    return Place(place.file, number, column + 1)
                skip -= 1
                column = line.find(needle, column + len(needle))
        return place

    @cached_property
    def _lines(self) -> list[str]:
        return self.document.text.split("\n")

    # -- texts --------------------------------------------------------------------------------

    @cached_property
    def blob(self) -> str:
        """All texts of the record, each once, so that a pattern runs over them in one go."""
        self._collect()
        return SEPARATOR.join(self._texts)

    def field_at(self, offset: int) -> tuple[Path_, str, int]:
        """The field an offset of ``blob`` lies in: its path, its text, and where its text starts in ``blob``."""
        index = self.blob.count(SEPARATOR, 0, offset)
        start = self.blob.rfind(SEPARATOR, 0, offset) + 1
        return self._paths[index], self._texts[index], start

    def hit(self, start: int, end: int) -> Hit:
        """The piece ``start``–``end`` of ``blob``."""
        path, text, first = self.field_at(start)
        return Hit(path, text, start - first, min(end - first, len(text)))

    def repeat_of(self, path: Path_) -> tuple[Place, ...]:
        """The place of another field of the record with exactly the same text, as a tuple of none or one."""
        for index, other in self._repeats.items():
            if self._paths[index] == path:
                return (self.place(other),)
        return ()

    def add(self, path: Path_, text: str | None) -> None:
        """One more text; a repeated one (年度 the same as 实施周期) is looked at once."""
        if not text:
            return
        index = self._known.get(text)
        if index is None:
            self._known[text] = len(self._texts)
            self._texts.append(text)
            self._paths.append(path)
        else:
            self._repeats.setdefault(index, path)

    def _collect(self) -> None:
        self._collect_own()

    def _collect_own(self, form: Form | None = None, holder: str = "record") -> None:
        own = getattr(self.record, "own", None)
        if not own or form is None:
            return
        labels = {field.id: field.label for field in form.own_on(holder)}
        for identifier, value in own.items():
            path = (*self.base, labels.get(identifier, identifier))
            if isinstance(value, str):
                self.add(path, value)
            elif isinstance(value, tuple):
                for number, cells in enumerate(value):
                    for cell in cells.values():
                        if isinstance(cell, str):
                            self.add((*path, number), cell)
