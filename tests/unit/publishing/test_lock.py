"""The lock of a build where the file system has none to give: who signed it decides, whoever that is."""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from gongkai.publishing.lock import Busy, Holder, locked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks by flock: POSIX only")


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system without locks."""
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)


def signed(folder: Path, holder: Holder) -> Path:
    path = folder / "lock"
    path.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    return path


def answer(monkeypatch: pytest.MonkeyPatch, error: type[OSError] | None) -> None:
    """What the system says of another process."""

    def kill(pid: int, number: int) -> None:
        assert number == 0
        if error:
            raise error

    monkeypatch.setattr(os, "kill", kill)


@pytest.mark.usefixtures("no_locks")
@pytest.mark.parametrize("error", [PermissionError, None], ids=["another user's", "one's own"])
def test_a_living_process_keeps_its_lock(
    error: type[OSError] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = replace(Holder.me(), pid=4_000_000)
    answer(monkeypatch, error)
    with pytest.raises(Busy) as raised, locked(signed(tmp_path, holder)):
        pass
    assert raised.value.holder == holder


@pytest.mark.usefixtures("no_locks")
def test_the_lock_of_a_process_that_has_ended_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = signed(tmp_path, replace(Holder.me(), pid=4_000_000))
    answer(monkeypatch, ProcessLookupError)
    with locked(path):
        assert json.loads(path.read_text("utf-8"))["pid"] == os.getpid()
    assert path.read_bytes() == b""


@pytest.mark.usefixtures("no_locks")
def test_a_lock_from_before_the_last_start_of_the_machine_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, None)
    with locked(signed(tmp_path, replace(Holder.me(), boot="another"))):
        pass


def test_another_machine_keeps_its_lock_also_where_the_system_gives_ours(tmp_path: Path) -> None:
    holder = replace(Holder.me(), host="elsewhere", boot="another")
    with pytest.raises(Busy) as raised, locked(signed(tmp_path, holder)):
        pass
    assert "elsewhere" in raised.value.message
    assert "请删除" in raised.value.hint
