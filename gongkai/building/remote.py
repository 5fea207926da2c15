"""On a machine of the cluster: what was sent is unpacked once, and a task is done with the files that came with it."""

from __future__ import annotations

import importlib.metadata
import os
import pickle
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gongkai.building import worker
from gongkai.building.jobs import UnitJob
from gongkai.kept import read_checked, write_checked
from gongkai.keys import LIBRARIES, code_key, engine_versions
from gongkai.publishing.collect import Collector
from gongkai.reading.forms import Form
from gongkai.workspace import Workspace

SENT = (worker.survey, worker.print_documents, worker.render_pages)
"""What runs elsewhere: functions of a department's files. All else stays with the parent."""
Files = Mapping[str, bytes]
_HOLD = threading.Lock()
_UNUSED = 2 * 24 * 3600
"""Seconds after which what was sent for other builds is removed."""


@dataclass(frozen=True)
class Bundle:
    """What every task needs: files by relative name, and what workers are started with."""

    key: str
    """Changes with any file, form or line of code."""
    files: Files
    forms: Mapping[str, Form]
    """With their folders as they lie in ``files``."""
    collectors: tuple[Collector, ...]


@dataclass(frozen=True)
class Errand:
    """One task on its way: the function's name and arguments, and the department's files."""

    name: str
    arguments: tuple[Any, ...]
    files: Files


@dataclass(frozen=True)
class RemoteWorkspace(Workspace):
    """A workspace made of what was sent: the layouts and fonts in ``bundle``, records as they come with tasks."""

    bundle: Path = Path()

    @property
    def layouts(self) -> tuple[Path, ...]:
        """The layout folders as the parent has them."""
        return tuple(sorted((self.bundle / "layouts").iterdir()))

    @property
    def font_cache(self) -> Path:
        """The parent's cut fonts."""
        return self.bundle / "cuts"

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The parent's fonts."""
        return (self.bundle / "fonts",)


def facts() -> dict[str, str]:
    """What shapes the output on this machine, by name; ``""`` is the key of it all."""
    found = {"": code_key(), "Python": platform.python_version(), "Pango": engine_versions()}
    for name in LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def has(key: str) -> tuple[str, bool]:
    """Where a bundle lies on this machine, and whether all of it is there."""
    place = _place(key)
    kept = read_checked(place / "start", key)
    whole = kept is not None and all(_size(place / name) == size for name, size in kept[2].items())
    if whole:
        os.utime(place / "start")
    return str(place), whole


def unpack(sent: Bundle) -> None:
    """The bundle as a folder of this machine, whole or not at all. Raises OSError."""
    place = _place(sent.key)
    if has(sent.key)[1]:
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_foreign(place.parent)
    _tidy(place.parent)
    part = Path(tempfile.mkdtemp(dir=place.parent, prefix="part-"))
    try:
        write_files(part, sent.files)
        sizes = {name: len(data) for name, data in sent.files.items()}
        forms = {name: replace(form, folder=place / form.folder) for name, form in sent.forms.items()}
        write_checked(part / "start", sent.key, (forms, sent.collectors, sizes))
        shutil.rmtree(place, ignore_errors=True)  # damaged, or not there
        with suppress(FileExistsError):  # another process was quicker
            part.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def perform(key: str, packed: bytes) -> tuple[Any] | None:
    """One task: its result; None without the bundle.

    ``packed`` is a pickled Errand. A process works on one at a time.
    """
    with _HOLD:
        place = _place(key)
        kept = read_checked(place / "start", key)
        if kept is None:
            return None
        errand: Errand = pickle.loads(packed)
        job: UnitJob = errand.arguments[0]
        root = place / f"process-{os.getpid()}"
        folder = root / "content" / Path(*job.unit)
        mark = root / f"{'.'.join(job.unit)}.signature"
        if not mark.is_file() or mark.read_text(encoding="ascii") != job.signature:
            shutil.rmtree(folder, ignore_errors=True)
            write_files(folder, errand.files)
            mark.write_text(job.signature, encoding="ascii")
        workspace = RemoteWorkspace(root, root / "output", place)
        worker.start(workspace, kept[0], kept[1])
        function: Callable[..., Any] = next(one for one in SENT if one.__name__ == errand.name)
        return (function(replace(job, folder=folder), *errand.arguments[1:]),)


def read_files(folder: Path) -> dict[str, bytes]:
    """The files below a folder by relative name; links are not followed."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def write_files(folder: Path, files: Files) -> None:
    """What ``read_files`` read, below another folder; each whole or not at all."""
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.{os.getpid()}")
        part.write_bytes(data)
        part.replace(file)


def _place(key: str) -> Path:
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"gongkai-{user}" / key


def _refuse_foreign(folder: Path) -> None:
    """What lies there is trusted like code: nobody else may have put it there."""
    status = folder.lstat()
    if hasattr(os, "getuid") and (
        status.st_uid != os.getuid() or status.st_mode & 0o022 or folder.is_symlink()
    ):
        raise PermissionError(f"{folder} 属于别的用户，或别人也能写")


def _tidy(folder: Path) -> None:
    """Remove what has not been used for long, and what processes have left that were ended."""
    old = time.time() - _UNUSED
    for bundle in folder.iterdir():
        with suppress(OSError):
            if max(bundle.stat().st_mtime, (bundle / "start").stat().st_mtime) < old:
                shutil.rmtree(bundle, ignore_errors=True)
        for left in bundle.glob("process-*"):
            with suppress(OSError):
                if left.stat().st_mtime < time.time() - 3600 and not _lives(
                    int(left.name.rpartition("-")[2])
                ):
                    shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    return not Path("/proc/self").exists() or Path(f"/proc/{process}").exists()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1
