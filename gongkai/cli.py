"""Commands: what can be typed, and the exit code; no logic.

A command imports what it works with when it runs: where nothing has changed, that is most of the time it takes.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
import traceback
import webbrowser
from datetime import datetime
from pathlib import Path

import click

from gongkai import __version__
from gongkai.beginning import asked, init, manual
from gongkai.building.look import Outcome
from gongkai.building.terms import Terms
from gongkai.commands import report
from gongkai.commands.built import built, leave, show
from gongkai.commands.carrying import pack, unpack, verify
from gongkai.commands.chinese import ChineseGroup, usage_message
from gongkai.commands.exchange import import_files, sheet
from gongkai.commands.files import write_file
from gongkai.commands.logged import listen, settle
from gongkai.commands.options import day_of, with_choice, with_day, with_workers
from gongkai.commands.receiving import receive
from gongkai.commands.signing import sign
from gongkai.commands.streams import open_streams
from gongkai.drafting.command import draft
from gongkai.problems import CommandError, ExitCode, concerning
from gongkai.program import COMMAND
from gongkai.workspace import Workspace, shown

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(cls=ChineseGroup, invoke_without_command=True)
@click.option(
    "--root",
    type=_FOLDER,
    default=Path(),
    metavar="文件夹",
    help="含有 content/ 的文件夹，默认是当前文件夹。",
)
@click.option("--output", type=_FOLDER, default=None, metavar="文件夹", help="网站写到哪里，默认是 output/。")
@click.option("--verbose", is_flag=True, help="显示每一步。")
@click.option("--quiet", is_flag=True, help="没有错误就什么也不显示，用于定时运行；有错误时全部显示。")
@click.option(
    "--log",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="文件",
    help="显示的内容同时写到日志文件末尾，每行前面有时间。",
)
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
        ctx.invoke(build)


@cli.command()
@with_workers
@click.option(
    "--cluster",
    default="",
    metavar="地址",
    help="用 Dask 集群生成，例如 tcp://192.168.1.10:8786；见 docs/规模.md。",
)
@click.option("--watch", is_flag=True, help="一直开着：记录或版式一改就重新生成并发布；按 Ctrl-C 结束。")
@with_day
@click.option(
    "--strict", is_flag=True, help="有一个部门有错误，就什么也不发布；不写则它保留上次的内容，其余照常发布。"
)
@click.option(
    "--unguarded",
    is_flag=True,
    help="不与已公开的内容核对，只用于还没有人看的网站：公开的内容会不声不响地改掉。",
)
@click.option(
    "--drafts",
    type=_FOLDER,
    default=None,
    metavar="文件夹",
    help="把草稿生成到这个文件夹：还没有到发布日期的也在里面，每页标明是草稿，不请搜索引擎收录；已发布的网站不动。",
)
@click.pass_obj
def build(
    workspace: Workspace,
    workers: int,
    cluster: str,
    watch: bool,
    today: datetime | None,
    strict: bool,
    unguarded: bool,
    drafts: Path | None,
) -> None:
    """生成网站：读取、校验、编排、比对、渲染、印制、发布。"""

    site = Workspace.at(workspace.root, drafts) if drafts else workspace
    if drafts and site.output == workspace.output:
        raise click.UsageError("草稿不能生成到已发布的网站里，请写另一个文件夹。")

    def build_now() -> Outcome:
        # Asked anew each time: a watch goes on over midnight.
        public = workspace.output if drafts else None
        terms = Terms(day_of(today), guarded=not unguarded, strict=strict, public=public)
        return built(site, workers, cluster, terms)

    if not watch:
        leave(build_now())
    from gongkai.commands.watch import Watch

    files = Watch(workspace)
    settle(failed=not build_now().ok)
    click.echo("正在等待改动。按 Ctrl-C 结束。")
    from gongkai.building.pipeline import warm_up

    warm_up(workspace)
    for _ in files.changes(threading.Event()):
        started = time.perf_counter()
        failed = True
        try:
            failed = not build_now().ok
        except CommandError as error:
            click.echo(f"错误：{error}", err=True)
        except Exception:  # whatever it is, the next change may be built again
            traceback.print_exc()
        click.echo(f"用时 {time.perf_counter() - started:.2f} 秒。")
        settle(failed=failed)


@cli.command()
@click.argument("address", required=False, default="", metavar="[地区/部门[/年度]]")
@with_workers
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "sarif", "github", "html"]),
    default="text",
    metavar="格式",
    help="text 给人看；html 是给签发人的一页报告；json、sarif、github 给程序用。",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="文件",
    help="报告写到文件里。",
)
@with_choice
@with_day
@click.pass_obj
def check(
    workspace: Workspace,
    /,
    address: str,
    workers: int,
    style: str,
    to: Path | None,
    today: datetime | None,
    **wanted: tuple[str, ...],
) -> None:
    """只校验，不生成网站；写了地址，只列出那一部分的问题（全站的错误总是列出）。"""
    from gongkai.building import pipeline
    from gongkai.commands.overview import chosen
    from gongkai.commands.progress import ProgressBar
    from gongkai.commands.report_formats import render

    address = _known(workspace, address)
    with ProgressBar() as progress:
        outcome = pipeline.check(workspace, workers=workers, progress=progress, terms=Terms(day_of(today)))
    if address:
        outcome = Outcome(tuple(concerning(outcome.problems, address)))
    whole = outcome
    if any(wanted.values()):
        outcome = Outcome(chosen(outcome.problems, **wanted))
    if to is not None:
        name = write_file(to, render(outcome.problems, style, workspace.root).encode())
        click.echo(f"{report.counts_text(outcome.problems)}。报告已写到 {name}。")
    elif style == "text":
        show(outcome, workspace)
    else:
        click.echo(render(outcome.problems, style, workspace.root))
    leave(whole)


def _known(workspace: Workspace, address: str) -> str:
    """An address of a folder in content/, tidied; "" for none. Raises UsageError where there is no such folder."""
    from gongkai.reading.kinds import SLUG

    address = address.replace("\\", "/").removeprefix("content/").strip("/")
    parts = address.split("/") if address else []
    named = len(parts) <= 3 and all(SLUG.fullmatch(part) for part in parts)
    if parts and not (named and workspace.content.joinpath(*parts).is_dir()):
        raise click.UsageError(
            f"content/ 里没有“{address}”。地址写成 地区/部门 或 地区/部门/年度，例如 dongguan/shi-zhi-gongwei/2026。"
        )
    return address


@cli.command()
@with_workers
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="格式",
    help="text 文字（默认），json 给程序用。",
)
@click.pass_obj
def diff(workspace: Workspace, workers: int, form: str) -> None:
    """发布前看看：与已发布的网站相比，公开的内容会有什么变化；什么也不写。"""
    from gongkai.diffs.report import difference_json, difference_text
    from gongkai.diffs.site import compare_with_published

    found = compare_with_published(workspace, workers)
    click.echo(difference_json(found) if form == "json" else difference_text(found))
    if any(problem.blocks for problem in found.problems):
        click.echo(report.terminal_text(found.problems, workspace.root), err=True)
        click.echo("有文件读不了，那一年没有比较；请先改正上面的错误。", err=True)


@cli.command()
@click.argument("address", metavar="地区/部门/年度[/项目]")
@click.pass_obj
def keep(workspace: Workspace, address: str) -> None:
    """更正之前：把现在公开的 PDF 留一份，更正以后仍可下载。"""
    from gongkai.pages.superseded import keep as keep_published

    today = day_of(None)
    kept = keep_published(workspace, address, today)
    click.echo(f"已保留 {shown(kept.file)}")
    click.echo(f"请在 {shown(kept.record)} 里写明（已有“更正说明”的，在下面加一条）：\n")
    click.echo(
        f"更正说明:\n  - 日期: {today}\n    内容: 写明哪一项由什么更正为什么\n    原文件: [{kept.file.name}]"
    )


@cli.command()
@click.argument("address", metavar="地区/部门/年度/项目")
@click.option(
    "--from",
    "last_year",
    type=click.IntRange(1990, 2098),
    default=None,
    metavar="年度",
    help="沿用这一年的项目：年份改到新的一年，需要核对的地方做了标记。",
)
@click.option("--name", default=None, metavar="名称", help="地址最后一段的名称；不写就会询问。")
@click.pass_obj
def new(workspace: Workspace, address: str, last_year: int | None, name: str | None) -> None:
    """新建记录：生成带说明的文件，照着填写；已有的文件不会改动。"""
    from gongkai.authoring.create import create

    try:
        created = create(workspace, address, asked, last_year, name)
    except EOFError as error:
        click.echo(err=True)
        hint = "请重新运行，回答每一个问题。"
        raise CommandError("还有名称没有回答，没有生成任何文件。", hint) from error
    except KeyboardInterrupt as error:
        click.echo("\n已中断。已有的文件没有改动。", err=True)
        raise SystemExit(ExitCode.INTERRUPTED) from error
    if not created.written:
        click.echo("要的文件都已经有了，没有生成新的文件。")
        return
    for file in created.written:
        click.echo(f"已生成 {shown(file)}")
    click.echo(f"填好以后运行 {COMMAND} check，看看有没有问题；或运行 {COMMAND} serve，在浏览器里填。")


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    metavar="端口",
    help="端口，默认 8000；0 是任选一个空着的。",
)
@click.option("--browser/--no-browser", default=True, help="是否同时打开浏览器，默认打开。")
@click.pass_obj
def serve(workspace: Workspace, port: int, browser: bool) -> None:
    """工作台：在浏览器里填表、校验、导入、预览、发布；只在本机打开。"""
    from gongkai.workbench.app import Workbench

    try:
        bench = Workbench(workspace, port)
    except OSError as error:
        message = f"端口 {port} 用不了（{error.strerror}）。"
        raise CommandError(message, f"请换一个，例如 --port {port + 1}。") from error
    click.echo(f"请在浏览器里打开 {bench.address} 。按 Ctrl-C 结束。")
    if browser:
        webbrowser.open(bench.address)
    bench.run()


@cli.command()
@click.argument("names", nargs=-1, metavar="[表式]...")
@click.option("--copy", default=None, metavar="新名字", help="把这个表式抄到 layouts/forms/新名字，照着改。")
@click.option(
    "--beside",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="文件",
    help="把表式和它的原表并排写成一个网页，不同的格有红框。",
)
@click.pass_obj
def forms(workspace: Workspace, names: tuple[str, ...], copy: str | None, beside: Path | None) -> None:
    """列出并检验表式：有哪些，哪里使用，能不能填满、排出、印出，与原表是否一致；写了代号的只看这几种，只写一个的还列出它的各项。"""
    from gongkai.authoring.contract import check_forms
    from gongkai.commands.choice import copy_form, fields_text, form_named, forms_text
    from gongkai.reading.forms import load_forms

    known, _ = load_forms(workspace.layouts)
    chosen = [form_named(known, name) for name in names]
    if copy:
        if len(chosen) != 1:
            raise click.UsageError("--copy 要和一个表式的名字一起写。")
        click.echo(f"已抄到 {shown(copy_form(workspace, chosen[0], copy))}")
        return
    if len(chosen) == 1:
        click.echo(fields_text(chosen[0]) + "\n")
    else:
        click.echo(forms_text(chosen or known.values()) + "\n")
    if beside is not None:
        from gongkai.authoring.likeness import beside as beside_page

        click.echo(f"已写到 {write_file(beside, beside_page(workspace, names).encode())}")
    outcome = Outcome(tuple(check_forms(workspace, names)))
    show(outcome, workspace)
    leave(outcome)


for _command in (sheet, import_files, draft, receive, sign, init, manual, verify, pack, unpack):
    cli.add_command(_command)


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
