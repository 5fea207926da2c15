"""A large published site built again: nothing changed, one record changed; and what the parent keeps of a record."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import Figure, Table, compare
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL = 200, 10_000
_PUBLISH = """
import resource, sys
from pathlib import Path
from benchmarks.standin import published_site
if __name__ == "__main__":
    published_site(Path(sys.argv[1]), int(sys.argv[2]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
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
    return Table(title, "builds", same.figures + changed.figures), memory


def _build(workspace: Workspace) -> int:
    command = [sys.executable, str(Path.cwd() / "build.py"), "--root", str(workspace.root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return 1


def _changed(workspace: Workspace, old: str, new: str) -> int:
    file = min((workspace.content / "beta").glob("*/*/xiangmu-01.yaml"))
    text = file.read_text("utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new, 1), "utf-8")
    return _build(workspace)
