"""Two versions of a disclosure's data → its records in pairs, each with the fields that differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from gongkai.exports.disclosure import disclosure_json
from gongkai.exports.tables import BY_NAME, keys
from gongkai.exports.values import disclosure_rows
from gongkai.planning.matching import Levels, Stage, by, levels, matched, nearest
from gongkai.planning.plan import file_address
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure

Data = Mapping[str, Any]
"""An object of the published JSON (data/schema.json); numbers are Decimal or int."""
Keys = tuple[str | int, ...]
"""Where something stands in a record file, in its own keys."""

WHOLE, TARGET, TASK, PROJECT, TEXT = "公开", "部门整体绩效目标", "年度重点工作任务", "项目", "说明"
OFFICES = {"部门": "department", "地区": "locality"}
"""Who publishes, and where, by the name it has in a disclosure's data."""
LISTS = {"绩效指标": "年度", "中期绩效指标": "中期"}
"""Lists of indicators, by the name that their rows give."""
_TABLES = {
    WHOLE: "disclosures", TARGET: "department_targets", TASK: "tasks", PROJECT: "projects",
    "部门": "departments", "地区": "localities", **dict.fromkeys(LISTS, "indicators"),
}  # fmt: skip
_OF_TEXT = (("标题", "title"), ("正文", "text"))


class Field(NamedTuple):
    """A field that differs; None where it is blank.

    ``path`` is where the record has it, as vocabulary.value_at reads it; "" for what is no field of a record now.
    ``keys`` are those in the record's file, none for a form's own fields. ``kind`` is that of the open data's column, or
    the type of an own field; ``target`` is the text of one.
    """

    label: str
    path: str
    keys: Keys
    kind: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Pair:
    """A record as it is published and as it is now, {} where it is not there.

    ``keys`` is where it stands in its file now; where it is gone, that which it stood in.
    """

    kind: str
    old: Data
    new: Data
    keys: Keys = ()
    parts: tuple[Pair, ...] = ()

    def fields(self) -> Iterator[Field]:
        """What differs in it, its parts left out, in the order of its table."""
        for label, name in _OF_TEXT if self.kind == TEXT else ():
            if (was := self.old.get(name)) != (now := self.new.get(name)):
                yield Field(label, name, (label,), "text", was, now)
        for column in BY_NAME[_TABLES[self.kind]].columns if self.kind in _TABLES else ():
            if column.path and column.part in ("", "text"):
                was, now = (_at(side, keys(column)) for side in (self.old, self.new))
                if was != now:
                    named, kind = column.label.split("_"), "target" if column.part else column.kind
                    yield Field(" › ".join(named), column.path, tuple(named), kind, was, now)
        if self.kind == WHOLE:
            yield from _facts(self.old, self.new)
        yield from _own(self.old, self.new)


def published(folder: Path, *slugs: str) -> Data | None:
    """A disclosure as a site's folder has it, by its three slugs; None where its file is gone or damaged."""
    try:
        text = (folder / file_address(*slugs, ending=".json")).read_text(encoding="utf-8")
        found: Data = json.loads(text, parse_float=Decimal)["disclosures"][0]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found


def planned(loaded: LoadedDepartment, disclosure: Disclosure) -> Data:
    """The data of a disclosure as it would be published."""
    found: Data = json.loads(
        disclosure_json(loaded, disclosure_rows(loaded, disclosure)), parse_float=Decimal
    )
    return found


def compared(old: Data, new: Data, renamed: Mapping[str, str] | None = None) -> Pair:
    """All records of a disclosure in pairs.

    ``renamed`` leads from former file names of projects to their present ones; others are known by their names.
    """
    parts = [Pair(kind, old.get(name, {}), new.get(name, {})) for kind, name in OFFICES.items()]
    texts = matched(old.get("articles", ()), new.get("articles", ()), by(lambda one: one["key"]))
    parts += [Pair(TEXT, was or {}, now or {}) for was, now, _ in texts]
    before, after = (side.get("department_target") or {} for side in (old, new))
    if before or after:
        inside = (*_tasks(before, after), *_indicators(before, after, (TARGET,)))
        parts.append(Pair(TARGET, before, after, (TARGET,), inside if before and after else ()))
    return Pair(WHOLE, old, new, (), (*parts, *_projects(old, new, renamed or {})))


def _projects(old: Data, new: Data, renamed: Mapping[str, str]) -> Iterator[Pair]:
    """Of those that are one now each with it."""
    before: dict[str, list[Data]] = {}
    for one in old.get("projects", ()):
        before.setdefault(renamed.get(one["key"], one["key"]), []).append(one)
    for now in new.get("projects", ()):
        for was in before.pop(now["key"], [{}]):
            yield Pair(PROJECT, was, now, (), tuple(_indicators(was, now, ())) if was else ())
    yield from (Pair(PROJECT, was, {}) for those in before.values() for was in those)


def _rows(
    kind: str, old: Sequence[Data], new: Sequence[Data], inside: Keys, *stages: Stage[Data]
) -> Iterator[Pair]:
    for was, now, _ in matched(old, new, *stages):
        yield Pair(kind, was or {}, now or {}, (*inside, kind, now["number"] - 1) if now else inside)


def _tasks(old: Data, new: Data) -> Iterator[Pair]:
    stages = (by(_named(name)) for name in ("name", "content", "goal", "number"))
    return _rows(TASK, old.get("tasks", ()), new.get("tasks", ()), (TARGET,), by(_content), *stages)


def _indicators(old: Data, new: Data, inside: Keys) -> Iterator[Pair]:
    """The same place in a list is the last resort, for a row that has another name now."""
    stages = (by(_content), by(_levels), nearest(_levels), by(_place))
    for kind, name in LISTS.items():
        was, now = ([one for one in side.get("indicators", ()) if one["list"] == name] for side in (old, new))
        yield from _rows(kind, was, now, inside, *stages)


def _named(name: str) -> Callable[[Data], Any]:
    return lambda row: row.get(name)


def _place(row: Data) -> Any:
    return row.get("level1"), row["number"]


def _content(row: Data) -> str:
    return repr(sorted((key, value) for key, value in row.items() if key not in ("id", "number")))


def _levels(row: Data) -> Levels:
    return levels(row.get("level1"), row.get("level2"), row.get("level3"))


def _at(data: Any, path: Sequence[str]) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _facts(old: Data, new: Data) -> Iterator[Field]:
    was, now = ({one["name"]: one["value"] for one in side.get("facts", ())} for side in (old, new))
    for name in dict.fromkeys((*now, *was)):
        if was.get(name) != now.get(name):
            yield Field(name, "", ("公开信息", name), "text", was.get(name), now.get(name))


def _own(old: Data, new: Data) -> Iterator[Field]:
    """Fields only a form has; rows of a table are paired by what stands in them, then by their number."""
    for was, now, _ in matched(_own_rows(old), _own_rows(new), by(_texts), by(_number)):
        for column in {**(now or {}), **(was or {})}:
            before, after = ((side or {}).get(column, {}) for side in (was, now))
            if before.get("text") != after.get("text"):
                some = after or before
                parts = (some["label"], *((f"第 {some['row']} 行", some["column_label"]) if column else ()))
                path = ".".join(("own", some["field"], *((str(some["row"] - 1), column) if column else ())))
                kind, texts = some["type"], (before.get("text"), after.get("text"))
                yield Field(" › ".join(parts), path if after else "", (), kind, *texts)


def _own_rows(data: Data) -> list[dict[str, Data]]:
    """Cells by column; a field that is no table is a row of one, of no column."""
    rows: dict[tuple[str, int], dict[str, Data]] = {}
    for one in data.get("own", ()):
        rows.setdefault((one["field"], one.get("row", 0)), {})[one.get("column", "")] = one
    return list(rows.values())


def _texts(row: Mapping[str, Data]) -> Hashable:
    return tuple((one["field"], column, one["text"]) for column, one in row.items())


def _number(row: Mapping[str, Data]) -> Hashable:
    return next((one["field"], one.get("row")) for one in row.values())
