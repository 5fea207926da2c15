"""Long texts: Markdown and what upstream systems wrap in HTML → safe paragraphs."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown import Markdown
from markupsafe import Markup, escape

TAGS = {
    "p",
    "br",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "ul",
    "ol",
    "li",
    "sub",
    "sup",
    "blockquote",
    "h2",
    "h3",
    "h4",
    "a",
}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "code", "hr", "div", "span"}
# "<" that starts none of the tags we know is a sign of the text (收入<5万元), not markup that may vanish.
_STRAY = re.compile(rf"<(?!/?(?:{'|'.join(sorted(TAGS, key=len, reverse=True))})(?=[\s/>]))", re.IGNORECASE)
_SPECIAL = re.compile(r"[<>&*_`#\[\]\\|~]|^\s*(?:[-+]|\d+[.)])\s|^ {4}|^\s*(?:-{3,}|={3,})\s*$", re.MULTILINE)


def paragraphs(text: str) -> Markup:
    """Plain text; a line break of the record stays one."""
    lines = text.split("\n")
    return Markup("<br>").join(escape(line) for line in lines)


@lru_cache(maxsize=4096)
def rich(text: str) -> Markup:
    """Markdown (a single line break starts a new paragraph) or an upstream ``<p>…</p>`` as sanitised HTML."""
    if not _SPECIAL.search(text):
        parts = [line.strip() for line in text.split("\n") if line.strip()]
        return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)
    safe = _STRAY.sub("&lt;", text)
    html = Markdown(extensions=["tables", "sane_lists"], output_format="html").convert(_loose(safe))
    return Markup(
        nh3.clean(
            html, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https", "mailto"}
        )
    )


def _loose(text: str) -> str:
    """Make every line that is not part of a list, table or quotation a paragraph of its own."""
    lines = text.split("\n")
    out: list[str] = []
    for line in lines:
        block = re.match(r"\s*(?:[-+*>|]|\d+[.)]\s)|\s{2,}\S", line)
        if out and out[-1].strip() and line.strip() and not block:
            out.append("")
        out.append(line)
    return "\n".join(out)


def page_html(text: str) -> Markup:
    """A whole Markdown page (ordinary Markdown) as sanitised HTML."""
    html = Markdown(extensions=["tables", "sane_lists", "footnotes"], output_format="html").convert(
        _STRAY.sub("&lt;", text)
    )
    return Markup(
        nh3.clean(
            html, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https", "mailto"}
        )
    )
