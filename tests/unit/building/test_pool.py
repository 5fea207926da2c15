"""Workers: one that dies is replaced, its task runs again alone, and Ctrl-C ends them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor
from pathlib import Path

import pytest

from gongkai.building.pool import Pool, SerialExecutor, run_all

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def nothing() -> None:
    """The initializer of these pools."""


def double(number: int) -> int:
    return 2 * number


def process_number(_: int) -> int:
    return os.getpid()


def die_once(task: tuple[str, int]) -> int:
    """Kills its process the first time."""
    mark, number = task
    if number == 5 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def die_at_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def fail(_: int) -> int:
    raise ValueError("a bug")


def never(task: object) -> object:
    raise AssertionError(f"{task} was given up")


@pytest.mark.parametrize("workers", [0, 2])
def test_both_executors_give_the_same(workers: int) -> None:
    executor: Executor = Pool(workers, nothing, ()) if workers else SerialExecutor()
    assert sorted(run_all(executor, double, range(20), 4, never)) == list(range(0, 40, 2))
    with pytest.raises(ValueError, match="a bug"):
        list(run_all(executor, fail, [1], 4, never))
    executor.shutdown(wait=False, cancel_futures=True)


def test_the_tasks_of_a_killed_worker_run_again(tmp_path: Path) -> None:
    pool = Pool(2, nothing, ())
    tasks = [(str(tmp_path / "mark"), number) for number in range(20)]
    assert sorted(run_all(pool, die_once, tasks, 6, never)) == list(range(0, 40, 2))
    pool.shutdown(wait=False, cancel_futures=True)


def test_a_task_that_kills_every_worker_stops_only_itself() -> None:
    pool = Pool(2, nothing, ())
    results = list(run_all(pool, die_at_seven, range(20), 6, lambda number: -number))
    assert sorted(results) == sorted([-7, *(2 * n for n in range(20) if n != 7)])
    pool.shutdown(wait=False, cancel_futures=True)


_LONG = """
import sys, time
sys.path[:0] = [{tests!r}]
from gongkai.building.pool import Pool, run_all
import test_pool as here
if __name__ == "__main__":
    pool = Pool(2, here.nothing, ())
    try:
        print(next(run_all(pool, here.process_number, [1], 1, here.never)), flush=True)
        list(run_all(pool, time.sleep, [60] * 6, 4, here.never))
    except KeyboardInterrupt:
        pass
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
"""


def started(tmp_path: Path) -> tuple[subprocess.Popen[str], int]:
    """A process with a pool at long work, and one of its workers."""
    script = tmp_path / "long.py"
    script.write_text(_LONG.format(tests=str(Path(__file__).parent)), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def gone(process: int) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_workers_end_with_their_parent(how: signal.Signals, tmp_path: Path) -> None:
    process, worker = started(tmp_path)
    process.send_signal(how)
    process.wait(60)
    assert gone(worker)
