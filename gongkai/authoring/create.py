"""A site, locality, department, year or project begun: from a form, or from last year's; what exists is never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongkai.authoring.carry import carry_over
from gongkai.authoring.scaffold import blank_department, blank_disclosure, blank_locality, blank_project
from gongkai.exchange.proposals import slug_of
from gongkai.problems import CommandError, ExitCode
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.kinds import SLUG
from gongkai.reading.load import UNDATED, Loader
from gongkai.reading.source import read_yaml
from gongkai.reading.write_yaml import scalar, schema_line, write_data
from gongkai.workspace import Workspace, handbook

Ask = Callable[[str], str]
"""Asks the person for a name; the argument is the question."""

_BATCH = """@echo off
chcp 65001 >nul
rem 双击打开工作台：在浏览器里填表、校验、发布。窗口不要关。
cd /d "%~dp0"
set PYTHONUTF8=1
if exist ".venv\\Scripts\\gongkai.exe" (".venv\\Scripts\\gongkai" serve) else (gongkai serve)
pause
"""
_SHELL = """#!/bin/sh
# 双击（或在终端里）打开工作台：在浏览器里填表、校验、发布。窗口不要关。
cd "$(dirname "$0")" || exit 1
if [ -x .venv/bin/gongkai ]; then exec .venv/bin/gongkai serve; else exec gongkai serve; fi
"""


@dataclass(frozen=True)
class Beginning:
    """The names a new site needs, and the form of its tables by its id."""

    site: str
    locality: str
    department: str
    year: int
    form: str
    project: str = ""
    """Left blank where the form shows a whole department."""


def must_be_empty(workspace: Workspace) -> None:
    """Raises CommandError where there are records already."""
    if workspace.content.exists():
        message = f"{workspace.content} 已经存在，没有改动它。"
        raise CommandError(message, "请换一个空文件夹；要加部门或项目，用 new。")


def begin(workspace: Workspace, wanted: Beginning) -> tuple[str, list[Path]]:
    """Make the files in a folder that has no ``content/`` yet; the year's address, and what was written.

    Raises CommandError.
    """
    must_be_empty(workspace)
    forms, _ = load_forms(workspace.layouts)
    form = forms.get(wanted.form)
    if form is None:
        raise CommandError(f"没有表式“{wanted.form}”。", f"现有表式：{'、'.join(forms)}。")
    locality, department = slug_of(wanted.locality, ()), slug_of(wanted.department, ())
    year = f"{locality}/{department}/{wanted.year}"
    texts = {
        "content/site.yaml": f"{schema_line('site', 1)}\n站点名称: {scalar(wanted.site)}\n",
        f"content/{locality}/locality.yaml": blank_locality(wanted.locality, form, wanted.year),
        f"content/{year}/_yangli.yaml": _example(form),
        "工作台.bat": _BATCH.replace("\n", "\r\n"),
        "工作台.sh": _SHELL,
        **{
            f"docs/schemas/{file.name}": file.read_text(encoding="utf-8")
            for file in handbook().glob("schemas/*.json")
        },
    }
    written = _write(workspace.root, {workspace.root / name: text for name, text in texts.items() if text})
    first = f"{year}/{slug_of(wanted.project, ())}" if wanted.project else year
    names = {"部门": wanted.department, "项目": wanted.project}
    return year, [*written, *create(workspace, first, lambda question: names[question[:2]])]


def _example(form: Form) -> str:
    """The form's own example as a record to look at; its file name keeps it from being published."""
    document, _ = read_yaml(form.folder / "example.yaml", "")
    projects = document.fields.get("项目") if document else None
    if not isinstance(projects, list) or not isinstance(projects[0], dict):
        return ""
    note = "# 样例：文件名以下划线开头，不读取，也不公开。看过可以删去。"
    return write_data(projects[0], {}, (schema_line("project"), note))


def create(
    workspace: Workspace, address: str, ask: Ask, last_year: int | None = None, name: str | None = None
) -> list[Path]:
    """Create what ``地区/部门/年度/项目`` (or a part of it) needs, and return the files; ``last_year`` carries projects over.

    With ``last_year`` and no project, every project of that year is carried over. ``name`` is the name of what
    the last part of the address stands for; other names are asked for. Nothing is written before everything
    is known to be possible. Raises CommandError.
    """
    parts = address.strip("/").split("/")
    _check_parts(parts, last_year, name)

    def called(question: str, number: int) -> str:
        return name if name and number == len(parts) else ask(question)

    texts: dict[Path, str] = {}
    folder = workspace.content
    try:
        if len(parts) == 4:
            _must_be_new(workspace.root, folder.joinpath(*parts[:3], f"{parts[3]}.yaml"))
        if last_year is not None:
            texts |= _carried(workspace, parts, last_year)
        for number, part in enumerate(parts[:2], 1):
            folder = folder / part
            kind, blank = (("地区", blank_locality), ("部门", blank_department))[number - 1]
            file = folder / ("locality.yaml", "department.yaml")[number - 1]
            if not file.exists():
                texts[file] = blank(called(f"{kind}名称（{part}）", number))
        if len(parts) > 2:
            texts |= _year(workspace, parts, lambda: called("项目名称", 4), last_year)
    except OSError as error:
        raise _cannot_write(error, workspace.root, []) from error
    return _write(workspace.root, texts)


def _must_be_new(root: Path, file: Path) -> None:
    if file.exists():
        raise CommandError(f"{_shown(root, file)} 已经存在，没有改动它。", "请换一个名字。")


def _shown(root: Path, file: Path) -> str:
    """A file as problems call it."""
    return (file.relative_to(root) if file.is_relative_to(root) else file).as_posix()


def _write(root: Path, texts: Mapping[Path, str]) -> list[Path]:
    """Write files that are new."""
    written: list[Path] = []
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="") as stream:
                stream.write(text)
            if file.suffix == ".sh":
                file.chmod(0o755)
            written.append(file)
    except OSError as error:
        raise _cannot_write(error, root, written) from error
    return written


def _cannot_write(error: OSError, root: Path, written: Sequence[Path]) -> CommandError:
    name = _shown(root, Path(error.filename) if error.filename else root)
    done = (
        f"已经生成的：{'、'.join(_shown(root, one) for one in written)}。"
        if written
        else "没有生成任何文件。"
    )
    hint = f"请检查文件夹的权限和磁盘空间。{done}"
    return CommandError(f"写不了 {name}（{error.strerror}）。", hint, ExitCode.SETUP)


def _year(
    workspace: Workspace, parts: list[str], name: Callable[[], str], last_year: int | None
) -> dict[Path, str]:
    """What is missing of a year's files, by the forms in force."""
    folder = workspace.content.joinpath(*parts[:3])
    year = None if parts[2] == UNDATED else int(parts[2])
    forms, _ = load_forms(workspace.layouts)
    localities = Loader(workspace.root, forms).localities()
    locality = next((one for one in localities if one.slug == parts[0]), None)
    covering = [one for one in (locality.forms if locality else ()) if one.covers(year)]
    in_force = {kind: forms[one] for each in covering for kind, one in each.named() if one in forms}
    texts: dict[Path, str] = {}
    if not (file := folder / "disclosure.yaml").exists():
        order = _order_of(folder.with_name(str(last_year))) if last_year is not None else []
        texts[file] = blank_disclosure(year, in_force.get("department"), order)
    if last_year is None and len(parts) == 4:
        kinds = ("project", "summary", "document")
        form = next((in_force[kind] for kind in kinds if kind in in_force), None)
        texts[folder / f"{parts[3]}.yaml"] = blank_project(form, name())
    return texts


def _order_of(folder: Path) -> list[str]:
    """The 项目顺序 of a year that is there."""
    document, _ = read_yaml(folder / "disclosure.yaml", "disclosure.yaml")
    order = document.fields.get("项目顺序") if document else None
    return [str(slug) for slug in order] if isinstance(order, list) else []


def _carried(workspace: Workspace, parts: list[str], last_year: int) -> dict[Path, str]:
    """The projects of last year, or the one named, as this year's drafts."""
    root, folder = workspace.root, workspace.content.joinpath(*parts[:3])
    year = None if parts[2] == UNDATED else int(parts[2])
    if year is None or last_year >= year:
        raise CommandError(f"--from 要写在 {folder.name} 之前的一年，", f"例如 --from {(year or 2026) - 1}。")
    source = folder.with_name(str(last_year))
    files = [source / f"{slug}.yaml" for slug in parts[3:]] or sorted(source.glob("*.yaml"))
    files = [file for file in files if file.name != "disclosure.yaml"]
    if not files:
        raise CommandError(f"{_shown(root, source)} 里没有项目可以沿用。", "请检查年度是否写对。")
    texts = {}
    for file in files:
        if not file.exists():
            raise CommandError(f"没有 {_shown(root, file)}，不能沿用。", "请检查年度和名字是否写对。")
        _must_be_new(root, folder / file.name)
        document, problems = read_yaml(file, file.name)
        if document is None or problems:
            raise CommandError(f"{_shown(root, file)} 有问题，不能沿用。", "请先运行 check 并改正。")
        texts[folder / file.name] = carry_over(document, year, last_year)
    return texts


def _check_parts(parts: list[str], last_year: int | None, name: str | None) -> None:
    if not 1 <= len(parts) <= 4 or not all(parts):
        raise CommandError(
            "地址写成 地区/部门/年度/项目，", "例如 dongguan/shi-zhi-gongwei/2026/minbing-shiyefei。"
        )
    for part in parts:
        if not SLUG.fullmatch(part):
            raise CommandError(f"“{part}”不能用作网址：", "只用小写英文字母、数字和连字符。")
    if len(parts) > 2 and parts[2] != UNDATED and not (parts[2].isdigit() and len(parts[2]) == 4):
        raise CommandError(f"第三段应当是四位年份（年度未注明时写 {UNDATED}），这里是“{parts[2]}”。")
    if last_year is not None and len(parts) < 3:
        raise CommandError("--from 要和年度一起写，", "例如 dongguan/shi-zhi-gongwei/2026 --from 2025。")
    if name and (len(parts) == 3 or last_year is not None):
        message = "--name 是地址最后一段的名称；年度没有名称，沿用的项目用上年的名称。"
        raise CommandError(message, "请删去 --name。")
