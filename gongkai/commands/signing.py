"""The command that gives what a sign-off says; no logic."""

from __future__ import annotations

from datetime import datetime

import click

from gongkai.commands.chinese import ChineseCommand
from gongkai.commands.options import day_of, with_day
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import Workspace


@click.command(cls=ChineseCommand)
@click.argument("address", metavar="地区/部门/年度")
@click.option("--by", "who", required=True, metavar="姓名", help="签发人。")
@with_day
@click.pass_obj
def sign(workspace: Workspace, address: str, who: str, today: datetime | None) -> None:
    """签发：没有错误的，给出要写进 disclosure.yaml 的签发人、日期和校验值；以后内容改了就不能发布，要重新签发。"""
    from gongkai.building import pipeline
    from gongkai.building.terms import Terms
    from gongkai.checks.signoff import RULES, fingerprint
    from gongkai.exchange.sheet_of import find_year

    loaded, disclosure = find_year(workspace, address)
    day = day_of(today)
    home = f"content/{loaded.locality.slug}/{loaded.department.slug}/"
    found = pipeline.check(workspace, terms=Terms(day)).problems
    wrong = [
        one for one in found if one.blocks and one.place.file.startswith(home) and one.rule != RULES[0].id
    ]
    if wrong:
        message = f"{address} 还有 {len(wrong)} 个错误，不能签发。"
        raise CommandError(message, f"请先改正，见 check {address}。", ExitCode.PROBLEMS)
    click.echo(f"请在 {loaded.document(disclosure.slug).file} 里写明（原来有“签发”的，换成这一段）：\n")
    click.echo(f"签发:\n  签发人: {who}\n  日期: {day}\n  校验值: {fingerprint(loaded, disclosure.slug)}")
