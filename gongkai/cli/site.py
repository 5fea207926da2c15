"""The commands that look at the whole site, make it, and carry it elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from gongkai.atomic import must_be_new, write_file
from gongkai.building.look import Outcome, Terms, fresh
from gongkai.cli.options import (
    FILE,
    FOLDER,
    THERE,
    command,
    day_of,
    with_choice,
    with_day,
    with_workers,
)
from gongkai.cli.streams import progress, settle
from gongkai.commands import report
from gongkai.problems import CommandError, ExitCode, concerning
from gongkai.publishing.manifest import verify as verify_site
from gongkai.workspace import Workspace, shown


@command()
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
    type=FOLDER,
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
        return built(site, terms, workers, cluster)

    if not watch:
        leave(build_now())
    from gongkai.building.pipeline import warm_up
    from gongkai.commands.watch import Watch

    files = Watch(workspace)
    settle(failed=not build_now().ok)
    click.echo("正在等待改动。按 Ctrl-C 结束。")
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


def built(workspace: Workspace, terms: Terms, workers: int = 0, cluster: str = "") -> Outcome:
    """Build, and tell what came of it; ``cluster`` is an address, "" for this machine alone."""
    outcome = fresh(workspace, terms.due)
    if outcome is None:
        from gongkai.building import pipeline

        machines = None
        if cluster:
            from gongkai.cluster.executor import connect

            machines = partial(connect, cluster)
        with progress("生成网站") as step:
            outcome = pipeline.build(workspace, workers=workers, progress=step, cluster=machines, terms=terms)
    show(outcome, workspace)
    if outcome.published:
        click.echo(f"已发布 {outcome.files} 个文件到 {shown(workspace.output)}，其中新做 {outcome.made} 个。")
        if outcome.held:
            names = "、".join(outcome.held)
            click.echo(f"有错误的部门没有更新，见上面：{names}。改正以后请再生成一次。")
    else:
        click.echo("没有发布：请先改正上面的错误。已发布的网站没有改动。")
    return outcome


def show(outcome: Outcome, workspace: Workspace) -> None:
    """All problems, and how many there are."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    text = report.terminal_text(outcome.problems, workspace.root, colour=colour)
    if text:
        click.echo(text)
    counts = (report.counts_text(outcome.problems), report.accepted_text(outcome.problems))
    click.echo("；".join(part for part in counts if part) + "。")


def leave(outcome: Outcome) -> None:
    """End the command with the exit code of an outcome."""
    raise SystemExit(ExitCode.OK if outcome.ok else ExitCode.PROBLEMS)


@command()
@click.argument("address", default="", metavar="[地区/部门[/年度]]")
@with_workers
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "sarif", "github", "html"]),
    default="text",
    metavar="格式",
    help="text 给人看；html 是给签发人的一页报告；json、sarif、github 给程序用。",
)
@click.option("--to", type=FILE, metavar="文件", help="报告写到文件里。")
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
    from gongkai.commands.report import chosen
    from gongkai.commands.report_formats import render

    address = _known(workspace, address)
    with progress("校验") as step:
        outcome = pipeline.check(workspace, workers=workers, progress=step, terms=Terms(day_of(today)))
    if address:
        outcome = Outcome(tuple(concerning(outcome.problems, address)))
    listed = Outcome(chosen(outcome.problems, **wanted))
    if to is not None:
        name = write_file(to, render(listed.problems, style, workspace.root).encode())
        click.echo(f"{report.counts_text(listed.problems)}。报告已写到 {name}。")
    elif style == "text":
        show(listed, workspace)
    else:
        click.echo(render(listed.problems, style, workspace.root))
    leave(outcome)


def _known(workspace: Workspace, address: str) -> str:
    """An address of a folder in content/, tidied; "" for none. Raises UsageError where there is no such folder."""
    from gongkai.reading.kinds import SLUG

    address = address.replace("\\", "/").removeprefix("content/").strip("/")
    parts = address.split("/") if address else []
    named = len(parts) <= 3 and all(SLUG.fullmatch(part) for part in parts)
    if not (named and workspace.content.joinpath(*parts).is_dir()) and address:
        raise click.UsageError(
            f"content/ 里没有“{address}”。地址写成 地区/部门 或 地区/部门/年度，例如 dongguan/shi-zhi-gongwei/2026。"
        )
    return address


@command()
@with_workers
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="格式",
    help="text 文字（默认），json 给程序用。",
)
@click.pass_obj
def diff(workspace: Workspace, workers: int, style: str) -> None:
    """发布前看看：与已发布的网站相比，公开的内容会有什么变化；什么也不写。"""
    from gongkai.commands.difference import compare_with_published, difference_json, difference_text

    with progress("与已发布的网站比较"):
        found = compare_with_published(workspace, workers)
    click.echo(difference_json(found) if style == "json" else difference_text(found))
    if any(problem.blocks for problem in found.problems):
        click.echo(report.terminal_text(found.problems, workspace.root), err=True)
        click.echo("有文件读不了，那一年没有比较；请先改正上面的错误。", err=True)


@command()
@click.pass_obj
def verify(workspace: Workspace) -> None:
    """核对已发布的网站：有没有缺少、多余或改动过的文件。"""
    with progress("核对文件"):
        differences = verify_site(workspace.output)
    for one in differences:
        click.echo(f"{one.state.label}：{one.path}")
    click.echo(f"共 {len(differences)} 处不一致。" if differences else "已发布的文件与清单一致。")
    raise SystemExit(ExitCode.PROBLEMS if differences else ExitCode.OK)


@command()
@click.argument("package", metavar="包.zip", type=FILE)
@click.option(
    "--since",
    type=THERE,
    metavar="清单",
    help="只装对方还没有的：写上次的包、上次的 manifest.json，或那时的网站文件夹。",
)
@click.pass_obj
def pack(workspace: Workspace, package: Path, since: Path | None) -> None:
    """打包：把已发布的网站，或自上次以来改动的部分，装成一个带校验值的压缩文件，用来拷到另一台机器上。"""
    from gongkai.publishing import packing

    must_be_new(package, "请换一个名字，例如写上日期。")
    with progress("打包"):
        packed = packing.pack(workspace.output, package, packing.manifest_of(since) if since else None)
    click.echo(f"已生成 {shown(package.absolute())}：网站 {packed.whole} 个文件，装了 {packed.files} 个。")
    click.echo(f"SHA-256：{packed.sha256}")


@command()
@click.argument("package", metavar="包.zip", type=FILE)
@click.option(
    "--sha256",
    default="",
    metavar="校验值",
    help="pack 给出的 SHA-256；不一样就什么也不做。不写时只用包里的清单逐个核对文件。",
)
@click.pass_obj
def unpack(workspace: Workspace, package: Path, sha256: str) -> None:
    """装上包：把 pack 生成的包装到 --output 的网站上；先全部核对，再整个换上，有一处不对就一点不改。"""
    from gongkai.publishing import packing

    with progress("核对并装上"):
        packed = packing.unpack(package, workspace.output, sha256)
    click.echo(
        f"已换上：网站共 {packed.whole} 个文件，包里有 {packed.files} 个，其余与清单一致。{shown(workspace.output)}"
    )
