"""One build at a time: a lock the system gives up when its holder ends, with who holds it and since when."""

from __future__ import annotations

import errno
import json
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from gongkai.problems import ExitCode
from gongkai.publishing.swap import OutputError, reported

log = logging.getLogger("gongkai")

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


@dataclass(frozen=True)
class Holder:
    """Who holds a lock: process id, host, the host's boot ("" where unknown), and local time for people only."""

    pid: int
    host: str
    boot: str
    since: str

    @classmethod
    def me(cls) -> Holder:
        """This process."""
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        return cls(os.getpid(), socket.gethostname(), _boot(), since)

    def is_elsewhere(self) -> bool:
        """Held on another machine, whose processes we can't see."""
        return self.host != socket.gethostname() and (not self.boot or self.boot != _boot())

    def is_alive(self) -> bool:
        """Whether the process runs on this machine since its present boot."""
        if self.boot != _boot():
            return False
        if os.name == "nt":  # asking there with signal 0 would end the process
            return True
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            return True
        return True


class Busy(OutputError):
    """Another build is at work on this site. ``holder`` is None in the moment before it has signed."""

    def __init__(self, holder: Holder | None, hint: str) -> None:
        who = f"主机 {holder.host} 上的进程 {holder.pid}，自 {holder.since} 起" if holder else "刚刚开始"
        super().__init__(f"另一次生成正在进行（{who}）。", hint, ExitCode.BUSY)
        self.holder = holder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock kept in a file. Raises Busy; a lock left by a process that has ended is taken over.

    The system's own file lock decides, so neither a reused process id nor a wrong clock misleads it. What is
    written in the file says who holds it, and decides alone where a file system has no locks.
    """
    with reported():
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        _refuse_if_held(descriptor, path)
        with reported():
            _sign(descriptor, Holder.me())
        try:
            yield
        finally:
            with suppress(OSError):  # a signature left behind is known for stale
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _refuse_if_held(descriptor: int, path: Path) -> None:
    wait = "请等它结束后再试。"
    claimed = _claim(descriptor)
    holder = _signed(descriptor, patient=claimed is False)
    if claimed is False:
        raise Busy(holder, wait)
    if holder is None:
        return
    if holder.is_elsewhere():
        raise Busy(holder, f"{wait}如果确知那台机器上的生成已经停止，请删除 {path} 后再试。")
    if claimed is None and holder.is_alive():
        raise Busy(holder, wait)
    log.info("publish: took over the lock of process %d, which has ended", holder.pid)


def _claim(descriptor: int) -> bool | None:
    """Whether the system gave us the lock; None if the file system has none to give."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # behind the text, which others must be able to read
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in _UNSUPPORTED else False
    return True


def _signed(descriptor: int, *, patient: bool) -> Holder | None:
    """Who signed the lock file; None if nobody, or half a signature, after a short wait if ``patient``."""
    for _ in range(20 if patient else 1):
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            holder = Holder(**json.loads(os.read(descriptor, 4096)))
            return holder if isinstance(holder.pid, int) else None
        except (ValueError, TypeError, OSError):
            time.sleep(0.01 if patient else 0)
    return None


def _sign(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(asdict(holder), ensure_ascii=False).encode())


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
