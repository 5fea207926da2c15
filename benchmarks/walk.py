"""How many modules and functions of gongkai one record passes on a fresh build."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from benchmarks.measure import Figure, Table
from gongkai.building import pipeline
from gongkai.building.look import Terms
from gongkai.keys import PACKAGE
from gongkai.workspace import Workspace

_SITE = Path(__file__).parents[1] / "tests" / "sites" / "small"


SIZE = 1


def measure(folder: Path, projects: int, runs: int) -> list[Table]:
    """Of one record, once: the sums, and the functions of each package."""
    found = walked(_SITE, folder)
    functions = Figure("函数", (sum(map(len, found.values())),), "个")
    packages: Counter[str] = Counter()
    for module, names in found.items():
        packages[module.partition(".")[0]] += len(names)
    each = (Figure(f"其中 {name}", (count,), "个函数") for name, count in packages.most_common())
    return [Table("一条记录经过的程序", (Figure("模块", (len(found),), "个"), functions, *each))]


def walked(source: Path, folder: Path) -> dict[str, set[str]]:
    """The functions that are called in a fresh build of a project folder's content, by module."""
    found: dict[str, set[str]] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)) and not code.co_name.startswith("<"):
            module = Path(code.co_filename).relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
            found.setdefault(module, set()).add(code.co_qualname)

    shutil.copytree(source / "content", folder / "content")
    sys.setprofile(note)
    try:
        outcome = pipeline.build(Workspace.at(folder), terms=Terms(guarded=False))
    finally:
        sys.setprofile(None)
    assert outcome.published, list(outcome.problems)
    return found
