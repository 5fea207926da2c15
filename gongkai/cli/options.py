"""Click as the commands use it: in Chinese, with the arguments and options that several of them take."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from gongkai.commands.report import display_width
from gongkai.problems import Severity

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


# -- in Chinese --------------------------------------------------------------------------------------

_WORDS = {"Options": "选项", "Commands": "命令", "Show this message and exit.": "显示这段说明。"}


def usage_message(error: click.ClickException) -> str:
    """What is wrong with a command line, in Chinese."""
    match error:
        case click.NoSuchOption():
            near = f"你是不是要写 {error.possibilities[0]}？" if error.possibilities else ""
            return f"没有选项 {error.option_name}。{near or '用 --help 看有哪些选项。'}"
        case click.MissingParameter():
            return f"缺少参数 {error.param.make_metavar(error.ctx) if error.param and error.ctx else ''}。"
        case click.BadParameter():
            name = max(error.param.opts, key=len) if error.param and error.param.opts else "参数"
            return f"{name} 的值不对：{_expected(error.param)}。"
    return error.message


def _expected(parameter: click.Parameter | None) -> str:
    """What the parameter's type takes."""
    match parameter.type if parameter else None:
        case click.Choice() as kind:
            return f"可以写 {'、'.join(map(str, kind.choices))}"
        case click.IntRange() as kind:
            limits = [f"不小于 {kind.min}"] if kind.min is not None else []
            limits += [f"不大于 {kind.max}"] if kind.max is not None else []
            return "，".join(["应当是整数", *limits])
        case click.Path() as kind:
            return "文件不存在或读不了" if kind.file_okay else "应当是文件夹"
    return "请用 --help 看应当怎样写"


class _Formatter(click.HelpFormatter):
    """Help in Chinese, whose columns stand in line although its characters are two columns wide."""

    def section(self, name: str) -> Any:
        return super().section(_WORDS.get(name, name))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]"), prefix="用法：")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        width = max(display_width(name) for name, _ in rows) + col_spacing
        for name, text in rows:
            blank = " " * (width - display_width(name))
            self.write(f"{' ' * self.current_indent}{name}{blank}{_WORDS.get(text, text)}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Command(click.Command):
    context_class = _Context


command = partial(click.command, cls=_Command)
"""Click's decorator, for a command whose help is in Chinese."""


class ChineseGroup(click.Group):
    """A group of commands whose help is in Chinese; a nearly right command name gets a suggestion."""

    context_class = _Context

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Click's, but with a Chinese message for an unknown command."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"你是不是要写 {near[0]}？" if near else f"可以用的命令：{'、'.join(known)}。"
            raise click.UsageError(f"没有命令“{name}”。{hint}", ctx)
        return super().resolve_command(ctx, args)
