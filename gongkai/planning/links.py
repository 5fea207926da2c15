"""Links of built pages: where each leads inside the site, which anchors a page has, and which links are broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from posixpath import dirname, normpath
from urllib.parse import unquote

from gongkai.problems import Place, Problem, Severity

# Comments and the inside of scripts hold no links, nor do cells of tables, of which pages have hundreds; then every
# tag that has attributes.
_TAG = re.compile(
    rb"<!--.*?-->|<(script|style)\b([^>]*)>.*?</\1\s*>"
    rb"|<t[dhr](?:\s(?:class|scope|headers|data-\w+|(?:row|col)span)=\"[^\"]*\")+>"
    rb"|<[a-zA-Z][^\s>\"']*(\s[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*)>",
    re.DOTALL | re.IGNORECASE,
)
_LINK = re.compile(
    rb"""(?:^|[\s"'])(?:xlink:)?(href|src|data|poster|id|srcset)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_CSS_URL = re.compile(rb"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """One page's links into the site, as addresses with ``#anchor`` where there is one, and its own anchors."""

    links: tuple[str, ...]
    anchors: frozenset[str]


def page_links(path: str, data: bytes, base_url: str | None = None) -> PageLinks:
    """Read one page (or style sheet). ``base_url`` is the site's own address: links that spell it out are its own too."""
    found: dict[str, None] = {}
    anchors = set()
    for is_anchor, value in _attributes(path, data):
        if is_anchor:
            anchors.add(value)
            continue
        target = resolve(path, value, base_url)
        if target is not None:
            found[target] = None
    return PageLinks(tuple(found), frozenset(anchors))


def _attributes(path: str, data: bytes) -> Iterable[tuple[bool, str]]:
    if path.endswith(".css"):
        for match in _CSS_URL.finditer(data):
            yield False, match[1].decode()
        return
    for tag in _TAG.finditer(data):
        written = tag[2] or tag[3]
        if not written:
            continue
        for name, value in _LINK.findall(written):
            text = unescape(value.strip(b"\"'").decode(errors="replace"))
            if name.lower() == b"srcset":
                yield from ((False, part.split()[0]) for part in text.split(",") if part.strip())
            else:
                yield name.lower() == b"id", text


def resolve(path: str, link: str, base_url: str | None = None) -> str | None:
    """The address a link on a page leads to, ``#anchor`` included; None when it leads out of the site.

    A link that climbs above the site keeps its ``../``; one from the server's root keeps its ``/``: no page has either.
    """
    base = base_url.rstrip("/") + "/" if base_url else None
    if base and (link.startswith(base) or link == base[:-1]):
        inside = link[len(base) :]
        target, _, anchor = inside.partition("#")
        target = _index(target.partition("?")[0])
        return _joined(unquote(target), unquote(anchor))
    if _ELSEWHERE.match(link):
        return None
    target, _, anchor = link.partition("#")
    target = unquote(target.partition("?")[0])
    if not target:
        return _joined(path, unquote(anchor)) if anchor else path
    if target.startswith("/"):
        return _joined(target, unquote(anchor))
    tail = "/" if target.endswith("/") else ""
    return _joined(normpath(f"{dirname(path)}/{target}" if dirname(path) else target) + tail, unquote(anchor))


def _index(target: str) -> str:
    return target + "index.html" if not target or target.endswith("/") else target


def _joined(target: str, anchor: str) -> str:
    return f"{target}#{anchor}" if anchor else target


def leaving(
    pages: Mapping[str, PageLinks], own: Collection[str]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What can be told of a group of pages by itself: (address elsewhere → a page that links to it, broken links).

    ``own`` are all addresses of the group, ``pages`` among them; a broken link is (page, address).
    """
    elsewhere: dict[str, str] = {}
    broken = []
    for path, facts in pages.items():
        for link in facts.links:
            target, _, anchor = link.partition("#")
            if target in own:
                if anchor and target in pages and anchor not in pages[target].anchors:
                    broken.append((path, link))
            else:
                elsewhere.setdefault(link, path)
    return elsewhere, broken


def broken_links(
    groups: Sequence[Mapping[str, str]],
    exists: Callable[[str], bool],
    anchors: Callable[[str], frozenset[str]],
    root: str = "/",
) -> Iterator[tuple[str, str]]:
    """Of groups of addresses, each with a page that links to it, (page, address) of those that lead nowhere.

    Every address is looked at once, however many pages have it. ``root`` is where the site stands on its server.
    """

    def leads_nowhere(link: str) -> bool:
        target, _, anchor = link.partition("#")
        if target.startswith(root):  # only 404.html, shown at any depth, links from the server's root
            target = _index(target[len(root) :])
        return not exists(target) or bool(
            anchor and target.endswith(".html") and anchor not in anchors(target)
        )

    broken = set(filter(leads_nowhere, set().union(*groups)))
    for group in groups if broken else ():
        yield from ((page, link) for link, page in group.items() if link in broken)


def link_problem(page: str, link: str, record: Place) -> Problem:
    """A broken link as a problem of the page that has it; ``record`` is what the page is made from."""
    target, _, anchor = link.partition("#")
    what = f"网页 /{page} 里的链接指向 /{target.lstrip('/')}"
    message = f"{what}，没有这个网页或文件"
    if anchor:
        message = f"{what} 的“{anchor}”，没有这个网页，或者网页里没有这个位置"
    hint = "请改正写这个链接的记录、Markdown 页面或模板；链接到文件夹的，要写到 index.html。"
    return Problem(record, "link.broken", Severity.ERROR, message, hint)
