"""What a command reads and says: in UTF-8, on streams that may be closed or full, kept in a log, shown or held back."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from gongkai.atomic import writing
from gongkai.problems import CommandError, ExitCode
from gongkai.workspace import shown

_BAR = "{desc}：{n_fmt}/{total_fmt} {bar} {rate_noinv_fmt}，还要 {remaining}"
_NO_TOTAL = "{desc}…"


def open_streams() -> None:
    """Make the three standard streams usable.

    One that was closed by whoever started the command leads nowhere; left closed, the next file that is opened
    would take its number, and what is said would be written into that file.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        at_once = sys.stdout.line_buffering
        sys.stdout = _Output(sys.stdout.detach(), encoding="utf-8", errors="replace", line_buffering=at_once)


class _Output(io.TextIOWrapper):
    """Standard output that stops the command where it cannot be written.

    Raises CommandError; SystemExit without a word where the reader has gone away (``check | head``).
    """

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise _lost(error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise _lost(error) from error


def _lost(error: OSError) -> BaseException:
    """Why the command ends; what it still says leads nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    if isinstance(error, BrokenPipeError):
        return SystemExit(ExitCode.SETUP)
    return CommandError(f"要显示的文字写不出去（{error.strerror}）。", exit_code=ExitCode.SETUP)


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
        self.flush()


def listen(*, quiet: bool, log: Path | None) -> None:
    """From now on what is said goes to the log, too; if ``quiet``, it is shown by ``settle`` alone.

    Raises CommandError where the log can't be written.
    """
    file = None
    if log is not None:
        with writing(f"日志 {shown(log.absolute())}"):
            log.parent.mkdir(parents=True, exist_ok=True)
            file = log.open("a", encoding="utf-8", buffering=1)
    if quiet or file:
        sys.stdout = _Heard(sys.stderr if quiet else sys.stdout, file, held=quiet)
        sys.stderr = _Heard(sys.stderr, file, held=False)


def settle(*, failed: bool) -> None:
    """The command has ended, or a part of it that stands by itself."""
    if isinstance(sys.stdout, _Heard):
        sys.stdout.settle(failed=failed)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str, int, int], None]]:
    """What long work is ``doing``, on a terminal only; what is given is called with step, how much is done, of how much."""
    if not sys.stderr.isatty():
        yield lambda name, done, total: None
        return
    from tqdm import tqdm

    with tqdm(bar_format=_NO_TOTAL, desc=doing, leave=False, unit="件", file=sys.stderr) as bar:

        def step(name: str, done: int, total: int) -> None:
            if name != bar.desc:
                bar.bar_format = _BAR
                bar.set_description_str(name, refresh=False)
                bar.reset(total)
            bar.update(done - bar.n)

        yield step
