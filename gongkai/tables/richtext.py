"""Texts of records → HTML: safe paragraphs of Markdown and upstream HTML, and what no line may tear kept together."""

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


# What Chinese readers must not see torn over lines: number and unit, range, amount, a label's last word.
LONGEST = 18
"""Characters; a longer run may break, because columns of official tables are narrow."""

_KEPT_LINE = 200
"""Characters; shorter lines come again and again: labels, names of indicators, values."""

_LINE_END = ">\n<"

_NUMBER = r"\d+(?:[.,，:：]\d+)*"
_MEASURES = (
    "平方公里|平方米|立方米|万人次|亿元|万元|万人|人次|场次|班次|人天|小时|分钟|个月|季度|学时|课时|公里|公斤|公顷|"
    "周岁|工作日|年度|[个人名次场期篇项件套家户批份本册类档处座台辆间栋所条种只头株亩米吨元角分年月日天周岁号级届章节款页倍成点]"
)
_UNIT = rf"(?:[%％‰℃㎡]|(?:{_MEASURES})(?:/(?:{_MEASURES}))*|(?:km|kg|mm|cm|KB|MB|GB|kW|[mgtL])\b)"
_SIGNS = "≥≤≧≦><＞＜＝=≈±＋+－"
_UNITS = rf"(?:\s?{_UNIT}){{0,2}}"
_ONE = rf"(?:(?:&[lg]t;|[{_SIGNS}])=?\s?)?{_NUMBER}{_UNITS}"
# The same, but it begins with one of some characters, which a search finds ten times as fast as what may begin anyhow.
_FIRST = rf"[&{_SIGNS}\d](?:(?<=\d)\d*|(?:(?<=&)[lg]t;|(?<=[{_SIGNS}]))=?\s?\d+)(?:[.,，:：]\d+)*{_UNITS}"
_BETWEEN = r"\s?(?:—{1,2}|[–~～\-－至到])\s?"
_RUN = re.compile(rf"{_FIRST}(?:{_BETWEEN}{_ONE})?")
_TEARS = re.compile(r"[\s—–~～－至到＞＜＝]|\d[^\d.,:%‰&<>=≥≤-]|/")
_TAG = re.compile(r"(<[^>]*>)")
_NAME_CELL = re.compile(r'td data-field="[^"]*\b(?:name|level[123])"')
_WORDS = re.compile(
    r"满意度|指标值|方向性|服务(?=对象)|对象(?=满意)|金额(?=[（(])|[（(][^（）()]{1,3}[)）]$|[一-鿿]{2}[:：)）]?$"
)
"""In labels and names: words of three characters, 服务对象满意度, a unit in brackets, and the last two characters."""


def keep_together(html: str) -> str:
    """HTML with every such run in ``<span class="nobreak">``; tags and attributes are left alone.

    Runs that no rule of line breaking would tear (``95%``, ``703,644.00``) stay as they are. A label or name of
    four characters or more never leaves its last character alone on a line: 总体绩效 / 目标, not 总体绩效目 / 标.
    """
    first, last = html.find("<"), html.rfind(">")  # a "<" after the last ">" begins no tag
    if not 0 <= first < last:
        return _RUN.sub(_wrap, html)
    # A table has a cell on a line, and the lines of its labels come again on every page. No text goes over such an end.
    lines = html[first + 1 : last].split(_LINE_END)
    kept = _LINE_END.join([_known_line(line) if len(line) <= _KEPT_LINE else _line(line) for line in lines])
    return f"{_RUN.sub(_wrap, html[:first])}<{kept}>{_RUN.sub(_wrap, html[last + 1 :])}"


def _line(line: str) -> str:
    """Tags and the texts between them, without the first ``<`` and the last ``>``."""
    parts = f"{line}>".split("<")  # a tag, ">" and text
    last = len(parts) - 1
    for at in range(last + 1):
        tag, _, text = parts[at].partition(">")
        if text:
            is_label = at < last and len(text) >= 4 and _labels(tag, parts[at + 1])
            parts[at] = f"{tag}>{_label(text) if is_label else _RUN.sub(_wrap, text)}"
    return "<".join(parts)[:-1]


_known_line = lru_cache(maxsize=8192)(_line)


def _labels(before: str, after: str) -> bool:
    """Whether what stands between two tags, each without its ``<``, is a label or a name."""
    if after.startswith("/td>"):
        return _NAME_CELL.match(before) is not None
    return after.startswith("/th>")


def _label(text: str) -> str:
    worded = _WORDS.sub(lambda word: f'<span class="nobreak">{word[0]}</span>', text)
    parts = _TAG.split(worded)
    parts[::2] = [_RUN.sub(_wrap, part) for part in parts[::2]]
    return "".join(parts)


def _wrap(match: re.Match[str]) -> str:
    run = match[0]
    length = len(run.replace("&lt;", "<").replace("&gt;", ">"))
    if length > LONGEST or not _TEARS.search(run):
        return run
    return f'<span class="nobreak">{run}</span>'
