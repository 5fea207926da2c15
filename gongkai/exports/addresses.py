"""What tells machines and old links where pages are: sitemap, Atom feed, robots.txt, redirects of former addresses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from gongkai.planning.entries import Happened, entries
from gongkai.planning.plan import Plan, address, to_root
from gongkai.planning.portal import lasting_address
from gongkai.planning.summaries import DisclosureSummary
from gongkai.reading.acts import SiteSettings
from gongkai.reading.evaluation import EVALUATED
from gongkai.tables.templates import Templates

FEED = "feed.xml"
PER_SITEMAP = 50_000  # the most a sitemap may list (sitemaps.org)
_ENTRIES = 50
_UNLISTED = ("missing", "withdrawn")
# Lasting ids of feed entries: the same whatever address the site moves to.
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "gongkai")


def address_files(plan: Plan, site: SiteSettings, templates: Templates) -> Iterator[tuple[str, bytes]]:
    """All of these files by address: sitemaps only when the site's own address is known; a feed only when a date is.

    Raises TemplateProblem.
    """
    robots = "User-agent: *\nAllow: /\n"
    if site.base_url:
        robots += f"Sitemap: {lasting_address(site, 'sitemap.xml')}\n"
        for name, context in sitemaps(plan, site):
            yield name, templates.render("site/sitemap.xml", context).encode()
    if plan.updated:
        yield FEED, templates.render("site/feed.xml", _feed(plan, site)).encode()
    yield "robots.txt", robots.encode()
    for redirect in plan.redirects:
        target = to_root(redirect.path) + redirect.page.path
        canonical = lasting_address(site, redirect.page.path) or target
        context = {"target": target, "canonical": canonical, "title": redirect.page.title}
        yield redirect.path, templates.render("site/redirect.html", context).encode()


def sitemaps(plan: Plan, site: SiteSettings) -> Iterator[tuple[str, dict[str, Any]]]:
    """sitemap.xml, or an index of that name with sitemap-1.xml …: name, and (address, day or None) of what it lists.

    A day stands only where the record has one.
    """
    dates = {one.slugs: one.disclosure.updated for one in entries(plan.localities)}
    pages = [
        (lasting_address(site, page.path), dates.get((page.locality, page.department, page.year)))
        for page in plan.pages
        if page.kind not in _UNLISTED
    ]
    if len(pages) <= PER_SITEMAP:
        yield "sitemap.xml", {"listed": pages, "index": False}
        return
    names = []
    for number, start in enumerate(range(0, len(pages), PER_SITEMAP), 1):
        names.append(f"sitemap-{number}.xml")
        yield names[-1], {"listed": pages[start : start + PER_SITEMAP], "index": False}
    yield "sitemap.xml", {"listed": [(lasting_address(site, name), None) for name in names], "index": True}


# -- feed -----------------------------------------------------------------------------------------


def _feed(plan: Plan, site: SiteSettings) -> dict[str, Any]:
    """The newest of what was published, corrected and withdrawn, an entry each: what ``changes.csv`` has.

    A record states a day; the time of day that Atom wants is midnight in China.
    """
    told, undated = [], 0
    for each in entries(plan.localities):
        year = each.disclosure
        undated += not year.updated
        for one in each.happened:
            slugs = (*each.slugs, *filter(None, [one.slug]))
            told.append((one, address(*slugs), each.department.name, one.text or _holds(year, one)))
    told.sort(key=lambda found: (found[0].day, found[1], found[0].name), reverse=True)
    return {
        "site": site,
        "id": _id(site.base_url or site.title),
        "undated": undated,
        "home": lasting_address(site, "index.html") or "index.html",
        "own": lasting_address(site, FEED) or FEED,
        "entries": [
            {
                "id": _id(f"{path} {one.day} {one.kind} {one.name} {one.text}"),
                "title": one.name if one.kind in ("公开", "公告") else f"{one.kind}：{one.name}",
                "link": lasting_address(site, path) or path,
                "day": one.day,
                "author": author,
                "summary": summary,
            }
            for one, path, author, summary in told[:_ENTRIES]
        ],
    }


def _holds(year: DisclosureSummary, one: Happened) -> str:
    """What was published."""
    if one.kind == "公告":
        notice = next(each for each in year.notices if each.slug == one.slug)
        count = sum(each.reached is not None for each in year.projects) if notice.kind == EVALUATED else 0
        return f"{year.year_text}{count} 个项目的绩效自评" if count else notice.kind
    holds = [f"{len(year.projects)} 个项目"] if year.projects else []
    holds += ["部门整体绩效目标"] if year.has_target else []
    holds += [f"{len(year.articles)} 份说明"] if year.articles else []
    return "，".join(holds)


def _id(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_IDS, name)}"
