"""Records now against the data published last → what changes on the public site, field by field."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from gongkai.amounts import Amount, AmountStyle, Unit, format_yuan
from gongkai.compare import match_indicators
from gongkai.executors import SerialExecutor, cores, process_pool, run_all, stop_now
from gongkai.exports.disclosure import BY_NAME, data_address, disclosure_json
from gongkai.exports.tables import Column
from gongkai.exports.values import disclosure_rows
from gongkai.forms import Form, load_forms
from gongkai.load import LoadedDepartment, Loader
from gongkai.manifest import Manifest
from gongkai.problems import Problem, ordered
from gongkai.records import Disclosure, Indicator, Locality
from gongkai.vocabulary import value_at
from gongkai.workspace import Workspace

State = Literal["new", "ended", "changed"]
Data = dict[str, Any]
_PUBLISHED = re.compile(r"([a-z0-9-]+)/([a-z0-9-]+)/([a-z0-9-]+)/\1-\2-\3\.json")
_UNIT = re.compile(r"\s*[(（](单位[:：])?(元|万元|亿元)[)）]$")
_POOL_FROM = 32  # departments; below that starting processes takes longer than it saves


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field under its printed label; None where it is blank. Amounts stand in the unit the record has."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something new, ended or changed: a disclosure, a project, an indicator … with what changed in it.

    ``fields`` of what is new or ended are the few that tell it apart, not all of it.
    """

    state: State
    kind: str
    name: str
    key: str = ""
    fields: tuple[FieldChange, ...] = ()
    parts: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class SiteDifference:
    """All that changes. ``published``: whether there is a published site to compare with."""

    published: bool
    disclosures: tuple[Difference, ...]
    unchanged: int
    problems: tuple[Problem, ...] = ()
    """Files that cannot be read, and therefore cannot be compared."""

    def count(self, state: State) -> int:
        """How many disclosures are in this state."""
        return sum(one.state == state for one in self.disclosures)


def compare_with_published(workspace: Workspace, workers: int = 0) -> SiteDifference:
    """Every disclosure of ``content/`` against the data files in the output folder; writes nothing."""
    forms, problems = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    localities = loader.localities() if loader.site() else []
    manifest = Manifest.read(workspace.output)
    places = [(one, folder) for one in localities for folder in loader.department_folders(one)]
    before = _published(manifest or ())
    wanted: dict[str, set[str]] = {}
    for locality, department, year in before:
        wanted.setdefault(f"{locality}/{department}", set()).add(year)
    tasks = [
        (_department, (one, folder, frozenset(wanted.pop(f"{one.slug}/{folder.name}", ()))))
        for one, folder in places
    ]
    found: dict[str, tuple[list[Difference], int, list[Problem]]] = {}
    workers = workers or cores()
    pooled = workers > 1 and len(tasks) > _POOL_FROM
    if pooled:
        executor = process_pool(workers, _start, (workspace, forms))
    else:
        _start(workspace, forms)
    try:
        for key, *rest in run_all(executor if pooled else SerialExecutor(), tasks, 4 * workers):
            found[key] = tuple(rest)
    finally:
        if pooled:
            stop_now(executor)
    listed = [found[f"{one.slug}/{folder.name}"] for one, folder in places]
    # A folder that is there, but not among what could be read, has not ended.
    gone = [key for key in wanted if not (workspace.content / key).is_dir()]
    ended = [_ended(workspace, *key.split("/"), year) for key in gone for year in sorted(wanted[key])]
    return SiteDifference(
        manifest is not None,
        (*(each for one in listed for each in one[0]), *ended),
        sum(one[1] for one in listed),
        tuple(ordered([*problems, *loader.problems, *(each for one in listed for each in one[2])])),
    )


def _published(files: Iterable[Any]) -> list[tuple[str, str, str]]:
    """Locality, department and year of every disclosure whose data is published."""
    matches = (_PUBLISHED.fullmatch(file.path) for file in files)
    return [(match[1], match[2], match[3]) for match in matches if match]


# -- one department, in a process of the pool or in this one --------------------------------------

_here: tuple[Workspace, Mapping[str, Form]] | None = None


def _start(workspace: Workspace, forms: Mapping[str, Form]) -> None:
    global _here
    _here = (workspace, forms)


def _department(
    locality: Locality, folder: Path, published: frozenset[str]
) -> tuple[str, list[Difference], int, list[Problem]]:
    """(key, differences, how many disclosures are the same, problems); a year that cannot be read is left out."""
    assert _here is not None
    workspace, forms = _here
    loader = Loader(workspace.root, forms)
    loaded = loader.department(locality, folder)
    key = f"{locality.slug}/{folder.name}"
    unread = {Path(problem.place.file).parent.name for problem in loader.problems if problem.blocks}
    if loaded is None:
        return key, [], 0, loader.problems
    differences, same = [], 0
    for disclosure in loaded.department.disclosures:
        if disclosure.slug in unread | loaded.incomplete:
            continue
        old = _read(workspace, *key.split("/"), disclosure.slug) if disclosure.slug in published else None
        difference = compare_disclosure(loaded, disclosure, old)
        same += difference is None
        differences += [difference] if difference else []
    there = {one.slug for one in loaded.department.disclosures} | unread
    differences += [_ended(workspace, *key.split("/"), year) for year in sorted(published - there)]
    return key, differences, same, loader.problems


def _read(workspace: Workspace, *slugs: str) -> Data | None:
    """A disclosure as published; None where its file is gone or damaged, as if it had never been published."""
    try:
        text = (workspace.output / data_address(*slugs, ending=".json")).read_text(encoding="utf-8")
        found: Data = json.loads(text, parse_float=Decimal)["disclosures"][0]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return found


def _ended(workspace: Workspace, *slugs: str) -> Difference:
    old = _read(workspace, *slugs)
    return Difference("ended", "公开", _title(old) if old else "/".join(slugs), "/".join(slugs))


def _title(data: Data) -> str:
    year = f"{data['year']}年" if "year" in data else "年度未注明"
    return f"{data['locality'].get('name', '')} {data['department'].get('name', '')} {year}".strip()


# -- one disclosure -------------------------------------------------------------------------------


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
        return Difference("new", "公开", _title(new), new["id"], counted)
    fields, parts = _Comparing(loaded, disclosure).whole(old, new)
    return Difference("changed", "公开", _title(new), new["id"], fields, parts) if fields or parts else None


class _Comparing:
    """Compares the data of one disclosure, with its forms' labels and its records' units."""

    def __init__(self, loaded: LoadedDepartment, disclosure: Disclosure) -> None:
        self.disclosure = disclosure
        self.forms = loaded.forms[disclosure.slug]

    def whole(self, old: Data, new: Data) -> tuple[tuple[FieldChange, ...], tuple[Difference, ...]]:
        record = self.disclosure
        fields = list(_fields("disclosures", old, new, _Side(record, None, record.year)))
        for name, table, kind in (("department", "departments", "部门"), ("locality", "localities", "地区")):
            changes = _fields(table, old[name], new[name], _Side(None, None, None))
            fields += [FieldChange(f"{kind} › {one.label}", one.old, one.new) for one in changes]
        facts = [{one["name"]: one["value"] for one in side.get("facts", ())} for side in (old, new)]
        fields += _named(*facts)
        fields += _own(old, new, record)
        parts = [*self._corrections(old, new), *self._target(old, new), *self._projects(old, new)]
        fields += _order("项目顺序", old["projects"], new["projects"])
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
        kind, form = "部门整体绩效目标", self.forms.department
        if not before or not after:
            if before or after:
                yield Difference("new" if after else "ended", kind, (after or before or {}).get("name", ""))
            return
        record = self.disclosure.department_target
        assert record is not None
        side = _Side(record, form, self.disclosure.year)
        fields = [*_fields("department_targets", before, after, side), *_own(before, after, record)]
        parts = [*self._tasks(before, after), *self._indicators(before, after, record.indicators, form)]
        if fields or parts:
            yield Difference("changed", kind, after["name"], after["id"], tuple(fields), tuple(parts))

    def _tasks(self, old: Data, new: Data) -> Iterator[Difference]:
        target = self.disclosure.department_target
        assert target is not None
        records = dict(zip((one["id"] for one in new.get("tasks", ())), target.tasks, strict=True))
        for before, after in _pairs(old.get("tasks", ()), new.get("tasks", ())):
            some = after or before or {}
            side = _Side(
                records.get(some["id"]) if after else None,
                self.forms.department,
                self.disclosure.year,
                "tasks.",
            )
            fields = tuple(_fields("tasks", before or {}, after or {}, side))
            name = some.get("name", f"第 {some['number']} 项")
            if fields:
                told = fields if before and after else _telling(fields, side, "tasks", "funds")
                yield Difference(_state(before, after), "年度重点工作任务", name, fields=told)

    def _projects(self, old: Data, new: Data) -> Iterator[Difference]:
        form = self.forms.for_projects
        before = {one["key"]: one for one in old["projects"]}
        records = {one.slug: one for one in self.disclosure.projects}
        for project in new["projects"]:
            record, was = records[project["key"]], before.pop(project["key"], None)
            side = _Side(record, form, self.disclosure.year)
            fields = [
                *_fields("projects", was or {}, project, side),
                *(_own(was, project, record) if was else ()),
            ]
            if was is None:
                yield Difference(
                    "new",
                    "项目",
                    project["name"],
                    project["key"],
                    _telling(fields, side, "projects", "funds.total"),
                )
                continue
            indicators = (*record.indicators, *record.period_indicators)
            parts = tuple(self._indicators(was, project, indicators, form))
            if fields or parts:
                yield Difference("changed", "项目", project["name"], project["key"], tuple(fields), parts)
        for key, gone in before.items():
            side = _Side(None, form, self.disclosure.year)
            fields = list(_fields("projects", gone, {}, side))
            yield Difference(
                "ended", "项目", gone["name"], key, _telling(fields, side, "projects", "funds.total")
            )

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
                side = _Side(owner, form, self.disclosure.year, f"{name}.")
                fields = [*_fields("indicators", before, after, side)]
                fields += _own(before, after, owner) if before and after else ()
                if fields:
                    told = (
                        tuple(fields)
                        if before and after
                        else _telling(fields, side, "indicators", "annual_target", "period_target")
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


# -- fields ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Side:
    """Where labels and units come from: the record as it is now, its form, and what the form's paths begin with."""

    record: Any
    form: Form | None
    year: int | None
    prefix: str = ""

    def label(self, column: Column) -> str:
        """The printed label, with the keys behind it where the form prints the same one twice."""
        keys = column.label.replace("_", " › ")
        path = self.prefix + column.path
        if self.form is None or path not in self.form.declared.fields:
            return keys
        # The value carries its own unit: one printed in the label may be another.
        printed = _UNIT.sub("", self.form.label(path, self.year))
        others = (
            self.form.label(one, self.year) for one in self.form.declared.fields if ".own." not in f".{one}"
        )
        twice = Counter(_UNIT.sub("", other) for other in others)
        return f"{printed}（{keys}）" if twice[printed] > 1 and printed != keys else printed

    def unit(self, path: str) -> Unit:
        """The unit the record states; where it is blank now, the form's."""
        amount = value_at(self.record, path) if self.record is not None else None
        if isinstance(amount, Amount):
            return amount.unit or "元"
        return self.form.amount_style(self.prefix + path).unit if self.form else "元"


def _fields(table: str, old: Data, new: Data, side: _Side) -> Iterator[FieldChange]:
    """The fields of a record that differ, in the table's order."""
    for column in BY_NAME[table].columns:
        if not column.path or column.part not in ("", "text"):
            continue
        before, after = (_at(data, column) for data in (old, new))
        if before != after:
            unit = side.unit(column.path) if column.kind == "amount" else None
            yield FieldChange(side.label(column), _shown(before, unit), _shown(after, unit))


def _at(data: Data, column: Column) -> Any:
    for key in (*column.path.split("."), *([column.part] if column.part else [])):
        if not isinstance(data, dict):
            return None
        data = data.get(key)  # type: ignore[assignment]
    return data


def _shown(value: Any, unit: Unit | None) -> str | None:
    if value is None:
        return None
    if unit is not None:
        return f"{format_yuan(Decimal(value), AmountStyle(unit, None))} {unit}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _named(old: Mapping[str, str], new: Mapping[str, str]) -> list[FieldChange]:
    names = dict.fromkeys([*new, *old])
    return [
        FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    ]


def _own(old: Data, new: Data, record: Any) -> list[FieldChange]:
    """Fields only the form has; amounts in the unit the record states."""
    sides = []
    for data in (old, new):
        sides.append({(one["field"], one.get("row"), one.get("column")): one for one in data.get("own", ())})
    found = []
    for key in dict.fromkeys([*sides[1], *sides[0]]):
        before, after = (side.get(key) for side in sides)
        some = after or before or {}
        if (before or {}).get("text") == (after or {}).get("text"):
            continue
        unit = _own_unit(record, key) if some["type"] == "amount" else None
        row = f"第 {some['row']} 行 › {some.get('column_label', '')}" if "row" in some else ""
        label = " › ".join(part for part in (some["label"], row) if part)
        found.append(FieldChange(label, *(_shown(one and one["text"], unit) for one in (before, after))))
    return found


def _own_unit(record: Any, key: tuple[str, int | None, str | None]) -> Unit:
    value = record.own.get(key[0]) if record is not None else None
    if key[1] is not None and value is not None and key[1] <= len(value):
        value = value[key[1] - 1].get(key[2])
    return (value.unit or "元") if isinstance(value, Amount) else "元"


def _order(label: str, old: Sequence[Data], new: Sequence[Data]) -> list[FieldChange]:
    """A changed order of the projects that are in both, under the names they have now."""
    both = {one["key"] for one in old} & {one["key"] for one in new}
    names = {one["key"]: one["name"] for one in new}
    before, after = (
        "、".join(names[one["key"]] for one in side if one["key"] in both) for side in (old, new)
    )
    return [] if before == after else [FieldChange(label, before, after)]


def _telling(fields: Iterable[FieldChange], side: _Side, table: str, *paths: str) -> tuple[FieldChange, ...]:
    """Of the fields of something new or ended, those that tell it apart."""
    labels = {side.label(column) for column in BY_NAME[table].columns if column.path in paths}
    return tuple(one for one in fields if one.label in labels)
