"""What layouts say themselves: templates, styles, labels and words looked through for personal data before they are used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gongkai.checks.personal import check_text
from gongkai.privacy.prefilter import may_hold
from gongkai.problems import Problem

_KINDS = {".html", ".css", ".js", ".svg", ".yaml", ".txt"}
_UNPUBLISHED = ("official.", "example.")
"""What a form folder is tested with; it is not published."""


def check_layouts(folders: Iterable[Path]) -> list[Problem]:
    """The rules of personal data over every file of the layouts that something published is made from."""
    problems = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in _KINDS and not file.name.startswith(_UNPUBLISHED) and file.is_file():
                data = file.read_bytes()
                if may_hold(data):
                    name = f"layouts/{file.relative_to(folder).as_posix()}"
                    problems += check_text(name, data.decode("utf-8", "replace"))
    return problems
