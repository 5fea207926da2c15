"""The handbook as pages: gongkai's own Markdown files, for the page on this machine and as files to open."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

from markdown import markdown
from markupsafe import Markup

from gongkai.problems import CommandError
from gongkai.tables.templates import Templates
from gongkai.workspace import built_in_layouts, handbook

_LINK = re.compile(r'<a href="(?!https?:|#)([^"#]*)(#[^"]*)?"[^>]*>(.*?)</a>', re.S)
_EXTENSIONS = ("tables", "fenced_code", "sane_lists")
FIRST = "手册"
PICTURES = (".png", ".svg")


def manual_names() -> list[str]:
    """The pages of the handbook by name, the clerk's first."""
    names = [file.stem for file in sorted(handbook().glob("*.md")) if not file.stem.isascii()]
    return sorted(names, key=lambda name: name != FIRST)


def manual_page(templates: Templates, name: str, own: str = "/own/") -> str:
    """One page of the handbook as HTML; ``own`` is where its style lies. Raises CommandError where there is none."""
    name = unquote(name).removesuffix(".html").strip("/") or FIRST
    if name not in manual_names():
        raise CommandError(f"手册里没有“{name}”。")
    text = (handbook() / f"{name}.md").read_text(encoding="utf-8")
    html = _LINK.sub(_link, markdown(text, extensions=_EXTENSIONS))
    html = html.replace("<pre>", '<pre tabindex="0">')  # wide ones scroll, also by keyboard
    context = {"name": name, "names": manual_names(), "html": Markup(html), "own": own}
    return templates.render("workbench/manual.html", context)


def _link(found: re.Match[str]) -> str:
    """A link to another page of the handbook; what leads to files that only the program's source has is text."""
    name = Path(unquote(found[1])).stem
    if name not in manual_names():
        return found[3]
    return f'<a href="{name}.html{found[2] or ""}">{found[3]}</a>'


def write_manual(templates: Templates, folder: Path) -> Path:
    """All pages as files in a folder; the first to open."""
    folder.mkdir(parents=True, exist_ok=True)
    for style in ("site/assets/site.css", "workbench/workbench.css"):
        file = built_in_layouts() / style
        (folder / file.name).write_bytes(file.read_bytes())
    for file in handbook().rglob("*"):
        if file.suffix in PICTURES:
            copy = folder / file.relative_to(handbook())
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(file, copy)
    for name in manual_names():
        (folder / f"{name}.html").write_text(manual_page(templates, name, ""), encoding="utf-8")
    return folder / f"{FIRST}.html"
