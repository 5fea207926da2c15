"""What a command says when nobody watches: kept in a file, and shown only when something went wrong."""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import shown


class _Heard(io.TextIOBase):
    """A text stream that passes on what is written; lines go to the log with the time before them."""

    encoding = "utf-8"

    def __init__(self, shown_on: TextIO, log: TextIO | None, *, held: bool) -> None:
        self._shown_on, self._log = shown_on, log
        self._held: list[str] | None = [] if held else None
        self._line = ""

    def write(self, text: str) -> int:
        if not isinstance(text, str):  # so one tells streams of text from others
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._held is None:
            self._shown_on.write(text)
        else:
            self._held.append(text)
        if self._log is not None:
            *lines, self._line = (self._line + text).split("\n")
            for line in lines:
                self._log.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {line}\n")
        return len(text)

    def flush(self) -> None:
        self._shown_on.flush()
        if self._log is not None:
            self._log.flush()

    def settle(self, *, failed: bool) -> None:
        """What is held is shown where it went wrong, otherwise forgotten."""
        if self._held:
            if failed:
                self._shown_on.write("".join(self._held))
            self._held.clear()


def listen(*, quiet: bool, log: Path | None) -> None:
    """From now on what is said goes to the log, too; if ``quiet``, it is shown by ``settle`` alone.

    Raises CommandError where the log can't be written.
    """
    file = None
    if log is not None:
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            file = log.open("a", encoding="utf-8", buffering=1)
        except OSError as error:
            message = f"日志 {shown(log.absolute())} 写不了（{error.strerror}）。"
            raise CommandError(message, "请检查文件夹的权限和磁盘空间。", ExitCode.SETUP) from error
    if quiet or file:
        sys.stdout = _Heard(sys.stderr if quiet else sys.stdout, file, held=quiet)
        sys.stderr = _Heard(sys.stderr, file, held=False)


def settle(*, failed: bool) -> None:
    """The command has ended, or a part of it that stands by itself."""
    if isinstance(sys.stdout, _Heard):
        sys.stdout.settle(failed=failed)
        sys.stdout.flush()
