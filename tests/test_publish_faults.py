"""Publishing when things break: killed, interrupted, full, read-only, two at once. The old site or the new one."""

import errno
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trees

from gongkai.publishing import lock, swap
from gongkai.publishing.lock import Busy
from gongkai.publishing.manifest import verify
from gongkai.publishing.swap import OutputError
from gongkai.publishing.tree import publishing

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="real processes by fork: POSIX only")
root_only = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="mounting and changing user need root"
)

DONE, REFUSED, STOPPED, UNCERTAIN, UNTOUCHED = 0, 3, 4, 5, 6
KEPT = [f"kept/below/{number}.html" for number in range(4)]
IGNORE = b"*\n!.gitignore\n"


def site(number: int) -> dict[str, bytes]:
    """State ``number``: two files say which it is, one comes and goes with a folder of its own."""
    text = b"state %d " % number * 50
    return {"index.html": text, "a/b/index.html": text, f"turn/{number % 3}/page.html": text}


def publish(output: Path, number: int) -> None:
    """As a build does it."""
    trees.publish(output, {**{path: path.encode() for path in KEPT}, **site(number)})


def which(output: Path) -> int:
    """The number of the state published; fails unless it is whole and nothing else is there."""
    number = int((output / "index.html").read_bytes().split()[1])
    expected = {**site(number), **{path: path.encode() for path in KEPT}}
    there = {p.relative_to(output).as_posix(): p.read_bytes() for p in output.rglob("*") if p.is_file()}
    assert there.pop(".gitignore") == IGNORE
    assert there.pop("manifest.json")
    assert there == expected
    assert verify(output) == []
    return number


@pytest.fixture
def output(tmp_path) -> Path:
    folder = tmp_path / "output"
    folder.mkdir()
    (folder / ".gitignore").write_bytes(IGNORE)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "site.yaml").write_text("title: x\n")
    return folder


@contextmanager
def child(work: Callable[[], None]) -> Iterator[int]:
    """A forked process that does the work; its exit status says what came of it. It is at work when this is entered."""
    started, start = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.write(start, b".")
            work()
            status = DONE
        except OutputError as error:
            status = REFUSED if "没有改动" in error.message else UNCERTAIN
        except KeyboardInterrupt:
            status = STOPPED
        except Exception:
            traceback.print_exc()  # or nobody learns what it was
        finally:
            os._exit(status)
    try:
        os.read(started, 1)  # a signal before that would meet pytest's own handler
        yield pid
    finally:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(started)
        os.close(start)


def status_of(work: Callable[[], None]) -> int:
    """Exit status of the work in a process of its own; -9 if it was killed."""
    with child(work) as pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def fail_at(moment: int, fault: str) -> list[str]:
    """From now on, the moment-th thing this process does to the file system is where the fault strikes.

    The list tells, when it has struck, at what.
    """
    passed, struck = 0, list[str]()

    def hook(event: str, _: object) -> None:
        nonlocal passed
        if event != "open" and not event.startswith(("os.", "shutil.", "ctypes.")):
            return
        passed += 1
        if passed != moment:
            return
        struck.append(event)
        if fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "interrupt":
            raise KeyboardInterrupt
        raise OSError(errno.ENOSPC if fault == "full" else errno.EIO, "injected")

    sys.addaudithook(hook)
    return struck


EXPECTED = {
    "kill": [-signal.SIGKILL],
    "interrupt": [STOPPED],
    "full": [REFUSED, UNCERTAIN],
    "broken": [REFUSED, UNCERTAIN],
}


@pytest.mark.parametrize("way", ["exchange", "two renames"])
@pytest.mark.parametrize("fault", ["kill", "interrupt", "full", "broken"])
def test_a_fault_at_every_moment_leaves_the_old_site_or_the_new_one(output, monkeypatch, way, fault):
    if way == "two renames":
        monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    publish(output, 0)
    seen, old = set(), 0
    for moment in range(1, 1000):

        def work(moment: int = moment, old: int = old) -> None:
            struck = fail_at(moment, fault)
            publish(output, old + 1)
            if not struck:
                os._exit(UNTOUCHED)

        status = status_of(work)
        if status == UNTOUCHED:  # past the last moment
            break
        assert status == DONE or status in EXPECTED[fault], moment
        if output.exists():
            number = which(output)
            assert number == old + 1 if status in (DONE, UNCERTAIN) else number in (old, old + 1)
            assert number == old or status != REFUSED
            seen.add("new" if number > old else "old")
        else:
            assert (way, fault) == ("two renames", "kill")
            seen.add("gap")
        publish(output, old + 2)
        assert which(output) == old + 2
        old += 2
    assert {"old", "new"} <= seen
    assert ("gap" in seen) == ((way, fault) == ("two renames", "kill"))
    assert {p.name for p in output.parent.iterdir()} == {"content", "output", ".output.gongkai"}
    assert (output.parent / "content/site.yaml").read_text() == "title: x\n"


def test_a_site_lost_between_two_renames_comes_back_though_the_folder_was_made_anew(output, monkeypatch):
    monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    publish(output, 1)
    output.rename(output.parent / ".output.gongkai" / "previous")
    output.mkdir()
    (output / ".gitignore").write_bytes(IGNORE)  # git restores what it tracks
    with publishing(output):
        assert which(output) == 1
    publish(output, 2)
    assert which(output) == 2


def test_killed_again_and_again_at_any_time_and_readers_see_whole_files_only(output):
    publish(output, 0)
    for round_ in range(12):

        def work() -> None:
            number = int((output / "index.html").read_bytes().split()[1])
            while True:
                number += 1
                publish(output, number)

        with child(work) as pid:
            end, seen = time.monotonic() + 0.01 + 0.013 * round_, set[bytes]()
            # A reader by address, as a web server is; in every other round some states come and go meanwhile.
            while time.monotonic() < end or (round_ % 2 and len(seen) < 3):
                text = (output / "index.html").read_bytes()
                seen.add(text)
                assert text == site(int(text.split()[1]))["index.html"]
                assert (output / KEPT[0]).read_bytes() == KEPT[0].encode()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        which(output)
    number = which(output)
    assert number > 5
    publish(output, number + 1)
    assert which(output) == number + 1


def test_ctrl_c_ends_at_once_and_leaves_a_whole_site(output):
    publish(output, 0)
    listening, said = os.pipe()

    def work() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.write(said, b".")
        while True:
            for number in range(1, 1000):
                publish(output, number)

    for round_ in range(5):
        with child(work) as pid:
            os.read(listening, 1)  # a signal that comes before it listens is lost
            time.sleep(0.05 + 0.011 * round_)
            os.kill(pid, signal.SIGINT)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == STOPPED
        which(output)
    publish(output, 7)
    assert which(output) == 7


def test_a_folder_in_use_puts_the_old_site_back(output, monkeypatch):
    publish(output, 1)
    monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    rename = swap._rename

    def in_use(source: Path, target: Path) -> None:
        if source.name == "site":
            raise PermissionError(errno.EBUSY, "in use", str(source))
        rename(source, target)

    monkeypatch.setattr(swap, "_rename", in_use)
    with pytest.raises(OutputError, match="正在被使用"):
        publish(output, 2)
    assert which(output) == 1


def test_a_disk_that_does_not_confirm_leaves_the_old_site(output, monkeypatch):
    publish(output, 1)

    def refuse(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(OutputError, match="没有改动"):
            publish(output, 2)
    assert which(output) == 1
    publish(output, 3)
    assert which(output) == 3


# Disks and rights


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@root_only
def test_a_full_disk_leaves_the_old_site_and_gives_back_its_space(tmp_path):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=512k", "tmpfs"):
        output = tmp_path / "disk" / "output"
        output.mkdir()
        (output / ".gitignore").write_bytes(IGNORE)
        publish(output, 1)
        free = shutil.disk_usage(output).free
        with pytest.raises(OutputError, match="磁盘空间不足") as error:
            trees.publish(output, {f"big/{number}.pdf": b"%d" % number * 20_000 for number in range(100)})
        assert "清出空间" in error.value.hint
        assert which(output) == 1
        assert shutil.disk_usage(output).free >= free - 8192
        publish(output, 2)
        assert which(output) == 2


def test_a_limit_on_file_size_leaves_the_old_site(output):
    publish(output, 1)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        trees.publish(output, {"index.html": bytes(1000), "big.pdf": bytes(5000)})

    assert status_of(work) == REFUSED
    assert which(output) == 1


@root_only
def test_a_mount_point_is_refused_before_any_work(tmp_path):
    with mounted(tmp_path / "output", "-t", "tmpfs", "tmpfs"):
        with pytest.raises(OutputError, match="挂载点") as error:
            publish(tmp_path / "output", 1)
        assert "上一级" in error.value.hint
    assert [p.name for p in tmp_path.iterdir()] == ["output"]


@root_only
def test_a_bind_mount_in_one_file_system_is_seen_too(tmp_path):
    (tmp_path / "www").mkdir()
    output = tmp_path / "网站 输出"
    with mounted(output, "--bind", str(tmp_path / "www")), pytest.raises(OutputError, match="挂载点"):
        publish(output, 1)
    assert list((tmp_path / "www").iterdir()) == []


@root_only
def test_a_read_only_disk_is_refused_before_any_work(tmp_path):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "tmpfs"):
        publish(tmp_path / "disk" / "output", 1)
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        with pytest.raises(OutputError, match=r"不能写入|只读"):
            publish(tmp_path / "disk" / "output", 2)
        assert b"state 1 " in (tmp_path / "disk/output/index.html").read_bytes()


@pytest.mark.parametrize("locked_folder", ["output", "."])
def test_a_folder_without_the_right_to_write_is_refused_before_any_work(locked_folder):
    base = Path(tempfile.mkdtemp())  # pytest's own folders are closed to other users
    try:
        publish(base / "output", 1)
        base.chmod(0o755)
        (base / locked_folder).chmod(0o555)

        def work() -> None:
            if os.geteuid() == 0:
                shutil.chown(base if locked_folder != "." else base / "output", 65534)
                os.setuid(65534)
            with pytest.raises(OutputError, match="不能写入") as error:
                publish(base / "output", 2)
            assert "权限" in error.value.hint

        assert status_of(work) == 0
        assert b"state 1 " in (base / "output/index.html").read_bytes()
    finally:
        for folder in (base, base / "output"):
            folder.chmod(0o755)
        shutil.rmtree(base)


def test_a_file_in_the_place_of_the_output_is_refused(tmp_path):
    (tmp_path / "output").write_text("mine")
    with pytest.raises(OutputError, match="不是文件夹"):
        publish(tmp_path / "output", 1)
    assert [p.name for p in tmp_path.iterdir()] == ["output"]
    assert (tmp_path / "output").read_text() == "mine"


def test_what_stands_in_the_way_of_the_work_folder_is_not_followed(output, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".output.gongkai").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(OutputError, match="链接"):
        publish(output, 1)
    (tmp_path / ".output.gongkai").unlink()
    (tmp_path / ".output.gongkai").write_text("a file")
    with pytest.raises(OutputError, match="挡着"):
        publish(output, 1)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_links_and_litter_in_the_prepared_tree_are_not_followed(output, tmp_path):
    publish(output, 1)
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere" / "b" / "index.html").write_text("mine")
    spare = tmp_path / ".output.gongkai" / "site"
    shutil.rmtree(spare / "a")
    (spare / "a").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (spare / KEPT[0]).unlink()
    (spare / KEPT[0]).symlink_to(tmp_path / "elsewhere/b/index.html")
    (spare / KEPT[1]).write_bytes(b"half")
    (spare / "litter" / "deep").mkdir(parents=True)
    publish(output, 2)
    assert which(output) == 2
    assert (tmp_path / "elsewhere/b/index.html").read_text() == "mine"


# Two at once


def hold(output: Path, ready: int) -> None:
    with publishing(output):
        os.write(ready, b"x")
        time.sleep(60)


@contextmanager
def holding(output: Path) -> Iterator[int]:
    """Another process that holds the lock."""
    reading, writing = os.pipe()
    with child(lambda: hold(output, writing)) as pid:
        os.read(reading, 1)
        yield pid
    os.close(reading)
    os.close(writing)


def test_a_second_build_is_told_who_works_and_since_when(output):
    publish(output, 1)
    with holding(output) as pid:
        with pytest.raises(Busy) as error:
            publish(output, 2)
        assert error.value.holder is not None
        assert error.value.holder.pid == pid
        for part in (str(pid), socket.gethostname(), error.value.holder.since):
            assert part in error.value.message
        assert which(output) == 1
    publish(output, 2)  # the other was killed: its lock is stale
    assert which(output) == 2


def test_the_lock_is_free_again_after_an_error(output):
    with pytest.raises(RuntimeError), publishing(output):
        raise RuntimeError
    publish(output, 1)
    assert (output.parent / ".output.gongkai" / "lock").read_bytes() == b""


def sign(output: Path, **changes: object) -> Path:
    """Leave a signature in the lock file as a build would that ended without a word."""
    file = output.parent / ".output.gongkai" / "lock"
    mine = lock.Holder.me()
    signed = {"pid": mine.pid, "host": mine.host, "boot": mine.boot, "since": mine.since, **changes}
    file.write_text(json.dumps(signed))
    return file


def dead_pid() -> int:
    with child(lambda: None) as pid:
        os.waitpid(pid, 0)
        return pid


@pytest.mark.parametrize(
    "changes", [{}, {"boot": "before the restart"}, {"pid": 0}, {"pid": "x"}, {"more": 1}]
)
def test_a_stale_lock_of_this_machine_is_taken_over_whatever_its_process_id(output, changes):
    publish(output, 1)
    sign(output, **changes)
    publish(output, 2)
    assert which(output) == 2


def test_a_half_written_lock_is_taken_over(output):
    publish(output, 1)
    sign(output).write_text('{"pid": 12')
    publish(output, 2)
    assert which(output) == 2


def test_a_lock_of_another_machine_is_not_taken_over(output):
    publish(output, 1)
    file = sign(output, host="other", boot="another", since="2026-01-01 12:00:00+08:00")
    with pytest.raises(Busy, match="主机 other 上的进程") as error:
        publish(output, 2)
    assert "2026-01-01 12:00:00+08:00" in error.value.message
    assert str(file) in error.value.hint
    file.unlink()
    publish(output, 2)
    assert which(output) == 2


def test_without_locks_of_the_file_system_the_process_id_decides(output, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    publish(output, 1)
    sign(output, pid=os.getppid())
    with pytest.raises(Busy):
        publish(output, 2)
    for number, stale in enumerate(({"pid": dead_pid()}, {"boot": "before the restart"}, {"pid": 2**70})):
        sign(output, **stale)
        publish(output, number)
        assert which(output) == number


def test_many_builds_at_once_are_one_after_the_other_or_busy(output):
    publish(output, 0)

    def work() -> None:
        number, done = os.getpid(), 0
        while done < 5:
            try:
                publish(output, number)
                done += 1
            except Busy:
                time.sleep(0.002)

    with child(work) as one, child(work) as two, child(work) as three:
        for pid in (one, two, three):
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert which(output) in (one, two, three)
