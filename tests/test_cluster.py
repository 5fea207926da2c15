"""A real scheduler and workers in processes of their own: the same bytes as here, also when one is killed."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gongkai.building.jobs import UnitJob
from gongkai.building.stamp import Glance

from gongkai.building import cluster, pipeline, remote
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
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
        if step.startswith("印制") and number and killed.poll() is None:
            killed.send_signal(signal.SIGKILL)
            killed.wait()

    there = Workspace.at(site, tmp_path / "there")
    outcome = pipeline.build(there, cluster=machines.address, progress=progress)
    assert outcome.published, outcome.problems
    assert killed.poll() is not None, "no worker was killed"
    printed = files(there.cache / "sections")
    here = Workspace.at(site, tmp_path / "here")
    assert pipeline.build(here).published
    assert files(there.output) == files(here.output)
    assert printed.keys() == files(here.cache / "sections").keys(), "what workers printed was not kept"

    again = pipeline.build(there, cluster=machines.address, last=Glance())
    assert (again.published, again.made) == (True, 0)


def test_what_was_sent_is_sent_again_where_it_is_not(
    machines: Machines, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that came later, or whose temporary files were cleared."""
    connect = cluster.connect

    def connect_and_clear(*arguments: Any) -> cluster.ClusterExecutor:
        executor = connect(*arguments)
        for bundle in machines.folder.glob("gongkai-*/*"):
            shutil.rmtree(bundle)
        return executor

    monkeypatch.setattr(cluster, "connect", connect_and_clear)
    outcome = pipeline.build(Workspace.at(site), cluster=machines.address)
    assert outcome.published, outcome.problems
    assert list(machines.folder.glob("gongkai-*/*/start"))


def test_a_scheduler_that_dies_ends_the_build_and_nothing_else(machines: Machines, site: Path) -> None:
    workspace = Workspace.at(site)
    assert pipeline.build(workspace).published
    before = files(workspace.output)
    for file in (site / "content").rglob("minbing.yaml"):
        file.write_text(
            file.read_text(encoding="utf-8").replace("项目名称: ", "项目名称: 新"), encoding="utf-8"
        )

    def progress(step: str, number: int, total: int) -> None:
        if step.startswith("印制"):
            machines.scheduler.kill()

    with pytest.raises(cluster.ClusterError, match="断开了"):
        pipeline.build(workspace, cluster=machines.address, progress=progress)
    assert files(workspace.output) == before
    assert pipeline.build(workspace).published


def test_without_workers_the_build_waits_and_then_ends(
    machines: Machines, site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "_PATIENCE", 3)

    def progress(step: str, number: int, total: int) -> None:
        for process in machines.workers if step.startswith("印制") else ():
            process.kill()

    with pytest.raises(cluster.ClusterError, match="没有工作进程了"):
        pipeline.build(Workspace.at(site), cluster=machines.address, progress=progress)
    assert "等它们回来" in caplog.text


def test_a_worker_of_another_version_is_refused(machines: Machines, site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "gongkai", other / "gongkai", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "gongkai" / "amounts.py").open("a", encoding="utf-8").write("# changed\n")
    machines.add(code=other)
    with distributed.Client(machines.address) as client:
        client.wait_for_workers(3, timeout=30)
    with pytest.raises(cluster.ClusterError, match="gongkai 是另一版本"):
        pipeline.build(Workspace.at(site), cluster=machines.address)


def test_a_task_needs_nothing_of_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on another machine: neither its layouts nor its records are there."""
    root = Path(shutil.copytree(ROOT / "tests" / "sites" / "small", tmp_path / "parent"))
    shutil.copytree(ROOT / "layouts", root / "layouts")
    workspace = Workspace.at(root)
    forms, _ = load_forms(workspace.layouts)
    (locality,) = Loader(root, forms).localities()
    folder = root / "content/dongguan/shi-zhi-gongwei"
    job = UnitJob((locality.slug, folder.name), locality, folder, "signature", "base", True)
    sent = cluster.bundle(workspace, forms, (), None)
    carried = remote.read_files(folder)
    shutil.rmtree(root)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    remote.unpack(sent)
    assert remote.has(sent.key)[1]

    def ask(name: str, *arguments: object) -> Any:
        errand = remote.Errand(name, (job, *arguments), carried, {})
        answer = remote.perform(sent.key, pickle.dumps(errand))
        assert answer is not None
        return answer[0]

    wanted = {path for path in ask("survey").keys if not path.endswith(".pdf")}
    made = ask("print_documents", frozenset(wanted))
    assert wanted == made.files.keys() and any(path.endswith(".html") for path in wanted)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://127.0.0.1:9", "连不上集群"),
        ("127.0.0.1", "地址写成"),
        ("http://127.0.0.1:8786", "地址写成"),
        ("tls://127.0.0.1:8786", "没有配置 TLS 证书"),
    ],
)
def test_no_cluster_is_told_in_chinese(address: str, message: str, site: Path) -> None:
    with pytest.raises(cluster.ClusterError, match=message):
        pipeline.build(Workspace.at(site), cluster=address)


def test_a_missing_component_is_told_in_chinese(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(cluster.ClusterError, match="缺少集群组件"):
        pipeline.build(Workspace.at(site), cluster="tcp://127.0.0.1:9")
