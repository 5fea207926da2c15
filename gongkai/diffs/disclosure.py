"""One disclosure now against its data as published: what is new, ended and changed in it, projects and indicators paired."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

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
from gongkai.planning.matching import levels, matched
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Indicator

_LEVELS = ("level1", "level2", "level3")
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


def _told(
    kind: str, name: str, sides: Iterable[dict[Any, Data]], labels: dict[str, str], *, whole: bool = True
) -> Iterator[Difference]:
    """Corrections, withdrawals or texts by their keys, under the field that names them.

    ``labels`` are the fields told of each; of new and ended ones too where they are told ``whole``.
    """
    before, after = sides
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key, {}), after.get(key, {})
        pairs = ((label, old.get(field), new.get(field)) for field, label in labels.items())
        fields = tuple(FieldChange(label, was, now) for label, was, now in pairs if was != now)
        if fields:
            state, address = _state(old, new), key if isinstance(key, str) else ""
            shown = fields if whole or state == "changed" else ()
            yield Difference(state, kind, (new or old)[name], address, shown)


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
        corrections = (_keyed(side, "corrections", "day", "text") for side in (old, new))
        withdrawn = (_keyed(side, "withdrawals", "name", "day", "reason") for side in (old, new))
        texts = ({one["key"]: one for one in side.get("articles", ())} for side in (old, new))
        parts = [
            *_told("更正说明", "day", corrections, {"text": "内容"}),
            *_told("撤回说明", "name", withdrawn, {"day": "日期", "reason": "原因"}),
            *_told("说明", "title", texts, {"title": "标题", "text": "正文"}, whole=False),
            *self._target(old, new),
            *self._projects(old, new),
        ]
        fields += changed_order("项目顺序", old["projects"], new["projects"])
        return tuple(fields), tuple(parts)

    def _row(
        self, kind: str, name: str, sides: tuple[Data, Data], where: Side, table: str, telling_of: tuple[str, ...],
        *, key: str = "", parts: Iterable[Difference] = (), was: str = "", former: tuple[str, ...] = (),
    ) -> Iterator[Difference]:  # fmt: skip
        """A record before and now, if it differs; of one that is new or ended the fields ``telling_of``."""
        fields = tuple(changed_fields(table, *sides, where))
        state, parts = _state(*sides), tuple(parts)
        if state == "changed":
            fields += tuple(changed_own(*sides, where.record))
            if fields or parts:
                yield Difference(state, kind, name, key, fields, parts)
        elif fields:
            told = telling(fields, where, table, *telling_of)
            yield Difference(state, kind, name, key, told, was=was, former=former)

    def _target(self, old: Data, new: Data) -> Iterator[Difference]:
        before, after = (side.get("department_target") or {} for side in (old, new))
        record, form = self.disclosure.department_target, self.forms.for_department
        where = Side(record, form, self.disclosure.year)
        parts: list[Difference] = []
        if before and after:
            assert record is not None
            parts = [*self._tasks(before, after), *self._indicators(before, after, record.indicators, form)]
        key, name = after.get("id", "") if before else "", (after or before).get("name", "")
        yield from self._row(
            "部门整体绩效目标", name, (before, after), where, "department_targets", (), key=key, parts=parts
        )

    def _tasks(self, old: Data, new: Data) -> Iterator[Difference]:
        target, kind = self.disclosure.department_target, "年度重点工作任务"
        assert target is not None
        records = dict(zip((one["id"] for one in new.get("tasks", ())), target.tasks, strict=True))
        for before, after in _pairs(old.get("tasks", ()), new.get("tasks", ())):
            some = after or before
            record = records.get(some["id"]) if after else None
            where = Side(record, self.forms.for_department, self.disclosure.year, "tasks.")
            name = some.get("name", f"第 {some['number']} 项")
            yield from self._row(kind, name, (before, after), where, "tasks", ("funds",))

    def _projects(self, old: Data, new: Data) -> Iterator[Difference]:
        before = {one["key"]: one for one in old["projects"]}
        records = {one.slug: one for one in self.disclosure.projects}
        renamed = self._renamed(before, new["projects"])
        now = {was: records[key] for key, was in renamed.items()}
        rows = [(before.pop(one["key"], {}), one) for one in new["projects"]]
        for was, project in [*rows, *((gone, {}) for gone in before.values())]:
            key, name = (project or was)["key"], (project or was)["name"]
            # One that goes on under another file name is told in the unit it has there: both sides in one.
            record = records[key] if project else now.get(key)
            form = self.forms.for_project(record.slug if record else key).for_projects
            parts: list[Difference] = []
            if was and project and record:
                indicators = (*record.indicators, *record.period_indicators)
                parts = [*self._indicators(was, project, indicators, form)]
            former = record.former if record and not was else ()
            yield from self._row(
                "项目", name, (was, project), Side(record, form, self.disclosure.year), "projects", ("funds.total",),
                key=key, parts=parts, was="" if was else renamed.get(key, ""), former=former,
            )  # fmt: skip

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
            named = ([levels(*(one.get(level) for level in _LEVELS)) for one in side] for side in sides)
            for was, now, _ in matched(*named):
                before, after = (
                    {} if at is None else side[at] for at, side in zip((was, now), sides, strict=True)
                )
                where = Side(owners.get(after.get("id", "")), form, self.disclosure.year, f"{name}.")
                some, told = after or before, ("annual_target", "period_target")
                title = " › ".join(some[name] for name in _LEVELS if name in some) or "未注明"
                yield from self._row(kind, title, (before, after), where, "indicators", told)


def _state(old: Data | None, new: Data | None) -> State:
    if old and new:
        return "changed"
    return "new" if new else "ended"


def _keyed(side: Data, name: str, *fields: str) -> dict[Any, Data]:
    """Rows that have no key of their own, by what they say."""
    return {tuple(row.get(field) for field in fields): row for row in side.get(name, ())}


def _pairs(old: Sequence[Data], new: Sequence[Data]) -> Iterator[tuple[Data, Data]]:
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
        yield partners.get(number, {}), row
    yield from ((one, {}) for one in free)


def title_of(data: Data) -> str:
    """Locality, department and year of a disclosure's data."""
    year = f"{data['year']}年" if "year" in data else "年度未注明"
    return f"{data['locality'].get('name', '')} {data['department'].get('name', '')} {year}".strip()
