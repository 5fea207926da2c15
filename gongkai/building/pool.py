"""Where tasks run: in this process, or on all cores; a task whose worker dies gets another once, alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_STOP_SECONDS = 0.5


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


class Pool(Executor):
    """Processes started by spawn on every system, each ready after ``initializer``; when one dies all are replaced."""

    def __init__(self, workers: int, initializer: Callable[..., object], arguments: tuple[Any, ...]) -> None:
        self._workers, self._start = workers, (initializer, arguments)
        self._pool = self._new()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand a task to a worker. What a dead worker was at fails with BrokenExecutor; the next task has a new one."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=False)
            self._pool = self._new()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; without ``wait`` and with ``cancel_futures`` at once, whatever they are at."""
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait or not cancel_futures:
            return
        workers = [child for child in multiprocessing.active_children() if child.name.startswith("Spawn")]
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(_STOP_SECONDS)
            if worker.is_alive():
                worker.kill()

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, context, _start, self._start)


def _start(initializer: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    initializer(*arguments)


def _end_with_parent() -> None:
    """A parent that was killed can't end its workers, and they would wait for tasks for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def run_all(
    executor: Executor,
    function: Callable[[T], Any],
    tasks: Iterable[T],
    in_flight: int,
    lost: Callable[[T], Any],
) -> Iterator[Any]:
    """Results as they come, never more than ``in_flight`` tasks at once; tasks are taken as there is room.

    A worker that dies takes the tasks at work with it: they run again, one at a time. For one that dies again
    ``lost`` gives the result.
    """
    source, running, suspects = iter(tasks), dict[Future[Any], T](), list[T]()
    while True:
        while not suspects and len(running) < in_flight and (task := next(source, None)) is not None:
            running[executor.submit(function, task)] = task
        if not running:
            if not suspects:
                return
            yield _alone(executor, function, suspects.pop(), lost)
            continue
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            if isinstance(future.exception(), BrokenExecutor):
                suspects.append(task)
            else:
                yield future.result()


def _alone(executor: Executor, function: Callable[[T], Any], task: T, lost: Callable[[T], Any]) -> Any:
    try:
        return executor.submit(function, task).result()
    except BrokenExecutor:
        return lost(task)
