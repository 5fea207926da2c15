"""Creates record files: from a form, or from last year's; what exists is never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.authoring.carry import carry_over
from gongkai.authoring.scaffold import blank_department, blank_disclosure, blank_locality, blank_project
from gongkai.problems import CommandError, ExitCode
from gongkai.reading.forms import load_forms
from gongkai.reading.kinds import SLUG
from gongkai.reading.load import UNDATED, Loader
from gongkai.reading.records import Locality
from gongkai.reading.source import read_yaml
from gongkai.workspace import Workspace

Ask = Callable[[str], str]
"""Asks the person for a name; the argument is the question."""


@dataclass
class Created:
    """The files that were written, and those that were there already."""

    written: list[Path] = field(default_factory=list)
    present: list[Path] = field(default_factory=list)


@dataclass
class _Drafts:
    """What will be written once everything asked for is known to be possible."""

    root: Path
    texts: dict[Path, str] = field(default_factory=dict)
    present: list[Path] = field(default_factory=list)

    def add(self, file: Path, text: Callable[[], str]) -> None:
        """One more file; ``text`` is only asked for where the file is not there yet."""
        if file.exists():
            self.present.append(file)
        else:
            self.texts[file] = text()

    def must_be_new(self, file: Path) -> None:
        """Refuse a file that is there already."""
        if file.exists():
            raise CommandError(f"{self.shown(file)} 已经存在，没有改动它。", "请换一个名字。")

    def shown(self, file: Path) -> str:
        """A file as problems call it."""
        return file.relative_to(self.root).as_posix()

    def write(self) -> Created:
        """Write the files that are new."""
        done = Created(present=self.present)
        try:
            for file, text in self.texts.items():
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("x", encoding="utf-8", newline="\n") as stream:
                    stream.write(text)
                done.written.append(file)
        except OSError as error:
            raise _cannot_write(error, self.root, [self.shown(one) for one in done.written]) from error
        return done


def create(
    workspace: Workspace, address: str, ask: Ask, last_year: int | None = None, name: str | None = None
) -> Created:
    """Create what ``地区/部门/年度/项目`` (or a part of it) needs; ``last_year`` carries projects over.

    With ``last_year`` and no project, every project of that year is carried over. ``name`` is the name of what
    the last part of the address stands for; other names are asked for. Nothing is written before everything
    is known to be possible. Raises CommandError.
    """
    parts = address.strip("/").split("/")
    _check_parts(parts, last_year, name)
    drafts = _Drafts(workspace.root)
    makers = (
        ("locality.yaml", "地区名称", blank_locality),
        ("department.yaml", "部门名称", blank_department),
    )

    def called(question: str, number: int) -> str:
        return name if name and number == len(parts) else ask(question)

    try:
        if len(parts) == 4:
            drafts.must_be_new(workspace.content.joinpath(*parts[:3], f"{parts[3]}.yaml"))
        if last_year is not None:
            _carry(workspace, parts, last_year, drafts)
        folder = workspace.content
        for number, (part, (file, question, blank)) in enumerate(zip(parts, makers, strict=False), 1):
            folder = folder / part
            drafts.add(folder / file, lambda: blank(called(f"{question}（{part}）", number)))  # noqa: B023
        if len(parts) > 2:
            _create_year(workspace, parts, lambda: called("项目名称", 4), last_year, drafts)
    except OSError as error:
        raise _cannot_write(error, workspace.root, []) from error
    return drafts.write()


def _cannot_write(error: OSError, root: Path, written: list[str]) -> CommandError:
    file = Path(error.filename) if error.filename else root
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
    done = f"已经生成的：{'、'.join(written)}。" if written else "没有生成任何文件。"
    hint = f"请检查文件夹的权限和磁盘空间。{done}"
    return CommandError(f"写不了 {name}（{error.strerror}）。", hint, ExitCode.SETUP)


def _create_year(
    workspace: Workspace, parts: list[str], name: Callable[[], str], last_year: int | None, drafts: _Drafts
) -> None:
    folder = workspace.content.joinpath(*parts[:3])
    year = None if parts[2] == UNDATED else int(parts[2])
    forms, _ = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    locality = next((one for one in loader.localities() if one.slug == parts[0]), None)
    in_force = _in_force(locality, year)
    order = _order_of(folder.with_name(str(last_year))) if last_year is not None else []
    target = forms.get(in_force.get("department", ""))
    drafts.add(folder / "disclosure.yaml", lambda: blank_disclosure(year, target, order))
    if last_year is None and len(parts) == 4:
        form = next(
            (
                forms[one]
                for kind in ("project", "summary", "document")
                if (one := in_force.get(kind, "")) in forms
            ),
            None,
        )
        drafts.add(folder / f"{parts[3]}.yaml", lambda: blank_project(form, name()))


def _order_of(folder: Path) -> list[str]:
    """The 项目顺序 of a year that is there."""
    document, _ = read_yaml(folder / "disclosure.yaml", "disclosure.yaml")
    order = document.data.get("项目顺序") if document and isinstance(document.data, dict) else None
    return [str(slug) for slug in order] if isinstance(order, list) else []


def _in_force(locality: Locality | None, year: int | None) -> dict[str, str]:
    covering = [one for one in (locality.forms if locality else ()) if one.covers(year)]
    return {kind: name for one in covering for kind, name in one.named()}


def _carry(workspace: Workspace, parts: list[str], last_year: int, drafts: _Drafts) -> None:
    folder = workspace.content.joinpath(*parts[:3])
    year = None if parts[2] == UNDATED else int(parts[2])
    if year is None or last_year >= year:
        raise CommandError(f"--from 要写在 {folder.name} 之前的一年，", f"例如 --from {(year or 2026) - 1}。")
    source = folder.with_name(str(last_year))
    files = [source / f"{slug}.yaml" for slug in parts[3:]] or sorted(source.glob("*.yaml"))
    files = [file for file in files if file.name != "disclosure.yaml"]
    missing = [file for file in files if not file.exists()]
    if not files or missing:
        where = drafts.shown(missing[0] if missing else source)
        if missing:
            raise CommandError(f"没有 {where}，不能沿用。", "请检查年度和名字是否写对。")
        raise CommandError(f"{where} 里没有项目可以沿用。", "请检查年度是否写对。")
    for file in files:
        drafts.must_be_new(folder / file.name)
        document, problems = read_yaml(file, file.name)
        if document is None or problems:
            raise CommandError(f"{drafts.shown(file)} 有问题，不能沿用。", "请先运行 check 并改正。")
        drafts.texts[folder / file.name] = carry_over(document, year, last_year)


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
