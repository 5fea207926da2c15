"""What a government portal asks of a page: meta tags of 《政府网站发展指引》, the 公开信息 block, the lasting address, its QR code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup

from gongkai.planning.entries import Entry
from gongkai.planning.plan import Page
from gongkai.planning.summaries import DisclosureSummary
from gongkai.reading.acts import SiteSettings
from gongkai.reading.records import Disclosure

_ARTICLES = ("disclosure", "project", "article", "text")


def lasting_address(site: SiteSettings, path: str) -> str | None:
    """The full address to cite a page by; None while the site's own address is not known."""
    if site.base_url is None:
        return None
    return site.base_url.rstrip("/") + "/" + path.removesuffix("index.html")


def root_path(site: SiteSettings) -> str | None:
    """Where the site stands on its host: ``/`` or ``/jixiao/``; None while its address is not known."""
    return None if site.base_url is None else urlsplit(site.base_url).path.rstrip("/") + "/"


def site_meta(site: SiteSettings) -> list[tuple[str, str]]:
    """The tags every page carries, as far as the site states the facts."""
    domain = urlsplit(site.base_url).hostname if site.base_url else None
    return _stated([("SiteName", site.title), ("SiteDomain", domain), ("SiteIDCode", site.site_code)])


def page_meta(
    page: Page, address: str | None, column: str, description: str, disclosure: DisclosureSummary | None,
    facts: Mapping[str, str],
) -> list[tuple[str, str]]:  # fmt: skip
    """A column page's or an article's own tags; what is not stated is left out, never guessed.

    The guide wants PubDate with hour and minute; records hold the day alone, so the day is given.
    """
    article = page.kind in _ARTICLES
    tags: list[tuple[str, str | None]] = [
        ("ColumnName", column),
        ("ColumnDescription", None if article else description),
        ("ColumnType", "绩效目标公开"),
    ]
    if article:
        published = disclosure.published.isoformat() if disclosure and disclosure.published else None
        tags += [
            ("ArticleTitle", page.title),
            ("PubDate", published),
            ("ContentSource", facts.get("来源") or facts.get("信息来源")),
            ("Keywords", ",".join(dict.fromkeys(["绩效目标", "预算公开", column, page.title]))),
            ("Author", facts.get("作者") or facts.get("责任编辑")),
            ("Description", description),
            ("Url", address),
        ]
    return _stated(tags)


def _stated(tags: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(name, content) for name, content in tags if content]


def publication_facts(site: SiteSettings, entry: Entry, disclosure: Disclosure) -> list[tuple[str, str]]:
    """The 公开信息 block: the site's items in its order, then what else the disclosure states; ``""`` is 未注明."""
    known = {
        "部门": entry.department.name,
        "部门名称": entry.department.name,
        "地区": entry.locality.name,
        "年度": str(disclosure.year) if disclosure.year else "",
        "发布日期": disclosure.published.isoformat() if disclosure.published else "",
    }
    items = site.facts or ("部门", "地区", "年度", "发布日期")
    listed = [(item, disclosure.facts.get(item) or known.get(item, "")) for item in items]
    return listed + [(item, value) for item, value in disclosure.facts.items() if item not in items]


@lru_cache(maxsize=256)
def qr_code(address: str) -> Markup:
    """The address as a QR code in SVG, coloured by the style sheet.

    The mask is fixed: any is read alike, and weighing all eight takes five times as long.
    """
    import segno  # not at the top: it imports much, and a site without an address has no codes

    code = segno.make(address, error="m", micro=False, boost_error=False, mask=0)
    size = code.symbol_size(border=2)[0]
    path = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    inner = path[path.index(">") + 1 :]
    head = f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="本页网址的二维码">'
    return Markup(head + f'<path class="qr-paper" d="M0 0h{size}v{size}H0z"/>' + inner)
