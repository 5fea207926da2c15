"""The data a PDF carries: the records it was printed from, as YAML and JSON (ISO 19005-3, 6.8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from pathlib import PurePosixPath
from typing import Any

from gongkai.printing.composed import Attachment
from gongkai.reading.write_yaml import write_data

_PRIVATE = frozenset({"已认可", "不公开原因", "签发"})
"""Keys of a record that speak to its writers, not to readers."""
_ORDER = "项目顺序"


def source_files(name: str, records: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The records a PDF was printed from as YAML and JSON, values as text like in the records themselves.

    ``records`` maps file names to what was read from them. Comments and notes to the checker are left out, and so
    are the names of project files that are not among them: what is withheld is not even named.
    """
    named = {PurePosixPath(file).stem for file in records}
    public = {file: _public(data, named) for file, data in records.items()}
    data = public if len(public) > 1 else next(iter(public.values()))
    written = json.dumps(data, ensure_ascii=False, indent=1)
    return tuple(
        Attachment(
            f"{name}.{kind.lower()}",
            text.encode(),
            f"application/{kind.lower()}",
            f"本文件所依据的绩效目标记录（{kind}）",
        )
        for kind, text in (("YAML", write_data(data, {})), ("JSON", written))
    )


def _public(data: Any, named: Set[str]) -> Any:
    if isinstance(data, Mapping):
        shown = {key: _public(value, named) for key, value in data.items() if key not in _PRIVATE}
        if isinstance(order := shown.get(_ORDER), list):
            shown[_ORDER] = [slug for slug in order if slug in named]
        return shown
    return [_public(value, named) for value in data] if isinstance(data, list | tuple) else data
