"""Where work runs: in this process, or on all cores; both with the interface of concurrent.futures."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
TASKS_PER_CHILD = 200
"""Workers are replaced after so many tasks, so that what an engine leaks stays bounded."""


class SerialExecutor(Executor):
    """Runs each task at once in the calling process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The task, done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def process_pool(
    workers: int, initializer: Callable[..., None], arguments: tuple[Any, ...]
) -> ProcessPoolExecutor:
    """Processes started by spawn on every system; each builds its state once in ``initializer``."""
    return ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(initializer, arguments),
        max_tasks_per_child=TASKS_PER_CHILD,
    )


def _start(initializer: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    initializer(*arguments)


def stop_now(executor: Executor) -> None:
    """End a pool without waiting for running tasks."""
    processes = list((getattr(executor, "_processes", None) or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


def cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


Task = tuple[Callable[..., Any], tuple[Any, ...]]


def run_all(
    executor: Executor,
    tasks: Iterable[Task],
    in_flight: int,
    then: Callable[[Any], Iterable[Task]] | None = None,
) -> Iterator[Any]:
    """Results as they come, never more than ``in_flight`` tasks at once; ``then`` may add tasks for a result.

    A worker that dies takes its tasks with it: BrokenExecutor is raised to the caller.
    """
    source = iter(tasks)
    extra: list[Task] = []
    running: set[Future[Any]] = set()
    while True:
        while len(running) < in_flight:
            task = extra.pop() if extra else next(source, None)
            if task is None:
                break
            running.add(executor.submit(task[0], *task[1]))
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            result = future.result()
            if then is not None:
                extra += then(result)
            yield result


__all__ = ["BrokenExecutor", "SerialExecutor", "cores", "process_pool", "run_all", "stop_now"]
