"""The command that makes a form's folder from its official table; no logic."""

from __future__ import annotations

from pathlib import Path

import click

from gongkai.commands.chinese import ChineseCommand
from gongkai.problems import ExitCode
from gongkai.workspace import Workspace, shown


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="原表", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("form", metavar="代号")
@click.option("--like", metavar="代号", default=None, help="照哪一种表式的金额印法、使用地区和名称的对应。")
@click.option("--into", metavar="地区/部门/年度", default="", help="填好的表：记录也写到这个文件夹里。")
@click.pass_obj
def draft(workspace: Workspace, file: Path, form: str, like: str | None, into: str) -> None:
    """起草表式：从一份原表（Excel、Word、PDF、网页，空白或填好的）做出表式的文件夹，并马上检验。"""
    from gongkai.drafting.draft import draft as make

    made = make(workspace, file, form, like, into)
    names, table = made.layout.names, made.layout.table
    own = [one.label for one in names.own.values()]
    click.echo(f"已生成 {shown(made.folder)}：form.yaml、form.html、form.css、example.yaml、official.html")
    click.echo(f"《{table.title}》，{table.width} 列、{table.height} 行；{len(names.taken)} 个字段。")
    if own:
        click.echo(f"字段表里没有、作为自有字段的 {len(own)} 个：{'、'.join(own)}。")
    if made.record is not None:
        click.echo(f"记录写到了 {shown(made.record)}。")
    if made.others:
        click.echo(f"文件里另有 {made.others} 张表，没有用；要起草的请单独存成一个文件。")
    if names.doubts:
        click.echo(f"\n请核对（{len(names.doubts)} 处，form.yaml 里也有标记）：")
        for path, doubt in names.doubts.items():
            click.echo(f"  {path}　{doubt}")
    for problem in made.problems:
        click.echo(f"\n请决定：{problem.place} {problem.message}　{problem.hint}")
    blocked = any(problem.blocks for problem in made.problems)
    click.echo("\n检验：" + ("改好上面各处以后，再运行 python build.py forms。" if blocked else "没有问题。"))
    raise SystemExit(ExitCode.PROBLEMS if blocked else ExitCode.OK)
