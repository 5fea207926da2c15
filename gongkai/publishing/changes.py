"""A disclosure's data as published and as planned → what changes in it: figures, wording, and what is gone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from gongkai.reading.kinds import Record
from gongkai.reading.records import DepartmentTarget, Disclosure, Indicator, KeyTask, Project
from gongkai.reading.vocabulary import Term, terms

Data = Mapping[str, Any]
"""An object of the published JSON (data/schema.json); numbers are Decimal or int."""
Keys = tuple[str | int, ...]
"""Where something stands in a record file, in its own keys."""

_FIGURES = frozenset(("amount", "target", "date", "year", "count", "number"))
_MEASURES = frozenset(("unit", "nature", "direction", "standard"))
"""Texts that say how a target is measured: ``≥``, ``万元`` …"""
_FIGURE = re.compile(r"\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万亿]+|[<>=≤≥≈%‰元]|不|无")
"""What of a text makes another statement of it when it changes: numbers, units of money, comparators, negations."""
_INDICATORS = {"年度": "绩效指标", "中期": "中期绩效指标"}


class Change(NamedTuple):
    """One thing that is published and would be another, or gone (``new`` is blank then).

    ``project`` is the file name of its project, "" for the disclosure; ``keys`` where it stands in that file now.
    """

    project: str
    label: str
    keys: Keys
    old: str
    new: str
    figure: bool
    """An amount, target or date, or a number in a text; otherwise only wording."""


def changes(old: Data, new: Data, renamed: Mapping[str, str]) -> list[Change]:
    """What changes of what is published; what is new, and the order of things, is none of it.

    Projects that are gone are left out; ``renamed`` leads from former file names of projects to their present ones.
    """
    found = [
        *_fields(_Side("", "", ()), Disclosure, old, new),
        *_facts(old, new),
        *_own(_Side("", "", ()), old, new),
    ]
    found += _articles(old, new)
    found += _target(old.get("department_target"), new.get("department_target"))
    now = {one["key"]: one for one in new.get("projects", ())}
    for project in old.get("projects", ()):
        key = renamed.get(project["key"], project["key"])
        if key in now:
            side = _Side(key, f"{project['name']} › ", ())
            found += _fields(side, Project, project, now[key])
            found += _own(side, project, now[key])
            found += _indicators(side, project, now[key])
    return found


def same_statement(old: str, new: str) -> bool:
    """Whether two texts state the same figures, whatever their wording."""
    return Counter(_stated(old)) == Counter(_stated(new))


def _stated(text: str) -> list[str]:
    return _FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text)))


class _Side(NamedTuple):
    """Whose fields they are: project, what is put before labels, and what before keys."""

    project: str
    label: str
    keys: Keys

    def change(self, label: str, keys: Keys, values: tuple[Any, Any], figure: bool) -> Change:
        old, new = map(_shown, values)
        return Change(self.project, self.label + label, (*self.keys, *keys), old, new, figure)

    def gone(self, label: str, data: Data) -> Change:
        """A row that is there no longer."""
        told = next((data[key] for key in ("annual_target", "period_target", "funds") if key in data), "")
        value = told["text"] if isinstance(told, dict) else told
        return self.change(label, (), (value or "有", ""), True)


def _fields(side: _Side, model: type[Record], old: Data, new: Data) -> Iterator[Change]:
    for term in terms(model).values():
        if term.in_list or term.kind in ("list", "mapping") or term.path.startswith("department_target."):
            continue
        values = (_value(old, term), _value(new, term))
        if values[0] is not None and _typed(values[0]) != _typed(values[1]):
            measure = term.kind in _FIGURES or term.path in _MEASURES
            figure = measure or not same_statement(*map(_shown, values))
            yield side.change(" › ".join(term.keys), term.keys, values, figure)


def _typed(value: Any) -> str:
    """The same for ``≥90％`` and ``≥ 90%``: another way to type it is no change."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", _shown(value)))


def _value(data: Data, term: Term) -> Any:
    value: Any = data
    for key in term.path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if term.kind == "target" and isinstance(value, dict):
        return value.get("text")
    return str(value) if term.kind == "year" and value is not None else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)):
        return f"{Decimal(value).normalize():,f}"
    return str(value)


def _facts(old: Data, new: Data) -> Iterator[Change]:
    before, after = ({one["name"]: one["value"] for one in side.get("facts", ())} for side in (old, new))
    for name, value in before.items():
        if _typed(value) != _typed(now := after.get(name, "")):
            keys = ("公开信息", name) if now else ("公开信息",)
            yield Change("", f"公开信息 › {name}", keys, value, now, not same_statement(value, now))


def _articles(old: Data, new: Data) -> Iterator[Change]:
    """Texts published with the tables; one that is gone is a file that is gone."""
    after = {one["key"]: one for one in new.get("articles", ())}
    for one in old.get("articles", ()):
        now = after.get(one["key"])
        if now and _typed(one["text"]) != _typed(now["text"]):
            before, text = _apart(one["text"], now["text"])
            figure = not same_statement(one["text"], now["text"])
            yield Change(one["key"], f"说明《{one['title']}》", (), before, text, figure)


def _apart(old: str, new: str) -> tuple[str, str]:
    """The lines that differ, of texts that do."""
    sides = (old.splitlines(), new.splitlines())
    first, last = ([line for line in side if line not in other] for side, other in (sides, sides[::-1]))
    return "\n".join(first), "\n".join(last)


def _own(side: _Side, old: Data, new: Data) -> Iterator[Change]:
    """Fields only a form has; rows of a table are paired by what stands in them."""
    after = {(one["field"], one.get("row"), one.get("column")): one["text"] for one in new.get("own", ())}
    rows = _row_numbers(old, new)
    for one in old.get("own", ()):
        row = rows.get((one["field"], one["row"])) if "row" in one else None
        now = after.get((one["field"], row, one.get("column")), "")
        if _typed(one["text"]) != _typed(now):
            label = " › ".join(part for part in (one["label"], one.get("column_label", "")) if part)
            words = one["type"] in ("text", "rich")
            figure = not same_statement(one["text"], now) if words else True
            yield side.change(label, (), (one["text"], now), figure)


def _row_numbers(old: Data, new: Data) -> dict[tuple[str, int], int | None]:
    keys = [lambda row: (row["field"], row["cells"]), lambda row: (row["field"], row["row"])]
    pairs = _pairs(_own_rows(old), _own_rows(new), keys)
    return {(was["field"], was["row"]): now["row"] if now else None for was, now in pairs}


def _own_rows(data: Data) -> list[Data]:
    rows: dict[tuple[str, int], dict[str, str]] = {}
    for one in data.get("own", ()):
        if "row" in one:
            rows.setdefault((one["field"], one["row"]), {})[one["column"]] = one["text"]
    return [{"field": field, "row": row, "cells": cells} for (field, row), cells in rows.items()]


# -- rows -----------------------------------------------------------------------------------------


def _target(old: Data | None, new: Data | None) -> Iterator[Change]:
    if old is None:
        return
    label, keys = "部门整体绩效目标", ("部门整体绩效目标",)
    if new is None:
        yield Change("", label, (), "有", "", True)
        return
    side = _Side("", f"{label} › ", keys)
    yield from _fields(side, DepartmentTarget, old, new)
    yield from _own(side, old, new)
    yield from _indicators(side, old, new)
    names = [
        _content,
        lambda row: (row.get("name"), row.get("content")),
        lambda row: row.get("name"),
        _number,
    ]
    for was, now in _pairs(old.get("tasks", ()), new.get("tasks", ()), names):
        name = f"年度重点工作任务“{was.get('name', was['number'])}”"
        if now is None:
            yield side.gone(name, was)
        else:
            row = _Side("", f"{side.label}{name} › ", (*keys, "年度重点工作任务", now["number"] - 1))
            yield from _fields(row, KeyTask, was, now)


def _indicators(side: _Side, old: Data, new: Data) -> Iterator[Change]:
    keys = [_content, _levels, lambda row: (row["list"], row.get("level3")), _number]
    for was, now in _pairs(old.get("indicators", ()), new.get("indicators", ()), keys):
        name = f"{_INDICATORS[was['list']]}“{was.get('level3') or was.get('level2') or was['number']}”"
        if now is None:
            yield side.gone(name, was)
            continue
        place = (*side.keys, _INDICATORS[now["list"]], now["number"] - 1)
        row = _Side(side.project, f"{side.label}{name} › ", place)
        yield from _fields(row, Indicator, was, now)
        yield from _own(row, was, now)


def _levels(row: Data) -> Any:
    return tuple(row.get(key) for key in ("list", "level1", "level2", "level3"))


def _number(row: Data) -> Any:
    """The same place in the same list, as the last resort: a row that has another name now."""
    return row.get("list"), row.get("level1"), row["number"]


def _content(row: Data) -> Any:
    return {key: value for key, value in row.items() if key not in ("id", "number")}


def _pairs(
    old: Sequence[Data], new: Sequence[Data], keys: Iterable[Callable[[Any], Any]]
) -> list[tuple[Any, Any | None]]:
    """Every old row with its new one, each used once: those with the same first key, then the second …; None: gone."""
    free, partners = list(range(len(new))), dict[int, int]()
    for key in keys:
        for number, row in enumerate(old):
            wanted = key(row)
            match = (
                next((one for one in free if key(new[one]) == wanted), None)
                if number not in partners
                else None
            )
            if match is not None:
                partners[number] = match
                free.remove(match)
    return [(row, new[partners[number]] if number in partners else None) for number, row in enumerate(old)]
