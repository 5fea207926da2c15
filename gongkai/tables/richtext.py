"""Long texts: Markdown and what upstream systems wrap in HTML → safe paragraphs."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import nh3
from markupsafe import Markup, escape

from gongkai.reading.prose import bounded, stray_signs

if TYPE_CHECKING:
    from markdown import Markdown

TAGS = {
    "p", "br", "strong", "b", "em", "i", "u", "ul", "ol", "li", "sub", "sup", "blockquote", "h2", "h3", "h4", "a",
    "table", "thead", "tbody", "tr", "th", "td", "code", "hr", "div", "span",
}  # fmt: skip
_STRAY = stray_signs(frozenset(TAGS))
_OURS = re.compile(rf"<(?:{'|'.join(sorted(TAGS, key=len, reverse=True))})(?=[\s/>])", re.IGNORECASE)
_MARKS = re.compile(r"<|\*\*|\]\(https?:|^\s*-\s|^\s*\|", re.MULTILINE)
_LINK_SCHEMES = {"http", "https", "mailto"}
_STRONG = r"(?<!\*)(\*\*)(?![\s*])(.+?)(?<![\s*])\*\*(?!\*)"
# Official text is full of what Markdown would take for its own: 65元*200人, 2. 第二项, # 号, ---.
_NOT_OURS = ("code", "hashheader", "setextheader", "hr", "olist", "quote", "indent", "reference")
_NOT_OURS_INLINE = (
    "backtick", "escape", "reference", "image_link", "image_reference", "short_reference", "short_image_ref",
    "autolink", "automail", "linebreak", "html", "entity", "em_strong",
)  # fmt: skip


def paragraphs(text: str) -> Markup:
    """Plain text; a line break of the record stays one."""
    return Markup(str(escape(text)).replace("\n", "<br>"))


@lru_cache(maxsize=4096)
def rich(text: str) -> Markup:
    """A record's long text as safe HTML: each line a paragraph, everything else as typed.

    Of Markdown only what no budget text means otherwise: ``**bold**``, lists of ``- ``, tables and web links. Tags that
    upstream systems leave (``<p>…</p>``) are kept as far as they are harmless.
    """
    if not _MARKS.search(text):
        lines = (line.strip() for line in str(escape(text)).split("\n"))
        return Markup("".join(f"<p>{line}</p>" for line in lines if line))
    if _OURS.search(text):
        return _clean(_STRAY.sub("&lt;", text))
    return _clean(_markdown().reset().convert(_loose(str(escape(text)))))


@cache
def _markdown() -> Markdown:
    # Imported here: most texts are plain, and many processes meet no other.
    from markdown import Markdown
    from markdown.inlinepatterns import SimpleTagInlineProcessor

    markdown = Markdown(extensions=["tables", bounded()], output_format="html")
    blocks: Any = markdown.parser.blockprocessors
    inline: Any = markdown.inlinePatterns
    markdown.preprocessors.deregister("html_block")
    for name in _NOT_OURS:
        blocks.deregister(name)
    bullets = blocks["ulist"]
    bullets.RE = re.compile(r"^[ ]{0,3}-[ ]+(.*)")
    bullets.CHILD_RE = re.compile(r"^[ ]{0,3}((-))[ ]+(.*)")
    inline.register(_web_links(markdown), "link", 160)
    inline.register(SimpleTagInlineProcessor(_STRONG, "strong"), "strong", 60)
    for name in _NOT_OURS_INLINE:
        inline.deregister(name)
    return markdown


def _web_links(markdown: Markdown) -> Any:
    """``[名称](https://…)``; ``[注](2)`` stays as typed."""
    from xml.etree.ElementTree import Element

    from markdown.inlinepatterns import LinkInlineProcessor

    class WebLink(LinkInlineProcessor):
        def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # as the library does
            """The link, or nothing where the target is no web address."""
            element, start, end = super().handleMatch(m, data)
            target = element.get("href", "") if isinstance(element, Element) else ""
            return (element, start, end) if target.startswith(("http://", "https://")) else (None, None, None)

    return WebLink(r"\[", markdown)


def _loose(text: str) -> str:
    """Make every line that is not part of a list or table a paragraph of its own."""
    out: list[str] = []
    for line in text.split("\n"):
        block = re.match(r"\s*[-|]", line)
        if out and out[-1].strip() and line.strip() and not (block and re.match(r"\s*[-|]", out[-1])):
            out.append("")
        out.append(line)
    return "\n".join(out)


def _clean(html: str) -> Markup:
    attributes = {"a": {"href", "title"}}
    return Markup(nh3.clean(html, tags=TAGS, attributes=attributes, url_schemes=_LINK_SCHEMES))
