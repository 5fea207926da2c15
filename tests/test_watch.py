"""build --watch as people use it: save a record or a template, and the site is published; an error keeps the last."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.manifest import verify
from gongkai.workspace import built_in_layouts

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "sites" / "small"
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
PAGE = "output/dongguan/shi-zhi-gongwei/2026/minbing/index.html"


class Watching:
    """A process that watches a site, and what it says."""

    def __init__(self, site: Path) -> None:
        self.site = site
        command = [sys.executable, "build.py", "--root", str(site), "build", "--watch", "--workers", "1"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def until(self, words: str) -> str:
        """What it says up to a line with these words."""
        said = ""
        while words not in said:
            said += self.lines.get(timeout=120)
        return said

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.site / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        part = file.with_name(f"_{file.name}.part")
        part.write_text(text.replace(old, new), encoding="utf-8")
        part.replace(file)

    def page(self) -> str:
        return (self.site / PAGE).read_text(encoding="utf-8")


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    shutil.copytree(SMALL, tmp_path / "site")
    shutil.copytree(built_in_layouts(), tmp_path / "site" / "layouts")
    found = Watching(tmp_path / "site")
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def test_what_is_saved_is_published(watching: Watching) -> None:
    watching.until("正在等待改动")
    watching.edit(PROJECT, "约100人次", "约120人次")
    watching.until("用时")
    assert "约120人次" in watching.page()
    watching.edit("layouts/site/base.html", "</body>", "<!-- 新的页脚 --></body>")
    watching.until("用时")
    assert "新的页脚" in watching.page()
    watching.edit(PROJECT, "项目名称:", "项目名乘:")
    assert "没有发布" in watching.until("用时")
    assert "约120人次" in watching.page()
    watching.edit(PROJECT, "项目名乘:", "项目名称:")
    watching.until("用时")
    assert verify(watching.site / "output") == []
    if os.name != "nt":
        watching.process.send_signal(signal.SIGINT)
        assert watching.process.wait(timeout=20) == 130
