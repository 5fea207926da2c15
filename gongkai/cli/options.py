"""What several commands take and do: kinds of arguments, options, questions to the person, and files written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from gongkai.problems import CommandError, ExitCode, Severity
from gongkai.workspace import shown

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
THERE = click.Path(path_type=Path, exists=True)
YEAR = click.IntRange(1990, 2098)
DAY = click.DateTime(["%Y-%m-%d"])

with_workers = click.option(
    "--workers", type=click.IntRange(0), default=0, metavar="个数",
    help="用几个进程；0 是全部处理器，1 是不分进程。",
)  # fmt: skip
with_day = click.option(
    "--on", "today", type=DAY, metavar="日期",
    help="当作在这一天运行，例如 2026-02-13：发布日期在这一天以后的不公开。不写就是今天。",
)  # fmt: skip


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


def asked(question: str) -> str:
    """What the person types, asked again while it is blank; EOFError at the end of input."""
    while not (answer := input(f"{question}：").strip()):
        pass
    return answer


def must_be_new(file: Path, hint: str) -> None:
    """Raises CommandError where a file is there already; ``hint`` is what to do then."""
    if file.exists():
        raise CommandError(f"{shown(file.absolute())} 已经存在，没有改动它。", hint)


def write_file(file: Path, data: bytes) -> str:
    """Write a file, with the folders on the way; its name as people are told it. Raises CommandError."""
    name = shown(file.absolute())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        hint = "请检查文件夹的权限和磁盘空间，以及文件是否正被别的程序打开。"
        raise CommandError(f"写不了 {name}（{error.strerror}）。", hint, ExitCode.SETUP) from error
    return name
