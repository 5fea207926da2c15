"""The commands that take files in and out: sheets, imports, what departments send, forms from official tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gongkai.atomic import must_be_new, write_file
from gongkai.building.look import Outcome, Terms
from gongkai.cli.options import (
    DAY,
    FILE,
    FOLDER,
    THERE,
    YEAR,
    command,
    day_of,
    with_day,
)
from gongkai.cli.site import built, leave
from gongkai.cli.streams import progress
from gongkai.commands.report import report_page
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import Workspace, shown


@command()
@click.argument("file", metavar="原表", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("form", metavar="代号")
@click.option("--like", metavar="代号", help="照哪一种表式的金额印法、使用地区和名称的对应。")
@click.option("--into", metavar="地区/部门/年度", default="", help="填好的表：记录也写到这个文件夹里。")
@click.pass_obj
def draft(workspace: Workspace, file: Path, form: str, like: str | None, into: str) -> None:
    """起草表式：从一份原表（Excel、Word、PDF、网页，空白或填好的）做出表式的文件夹，并马上检验。"""
    leave(drafted(workspace, file, form, like, into))


def drafted(workspace: Workspace, file: Path, form: str, like: str | None = None, into: str = "") -> Outcome:
    """Draft a form, and tell what became of its table, what to look at and to decide; the form's own problems."""
    with progress("起草表式"):
        from gongkai.drafting.draft import draft as make

        made = make(workspace, file, form, like, into)
    outcome = Outcome(tuple(made.problems))
    record = shown(made.record) if made.record else ""
    folder = shown(made.folder)
    click.echo(report_page("draft.txt", made=made, folder=folder, record=record, ok=outcome.ok))
    return outcome


@command()
@click.argument("form", metavar="表式")
@click.argument("address", metavar="地区/部门/年度/项目", required=False)
@click.option("--to", type=FILE, metavar="文件", help="写到哪个文件，默认是 表式.xlsx。")
@click.pass_obj
def sheet(workspace: Workspace, form: str, address: str | None, to: Path | None) -> None:
    """生成表格：把表式写成 Excel 文件，空白的，或填好某条记录的；填好以后用 import 读回来。"""
    from gongkai.exchange.sheet_of import sheet_for
    from gongkai.tables.templates import TemplateProblem

    file = to or Path(f"{form}.xlsx")
    must_be_new(file, "请换一个名字，例如 --to 另一个.xlsx。")
    try:
        data = sheet_for(workspace, form, address)
    except TemplateProblem as error:
        place, hint = error.problem.place, error.problem.hint
        raise CommandError(f"{place} {error.problem.message}。", hint, ExitCode.PROBLEMS) from error
    click.echo(f"已生成 {write_file(file, data)}")


@command("import")
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=THERE)
@click.option("--into", metavar="地区/部门/年度", help="读到哪个部门的哪一年；不写时按表上的部门名称。")
@click.option("--year", type=int, metavar="年度", help="不写 --into 时，表上没有写年度的文件是哪一年的。")
@click.option("--report", "report_file", type=FILE, metavar="文件", help="把报告写到文件里。")
@click.option("--write", is_flag=True, help="写入新的记录；不写这一项时只报告，什么也不改。")
@click.option(
    "--replace", is_flag=True, help="与 --write 一起写：已有的记录也按来源文件改写（先看报告里的差异）。"
)
@click.pass_obj
def import_files(
    workspace: Workspace,
    files: tuple[Path, ...],
    into: str | None,
    year: int | None,
    report_file: Path | None,
    write: bool,
    replace: bool,
) -> None:
    """导入文件：从 Excel、Word、PDF 或整个文件夹读出记录，并说明读到了什么、没有读到什么。"""
    from gongkai.exchange.import_plan import apply_import, plan_import, plan_mixture
    from gongkai.exchange.import_report import report_text

    with progress("读取文件"):
        if into is not None:
            parts = into.strip("/").split("/")
            if len(parts) != 3 or not (parts[2].isdigit() or parts[2] == "undated"):
                raise CommandError("--into 写成 地区/部门/年度，", "例如 dongguan/shi-zhi-gongwei/2026。")
            known = int(parts[2]) if parts[2].isdigit() else None
            plan = plan_import(files, workspace, parts[0], parts[1], known)
        elif year is not None:
            plan = plan_mixture(files, workspace, year)
        else:
            hint = "例如 --year 2026；表上写了年度的按表上的。"
            raise CommandError("没有写 --into 的，要写 --year 年度，", hint)
    text = report_text(plan)
    if report_file is not None:
        click.echo(f"报告已写到 {write_file(report_file, text.encode())}")
    else:
        click.echo(text)
    if write:
        for file in apply_import(plan, replace=replace):
            click.echo(f"已写入 {shown(file)}")
    elif plan.proposals:
        click.echo("什么也没有写。核对报告以后，加上 --write 写入。")
    leave(Outcome(tuple(plan.problems)))


@command()
@click.argument("folder", required=False, metavar="[收件夹]", type=FOLDER)
@click.option("--write", is_flag=True, help="没有错误的写进记录，送来的文件移到“已收”；不写这一项时只报告。")
@click.option("--publish", is_flag=True, help="写进记录以后接着生成、发布网站（包含 --write）。")
@click.option("--year", type=YEAR, metavar="年度", help="表上没有写年度的算哪一年；不写就是今年。")
@click.option(
    "--approved", type=DAY, metavar="日期", help="批复日期，用来算期限；记录里写了批复日期的按记录。"
)
@click.option(
    "--list",
    "listed",
    type=FOLDER,
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
    from gongkai.commands.receipt import as_csv, as_page, examine, hand_in_list, send_back, take
    from gongkai.reading.load import INBOX

    folder, day = folder or workspace.content / INBOX, day_of(today)
    year = year or day.year
    with progress("读取并校验送来的文件"):
        found = examine(workspace, folder, year, day)
    click.echo(report_page("received.txt", found=found))
    for file in send_back(folder, found):
        click.echo(f"退回的文件，错处已标出：{shown(file)}")
    if write or publish:
        written = take(workspace, folder, found.receipts, day)
        click.echo(f"已写入 {len(written)} 个记录文件。")
    else:
        click.echo("记录没有改动。核对以后，加上 --write 写入，或加上 --publish 写入并发布。")
    outcome = built(workspace, Terms(day)) if publish else pipeline.check(workspace, terms=Terms(day))
    since = approved.date() if approved else None
    lines = hand_in_list(workspace, year, day, found.refused, outcome.problems, since)
    place = listed or workspace.root / "交件情况"
    for name, data in ((f"{year}.html", as_page(lines, year, day)), (f"{year}.csv", as_csv(lines))):
        click.echo(f"交件情况：{write_file(place / name, data)}")
    failed = found.lost or found.refused or (publish and not outcome.ok)
    raise SystemExit(ExitCode.PROBLEMS if failed else ExitCode.OK)
