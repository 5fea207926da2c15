"""The commands one begins with: a new site, and the handbook; no logic."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from gongkai.commands.chinese import ChineseCommand
from gongkai.problems import CommandError
from gongkai.program import COMMAND
from gongkai.workspace import Workspace, shown

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(cls=ChineseCommand)
@click.argument("folder", type=_FOLDER, default=None, required=False, metavar="[文件夹]")
@click.option("--site", default=None, metavar="名称", help="站点名称，例如 某某市预算绩效目标公开。")
@click.option("--locality", default=None, metavar="名称", help="地区名称，例如 东莞市。")
@click.option("--department", default=None, metavar="名称", help="部门名称。")
@click.option("--year", type=click.IntRange(1990, 2099), default=None, metavar="年度", help="哪一年的公开。")
@click.option("--form", default=None, metavar="表式", help="用哪张表；不写就列出来选。")
@click.option("--project", default=None, metavar="名称", help="第一个项目的名称。")
@click.pass_obj
def init(
    workspace: Workspace,
    folder: Path | None,
    site: str | None,
    locality: str | None,
    department: str | None,
    year: int | None,
    form: str | None,
    project: str | None,
) -> None:
    """从头开始：在空文件夹里建好站点、地区、部门、一个项目和启动文件；没有写的会询问。"""
    from gongkai.authoring.begin import Beginning, begin
    from gongkai.commands.choice import form_named, forms_text
    from gongkai.reading.forms import load_forms

    workspace = Workspace.at(folder) if folder else workspace
    known, _ = load_forms(workspace.layouts)
    if form is None:
        click.echo(forms_text(known.values()))
    try:
        chosen = form_named(known, form or asked("用哪张表（写上面列出的名字）"))
        locality = locality or asked("地区名称")
        wanted = Beginning(
            site or f"{locality}预算绩效目标公开",
            locality,
            department or asked("部门名称"),
            year or int(asked("年度（四位数字）")),
            chosen.id,
            "" if chosen.subject == "department" else project or asked("第一个项目的名称"),
        )
    except (EOFError, ValueError) as error:
        raise CommandError(
            "名称或年度没有答全，没有生成任何文件。", "请重新运行，回答每一个问题。"
        ) from error
    address, written = begin(workspace, wanted)
    for file in written:
        click.echo(f"已生成 {shown(file)}")
    root = shown(workspace.root).rstrip("/")
    here = "" if root in ("", ".") else f"  cd {root}\n"
    click.echo(
        f"接着：\n{here}  {COMMAND} serve    在浏览器里填写、校验、发布（或双击“工作台”）\n"
        f"  {COMMAND} new {address}/xiangmu-mingcheng --name 项目名称    再建一个项目，地址用小写拼音\n"
        f"  {COMMAND} check    校验\n  {COMMAND} build    生成网站"
    )


@click.command("手册", cls=ChineseCommand)
@click.option("--to", type=_FOLDER, default=None, metavar="文件夹", help="写到哪里；不写就写到缓存里并打开。")
@click.pass_obj
def manual(workspace: Workspace, to: Path | None) -> None:
    """打开手册：网页，不用联网。"""
    from gongkai.tables.templates import Templates
    from gongkai.workbench.manual import write_manual

    first = write_manual(Templates(workspace.layouts), to or workspace.font_cache / "manual")
    click.echo(f"手册在 {shown(first)}")
    if to is None:
        webbrowser.open(first.as_uri())


def asked(question: str) -> str:
    """What the person types, asked again while it is blank; EOFError at the end of input."""
    while not (answer := input(f"{question}：").strip()):
        pass
    return answer
