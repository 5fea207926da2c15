"""Charts of a locality as static SVG, wide and for phones, each with its figures as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from gongkai.exports.text import BOM, csv_lines, neutral
from gongkai.planning.explore import ProjectRow, project_rows, years_of
from gongkai.planning.summaries import LocalitySummary
from gongkai.planning.treemap import Box, squarified
from gongkai.tables.figures import readable, share, shortened

WIDE, NARROW = 720, 340
_INKS = ("#1f5f6b", "#8a3324", "#4a5a1f", "#5b3f7a", "#7a5410", "#24507f", "#7a2f55", "#3d5c4b")
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">\n'
    "<title>{title}</title>\n<style>text{{font:13px sans-serif;fill:#1c2326}}.v{{font-weight:700}}.s{{font-size:11px;fill:#4f5b60}}"
    ".w{{fill:#fff;font-size:12px}}.b{{fill:#2c7481}}.l{{stroke:#d8d4ca}}</style>\n"
    '<rect width="{width}" height="{height}" fill="#fff"/>\n'
)
_FUNDS, _MULTIPLES, _ROWS = 60, 24, 30
"""How many projects, departments over years, and departments by satisfaction are drawn; the CSV has all of them."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its pictures, and its figures as a table."""

    name: str
    title: str
    wide: str
    narrow: str
    heights: tuple[int, int]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def files(self, folder: str) -> Iterator[tuple[str, bytes, int]]:
        """Address and content of what can be taken away, and how many rows it has."""
        yield f"{folder}/{self.name}.svg", self.wide.encode(), 0
        yield f"{folder}/{self.name}-narrow.svg", self.narrow.encode(), 0
        lines = [self.head, *(tuple(map(neutral, row)) for row in self.rows)]
        yield f"{folder}/{self.name}.csv", BOM + csv_lines(lines), len(self.rows)


def chart_folder(locality: str) -> str:
    """Where a locality's charts stand."""
    return f"{locality}/charts"


def locality_charts(locality: LocalitySummary) -> list[Chart]:
    """Its charts: where the money goes, how it went over the years, which satisfaction is aimed at."""
    rows = list(project_rows([locality]))
    years = [year for year in years_of(rows) if any(row.years.get(year) for row in rows)]
    found = [_treemap(rows, years[0])] if years else []
    dated = [year for year in reversed(years) if year]
    found += [_multiples(rows, dated)] if len(dated) > 1 else []
    return found + (_satisfaction(locality) if years else [])


def _year(year: int) -> str:
    return f"{year}年" if year else "年度未注明"


# -- department → project --------------------------------------------------------------------------


def _treemap(rows: Sequence[ProjectRow], year: int) -> Chart:
    there = [(row, amount) for row in rows if (amount := row.years.get(year))]
    there.sort(key=lambda pair: -pair[1])
    whole = sum((amount for _, amount in there), Decimal(0))
    title = f"{_year(year)}各部门、各项目的预算"
    lying = [(row.name, amount) for row, amount in there[:12]]
    table = tuple(
        (row.department.name, row.name, f"{amount:f}", share(amount, whole)) for row, amount in there
    )
    wide, narrow = _boxes(there, title), _lying(lying, title)
    head = ("部门", "项目", "预算（元）", "占合计")
    return Chart("budget", title, wide, narrow, (420, len(lying) * 46 + 8), head, table)


def _boxes(there: Sequence[tuple[ProjectRow, Decimal]], title: str) -> str:
    drawn = there[:_FUNDS]
    groups: dict[str, list[tuple[str, Decimal]]] = {}
    for row, amount in drawn:
        groups.setdefault(row.department.name, []).append((row.name, amount))
    if rest := there[_FUNDS:]:
        left = sum((amount for _, amount in rest), Decimal(0))
        groups[f"其余 {len(rest)} 个项目"] = [("", left)]
    sizes = {name: sum(amount for _, amount in those) for name, those in groups.items()}
    ordered = sorted(groups, key=lambda name: -sizes[name])
    parts = [_HEAD.format(width=WIDE, height=420, title=escape(title))]
    outer = squarified([float(sizes[name]) for name in ordered], Box(0, 0, WIDE, 420))
    for number, (name, box) in enumerate(zip(ordered, outer, strict=True)):
        room = 20 if box.height > 60 and box.width > 60 else 0
        inside = Box(box.x + 1, box.y + 1 + room, box.width - 2, box.height - 2 - room)
        if room:
            fits = int((box.width - 6) / 13)
            parts.append(
                f'<text class="v" x="{box.x + 4:.1f}" y="{box.y + 16:.1f}">{escape(shortened(name, fits))}</text>\n'
            )
        those = groups[name]
        inner = squarified([float(amount) for _, amount in those], inside)
        for (project, amount), one in zip(those, inner, strict=True):
            parts.append(_box(project, amount, one, _INKS[number % len(_INKS)], name))
    return "".join((*parts, "</svg>\n"))


def _box(name: str, amount: Decimal, box: Box, ink: str, department: str) -> str:
    told = " ".join(readable(amount))
    drawn = (
        f"<g><title>{escape('，'.join(filter(None, (department, name, told))))}</title>"
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{max(box.width - 1, 0.1):.1f}" height="{max(box.height - 1, 0.1):.1f}"'
        f' fill="{ink}"/>'
    )
    fits = int((box.width - 8) / 12)
    if name and fits >= 4 and box.height >= 20:
        drawn += (
            f'<text class="w" x="{box.x + 4:.1f}" y="{box.y + 15:.1f}">{escape(shortened(name, fits))}</text>'
        )
    if fits >= 6 and box.height >= 38:
        drawn += f'<text class="w" x="{box.x + 4:.1f}" y="{box.y + 31:.1f}">{told}</text>'
    return drawn + "</g>\n"


def _lying(values: Sequence[tuple[str, Decimal]], title: str) -> str:
    """Lying bars, as wide as a phone."""
    parts = [_HEAD.format(width=NARROW, height=len(values) * 46 + 8, title=escape(title))]
    longest = max(amount for _, amount in values)
    for number, (name, amount) in enumerate(values):
        y = number * 46
        parts.append(
            f'<text x="0" y="{y + 18}">{escape(shortened(name, 17))}</text>'
            f'<text class="v" x="{NARROW}" y="{y + 18}" text-anchor="end">{" ".join(readable(amount, longest))}</text>'
            f'<rect class="b" x="0" y="{y + 26}" width="{amount * NARROW / longest:.1f}" height="10"/>\n'
        )
    return "".join((*parts, "</svg>\n"))


# -- departments over years -------------------------------------------------------------------------


def _multiples(rows: Sequence[ProjectRow], years: Sequence[int]) -> Chart:
    sums: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        for year in years:
            if (amount := row.years.get(year)) is not None:
                its = sums.setdefault(row.department.name, {})
                its[year] = its.get(year, Decimal(0)) + amount
    ordered = sorted(sums, key=lambda name: -max(sums[name].values()))
    title = f"各部门{years[0]}年—{years[-1]}年公开项目的预算"
    drawn = [(name, [sums[name].get(year) for year in years]) for name in ordered[:_MULTIPLES]]
    head = ("部门", *(f"{year}年预算（元）" for year in years))
    table = tuple(
        (name, *("" if (one := sums[name].get(year)) is None else f"{one:f}" for year in years))
        for name in ordered
    )
    wide, narrow = (_grid(drawn, years, title, *each) for each in ((WIDE, 4), (NARROW, 2)))
    heights = (-(-len(drawn) // 4) * 120, -(-len(drawn) // 2) * 120)
    return Chart("years", title, wide, narrow, heights, head, table)


def _grid(
    drawn: Sequence[tuple[str, list[Decimal | None]]],
    years: Sequence[int],
    title: str,
    width: int,
    across: int,
) -> str:
    """Small columns on one scale each from nothing: how each department went, not which is larger."""
    cell = width / across
    parts = [_HEAD.format(width=width, height=-(-len(drawn) // across) * 120, title=escape(title))]
    for number, (name, values) in enumerate(drawn):
        x, y = number % across * cell, number // across * 120
        top = max((value for value in values if value), default=Decimal(1))
        slot = (cell - 20) / len(years)
        parts.append(f'<text x="{x:.1f}" y="{y + 14}">{escape(shortened(name, int((cell - 8) / 13)))}</text>')
        parts.append(
            f'<text class="s" x="{x:.1f}" y="{y + 29}">最多 {" ".join(readable(top))}</text>'
            f'<line class="l" x1="{x:.1f}" y1="{y + 96.5}" x2="{x + cell - 20:.1f}" y2="{y + 96.5}"/>'
        )
        for at, value in enumerate(values):
            if value is None:
                continue
            height = float(value * 58 / top)
            parts.append(
                f'<rect class="b" x="{x + at * slot + slot * 0.15:.1f}" y="{y + 96 - height:.1f}" width="{slot * 0.7:.1f}"'
                f' height="{height:.1f}"/>'
            )
        for at in sorted({0, len(years) - 1}):
            anchor, place = ("start", x) if at == 0 else ("end", x + cell - 20)
            parts.append(
                f'<text class="s" x="{place:.1f}" y="{y + 110}" text-anchor="{anchor}">{years[at]}</text>'
            )
        parts.append("\n")
    return "".join((*parts, "</svg>\n"))


# -- like indicators over departments ---------------------------------------------------------------


def _satisfaction(locality: LocalitySummary) -> list[Chart]:
    """Which satisfaction in per cent the departments aim at, in the newest year that has any."""
    years: dict[int, list[tuple[str, tuple[tuple[Decimal, int], ...]]]] = {}
    for department in locality.departments:
        for one in department.disclosures:
            if one.satisfaction:
                years.setdefault(one.year or 0, []).append((department.name, one.satisfaction))
    if not years:
        return []
    year = max(years)
    title = f"{_year(year)}各部门的满意度指标值"
    ordered = sorted(years[year], key=lambda pair: (-pair[1][-1][0], pair[0]))
    table = tuple((name, f"{value:f}", str(count)) for name, values in ordered for value, count in values)
    drawn = ordered[:_ROWS]
    wide, narrow = _strips(drawn, title, WIDE, 190), _strips(drawn, title, NARROW, 0)
    heights = (len(drawn) * 26 + 34, len(drawn) * 44 + 34)
    head = ("部门", "指标值（%）", "指标个数")
    return [Chart("satisfaction", title, wide, narrow, heights, head, table)]


def _strips(
    drawn: Sequence[tuple[str, tuple[tuple[Decimal, int], ...]]], title: str, width: int, label: int
) -> str:
    """A line for each department, a dot for each value, larger for more indicators; names above where it is narrow."""
    step, least = (26 if label else 44), min(Decimal(50), *(values[0][0] for _, values in drawn))
    height, room = len(drawn) * step + 34, width - label - 36

    def across(value: Decimal) -> float:
        return label + 16 + float((value - least) / (100 - least or 1)) * room

    parts = [_HEAD.format(width=width, height=height, title=escape(title))]
    for value in (Decimal(tick) for tick in range(0, 101, 10) if tick >= least):
        x = across(value)
        parts.append(
            f'<line class="l" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height - 26}"/>'
            f'<text class="s" x="{x:.1f}" y="{height - 10}" text-anchor="middle">{value}%</text>\n'
        )
    for number, (name, values) in enumerate(drawn):
        y = number * step + (14 if label else 32)
        text = y + 5 if label else y - 14
        parts.append(f'<text x="0" y="{text}">{escape(shortened(name, 13 if label else 24))}</text>')
        for value, count in values:
            radius = min(9.0, 3 + float(count) ** 0.5 * 1.5)
            parts.append(
                f'<circle class="b" cx="{across(value):.1f}" cy="{y}" r="{radius:.1f}"><title>'
                f"{escape(name)}：{value:f}%，{count} 个指标</title></circle>"
            )
        parts.append("\n")
    return "".join((*parts, "</svg>\n"))
