"""Texts that stand in no record: Markdown pages of the site (关于本站 …), and what layouts say themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from gongkai.checks.withheld import check_text
from gongkai.privacy.markup import APART, as_seen, may_hold
from gongkai.problems import Problem
from gongkai.reading.content import ContentReader
from gongkai.reading.prose import prose_of, read_text

_KINDS = {".html", ".css", ".js", ".svg", ".xml", ".yaml", ".txt"}
_UNPUBLISHED = ("official.", "example.")
"""What a form folder is tested with; it is not published, nor are the rules with their examples."""


@dataclass(frozen=True)
class Text:
    """A Markdown page of the site: slug, title, its HTML."""

    slug: str
    title: str
    html: Markup


def load_texts(root: Path) -> tuple[tuple[Text, ...], list[Problem]]:
    """Every page of a project folder; the first line ``# …`` is its title."""
    texts: list[Text] = []
    reader = ContentReader(root)
    problems = reader.problems
    for file in sorted((reader.content / "pages").glob("*.md")):
        name = reader.name(file)
        if not (reader.good_name(file, file.stem) and reader.inside(file)):
            continue
        text, found = read_text(file, name)
        problems += found
        if text is None:
            continue
        problems += check_text(name, text)
        prose, found = prose_of(name, text)
        problems += found
        if prose is not None:
            texts.append(Text(file.stem, prose.title, Markup(prose.html)))
    return tuple(texts), problems


def check_layouts(folders: Iterable[Path]) -> list[Problem]:
    """The rules of personal data over every file of the layouts that something published is made from."""
    problems = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            aside = file.name.startswith(_UNPUBLISHED) or file.parent == folder / "rules"
            if file.suffix in _KINDS and not aside and file.is_file():
                data = file.read_bytes()
                if may_hold(data):
                    name = f"layouts/{file.relative_to(folder).as_posix()}"
                    problems += check_text(name, _without_tags(file.suffix, data.decode("utf-8", "replace")))
    return problems


def _without_tags(suffix: str, text: str) -> str:
    """Lines as they are and, in markup, a second time as a reader sees them: ``138<b>0013</b>8000``."""
    if suffix not in (".html", ".svg", ".xml"):
        return text
    shown = ((line, as_seen(line)) for line in text.split("\n"))
    return "\n".join(line if line == seen else f"{line}{APART}{seen}" for line, seen in shown)
