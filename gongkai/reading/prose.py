"""Markdown files → their title and safe HTML, and where in the file stands what the HTML shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.problems import Place, Problem
from gongkai.reading.files import decode, problem, read_bytes

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from lxml.html import HtmlElement

TAGS = {
    *("p", "br", "hr", "div", "span", "blockquote", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("strong", "b", "em", "i", "u", "sub", "sup", "a", "img", "ul", "ol", "li"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_CELL = {"colspan", "rowspan", "align"}
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}, "td": _CELL, "th": _CELL | {"scope"},
    "li": {"id"}, "sup": {"id"},
}  # fmt: skip
"""What a tag may keep; the two ids are those of footnotes."""
_SCHEMES = {"http", "https", "mailto"}
MOST_WORK = 10_000_000
"""Marks times characters, summed over the texts of one document. A page of 100,000 characters has some 500,000."""
_MARKS = re.compile(r"[\[*_`<]")
_EXTENSIONS = ("tables", "sane_lists", "footnotes")
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "tables": {"use_align_attribute": True},  # pages allow no inline styles
    "footnotes": {"BACKLINK_TEXT": "回到正文", "BACKLINK_TITLE": "回到正文（注{}）"},
}


@dataclass(frozen=True, slots=True)
class Prose:
    """A Markdown file as read: what it is called in problems, its text, the title, the HTML of what follows it."""

    file: str
    text: str
    title: str
    html: str


class Places:
    """Finds in a text, from front to back, where what is shown was written."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self._after = 0

    def find(self, *shown: str) -> Place:
        """Where the first of these that is there stands next, else where it stands at all; else the first line."""
        there = next((one for one in shown if one in self.text), "")
        start = self.text.find(there, self._after if there else 0)
        if start < 0:
            start = self.text.find(there)
        if there:
            self._after = start + len(there)
        line_start = self.text.rfind("\n", 0, start) + 1
        return Place(self.file, self.text.count("\n", 0, start) + 1, start - line_start + 1)


def read_text(file: Path, name: str) -> tuple[str | None, list[Problem]]:
    """The text of one Markdown file; None where it can't be read. ``name`` is how it is called in problems."""
    raw = read_bytes(file, name, "请分成几个文件。", "这里只放文件；请检查权限。")
    text = decode(raw, name) if isinstance(raw, bytes) else raw
    return (None, [text]) if isinstance(text, Problem) else (text.replace("\r\n", "\n"), [])


def prose_of(name: str, text: str, *, pictures: bool = False) -> tuple[Prose | None, list[Problem]]:
    """What a text shows; None where it has no title, the first line ``# …``, or can't be shown."""
    first, _, rest = text.lstrip().partition("\n")
    title = first.removeprefix("# ").strip()
    if not first.startswith("# ") or not title:
        hint = "例如“# 关于本站”，后面空一行再写正文。"
        return None, [problem(name, 1, 1, "text.title", "第一行应当是标题", hint)]
    try:
        return Prose(name, text, title, prose_html(rest, pictures=pictures)), []
    except RecursionError:
        message, hint = "列表里套列表，套得太深", "请检查行首的编号和缩进。"
        return None, [problem(name, 1, 1, "text.nesting", message, hint)]


def prose_html(text: str, *, pictures: bool = False) -> str:
    """Ordinary Markdown as sanitised HTML; without ``pictures`` it shows none. Raises RecursionError for lists in lists without end."""
    # Imported here: most processes read no Markdown file.
    import nh3
    from markdown import Markdown

    tags = TAGS if pictures else TAGS - {"img"}
    extensions = [*_EXTENSIONS, bounded()]
    markdown = Markdown(extensions=extensions, extension_configs=_SETTINGS, output_format="html")
    html = markdown.convert(stray_signs(frozenset(tags)).sub("&lt;", text))
    attributes = {tag: kept for tag, kept in ATTRIBUTES.items() if tag in tags}
    return nh3.clean(html, tags=tags, attributes=attributes, url_schemes=_SCHEMES)


def bounded() -> Any:
    """An extension for ``Markdown(extensions=…)``: where there are more marks than anyone means, texts stay as typed.

    For every bracket the parser looks for its end through the whole text, for every kind of link again; 8,000
    brackets in one line take it ten seconds, 100,000 half an hour.
    """
    from markdown import Markdown
    from markdown.extensions import Extension
    from markdown.treeprocessors import Treeprocessor
    from markdown.util import AtomicString

    class AsTyped(Treeprocessor):
        def run(self, root: Element) -> None:
            """Texts from where the work is too much are closed to the parser of links and emphasis."""
            work = 0
            for element in root.iter():
                text = element.text or ""
                work += len(text) * len(_MARKS.findall(text))
                if work > MOST_WORK:
                    element.text = AtomicString(text)

    class Bounded(Extension):
        def extendMarkdown(self, md: Markdown) -> None:
            """Before the library's ``inline``, which has priority 20."""
            md.treeprocessors.register(AsTyped(md), "bounded", 30)

    return Bounded()


def opened(html: str) -> HtmlElement:
    """HTML as a tree, below an element that is not part of it."""
    from lxml.html import HTMLParser, fragment_fromstring

    return fragment_fromstring(html, create_parent="div", parser=HTMLParser(huge_tree=True))


def closed(root: HtmlElement) -> str:
    """What stands below the element, as HTML again."""
    from lxml.html import tostring

    return escape(root.text or "", quote=False) + "".join(tostring(one, encoding="unicode") for one in root)


@cache
def stray_signs(tags: frozenset[str]) -> re.Pattern[str]:
    """``<`` that starts none of the tags: a sign of the text (收入<5万元), not markup that may vanish."""
    names = "|".join(sorted(tags, key=len, reverse=True))
    return re.compile(rf"<(?!/?(?:{names})(?=[\s/>]))", re.IGNORECASE)
