"""Documents as trees that the engine takes as they are: nothing is written as text and parsed again, nothing fetched."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import weasyprint.document
from lxml.html import HtmlElement
from weasyprint import CSS, HTML
from weasyprint.html import UA_STYLESHEET

# Notes and footnotes have no place in official tables; styles for them would be computed for every single element.
_UNUSED = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})


class _Head:
    """What metadata are read from: a document as far as its head."""

    def __init__(self, html: HTML) -> None:
        self.etree_element, self.base_url, self.url_fetcher = (
            html.etree_element,
            html.base_url,
            html.url_fetcher,
        )
        parts = (html.wrapper_element, *html.wrapper_element.iter_children())
        self.wrapper_element = next((part for part in parts if part.local_name == "head"), parts[0])


_engine_metadata = weasyprint.document.get_html_metadata


def install() -> None:
    """Let the engine read metadata from nothing but the head."""
    weasyprint.document.get_html_metadata = lambda html: _engine_metadata(_Head(html))


class Tree(HTML):  # type: ignore[misc]
    """A document that is a tree already. ``pages`` cuts its tables where pages end, while they are laid out."""

    def __init__(self, root: Element, pages: Any = None) -> None:
        self.pages = pages
        self.base_url = None
        self.url_fetcher = _no_fetch
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_user_agent()]


def plain_tree(root: HtmlElement) -> Element:
    """The tree of an HTML document as the engine expects it: rows stand in bodies, spans that add nothing are gone."""
    return _plain(root, Element(root.tag, dict(root.attrib)))


def _plain(old: HtmlElement, new: Element) -> Element:
    new.text = old.text
    inner = _is_nobreak(old)
    body: Element | None = None
    last: Element | None = None
    for child in old:
        if not isinstance(child.tag, str) or (inner and _is_nobreak(child)):
            last = _dissolve(child, new, last, keep=isinstance(child.tag, str))
            continue
        made = Element(child.tag, dict(child.attrib))
        made.tail = child.tail
        _plain(child, made)
        if old.tag == "table" and child.tag == "tr":
            if body is None:
                body = Element("tbody")
                new.append(body)
            body.append(made)
            last = body
        else:
            body = None
            new.append(made)
            last = made
    return new


def _is_nobreak(element: HtmlElement) -> bool:
    return element.tag == "span" and element.get("class") == "nobreak" and len(element.attrib) == 1


def _dissolve(child: HtmlElement, new: Element, last: Element | None, *, keep: bool) -> Element | None:
    """Take a comment or a span inside its like away; what the span holds stays."""

    def add(text: str | None) -> None:
        if text and last is None:
            new.text = (new.text or "") + text
        elif text and last is not None:
            last.tail = (last.tail or "") + text

    if keep:
        inside = _plain(child, Element("span", {"class": "nobreak"}))
        add(inside.text)
        for part in inside:
            new.append(part)
            last = part
    add(child.tail)
    return last


def _no_fetch(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise ValueError(f"documents may not fetch {url}")


class _Matcher(cssselect2.Matcher):  # type: ignore[misc]
    """The engine's selectors without what would match every element for nothing."""

    def __init__(self, whole: cssselect2.Matcher) -> None:
        self.__dict__.update(whole.__dict__)
        self.other_selectors = [one for one in whole.other_selectors if one[3] not in _UNUSED]


@cache
def _user_agent() -> CSS:
    sheet = copy(UA_STYLESHEET)
    sheet.matcher = _Matcher(sheet.matcher)
    return sheet
