"""A large published site built again: nothing changed, one record changed; and what the parent keeps of a record."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks.measure import Figure, Table, compare
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL = 200, 10_000
_AS_USED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Whoever uses gongkai has its modules compiled; without that each process compiles them again (a tenth of a second)."""
_PUBLISH = """
import sys
from pathlib import Path
from benchmarks.standin import published_site
if __name__ == "__main__":
    published_site(Path(sys.argv[1]), int(sys.argv[2]))
    # Not ru_maxrss: that begins with what the process held that started this one.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(int(status["VmHWM"].split()[0]) * 1024)
"""


def publish(root: Path, projects: int) -> int:
    """Publish a site of so many projects in a process of its own; gives the parent's peak memory in bytes."""
    script = root.with_suffix(".py")
    root.mkdir(parents=True)
    script.write_text(_PUBLISH, "utf-8")
    result = subprocess.run(
        [sys.executable, str(script), str(root), str(projects)],
        check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    return int(result.stdout.split()[-1])


def measure(folder: Path, projects: int, runs: int) -> tuple[Table, Table]:
    """Times of builds of a site that is published; memory of the parent at a tenth and the whole."""
    small = publish(folder / "tenth", projects // 10)
    large = publish(folder / "whole", projects)
    per_record = (large - small) / (projects - projects // 10)
    memory = Table(
        f"Peak memory of the parent from {projects // 10} to {projects} records",
        "bytes",
        (Figure("gongkai", round(per_record), 1, 1, 1, f"每多一条的增长；一共 {large / 1e6:.0f} MB"),),
    )
    workspace = Workspace.at(folder / "whole")
    time.sleep(3)
    _build(workspace)  # leaves the stamp
    title = f"A published site of {projects} records built again, a process each"
    same = compare(title, "builds", {"没有改动": lambda: _build(workspace)}, runs, {})
    tools = {
        "改一段文字": lambda: _changed(workspace, "年度目标: |\n    ", "年度目标: |\n    改"),
        "改一个名称": lambda: _changed(workspace, "项目名称: ", "项目名称: 改"),
    }
    notes = {"改一段文字": "重印项目和部门的 PDF，检索、数据全部更新", "改一个名称": "另外更新所有名录"}
    changed = compare(title, "builds", tools, runs, notes)
    with _watching(workspace) as published:
        kept = "改一段文字，build --watch 一直开着"
        watched = compare(title, "builds", {kept: published}, runs, {kept: "从保存文件到网站上看得到"})
    return Table(title, "builds", same.figures + changed.figures + watched.figures), memory


def _build(workspace: Workspace) -> int:
    command = [sys.executable, str(Path.cwd() / "build.py"), "--root", str(workspace.root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=_AS_USED)
    return 1


def _changed(workspace: Workspace, old: str, new: str) -> int:
    _edit(_record(workspace), old, new)
    return _build(workspace)


def _record(workspace: Workspace) -> Path:
    return min((workspace.content / "beta").glob("*/*/xiangmu-01.yaml"))


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new, 1), "utf-8")


@contextmanager
def _watching(workspace: Workspace) -> Iterator[Callable[[], int]]:
    """A process that publishes what is saved; the work is to save a record and wait until the site shows it."""
    record, number = _record(workspace), count(1)
    page = workspace.output / record.relative_to(workspace.content).with_suffix("") / "index.html"
    command = [
        sys.executable,
        str(Path.cwd() / "build.py"),
        "--root",
        str(workspace.root),
        "build",
        "--watch",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_AS_USED)

    def published() -> int:
        mark = f"第{next(number)}次改"
        wait_for("用时" if mark != "第1次改" else "正在等待改动")
        _edit(record, "年度目标: |\n    ", f"年度目标: |\n    {mark}")
        while mark not in page.read_text("utf-8"):
            time.sleep(0.005)
        return 1

    def wait_for(words: str) -> None:
        assert process.stdout is not None
        while words not in process.stdout.readline():
            pass

    try:
        published()  # the first brings in the print engine
        yield published
    finally:
        process.kill()
        process.wait()
