"""Workers: one that dies is replaced, they are replaced now and then, and Ctrl-C ends them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gongkai.building.executors import Pool, SerialExecutor, Task, WorkerLost, run_all, stop_now

ROOT = Path(__file__).parents[1]


def nothing() -> None:
    """The initializer of these pools."""


def double(number: int) -> int:
    return 2 * number


def process_number(_: int) -> int:
    return os.getpid()


def die_once(mark: str, number: int) -> int:
    """Kills its process the first time."""
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


@pytest.mark.parametrize("workers", [0, 2])
def test_both_executors_give_the_same(workers: int) -> None:
    executor = Pool(workers, nothing, ()) if workers else SerialExecutor()
    more = iter([[(double, (100,))]])
    results = list(run_all(executor, ((double, (n,)) for n in range(20)), 4, lambda _: next(more, [])))
    assert sorted(results) == sorted([*range(0, 40, 2), 200])
    with pytest.raises(ValueError, match="a bug"):
        list(run_all(executor, [(fail, (1,))], 4))
    stop_now(executor)


def test_the_tasks_of_a_killed_worker_run_again(tmp_path: Path) -> None:
    pool = Pool(2, nothing, ())
    tasks: list[Task] = [(die_once, (str(tmp_path / "mark"), n)) for n in range(20)]
    assert sorted(run_all(pool, tasks, 6)) == list(range(0, 40, 2))
    stop_now(pool)


def test_a_task_that_kills_every_worker_stops_only_itself() -> None:
    pool = Pool(2, nothing, ())
    tasks: list[Task] = [(die_at_seven, (n,)) for n in range(20)]
    results = list(run_all(pool, tasks, 6, lost=lambda task: -task[1][0]))
    assert sorted(results) == sorted([-7, *(2 * n for n in range(20) if n != 7)])
    with pytest.raises(WorkerLost):
        list(run_all(pool, tasks, 6))
    stop_now(pool)


def test_workers_are_replaced_after_some_tasks() -> None:
    pool = Pool(2, nothing, (), tasks_per_child=5)
    numbers = list(run_all(pool, ((process_number, (n,)) for n in range(40)), 4))
    assert len(numbers) == 40
    assert len(set(numbers)) >= 4
    stop_now(pool)


_LONG = """
import sys, time
sys.path[:0] = [{tests!r}]
from gongkai.building.executors import Pool, run_all, stop_now
import test_scale_workers as here
if __name__ == "__main__":
    pool = Pool(2, here.nothing, ())
    try:
        print(next(run_all(pool, [(here.process_number, (1,))] + [(time.sleep, (60,))] * 6, 4)), flush=True)
        list(run_all(pool, [(time.sleep, (60,))] * 6, 4))
    except KeyboardInterrupt:
        pass
    finally:
        stop_now(pool)
"""


def _hears_ctrl_c() -> None:
    """A shell that starts its jobs in the background makes them deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(tmp_path: Path) -> tuple[subprocess.Popen[str], int]:
    """A process with a pool at long work, and one of its workers."""
    script = tmp_path / "long.py"
    script.write_text(_LONG.format(tests=str(Path(__file__).parent)), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, preexec_fn=_hears_ctrl_c,
    )  # fmt: skip
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def is_gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    process, worker = started(tmp_path)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    assert is_gone(worker)


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    process, worker = started(tmp_path)
    process.kill()
    process.wait(60)
    deadline = time.monotonic() + 5
    while not is_gone(worker):
        assert time.monotonic() < deadline, "a worker waits for ever"
        time.sleep(0.05)
