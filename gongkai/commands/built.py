"""A build and its outcome as people are told of them."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from gongkai.building.look import Outcome, fresh
from gongkai.building.terms import Terms
from gongkai.commands import report
from gongkai.problems import ExitCode
from gongkai.workspace import Workspace, shown

if TYPE_CHECKING:
    from gongkai.building.departments import Connect


def built(workspace: Workspace, workers: int, cluster: str, terms: Terms) -> Outcome:
    """Build, and tell what came of it; ``cluster`` is an address, "" for this machine alone."""
    outcome = fresh(workspace, terms.due)
    if outcome is None:
        from gongkai.building import pipeline
        from gongkai.commands.progress import ProgressBar

        machines = _machines(cluster) if cluster else None
        with ProgressBar() as progress:
            outcome = pipeline.build(
                workspace, workers=workers, progress=progress, cluster=machines, terms=terms
            )
    show(outcome, workspace)
    if outcome.published:
        click.echo(f"已发布 {outcome.files} 个文件到 {shown(workspace.output)}，其中新做 {outcome.made} 个。")
        if outcome.held:
            names = "、".join(outcome.held)
            click.echo(f"有错误的部门没有更新，见上面：{names}。改正以后请再生成一次。")
    else:
        click.echo("没有发布：请先改正上面的错误。已发布的网站没有改动。")
    return outcome


def _machines(address: str) -> Connect:
    from gongkai.cluster.executor import connect

    return partial(connect, address)


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
