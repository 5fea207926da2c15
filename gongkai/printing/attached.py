"""The data a PDF carries: of the records it was printed from what its tables show, as YAML and JSON (ISO 19005-3, 6.8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import PurePosixPath
from typing import Any

from gongkai.printing.composed import Attachment
from gongkai.reading.write_yaml import write_data
from gongkai.tables.view import View

_PRIVATE = frozenset({"已认可", "不公开原因", "签发"})
"""Keys of a record that speak to its writers, not to readers."""
_ORDER = "项目顺序"
Keys = tuple[str, ...]
_OF_OTHERS = frozenset(("公告", "表式"))
"""Keys of disclosure.yaml that say what else is published, and how."""


def source_files(name: str, records: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The records a PDF was printed from as YAML and JSON, values as text like in the records themselves.

    ``records`` maps file names to what was read from them. Comments and notes to the checker are left out, and so
    are the names of project files that are not among them: what is withheld is not even named.
    """
    if not records:
        return ()
    named = {PurePosixPath(file).stem for file in records}
    public = {file: _public(data, named) for file, data in records.items()}
    data = public if len(public) > 1 else next(iter(public.values()))
    written = json.dumps(data, ensure_ascii=False)
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


def shown_keys(view: View) -> Iterator[Keys]:
    """The YAML keys of the fields that a table shows, of its record: row numbers left out."""
    for form in {each.form.id: each.form for each in (view, *view.projects)}.values():
        yield from form.shown_keys


def kept(data: Any, project: str, keys: Iterable[Keys]) -> Any:
    """A record's data with what its tables show; of a disclosure all but its department's target is its own."""
    wanted: dict[str, Any] = {}
    for path in sorted({*keys, ("项目名称",) if project else ("部门名称",)}, key=len, reverse=True):
        node = wanted
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = {}  # the shorter path has all that the longer ones name
    if project:
        return _part(data, wanted)
    if not isinstance(data, Mapping):
        return data
    shown = {key: value for key, value in data.items() if key not in _OF_OTHERS}
    if isinstance(target := shown.get("部门整体绩效目标"), Mapping):
        shown["部门整体绩效目标"] = _part(target, wanted)
    return shown


def _part(data: Any, wanted: Mapping[str, Any]) -> Any:
    """Mappings with the keys that are wanted, rows of lists alike; all of what no keys are told of."""
    if isinstance(data, list):
        rows = [_part(one, wanted) for one in data]
        return rows if any(rows) else []
    if not isinstance(data, Mapping) or not wanted:
        return data
    parts = ((key, _part(value, wanted[key])) for key, value in data.items() if key in wanted)
    return {key: part for key, part in parts if part not in ({}, [])}
