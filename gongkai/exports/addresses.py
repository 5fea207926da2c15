"""What tells machines and old links where pages are: sitemap, Atom feed, robots.txt, redirects of former addresses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from gongkai.planning.plan import Plan, address, disclosure_title, notice_title, to_root
from gongkai.planning.portal import lasting_address
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary, NoticeSummary
from gongkai.reading.evaluation import EVALUATED
from gongkai.reading.settings import SiteSettings
from gongkai.tables.templates import Templates

FEED = "feed.xml"
PER_SITEMAP = 50_000  # the most a sitemap may list (sitemaps.org)
_ENTRIES = 50
_UNLISTED = ("missing", "asset", "withdrawn")
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
    if has_feed(plan):
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
    dates = {
        (locality.slug, department.slug, year.slug): year.updated
        for locality, department, year in _disclosures(plan)
    }
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


def has_feed(plan: Plan) -> bool:
    """Whether any disclosure of the plan has a date, so that there is a feed to link to."""
    return any(disclosure.updated for _, _, disclosure in _disclosures(plan))


def _feed(plan: Plan, site: SiteSettings) -> dict[str, Any]:
    """The newest disclosures by the dates in their records.

    A record states a day; the time of day that Atom wants is midnight in China.
    """
    every = list(_disclosures(plan))
    dated: list[tuple[date, LocalitySummary, DepartmentSummary, DisclosureSummary, NoticeSummary | None]]
    dated = [(one[2].updated, *one, None) for one in every if one[2].updated]
    undated = len(every) - len(dated)
    dated += ((each.published, *one, each) for one in every for each in one[2].notices if each.published)
    dated.sort(key=lambda one: (one[0], one[1].slug, one[2].slug, one[4] is not None), reverse=True)
    return {
        "site": site,
        "id": _id(site.base_url or site.title),
        "undated": undated,
        "home": lasting_address(site, "index.html") or "index.html",
        "own": lasting_address(site, FEED) or FEED,
        "updated": dated[0][0],
        "entries": [_entry(*one[1:], site) for one in dated[:_ENTRIES]],
    }


def _entry(
    locality: LocalitySummary,
    department: DepartmentSummary,
    disclosure: DisclosureSummary,
    notice: NoticeSummary | None,
    site: SiteSettings,
) -> dict[str, Any]:
    """A year's disclosure, or one of its notices: of 自评 how many projects were evaluated."""
    slugs = (locality.slug, department.slug, disclosure.slug)
    if notice:
        evaluated = sum(one.evaluated for one in disclosure.projects) if notice.kind == EVALUATED else 0
        summary = f"{disclosure.year_text}{evaluated} 个项目的绩效自评" if evaluated else notice.kind
        title, day = notice_title(department, disclosure, notice), notice.published
        return _described(address(*slugs, notice.slug), title, (day, day), department, summary, site)
    holds = [f"{len(disclosure.projects)} 个项目"] if disclosure.projects else []
    holds += ["部门整体绩效目标"] if disclosure.has_target else []
    holds += [f"{len(disclosure.articles)} 份说明"] if disclosure.articles else []
    left = disclosure.withdrawal or max((one.day for one in disclosure.withdrawn), default=None)
    if left:
        what = "" if disclosure.withdrawal else "：" + "、".join(one.name for one in disclosure.withdrawn)
        holds.append(f"{left} 撤回{what}")
    if corrected := max((one.day for one in disclosure.corrections if not one.wording), default=None):
        holds.append(f"{corrected} 更正")
    title, days = disclosure_title(department, disclosure), (disclosure.published, disclosure.updated)
    return _described(address(*slugs), title, days, department, "，".join(holds), site)


def _described(
    path: str, title: str, days: tuple[date | None, date | None], department: DepartmentSummary, summary: str,
    site: SiteSettings,
) -> dict[str, Any]:  # fmt: skip
    link = lasting_address(site, path) or path
    return {
        "id": _id(path), "title": title, "link": link, "published": days[0], "updated": days[1],
        "author": department.name, "summary": summary,
    }  # fmt: skip


def _id(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_IDS, name)}"


def _disclosures(plan: Plan) -> Iterator[tuple[LocalitySummary, DepartmentSummary, DisclosureSummary]]:
    for locality in plan.localities:
        for department in locality.departments:
            for disclosure in department.disclosures:
                yield locality, department, disclosure
