"""The root of the command line: what stands before every command, and how a command ends.

A command imports what it works with when it runs: where nothing has changed, that is most of the time it takes.
"""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from pathlib import Path

import click

from gongkai import __version__
from gongkai.cli import files, records, site
from gongkai.cli.options import FILE, FOLDER, ChineseGroup, usage_message
from gongkai.cli.streams import listen, open_streams, settle
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import Workspace

_COMMANDS = (
    *(site.build, site.check, site.diff, site.verify, site.pack, site.unpack),
    *(records.init, records.new, records.serve, records.manual, records.forms, records.sign, records.keep),
    *(files.sheet, files.import_files, files.receive, files.draft),
)


@click.group(cls=ChineseGroup, commands=_COMMANDS, invoke_without_command=True, subcommand_metavar="[命令]")
@click.option(
    "--root", type=FOLDER, default=".", metavar="文件夹", help="含有 content/ 的文件夹，默认是当前文件夹。"
)
@click.option("--output", type=FOLDER, metavar="文件夹", help="网站写到哪里，默认是 output/。")
@click.option("--verbose", is_flag=True, help="显示每一步。")
@click.option("--quiet", is_flag=True, help="没有错误就什么也不显示，用于定时运行；有错误时全部显示。")
@click.option("--log", type=FILE, metavar="文件", help="显示的内容同时写到日志文件末尾，每行前面有时间。")
@click.version_option(__version__, message="gongkai %(version)s", help="显示版本。")
@click.pass_context
def cli(
    ctx: click.Context, root: Path, output: Path | None, verbose: bool, quiet: bool, log: Path | None
) -> None:
    """公开：把绩效目标记录校验、排版、公开成网页和 PDF。不写命令就是 build。"""
    listen(quiet=quiet, log=log)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("gongkai").setLevel(logging.INFO if verbose else logging.WARNING)
    ctx.obj = Workspace.at(root, output)
    if ctx.invoked_subcommand is None:
        ctx.invoke(site.build)


def main() -> None:
    """Run the command line; usage errors in Chinese, a bug keeps its traceback."""
    open_streams()
    code = _run()
    if code == ExitCode.INTERRUPTED:  # who presses Ctrl-C twice still gets this exit code
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle(failed=code != ExitCode.OK)
    sys.exit(code)


def _run() -> int:
    try:
        cli.main(standalone_mode=False)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else ExitCode.OK
    except click.ClickException as error:
        click.echo(f"错误：{usage_message(error)}", err=True)
        return ExitCode.USAGE
    except CommandError as error:
        click.echo(f"错误：{error}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。网站或是原来的样子，或是已经整个换成新的；可以用 verify 核对。", err=True)
        return ExitCode.INTERRUPTED
    except Exception:
        traceback.print_exc()
        click.echo("程序出错。已发布的网站没有改动；请把上面的文字一起报告给维护者。", err=True)
        return ExitCode.BUG
    return ExitCode.OK
