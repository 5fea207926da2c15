"""What a command reads and says: in UTF-8, also where a stream is closed or nobody takes what is said."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from gongkai.problems import CommandError, ExitCode


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
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stdout, TextIOWrapper):
        at_once = sys.stdout.line_buffering
        sys.stdout = _Output(sys.stdout.detach(), encoding="utf-8", errors="replace", line_buffering=at_once)


class _Output(TextIOWrapper):
    """Standard output that stops the command where it cannot be written."""

    def write(self, text: str) -> int:
        """Raises CommandError; SystemExit without a word where the reader has gone away (``check | head``)."""
        try:
            return super().write(text)
        except OSError as error:
            raise _lost(error) from error

    def flush(self) -> None:
        """Raises as ``write`` does."""
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
