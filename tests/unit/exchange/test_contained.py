"""The child that reads files from outside: its limits, and that whatever ends it costs one call only."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import pytest

from gongkai.exchange.contained import MEMORY, Contained, Stopped


@pytest.fixture
def child() -> Iterator[Contained]:
    """Calls whatever it is handed."""
    with Contained("operator:call", seconds=2) as contained:
        yield contained


def test_calls_share_one_child_and_it_is_another_process(child: Contained) -> None:
    first = child(os.getpid)
    assert first == child(os.getpid) != os.getpid()


def test_a_call_that_takes_too_long_is_ended_and_the_next_one_answered(child: Contained) -> None:
    with pytest.raises(Stopped, match="超过 2 秒") as stopped:
        child(time.sleep, 60)
    assert stopped.value.rule == "too-slow" and stopped.value.hint
    assert child(len, "abc") == 3


def test_time_is_given_anew_to_each_call(child: Contained) -> None:
    for _ in range(3):
        child(time.sleep, 0.8)


@pytest.mark.parametrize("end", [os.abort, os._exit])
def test_a_child_that_dies_costs_its_call_only(child: Contained, end: object) -> None:
    first = child(os.getpid)
    with pytest.raises(Stopped, match="程序停了") as stopped:
        child(end, *([] if end is os.abort else [0]))
    assert stopped.value.rule == "damaged"
    assert child(os.getpid) != first


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of memory")
def test_memory_ends(child: Contained) -> None:
    assert child(len, b"") == 0
    with pytest.raises(Stopped, match="内存"):
        child(bytes, MEMORY)
    assert child(len, b"") == 0


def test_a_bug_keeps_its_traceback_and_the_child_lives(child: Contained) -> None:
    first = child(os.getpid)
    with pytest.raises(RuntimeError, match=r"Traceback[\s\S]*ZeroDivisionError"):
        child(divmod, 1, 0)
    assert child(os.getpid) == first


def test_it_ends_with_its_batch() -> None:
    with Contained("operator:call") as contained:
        pid = contained(os.getpid)
    if os.name != "nt":
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
