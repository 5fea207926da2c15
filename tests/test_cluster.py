"""A real scheduler and workers in processes of their own: the same bytes as here, also when one is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai import cluster, pipeline
from gongkai.stamp import Glance
from gongkai.workspace import Workspace

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[1]
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"


def start(*arguments: str, folder: Path) -> subprocess.Popen[bytes]:
    # Away from the project and its caches: nothing of theirs can be found but by what is sent.
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "HOME": str(folder), "XDG_CACHE_HOME": str(folder),
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


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers; the address and the workers."""
    known = tmp_path / "scheduler.json"
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    common = ("--host", "127.0.0.1", "--no-dashboard")
    processes = [
        start("dask_scheduler", "--port", "0", "--scheduler-file", str(known), *common, folder=folder)
    ]
    wait_for(known)
    import json

    address = json.loads(known.read_text(encoding="utf-8"))["address"]
    worker = ("dask_worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    processes += [start(*worker, *common, folder=folder) for _ in range(2)]
    yield address, processes[1:]
    for process in processes:
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
    machines: tuple[str, list[subprocess.Popen[bytes]]], site: Path, tmp_path: Path
) -> None:
    address, workers = machines
    done = 0

    def progress(step: str, number: int, total: int) -> None:
        nonlocal done
        done = number if step.startswith("印制") else 0
        if done and workers[0].poll() is None:
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()

    there = Workspace.at(site, tmp_path / "there")
    outcome = pipeline.build(there, cluster=address, progress=progress)
    assert outcome.published, outcome.problems
    assert workers[0].poll() is not None, "no worker was killed"
    here = Workspace.at(site, tmp_path / "here")
    assert pipeline.build(here).published
    assert files(there.output) == files(here.output)

    again = pipeline.build(there, cluster=address, last=Glance())
    assert (again.published, again.made) == (True, 0)


def test_no_cluster_is_told_in_chinese(site: Path) -> None:
    with pytest.raises(cluster.ClusterError, match="连不上集群"):
        pipeline.build(Workspace.at(site), cluster="tcp://127.0.0.1:9")
