"""One disclosure now against its data as published: what is new, ended and changed in it, projects and indicators paired."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gongkai.diffs.fields import (
    Data,
    FieldChange,
    Side,
    changed_fields,
    changed_names,
    changed_order,
    changed_own,
    telling,
)
from gongkai.exports.disclosure import disclosure_json
from gongkai.exports.values import disclosure_rows
from gongkai.planning.compare import match_indicators
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Indicator

State = Literal["new", "ended", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something new, ended or changed: a disclosure, a project, an indicator … with what changed in it.

    ``fields`` of what is new or ended are the few that tell it apart, not all of it. ``was`` is, of a new project, the
    file name under which one of the same name was published that is no longer there; ``former`` its 曾用文件名.
    """

    state: State
    kind: str
    name: str
    key: str = ""
    fields: tuple[FieldChange, ...] = ()
    parts: tuple[Difference, ...] = ()
    was: str = ""
    former: tuple[str, ...] = ()


def compare_disclosure(
    loaded: LoadedDepartment, disclosure: Disclosure, old: Data | None
) -> Difference | None:
    """A disclosure now against its published data (None: not published); None when nothing changes."""
    text = disclosure_json(loaded, disclosure_rows(loaded, disclosure))
    new: Data = json.loads(text, parse_float=Decimal)
    if old == new:
        return None
    if old is None:
        counted = (FieldChange("公开项目", None, f"{len(new['projects'])} 个"),) if new["projects"] else ()
        return Difference("new", "公开", title_of(new), new["id"], counted)
    fields, parts = _Comparing(loaded, disclosure).whole(old, new)
    return Difference("changed", "公开", title_of(new), new["id"], fields, parts) if fields or parts else None


def _withdrawals(old: Data, new: Data) -> Iterator[Difference]:
    before = old.get("withdrawals", ())
    for one in new.get("withdrawals", ()):
        if one not in before:
            fields = (FieldChange("日期", None, one["day"]), FieldChange("原因", None, one["reason"]))
            yield Difference("new", "撤回说明", one["name"], fields=fields)


def _texts(old: Data, new: Data) -> Iterator[Difference]:
    before, after = ({one["key"]: one for one in side.get("articles", ())} for side in (old, new))
    for key, one in after.items():
        was = before.get(key)
        if was is None:
            yield Difference("new", "说明", one["title"], key)
        elif was != one:
            pairs = (("标题", "title"), ("正文", "text"))
            fields = (
                FieldChange(label, was[name], one[name]) for label, name in pairs if was[name] != one[name]
            )
            yield Difference("changed", "说明", one["title"], key, tuple(fields))
    for key in before.keys() - after.keys():
        yield Difference("ended", "说明", before[key]["title"], key)


class _Comparing:
    """Compares the data of one disclosure, with its forms' labels and its records' units."""

    def __init__(self, loaded: LoadedDepartment, disclosure: Disclosure) -> None:
        self.disclosure = disclosure
        self.forms = loaded.forms[disclosure.slug]

    def whole(self, old: Data, new: Data) -> tuple[tuple[FieldChange, ...], tuple[Difference, ...]]:
        record = self.disclosure
        fields = list(changed_fields("disclosures", old, new, Side(record, None, record.year)))
        for name, table, kind in (("department", "departments", "部门"), ("locality", "localities", "地区")):
            changes = changed_fields(table, old[name], new[name], Side(None, None, None))
            fields += [FieldChange(f"{kind} › {one.label}", one.old, one.new) for one in changes]
        facts = [{one["name"]: one["value"] for one in side.get("facts", ())} for side in (old, new)]
        fields += changed_names(*facts)
        fields += changed_own(old, new, record)
        parts = [
            *self._corrections(old, new),
            *_withdrawals(old, new),
            *_texts(old, new),
            *self._target(old, new),
            *self._projects(old, new),
        ]
        fields += changed_order("项目顺序", old["projects"], new["projects"])
        return tuple(fields), tuple(parts)

    def _corrections(self, old: Data, new: Data) -> Iterator[Difference]:
        before, after = (
            [(one["day"], one["text"]) for one in side.get("corrections", ())] for side in (old, new)
        )
        for day, text in after:
            if (day, text) not in before:
                yield Difference("new", "更正说明", day, fields=(FieldChange("内容", None, text),))
        for day, text in before:
            if (day, text) not in after:
                yield Difference("ended", "更正说明", day, fields=(FieldChange("内容", text, None),))

    def _target(self, old: Data, new: Data) -> Iterator[Difference]:
        before, after = old.get("department_target"), new.get("department_target")
        kind, form = "部门整体绩效目标", self.forms.for_department
        if not before or not after:
            if before or after:
                yield Difference("new" if after else "ended", kind, (after or before or {}).get("name", ""))
            return
        record = self.disclosure.department_target
        assert record is not None
        side = Side(record, form, self.disclosure.year)
        fields = [
            *changed_fields("department_targets", before, after, side),
            *changed_own(before, after, record),
        ]
        parts = [*self._tasks(before, after), *self._indicators(before, after, record.indicators, form)]
        if fields or parts:
            yield Difference("changed", kind, after["name"], after["id"], tuple(fields), tuple(parts))

    def _tasks(self, old: Data, new: Data) -> Iterator[Difference]:
        target = self.disclosure.department_target
        assert target is not None
        records = dict(zip((one["id"] for one in new.get("tasks", ())), target.tasks, strict=True))
        for before, after in _pairs(old.get("tasks", ()), new.get("tasks", ())):
            some = after or before or {}
            side = Side(
                records.get(some["id"]) if after else None,
                self.forms.for_department,
                self.disclosure.year,
                "tasks.",
            )
            fields = tuple(changed_fields("tasks", before or {}, after or {}, side))
            name = some.get("name", f"第 {some['number']} 项")
            if fields:
                told = fields if before and after else telling(fields, side, "tasks", "funds")
                yield Difference(_state(before, after), "年度重点工作任务", name, fields=told)

    def _projects(self, old: Data, new: Data) -> Iterator[Difference]:
        before = {one["key"]: one for one in old["projects"]}
        records = {one.slug: one for one in self.disclosure.projects}
        renamed = self._renamed(before, new["projects"])
        for project in new["projects"]:
            record, was = records[project["key"]], before.pop(project["key"], None)
            form = self.forms.for_project(record.slug).for_projects
            side = Side(record, form, self.disclosure.year)
            fields = [
                *changed_fields("projects", was or {}, project, side),
                *(changed_own(was, project, record) if was else ()),
            ]
            if was is None:
                yield Difference(
                    "new",
                    "项目",
                    project["name"],
                    project["key"],
                    telling(fields, side, "projects", "funds.total"),
                    was=renamed.get(project["key"], ""),
                    former=record.former,
                )
                continue
            indicators = (*record.indicators, *record.period_indicators)
            parts = tuple(self._indicators(was, project, indicators, form))
            if fields or parts:
                yield Difference("changed", "项目", project["name"], project["key"], tuple(fields), parts)
        now = {was: records[key] for key, was in renamed.items()}
        for key, gone in before.items():
            # One that goes on under another file name is told in the unit it has there: both sides in one.
            side = Side(now.get(key), form, self.disclosure.year)
            fields = list(changed_fields("projects", gone, {}, side))
            yield Difference(
                "ended", "项目", gone["name"], key, telling(fields, side, "projects", "funds.total")
            )

    def _renamed(self, before: dict[str, Data], projects: Sequence[Data]) -> dict[str, str]:
        """New file name → the one it was published under: the same 项目名称, gone there and new here, each once."""
        now = {one["key"] for one in projects}
        gone = [(one["name"], key) for key, one in before.items() if key not in now]
        new = [(one["name"], one["key"]) for one in projects if one["key"] not in before]
        once = {name for name, count in Counter(name for name, _ in gone).items() if count == 1}
        twice = {name for name, count in Counter(name for name, _ in new).items() if count > 1}
        old = {name: key for name, key in gone if name in once - twice}
        return {key: old[name] for name, key in new if name in old}

    def _indicators(
        self, old: Data, new: Data, records: Sequence[Indicator], form: Form | None
    ) -> Iterator[Difference]:
        """Indicators paired as in comparisons of years: by their levels, then by the nearest name."""
        owners = dict(zip((one["id"] for one in new["indicators"]), records, strict=True))
        for which, name, kind in (
            ("年度", "indicators", "绩效指标"),
            ("中期", "period_indicators", "中期绩效指标"),
        ):
            sides = [[one for one in data["indicators"] if one["list"] == which] for data in (old, new)]
            known: dict[int, Data] = {}
            typed = [[_typed(one, known) for one in side] for side in sides]
            for pair in match_indicators(*typed):
                before, after = known.get(id(pair.old), {}), known.get(id(pair.new), {})
                owner = owners.get(after.get("id", ""))
                side = Side(owner, form, self.disclosure.year, f"{name}.")
                fields = [*changed_fields("indicators", before, after, side)]
                fields += changed_own(before, after, owner) if before and after else ()
                if fields:
                    told = (
                        tuple(fields)
                        if before and after
                        else telling(fields, side, "indicators", "annual_target", "period_target")
                    )
                    yield Difference(
                        _state(before, after), kind, _indicator_name(after or before), fields=told
                    )


def _state(old: Data | None, new: Data | None) -> State:
    if old and new:
        return "changed"
    return "new" if new else "ended"


def _typed(data: Data, known: dict[int, Data]) -> Indicator:
    found = Indicator.model_construct(
        level1=data.get("level1"), level2=data.get("level2"), level3=data.get("level3")
    )
    known[id(found)] = data
    return found


def _indicator_name(data: Data) -> str:
    return " › ".join(data[name] for name in ("level1", "level2", "level3") if name in data) or "未注明"


def _pairs(old: Sequence[Data], new: Sequence[Data]) -> Iterator[tuple[Data | None, Data | None]]:
    """Rows with the same name, else with the same content under another name; each is used once."""
    free = list(old)
    partners: dict[int, Data] = {}
    for key in ("name", "content", "goal"):
        for number, row in enumerate(new):
            match = next((one for one in free if key in row and one.get(key) == row[key]), None)
            if number not in partners and match is not None:
                partners[number] = match
                free = [one for one in free if one is not match]
    for number, row in enumerate(new):
        yield partners.get(number), row
    yield from ((one, None) for one in free)


def title_of(data: Data) -> str:
    """Locality, department and year of a disclosure's data."""
    year = f"{data['year']}年" if "year" in data else "年度未注明"
    return f"{data['locality'].get('name', '')} {data['department'].get('name', '')} {year}".strip()
