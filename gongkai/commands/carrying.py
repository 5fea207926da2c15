"""The commands that hold the published site against its list and carry it elsewhere; no logic."""

from __future__ import annotations

from pathlib import Path

import click

from gongkai.commands.chinese import ChineseCommand
from gongkai.problems import CommandError, ExitCode
from gongkai.publishing.manifest import verify as verify_site
from gongkai.workspace import Workspace, shown

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(cls=ChineseCommand)
@click.pass_obj
def verify(workspace: Workspace) -> None:
    """核对已发布的网站：有没有缺少、多余或改动过的文件。"""
    differences = verify_site(workspace.output)
    for one in differences:
        click.echo(f"{one.state.label}：{one.path}")
    click.echo(f"共 {len(differences)} 处不一致。" if differences else "已发布的文件与清单一致。")
    raise SystemExit(ExitCode.PROBLEMS if differences else ExitCode.OK)


@click.command(cls=ChineseCommand)
@click.argument("package", metavar="包.zip", type=_FILE)
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True),
    default=None,
    metavar="清单",
    help="只装对方还没有的：写上次的包、上次的 manifest.json，或那时的网站文件夹。",
)
@click.pass_obj
def pack(workspace: Workspace, package: Path, since: Path | None) -> None:
    """打包：把已发布的网站，或自上次以来改动的部分，装成一个带校验值的压缩文件，用来拷到另一台机器上。"""
    from gongkai.publishing.packing import manifest_of
    from gongkai.publishing.packing import pack as pack_site

    if package.exists():
        raise CommandError(
            f"{shown(package.absolute())} 已经存在，没有改动它。", "请换一个名字，例如写上日期。"
        )
    packed = pack_site(workspace.output, package, manifest_of(since) if since else None)
    click.echo(f"已生成 {shown(package.absolute())}：网站 {packed.whole} 个文件，装了 {packed.files} 个。")
    click.echo(f"SHA-256：{packed.sha256}")


@click.command(cls=ChineseCommand)
@click.argument("package", metavar="包.zip", type=_FILE)
@click.option(
    "--sha256",
    default="",
    metavar="校验值",
    help="pack 给出的 SHA-256；不一样就什么也不做。不写时只用包里的清单逐个核对文件。",
)
@click.pass_obj
def unpack(workspace: Workspace, package: Path, sha256: str) -> None:
    """装上包：把 pack 生成的包装到 --output 的网站上；先全部核对，再整个换上，有一处不对就一点不改。"""
    from gongkai.publishing.packing import unpack as unpack_site

    packed = unpack_site(package, workspace.output, sha256)
    click.echo(
        f"已换上：网站共 {packed.whole} 个文件，包里有 {packed.files} 个，其余与清单一致。{shown(workspace.output)}"
    )
