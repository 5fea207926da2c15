"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import click

from gongkai.problems import Severity

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


def with_choice(command: Callable[..., None]) -> Callable[..., None]:
    """Which findings are listed, as keywords of ``overview.chosen``: severities, rules, projects; none: all."""
    options = (
        ("--severity", "severities", "程度", "只列出这种程度的：错误、警告、提示；可以写几次。"),
        ("--rule", "rules", "规则", "只列出这条规则（wording.typo）或这一类（wording）的。"),
        ("--project", "projects", "项目", "只列出这个项目文件（不含 .yaml）的。"),
    )
    labels = click.Choice([severity.label for severity in Severity])
    for flag, name, metavar, text in reversed(options):
        kind = labels if name == "severities" else click.STRING
        command = click.option(flag, name, type=kind, multiple=True, metavar=metavar, help=text)(command)
    return command


def day_of(given: datetime | None) -> date:
    """The day that ``with_day`` gives: today where none is."""
    return given.date() if given else date.today()
