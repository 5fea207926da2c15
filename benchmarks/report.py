"""Measurements → a page in Chinese with tables, and a small chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from benchmarks.measure import Figure, Table

_TITLES = {
    "First print of project PDFs, two processes": "首次印制项目 PDF（两个进程）",
    "Pages of projects from YAML, first build": "从 YAML 首次生成项目网页",
}
_WIDTH, _ROW = 640, 22


def markdown(tables: Iterable[Table], machine: str) -> str:
    """The page docs/性能.md."""
    parts = [
        "# 性能",
        "",
        f"`make bench` 量出的数字；同一次运行里轮流量各种工具，取中位数。机器：{machine}。只有同一张表里的比值可以信，秒数随机器而变。",
        "记录是造出来的（`benchmarks/records.py`）：各种表式都有，文字取自表式的样例，种子固定。",
        "",
        "![对比](性能.svg)",
    ]
    for table in tables:
        parts += ["", f"## {title_of(table)}", "", *_rows(table)]
    return "\n".join(parts) + "\n"


def title_of(table: Table) -> str:
    """The Chinese title."""
    if table.title.startswith("Peak memory"):
        first, last = (word for word in table.title.split() if word.isdigit())
        return f"主进程的内存：{first} 到 {last} 条记录"
    if table.title.startswith("A published site"):
        number = next(word for word in table.title.split() if word.isdigit())
        return f"已发布 {number} 条记录的网站再次生成（每次新开进程）"
    return _TITLES[table.title]


def _rows(table: Table) -> list[str]:
    if table.unit == "bytes":
        one = table.figures[0]
        return ["| 每条记录 | 说明 |", "| --- | --- |", f"| {one.pieces:,} 字节 | {one.note} |"]
    if table.unit == "builds":
        head = ["| 情形 | 秒（中位数） | 最少–最多 | 说明 |", "| --- | --- | --- | --- |"]
        return head + [
            f"| {one.tool} | {one.seconds:.2f} | {one.least:.2f}–{one.most:.2f} | {one.note} |"
            for one in table.figures
        ]
    first = table.figures[0]
    head = [
        "| 工具 | 份 | 秒（中位数） | 每秒 | gongkai 快多少倍 | 说明 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return head + [
        f"| {one.tool} | {one.pieces:,} | {one.seconds:.1f}（{one.least:.1f}–{one.most:.1f}） | {one.rate:.1f} |"
        f" {first.rate / one.rate:.2f} | {one.note} |"
        for one in table.figures
    ]


def svg(tables: Sequence[Table]) -> str:
    """Bars of pieces a second, each table to its own scale."""
    lines: list[str] = []
    y = 8
    for table in tables:
        if table.unit in ("bytes", "builds"):
            continue
        y += 20
        lines.append(f'<text x="8" y="{y}" class="h">{escape(title_of(table))}：每秒份数</text>')
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
    width = max(1, round(360 * one.rate / most))
    own = ' class="own"' if one.tool == "gongkai" else ""
    return [
        f'<text x="8" y="{y}">{escape(one.tool)}</text>',
        f'<rect x="170" y="{y - 12}" width="{width}" height="14"{own}/>',
        f'<text x="{178 + width}" y="{y}">{one.rate:.1f}</text>',
    ]
