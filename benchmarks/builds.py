"""A whole site: its first build with all PDFs, and builds of it again after no change and small ones."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.measure import Figure, Ready, Table, Tool, Work, at_once, timed
from benchmarks.records import Maker
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL, SIZE_HUGE = 200, 10_000, 100_000
_CHECKOUT = Path(__file__).parents[1]
_AS_USED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Whoever uses gongkai has its modules compiled; without that each process compiles them again (a tenth of a second)."""
_TELLING = """
import runpy
from pathlib import Path
try:
    runpy.run_module("{0}", run_name="__main__", alter_sys=True)
finally:
    print(Path("/proc/self/status").read_text())
"""
"""The command, which tells its peak memory (VmHWM) at the end. ru_maxrss would begin with that of who starts it."""
_YOUNG = 2.5
"""Seconds after which the time of a file is taken for its state."""


def measure(folder: Path, projects: int, runs: int) -> list[Table]:
    """Everything is real: records, checks, pages, PDFs, data, search."""
    return [_measured(Site(Workspace.at(folder)), projects, runs)]


def measure_stand_in(folder: Path, projects: int, runs: int) -> list[Table]:
    """The same with a small file in the place of each PDF: for sites so large that printing them takes hours."""
    return [_measured(Site(Workspace.at(folder), stand_in=True), projects, runs)]


@dataclass(frozen=True)
class Site:
    """A project folder, and whether its PDFs are printed."""

    workspace: Workspace
    stand_in: bool = False

    def command(self, *more: str) -> list[str]:
        """How it is built: as users do, but for the printer."""
        module = "benchmarks.stand_in" if self.stand_in else "gongkai"
        # The records are dated: without --unguarded a change would have to be explained in the record.
        root = ("--root", str(self.workspace.root))
        return [sys.executable, "-c", _TELLING.format(module), *root, "build", "--unguarded", *more]

    def build(self, *more: str) -> str:
        """Once; what the process said of its peak memory."""
        command = self.command(*more)
        return subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=_CHECKOUT, env=_AS_USED
        ).stdout


def _measured(site: Site, projects: int, runs: int) -> Table:
    Maker().write(site.workspace.root, projects)
    workspace = site.workspace
    memory: list[float] = []
    name = "首次生成，不印 PDF" if site.stand_in else "首次生成，PDF 全部印制"
    first = timed([Tool(name, at_once(partial(_first, site, memory)))], 1)
    time.sleep(_YOUNG)
    _build(site)  # notes the state of what was too young
    again = timed([Tool("没有改动", at_once(partial(_build, site)))], runs)
    text, title = ("年度目标: |\n    ", "改"), ("项目名称: ", "改")
    changes = [
        Tool("改一段文字", partial(_changed, site, *text), "新开进程；重印项目和部门的 PDF，检索、数据全部更新"),
        Tool("改一个名称", partial(_changed, site, *title), "新开进程；另外更新所有名录"),
    ]  # fmt: skip
    changed = timed(changes, runs)
    with _watching(site) as published:
        tool = Tool("改一段文字，build --watch 一直开着", published, "从保存文件到网站上看得到")
        watched = timed([tool], runs)
    figures = (*first, *again, *changed, *watched, *_sizes(workspace, memory))
    return Table(f"{projects:,} 条记录的整个网站" + ("（不印 PDF）" if site.stand_in else ""), figures)


def _sizes(workspace: Workspace, memory: Iterable[float]) -> Iterator[Figure]:
    output = workspace.output
    sizes = {file: file.stat().st_size for file in output.rglob("*") if file.is_file()}
    yield Figure("首次生成时主进程的内存", tuple(memory), "MB", note="最多的时候")
    yield Figure("网站的文件", (len(sizes),), "个")
    yield Figure("网站", (sum(sizes.values()) / 1e6,), "MB")
    for name, kind in {"最大的检索文件": "search/i/*.js", "最大的索引页": "index/**/*.html"}.items():
        yield Figure(name, (max(sizes[file] for file in output.glob(kind)) / 1000,), "KB")


def _first(site: Site, memory: list[float]) -> int:
    said = site.build("--workers", "2")
    peak = next(line for line in said.splitlines() if line.startswith("VmHWM"))
    memory.append(int(peak.split()[1]) * 1024 / 1e6)
    return 1


def _build(site: Site) -> int:
    site.build()
    return 1


@contextmanager
def _changed(site: Site, place: str, text: str) -> Iterator[Work]:
    _insert(_record(site.workspace), place, text)
    yield partial(_build, site)


def _record(workspace: Workspace) -> Path:
    return min((workspace.content / "beta").glob("*/*/xiangmu-01.yaml"))


def _insert(file: Path, place: str, text: str) -> None:
    record = file.read_text("utf-8")
    assert place in record, file
    file.write_text(record.replace(place, place + text, 1), "utf-8")


@contextmanager
def _watching(site: Site) -> Iterator[Ready]:
    """A process that publishes what is saved; the work is to save a record and wait until the site shows it."""
    workspace, number = site.workspace, count(1)
    record = _record(workspace)
    page = workspace.output / record.relative_to(workspace.content).with_suffix("") / "index.html"
    process = subprocess.Popen(
        site.command("--watch"), stdout=subprocess.PIPE, text=True, cwd=_CHECKOUT, env=_AS_USED
    )
    assert process.stdout is not None
    said = process.stdout

    def wait_for(words: str) -> None:
        while words not in said.readline():
            pass

    def save() -> int:
        mark = f"第{next(number)}次改"
        _insert(record, "年度目标: |\n    ", mark)
        while mark not in page.read_text("utf-8"):
            time.sleep(0.005)
        return 1

    @contextmanager
    def ready() -> Iterator[Work]:
        yield save
        wait_for("用时")

    try:
        wait_for("正在等待改动")
        with ready() as first:
            first()  # it has just begun, and still imports what it needs
        yield ready
    finally:
        process.kill()
        process.wait()
