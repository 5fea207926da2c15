"""The progress bar of long work: shown on a terminal only, with rate and remaining time."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm


class ProgressBar:
    """One bar for the step at hand; called with its name, how much is done, and of how much."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = ""

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show how far a step has come."""
        if step != self._step:
            self._close()
            self._step = step
            hidden = not sys.stderr.isatty()
            shape = "{desc}：{n_fmt}/{total_fmt} {bar} {rate_noinv_fmt}，还要 {remaining}"
            self._bar = tqdm(
                total=total,
                desc=step,
                disable=hidden,
                bar_format=shape,
                leave=False,
                unit="件",
                file=sys.stderr,
            )
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
