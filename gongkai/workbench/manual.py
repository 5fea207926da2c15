"""The handbook as pages: gongkai's own Markdown files, for the page on this machine and as files to open."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup

from gongkai.problems import CommandError
from gongkai.reading.prose import prose_html
from gongkai.tables.templates import Templates

_PACKAGE = Path(__file__).resolve().parent.parent
_LINK = re.compile(r'<a href="(?!https?:|#)([^"#]*)(#[^"]*)?"[^>]*>(.*?)</a>', re.S)
FIRST = "手册"


def manual_folder() -> Path:
    """The handbook: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "docs"
    return installed if installed.is_dir() else _PACKAGE.parent / "docs"


def manual_names() -> list[str]:
    """The pages of the handbook by name, the clerk's first."""
    names = [file.stem for file in sorted(manual_folder().glob("*.md")) if not file.stem.isascii()]
    return sorted(names, key=lambda name: name != FIRST)


def manual_page(templates: Templates, name: str, own: str = "/own/") -> str:
    """One page of the handbook as HTML; ``own`` is where its style lies. Raises CommandError where there is none."""
    name = unquote(name).removesuffix(".html").strip("/") or FIRST
    if name not in manual_names():
        raise CommandError(f"手册里没有“{name}”。")
    text = (manual_folder() / f"{name}.md").read_text(encoding="utf-8")
    html = _LINK.sub(_link, prose_html(text))
    context = {"name": name, "names": manual_names(), "html": Markup(html), "own": own}
    return templates.render("workbench/manual.html", context)


def _link(found: re.Match[str]) -> str:
    """A link to another page of the handbook; what leads to files that only the program's source has is text."""
    name = Path(unquote(found[1])).stem
    if name not in manual_names():
        return found[3]
    return f'<a href="{name}.html{found[2] or ""}">{found[3]}</a>'


def write_manual(templates: Templates, style: Path, folder: Path) -> Path:
    """All pages as files in a folder; the first to open."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in (style, style.with_name("site.css")):
        (folder / file.name).write_bytes(file.read_bytes())
    for name in manual_names():
        (folder / f"{name}.html").write_text(manual_page(templates, name, ""), encoding="utf-8")
    return folder / f"{FIRST}.html"
