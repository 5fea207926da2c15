"""A Dask cluster behind the interface of concurrent.futures: tasks go out with their files, results come back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar, cast

from gongkai.building.load import Loaded
from gongkai.building.store import Objects
from gongkai.building.tasks import Task
from gongkai.cluster.sent import bundle, perform, read_files, taken_back
from gongkai.keys import code_key
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")
_RETRIES = 2
"""How often a task is given to another worker when its own is lost."""
_PATIENCE = "20s"
_LOST = ("KilledWorker", "LostWorkerError", "CommClosedError", "FutureCancelledError")


class ClusterError(CommandError):
    """The cluster cannot be used."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, ExitCode.SETUP)


class ClusterExecutor(Executor):
    """Does departments' tasks on the workers of a cluster; what they make goes to ``objects``."""

    def __init__(self, client: Any, workspace: Workspace, loaded: Loaded, objects: Objects) -> None:
        self._client, self._objects = client, objects
        self.size = max(1, len(client.scheduler_info()["workers"]))
        """How many tasks run at once."""
        self._bundle = bundle(workspace, loaded)
        self._sent: Any = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand a department's task to the cluster; ``fn`` is what a pool would do with it."""
        (task,) = args
        assert isinstance(task, Task)
        outer: Future[Any] = Future()
        if self._sent is None:
            self._sent = self._client.scatter(self._bundle, broadcast=True, hash=False)
        try:
            files = read_files(task.folder)
        except OSError as error:
            outer.set_exception(error)
            return outer
        inner = self._client.submit(perform, self._sent, task, files, pure=False, retries=_RETRIES)
        inner.add_done_callback(lambda done: self._finish(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is not done; the cluster itself goes on."""
        with suppress(Exception):  # the scheduler may be gone
            self._client.close(timeout=1)

    def _finish(self, done: Any, outer: Future[Any]) -> None:
        try:
            result, contents = done.result()
            outer.set_result(taken_back(result, contents, self._objects))
        except Exception as error:
            lost = type(error).__name__ in _LOST
            if lost:  # and perhaps what was sent for all tasks: the next one sends it again
                self._sent = None
            outer.set_exception(BrokenExecutor(str(error)) if lost else error)


def connect(address: str, workspace: Workspace, loaded: Loaded, objects: Objects) -> ClusterExecutor:
    """The cluster of a scheduler. Raises ClusterError: no Dask here, nobody there, or workers of another release."""
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            "没有装 Dask。", "请在 gongkai 的环境里安装 distributed，见 docs/规模.md。"
        ) from error
    try:
        client: Any = cast(Any, distributed).Client(address, timeout=_PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=20)
        codes = client.run(code_key, on_error="return")
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"连不上集群 {address}（{error}）。", "请检查地址、调度进程、工作进程和网络。"
        ) from error
    others = sorted(worker for worker, code in codes.items() if code != code_key())
    if others:
        client.close(timeout=1)
        hint = "请在每台机器上装同一版本的 gongkai 和同样的依赖（constraints.txt）。"
        raise ClusterError(f"集群里 {'、'.join(others)} 的 gongkai 是另一版本，或者没有装。", hint)
    return ClusterExecutor(client, workspace, loaded, objects)
