"""Old kinds of files (.doc, .wps, .rtf …) → those that are read, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from gongkai.exchange.contained import SECONDS, limit_memory
from gongkai.exchange.guard import KINDS, Kind
from gongkai.exchange.tables import RawDocument

BECOMES: dict[Kind, Kind] = {"doc": "docx", "rtf": "docx", "xml": "xlsx"}
"""What each is converted to."""
_PLACES = ("C:/Program Files/LibreOffice/program", "/Applications/LibreOffice.app/Contents/MacOS")
_SECONDS = SECONDS * 0.75
"""So that the file's own time is left to read what it became."""
_MEMORY = 4 << 30


def converted(raw: bytes, kind: Kind, document: RawDocument) -> bytes | None:
    """The file in the kind it becomes; None, with a problem that says what to do, where that is not possible."""
    places = os.pathsep.join((os.environ.get("PATH", ""), *_PLACES))
    program = shutil.which("soffice", path=places) or shutil.which("libreoffice", path=places)
    save_as = f"请用 Word、Excel 或 WPS 打开，另存为 .{BECOMES[kind]}"
    if program is None:
        message = f"这是{KINDS[kind][0]}，要有 LibreOffice 才能读，这台电脑上没有找到"
        document.tell("format", message, f"{save_as}；或安装 LibreOffice 后再导入。")
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"in.{kind}").write_bytes(raw)
        _run([program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", BECOMES[kind], "--outdir", str(folder / "out"), str(folder / f"in.{kind}")])  # fmt: skip
        made = folder / "out" / f"in.{BECOMES[kind]}"
        if made.is_file():
            return made.read_bytes()
    document.tell("damaged", f"这是{KINDS[kind][0]}，LibreOffice 没有能打开它", f"{save_as}。")
    return None


def _run(command: list[str]) -> None:
    """Run to the end, or end it with all that it started."""
    if sys.platform == "win32":
        subprocess.run(command, timeout=_SECONDS, check=False, capture_output=True)
        return
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=partial(limit_memory, _MEMORY),
    )  # fmt: skip
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
