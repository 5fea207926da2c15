"""The folder the site stands in: whether it can be published to, and how a whole new tree takes its place."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gongkai.problems import CommandError, ExitCode
from gongkai.publishing.manifest import CARRIED, MANIFEST, Manifest

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h; RENAME_SWAP of macOS has the same number


class OutputError(CommandError):
    """The site can't be written."""

    def __init__(self, message: str, hint: str = "", exit_code: ExitCode = ExitCode.SETUP) -> None:
        super().__init__(message, hint, exit_code)


@dataclass(frozen=True)
class Ground:
    """The published folder and, beside it on the same file system, the one folder publishing works in.

    ``spare`` is a second tree of the site, made of hard links: it is brought to the new state, then changes
    places with ``output``. ``previous`` exists only for the moment between two renames where a system can't
    exchange folders.
    """

    output: Path

    @property
    def work(self) -> Path:
        """The folder beside the site."""
        return self.output.with_name(f".{self.output.name}.gongkai")

    @property
    def spare(self) -> Path:
        """The tree that is prepared."""
        return self.work / "site"

    @property
    def previous(self) -> Path:
        """Where the published tree waits between two renames."""
        return self.work / "previous"

    @property
    def removed(self) -> Path:
        """Where files are kept that stood in the site and are no part of it."""
        return self.work / "removed"

    @property
    def lock(self) -> Path:
        """The lock of a build."""
        return self.work / "lock"


@contextmanager
def reported() -> Iterator[None]:
    """Turn an OSError of writing into an OutputError that says what happened and what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename2 or error.filename or ""
        place = f"：{os.fsdecode(where)}" if where else ""
        message, hint = _REASONS.get(error.errno or 0, (f"写网站文件时出错（{error.strerror}）", ""))
        raise OutputError(f"{message}{place}。没有发布，已发布的网站没有改动。", hint) from error


_SPACE = ("磁盘空间不足", "请清出空间后再生成；写了一半的文件已经删除。")
_RIGHTS = ("没有写入权限", "请检查文件夹的所有者和权限，或用 --output 换一个文件夹。")
_IN_THE_WAY = ("有同名的文件或文件夹挡着", "请把它移走后再生成。")
_REASONS = {
    errno.EEXIST: _IN_THE_WAY,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.ENAMETOOLONG: ("路径太长，系统不接受", "请缩短文件夹名和文件名，或把网站放在更浅的文件夹里。"),
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: ("磁盘配额已用完", "请清出空间或请管理员增加配额后再生成。"),
    errno.EFBIG: ("文件太大，系统不允许写入", "请检查系统对文件大小的限制（ulimit -f）。"),
    errno.EROFS: ("文件系统是只读的", "请用 --output 换一个可以写的文件夹。"),
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EBUSY: ("文件夹正在被使用", "请关闭打开着它的程序后再生成。"),
    errno.EXDEV: ("网站文件夹和它旁边的文件夹不在同一个文件系统上", "请用 --output 换一个文件夹。"),
}


def survey(output: Path) -> Ground:
    """Check before any work that a site can be published there, and make the work folder. A link is followed.

    Raises OutputError: not a folder, a mount point, not writable, its parent not writable, or holding files
    that are not ours to remove.
    """
    ground = Ground(Path(os.path.realpath(output)))
    folder = ground.output
    if os.path.lexists(folder) and not folder.is_dir():
        raise OutputError(f"{folder} 不是文件夹。", "请把它移走，或用 --output 换一个文件夹。")
    if folder.parent == folder or _is_mount_point(folder):
        hint = "发布时要整个换掉这个文件夹。请挂载它的上一级文件夹，把网站放在里面的一个子文件夹。"
        raise OutputError(f"{folder} 是挂载点，不能整个替换。", hint)
    with reported():
        folder.parent.mkdir(parents=True, exist_ok=True)
        for needed in (folder.parent, folder):
            if needed.exists() and not os.access(needed, os.W_OK | os.X_OK):
                hint = "发布时先在旁边写好新网站再整个替换，所以它和它的上一级文件夹都要能写。请改权限，或用 --output 换一个文件夹。"
                raise OutputError(f"{needed} 不能写入。", hint)
        if not ground.spare.exists():
            refuse_foreign(ground)
        _make_work(ground)
    return ground


def refuse_foreign(ground: Ground) -> None:
    """Raise OutputError if the folder holds files that publishing would remove and gongkai did not write."""
    names = {path.name for path in ground.output.iterdir()} if ground.output.exists() else set()
    if ".git" in names:
        hint = "发布会删除所有不属于网站的文件。请把仓库移到别处，从那里复制已发布的网站。"
        raise OutputError(f"{ground.output} 里有一个 Git 仓库（.git）。", hint)
    known = (ground.spare / MANIFEST).exists() or Manifest.read(ground.output) is not None
    if not known and (foreign := sorted(names - {CARRIED})):
        listed = "、".join(foreign[:3]) + (" 等" if len(foreign) > 3 else "")
        hint = "发布会删除所有不属于网站的文件。请换一个空文件夹；如果这些文件不要了，请先自行删除。"
        raise OutputError(f"{ground.output} 里有不是本程序生成的文件：{listed}。", hint)


def swap(ground: Ground) -> None:
    """Put the prepared tree in the place of the published one, durably; the old tree becomes the spare.

    An OSError means that the old site stands.
    """
    if not ground.output.exists():
        _rename(ground.spare, ground.output)
    elif not exchange(ground.spare, ground.output):
        _two_renames(ground)
    try:
        sync_folder(ground.output.parent)
        sync_folder(ground.work)
    except OSError as error:
        message = f"新网站已经换上，但磁盘没有确认写入（{error.strerror}）。"
        raise OutputError(message, "请检查磁盘，然后再生成一次。") from error


def recover(ground: Ground) -> None:
    """Undo or finish two renames that were interrupted; without effect otherwise."""
    if not ground.previous.is_dir():
        return
    if _is_blank(ground.output):
        discard(ground.output)
        _rename(ground.previous, ground.output)
    elif ground.spare.exists():
        discard(ground.previous)
    else:
        _rename(ground.previous, ground.spare)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step of the file system; False where that can't be done."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(*names, _RENAME_EXCHANGE) == 0)
        return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):  # no such call, or no C library to ask (Windows)
        return False


def discard(path: Path) -> None:
    """Remove a file, a link or a whole folder; nothing there is fine. Links are never followed."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISDIR(mode):
        shutil.rmtree(path)
    else:
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call and does it by itself."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _two_renames(ground: Ground) -> None:
    discard(ground.previous)
    _rename(ground.output, ground.previous)
    try:
        _rename(ground.spare, ground.output)
    except BaseException:
        recover(ground)
        raise
    with suppress(OSError):  # else the next start does it
        _rename(ground.previous, ground.spare)


def _rename(source: Path, target: Path) -> None:
    """Rename; on Windows patiently, as a virus scanner or indexer may hold a file open for a moment."""
    for pause in (0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ():
        with suppress(PermissionError):
            source.rename(target)
            return
        time.sleep(pause)
    source.rename(target)


def _is_blank(folder: Path) -> bool:
    """Not there, or no more than a checkout of the repository puts there."""
    return not folder.exists() or {path.name for path in folder.iterdir()} <= {CARRIED}


def _is_mount_point(folder: Path) -> bool:
    """Also knows bind mounts within one file system, which ``os.path.ismount`` does not see."""
    if os.path.ismount(folder):
        return True
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    points = (line.split()[4] for line in mounts.splitlines())
    return any(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), point) == str(folder) for point in points)


def _make_work(ground: Ground) -> None:
    if ground.work.is_symlink():
        raise OutputError(f"{ground.work} 是链接，不是文件夹。", "请删除这个链接。")
    ground.work.mkdir(exist_ok=True)
    ignore = ground.work / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")
