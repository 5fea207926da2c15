"""What layouts say themselves: templates, styles, labels and words looked through for personal data before they are used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gongkai.checks.personal import check_text
from gongkai.privacy.markup import APART, as_seen
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
                    problems += check_text(name, _without_tags(file.suffix, data.decode("utf-8", "replace")))
    return problems


def _without_tags(suffix: str, text: str) -> str:
    """Lines as they are and, in markup, a second time as a reader sees them: ``138<b>0013</b>8000``."""
    if suffix not in (".html", ".svg"):
        return text
    shown = ((line, as_seen(line)) for line in text.split("\n"))
    return "\n".join(line if line == seen else f"{line}{APART}{seen}" for line, seen in shown)
