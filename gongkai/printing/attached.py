"""The data a PDF carries: the records it was printed from, as YAML and JSON (ISO 19005-3, 6.8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongkai.reading.write_yaml import write_data

_PRIVATE = frozenset({"已认可", "不公开原因"})
"""Keys of a record that speak to its writers, not to readers."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Data to attach: file name, content, what it is in Chinese."""

    name: str
    text: str
    description: str


def source_files(name: str, records: Mapping[str, Any]) -> tuple[SourceFile, ...]:
    """The records a PDF was printed from as YAML and JSON, values as text like in the records themselves.

    ``records`` maps file names to what was read from them. Comments and notes to the checker are left out.
    """
    public = {file: _public(data) for file, data in records.items()}
    data = public if len(public) > 1 else next(iter(public.values()))
    return (
        SourceFile(f"{name}.yaml", write_data(data, {}), "本文件所依据的绩效目标记录（YAML）"),
        SourceFile(
            f"{name}.json",
            json.dumps(data, ensure_ascii=False, indent=1),
            "本文件所依据的绩效目标记录（JSON）",
        ),
    )


def _public(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _public(value) for key, value in data.items() if key not in _PRIVATE}
    return [_public(value) for value in data] if isinstance(data, list | tuple) else data
