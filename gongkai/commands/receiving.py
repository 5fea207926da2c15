"""The command that takes what departments send; no logic."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gongkai.commands.chinese import ChineseCommand
from gongkai.commands.files import write_file
from gongkai.commands.options import day_of, with_day
from gongkai.problems import ExitCode, Problem
from gongkai.workspace import Workspace, shown


@click.command(cls=ChineseCommand)
@click.argument(
    "folder",
    required=False,
    default=None,
    metavar="[收件夹]",
    type=click.Path(path_type=Path, file_okay=False),
)
@click.option("--write", is_flag=True, help="没有错误的写进记录，送来的文件移到“已收”；不写这一项时只报告。")
@click.option("--publish", is_flag=True, help="写进记录以后接着生成、发布网站（包含 --write）。")
@click.option(
    "--year",
    type=click.IntRange(1990, 2098),
    default=None,
    metavar="年度",
    help="表上没有写年度的算哪一年；不写就是今年。",
)
@click.option(
    "--approved",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="日期",
    help="批复日期，用来算期限；记录里写了批复日期的按记录。",
)
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="文件夹",
    help="交件情况（网页和 CSV）写到哪里，默认是 交件情况/；不会公开。",
)
@with_day
@click.pass_obj
def receive(
    workspace: Workspace,
    folder: Path | None,
    write: bool,
    publish: bool,
    year: int | None,
    approved: datetime | None,
    listed: Path | None,
    today: datetime | None,
) -> None:
    """收件：各部门送来的文件放在 content/收件/，逐个认出部门、校验，写出交件情况；有错误的退回，标出错处。"""
    from gongkai.building import pipeline
    from gongkai.building.terms import Terms
    from gongkai.commands.built import built
    from gongkai.commands.handed_in import as_csv, as_page, hand_in_list
    from gongkai.commands.receipt import examine, send_back, take
    from gongkai.reading.load import INBOX

    folder, day = folder or workspace.content / INBOX, day_of(today)
    year = year or day.year
    found = examine(workspace, folder, year, day)
    for one in found.receipts:
        names = "、".join(file.name for file in one.sent.files)
        where = f"{'/'.join(one.sent.unit)}/{one.sent.year}"
        click.echo(
            f"{'可以收下' if one.good else '退回'}：{names} → {where}，{len(one.plan.proposals)} 条记录"
        )
        _tell(one.problems)
    for file, problems in found.lost.items():
        click.echo(f"退回：{file.name}")
        _tell(problems)
    refused = len(found.lost) + len(found.refused)
    click.echo(
        f"共 {len(found.receipts)} 个部门送来文件，退回 {len(found.refused)} 个；另有 {len(found.lost)} 个文件找不到部门。"
    )
    for file in send_back(folder, found):
        click.echo(f"退回的文件，错处已标出：{shown(file)}")
    published = None
    if write or publish:
        written = take(workspace, folder, found.receipts, day)
        click.echo(f"已写入 {len(written)} 个记录文件。")
    else:
        click.echo("记录没有改动。核对以后，加上 --write 写入，或加上 --publish 写入并发布。")
    if publish:
        published = built(workspace, 0, "", Terms(day))
    checked = published or pipeline.check(workspace, terms=Terms(day))
    lines = hand_in_list(
        workspace, year, day, found.refused, checked.problems, approved.date() if approved else None
    )
    place = listed or workspace.root / "交件情况"
    for name, data in ((f"{year}.html", as_page(lines, year, day)), (f"{year}.csv", as_csv(lines))):
        click.echo(f"交件情况：{write_file(place / name, data)}")
    failed = refused or (published and not published.ok)
    raise SystemExit(ExitCode.PROBLEMS if failed else ExitCode.OK)


def _tell(problems: list[Problem]) -> None:
    for one in problems:
        if one.blocks:
            click.echo(f"  {one.severity.label}：{one.place}　{one.message}。{one.hint}")
