"""Charts of a locality: what is drawn in ``site/charts.svg``, wide and for phones, each with its figures as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from gongkai.exports.text import BOM, csv_lines, neutral
from gongkai.planning.explore import ProjectRow, project_rows, years_of
from gongkai.planning.summaries import LocalitySummary, year_text
from gongkai.tables.figures import share
from gongkai.tables.templates import Templates


class Box(NamedTuple):
    """A rectangle: its corner and its sides."""

    x: float
    y: float
    width: float
    height: float


WIDE, NARROW = 720, 340
_WHOLE = Box(0, 0, WIDE, 420)
_FUNDS, _LYING, _MULTIPLES, _ROWS, _KINDS = 60, 12, 24, 30, 4
"""How many projects, of these on phones, departments over years, departments by what they aim at, and kinds of that
besides satisfaction are drawn; the CSV has all of the departments and projects."""
_SATISFACTION = "满意度"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its figures as a table, and what is drawn of them."""

    name: str
    title: str
    heights: tuple[int, int]
    """Wide, and for phones."""
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    drawn: Any


def chart_files(locality: LocalitySummary, templates: Templates) -> Iterator[tuple[str, bytes, int]]:
    """Address and content of what can be taken away, and how many rows it has. Raises TemplateProblem."""
    for chart in locality_charts(locality):
        address = f"{locality.slug}/charts/{chart.name}"
        for width, height, end in zip((WIDE, NARROW), chart.heights, ("", "-narrow"), strict=True):
            context = {"chart": chart, "width": width, "height": height, "narrow": width == NARROW}
            yield f"{address}{end}.svg", templates.render("site/charts.svg", context).encode(), 0
        lines = [chart.head, *(tuple(map(neutral, row)) for row in chart.rows)]
        yield f"{address}.csv", BOM + csv_lines(lines), len(chart.rows)


def locality_charts(locality: LocalitySummary) -> list[Chart]:
    """Its charts: where the money goes, how it went over the years, what is aimed at."""
    rows = list(project_rows([locality]))
    years = [year for year in years_of(rows) if any(row.years.get(year) for row in rows)]
    found = [_treemap(rows, years[0])] if years else []
    dated = [year for year in reversed(years) if year]
    found += [_multiples(rows, dated)] if len(dated) > 1 else []
    return found + (_rates(locality) if years else [])


# -- department → project --------------------------------------------------------------------------


def _treemap(rows: Sequence[ProjectRow], year: int) -> Chart:
    there = [(row, amount) for row in rows if (amount := row.years.get(year))]
    there.sort(key=lambda pair: -pair[1])
    whole = sum((amount for _, amount in there), Decimal(0))
    table = tuple(
        (row.department.name, row.name, f"{amount:f}", share(amount, whole)) for row, amount in there
    )
    title = f"{year_text(year)}各部门、各项目的预算"
    lying = [(row.name, amount, row.slugs(year)) for row, amount in there[:_LYING]]
    heights = (420, len(lying) * 46 + 8)
    head = ("部门", "项目", "预算（元）", "占合计")
    return Chart("budget", title, heights, head, table, {"boxes": _boxes(there, year), "lying": lying})


def _boxes(there: Sequence[tuple[ProjectRow, Decimal]], year: int) -> list[dict[str, Any]]:
    """Departments with a box each, the largest first, and in it a box for each project."""
    groups: dict[str, list[tuple[str, Decimal, Any]]] = {}
    for row, amount in there[:_FUNDS]:
        groups.setdefault(row.department.name, []).append((row.name, amount, row.slugs(year)))
    if rest := there[_FUNDS:]:
        left = sum((amount for _, amount in rest), Decimal(0))
        groups[f"其余 {len(rest)} 个项目"] = [("", left, None)]
    sizes = {name: float(sum(amount for _, amount, _ in those)) for name, those in groups.items()}
    ordered = sorted(groups, key=lambda name: -sizes[name])
    found = []
    for name, box in zip(ordered, squarified([sizes[one] for one in ordered], _WHOLE), strict=True):
        room = 20 if box.height > 60 and box.width > 60 else 0
        inside = Box(box.x + 1, box.y + 1 + room, box.width - 2, box.height - 2 - room)
        inner = squarified([float(amount) for _, amount, _ in groups[name]], inside)
        projects = [(*one, place) for one, place in zip(groups[name], inner, strict=True)]
        found.append({"name": name, "box": box, "room": room, "projects": projects})
    return found


def squarified(sizes: Sequence[float], within: Box) -> Iterator[Box]:
    """A box for each size, in order, as square as may be (Bruls, Huizing, van Wijk, 2000); sizes are above nothing, the
    largest first.
    """
    scale = within.width * within.height / sum(sizes) if sizes else 0
    areas, place = [size * scale for size in sizes], within
    while areas:
        side, count = min(place.width, place.height), 1
        while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
            count += 1
        row, areas = areas[:count], areas[count:]
        yield from _row(row, place)
        thick = sum(row) / side if side else 0
        if place.width >= place.height:
            place = Box(place.x + thick, place.y, place.width - thick, place.height)
        else:
            place = Box(place.x, place.y + thick, place.width, place.height - thick)


def _worst(row: Sequence[float], side: float) -> float:
    """How far from a square the least square of a row is; 1 is a square."""
    whole = sum(row)
    return max(side**2 * max(row) / whole**2, whole**2 / (side**2 * min(row))) if side and min(row) else 0


def _row(row: Sequence[float], place: Box) -> Iterator[Box]:
    """A row along the shorter side."""
    x, y = place.x, place.y
    thick = sum(row) / (min(place.width, place.height) or 1)
    for area in row:
        length = area / thick if thick else 0
        if place.width >= place.height:
            yield Box(x, y, thick, length)
            y += length
        else:
            yield Box(x, y, length, thick)
            x += length


# -- departments over years -------------------------------------------------------------------------


def _multiples(rows: Sequence[ProjectRow], years: Sequence[int]) -> Chart:
    """Small columns, on one scale each from nothing: how each department went, not which is larger."""
    sums: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        for year in years:
            if (amount := row.years.get(year)) is not None:
                its = sums.setdefault(row.department.name, {})
                its[year] = its.get(year, Decimal(0)) + amount
    ordered = sorted(sums, key=lambda name: -max(sums[name].values()))
    drawn = [(name, [sums[name].get(year) for year in years]) for name in ordered[:_MULTIPLES]]
    table = tuple(
        (name, *("" if (one := sums[name].get(year)) is None else f"{one:f}" for year in years))
        for name in ordered
    )
    title = f"各部门{years[0]}年—{years[-1]}年公开项目的预算"
    heights = (-(-len(drawn) // 4) * 120, -(-len(drawn) // 2) * 120)
    head = ("部门", *(f"{year}年预算（元）" for year in years))
    return Chart("years", title, heights, head, table, {"years": years, "departments": drawn})


# -- like indicators over departments ---------------------------------------------------------------


def _rates(locality: LocalitySummary) -> list[Chart]:
    """What the departments aim at in per cent: their satisfaction, and the rates that most of them name alike (完成率,
    及时率 …), at least two. Each in the newest year that has it: a line a department, a dot a value, larger for more.
    """
    kinds: dict[str, dict[int, list[tuple[str, tuple[tuple[Decimal, int], ...]]]]] = {}
    for department in locality.departments:
        for one in department.disclosures:
            for kind, values in one.rates:
                kinds.setdefault(kind, {}).setdefault(one.year or 0, []).append((department.name, values))
    newest = {kind: (max(years), years[max(years)]) for kind, years in kinds.items()}
    satisfaction = [one for one in newest if one == _SATISFACTION]
    others = [kind for kind, (_, those) in newest.items() if kind != _SATISFACTION and len(those) > 1]
    others.sort(key=lambda kind: (-len(newest[kind][1]), kind))
    return [_rate(kind, *newest[kind]) for kind in satisfaction + others[:_KINDS]]


def _rate(kind: str, year: int, aims: list[tuple[str, tuple[tuple[Decimal, int], ...]]]) -> Chart:
    # Loaded when first needed, like everywhere: its dictionary takes a while.
    from pypinyin import lazy_pinyin

    ordered = sorted(aims, key=lambda pair: (-pair[1][-1][0], pair[0]))
    table = tuple((name, f"{value:f}", str(count)) for name, values in ordered for value, count in values)
    drawn = ordered[:_ROWS]
    least = min(Decimal(50), *(values[0][0] for _, values in drawn))
    heights = (len(drawn) * 26 + 34, len(drawn) * 44 + 34)
    name = "satisfaction" if kind == _SATISFACTION else "".join(lazy_pinyin(kind))
    title = f"{year_text(year)}各部门的{kind}指标值"
    head = ("部门", "指标值（%）", "指标个数")
    return Chart(name, title, heights, head, table, {"least": least, "departments": drawn})
