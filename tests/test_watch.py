"""build --watch as people use it: save a record or a template, and the site is published; an error keeps the last."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.commands import watch as watching_module
from gongkai.commands.watch import Watch
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace, built_in_layouts

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "sites" / "small"
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
PAGE = "output/dongguan/shi-zhi-gongwei/2026/minbing/index.html"


class Watching:
    """A process that watches a site, and what it says."""

    def __init__(self, site: Path) -> None:
        self.site = site
        command = [
            sys.executable,
            "build.py",
            "--root",
            str(site),
            "build",
            "--watch",
            "--unguarded",
            "--workers",
            "1",
        ]
        hears_ctrl_c = None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
            preexec_fn=hears_ctrl_c,
        )  # fmt: skip
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
    watching.edit("layouts/site/base.html", "</body>", "<p>新的页脚</p></body>")
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Records of one department."""
    folder = tmp_path / "content/here/someone/2026"
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_text("1", "utf-8")
    return folder


def grow(folder: Path) -> None:
    (folder / "one.yaml").write_text("2", "utf-8")


def add_department(folder: Path) -> None:
    other = folder.parents[1] / "other/2026"
    other.mkdir(parents=True)
    (other / "one.yaml").write_text("1", "utf-8")


def add_folder(folder: Path) -> None:
    (folder / "files").mkdir()


def change_time(folder: Path) -> None:
    os.utime(folder / "one.yaml", (1, 1))


@pytest.mark.parametrize("signs", [True, False], ids=["signs", "no signs"])
def test_every_change_is_seen(signs: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the system gives signs or not; what is new is watched from then on."""
    if not signs:
        monkeypatch.setattr(watching_module, "watch", lambda *_, **__: iter([time.sleep(0.1)]))
    watch, stopped = Watch(Workspace.at(folder.parents[3])), threading.Event()
    seen: queue.SimpleQueue[None] = queue.SimpleQueue()

    def look() -> None:
        for one in watch.changes(stopped):
            seen.put(one)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        edits = (grow, add_department, lambda _: grow(folder.parents[1] / "other/2026"), add_folder)
        for edit in (*edits, lambda _: grow(folder / "files"), change_time, shutil.rmtree):
            edit(folder)
            seen.get(timeout=20)
            while not watch_settled(seen):
                pass
    finally:
        stopped.set()
        looking.join()


def watch_settled(seen: queue.SimpleQueue[None]) -> bool:
    """An edit of several steps may be seen more than once."""
    try:
        seen.get(timeout=0.5)
    except queue.Empty:
        return True
    return False
