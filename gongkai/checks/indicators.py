"""Rules of indicators that need more than one of them, or the form: levels, weights, repetitions, numbers in names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding
from gongkai.reading.records import Project
from gongkai.targets import parse_target

_WHOLE_WEIGHTS = (Decimal(80), Decimal(90), Decimal(100))
_TAIL = re.compile(
    r"(?P<value>(?:[≥≤=＝]\s*)?\d[\d,，]*(?:\.\d+)?\s*(?:%|％|万元|元|人次|人|名|次|场次|场|期|个|项|篇|份|台|套|户|件|公里|亩|家|天|小时|平方米))(?:以上|以下)?$"
)
_CONSTRUCTION = re.compile(r"[年度月第]\d|\d[年月日]|[“”《》]")
_PARTS = re.compile(r"(?:^|[；;。\n])\s*(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]|[①-⑩])")
_POINTS = re.compile(r"\s*[（(]\s*(\d{1,3})\s*分?\s*[)）]\s*$")
_LEAST_HIGH, _LEAST_ROWS = 90, 3


@rule("indicators.system", DepartmentCase.rows)
def system(case: RecordCase, row: Row) -> Iterator[Finding]:
    """The levels are those of the form's system, each second one below its first."""
    levels = case.form.declared.indicators.levels if case.form else ()
    below = {level.name: [one.name for one in level.level2] for level in levels}
    first, second = _POINTS.sub("", row.indicator.level1 or ""), row.indicator.level2
    if first not in below:
        if first and below:
            message = f"一级指标“{first}”不在本表式的指标体系里"
            yield case.at((*row.path, "一级指标"), message, f"本表式的一级指标：{'、'.join(below)}。")
    elif second is not None and second not in below[first]:
        path, other = (*row.path, "二级指标"), next((one for one in below if second in below[one]), None)
        if other:
            message = f"二级指标“{second}”属于“{other}”，这里却在“{first}”下面"
            yield case.at(path, message, f"请把一级指标改为“{other}”；原文如此的，可以认可这一条。")
        elif below[first]:
            hint = f"可以写：{'、'.join(below[first])}。"
            yield case.at(path, f"“{first}”下面没有二级指标“{second}”", hint)


@rule("indicators.weight", DepartmentCase.records)
def weight(case: RecordCase) -> Iterator[Finding]:
    """Weights add up to what the form, or the name of a level, says."""
    rows = case.annual_rows
    if not rows or any(row.indicator.weight is None for row in rows):
        return
    stated = _points(case.form.declared.fields.get("indicators.weight") if case.form else None)
    groups = [("", rows, stated or _WHOLE_WEIGHTS)]
    for name in dict.fromkeys(row.indicator.level1 for row in rows):
        groups.append((f"“{name}”下", [row for row in rows if row.indicator.level1 == name], _points(name)))
    for where, group, right in groups:
        added = sum((row.indicator.weight or Decimal(0) for row in group), Decimal(0))
        if right and added not in right:
            message = f"{where}{len(group)} 个指标的权重合计是 {added:f}"
            sums = f"{right[0]:f}" if len(right) == 1 else "100 或 90"
            places = ((*row.path, "权重") for row in group)
            yield case.at((*case.base, "绩效指标"), message, f"请核对权重，合计应当是 {sums}。", *places)


def _points(label: str | None) -> tuple[Decimal, ...]:
    """The points that a printed label states: ``分值权重（90）``, ``产出指标(50分)``."""
    match = _POINTS.search(label or "")
    return (Decimal(match[1]),) if match else ()


@rule("indicators.repeated", DepartmentCase.records)
def repeated(case: RecordCase) -> Iterator[Finding]:
    """No two indicators are the same in all three levels."""
    seen: dict[tuple[str | int | None, ...], Row] = {}
    for row in case.rows:
        one = row.indicator
        if row.name and not one.own:
            first = seen.setdefault((row.path[-2], one.level1, one.level2, row.name), row)
            if first is not row:
                message = f"指标“{row.short}”与第 {int(first.path[-1]) + 1} 个指标重复"
                hint = "请删去一个，或写明不同的内容。"
                yield case.at((*row.path, "三级指标"), message, hint, (*first.path, "三级指标"))


def _numbers_in_names(department: DepartmentCase) -> Iterator[tuple[RecordCase, Row, str, bool]]:
    """Rows whose name ends in a number, the number as written, and whether the value states another one."""
    for case, row in department.rows():
        match = _TAIL.search(row.name)
        target = row.indicator.annual_target or row.indicator.period_target
        if match and match.start() >= 2 and target and not _CONSTRUCTION.search(row.name):
            named, unit = parse_target(match["value"]), target.unit or row.indicator.unit
            same_unit = (named.unit or "").rstrip("次名") == (unit or "").rstrip("次名")
            differs = target.number is not None and same_unit and named.number != target.number
            yield case, row, match["value"], differs and bool(named.number)


@rule("names.number", _numbers_in_names)
def number(case: RecordCase, row: Row, written: str, clash: bool) -> Iterator[Finding]:
    """A name does not end in the value."""
    if not clash:
        message = f"指标名称“{row.short}”末尾带着数“{written}”"
        yield case.at((*row.path, "三级指标"), message, "请把数写在指标值里，名称里只写是什么。")


@rule("names.clash", _numbers_in_names)
def name_clash(case: RecordCase, row: Row, written: str, clash: bool) -> Iterator[Finding]:
    """A name that ends in a number states no other than the value."""
    if clash:
        message = f"指标名称“{row.short}”写的是“{written}”，指标值却是“{row.indicator.annual_target}”"
        yield case.at((*row.path, "三级指标"), message, "请核对两处的数。", row.annual)


@rule("names.one-level", DepartmentCase.projects)
def one_level(case: RecordCase, _: Project) -> Iterator[Finding]:
    """There is more than output, and some benefit, where the form knows more."""
    known = {level.name for level in case.form.declared.indicators.levels} if case.form else set()
    found = {row.indicator.level1 for row in case.annual_rows}
    lacking = known - found if len(found) == 1 else {name for name in known if "效益" in name}
    few = len(case.annual_rows) < _LEAST_ROWS or len(known) < 2
    if lacking and not few and None not in found and not found & lacking:
        only = f"都是“{found.pop()}”，" if len(found) == 1 else "里"
        message = f"{len(case.annual_rows)} 个指标{only}没有{'、'.join(sorted(lacking))}"
        yield case.at(("绩效指标",), message, "请补上效益和满意度指标。")


@rule("names.levels", DepartmentCase.rows)
def levels(case: RecordCase, row: Row) -> Iterator[Finding]:
    """What has a name has both levels above it that the form prints."""
    declared = case.form.declared if case.form else None
    if declared is None or not row.name:
        return
    below = next((one for one in declared.indicators.levels if one.name == row.indicator.level1), None)
    lacks = [
        label
        for name, label in (("level1", "一级指标"), ("level2", "二级指标"))
        if not getattr(row.indicator, name)
        and f"indicators.{name}" in declared.fields
        and f"indicators.{name}" not in declared.required
        and (name == "level1" or below is None or below.level2)
    ]
    if lacks:
        message = f"“{row.short}”没有写{'、'.join(lacks)}"
        yield case.at((*row.path, "三级指标"), message, f"请补上{'、'.join(lacks)}。")


@rule("names.standard", DepartmentCase.records)
def standard(case: RecordCase) -> Iterator[Finding]:
    """绩效标准 says where a value comes from, in one row at least."""
    rows = [row for row in case.rows if row.indicator.standard and row.indicator.annual_target]
    same = all(row.indicator.standard == str(row.indicator.annual_target) for row in rows)
    if len(rows) >= _LEAST_ROWS and same:
        message = f"{len(rows)} 个指标的绩效标准都与指标值一字不差"
        hint = "请写明标准的来源，例如行业标准、上年实际。"
        yield case.at((*rows[0].path, "绩效标准"), message, hint)


@rule("measurability.all-high", DepartmentCase.projects)
def all_high(case: RecordCase, _: Project) -> Iterator[Finding]:
    """Something is counted: not all values are rates of nine in ten."""
    values = [row.indicator.annual_target for row in case.annual_rows]
    high = [one for one in values if one and one.unit == "%" and one.number and one.number >= _LEAST_HIGH]
    if len(values) >= _LEAST_ROWS and len(high) == len(values):
        shown = "、".join(map(str, high[:4])) + ("…" if len(high) > 4 else "")
        message = f"{len(high)} 个指标的值全是 {_LEAST_HIGH}% 以上的比率（{shown}）"
        yield case.at(("绩效指标",), message, "请加上数量指标。")


@rule("measurability.composite", DepartmentCase.rows)
def composite(case: RecordCase, row: Row) -> Iterator[Finding]:
    """One indicator is one thing."""
    parts = _PARTS.findall(row.name) if len(row.name) > 8 else ()
    if len(parts) >= 2:
        value = row.indicator.annual_target or ""
        message = f"一个三级指标里写了 {len(parts)} 件事，只有一个指标值“{value}”"
        yield case.at((*row.path, "三级指标"), message, "请分成几个指标。")
