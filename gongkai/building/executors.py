"""Where work runs: in this process, or on all cores; both with the interface of concurrent.futures."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as wait_for
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_STOP_SECONDS = 0.5
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


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
    """Processes started by spawn on every system; each builds its state once in ``initializer``.

    All are replaced when one of them dies.
    """

    _method = "spawn"

    def __init__(
        self,
        workers: int,
        initializer: Callable[..., object],
        arguments: tuple[Any, ...],
    ) -> None:
        self._workers, self._start = workers, (initializer, arguments)
        _one_heap()
        self._retired: list[Any] = []
        self._renew()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand a task to a worker. What a dead worker was at fails with BrokenExecutor; the next task has a new one."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._retire()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; without ``wait`` and with ``cancel_futures`` at once, whatever they are at."""
        processes = self._retired + _processes(self._pool)
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait or not cancel_futures:
            return
        for process in processes:
            process.terminate()
        ended = wait_for([process.sentinel for process in processes], _STOP_SECONDS)
        for process in processes:
            if process.sentinel not in ended:
                process.kill()

    def _renew(self) -> None:
        self._pool = ProcessPoolExecutor(
            self._workers, mp_context=get_context(self._method), initializer=_start, initargs=self._start
        )
        self._method = "spawn"

    def _retire(self) -> None:
        """Let the workers finish what they are at, and go."""
        leaving = _processes(self._pool)
        self._pool.shutdown(wait=False)
        self._retired = [process for process in self._retired + leaving if process.is_alive()]
        self._renew()


class Aside(Pool):
    """One process that gets ready while this one is at other work; first it is a fork, which has all imports.

    Only for a process with no other thread: what that held would stay held in the fork.
    """

    _method = "fork"

    def __init__(self, initializer: Callable[..., object], arguments: tuple[Any, ...]) -> None:
        super().__init__(1, initializer, arguments)
        self.submit(int)  # starts it


def _one_heap() -> None:
    """Let all threads of this process share one heap, where the C library is glibc.

    The threads that hand tasks to workers come and go with these; in a heap of its own each would leave holes that
    no other thread fills, some ten megabytes in a large build.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library, or another system
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


def process_pool(
    workers: int, initializer: Callable[..., object], arguments: tuple[Any, ...]
) -> Executor:
    """A pool of so many processes."""
    return Pool(workers, initializer, arguments)


def _start(initializer: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    initializer(*arguments)


def _end_with_parent() -> None:
    """A parent that was killed can't end its workers, and they would wait for tasks for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def stop_now(executor: Executor) -> None:
    """End an executor without waiting for running tasks."""
    executor.shutdown(wait=False, cancel_futures=True)


def cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


Task = tuple[Callable[..., Any], tuple[Any, ...]]


class WorkerLost(RuntimeError):
    """A task whose worker died twice, the second time with no other task at work."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"a worker died twice at {task[0].__name__}")
        self.task = task


def run_all(
    executor: Executor,
    tasks: Iterable[Task],
    in_flight: int | Callable[[], int],
    then: Callable[[Any], Iterable[Task]] | None = None,
    lost: Callable[[Task], Any] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Any]:
    """Results as they come, never more than ``in_flight`` tasks at once; ``then`` may add tasks for a result.

    ``meanwhile`` is done here once, while the first tasks are under way.

    A worker that dies takes its tasks with it: they are run again, one at a time. For one that dies again ``lost``
    gives the result; without it WorkerLost is raised.
    """
    flow = _Flow(executor, iter(tasks), in_flight)
    while flow.fill():
        if meanwhile is not None:
            meanwhile()
            meanwhile = None
        for task, future in flow.wait():
            error = future.exception()
            if not isinstance(error, BrokenExecutor):
                result = future.result()
            elif flow.again(task):
                continue
            elif lost is None:
                raise WorkerLost(task) from error
            else:
                result = lost(task)
            if then is not None:
                flow.extra += then(result)
            yield result


class _Flow:
    """The tasks on their way: new ones, those that results brought, and those to run again alone."""

    def __init__(
        self, executor: Executor, source: Iterator[Task], in_flight: int | Callable[[], int]
    ) -> None:
        self._executor, self._source = executor, source
        self._in_flight = in_flight if callable(in_flight) else lambda: in_flight
        self.extra: list[Task] = []
        self._alone: list[Task] = []
        self._suspect: Task | None = None
        self._running: dict[Future[Any], Task] = {}

    def fill(self) -> bool:
        """Submit what may run now; False when all is done."""
        if self._alone and not self._running:
            self._suspect = self._alone.pop()
            self._submit(self._suspect)
        while not self._alone and self._suspect is None and len(self._running) < self._in_flight():
            task = self.extra.pop() if self.extra else next(self._source, None)
            if task is None:
                break
            self._submit(task)
        return bool(self._running)

    def wait(self) -> list[tuple[Task, Future[Any]]]:
        """The tasks that have ended; at least one."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        ended = [(self._running.pop(future), future) for future in done]
        if self._suspect is not None and not isinstance(ended[0][1].exception(), BrokenExecutor):
            self._suspect = None
        return ended

    def again(self, task: Task) -> bool:
        """Whether a task that lost its worker gets another; it does once."""
        if task is self._suspect:
            self._suspect = None
            return False
        self._alone.append(task)
        return True

    def _submit(self, task: Task) -> None:
        self._running[self._executor.submit(task[0], *task[1])] = task


__all__ = [
    "Aside",
    "BrokenExecutor",
    "Pool",
    "SerialExecutor",
    "Task",
    "WorkerLost",
    "cores",
    "process_pool",
    "run_all",
    "stop_now",
]
