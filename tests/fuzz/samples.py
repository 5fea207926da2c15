"""Good files of every kind that imports read, small and without noise: what fuzzing changes piece by piece."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import foreign_files

from gongkai.exchange.sheet_of import sheet_for
from gongkai.workspace import Workspace

SMALL = Workspace.at(Path(__file__).parents[1] / "sites" / "small")


@cache
def package(kind: str) -> dict[str, bytes]:
    """The parts of a zipped document by name: ``xlsx`` and ``docx`` as offices send them, ``sheet`` of our own."""
    if kind == "sheet":
        raw = sheet_for(SMALL, "dongguan-project-2026", "dongguan/shi-zhi-gongwei/2026")
    else:
        loaded, disclosure = foreign_files.published("langxi", *_FIRST)
        grids = foreign_files.tables(loaded, disclosure)[:1]
        raw = foreign_files.workbook(grids, 1) if kind == "xlsx" else foreign_files.word_file(grids, 1)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def form_tables() -> Iterator[bytes]:
    """Official tables as systems save them in HTML."""
    for locality, department, year in _ALL:
        for grids in foreign_files.tables(*foreign_files.published(locality, department, year))[:3]:
            yield foreign_files.html_file([grids], 1)


_ALL = [
    (file.parts[-4], file.parts[-3], file.parts[-2])
    for file in sorted((foreign_files.ROOT / "content").glob("*/*/*/disclosure.yaml"))
]
_FIRST = next(one[1:] for one in _ALL if one[0] == "langxi")
