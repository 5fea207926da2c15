"""The handbook as pages: gongkai's own Markdown files, for the page on this machine and as files to open."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

from markdown import Markdown
from markdown.extensions.toc import TocExtension, slugify_unicode
from markupsafe import Markup

from gongkai.problems import CommandError
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.tables.sheets import all_sheets
from gongkai.tables.templates import Templates
from gongkai.workspace import built_in_layouts, handbook

_LINK = re.compile(r'<a href="(?!https?:|#)([^"#]*)(#[^"]*)?"[^>]*>(.*?)</a>', re.S)
_HEADING = re.compile(r'<h([1-3]) id="([^"]*)">(.*?)</h\1>', re.S)
_EXTENSIONS = ("tables", "fenced_code", "sane_lists", TocExtension(slugify=slugify_unicode, toc_depth="2-3"))
FIRST, SECOND = "手册", "管理员手册"
SEARCH = "查找"
FORMS = "表式一览"
PICTURES = (".png", ".svg")


def manual_names() -> list[str]:
    """The pages of the handbook by name, the clerk's first, then the administrator's."""
    names = [file.stem for file in sorted(handbook().glob("*.md")) if not file.stem.isascii()]
    return sorted(names, key=lambda name: (name != FIRST, name != SECOND))


def manual_page(templates: Templates, name: str, own: str = "/own/") -> str:
    """One page of the handbook as HTML; ``own`` is where its style lies. Raises CommandError where there is none."""
    name = unquote(name).removesuffix(".html").strip("/") or FIRST
    context: dict[str, object] = {"name": name, "names": manual_names(), "own": own}
    if name == SEARCH:
        return templates.render("workbench/manual_search.html", context | {"sections": list(_sections())})
    if name == FORMS:
        return templates.render("workbench/manual_forms.html", context | {"forms": list(_filled(templates))})
    if name not in manual_names():
        raise CommandError(f"手册里没有“{name}”。")
    html, contents = _converted(name)
    return templates.render("workbench/manual.html", context | {"html": html, "contents": contents})


def _filled(templates: Templates) -> Iterator[tuple[Form, Markup]]:
    """Every form of gongkai's own with its table, filled with its example."""
    forms, _ = load_forms((built_in_layouts(),))
    for form in forms.values():
        loaded, _ = load_example(form, forms)
        if loaded is not None:
            sheets = all_sheets(loaded, loaded.department.disclosures[0])
            yield form, next(templates.form_table(one.view) for one in sheets if one.view.form is form)


def _converted(name: str) -> tuple[Markup, Markup]:
    """A page's HTML, its links set right, and the list of its headings."""
    converter = Markdown(extensions=_EXTENSIONS)
    html = _LINK.sub(_link, converter.convert((handbook() / f"{name}.md").read_text(encoding="utf-8")))
    html = html.replace("<pre>", '<pre tabindex="0">')  # wide ones scroll, also by keyboard
    return Markup(html), Markup(getattr(converter, "toc", ""))


def _sections() -> Iterator[dict[str, str]]:
    """What can be found: every heading of the handbook with the text under it."""
    for name in manual_names():
        html, _ = _converted(name)
        found = list(_HEADING.finditer(html))
        for heading, after in zip_longest(found, found[1:]):
            text = html[heading.end() : after.start() if after else None]
            yield {
                "address": f"{name}.html#{heading[2]}",
                "title": Markup(heading[3]).striptags(),
                "page": name,
                "text": Markup(text).striptags(),
            }


def _link(found: re.Match[str]) -> str:
    """A link to another page of the handbook; what leads to files that only the program's source has is text."""
    name = Path(unquote(found[1])).stem
    if name not in manual_names():
        return found[3]
    return f'<a href="{name}.html{found[2] or ""}">{found[3]}</a>'


def write_manual(templates: Templates, folder: Path) -> Path:
    """All pages as files in a folder; the first to open."""
    folder.mkdir(parents=True, exist_ok=True)
    for style in (
        "site/assets/site.css",
        "site/assets/tables.css",
        "workbench/workbench.css",
        "workbench/manual.js",
    ):
        file = built_in_layouts() / style
        (folder / file.name).write_bytes(file.read_bytes())
    for file in handbook().rglob("*"):
        if file.suffix in PICTURES:
            copy = folder / file.relative_to(handbook())
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(file, copy)
    for name in (*manual_names(), FORMS, SEARCH):
        (folder / f"{name}.html").write_text(manual_page(templates, name, ""), encoding="utf-8")
    return folder / f"{FIRST}.html"
