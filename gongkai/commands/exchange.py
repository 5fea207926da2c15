"""The commands that take records out to spreadsheets and bring files in; no logic."""

from __future__ import annotations

from pathlib import Path

import click

from gongkai.commands.chinese import ChineseCommand
from gongkai.commands.files import write_file
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import Workspace, shown


@click.command(cls=ChineseCommand)
@click.argument("form", metavar="表式")
@click.argument("address", metavar="地区/部门/年度/项目", required=False)
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="文件",
    help="写到哪个文件，默认是 表式.xlsx。",
)
@click.pass_obj
def sheet(workspace: Workspace, form: str, address: str | None, to: Path | None) -> None:
    """生成表格：把表式写成 Excel 文件，空白的，或填好某条记录的；填好以后用 import 读回来。"""
    from gongkai.exchange.sheet_of import sheet_for
    from gongkai.tables.templates import TemplateProblem

    file = to or Path(f"{form}.xlsx")
    if file.exists():
        message = f"{shown(file.absolute())} 已经存在，没有改动它。"
        raise CommandError(message, "请换一个名字，例如 --to 另一个.xlsx。")
    try:
        data = sheet_for(workspace, form, address)
    except TemplateProblem as error:
        place, hint = error.problem.place, error.problem.hint
        raise CommandError(f"{place} {error.problem.message}。", hint, ExitCode.PROBLEMS) from error
    click.echo(f"已生成 {write_file(file, data)}")


@click.command("import", cls=ChineseCommand)
@click.argument(
    "files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--into", metavar="地区/部门/年度", default=None, help="读到哪个部门的哪一年；不写时按表上的部门名称。"
)
@click.option(
    "--year", type=int, default=None, metavar="年度", help="不写 --into 时，表上没有写年度的文件是哪一年的。"
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="文件",
    help="把报告写到文件里。",
)
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

    if into is None:
        if year is None:
            raise CommandError(
                "没有写 --into 的，要写 --year 年度，", "例如 --year 2026；表上写了年度的按表上的。"
            )
        plan = plan_mixture(files, workspace, year)
    else:
        parts = into.strip("/").split("/")
        if len(parts) != 3 or not (parts[2].isdigit() or parts[2] == "undated"):
            raise CommandError("--into 写成 地区/部门/年度，", "例如 dongguan/shi-zhi-gongwei/2026。")
        known = int(parts[2]) if parts[2].isdigit() else None
        plan = plan_import(files, workspace, parts[0], parts[1], known)
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
    raise SystemExit(ExitCode.PROBLEMS if any(one.blocks for one in plan.problems) else ExitCode.OK)
