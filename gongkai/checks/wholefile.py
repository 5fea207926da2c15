"""Every text of a record file, whatever its field: what is published of a file is all of it but a few keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from gongkai.checks.texts import Examined
from gongkai.privacy import Personal, find_personal
from gongkai.privacy.markup import APART, as_seen
from gongkai.reading.kinds import Record
from gongkai.reading.source import Document, Path_

UNPUBLISHED = frozenset({"已认可", "不公开原因", "签发"})
"""Keys of a record that speak to its writers, not to readers."""
LEFT_OF_WITHDRAWN = frozenset({"项目名称", "标题", "撤回说明"})
"""Keys that are all that is published of what was withdrawn."""
_MARKUP = re.compile("[<&]")
_AMOUNTS = ("资金", "支出", "拨款", "总额", "收入", "预算", "经费", "金额")


class WholeFile(Examined):
    """A record file with its own fields and keys of every kind; each text begins with its label: ``项目代码：…``."""

    def __init__(self, document: Document, record: Record, *, withdrawn: bool = False) -> None:
        super().__init__(document, record)
        self._withdrawn = withdrawn

    def _collect(self) -> None:
        for path, label, text in published_texts(self.document.data):
            if self._withdrawn and path[0] not in LEFT_OF_WITHDRAWN:
                continue
            seen = as_seen(text).replace(APART, "\n") if _MARKUP.search(text) else text
            self.add(path, f"{label}：{seen}")

    @cached_property
    def personal(self) -> tuple[Personal, ...]:
        """What in it tells of a person."""
        return tuple(find_personal(self.blob))


def published_texts(data: Any, path: Path_ = (), label: str = "") -> Iterator[tuple[Path_, str, str]]:
    """Path, label and text of every value; an amount is no telephone, however many digits it has."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key not in UNPUBLISHED:
                yield from published_texts(value, (*path, key), str(key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from published_texts(value, (*path, number), label)
    elif isinstance(data, str) and not (data.replace(",", "").isdecimal() and _is_amount(path)):
        yield path, label, data


def _is_amount(path: Path_) -> bool:
    return any(word in str(key) for key in path for word in _AMOUNTS)
