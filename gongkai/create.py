"""Creates record files: from a form, or from last year's; what exists is never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.carry import carry_over
from gongkai.forms import load_forms
from gongkai.kinds import SLUG
from gongkai.load import UNDATED, Loader
from gongkai.records import Locality
from gongkai.scaffold import blank_department, blank_disclosure, blank_locality, blank_project
from gongkai.source import read_yaml
from gongkai.workspace import Workspace

Ask = Callable[[str], str]
"""Asks the person for a name; the argument is the question."""


class CreateError(Exception):
    """What was asked for cannot be created; the message is Chinese and says what to do."""


@dataclass
class Created:
    """The files that were written, and those that were there already."""

    written: list[Path] = field(default_factory=list)
    present: list[Path] = field(default_factory=list)


def create(workspace: Workspace, address: str, ask: Ask, last_year: int | None = None) -> Created:
    """Create what ``地区/部门/年度/项目`` (or a part of it) needs; ``last_year`` carries projects over.

    With ``last_year`` and no project, every project of that year is carried over. Raises CreateError.
    """
    parts = address.strip("/").split("/")
    _check_parts(parts)
    done = Created()
    folder = workspace.content
    makers = (
        ("locality.yaml", "地区名称", blank_locality),
        ("department.yaml", "部门名称", blank_department),
    )
    for part, (file, question, blank) in zip(parts, makers, strict=False):
        folder = folder / part
        if (folder / file).exists():
            done.present.append(folder / file)
        else:
            _write(folder / file, blank(ask(f"{question}（{part}）")), done)
    if len(parts) > 2:
        _create_year(workspace, parts, ask, last_year, done)
    return done


def _create_year(
    workspace: Workspace, parts: list[str], ask: Ask, last_year: int | None, done: Created
) -> None:
    folder = workspace.content.joinpath(*parts[:3])
    year = None if parts[2] == UNDATED else int(parts[2])
    forms, _ = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    locality = next((one for one in loader.localities() if one.slug == parts[0]), None)
    in_force = _in_force(locality, year)
    if (folder / "disclosure.yaml").exists():
        done.present.append(folder / "disclosure.yaml")
    else:
        order = _order_of(folder.with_name(str(last_year))) if last_year is not None else []
        target = forms.get(in_force.get("department", ""))
        _write(folder / "disclosure.yaml", blank_disclosure(year, target, order), done)
    if last_year is not None:
        _carry(folder, last_year, year, parts[3:], done)
    elif len(parts) == 4:
        form = next(
            (
                forms[name]
                for kind in ("project", "summary", "document")
                if (name := in_force.get(kind, "")) in forms
            ),
            None,
        )
        _write(folder / f"{parts[3]}.yaml", blank_project(form, ask("项目名称")), done)


def _order_of(folder: Path) -> list[str]:
    """The 项目顺序 of a year that is there."""
    document, _ = read_yaml(folder / "disclosure.yaml", "disclosure.yaml")
    order = document.data.get("项目顺序") if document and isinstance(document.data, dict) else None
    return [str(slug) for slug in order] if isinstance(order, list) else []


def _in_force(locality: Locality | None, year: int | None) -> dict[str, str]:
    entry = next((one for one in (locality.forms if locality else ()) if one.covers(year)), None)
    return {
        key: value for key, value in (entry.model_dump() if entry else {}).items() if isinstance(value, str)
    }


def _carry(folder: Path, last_year: int, year: int | None, projects: list[str], done: Created) -> None:
    if year is None or last_year >= year:
        raise CreateError(f"--from 要写在 {folder.name} 之前的一年，例如 --from {(year or 2026) - 1}。")
    source = folder.with_name(str(last_year))
    files = [source / f"{slug}.yaml" for slug in projects] or sorted(source.glob("*.yaml"))
    files = [file for file in files if file.name != "disclosure.yaml"]
    if not files:
        raise CreateError(f"{source} 里没有项目可以沿用。请检查年度是否写对。")
    for file in files:
        document, problems = read_yaml(file, file.name)
        if document is None or problems:
            raise CreateError(f"{file} 有问题，不能沿用。请先运行 check 并改正。")
        _write(folder / file.name, carry_over(document, year), done)


def _check_parts(parts: list[str]) -> None:
    if not 1 <= len(parts) <= 4 or not all(parts):
        raise CreateError(
            "地址写成 地区/部门/年度/项目，例如 dongguan/shi-zhi-gongwei/2026/minbing-shiyefei。"
        )
    for part in parts:
        if not SLUG.fullmatch(part):
            raise CreateError(f"“{part}”不能用作网址：只用小写英文字母、数字和连字符。")
    if len(parts) > 2 and parts[2] != UNDATED and not (parts[2].isdigit() and len(parts[2]) == 4):
        raise CreateError(f"第三段应当是四位年份（年度未注明时写 {UNDATED}），这里是“{parts[2]}”。")


def _write(file: Path, text: str, done: Created) -> None:
    if file.exists():
        raise CreateError(f"{file} 已经存在，没有改动它。请换一个名字。")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    done.written.append(file)
