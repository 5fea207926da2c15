"""Click in Chinese: help headings and usage errors, made from Click's own exception types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import click

from gongkai.commands.report import display_width


def usage_message(error: click.ClickException) -> str:
    """What is wrong with a command line, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = (
            f"你是不是要写 {error.possibilities[0]}？" if error.possibilities else "用 --help 看有哪些选项。"
        )
        return f"没有选项 {error.option_name}。{near}"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
        return f"缺少参数 {name}。"
    if isinstance(error, click.BadParameter):
        return f"{_name_of(error.param)} 的值不对：{_expected(error.param)}。"
    if isinstance(error, click.UsageError):
        return error.message
    return error.format_message()


def _name_of(parameter: click.Parameter | None) -> str:
    return max(parameter.opts, key=len) if parameter and parameter.opts else "参数"


def _expected(parameter: click.Parameter | None) -> str:
    """What the parameter's type takes."""
    kind = parameter.type if parameter else None
    if isinstance(kind, click.Choice):
        return f"可以写 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        limits = [f"不小于 {kind.min}"] if kind.min is not None else []
        limits += [f"不大于 {kind.max}"] if kind.max is not None else []
        return "，".join(["应当是整数", *limits])
    if isinstance(kind, click.Path):
        return "应当是文件夹" if not kind.file_okay else "文件不存在或读不了"
    return "请用 --help 看应当怎样写"


class ChineseFormatter(click.HelpFormatter):
    """Help whose columns stand in line although Chinese characters are two columns wide."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Names in a first column, explanations in a second."""
        rows = list(rows)
        width = max((display_width(name) for name, _ in rows), default=0) + col_spacing
        for name, text in rows:
            self.write(f"{' ' * self.current_indent}{name}{' ' * (width - display_width(name))}{text}\n")


class ChineseContext(click.Context):
    """A context that formats help in Chinese."""

    formatter_class = ChineseFormatter


class ChineseCommand(click.Command):
    """A command whose help is in Chinese."""

    context_class = ChineseContext

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """``用法：…``."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """``[选项]`` for Click's ``[OPTIONS]``."""
        return [piece.replace("[OPTIONS]", "[选项]") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under 选项."""
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx))]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help`` explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of commands whose help is in Chinese; a nearly right command name gets a suggestion."""

    command_class = ChineseCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands under 命令."""
        ChineseCommand.format_options(self, ctx, formatter)
        rows = [
            (name, command.get_short_help_str(80))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name))
        ]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """``[选项] [命令]``."""
        return ["[选项]", "[命令]"]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Click's, but with a Chinese message for an unknown command."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1, cutoff=0.4)
            hint = (
                f"你是不是要写 {near[0]}？"
                if near
                else f"可以用的命令：{'、'.join(self.list_commands(ctx))}。"
            )
            raise click.UsageError(f"没有命令“{name}”。{hint}", ctx)
        return super().resolve_command(ctx, args)
