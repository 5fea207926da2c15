"""The commands for who writes records: begin, fill in, look up forms, sign, keep what is corrected; the clerk's page."""

from __future__ import annotations

import webbrowser
from datetime import datetime
from pathlib import Path

import click

from gongkai import COMMAND, PORT
from gongkai.atomic import write_file
from gongkai.building.look import Outcome, Terms
from gongkai.cli.files import drafted
from gongkai.cli.options import (
    FILE,
    FOLDER,
    THERE,
    YEAR,
    asked,
    command,
    day_of,
    with_day,
)
from gongkai.cli.site import leave, show
from gongkai.cli.streams import progress
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import Workspace, shown


@command()
@click.argument("folder", type=FOLDER, required=False, metavar="[文件夹]")
@click.option("--site", metavar="名称", help="站点名称，例如 某某市预算绩效目标公开。")
@click.option("--locality", metavar="名称", help="地区名称，例如 东莞市。")
@click.option("--department", metavar="名称", help="部门名称。")
@click.option("--year", type=YEAR, metavar="年度", help="哪一年的公开。")
@click.option("--form", metavar="表式", help="用哪张表；不写就列出来选。")
@click.option(
    "--from",
    "official",
    type=THERE,
    metavar="原表",
    help="没有合适的表式：从这份原表（Excel、Word、PDF）起草。",
)
@click.option("--project", metavar="名称", help="第一个项目的名称。")
@click.pass_obj
def init(
    workspace: Workspace,
    folder: Path | None,
    site: str | None,
    locality: str | None,
    department: str | None,
    year: int | None,
    form: str | None,
    official: Path | None,
    project: str | None,
) -> None:
    """从头开始：在空文件夹里建好站点、地区、部门、一个项目和启动文件；没有写的会询问。"""
    from gongkai.authoring.create import Beginning, begin, must_be_empty
    from gongkai.commands.choice import form_named, forms_text
    from gongkai.exchange.proposals import slug_of
    from gongkai.reading.forms import load_forms

    workspace = Workspace.at(folder) if folder else workspace
    must_be_empty(workspace)
    known, _ = load_forms(workspace.layouts)
    if official is not None:
        form = form or slug_of(official.stem, known)
        if not drafted(workspace, official, form).ok:
            raise SystemExit(ExitCode.PROBLEMS)
        known, _ = load_forms(workspace.layouts)
    if form is None:
        click.echo(f"{forms_text(known.values())}\n各表式填好的样子，见 {COMMAND} 手册 里的“表式一览”。")
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
        message = "名称或年度没有答全，没有建站。"
        raise CommandError(message, "请重新运行，回答每一个问题。") from error
    address, written = begin(workspace, wanted)
    click.echo("\n".join(f"已生成 {shown(file)}" for file in written))
    root = shown(workspace.root).rstrip("/")
    here = "" if root in ("", ".") else f"  cd {root}\n"
    click.echo(
        f"接着：\n{here}  {COMMAND} serve    在浏览器里填写、校验、发布（或双击“工作台”）\n"
        f"  {COMMAND} new {address}/xiangmu-mingcheng --name 项目名称    再建一个项目，地址用小写拼音\n"
        f"  {COMMAND} check    校验\n  {COMMAND} build    生成网站"
    )


@command()
@click.argument("address", metavar="地区/部门/年度/项目")
@click.option(
    "--from",
    "last_year",
    type=YEAR,
    metavar="年度",
    help="沿用这一年的项目：年份改到新的一年，需要核对的地方做了标记。",
)
@click.option("--name", metavar="名称", help="地址最后一段的名称；不写就会询问。")
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
    if not created:
        click.echo("要的文件都已经有了，没有生成新的文件。")
        return
    click.echo("\n".join(f"已生成 {shown(file)}" for file in created))
    click.echo(f"填好以后运行 {COMMAND} check，看看有没有问题；或运行 {COMMAND} serve，在浏览器里填。")


@command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    metavar="端口",
    help=f"端口，默认 {PORT}；0 是任选一个空着的。",
)
@click.option("--browser/--no-browser", default=True, help="是否同时打开浏览器，默认打开。")
@click.pass_obj
def serve(workspace: Workspace, port: int, browser: bool) -> None:
    """工作台：在浏览器里填表、校验、导入、预览、发布；只在本机打开。"""
    with progress("打开工作台"):
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


@command("手册")
@click.option("--to", type=FOLDER, metavar="文件夹", help="写到哪里；不写就写到缓存里并打开。")
@click.pass_obj
def manual(workspace: Workspace, to: Path | None) -> None:
    """打开手册：网页，不用联网。"""
    from gongkai.tables.templates import Templates
    from gongkai.workbench.manual import write_manual

    first = write_manual(Templates(workspace.layouts), to or workspace.font_cache / "manual")
    click.echo(f"手册在 {shown(first)}")
    if to is None:
        webbrowser.open(first.as_uri())


@command()
@click.argument("names", nargs=-1, metavar="[表式]...")
@click.option("--copy", metavar="新名字", help="把这个表式抄到 layouts/forms/新名字，照着改。")
@click.option(
    "--beside", type=FILE, metavar="文件", help="把表式和它的原表并排写成一个网页，不同的格有红框。"
)
@click.pass_obj
def forms(workspace: Workspace, names: tuple[str, ...], copy: str | None, beside: Path | None) -> None:
    """列出并检验表式：有哪些，哪里使用，能不能填满、排出、印出，与原表是否一致；写了代号的只看这几种，只写一个的还列出它的各项。"""
    from gongkai.authoring.contract import check_forms
    from gongkai.authoring.likeness import beside as beside_page
    from gongkai.commands.choice import copy_form, form_named, forms_text
    from gongkai.reading.forms import load_forms

    known, _ = load_forms(workspace.layouts)
    chosen = [form_named(known, name) for name in names]
    if copy:
        if len(chosen) != 1:
            raise click.UsageError("--copy 要和一个表式的名字一起写。")
        click.echo(f"已抄到 {shown(copy_form(workspace, chosen[0], copy))}")
        return
    click.echo(forms_text(chosen or known.values(), fields=len(chosen) == 1) + "\n")
    with progress("检验表式"):
        if beside is not None:
            click.echo(f"已写到 {write_file(beside, beside_page(workspace, names).encode())}")
        outcome = Outcome(tuple(check_forms(workspace, names)))
    show(outcome, workspace)
    leave(outcome)


@command()
@click.argument("address", metavar="地区/部门/年度")
@click.option("--by", "who", required=True, metavar="姓名", help="签发人。")
@with_day
@click.pass_obj
def sign(workspace: Workspace, address: str, who: str, today: datetime | None) -> None:
    """签发：没有错误的，给出要写进 disclosure.yaml 的签发人、日期和校验值；以后内容改了就不能发布，要重新签发。"""
    from gongkai.building import pipeline
    from gongkai.checks.withheld import SIGNED, fingerprint
    from gongkai.exchange.sheet_of import find_year

    loaded, disclosure = find_year(workspace, address)
    day = day_of(today)
    home = f"content/{loaded.locality.slug}/{loaded.department.slug}/"
    with progress("校验") as step:
        found = pipeline.check(workspace, progress=step, terms=Terms(day)).problems
    mine = (one for one in found if one.blocks and one.place.file.startswith(home))
    wrong = [one for one in mine if one.rule != SIGNED]
    if wrong:
        message = f"{address} 还有 {len(wrong)} 个错误，不能签发。"
        raise CommandError(message, f"请先改正，见 check {address}。", ExitCode.PROBLEMS)
    click.echo(f"请在 {loaded.document(disclosure.slug).file} 里写明（原来有“签发”的，换成这一段）：\n")
    click.echo(f"签发:\n  签发人: {who}\n  日期: {day}\n  校验值: {fingerprint(loaded, disclosure.slug)}")


@command()
@click.argument("address", metavar="地区/部门/年度[/项目]")
@click.pass_obj
def keep(workspace: Workspace, address: str) -> None:
    """更正之前：把现在公开的 PDF 留一份，更正以后仍可下载。"""
    from gongkai.pages.copied import keep as keep_published

    today = day_of(None)
    kept = keep_published(workspace, address, today)
    click.echo(f"已保留 {shown(kept.file)}")
    click.echo(f"请在 {shown(kept.record)} 里写明（已有“更正说明”的，在下面加一条）：\n")
    click.echo(
        f"更正说明:\n  - 日期: {today}\n    内容: 写明哪一项由什么更正为什么\n    原文件: [{kept.file.name}]"
    )
