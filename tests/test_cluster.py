"""A real scheduler and workers in processes of their own: the same bytes as here, also when one is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from gongkai.building import pipeline
from gongkai.cluster.executor import ClusterError, connect
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).parents[1]
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"


def start(*arguments: str, folder: Path, code: Path = ROOT) -> subprocess.Popen[bytes]:
    # Away from the project and its caches: nothing of theirs can be found but by what is sent.
    environment = os.environ | {
        "PYTHONPATH": str(code), "TMPDIR": str(folder), "HOME": str(folder), "XDG_CACHE_HOME": str(folder),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < deadline, f"{file.name} did not appear"
        time.sleep(0.1)


@dataclass
class Machines:
    """A scheduler and workers; ``folder`` is all they see of this machine's temporary files."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    def add(self, code: Path = ROOT) -> None:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        scratch = ("--local-directory", str(self.folder))
        self.workers.append(
            start("dask_worker", self.address, *options, *scratch, folder=self.folder, code=code)
        )


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler and two workers."""
    known, folder = tmp_path / "scheduler.json", tmp_path / "elsewhere"
    folder.mkdir()
    options = ("--port", "0", "--scheduler-file", str(known), "--host", "127.0.0.1", "--no-dashboard")
    scheduler = start("dask_scheduler", *options, folder=folder)
    wait_for(known)
    made = Machines(json.loads(known.read_text(encoding="utf-8"))["address"], scheduler, [], folder)
    made.add()
    made.add()
    yield made
    for process in (scheduler, *made.workers):
        process.kill()
        process.wait()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site with enough departments to share out."""
    root = Path(shutil.copytree(ROOT / "tests" / "sites" / "small", tmp_path / "site"))
    folder = (root / PROJECT).parents[1]
    for number in range(6):
        shutil.copytree(folder, folder.with_name(f"another-{number}"))
    return root


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_a_cluster_gives_the_same_site_though_a_worker_dies(
    machines: Machines, site: Path, tmp_path: Path
) -> None:
    killed = machines.workers[0]

    def progress(step: str, number: int, total: int) -> None:
        if number and killed.poll() is None:
            killed.send_signal(signal.SIGKILL)
            killed.wait()

    there = Workspace.at(site, tmp_path / "there")
    outcome = pipeline.build(there, cluster=partial(connect, machines.address), progress=progress)
    assert outcome.published, outcome.problems
    assert killed.poll() is not None, "no worker was killed"
    here = Workspace.at(site, tmp_path / "here")
    assert pipeline.build(here).published
    assert files(there.output) == files(here.output)
    assert verify(there.output) == []
    again = pipeline.build(there)
    assert (again.published, again.made) == (True, 0), "what came back is in the store"


def test_where_nobody_answers_the_build_says_so(site: Path) -> None:
    with pytest.raises(ClusterError, match="连不上"):
        pipeline.build(Workspace.at(site), cluster=partial(connect, "tcp://127.0.0.1:9"))


def test_workers_of_another_release_are_refused(machines: Machines, site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "gongkai", other / "gongkai")
    shutil.copytree(ROOT / "layouts", other / "layouts")
    (other / "gongkai/amounts.py").open("a").write("# other\n")
    machines.add(code=other)
    deadline = time.monotonic() + 120
    while True:
        try:
            pipeline.build(Workspace.at(site), cluster=partial(connect, machines.address))
        except ClusterError as error:
            assert "另一版本" in error.message
            break
        assert time.monotonic() < deadline
        shutil.rmtree(site / ".cache")
