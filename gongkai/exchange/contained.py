"""A child process with limits of time and memory for what reads files from outside; where it ends, only a file is lost."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import pkgutil
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any, Self

SECONDS = 60.0
"""The most one call may take."""
MEMORY = 1 << 30
"""The most memory the child may ask for, in bytes; Linux alone keeps to it, elsewhere time is the only limit."""


class Stopped(Exception):
    """The child ended before it answered: rule, message and hint of the problem that its file has."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint = rule, message, hint


class Contained:
    """A function called in a child process: one child for many calls, another one after it has ended.

    The function is named ``package.module:name``, so that only the child imports it and what it needs. Arguments and
    results are plain data: what is pickled without code of its own.
    """

    def __init__(self, function: str, seconds: float = SECONDS) -> None:
        self._function, self._seconds = function, seconds
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def __call__(self, *arguments: Any) -> Any:
        """The function's result. Raises Stopped where a limit or the file ended the child, RuntimeError for a bug."""
        if not self._process.is_alive():
            self._start()
        started = time.monotonic()
        try:
            self._pipe.send(arguments)
            failure, result = self._pipe.recv()
        except (EOFError, OSError):
            self._end()
            raise _stopped(time.monotonic() - started, self._seconds) from None
        if failure:
            raise RuntimeError(failure)
        return result

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, its = context.Pipe()
        self._process = context.Process(target=_serve, args=(its, self._function, self._seconds), daemon=True)
        self._process.start()
        its.close()  # so that its end is heard

    def _end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _stopped(taken: float, seconds: float) -> Stopped:
    if taken >= seconds:
        message = f"读这个文件超过 {seconds:.0f} 秒，没有读完"
        return Stopped("too-slow", message, "请只留下绩效目标表，或分成几个文件后再试。")
    message = f"读这个文件时程序停了：文件损坏，或要用的内存超过 {MEMORY >> 20:,} MB"
    return Stopped("damaged", message, "请用 Excel 或 Word 打开后另存一份再试；正常的绩效目标表只有几百 KB。")


def _serve(pipe: Connection, name: str, seconds: float) -> None:
    """Answer calls until the parent ends, or until memory does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    function = pkgutil.resolve_name(name)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)  # native readers write there when they give up
    limit_memory(MEMORY)
    while True:
        try:
            arguments = pipe.recv()
        except EOFError:
            return
        # Its clock runs outside of the interpreter, so native code is ended too.
        faulthandler.dump_traceback_later(seconds, exit=True, file=silent)
        try:
            answer: tuple[str, Any] = "", function(*arguments)
        except MemoryError:
            return
        except Exception:
            answer = traceback.format_exc(), None
        pipe.send(answer)
        faulthandler.cancel_dump_traceback_later()


def limit_memory(most: int) -> None:
    """Let this process, and what it starts, have at most so many bytes of memory; on Linux alone."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(
            resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )
