"""Measurements → a page in Chinese with tables, and a small chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from statistics import median

from benchmarks.measure import Figure, Table

_WIDTH, _ROW, _BARS = 640, 22, 360


def markdown(tables: Iterable[Table], machine: str) -> str:
    """The page docs/性能.md."""
    parts = [
        "# 性能",
        "",
        f"`make bench` 量出的数字；同一次运行里轮流量各种工具，取中位数；倍数是每一轮各自的比值的中位数。机器：{machine}。只有同一张表里的比值可以信，秒数随机器而变。",
        "记录是造出来的（`benchmarks/records.py`）：各种表式都有，文字取自表式的样例，种子固定。",
        "",
        "![对比](性能.svg)",
    ]
    for table in tables:
        parts += ["", f"## {table.title}", "", *(_compared(table) if table.compared else _plain(table))]
    return "\n".join(parts) + "\n"


def _compared(table: Table) -> list[str]:
    own = table.figures[0]
    used = " 处理器秒 |" if own.processor else ""
    return [
        f"| 工具 | 份 | 秒（中位数） |{used} 每秒 | gongkai 快多少倍 | 说明 |",
        f"| --- | --- | --- |{' --- |' if used else ''} --- | --- | --- |",
    ] + [
        f"| {one.name} | {one.pieces:,} | {_values(one.values)} |{f' {_values(one.processor)} |' if used else ''}"
        f" {_number(one.rate)} | {_number(own.times(one))} | {one.note} |"
        for one in table.figures
    ]


def _plain(table: Table) -> list[str]:
    return ["| 量什么 | 中位数 | 说明 |", "| --- | --- | --- |"] + [
        f"| {one.name} | {_values(one.values, f' {one.unit}')} | {one.note} |" for one in table.figures
    ]


def _values(values: Sequence[float], unit: str = "") -> str:
    """The median, and the least and the most where they differ."""
    least, most = min(values), max(values)
    between = f"（{_number(least)}–{_number(most)}）" if least < most else ""
    return f"{_number(median(values))}{unit}{between}"


def _number(value: float) -> str:
    """Three digits that count."""
    return (
        f"{value:,.0f}"
        if value >= 100 or value == int(value)
        else f"{value:.1f}"
        if value >= 10
        else f"{value:.2f}"
    )


def svg(tables: Iterable[Table]) -> str:
    """Bars of pieces a second, each table to its own scale."""
    lines: list[str] = []
    y = 8
    for table in tables:
        if not table.compared:
            continue
        y += 20
        lines.append(f'<text x="8" y="{y}" class="h">{escape(table.title)}：每秒份数</text>')
        most = max(one.rate for one in table.figures)
        for one in table.figures:
            y += _ROW
            lines += _bar(one, y, most)
        y += 12
    style = "text{font:13px sans-serif;fill:#222}.h{font-weight:bold}rect{fill:#9aa5b1}rect.own{fill:#b3261e}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y + 8}" role="img">'
        f"<title>每秒份数</title><style>{style}</style>{''.join(lines)}</svg>\n"
    )


def _bar(one: Figure, y: int, most: float) -> list[str]:
    width = max(1, round(_BARS * one.rate / most))
    own = ' class="own"' if one.name == "gongkai" else ""
    return [
        f'<text x="8" y="{y}">{escape(one.name)}</text>',
        f'<rect x="170" y="{y - 12}" width="{width}" height="14"{own}/>',
        f'<text x="{178 + width}" y="{y}">{_number(one.rate)}</text>',
    ]
