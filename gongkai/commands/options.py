"""Options that several commands have."""

from __future__ import annotations

from datetime import date, datetime

import click

with_workers = click.option(
    "--workers",
    type=click.IntRange(0),
    default=0,
    metavar="个数",
    help="用几个进程；0 是全部处理器，1 是不分进程。",
)

with_day = click.option(
    "--on",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="日期",
    help="当作在这一天运行，例如 2026-02-13：发布日期在这一天以后的不公开。不写就是今天。",
)


def day_of(given: datetime | None) -> date:
    """The day that ``with_day`` gives: today where none is."""
    return given.date() if given else date.today()
