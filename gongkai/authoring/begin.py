"""A project folder from nothing: site, locality with its form, department, year, first project, an example, a starter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gongkai.authoring.create import create
from gongkai.authoring.scaffold import blank_locality, schema_line
from gongkai.exchange.proposals import slug_of
from gongkai.problems import CommandError, ExitCode
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.write_yaml import scalar, write_record
from gongkai.workspace import Workspace, handbook

_BATCH = """@echo off
rem 双击打开工作台：在浏览器里填表、校验、发布。窗口不要关。
chcp 65001 >nul
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


def begin(workspace: Workspace, wanted: Beginning) -> tuple[str, list[Path]]:
    """Make the files in a folder that has no ``content/`` yet; the year's address, and what was written.

    Raises CommandError.
    """
    if workspace.content.exists():
        message = f"{workspace.content} 已经存在，没有改动它。"
        raise CommandError(message, "请换一个空文件夹；要加部门或项目，用 new。")
    forms, _ = load_forms(workspace.layouts)
    form = forms.get(wanted.form)
    if form is None:
        raise CommandError(f"没有表式“{wanted.form}”。", f"现有表式：{'、'.join(forms)}。")
    locality, department = slug_of(wanted.locality, ()), slug_of(wanted.department, ())
    year = f"{locality}/{department}/{wanted.year}"
    texts = {
        "content/site.yaml": f"{schema_line('site', 1)}\n站点名称: {scalar(wanted.site)}\n",
        f"content/{locality}/locality.yaml": blank_locality(wanted.locality, form, wanted.year),
        f"content/{year}/_yangli.yaml": _example(form, forms),
        "工作台.bat": _BATCH.replace("\n", "\r\n"),
        "工作台.sh": _SHELL,
        **{f"docs/schemas/{file.name}": file.read_text(encoding="utf-8") for file in _schemas()},
    }
    try:
        written = [_write(workspace.root / name, text) for name, text in texts.items() if text]
    except OSError as error:
        raise CommandError(
            f"写不了 {error.filename}（{error.strerror}）。", "请检查文件夹的权限和磁盘空间。", ExitCode.SETUP
        ) from error
    first = f"{year}/{slug_of(wanted.project, ())}" if wanted.project else year
    made = create(
        workspace, first, lambda question: wanted.department if "部门" in question else wanted.project
    )
    return year, [*written, *made.written]


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="") as stream:
        stream.write(text)
    if file.suffix == ".sh":
        file.chmod(0o755)
    return file


def _schemas() -> Iterator[Path]:
    return handbook().glob("schemas/*.json")


def _example(form: Form, forms: dict[str, Form]) -> str:
    """The form's own example as a record to look at; its file name keeps it from being published."""
    loaded, _ = load_example(form, forms)
    projects = loaded.department.disclosures[0].projects if loaded and loaded.department.disclosures else ()
    if not projects:
        return ""
    inner = next(iter(loaded.forms.values())).for_projects if loaded else None
    header = ("样例：文件名以下划线开头，不读取，也不公开。看过可以删去。",)
    return write_record(projects[0], inner, header=header)
