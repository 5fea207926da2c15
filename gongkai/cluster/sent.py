"""What is sent to the machines of a cluster, and a task done there: with the files that came with it, and no others."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from gongkai.building.artifacts import File
from gongkai.building.load import Loaded
from gongkai.building.store import Objects
from gongkai.building.tasks import Result, Task
from gongkai.building.work import work_with
from gongkai.building.worker import Worker
from gongkai.keys import key_of
from gongkai.printing.fonts import Fonts, known_fonts
from gongkai.reading.forms import Form
from gongkai.workspace import Workspace

Files = Mapping[str, bytes]
"""Content by relative name."""


@dataclass(frozen=True)
class Bundle:
    """What every task needs: layouts and fonts, and the forms with their folders as they lie in ``files``."""

    key: str
    files: Files
    forms: Mapping[str, Form]


@dataclass(frozen=True)
class RemoteWorkspace(Workspace):
    """A workspace made of what was sent: records come with each task."""

    @property
    def layouts(self) -> tuple[Path, ...]:
        """The layout folders as the parent has them."""
        return tuple(sorted((self.root / "layouts").iterdir()))

    @property
    def font_cache(self) -> Path:
        """The parent's cut fonts."""
        return self.root / "cuts"

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The parent's fonts."""
        return (self.root / "fonts",)


class Gathered(Objects):
    """Content that is taken back, not kept."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def put(self, data: bytes | Iterable[bytes]) -> tuple[str, int, str]:
        """Its SHA-256 and size; the stamp is the parent's to give."""
        whole = data if isinstance(data, bytes) else b"".join(data)
        name = sha256(whole).hexdigest()
        self._contents[name] = whole
        return name, len(whole), ""

    def taken(self) -> dict[str, bytes]:
        """Everything since it was last taken, by hash."""
        contents, self._contents = self._contents, {}
        return contents


def bundle(workspace: Workspace, loaded: Loaded) -> Bundle:
    """Everything to send before the first task."""
    files: dict[str, bytes] = {}
    moved = dict(loaded.forms)
    for number, folder in enumerate(workspace.layouts):
        files |= {f"layouts/{number}/{name}": data for name, data in read_files(folder).items()}
        for name, form in loaded.forms.items():
            if form.folder.is_relative_to(folder):
                moved[name] = replace(
                    form, folder=Path("layouts", str(number), form.folder.relative_to(folder))
                )
    if loaded.fonts is not None:
        files |= _fonts(loaded.fonts, workspace)
    content = (part for name, data in sorted(files.items()) for part in (name, data))
    return Bundle(key_of(loaded.keys["program"], *content), files, moved)


def _fonts(fonts: Fonts, workspace: Workspace) -> dict[str, bytes]:
    """The cut fonts and the files they are cut from."""
    fonts.prepare()
    files = {f"cuts/fonts/{face.cut.name}": face.cut for face in fonts.faces if face.cut}
    for name in sorted({known.file for known in known_fonts()}):
        found = (file for folder in workspace.font_folders for file in sorted(folder.rglob(name)))
        files |= {f"fonts/{name}": file for file in islice(found, 1)}
    return {name: file.read_bytes() for name, file in files.items()}


def read_files(folder: Path) -> dict[str, bytes]:
    """The files below a folder by relative name."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def write_files(folder: Path, files: Files) -> None:
    """What ``read_files`` read, in another folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


# -- on a machine of the cluster ------------------------------------------------------------------

_one_at_a_time = threading.Lock()
_workers: dict[str, tuple[Worker, Gathered]] = {}


def perform(sent: Bundle, task: Task, files: Files) -> tuple[Result, dict[str, bytes]]:
    """One task, and the content of all that it made, by hash. A process works on one at a time."""
    with _one_at_a_time:
        if sent.key not in _workers:
            for old, _ in _workers.values():
                shutil.rmtree(old.workspace.root, ignore_errors=True)
            _workers.clear()
            _workers[sent.key] = _worker(sent)
        worker, objects = _workers[sent.key]
        folder = worker.workspace.content.joinpath(*task.unit)
        shutil.rmtree(folder, ignore_errors=True)
        write_files(folder, files)
        objects.taken()  # what a task left that was given up
        result = work_with(worker, replace(task, folder=folder))
        return result, objects.taken()


def _worker(sent: Bundle) -> tuple[Worker, Gathered]:
    root = Path(tempfile.mkdtemp(prefix="gongkai-"))
    write_files(root, sent.files)
    forms = {name: replace(form, folder=root / form.folder) for name, form in sent.forms.items()}
    objects = Gathered()
    return Worker(RemoteWorkspace(root, root / "output"), forms, objects), objects


def taken_back(result: Result, contents: Mapping[str, bytes], objects: Objects) -> Result:
    """The result with its content in the parent's store."""
    stamps = {name: objects.put(data)[2] for name, data in contents.items()}

    def stamped(file: File) -> File:
        stamp = stamps.get(file.sha256, file.stamp)
        return File(file.path, file.sha256, file.size, file.extent, stamp)

    made = {name: replace(one, files=tuple(map(stamped, one.files))) for name, one in result.made.items()}
    return replace(result, made=made)
