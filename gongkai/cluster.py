"""Many machines: the same tasks on a Dask cluster; layouts and fonts go to its workers once, by content hash.

A worker needs gongkai (the same code) and nothing else: no shared disk, no fonts, no records. Each task brings its
department's files and takes its results back; only the parent writes. See docs/规模.md.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from gongkai import worker
from gongkai.collect import Collector
from gongkai.executors import SerialExecutor
from gongkai.fonts import Fonts
from gongkai.forms import Form
from gongkai.jobs import UnitJob
from gongkai.kept import read_checked, write_checked
from gongkai.keys import code_key, key_of
from gongkai.swap import OutputError
from gongkai.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")
RETRIES = 2
"""How often a task is given to another worker when its own is lost, before it counts as lost itself."""
SENT = (worker.survey, worker.print_documents, worker.render_pages)
"""What runs elsewhere: functions of a department's files. All else stays with the parent."""
_HOLD = threading.Lock()


class ClusterError(OutputError):
    """The cluster cannot be used: a Chinese message for people."""


@dataclass(frozen=True)
class RemoteWorkspace(Workspace):
    """A workspace made of what was sent: the layouts and fonts in ``bundle``, records as they come with tasks."""

    bundle: Path = Path()

    @property
    def layouts(self) -> tuple[Path, ...]:
        """The layout folders as the parent has them."""
        return tuple(sorted((self.bundle / "layouts").iterdir()))

    @property
    def font_cache(self) -> Path:
        """The parent's cut fonts."""
        return self.bundle / "cuts"

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The parent's fonts."""
        return (self.bundle / "fonts",)


@dataclass(frozen=True)
class Bundle:
    """What every task needs: files by relative name, and what workers are started with."""

    files: Mapping[str, bytes]
    forms: Mapping[str, Form]
    collectors: tuple[Collector, ...]
    code: str

    @cached_property
    def key(self) -> str:
        """Changes with any file, form or line of code."""
        content = (part for name, data in sorted(self.files.items()) for part in (name, data))
        return key_of(self.code, repr(self.forms), *content)


def bundle(
    workspace: Workspace, forms: Mapping[str, Form], collectors: tuple[Collector, ...], fonts: Fonts | None
) -> Bundle:
    """Everything to send: layouts, fonts and their cuts."""
    files: dict[str, bytes] = {}
    for number, folder in enumerate(workspace.layouts):
        files |= {f"layouts/{number}/{name}": data for name, data in _contents(folder).items()}
    if fonts is not None:
        fonts.prepare()
        cuts = {cut.target for cut in fonts.cuts}
        named = {Path(unescape(glob)) for glob in re.findall(r"<glob>([^<*]+)</glob>", fonts.settings)}
        for file in sorted(named | cuts):
            if file.is_file():
                folder_name = "cuts/fonts" if file in cuts else "fonts"
                files[f"{folder_name}/{file.name}"] = file.read_bytes()
    return Bundle(files, forms, collectors, code_key())


class ClusterExecutor(Executor):
    """The interface of a pool over a Dask cluster; ``client`` stays the caller's."""

    def __init__(self, client: Any, sent: Bundle) -> None:
        self._client, self._key = client, sent.key
        self._inner = client.get_executor(retries=RETRIES, pure=False)
        self._here = SerialExecutor()
        client.register_plugin(_plugin(sent))
        wrong = {code for code in client.run(code_key).values() if code != sent.code}
        if wrong:
            raise ClusterError("集群上的 gongkai 与本机的版本或代码不同；请在每台机器上安装同一版本。")

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand a task to the cluster with the files it reads; a task of the parent's own runs here."""
        if fn not in SENT:
            return self._here.submit(fn, *args, **kwargs)
        job = args[0]
        assert isinstance(job, UnitJob)
        inner = self._inner.submit(run_there, self._key, fn.__name__, args, _contents(job.folder))
        outer: Future[T] = Future()
        inner.add_done_callback(lambda done: _hand_over(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is not done; the cluster itself goes on."""
        self._inner.shutdown(wait=wait)
        self._client.close()


def connect(address: str, sent: Bundle) -> tuple[ClusterExecutor, int]:
    """The executor of the cluster whose scheduler is at ``address``, and how many tasks it runs at once.

    Raises ClusterError when there is no scheduler, no worker, or other code on a worker.
    """
    try:
        import distributed
    except ImportError as error:
        raise ClusterError('缺少集群组件；请安装：pip install "gongkai[cluster]"。') from error
    try:
        connected: Callable[..., Any] = distributed.Client
        client = connected(address, timeout="10s", set_as_default=False)
        client.wait_for_workers(1, timeout=30)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"连不上集群 {address}，或集群里没有工作进程；请检查地址和 dask worker。"
        ) from error
    threads = sum(client.nthreads().values())
    return ClusterExecutor(client, sent), threads


def _contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder by relative name; links are not followed."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def _hand_over(done: Future[Any], outer: Future[Any]) -> None:
    if done.cancelled():
        outer.cancel()
        return
    error = done.exception()
    if error is None:
        outer.set_result(done.result())
    elif type(error).__name__ in ("KilledWorker", "LostWorkerError", "CommClosedError"):
        lost = BrokenExecutor(str(error))
        outer.set_exception(lost)
    else:
        outer.set_exception(error)


# -- on the workers -------------------------------------------------------------------------------


def _plugin(sent: Bundle) -> Any:
    """Unpacks the bundle on every worker, also on those that come later."""
    from distributed import WorkerPlugin

    class Unpack(WorkerPlugin):
        """The bundle, unpacked when a worker starts."""

        name = f"gongkai-{sent.key}"

        def setup(self, worker: Any) -> None:
            """Write the files, unless another process of the machine has."""
            unpack(sent)

    return Unpack()


def _place(key: str) -> Path:
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"gongkai-{user}" / key


def unpack(sent: Bundle) -> None:
    """The bundle as a folder of this machine, whole or not at all."""
    place = _place(sent.key)
    if (place / "start").exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=place.parent, prefix="part-"))
    _write(part, sent.files)
    write_checked(part / "start", sent.key, (dict(sent.forms), sent.collectors))
    try:
        part.rename(place)
    except OSError:  # another process was quicker
        shutil.rmtree(part, ignore_errors=True)


def run_there(key: str, name: str, arguments: tuple[Any, ...], files: Mapping[str, bytes]) -> Any:
    """One task in a process of the cluster; a process works on one at a time."""
    with _HOLD:
        place = _place(key)
        forms, collectors = read_checked(place / "start", key)
        root = place / f"process-{os.getpid()}"
        job: UnitJob = arguments[0]
        folder = root / "content" / Path(*job.unit)
        mark = root / f"{'.'.join(job.unit)}.signature"
        if not mark.is_file() or mark.read_text(encoding="ascii") != job.signature:
            shutil.rmtree(folder, ignore_errors=True)
            _write(folder, files)
            mark.write_text(job.signature, encoding="ascii")
        worker.start(RemoteWorkspace(root, root / "output", place), forms, collectors)
        function = next(one for one in SENT if one.__name__ == name)
        call: Callable[..., Any] = function
        return call(replace(job, folder=folder), *arguments[1:])


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
