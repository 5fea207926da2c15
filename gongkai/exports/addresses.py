"""What tells machines and old links where pages are: sitemap, Atom feed, robots.txt, redirects of former addresses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from html import escape

from gongkai.planning.plan import Page, Plan, Redirect, address, disclosure_title, to_root
from gongkai.planning.portal import lasting_address
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary
from gongkai.reading.settings import SiteSettings

FEED = "feed.xml"
PER_SITEMAP = 50_000  # the most a sitemap may list (sitemaps.org)
_ENTRIES = 50
_UNLISTED = ("missing", "asset", "withdrawn")
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Lasting ids of feed entries: the same whatever address the site moves to.
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "gongkai")


def address_files(plan: Plan, site: SiteSettings) -> Iterator[tuple[str, bytes]]:
    """All of these files by address: sitemaps only when the site's own address is known; a feed only when a date is."""
    if site.base_url:
        for name, text in sitemaps(plan, site):
            yield name, text.encode()
    if feed := atom_feed(plan, site):
        yield FEED, feed.encode()
    yield "robots.txt", robots(site).encode()
    for redirect in plan.redirects:
        yield redirect.path, redirect_page(redirect, site).encode()


def robots(site: SiteSettings) -> str:
    """Everything may be read by everybody."""
    found = "User-agent: *\nAllow: /\n"
    return found + (f"Sitemap: {site.base_url.rstrip('/')}/sitemap.xml\n" if site.base_url else "")


def sitemaps(plan: Plan, site: SiteSettings) -> Iterator[tuple[str, str]]:
    """sitemap.xml, or an index of that name with sitemap-1.xml …; ``lastmod`` only where the record has a date."""
    dates = _dates(plan)
    pages = [page for page in plan.pages if page.kind not in _UNLISTED]
    if len(pages) <= PER_SITEMAP:
        yield "sitemap.xml", _sitemap(pages, site, dates)
        return
    names = []
    for number, start in enumerate(range(0, len(pages), PER_SITEMAP), 1):
        names.append(f"sitemap-{number}.xml")
        yield names[-1], _sitemap(pages[start : start + PER_SITEMAP], site, dates)
    lines = [f"<sitemap><loc>{escape(lasting_address(site, name) or '')}</loc></sitemap>\n" for name in names]
    yield "sitemap.xml", f'{_XML}<sitemapindex xmlns="{_SITEMAPS}">\n{"".join(lines)}</sitemapindex>\n'


def _dates(plan: Plan) -> dict[tuple[str, str, str], date]:
    return {
        (locality.slug, department.slug, disclosure.slug): disclosure.updated
        for locality, department, disclosure in _disclosures(plan)
        if disclosure.updated
    }


def _sitemap(pages: Iterable[Page], site: SiteSettings, dates: dict[tuple[str, str, str], date]) -> str:
    lines = []
    for page in pages:
        day = dates.get((page.locality, page.department, page.year))
        modified = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(lasting_address(site, page.path) or '')}</loc>{modified}</url>\n")
    return f'{_XML}<urlset xmlns="{_SITEMAPS}">\n{"".join(lines)}</urlset>\n'


# -- feed -----------------------------------------------------------------------------------------


def has_feed(plan: Plan) -> bool:
    """Whether any disclosure of the plan has a date, so that there is a feed to link to."""
    return any(disclosure.updated for _, _, disclosure in _disclosures(plan))


def atom_feed(plan: Plan, site: SiteSettings) -> str | None:
    """The newest disclosures by the dates in their records; None when none has one.

    A record states a day; the time of day that Atom wants is midnight in China.
    """
    dated = [(one[2].updated, one) for one in _disclosures(plan) if one[2].updated]
    if not dated:
        return None
    dated.sort(key=lambda item: (item[0], item[1][0].slug, item[1][1].slug), reverse=True)
    undated = sum(1 for _ in _disclosures(plan)) - len(dated)
    note = f"<subtitle>另有 {undated} 份公开没有注明发布日期，没有列入</subtitle>\n" if undated else ""
    home = escape(lasting_address(site, "index.html") or "index.html")
    own = escape(lasting_address(site, FEED) or FEED)
    entries = "".join(_entry(*one, site) for _, one in dated[:_ENTRIES])
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
        f"<id>{_id(site.base_url or site.title)}</id>\n<title>{escape(site.title)}</title>\n{note}"
        f"<updated>{_time(dated[0][0])}</updated>\n"
        f'<author><name>{escape(site.host or site.title)}</name></author>\n<link href="{home}"/>\n'
        f'<link rel="self" href="{own}"/>\n{entries}</feed>\n'
    )


def _entry(
    locality: LocalitySummary,
    department: DepartmentSummary,
    disclosure: DisclosureSummary,
    site: SiteSettings,
) -> str:
    path = address(locality.slug, department.slug, disclosure.slug)
    holds = [f"{len(disclosure.projects)} 个项目"] if disclosure.projects else []
    holds += ["部门整体绩效目标"] if disclosure.has_target else []
    holds += [f"{len(disclosure.articles)} 份说明"] if disclosure.articles else []
    left = disclosure.withdrawal or max((one.day for one in disclosure.withdrawn), default=None)
    if left:
        what = "" if disclosure.withdrawal else "：" + "、".join(one.name for one in disclosure.withdrawn)
        holds.append(f"{left} 撤回{what}")
    corrected = disclosure.updated not in (None, disclosure.published, left)
    summary = "，".join([*holds, *([f"{disclosure.updated} 更正"] if corrected else [])])
    published = f"<published>{_time(disclosure.published)}</published>" if disclosure.published else ""
    return (
        f"<entry><id>{_id(path)}</id><title>{escape(disclosure_title(department, disclosure))}</title>"
        f'<link href="{escape(lasting_address(site, path) or path)}"/>{published}'
        f"<updated>{_time(disclosure.updated)}</updated><author><name>{escape(department.name)}</name></author>"
        f"<summary>{escape(summary)}</summary></entry>\n"
    )


def _time(day: date | None) -> str:
    assert day is not None
    return f"{day.isoformat()}T00:00:00+08:00"


def _id(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_IDS, name)}"


def _disclosures(plan: Plan) -> Iterator[tuple[LocalitySummary, DepartmentSummary, DisclosureSummary]]:
    for locality in plan.localities:
        for department in locality.departments:
            for disclosure in department.disclosures:
                yield locality, department, disclosure


# -- redirects ------------------------------------------------------------------------------------


def redirect_page(redirect: Redirect, site: SiteSettings) -> str:
    """A page without script that leads on at once, and says where to."""
    target = escape(to_root(redirect.path) + redirect.page.path)
    canonical = escape(
        lasting_address(site, redirect.page.path) or to_root(redirect.path) + redirect.page.path
    )
    title = escape(redirect.page.title)
    return (
        '<!DOCTYPE html>\n<html lang="zh-Hans-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n<meta name="robots" content="noindex">\n'
        f'<link rel="canonical" href="{canonical}">\n<title>{title}</title>\n</head>\n'
        f'<body><main><p>网址已改变，请看：<a href="{target}">{title}</a></p></main></body>\n</html>\n'
    )
