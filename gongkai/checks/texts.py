"""The texts of a record, joined for patterns to run over them in one go; findings, and where in a file they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gongkai.privacy import Personal, find_personal
from gongkai.privacy.markup import APART, as_seen
from gongkai.problems import Place
from gongkai.reading.kinds import Record
from gongkai.reading.source import Document, Path_, keys_of, leaves

SEPARATOR = "\x1e"
"""Stands between the texts of a record: no file can hold it, and no pattern matches it."""
UNPUBLISHED = frozenset({"已认可", "不公开原因", "签发"})
"""Keys of a record that speak to its writers, not to readers."""
LEFT_OF_WITHDRAWN = frozenset({"项目名称", "标题", "撤回说明"})
"""Keys that are all that is published of what was withdrawn."""
_MARKUP = re.compile("[<&]")
_AMOUNTS = ("资金", "支出", "拨款", "总额", "收入", "预算", "经费", "金额")


def cut(text: str, most: int = 30) -> str:
    """A text for a message, cut where it is a whole paragraph."""
    return text if len(text) <= most else text[: most - 1] + "…"


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


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule tells: where, what is wrong, what to do, the field, and the other places it looked at."""

    place: Place
    message: str
    hint: str
    path: Path_ = ()
    related: tuple[Place, ...] = ()


class Examined:
    """A record file, or a part of one, that rules look at; ``base`` is where it starts in the file."""

    def __init__(self, document: Document, record: Record, base: Path_ = ()) -> None:
        self.document, self.record, self.base = document, record, base

    def place(self, path: Path_) -> Place:
        """Where a field stands."""
        return self.document.place(path)

    def at(self, path: Path_, message: str, hint: str, *also: Path_ | Place) -> Finding:
        """A finding at a field; ``also`` are other fields of the file, or places elsewhere."""
        related = tuple(one if isinstance(one, Place) else self.place(one) for one in also)
        return Finding(self.place(path), message, hint, path, related)

    def in_text(self, hit: Hit, message: str, hint: str, *also: Path_ | Place) -> Finding:
        """A finding at a piece of text; the same text in another field of the record is a related place."""
        again = [path for path in self._fields.get(hit.text, ()) if path != hit.path]
        return replace(self.at(hit.path, message, hint, *(also or again[:1])), place=self.spot(hit))

    def spot(self, hit: Hit) -> Place:
        """Where in the file the matched text itself stands; its field's place when it was folded away."""
        place = self.document.place(hit.path)
        needle = hit.found.split("\n")[0]
        skip = hit.text.count(needle, 0, hit.start)
        lines = self.document.text.split("\n")
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
    def blob(self) -> str:
        """All texts of the record, each once, so that a pattern runs over them in one go."""
        return SEPARATOR.join(self._fields)

    @cached_property
    def _fields(self) -> dict[str, list[Path_]]:
        """The texts, and the fields each stands in: 年度 may say the same as 实施周期."""
        found: dict[str, list[Path_]] = {}
        for path, text in self._stated_texts():
            found.setdefault(text, []).append(path)
        return found

    def field_at(self, offset: int) -> tuple[Path_, str, int]:
        """The field an offset of ``blob`` lies in: its path, its text, and where its text starts in ``blob``."""
        start = self.blob.rfind(SEPARATOR, 0, offset) + 1
        text = self.blob[start : f"{self.blob}{SEPARATOR}".index(SEPARATOR, offset)]
        return self._fields[text][0], text, start

    def hit(self, start: int, end: int) -> Hit:
        """The piece ``start``–``end`` of ``blob``."""
        path, text, first = self.field_at(start)
        return Hit(path, text, start - first, min(end - first, len(text)))

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Hit]]:
        """What a pattern finds in the texts, each with its piece of text."""
        for match in pattern.finditer(self.blob):
            yield match, self.hit(*match.span())

    def _stated_texts(self) -> Iterator[tuple[Path_, str]]:
        """The texts that rules look at, none of them empty."""
        return iter(())


class WholeFile(Examined):
    """A record file with its own fields and keys of every kind; each text begins with its label: ``项目代码：…``."""

    def __init__(self, document: Document, record: Record, *, withdrawn: bool = False) -> None:
        super().__init__(document, record)
        self._withdrawn = withdrawn

    def _stated_texts(self) -> Iterator[tuple[Path_, str]]:
        for path, label, text in published_texts(self.document.data):
            if not self._withdrawn or path[0] in LEFT_OF_WITHDRAWN:
                seen = as_seen(text).replace(APART, "\n") if _MARKUP.search(text) else text
                yield path, f"{label}：{seen}"

    @cached_property
    def personal(self) -> tuple[Personal, ...]:
        """What in it tells of a person."""
        return tuple(find_personal(self.blob))


def published_texts(data: Any) -> Iterator[tuple[Path_, str, str]]:
    """Path, label and text of every value; an amount is no telephone, however many digits it has."""
    for path, text in leaves(data):
        keys = keys_of(path)
        amount = text.replace(",", "").isdecimal() and any(word in key for key in keys for word in _AMOUNTS)
        if not amount and UNPUBLISHED.isdisjoint(keys):
            yield path, keys[-1] if keys else "", text
