"""Many machines: the same tasks on a Dask cluster; layouts and fonts go to its workers once, by content hash.

A worker needs gongkai (the same code) and nothing else: no shared disk, no fonts, no records. Each task brings its
department's files and takes its results back; only the parent writes. See docs/规模.md.
"""

from __future__ import annotations

import errno
import logging
import pickle
import re
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from gongkai.building import remote
from gongkai.building.executors import SerialExecutor
from gongkai.building.jobs import UnitJob
from gongkai.building.remote import SENT, Bundle, Errand, read_files
from gongkai.keys import code_key, key_of
from gongkai.printing.fonts import Fonts
from gongkai.publishing.collect import Collector
from gongkai.publishing.swap import OutputError
from gongkai.reading.forms import Form
from gongkai.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger("gongkai")
RETRIES = 2
"""How often a task is given to another worker when its own is lost, before it counts as lost itself."""
_LOOK_SECONDS = 5.0
"""How often is asked how many workers there are."""
_PATIENCE = 300.0
"""How long the build waits without a worker, in seconds."""
_TRIES = 5
"""How often a task is given to workers that can't be made fit for it."""
_AGAIN = "请检查调度进程、工作进程和网络，再生成一次；已经印好的不用重印。"
_LOST = ("KilledWorker", "LostWorkerError", "CommClosedError")


class ClusterError(OutputError):
    """The cluster cannot be used: a Chinese message for people."""


def bundle(
    workspace: Workspace, forms: Mapping[str, Form], collectors: tuple[Collector, ...], fonts: Fonts | None
) -> Bundle:
    """Everything to send: layouts, fonts and their cuts."""
    files: dict[str, bytes] = {}
    moved = dict(forms)
    for number, folder in enumerate(workspace.layouts):
        files |= {f"layouts/{number}/{name}": data for name, data in read_files(folder).items()}
        for name, form in forms.items():
            if form.folder.is_relative_to(folder):
                there = Path("layouts", str(number), form.folder.relative_to(folder))
                moved[name] = replace(form, folder=there)
    if fonts is not None:
        fonts.prepare()
        files |= {f"cuts/fonts/{cut.target.name}": cut.target.read_bytes() for cut in fonts.cuts}
        files |= {f"fonts/{face.file.name}": face.file.read_bytes() for face in fonts.faces}
    content = (part for name, data in sorted(files.items()) for part in (name, data))
    return Bundle(key_of(code_key(), repr(moved), *content), files, moved, collectors)


@dataclass(eq=False)
class _Given:
    """A task that was given out: a pickled Errand, what comes of it, and how often a worker was unfit for it."""

    packed: bytes
    outer: Future[Any] = field(default_factory=Future)
    tries: int = 0

    def fail(self, error: BaseException) -> None:
        """Say why nothing comes of it, unless something has."""
        with suppress(InvalidStateError):
            self.outer.set_exception(error)


class ClusterExecutor(Executor):
    """The interface of a pool over a Dask cluster, whose connection it closes. ``cache`` is the parent's."""

    def __init__(self, client: Any, sent: Bundle, cache: Path) -> None:
        self._client, self._sent = client, sent
        self._inner = client.get_executor(retries=RETRIES, pure=False)
        self._here, self._supply, self._task = SerialExecutor(), threading.Lock(), _task()
        self._refused: set[str] = set()
        self._out: set[_Given] = set()
        self._closed = threading.Event()
        self.size = 1
        """How many tasks run at once: workers come and go."""
        self._refuse_others(client.run(_facts(), on_error="return"))
        self._send(client.run(remote.has, sent.key))
        self._look()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand a task to the cluster with the files it reads; a task of the parent's own runs here."""
        if fn not in SENT:
            return self._here.submit(fn, *args, **kwargs)
        job = args[0]
        assert isinstance(job, UnitJob)
        errand = Errand(fn.__name__, args, read_files(job.folder))
        given = _Given(pickle.dumps(errand, pickle.HIGHEST_PROTOCOL))
        self._out.add(given)
        given.outer.add_done_callback(lambda _: self._out.discard(given))
        self._give(given)
        return given.outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is not done; the cluster itself goes on."""
        self._closed.set()
        with suppress(Exception):  # the scheduler may be gone
            self._client.close(timeout=0.5)

    def _look(self) -> bool:
        """Count the workers; whether there are any."""
        count = int(sum(self._client.nthreads().values()))
        self.size = count or 1
        return count > 0

    def _watch(self) -> None:
        """Look after the workers while there is work; when none is left for too long nothing will be done any more."""
        since = time.monotonic()
        told = False
        while not self._closed.wait(_LOOK_SECONDS):
            with suppress(Exception):  # a scheduler that is gone is told of by what was given to it
                if self._look() or not self._out:
                    since, told = time.monotonic(), False
            waited = time.monotonic() - since
            if waited > _PATIENCE:
                for given in list(self._out):
                    given.fail(ClusterError("集群里没有工作进程了。已发布的网站没有改动。", _AGAIN))
            elif waited > 2 * _LOOK_SECONDS and not told:
                told = True
                log.warning("集群里没有工作进程了，等它们回来，最多 %d 分钟；按 Ctrl-C 停下", _PATIENCE / 60)

    def _give(self, given: _Given) -> None:
        try:
            inner = self._inner.submit(self._task, self._sent.key, code_key(), given.packed)
        except Exception as error:  # of many kinds: the connection is gone
            given.fail(self._gone(error))
            return
        inner.add_done_callback(lambda done: self._take(done, given))

    def _take(self, done: Future[Any], given: _Given) -> None:
        """Hand a result over. What a worker was unfit for is given away again."""
        error = self._gone(None) if done.cancelled() else done.exception()
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            error = ClusterError(f"工作进程的磁盘满了：{error}。")
        if error is not None:
            lost = type(error).__name__ in _LOST
            given.fail(BrokenExecutor(str(error)) if lost else error)
            return
        address, fit, answer = done.result()
        if answer is None:
            # Not in this thread: it is the one that waits for the cluster's answers.
            threading.Thread(target=self._again, args=(address, fit, given), daemon=True).start()
            return
        with suppress(InvalidStateError):  # too late
            given.outer.set_result(answer[0])

    def _again(self, address: str, fit: bool, given: _Given) -> None:
        """Make a worker that came later fit, or send it away when it has other code; then give the task again."""
        given.tries += 1
        try:
            with self._supply:
                if fit:
                    self._send(self._client.run(remote.has, self._sent.key, workers=[address]))
                elif address not in self._refused:
                    self._refused.add(address)
                    log.warning("工作进程 %s 装的是另一版本，没有用它", address)
                    self._client.retire_workers([address], close_workers=True)
        except Exception as error:
            # A worker that has gone meanwhile is no harm.
            if isinstance(error, ClusterError) or given.tries > _TRIES or self._client.status != "running":
                given.fail(self._gone(error))
                return
        self._give(given)

    def _send(self, there: Mapping[str, tuple[str, bool]]) -> None:
        """The bundle to every machine that has not all of it; processes of one machine share it."""
        lacking = {
            (address.rpartition(":")[0], place): address
            for address, (place, whole) in there.items()
            if not whole
        }
        if not lacking:
            return
        try:
            self._client.run(remote.unpack, self._sent, workers=list(lacking.values()))
        except OSError as error:
            raise ClusterError(f"工作进程的临时文件夹写不进去：{error}。请检查它的磁盘和权限。") from error

    def _refuse_others(self, found: Mapping[str, Any]) -> None:
        """Raise ClusterError where a worker has other code or other libraries than this process."""
        here = remote.facts()
        wrong = {address: there for address, there in found.items() if there != here}
        if wrong:
            listed = "；".join(f"{address} {_difference(here, there)}" for address, there in wrong.items())
            hint = "请在那台机器上安装同一版本（各组件的版本见 constraints.txt），再启动工作进程。"
            raise ClusterError(f"集群里有工作进程与本机不同：{listed}。", hint)

    def _gone(self, error: BaseException | None) -> ClusterError:
        if isinstance(error, ClusterError):
            return error
        reason = f"（{type(error).__name__}）" if error else ""
        return ClusterError(f"与集群的调度进程断开了{reason}。已发布的网站没有改动。", _AGAIN)


def connect(address: str, sent: Bundle, cache: Path) -> ClusterExecutor:
    """The executor of the cluster whose scheduler is at ``address``.

    Raises ClusterError when there is no scheduler, no worker, or other code on a worker.
    """
    try:
        import dask
        import distributed
    except ImportError as error:
        raise ClusterError('缺少集群组件；请安装：pip install "gongkai[cluster]"。') from error
    for name in logging.getLogger().manager.loggerDict:
        if name.split(".")[0] in ("asyncio", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what they have to say is said by us
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})
    connected: Callable[..., Any] = distributed.Client
    try:
        _check_address(address)  # a client that could not even be made complains when it goes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions are told of by us
            client = connected(address, timeout="10s", set_as_default=False)
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        message = f"连不上集群 {address}（{_first_line(error)}）。"
        raise ClusterError(message, "请检查地址和 dask scheduler。") from error
    try:
        client.wait_for_workers(1, timeout=30)
        return ClusterExecutor(client, sent, cache)
    except TimeoutError as error:
        client.close(timeout=1)
        raise ClusterError(f"集群 {address} 里没有工作进程。", "请启动 dask worker。") from error
    except BaseException:
        client.close(timeout=1)
        raise


def _check_address(address: str) -> None:
    """Raise ValueError for what is no address, and OSError or ValueError where certificates are missing."""
    from distributed.security import Security

    if not re.fullmatch(r"(tcp|tls)://[^/]+:\d+", address):
        raise ValueError("地址写成 tcp://主机:端口，例如 tcp://192.168.1.10:8786")
    security: Any = Security  # untyped
    if address.startswith("tls") and not security().get_connection_args("client").get("ssl_context"):
        raise ValueError("本机没有配置 TLS 证书，见 Dask 文档 distributed.comm.tls")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def _difference(here: Mapping[str, str], there: Any) -> str:
    """What another machine has otherwise, in a clerk's words."""
    if not isinstance(there, Mapping):
        return f"没有装 gongkai，或装的是另一版本（{_first_line(there)}）"
    names = [name for name in here if name and here[name] != there.get(name)]
    if not names:
        return "的 gongkai 是另一版本"
    return "、".join(f"{name} 是 {there.get(name) or '没有'}（本机 {here[name]}）" for name in names)


# -- sent by value: a worker without gongkai, or with another, must be able to say so --------------


def _facts() -> Callable[[], Any]:
    def facts_there() -> Any:
        from gongkai.building.remote import facts

        return facts()

    return facts_there


def _task() -> Callable[[str, str, bytes], tuple[str, bool, Any]]:
    def task_there(key: str, code: str, packed: bytes) -> tuple[str, bool, Any]:
        """The worker's address, whether it has the same code, and the answer; None: give the task again."""
        from distributed import get_worker

        address = str(get_worker().address)
        try:
            from gongkai.building.remote import perform
            from gongkai.keys import code_key
        except ImportError:
            return address, False, None
        same = code_key() == code
        return address, same, perform(key, packed) if same else None

    return task_there
