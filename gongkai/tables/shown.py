"""What of a record stands on its tables: the YAML keys a form shows, and a record's data with these alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gongkai.tables.view import View

Keys = tuple[str, ...]
_OF_OTHERS = frozenset(("公告", "表式"))
"""Keys of disclosure.yaml that say what else is published, and how."""


def shown_keys(view: View) -> Iterator[Keys]:
    """The YAML keys of the fields that a table shows, of its record: row numbers left out."""
    for form in {each.form.id: each.form for each in (view, *view.projects)}.values():
        yield from form.shown_keys


def kept(data: Any, project: str, keys: Iterable[Keys]) -> Any:
    """A record's data with what its tables show; of a disclosure all but its department's target is its own."""
    wanted = set(keys)
    if project:
        return _part(data, wanted | {("项目名称",)})
    if not isinstance(data, Mapping):
        return data
    shown = {key: value for key, value in data.items() if key not in _OF_OTHERS}
    if isinstance(target := shown.get("部门整体绩效目标"), Mapping):
        shown["部门整体绩效目标"] = _part(target, wanted | {("部门名称",)})
    return shown


def _part(data: Any, keys: set[Keys]) -> Any:
    """Mappings with the keys that lead to one of ``keys``, rows of lists alike."""
    if isinstance(data, list):
        rows = [_part(one, keys) for one in data]
        return rows if any(rows) else []
    if not isinstance(data, Mapping) or () in keys:
        return data
    found = {}
    for key, value in data.items():
        inner = {path[1:] for path in keys if path[0] == key}
        if inner and (part := _part(value, inner)) not in ({}, []):
            found[key] = part
    return found
